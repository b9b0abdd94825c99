r"""Is training with this package fast, and where does the time go?

FINDING (November 2026, 2 CPU cores)
GraphCL with hard mini-batches is 1.68x as fast as PyGCL on PROTEINS and 1.62x
on NCI1, MVGRL 7.4x and 5.1x, in bfloat16 12.4x and 8.5x. A mini-batch is
augmented 10.9x and 10.2x faster than graph by graph in plain PyG, 16x on both
sets with the collation that the latter needs besides. The split of the time is
in docs/benchmarks.rst.

Contenders train one epoch each, in turns: the same encoder (GIN, 3 layers of
32; GCN, 2 layers of 512), mini-batches of 128, two views by dropping nodes or
masking features of 20 %, optimizer, threads and graphs. MVGRL is trained on
512 random graphs, as PyGCL needs seconds per mini-batch.

* this package, with hard mini-batches (embeddings are recorded, every epoch
  has a new plan) and with uniform ones. Its diffusion is computed once.
* PyGCL (pip install PyGCL): its augmentations, contrastive models and losses
  on PyG's data loader, encoders of PyG's layers. It makes one choice for all
  graphs of a mini-batch, and its diffusion inverts one dense matrix per
  mini-batch. As in its GraphCL example, the graphs as they are pass the
  encoder too, which training has no use for; "views alone" spares it that.
  Of what it imports and never uses here, dgl is replaced by an empty module.
* PyG graph by graph (GraphCL only): the data loader's graphs are augmented
  one by one, then collated, twice, which counts as augmentation. The encoder
  is the one of PyGCL's rows.
"""

import importlib
import random
import sys
import time
import types
import warnings
from statistics import median
from typing import Any, Callable, Dict, List, Optional, Tuple

import torch
from torch import Tensor
from torch_geometric.data import Batch, Data, InMemoryDataset
from torch_geometric.loader import DataLoader
from torch_geometric.nn import (MLP, BatchNorm, GCNConv, GINConv,
                                global_add_pool)

from benchmarks.measure import (alternate, parser, synchronize, table,
                                write_json)
from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.losses import JSDLoss, NTXentLoss
from pyg_batchsampler.nn import MVGRL, GINEncoder, GraphCL
from pyg_batchsampler.nn.projection_head import ProjectionHead
from pyg_batchsampler.transforms import (FeatureMasking, NodeDropping,
                                         PPRDiffusion, RandomChoice)

RATIO, TEMPERATURE, ALPHA = 0.2, 0.2, 0.2
HARD, UNIFORM = 'this package', 'this package, uniform'
HALF = 'this package, bfloat16'
PEER, VIEWS_ALONE = 'PyGCL', 'PyGCL, views alone'
PEER_HALF = 'PyGCL, bfloat16'
PLAIN = 'PyG graph by graph'
PARTS = ['loading', 'augmentation', 'forward', 'loss', 'backward', 'step',
         'refresh']


class Trainer:
    r"""Trains one epoch per call and keeps how long its parts took.

    Args:
        model (torch.nn.Module): What is trained.
        loader (iterable): Mini-batches.
        views (callable): Makes views of a mini-batch.
        forward (callable): Maps a mini-batch and its views to outputs.
        loss (callable): Maps a mini-batch and outputs to the loss.
        device (str): Where the model is trained.
        record (callable, optional): Picks the projections of both views out
            of the outputs, for the loader. (default: :obj:`None`)
    """
    def __init__(
        self,
        model: torch.nn.Module,
        loader: Any,
        views: Callable[[Any], Any],
        forward: Callable[[Any, Any], Any],
        loss: Callable[[Any, Any], Tensor],
        device: str,
        record: Optional[Callable[[Any], Tuple[Tensor, Tensor]]] = None,
    ):
        self.loader = loader
        self.views, self.forward, self.loss = views, forward, loss
        self.device, self.record = device, record
        model.to(device)
        self.optimizer = torch.optim.Adam(model.parameters(), lr=0.001,
                                          fused=True)
        self.epochs: List[Dict[str, float]] = []  # seconds of each part
        self._last = 0.0

    def __call__(self) -> None:
        parts = dict.fromkeys(PARTS, 0.0)
        self._last, other = time.perf_counter(), self._refreshing()
        for batch in self.loader:
            index = getattr(batch, 'input_id', None)
            if isinstance(batch, Data):
                batch = batch.to(self.device)
            self._lap(parts, 'loading')
            views = self.views(batch)
            self._lap(parts, 'augmentation')
            out = self.forward(batch, views)
            self._lap(parts, 'forward')
            loss = self.loss(batch, out)
            self._lap(parts, 'loss')
            self.optimizer.zero_grad()
            loss.backward()
            self._lap(parts, 'backward')
            self.optimizer.step()
            self._lap(parts, 'step')
            if self.record is not None:
                self.loader.update(self.record(out), index)
                self._lap(parts, 'refresh')
        other = self._refreshing() - other
        parts['loading'] -= other
        parts['refresh'] += other
        self.epochs.append(parts)

    def _lap(self, parts: Dict[str, float], name: str) -> None:
        synchronize(self.device)
        now = time.perf_counter()
        parts[name] += now - self._last
        self._last = now

    def _refreshing(self) -> float:
        return sum(getattr(self.loader, 'seconds', {}).values())

    def medians(self) -> Dict[str, float]:
        r"""Milliseconds per mini-batch, over all epochs but the first."""
        return {
            name: 1e3 * median(parts[name] for parts in self.epochs[1:]) /
            len(self.loader)
            for name in PARTS
        }


