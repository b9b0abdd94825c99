r"""Do hard mini-batches help to find a graph by a perturbed copy of it?

FINDING (November 2026, 2 CPU cores)
No: with layer normalization R@1 falls by 2.4 ± 1.5 on NCI1, once per epoch,
with batch normalization nothing differs by more than noise (3 seeds). Tables
are in benchmarks/results/retrieval; `--report` makes them anew.

GraphCL learns to find graphs by copies of them that lost a fifth of their
nodes, or by subgraphs of half of them, on four fifths of a data set; R@1 is
that among the others, another fifth for every seed. Graphs that the
Weisfeiler-Leman test cannot tell apart count as one in a second figure.
Encoders have batch normalization, as ever, or layer normalization, which does
not see the mini-batch.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import pandas as pd
import torch
from torch import Tensor
from torch_geometric.data import Batch, InMemoryDataset
from torch_geometric.nn import WLConv

from benchmarks.fill import fill
from benchmarks.measure import write_json
from benchmarks.pairs import Negatives, means, negatives, recall
from benchmarks.runs import (GROUPS, PAPER, TOP, Table, as_json, by_seed,
                             compared, graph_size, mean_and_std, mean_text,
                             rows_in, table_parser, without_empty, write_table)
from pyg_batchsampler import BatchSamplerLoader, same_label_rate
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.losses import info_nce_loss
from pyg_batchsampler.nn import GINEncoder, GraphCL
from pyg_batchsampler.seed import derive_seed, global_seed, make_generator
from pyg_batchsampler.training import Step, fit
from pyg_batchsampler.transforms import NodeDropping, RandomWalkSubgraph

OUT = Path(__file__).parent / 'results' / 'retrieval'
DATASETS = ['NCI1', 'PROTEINS']
NUM_FOLDS = 5
TEMPERATURE = 0.1
Pair = Tuple[Tensor, Tensor]
COPIES = {'node_dropping': lambda generator: NodeDropping(0.2, generator),
          'subgraph': lambda generator: RandomWalkSubgraph(0.5, generator)}


class Setting(NamedTuple):
    r"""What a run depends on besides its data and its seed."""
    mini_batches: str = 'uniform'
    norm: str = 'batch'
    copies: str = 'node_dropping'
    batch_size: int = 128
    candidate_ratio: float = 0.5
    neighbor_ratio: float = 0.1
    lr: float = 0.01
    epochs: int = 10


def kinds_of_graphs(dataset: InMemoryDataset, num_layers: int = 3) -> Tensor:
    r"""Numbers the classes of graphs that the Weisfeiler-Leman test cannot
    tell apart, :math:`[N]`."""
    data = Batch.from_data_list(list(dataset))
    color = data.x.unique(dim=0, return_inverse=True)[1]
    colors = [color]
    for _ in range(num_layers):
        colors.append(WLConv()(colors[-1], data.edge_index))
    kinds: Dict[str, int] = {}
    out = []
    for part in torch.stack(colors, dim=1).split(data.ptr.diff().tolist()):
        key = str(sorted(part.tolist()))
        out.append(kinds.setdefault(key, len(kinds)))
    return torch.tensor(out)


def train_and_test(dataset: InMemoryDataset, kind: Tensor, setting: Setting,
                   seed: int) -> Dict[str, float]:
    r"""Returns R@1, and what mini-batches were like after warm-up."""
    perm = torch.randperm(len(dataset), generator=make_generator(
        seed // NUM_FOLDS)).chunk(NUM_FOLDS)
    fold = perm[seed % NUM_FOLDS]
    others = torch.cat([part for part in perm if part is not fold])
    train = dataset[others]
    with global_seed(derive_seed(seed)):
        model = GraphCL(GINEncoder(dataset.num_features, norm=setting.norm))
    copy = COPIES[setting.copies](make_generator(seed, 1))
    is_hard = setting.mini_batches != 'uniform'
    graph: Dict[str, Any] = {}
    if is_hard:
        graph.update(graph_size(len(train), setting.candidate_ratio,
                                setting.neighbor_ratio))
        made = GROUPS if setting.mini_batches == 'groups of 4' else PAPER
        graph.update(walk_size=made['walk_size'])
    loader = BatchSamplerLoader(
        train, setting.batch_size, seed=seed,
        batch_sampler='proximity' if is_hard else 'uniform',
        replacement=setting.mini_batches == 'walks', **graph)
    negative: List[Negatives] = []
    batches: List[Tensor] = []

    def compare_copies(batch: Any, mask: Optional[Tensor]) -> Tuple[Tensor,
                                                                   Pair]:
        z1, z2 = model(batch), model(copy(batch))
        return info_nce_loss(z1, z2, TEMPERATURE), (z1, z2)

    def on_step(step: Step) -> None:
        if (step.epoch > 1 and len(step.index) == setting.batch_size
                and isinstance(step.views, tuple)):
            negative.append(negatives(*step.views))
            batches.append(step.index)

    fit(model, compare_copies, loader,
        torch.optim.Adam(model.parameters(), lr=setting.lr), setting.epochs,
        on_step=on_step)
    found = recalls(model, dataset[fold], kind[fold],
                    COPIES[setting.copies](make_generator(seed, 2)))
    per_epoch = torch.stack(batches).view(setting.epochs - 1, -1)
    seen = [epoch.unique().numel() / epoch.numel() for epoch in per_epoch]
    return dict(found, **means(negative),
                same_kind=float(same_label_rate(kind[others],
                                                batches).mean()),
                coverage=sum(seen) / len(seen),
                most_often=int(torch.cat(batches).bincount().max()) /
                (setting.epochs - 1))


@torch.no_grad()
def recalls(model: GraphCL, dataset: InMemoryDataset, kind: Tensor,
            copy: Any) -> Dict[str, float]:
    r"""Returns R@1 in %, mean of both directions, of graphs as such and of
    graphs as kinds."""
    model.eval()
    batch = Batch.from_data_list(list(dataset))
    z1, z2 = model(batch), model(copy(batch))
    return dict(recall=recall(z1, z2), kind_recall=recall(z1, z2, kind))


SETTINGS = [Setting(mini_batches, norm, neighbor_ratio=neighbor_ratio)
            for norm in ['layer', 'batch']
            for mini_batches, neighbor_ratio in [
                ('uniform', 0.1), ('once', 0.1), ('once', 0.5),
                ('walks', 0.1), ('groups of 4', GROUPS['neighbor_ratio'])]]


def run(name: str, root: str, out: Path, settings: List[Setting],
        num_seeds: int) -> None:
    r"""Runs what is missing of a data set, seed after seed."""
    path = out / name / 'results.csv'
    dataset = load_dataset(name, root)
    kind = kinds_of_graphs(dataset)
    fill(path, [(dict(seed=seed, **setting._asdict()),
                 partial(train_and_test, dataset, kind, setting, seed))
                for seed in range(num_seeds) for setting in settings],
         desc=name)


def report(name: str, out: Path, **changes: Any) -> str:
    r"""Makes the table of a data set anew from its rows."""
    frame = rows_in(out / name)
    table: Table = [['normalization', 'mini-batches', 'R@1 %',
                     'to uniform ± 95 % CI', 'R@1 % of kinds', 'similarity',
                     'top-1', 'coverage', 'most often']]
    base: 'pd.Series[float]' = pd.Series(dtype=float)
    for setting in SETTINGS:
        runs = by_seed(frame, setting._replace(**changes)._asdict())
        if runs.empty:
            continue
        own = runs['recall'].astype(float)
        is_base = setting.mini_batches == 'uniform'
        base = own if is_base else base
        kinds = runs['kind_recall'].astype(float).mean()
        name_of = setting.mini_batches
        if not is_base:
            name_of += f', K / M = {setting.neighbor_ratio:g}'
        table.append([setting.norm, name_of, mean_and_std(own),
                      '' if is_base else compared(own, base).text,
                      f'{kinds:.2f}', *(
                          mean_text(runs, measure) for measure in [
                              'similarity', TOP, 'coverage', 'most_often'])])
    return write_table(out / name, without_empty(table, 'top-1'))


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--datasets', nargs='+', default=DATASETS,
                           metavar='NAME', help='data sets')
    arguments.add_argument('--seeds', type=int, default=5, metavar='N',
                           help='runs per setting')
    args = arguments.parse_args()
    changes: Dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        if args.quick:
            args.datasets, args.seeds, args.out = ['digits'], 1, Path(folder)
            changes = dict(epochs=2)
        for name in args.datasets:
            if not args.report:
                run(name, args.root, args.out, [
                    setting._replace(**changes) for setting in SETTINGS],
                    args.seeds)
            print(f'{name}\n\n{report(name, args.out, **changes)}')
        write_json(args.json, as_json(args.datasets, args.out)
                   if args.json else {})


if __name__ == '__main__':
    main()
