r"""Data sets of pairs, of any kind, and both sides' embeddings."""

from typing import Any, Tuple

import pytest
import torch
from torch import Tensor
from torch.utils.data import TensorDataset
from torch_geometric.data import Data

from pyg_batchsampler import BatchSamplerLoader, join_pairs
from tests.helpers import make_generator, numbered_graphs

N, B = 20, 6
TOKENS = torch.randint(9, (2, N, 5), generator=make_generator())


class PairData(Data):
    r"""Two graphs as one, as in PyG's documentation."""
    def __inc__(self, key: str, value: Any, *args: Any) -> Any:
        if key in ('edge_index_s', 'edge_index_t'):
            return getattr(self, f'x_{key[-1]}').size(0)
        return super().__inc__(key, value, *args)


def graph_pairs() -> Any:
    return [PairData(x_s=s.x, edge_index_s=s.edge_index, x_t=t.x[:1],
                     edge_index_t=torch.zeros(2, 1, dtype=torch.long))
            for s, t in zip(numbered_graphs(N), numbered_graphs(N))]


class TwoTowers(torch.nn.Module):
    r"""Embeds both sides of pairs of token indices, whatever holds them."""
    def __init__(self) -> None:
        super().__init__()
        self.bag = torch.nn.EmbeddingBag(9, 4)
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, batch: Any) -> Tuple[Tensor, Tensor]:
        x, y = batch
        return self.dropout(self.bag(x)), self.dropout(self.bag(y))


@pytest.mark.parametrize('num_workers', [0, 2])
def test_encoder_of_both_sides(num_workers: int) -> None:
    dataset, model = TensorDataset(*TOKENS), TwoTowers()
    loader = BatchSamplerLoader(dataset, B, encoder=model, warmup_epochs=0,
                                num_workers=num_workers)
    with torch.no_grad():
        embedding = join_pairs(model.bag(TOKENS[0]), model.bag(TOKENS[1]))
    given = BatchSamplerLoader(dataset, B, embedding=embedding)
    for (x, y), _ in zip(loader, given):
        assert loader.input_id is not None and given.input_id is not None
        assert loader.input_id.equal(given.input_id)
        assert x.equal(TOKENS[0][loader.input_id])
        assert y.equal(TOKENS[1][loader.input_id])
    assert model.training and model.dropout.training
    assert loader._sampler.embedding is not None
    assert loader._sampler.embedding.equal(embedding)


def test_recording_both_sides() -> None:
    x, y = torch.randn(2, N, 4, generator=make_generator())
    loaders = [BatchSamplerLoader(TensorDataset(x, y), B) for _ in range(2)]
    for _ in range(2):
        for pair, _ in zip(*loaders):
            index = loaders[0].input_id
            assert index is not None and loaders[1].input_id is not None
            assert index.equal(loaders[1].input_id)
            loaders[0].update(tuple(pair), index)
            loaders[1].update(join_pairs(*pair), index)
    assert loaders[0]._refresher.store.embedding is not None
    assert loaders[0]._refresher.store.embedding.equal(join_pairs(x, y))


def test_two_graphs_in_one() -> None:
    dataset = graph_pairs()
    loader = BatchSamplerLoader(
        dataset, B, embedding=torch.randn(N, 4, generator=make_generator()),
        follow_batch=['x_s', 'x_t'])
    seen = []
    for batch in loader:
        index = batch.input_id
        assert batch.x_s_batch.unique().numel() == index.numel()
        assert batch.x_t_batch.equal(torch.arange(index.numel()))
        assert batch.x_t[:, 0].long().equal(index)
        assert batch.x_s[batch.x_s_ptr[:-1], 0].long().equal(index)
        assert batch.edge_index_t.equal(
            torch.arange(index.numel()).repeat(2, 1))
        seen += index.tolist()
    assert sorted(seen) == list(range(N))


def test_tuples_of_graphs() -> None:
    graphs = numbered_graphs(N)
    loader = BatchSamplerLoader(
        list(zip(graphs, graphs[::-1])), B,
        encoder=lambda pair: tuple(side.x[side.ptr[:-1]] for side in pair),
        warmup_epochs=0)
    for s, t in loader:
        assert loader.input_id is not None
        assert s.x[s.ptr[:-1], 0].long().equal(loader.input_id)
        assert t.x[t.ptr[:-1], 0].long().equal(N - 1 - loader.input_id)