class PlainGIN(torch.nn.Module):
    r"""The encoder and head of :class:`GraphCL` in PyG's layers."""
    def __init__(self, in_channels: int):
        super().__init__()
        sizes = [in_channels, 32, 32, 32]
        self.convs = torch.nn.ModuleList(
            GINConv(MLP([size, 32, 32], norm=None)) for size in sizes[:-1])
        self.norms = torch.nn.ModuleList(BatchNorm(32) for _ in self.convs)
        self.head = MLP([96, 96, 96], norm=None)

    def embed(self, x: Tensor, edge_index: Tensor, batch: Tensor,
              size: int) -> Tensor:
        out = []
        for conv, norm in zip(self.convs, self.norms):
            x = norm(conv(x, edge_index).relu())
            out.append(global_add_pool(x, batch, size=size))
        return torch.cat(out, dim=-1)

    def forward(self, *args: Any) -> Tensor:
        out: Tensor = self.head(self.embed(*args))
        return out


class PlainGCN(torch.nn.Module):
    r"""An encoder of :class:`MVGRL` in PyG's layers."""
    def __init__(self, in_channels: int, width: int, normalize: bool):
        super().__init__()
        self.convs = torch.nn.ModuleList(
            GCNConv(size, width, normalize=normalize)
            for size in [in_channels, width])
        self.acts = torch.nn.ModuleList(torch.nn.PReLU() for _ in self.convs)

    def forward(self, x: Tensor, edge_index: Tensor,
                edge_weight: Optional[Tensor], batch: Tensor,
                size: int) -> Tuple[Tensor, Tensor]:
        out = []
        for conv, act in zip(self.convs, self.acts):
            x = act(conv(x, edge_index, edge_weight))
            out.append(global_add_pool(x, batch, size=size))
        return x, torch.cat(out, dim=-1)


def plain_head(in_channels: int, out_channels: int) -> ProjectionHead:
    r"""A head of :class:`MVGRL` with PyTorch's PReLU."""
    head = ProjectionHead(in_channels, out_channels)
    for i in [1, 3, 5]:
        head.layers[i] = torch.nn.PReLU()
    return head


class PlainMVGRL(torch.nn.Module):
    r"""The model of :class:`MVGRL` in PyG's layers."""
    def __init__(self, in_channels: int, width: int):
        super().__init__()
        self.encoders = torch.nn.ModuleList(
            PlainGCN(in_channels, width, normalize)
            for normalize in [True, False])
        self.node_head = plain_head(width, width)
        self.graph_head = plain_head(2 * width, width)

    def forward(self, views: Any, batch: Tensor, size: int) -> List[Tensor]:
        out = [encoder(*view, batch, size)
               for encoder, view in zip(self.encoders, views)]
        return [*(self.node_head(node) for node, _ in out),
                *(self.graph_head(graph) for _, graph in out)]


def pygcl() -> Optional[Tuple[Any, Any, Any]]:
    r"""Imports the augmentations, losses and models of PyGCL, if it is
    there."""
    dgl = types.ModuleType('dgl')
    dgl.DGLGraph = object  # type: ignore[attr-defined]
    is_stub = sys.modules.setdefault('dgl', dgl) is dgl
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            a, b, c = map(importlib.import_module, [
                'GCL.augmentors', 'GCL.losses', 'GCL.models'])
            return a, b, c
    except ImportError as error:
        print(f'PyGCL cannot be imported ({error}): pip install PyGCL')
        return None
    finally:
        if is_stub:
            del sys.modules['dgl']


def our_augmentation() -> RandomChoice:
    return RandomChoice([NodeDropping(RATIO), FeatureMasking(RATIO)])


def our_loader(dataset: InMemoryDataset, batch_size: int,
               sampler: str) -> BatchSamplerLoader:
    return BatchSamplerLoader(dataset, batch_size, batch_sampler=sampler)


