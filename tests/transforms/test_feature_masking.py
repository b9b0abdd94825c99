import pytest
import torch
from torch_geometric.data import Data

from pyg_batchsampler.transforms import FeatureMasking
from tests.helpers import make_generator, raises
from tests.transforms.traced import rings


def test_feature_masking() -> None:
    batch = rings([10] * 500)
    batch.x = torch.full((5000, 2), 7.0)
    out = FeatureMasking(0.2, make_generator())(batch)
    masked = (out.x != 7).all(dim=1)
    assert masked.view(500, 10).sum(1).tolist() == [2] * 500
    noise = out.x[masked]
    assert abs(float(noise.mean()) - 0.5) < 4.5 * 0.5 / 2000**0.5
    assert abs(float(noise.std()) - 0.5) < 4.5 * 0.5 / 4000**0.5


@pytest.mark.parametrize('dtype', [torch.long, torch.int32, torch.uint8])
def test_categories_stay_legal(dtype: torch.dtype) -> None:
    batch = rings([10] * 500)
    # Three categories of unequal share, the second column says which row.
    category = (torch.arange(5000) % 5).clamp(max=2)
    batch.x = torch.stack([category, 10 + category], dim=1).to(dtype)
    out = FeatureMasking(0.4, make_generator())(batch)
    assert out.x.dtype == dtype and out.x[:, 1].equal(out.x[:, 0] + 10)
    changed = (out.x != batch.x).any(dim=1)
    assert int(changed.view(500, 10).sum(1).max()) <= 4
    # A masked node keeps its category if the random node has the same.
    p = 0.4 * (1 - (0.2**2 + 0.2**2 + 0.6**2))
    bound = 4.5 * (5000 * p * (1 - p))**0.5
    assert abs(int(changed.sum()) - 5000 * p) < bound


def test_features_of_any_shape() -> None:
    edge_index = torch.empty(2, 0, dtype=torch.long)
    for shape in [(8, ), (8, 2, 3)]:
        data = Data(x=torch.zeros(shape), edge_index=edge_index)
        out = FeatureMasking(0.5, make_generator())(data)
        assert out.x.size() == shape and int((out.x != 0).sum()) == (
            data.x.numel() // 2)


def test_missing_features() -> None:
    with raises(ValueError, "'data' must hold node features 'x' (got "
                "['edge_index', 'num_nodes']). Add some, e.g., with "
                "'Constant()'"):
        FeatureMasking()(Data(edge_index=torch.empty(2, 0).long(),
                              num_nodes=3))
