from functools import partial
from pathlib import Path
from typing import Any, Iterator, List

import pytest
import torch
from torch_geometric.data import Data, InMemoryDataset

from pyg_batchsampler.cli import main
from pyg_batchsampler.datasets import load_dataset, register_dataset
from pyg_batchsampler.datasets.registry import DATASETS
from tests.helpers import raises

OWN = '''
import torch
from torch_geometric.data import Data, InMemoryDataset
from torch_geometric.utils import to_undirected
from pyg_batchsampler.datasets import register_dataset


@register_dataset('rings')
def rings(root):
    dataset = InMemoryDataset()
    dataset.data, dataset.slices = dataset.collate([
        Data(x=torch.rand(n, 2), edge_index=to_undirected(torch.stack([
            torch.arange(n), (torch.arange(n) + 1) % n])))
        for n in range(3, 33)])
    return dataset
'''


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    before = dict(DATASETS)
    yield
    DATASETS.clear()
    DATASETS.update(before)


def collated(graphs: List[Data]) -> InMemoryDataset:
    dataset = InMemoryDataset()
    dataset.data, dataset.slices = dataset.collate(graphs)
    return dataset


def graph(x: torch.Tensor) -> Data:
    return Data(x=x, edge_index=torch.tensor([[0, 1], [1, 0]]))


def test_a_function_is_a_data_set() -> None:
    seen = []

    @register_dataset('mine')
    def mine(root: str) -> InMemoryDataset:
        seen.append(root)
        return collated([graph(torch.rand(2, 3)) for _ in range(4)])

    register_dataset('plain')(lambda root: [graph(torch.rand(2, 3))] * 3)
    assert len(load_dataset('plain')) == 3
    assert len(load_dataset('mine', 'somewhere')) == 4
    assert seen == ['somewhere']
    diffused = load_dataset('mine', diffusion=True)
    assert len(diffused) == 4 and 'diffusion_edge_index' in diffused[0]
    with raises(ValueError, "unknown data set 'Mine'. Did you mean 'mine'?"):
        load_dataset('Mine')


def test_bad_values() -> None:
    for name in ['a/b', '..', '']:
        with raises(ValueError, "'name' must be that of a folder, e.g., "
                    f"'my_molecules' (got {name!r})"):
            register_dataset(name)
    for name in ['MUTAG', 'Digits', 'ogbg-mine']:
        with raises(ValueError, f"the name {name!r} is taken by a data set "
                    'of TU, OGB or this package. Choose another'):
            register_dataset(name)
    load = partial(collated, [])  # has no name of its own
    for _ in range(2):
        register_dataset('part')(load)
    with pytest.raises(ValueError, match="the name 'part' is taken by"):
        register_dataset('part')(partial(collated, []))
    with pytest.raises(ValueError, match="the name 'chebi20' is taken by"):
        register_dataset('chebi20')(lambda root: InMemoryDataset())

    def other(root: str) -> Any:
        return [1, 2]

    register_dataset('list')(other)
    with raises(TypeError, "the function of 'list' must return an "
                "InMemoryDataset or a list of Data (got list)"):
        load_dataset('list')
    register_dataset('bare')(lambda root: collated(
        [Data(edge_index=torch.tensor([[0, 1], [1, 0]]), num_nodes=2)]))
    with pytest.raises(ValueError, match="of 'bare' must hold node features"):
        load_dataset('bare')
    told = graph(torch.rand(2, 3))
    told.description = torch.tensor([[1, 2]])
    register_dataset('told')(lambda root: collated([told]))
    with pytest.raises(ValueError, match="one row of floating-point numbers"):
        load_dataset('told')
    register_dataset('atoms')(lambda root: collated(
        [graph(torch.zeros(2, 9, dtype=torch.long))]))
    with raises(ValueError, "'diffusion' and MVGRL need real node features; "
                "those of 'atoms' are categories. Use GraphCL"):
        load_dataset('atoms', diffusion=True)


@pytest.mark.parametrize('model', ['graph_cl', 'mvgrl'])
def test_compare_finds_it(model: str, tmp_path: Path,
                          capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / f'own_{model}.py').write_text(OWN)
    argv = ['compare', '--import', str(tmp_path / f'own_{model}.py'),
            '--dataset', 'rings', '--model', model, '--out',
            str(tmp_path / 'out'), '--seeds', '1', '--epochs', '3',
            '--batch-size', '8', '--hidden-channels', '8',
            '--samplers', 'uniform', 'proximity']
    assert main(argv) == 2
    assert "'rings' has no labels to evaluate with. Hold graphs out" in (
        capsys.readouterr().err)
    assert main([*argv, '--held-out', '0.2']) == 0
    out = capsys.readouterr().out
    assert 'R@1 %' in out and 'accuracy' not in out and 'same' not in out
    assert list((tmp_path / 'out' / 'rings').glob('course-*.png'))