def each_view(model: torch.nn.Module) -> Callable[[Any, Any], List[Any]]:
    return lambda batch, views: [model(view) for view in views]


def half(function: Callable[..., Any], device: str) -> Callable[..., Any]:
    r"""Runs a function in bfloat16, where autocast takes it to do."""
    def run(*args: Any) -> Any:
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            return function(*args)
    return run


def augment_one(data: Data) -> Data:
    r"""A view of one graph, as one would write it for PyG."""
    num_nodes = int(data.num_nodes or 0)
    chosen = torch.randperm(num_nodes)
    num_chosen = int(RATIO * num_nodes)
    if random.random() < 0.5:
        return data.subgraph(chosen[num_chosen:].sort().values)
    chosen = chosen[:num_chosen]
    data = data.clone()
    data.x[chosen] = 0.5 + 0.5 * torch.randn(num_chosen, data.x.size(1))
    return data


def graph_cl(dataset: InMemoryDataset, batch_size: int, device: str,
             gcl: Optional[Tuple[Any, Any, Any]]) -> Dict[str, Trainer]:
    r"""The contenders of GraphCL."""
    num_features = dataset.num_features
    augment = our_augmentation()
    nt_xent = NTXentLoss(TEMPERATURE)
    out = {}
    for name, sampler in [(HARD, 'proximity'), (UNIFORM, 'uniform')]:
        model = GraphCL(GINEncoder(num_features))
        out[name] = Trainer(
            model, our_loader(dataset, batch_size, sampler),
            lambda batch: (augment(batch), augment(batch)),
            each_view(model),
            lambda batch, z: nt_xent(*z), device,
            tuple if sampler == 'proximity' else None)

    if gcl is not None:
        augmentors, losses, models = gcl
        choice = augmentors.RandomChoice([
            augmentors.NodeDropping(pn=RATIO),
            augmentors.FeatureMasking(pf=RATIO)], 1)
        contrast = models.DualBranchContrast(
            loss=losses.InfoNCE(tau=TEMPERATURE), mode='G2G')
        for name in [PEER, VIEWS_ALONE]:
            plain = PlainGIN(num_features)

            def project(batch: Batch, views: Any, plain: PlainGIN = plain,
                        has_original: bool = name == PEER) -> List[Tensor]:
                if has_original:
                    plain.embed(batch.x, batch.edge_index, batch.batch,
                                batch.num_graphs)
                return [plain(*view, batch.batch, batch.num_graphs)
                        for view in views]

            out[name] = Trainer(
                plain, DataLoader(dataset, batch_size, shuffle=True),
                lambda batch: [choice(batch.x, batch.edge_index)[:2]
                               for _ in range(2)],
                project, lambda batch, z: contrast(g1=z[0], g2=z[1]), device)

    by_graph = PlainGIN(num_features)
    out[PLAIN] = Trainer(
        by_graph, torch.utils.data.DataLoader(
            dataset, batch_size, shuffle=True, collate_fn=list),
        lambda items: [
            Batch.from_data_list([augment_one(data) for data in items]).to(
                device)
            for _ in range(2)],
        lambda items, views: [
            by_graph(view.x, view.edge_index, view.batch, view.num_graphs)
            for view in views],
        lambda items, z: nt_xent(*z), device)
    return out


def mvgrl(dataset: InMemoryDataset, diffused: InMemoryDataset,
          batch_size: int, width: int, device: str,
          gcl: Optional[Tuple[Any, Any, Any]]) -> Dict[str, Trainer]:
    r"""The contenders of MVGRL."""
    jsd = JSDLoss()

    def own_loss(batch: Batch, z: List[Any]) -> Tensor:
        return jsd(*z[0], batch.batch)

    out = {}
    for name, sampler in [(HARD, 'proximity'), (UNIFORM, 'uniform'),
                          (HALF, 'proximity')]:
        model = MVGRL(dataset.num_features, width)
        forward, loss = each_view(model), own_loss
        if name == HALF:
            forward, loss = half(forward, device), half(loss, device)
        out[name] = Trainer(
            model, our_loader(diffused, batch_size, sampler),
            lambda batch: [batch], forward, loss, device,
            (lambda z: (z[0].graph1, z[0].graph2))
            if sampler == 'proximity' else None)

    if gcl is not None:
        augmentors, losses, models = gcl
        # Cached, the first mini-batch's diffusion would serve them all.
        views = [augmentors.Identity(),
                 augmentors.PPRDiffusion(alpha=ALPHA, use_cache=False)]
        contrast = models.DualBranchContrast(loss=losses.JSD(), mode='G2L')
        for name in [PEER, PEER_HALF]:
            plain = PlainMVGRL(dataset.num_features, width)

            def forward(batch: Batch, views: Any,
                        plain: PlainMVGRL = plain) -> List[Tensor]:
                return plain(views, batch.batch, batch.num_graphs)

            def loss(batch: Batch, z: List[Tensor]) -> Tensor:
                return contrast(h1=z[0], h2=z[1], g1=z[2], g2=z[3],
                                batch=batch.batch)

            if name == PEER_HALF:
                forward, loss = half(forward, device), half(loss, device)
            out[name] = Trainer(
                plain, DataLoader(dataset, batch_size, shuffle=True),
                lambda batch: [view(batch.x, batch.edge_index)
                               for view in views],
                forward, loss, device)
    return out


