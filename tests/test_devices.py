r"""All of it works where the tensors are, with the result of the CPU."""

from dataclasses import replace
from typing import Any, Dict, List, Optional

import pytest
import torch
import torch.nn.functional as F
from torch_geometric.data import Batch, Data
from torch_geometric.testing import withCUDA

from pyg_batchsampler import (BatchSamplerLoader, KNNBatchSampler, Proximity,
                              ProximityBatchSampler, build_proximity_graph,
                              explain_batch, hardest_negative_similarity,
                              measure_recall, random_walk_with_restart,
                              report_batches, same_label_rate)
from pyg_batchsampler.datasets import Digits
from pyg_batchsampler.losses import (DCLLoss, HCLLoss, JSDLoss, NTXentLoss,
                                     duplicate_pairs, neighborhoods,
                                     similar_pairs)
from pyg_batchsampler.nn import MVGRL, GINEncoder, GraphCL
from pyg_batchsampler.training import TrainingConfig, train
from pyg_batchsampler.transforms import (EdgePerturbation, FeatureMasking,
                                         NodeDropping, PPRDiffusion,
                                         RandomChoice, RandomWalkSubgraph)
from tests.helpers import clustered, flatten, make_generator

Device = torch.device


def graphs(device: Device) -> Batch:
    generator = make_generator()
    items = []
    for num_nodes in [1, 5, 12, 20]:
        row = torch.arange(num_nodes - 1)
        edge_index = torch.stack([row, row + 1])
        items.append(Data(
            x=torch.randn(num_nodes, 3, generator=generator),
            edge_index=torch.cat([edge_index, edge_index.flip(0)], dim=1)))
    return Batch.from_data_list(items).to(device)


@withCUDA
@pytest.mark.parametrize('backend', ['dense', 'torch_cluster'])
@pytest.mark.parametrize('size', [
    dict(num_candidates=200, num_neighbors=20),
    dict(num_candidates=10, num_neighbors=3),
    dict(num_candidates=799, num_neighbors=5),
    dict(num_candidates=400, num_neighbors=150),  # more than the op takes
])
@pytest.mark.parametrize('dtype', [torch.float, torch.half])
def test_graph(backend: str, size: Dict[str, int], dtype: torch.dtype,
               device: Device) -> None:
    x = clustered(800, 32)[0].to(dtype)
    expected, graph = (
        build_proximity_graph(rows, backend=name, generator=make_generator(),
                              **size)
        for name, rows in [('dense', x), (backend, x.to(device))])
    assert graph.col.device == graph.rowptr.device == device
    assert graph.similarity is not None and expected.similarity is not None
    assert torch.allclose(graph.similarity.cpu(), expected.similarity,
                          atol=1e-5)
    # Ties may go either way.
    assert (graph.col.cpu() == expected.col).float().mean() > 0.999
    if size['num_candidates'] == 799:
        assert measure_recall(graph, x.to(device)) == 1.0


@withCUDA
@pytest.mark.parametrize('restart_prob', [0.0, 0.2])
def test_walks(restart_prob: float, device: Device) -> None:
    x = clustered(500, 16)[0].to(device)
    graph = build_proximity_graph(x, num_candidates=100, num_neighbors=10,
                                  generator=make_generator())
    start = torch.arange(20, device=device)
    runs = [random_walk_with_restart(graph, start, 32, restart_prob,
                                     generator=make_generator())
            for _ in range(2)]
    assert runs[0].equal(runs[1]) and runs[0].device == device
    assert runs[0][:, 0].equal(start)
    for row in runs[0].tolist():
        assert len(set(row)) == 32 and min(row) >= 0

    triangles = torch.tensor([[1, 2], [2, 0], [0, 1], [4, 5], [5, 3], [3, 4]])
    graph = type(graph).from_neighbors(triangles.to(device))
    walks = random_walk_with_restart(graph, start[:1], 6, restart_prob)
    assert sorted(walks[0].tolist()) == [-1, -1, -1, 0, 1, 2]


@withCUDA
@pytest.mark.parametrize('num_instances', [300, 20000])
def test_samplers(num_instances: int, device: Device) -> None:
    x = clustered(num_instances, 16)[0].to(device)
    sampler = ProximityBatchSampler(x, 32, num_candidates=100,
                                    num_neighbors=10)
    before = torch.get_rng_state()
    epochs = [list(sampler) for _ in range(2)]
    again = ProximityBatchSampler(x, 32, num_candidates=100, num_neighbors=10)
    assert [list(again) for _ in range(2)] == epochs
    assert torch.get_rng_state().equal(before)
    assert epochs[0] != epochs[1]
    assert sorted(flatten(epochs[0])) == list(range(num_instances))

    walks = ProximityBatchSampler(x, 32, num_candidates=100, num_neighbors=10,
                                  replacement=True)
    hard = [float(hardest_negative_similarity(x, batches[:-1]).mean())
            for batches in [epochs[0], list(walks)]]
    assert 0.95 <= hard[0] / hard[1] <= 1.05
    batches = list(KNNBatchSampler(x[:300], 32))
    assert sorted(flatten(batches)) == list(range(300))


