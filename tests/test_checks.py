import warnings
from typing import Any, List, Tuple

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import coo_matrix, csr_array
from torch_geometric.data import Data
from torch_geometric.transforms import ToSparseTensor
from torch_geometric.utils import to_edge_index
from torch_sparse import SparseTensor

from pyg_batchsampler.checks import (check_choice, check_device,
                                     check_edge_index, check_embedding,
                                     check_graph, check_integer,
                                     check_positive, check_probability)
from tests.helpers import raises


@pytest.mark.parametrize('value', [
    1.5, '3', None, True, np.float64(3), np.bool_(True), torch.tensor(1.5),
    torch.tensor(True), torch.tensor([1, 2]), torch.tensor(3, device='meta')
], ids=repr)
def test_integer_of_wrong_kind(value: Any) -> None:
    with raises(TypeError, f"'x' must be an integer (got {value!r})"):
        check_integer('x', value, low=0)


@pytest.mark.parametrize('value', [
    3, np.int64(3), np.uint8(3), np.array(3), torch.tensor(3),
    torch.tensor(3, dtype=torch.uint8)
], ids=repr)
def test_integer(value: Any) -> None:
    out = check_integer('x', value, low=3)
    assert out == 3 and type(out) is int
    with raises(ValueError, "'x' must be at least 4 (got 3)"):
        check_integer('x', value, low=4)


@pytest.mark.parametrize('value', [1.0, -0.1, float('nan'), float('inf')])
def test_probability_out_of_range(value: float) -> None:
    with raises(ValueError, f"'p' must lie in [0, 1) (got {value})"):
        check_probability('p', value)


@pytest.mark.parametrize('value', [0, -1.0, float('nan'), float('inf')])
def test_positive_out_of_range(value: float) -> None:
    with raises(ValueError, f"'t' must be positive and finite (got {value})"):
        check_positive('t', value)


@pytest.mark.parametrize('value', [
    '0.2', None, True, np.bool_(False), torch.tensor(False), [0.2],
    torch.tensor([0.2, 0.3])
], ids=repr)
def test_number_of_wrong_kind(value: Any) -> None:
    with raises(TypeError, f"'p' must be a number (got {value!r})"):
        check_probability('p', value)


@pytest.mark.parametrize('value', [0.5, np.float32(0.5), torch.tensor(0.5)],
                         ids=repr)
def test_number(value: Any) -> None:
    out = check_probability('p', value)
    assert out == 0.5 and type(out) is float


def test_choice() -> None:
    assert check_choice('name', 'a', ['a', 'b']) == 'a'
    assert check_choice('name', None, ['a', None]) is None
    with raises(ValueError, "'name' must be one of 'a', 'b' (got 'c')"):
        check_choice('name', 'c', ['a', 'b'])


@pytest.mark.parametrize('value,error,message', [
    ([1.0], TypeError, "'embedding' must be a tensor (got list). Convert it, "
     "e.g., with torch.as_tensor"),
    (torch.ones(3, 2).long(), TypeError,
     "'embedding' must hold floating-point numbers (got torch.int64). Convert "
     "it with .float()"),
    (torch.ones(188), ValueError, "'embedding' must be two-dimensional, "
     "[num_instances, dim] (got [188])"),
    (torch.ones(0, 3), ValueError, "'embedding' must hold at least one "
     "instance and one dimension (got [0, 3])"),
    (torch.ones(4, 3), ValueError,
     "'embedding' must have one row per instance, 5 (got 4)"),
])
def test_bad_embedding(value: Any, error: type, message: str) -> None:
    with raises(error, message):
        check_embedding(value, num_instances=5)


def not_dense() -> List[Tuple[Any, str]]:
    x = torch.eye(3)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # of what PyTorch still tries out
        return [
            (x.numpy(), "be a tensor (got ndarray). Convert it, e.g., with "
             "torch.from_numpy(z)"),
            (pd.DataFrame(x.numpy()), "be a tensor (got DataFrame). Convert "
             "it, e.g., with torch.tensor(z.to_numpy())"),
            (csr_array(x.numpy()), "be a tensor (got csr_array). Convert it, "
             "e.g., with torch.from_numpy(z.toarray())"),
            (coo_matrix(x.numpy()), "be a tensor (got coo_matrix). Convert "
             "it, e.g., with torch.from_numpy(z.toarray())"),
            (SparseTensor.from_dense(x), "be a tensor (got SparseTensor). "
             "Convert it, e.g., with z.to_dense()"),
            (x.to_sparse(), "be dense (got a tensor of layout "
             "torch.sparse_coo). Convert it with .to_dense()"),
            (x.to_sparse_csr(), "be dense (got a tensor of layout "
             "torch.sparse_csr). Convert it with .to_dense()"),
            (x.to('meta'), "hold values (got a tensor on the device 'meta', "
             "which has none). Compute it on another, e.g., 'cpu'"),
            *((torch.nested.nested_tensor([x, x[:2]], layout=layout),
               "have rows of one length (got a nested tensor). Make one row "
               "of each, e.g., its mean")
              for layout in [torch.strided, torch.jagged]),
        ]


@pytest.mark.parametrize('value,message', not_dense())
def test_embedding_that_is_no_dense_tensor(value: Any, message: str) -> None:
    with raises(TypeError, f"'z' must {message}"):
        check_embedding(value, name='z')
    way = message.split('with ')[-1]
    if way.endswith(')'):  # the way out leads there
        way = f'z{way}' if way.startswith('.') else way
        x = eval(way, {'torch': torch, 'z': value})
        assert check_embedding(x).equal(torch.eye(3))


@pytest.mark.parametrize('layout', [None, torch.sparse_csr])
def test_graph_with_adjacency_matrix(layout: Any) -> None:
    edge_index = torch.tensor([[0, 1, 2], [1, 2, 1]])
    data = Data(x=torch.ones(3, 1), edge_index=edge_index)
    check_graph(data)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        data = ToSparseTensor(layout=layout)(data)
    way = ('To get the edges of an adjacency matrix: '
           'torch_geometric.utils.to_edge_index(adj_t)[0].flip(0)')
    with raises(ValueError, "'data' must hold 'edge_index' (got 'adj_t'). "
                f"Leave out ToSparseTensor(). {way}"):
        check_graph(data)
    kind = 'SparseTensor' if layout is None else (
        f'a tensor of layout {layout}')
    with raises(TypeError, "'edge_index' must be a dense tensor, "
                f"[2, num_edges] (got {kind}). {way}"):
        check_edge_index(data.adj_t)
    found = to_edge_index(data.adj_t)[0].flip(0)
    check_edge_index(found, num_nodes=3)
    assert found[:, found[0].argsort()].equal(edge_index)


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
@pytest.mark.parametrize('dtype', [torch.half, torch.float, torch.double])
def test_non_finite_embedding(value: float, dtype: torch.dtype) -> None:
    x = torch.ones(20, 3, dtype=dtype)
    x[17, 1] = x[19, 0] = value
    with raises(ValueError, "'embedding' holds non-finite values, first in "
                "row 17. Check what made it for overflow or empty graphs"):
        check_embedding(x)


def test_large_finite_embedding() -> None:
    x = torch.full((100, 4), 1e308, dtype=torch.double)
    assert check_embedding(x) is not None


@pytest.mark.parametrize('value', ['', 'gpu', 'cuda:99', None, 'meta:x',
                                   'meta'])
def test_devices(value: Any) -> None:
    with pytest.raises(ValueError, match="'device' must be a device that is "
                       "there, e.g., 'cpu'"):
        check_device('device', value)
    assert check_device('device', 'cpu') == torch.device('cpu')