def compare(contenders: Dict[str, Trainer], num_graphs: int,
            num_rounds: int) -> Dict[str, Any]:
    r"""Trains in turns and prints throughput and parts."""
    seconds = alternate(dict(contenders), num_rounds)
    per_graph = {name: [value / num_graphs for value in values]
                 for name, values in seconds.items()}
    print(table(per_graph, HARD, unit=1e-6) + '    (us per graph)')
    parts = {name: run.medians() for name, run in contenders.items()}
    print(f'\n{"ms per mini-batch":<24}' +
          ''.join(f'{name:>14}' for name in [*PARTS, 'graphs / s']))
    for name, row in parts.items():
        print(f'{name:<24}' +
              ''.join(f'{row[part]:>14.2f}' for part in PARTS) +
              f'{1 / median(per_graph[name]):>14.0f}')
    print(flush=True)
    return dict(seconds=seconds, num_graphs=num_graphs, parts=parts)


def compare_augmentation(dataset: InMemoryDataset, batch_size: int,
                         num_rounds: int,
                         device: str) -> Dict[str, List[float]]:
    r"""Augments one mini-batch at once and, on the CPU, graph by graph."""
    items = [dataset[i] for i in torch.randperm(len(dataset))[:batch_size]]
    batch = Batch.from_data_list(items).to(device)
    augment = our_augmentation()
    seconds = alternate(
        {
            'whole batch': lambda: augment(batch),
            'graph by graph, plain PyG': lambda: [
                augment_one(data) for data in items],
            'graph by graph, same transforms': lambda: [
                augment(data) for data in items],
        }, num_rounds, device)
    print(table(seconds, 'whole batch', unit=1e-3) + '    (ms per view)\n')
    return seconds


def main() -> None:
    arguments = parser(__doc__, has_device=True)
    arguments.add_argument('--root', default='data', metavar='DIR',
                           help='folder of the data sets')
    arguments.add_argument('--datasets', nargs='*', metavar='NAME',
                           help='data sets to train on (default: PROTEINS '
                           'and NCI1; digits with --quick)')
    args = arguments.parse_args()
    gcl = pygcl()
    if gcl is None and not args.quick:
        raise SystemExit('This comparison needs PyGCL')
    names = args.datasets or (['digits'] if args.quick else
                              ['PROTEINS', 'NCI1'])
    rounds, batch_size, width = (1, 16, 16) if args.quick else (7, 128, 512)
    sample = 64 if args.quick else 512
    random.seed(0)
    torch.manual_seed(0)

    result: Dict[str, Any] = {}
    for name in names:
        dataset = load_dataset(name, args.root)
        chosen = torch.randperm(len(dataset))[:sample]
        if args.quick:
            dataset = dataset[chosen]
        print(f'{name}, GraphCL: {len(dataset)} graphs, B = {batch_size}, '
              f'{args.device}, {torch.get_num_threads()} threads')
        result[f'{name}, GraphCL'] = compare(
            graph_cl(dataset, batch_size, args.device, gcl), len(dataset),
            rounds)
        result[f'{name}, augmentation'] = compare_augmentation(
            dataset, batch_size, rounds, args.device)

        dataset = load_dataset(name, args.root, features='degree')[chosen]
        diffuse = PPRDiffusion(ALPHA)
        start = time.perf_counter()
        diffused = InMemoryDataset()
        diffused.data, diffused.slices = diffused.collate(
            [diffuse(data) for data in dataset])
        once = time.perf_counter() - start
        print(f'{name}, MVGRL: {len(dataset)} graphs; their diffusion, once: '
              f'{once:.2f} s')
        result[f'{name}, MVGRL'] = dict(
            compare(mvgrl(dataset, diffused, batch_size, width, args.device,
                          gcl),
                    len(dataset), max(1, rounds // 3)), diffusion=once)
    write_json(args.json, result)


if __name__ == '__main__':
    main()