@withCUDA
def test_losses(device: Device) -> None:
    z = torch.randn(2, 16, 8, generator=make_generator())
    mask = similar_pairs(z[0].to(device), 0.1)
    assert mask.device == device and mask.cpu().equal(similar_pairs(z[0], 0.1))
    assert duplicate_pairs(z[0].to(device)).sum() == 0
    neighbor = torch.arange(16, device=device).view(-1, 1)
    assert neighborhoods(neighbor, torch.arange(3)).device == device
    for loss in [NTXentLoss(), DCLLoss(), HCLLoss()]:
        ours = loss(*z.to(device), is_false_negative=mask)
        theirs = loss(*z, is_false_negative=mask.cpu())
        assert torch.allclose(ours.cpu(), theirs, rtol=1e-4)
    batch = torch.arange(4).repeat_interleave(4)
    args = [z[0], z[1], z[0, :4], z[1, :4]]
    assert torch.allclose(
        JSDLoss()(*(x.to(device) for x in args), batch.to(device)).cpu(),
        JSDLoss()(*args, batch), rtol=1e-4)


@withCUDA
@pytest.mark.parametrize('augment', [
    NodeDropping(0.3), EdgePerturbation(0.3), FeatureMasking(0.3),
    RandomWalkSubgraph(0.5),
    RandomChoice([NodeDropping(0.3), EdgePerturbation(0.3)])])
def test_transforms(augment: Any, device: Device) -> None:
    batch = graphs(device)
    view = augment(batch)
    assert view.x.device == view.edge_index.device == device
    assert view.num_graphs == 4 and view.ptr.diff().min() >= 1
    same = view.batch[view.edge_index[0]] == view.batch[view.edge_index[1]]
    assert bool(same.all())
    assert batch.x.equal(graphs(device).x)


@withCUDA
@pytest.mark.parametrize('norm', ['batch', 'layer', 'renorm', None])
def test_models(norm: Optional[str], device: Device) -> None:
    batch = graphs(device)
    out = {}
    for place in [device, Device('cpu')]:
        torch.manual_seed(0)
        model = GraphCL(GINEncoder(3, norm=norm)).to(place)
        z = model(batch.to(place))
        z.sum().backward()
        out[place.type] = z, [p.grad for p in model.parameters()]
    z, grad = out[device.type]
    assert torch.allclose(z.cpu(), out['cpu'][0], atol=1e-4)
    for ours, theirs in zip(grad, out['cpu'][1]):
        assert ours is not None and theirs is not None
        assert torch.allclose(ours.cpu(), theirs, rtol=1e-2, atol=1e-3)


@withCUDA
def test_mvgrl(device: Device) -> None:
    diffuse = PPRDiffusion()
    items = [diffuse(data.to(device)) for data in graphs(Device('cpu'))
             .to_data_list()]
    batch = Batch.from_data_list(items)
    assert batch.diffusion_edge_index.device == device
    model = MVGRL(3, 16).to(device)
    JSDLoss()(*model(batch), batch.batch).backward()


@withCUDA
@pytest.mark.parametrize('kwargs', [
    dict(), dict(similarity_source='encoder'), dict(model='mvgrl'),
    dict(model='mvgrl', loss='dcl'), dict(false_negatives='similar'),
    dict(false_negatives='duplicates'), dict(false_negatives='labels'),
    dict(false_negatives='shared_neighbors'),
    dict(augmentations='edge_perturbation,subgraph'), dict(replacement=True),
    dict(num_workers=1), dict(norm_statistics='precise'),
])
def test_training(kwargs: Dict[str, Any], device: Device) -> None:
    config = TrainingConfig(epochs=2, batch_size=50, hidden_channels=16,
                            device=str(device))
    dataset: Any = Digits()[:150]
    config = replace(config, **kwargs)
    if config.model == 'mvgrl':
        dataset = [PPRDiffusion()(data) for data in dataset]
        diffused = Digits()[:150]
        diffused.data, diffused.slices = diffused.collate(dataset)
        diffused._indices = None
        dataset = diffused
    trained = train(dataset, Proximity(num_candidates=40), config)
    assert next(trained.model.parameters()).device == device


@withCUDA
def test_loader_encodes_where_the_model_is(device: Device) -> None:
    dataset = Digits()[:200]
    encoder = GraphCL(GINEncoder(dataset.num_features)).to(device)
    loader = BatchSamplerLoader(dataset, 50, encoder=encoder, warmup_epochs=0,
                                num_candidates=40)
    for _ in range(2):
        seen = torch.cat([batch.input_id for batch in loader])
        assert seen.sort().values.equal(torch.arange(200))
    x, label = clustered(200, 8)
    loader = BatchSamplerLoader(list(range(200)), 50,
                                embedding=x.to(device), num_candidates=40)
    batches: List[Any] = [loader.input_id for _ in loader]
    assert same_label_rate(label.to(device), batches).numel() == 4
    assert loader.hardness is not None
    assert loader.hardness.similarity > loader.hardness.uniform
    loader = BatchSamplerLoader(x, 50, num_candidates=40)
    for _ in range(2):
        for rows in loader:
            assert loader.input_id is not None
            loader.update(F.normalize(rows).to(device),
                          loader.input_id.to(device))


@withCUDA
@pytest.mark.parametrize('center', [False, True])
def test_reports(center: bool, device: Device) -> None:
    x, label = clustered(300, 8)
    batches = list(torch.arange(300).split(64))
    expected = report_batches(batches, x, label, center)
    text = str(explain_batch(batches[0], x, label, center=center))
    for where in [label, label.to(device)]:
        found = report_batches([batch.to(device) for batch in batches],
                               x.to(device), where, center)
        for name, measure in expected.measures.items():
            assert torch.allclose(found[name].values.cpu(), measure.values,
                                  atol=1e-2)
            assert found[name].uniform == pytest.approx(measure.uniform,
                                                        abs=1e-2)
        explained = explain_batch(batches[0].to(device), x.to(device), where,
                                  center=center)
        assert len(str(explained)) == len(text)
