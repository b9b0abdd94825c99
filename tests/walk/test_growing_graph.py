import torch

from pyg_batchsampler.graph.build_proximity_graph import (
    GraphSize, build_proximity_graph)
from pyg_batchsampler.seed import global_seed_from
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.walk.growing_graph import (BLOCK_SIZE, GrowingGraph,
                                                 draw_few, walk_growing)
from pyg_batchsampler.walk.random_walk_with_restart import \
    random_walk_with_restart
from tests.helpers import clustered, make_generator, untouched_random_state


def test_candidates_are_distinct_others() -> None:
    anchor = torch.randperm(40, generator=make_generator())[:25].int()
    with global_seed_from(make_generator(), like=anchor):
        blocks = draw_few(anchor, 40, 20)
    assert blocks.candidate.size() == (2, 21)
    for i, own in enumerate(anchor.tolist()):
        row = blocks.candidate[i // BLOCK_SIZE].tolist()
        assert len(set(row)) == 21 and 0 <= min(row) and max(row) < 40
        del row[int(blocks.skipped[i])]
        assert own not in row


def test_candidates_are_uniform() -> None:
    num_rounds, anchor = 4000, torch.zeros(1, dtype=torch.int)
    count = torch.zeros(12)
    with global_seed_from(make_generator(), like=anchor):
        for _ in range(num_rounds):
            blocks = draw_few(anchor, 12, 3)
            row = blocks.candidate[0].tolist()
            del row[int(blocks.skipped[0])]
            count[row] += 1
    p = 3 / 11
    z = (count[1:] - num_rounds * p) / (num_rounds * p * (1 - p))**0.5
    assert count[0] == 0 and float(z.abs().max()) < 5


def test_rows_are_the_nearest_candidates() -> None:
    x = UnitRows(torch.randn(60, 4, generator=make_generator()))
    score = x[:] @ x[:].t()
    # Of 30 candidates, the nearest lies among the 31 nearest others.
    instance = torch.arange(60)
    rank = (-score.fill_diagonal_(torch.inf)).argsort(dim=1).argsort(dim=1)
    with global_seed_from(make_generator(), like=instance):
        graph = GrowingGraph(x, GraphSize(30, 1), 'dense')
        neighbor = graph.step(instance)
        assert graph.step(instance).equal(neighbor)  # rows are kept
    assert graph.num_rows == 60
    found = rank[instance, neighbor]
    assert 1 <= int(found.min()) and int(found.max()) <= 30
    assert abs(float(found.float().mean()) - 60 / 31) < 5 * 1.4 / 60**0.5


def test_walks_as_on_the_whole_graph() -> None:
    embedding, _ = clustered(6000, 16)
    x, size = UnitRows(embedding), GraphSize(200, 20)
    start = torch.randperm(6000, generator=make_generator())[:64]
    graph = build_proximity_graph(embedding, num_candidates=200,
                                  num_neighbors=20,
                                  generator=make_generator())
    whole = random_walk_with_restart(graph, start, 32, 0.2,
                                     generator=make_generator())
    with untouched_random_state():
        walks = walk_growing(x, size, 'auto', start, 32, 0.2, None,
                             make_generator())
        again = walk_growing(x, size, 'auto', start, 32, 0.2, None,
                             make_generator())
    assert walks.equal(again) and walks[:, 0].equal(start)
    assert all(len(set(row)) == 32 for row in walks.tolist())
    found, expected = (mean_similarity(x, w) for w in (walks, whole))
    error = ((found.var() + expected.var()) / 64)**0.5
    assert abs(float(found.mean() - expected.mean())) < 4 * float(error)


def test_ends_where_nothing_is_left() -> None:
    # Nine pairs far from each other: the one neighbor of each is its twin.
    x = UnitRows(torch.eye(9).repeat_interleave(2, dim=0))
    start = torch.tensor([0, 5])
    ends = [walk_growing(x, GraphSize(9, 1), backend, start, 10, 0.2, None,
                         make_generator(seed)).ge(0).sum(dim=1).min()
            for backend in ['dense', 'torch_cluster'] for seed in range(10)]
    assert all(2 <= int(end) <= 10 for end in ends)
    assert min(int(end) for end in ends) < 10
