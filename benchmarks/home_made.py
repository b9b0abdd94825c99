r"""Does home-made code earn its keep beside what libraries offer?

FINDING (November 2026, 2 CPU cores)
All that is left does. Without it, jobs take this many times as long:

* a proximity graph: 2.4 with `torch.topk`; 2 with threads within ops, 4 if
  the cores have other work; with 100 candidates, 1.3 with a loop of PyTorch
  in the place of `_find_own`. The walks of an epoch: 2.4 by torch_cluster.
  Walks on a graph that grows: 1.5 with `torch.unique`. The plan of an
  exactly-once epoch of 200,000: 1.2 in one thread; of 20,000: 1.6 with
  `embedding_bag` for the sums of rows. Joining the views of a mini-batch: 1.9
  with ops that scale rows.
* a step of MVGRL: 2.5 with messages as in PyG, 1.2 with torch_sparse. A step
  of GraphCL: 1.3 with either, 1.1 with `global_add_pool`, and 1.2 to 1.3 with
  the sorting of PyTorch or NumPy if edges come in random order. A view (nodes
  dropped, features masked): 1.3 by indexing (2.7 on COLLAB), 1.7 if nodes are
  chosen by sorting.
* scores of embeddings by scikit-learn, on MUTAG and PROTEINS: 2.6 and 2.5 for
  the linear probe, 2.5 and 3.1 for the SVM with a Gaussian kernel, 5.7 and 18
  for the linear one, which is three times slower with threads of BLAS (twenty
  times if the cores have other work).

Ratios of jobs in which threads are not the question are of a single thread
(OMP_NUM_THREADS=1). What did not earn its keep has made way for PyTorch's:
a PReLU of our own (a step of MVGRL took 0.97 of its time without it, 1.03 in
bfloat16), sorts by NumPy (1.07 of the walks by torch_cluster, 1.02 to 1.15 of
a perturbation of edges), and threads around walks and draws of candidates
(1.04).

Every job is run as it is and with one piece replaced, in turns.
"""

import contextlib
import warnings
from importlib import import_module
from typing import Any, Callable, Dict, List, Optional, Tuple
from unittest.mock import patch

import numpy as np
import torch
from sklearn.linear_model import RidgeClassifierCV
from sklearn.model_selection import (GridSearchCV, StratifiedKFold,
                                     cross_val_score)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from torch import Tensor
from torch.nn.functional import embedding_bag
from torch_geometric.data import Batch, Data, InMemoryDataset
from torch_geometric.index import index2ptr
from torch_geometric.nn import global_add_pool
from torch_geometric.nn.conv.gcn_conv import gcn_norm
from torch_geometric.utils import scatter
from torch_sparse import SparseTensor

from benchmarks.measure import alternate, clustered, parser, table, write_json
from pyg_batchsampler import build_proximity_graph, random_walk_with_restart
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.evaluation import (linear_probe, linear_svc_probe,
                                         svc_probe)
from pyg_batchsampler.evaluation.nested_cross_validation import PENALTIES
from pyg_batchsampler.graph.build_proximity_graph import GraphSize
from pyg_batchsampler.losses import JSDLoss, NTXentLoss
from pyg_batchsampler.nn import MVGRL, GINEncoder, GraphCL
from pyg_batchsampler.sampler.grouped_order import grouped_order
from pyg_batchsampler.search.candidates import CandidateBlocks
from pyg_batchsampler.similarity.join_pairs import join_pairs
from pyg_batchsampler.similarity.unit_rows import UnitRows
from pyg_batchsampler.transforms import (FeatureMasking, NodeDropping,
                                         PPRDiffusion)
from pyg_batchsampler.walk.growing_graph import BLOCK_SIZE, walk_growing

QUICK, NUM_QUICK = 'digits', 200  # a data set that needs no files
OURS = 'this package'
BATCH_SIZE, RATIO = 128, 0.2
Job = Callable[[], Any]


def instead(job: Job, theirs: Any, *places: str) -> Job:
    r"""Returns a job in which :obj:`theirs` takes the place of what is called
    :obj:`room.module.name` in this package."""
    def run() -> Any:
        with contextlib.ExitStack() as stack:
            for place in places:
                module, _, name = f'pyg_batchsampler.{place}'.rpartition('.')
                stack.enter_context(patch.object(import_module(module), name,
                                                 theirs))
            return job()
    return run


# What libraries offer for search and walks

def topk(score: Tensor, skipped: Tensor, row: Tensor, candidate: Tensor,
         block_size: int, neighbor: Tensor, similarity: Tensor) -> None:
    score.scatter_(1, skipped.view(-1, 1).long(), -torch.inf)
    value, index = score.topk(neighbor.size(1))
    block = torch.arange(row.numel()) // block_size
    neighbor[row] = candidate[block.view(-1, 1), index]
    similarity[row] = value


def one_by_one(function: Callable[[Any], None], items: Any, work: int,
               name: str) -> None:
    for item in items:
        function(item)


def in_one_thread(kernel: Callable[..., None], num_rows: int, work: int,
                  *args: Any) -> None:
    kernel(0, num_rows, *args)


def find_own(anchor: Any, candidate: Any, block_size: int,
             skipped: Any) -> None:
    anchors = torch.from_numpy(anchor).long().split(block_size)
    own = torch.from_numpy(skipped).split(block_size)
    block = torch.full((len(anchor), ), -1)
    column = torch.empty(len(anchor), dtype=torch.int)
    columns = torch.arange(candidate.shape[1], dtype=torch.int)
    for t, row in enumerate(torch.from_numpy(candidate).long()):
        block[row], column[row] = t, columns
        torch.where(block[anchors[t]] == t, column[anchors[t]], own[t],
                    out=own[t])


def sum_rows(kernel: Any, num_rows: int, work: int, x: Any, batches: Any,
             total: Any, own: Any) -> None:
    rows, index = torch.from_numpy(x), torch.from_numpy(batches)
    total[:] = embedding_bag(index, rows, mode='sum').square().sum(dim=1)
    own[:] = rows.square().sum(dim=1)[index].sum(dim=1)


def scale(kernel: Any, num_rows: int, work: int, embedding: Any,
          out: Any) -> None:
    rows, unit = torch.from_numpy(embedding), torch.from_numpy(out)
    largest = rows.abs().amax(dim=1, keepdim=True)
    unit.copy_(rows / largest.masked_fill_(largest == 0, 1))
    norm = unit.norm(dim=1, keepdim=True)
    unit.div_(norm.masked_fill_(norm == 0, 1))


def draw_few(anchor: Tensor, num_instances: int,
             num_candidates: int) -> CandidateBlocks:
    width, block = num_candidates + 1, torch.arange(
        anchor.numel()) // BLOCK_SIZE
    rows = []
    for _ in range(-(-anchor.numel() // BLOCK_SIZE)):
        row = torch.randint(num_instances, (width, )).unique()
        while row.numel() < width:
            more = torch.randint(num_instances, (width - row.numel(), ))
            row = torch.cat([row, more]).unique()
        rows.append(row[torch.randperm(width)].int())
    candidate = torch.stack(rows)
    skipped = torch.randint(width, (anchor.numel(), ), dtype=torch.int)
    own, column = (candidate[block] == anchor.view(-1, 1)).nonzero().t()
    skipped[own] = column.int()
    return CandidateBlocks(anchor, candidate, skipped, BLOCK_SIZE,
                           torch.arange(anchor.numel(), dtype=torch.int))


def search_jobs(is_quick: bool) -> Dict[str, Dict[str, Job]]:
    n, m, k = (4000, 400, 40) if is_quick else (20000, 1000, 100)
    x = clustered(n, 128)[0]
    generator = torch.Generator().manual_seed(0)

    def build(num_candidates: int = m) -> Any:
        return build_proximity_graph(
            x, num_candidates=num_candidates, generator=generator,
            num_neighbors=num_candidates // 10)

    graph, start = build(), torch.randperm(n)[:n // 256]
    rows = UnitRows(clustered(10 * n, 128)[0])

    def walk(backend: str) -> Job:
        return lambda: random_walk_with_restart(
            graph, start, 256, backend=backend, generator=generator)

    def grow() -> Tensor:
        return walk_growing(rows, GraphSize(m, k), 'auto', start[:64],
                            BATCH_SIZE, 0.2, None, generator)

    def plan(rows: UnitRows) -> Tensor:
        return grouped_order(rows, torch.randperm(rows.size(0)), 256, 256,
                             1500.0, generator)

    few_rows = UnitRows(x)

    views = torch.randn(2, BATCH_SIZE, 32)

    few = f'{n} x {m // 10} candidates'
    return {
        f'graph of {n} x {m} candidates': {
            OURS: build,
            'torch.topk for top_candidates': instead(
                build, topk, 'search.dense.top_candidates'),
            'ops in threads for for_each_in_threads': instead(
                build, one_by_one, 'search.dense.for_each_in_threads'),
            'a loop for _find_own': instead(
                build, find_own, 'search.candidates._find_own'),
        },
        f'graph of {few}': {
            OURS: (fewer := lambda: build(m // 10)),
            'a loop for _find_own': instead(
                fewer, find_own, 'search.candidates._find_own'),
        },
        f'walks of an epoch of {n}': {
            OURS: walk('compiled'),
            'torch_cluster for walk_compiled': walk('torch_cluster'),
        },
        f'64 walks on a graph of {10 * n} that grows': {
            OURS: grow,
            'torch.unique for draw_few': instead(
                grow, draw_few, 'walk.growing_graph.draw_few'),
        },
        f'exactly-once epoch of {10 * n}': {
            OURS: (large := lambda: plan(rows)),
            'one thread for run_in_threads': instead(
                large, in_one_thread, 'sampler.bisection.run_in_threads'),
        },
        f'{BATCH_SIZE} pairs of rows joined': {
            OURS: (join := lambda: join_pairs(*views)),
            'ops for _scale': instead(
                join, scale, 'similarity.unit_rows.run_in_threads'),
        },
        f'exactly-once epoch of {n}': {
            OURS: (small := lambda: plan(few_rows)),
            'embedding_bag for _sum_rows': instead(
                small, sum_rows, 'similarity.mean_similarity.run_in_threads'),
        },
    }


# What libraries offer for training

class Messages:
    r"""Gathers and scatters, as PyG's layers do."""
    def __init__(self, edge_index: Tensor, num_nodes: int,
                 edge_weight: Optional[Tensor] = None):
        self.edges = edge_index, edge_weight
        self.num_nodes = num_nodes

    def normalized(self, dtype: torch.dtype) -> 'Messages':
        edge_index, weight = gcn_norm(*self.edges, self.num_nodes,
                                      dtype=dtype)
        return type(self)(edge_index, self.num_nodes, weight)

    def __matmul__(self, x: Tensor) -> Tensor:
        (row, col), weight = self.edges
        message = x[row] if weight is None else x[row] * weight.view(-1, 1)
        return scatter(message, col, 0, self.num_nodes)


class Sparse(Messages):
    r"""Multiplies sparse matrices by torch_sparse."""
    def __init__(self, *args: Any):
        super().__init__(*args)
        (row, col), weight = self.edges
        self.matrix = SparseTensor(row=col, col=row, value=weight,
                                   sparse_sizes=(self.num_nodes, ) * 2)

    def __matmul__(self, x: Tensor) -> Tensor:
        out: Tensor = self.matrix @ x
        return out


def torch_sort(key: Any, num_keys: int) -> Tuple[Any, Any]:
    values, perm = torch.from_numpy(key).sort(stable=True)
    return index2ptr(values, num_keys).numpy(), perm.numpy()


def numpy_sort(key: Any, num_keys: int) -> Tuple[Any, Any]:
    perm = key.argsort(kind='stable')
    return np.searchsorted(key[perm], np.arange(num_keys + 1)), perm


def pool(x: Tensor, batch: Optional[Tensor] = None,
         batch_size: Optional[int] = None) -> Tensor:
    return global_add_pool(x, batch, size=batch_size)


def edges_among(edge_index: Tensor, kept: Tensor,
                number: Tensor) -> Tuple[Tensor, Tensor]:
    row, col = edge_index
    source = (kept[row] & kept[col]).nonzero().view(-1)
    return number[edge_index[:, source]], source


def random_members(group: Tensor, ptr: Tensor, count: Tensor,
                   generator: Optional[torch.Generator]) -> Tensor:
    random = torch.rand(group.numel(), dtype=torch.double)
    order = (group + random).argsort()
    out = torch.zeros_like(group, dtype=torch.bool)
    out[order] = torch.arange(group.numel()) < (ptr[:-1] + count)[group]
    return out


def mini_batch(name: str, transform: Any = None) -> Tuple[Data, int]:
    dataset = load_dataset(name)
    chosen = dataset[torch.randperm(len(dataset))[:BATCH_SIZE]]
    graphs = [data if transform is None else transform(data)
              for data in chosen]
    return Batch.from_data_list(graphs), dataset.num_features


def step_of(model: torch.nn.Module, loss: Callable[[], Tensor]) -> Job:
    r"""Returns a step of training."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)

    def step() -> None:
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return step


def training_jobs(is_quick: bool) -> Dict[str, Dict[str, Job]]:
    name = QUICK if is_quick else 'PROTEINS'
    batch, num_features = mini_batch(name, PPRDiffusion())
    plain = mini_batch(name)[0]
    graph_cl = GraphCL(GINEncoder(num_features))
    mvgrl = MVGRL(num_features, 64 if is_quick else 512)
    drop, mask, nt_xent, jsd = (NodeDropping(RATIO), FeatureMasking(RATIO),
                                NTXentLoss(), JSDLoss())
    # In random order, as edges of the user's may be.
    order = torch.randperm(plain.num_edges)
    shuffled = Data(plain.x, plain.edge_index[:, order], batch=plain.batch)

    gin = step_of(graph_cl, lambda: nt_xent(graph_cl(drop(plain)),
                                            graph_cl(mask(plain))))
    gin_shuffled = step_of(graph_cl, lambda: nt_xent(
        graph_cl(shuffled), graph_cl(mask(shuffled))))
    gcn = step_of(mvgrl, lambda: jsd(*mvgrl(batch), batch.batch))
    adjacency = 'nn.gin_encoder.Adjacency', 'nn.gcn_encoder.Adjacency'
    counting_sort = 'nn.adjacency.counting_sort'

    def contenders(job: Job) -> Dict[str, Job]:
        return {
            OURS: job,
            'messages for Adjacency': instead(job, Messages, *adjacency),
            'torch_sparse for Adjacency': instead(job, Sparse, *adjacency),
            'Tensor.sort for counting_sort': instead(
                job, torch_sort, counting_sort),
            'ndarray.argsort for counting_sort': instead(
                job, numpy_sort, counting_sort),
            'global_add_pool for sum_nodes': instead(
                job, pool, 'nn.gin_encoder.sum_nodes',
                'nn.gcn_encoder.sum_nodes'),
        }

    out = {
        f'step of GraphCL on {name}': contenders(gin),
        'edges in random order': contenders(gin_shuffled),
        f'step of MVGRL on {name}': contenders(gcn),
    }
    for other in [name] if is_quick else [name, 'COLLAB']:
        many = mini_batch(other)[0]

        def view(many: Data = many) -> Data:
            return mask(drop(many))

        out[f'nodes of {other} dropped and masked'] = {
            OURS: view,
            'ops for edges_among': instead(
                view, edges_among, 'transforms.graph_batch.edges_among'),
            'Tensor.argsort for random_members': instead(
                view, random_members,
                'transforms.node_dropping.random_members',
                'transforms.feature_masking.random_members'),
        }
    return out


# What libraries offer for evaluation

def evaluation_jobs(is_quick: bool) -> Dict[str, Dict[str, Job]]:
    out = {}
    for name in [QUICK] if is_quick else ['MUTAG', 'PROTEINS']:
        dataset: InMemoryDataset = load_dataset(name)
        if is_quick:
            dataset = dataset[:NUM_QUICK]
        data = Batch.from_data_list(list(dataset))
        torch.manual_seed(0)
        encoder = GINEncoder(dataset.num_features).eval()
        with torch.no_grad():
            x = encoder(data.x, data.edge_index, data.batch)
        out.update(probes_of(name, x, data.y, 3 if is_quick else 10))
    return out


def probes_of(name: str, embedding: Tensor, label: Tensor,
              num_folds: int) -> Dict[str, Dict[str, Job]]:
    x, y = embedding.double().numpy(), label.numpy()

    def score(model: Any) -> Job:
        folds = StratifiedKFold(num_folds, shuffle=True, random_state=0)
        return lambda: cross_val_score(model, x, y, cv=folds).mean()

    def searched(model: Any) -> Job:
        return score(GridSearchCV(model, {'C': list(PENALTIES)}, cv=5,
                                  n_jobs=-1))

    def probe(function: Callable[..., float]) -> Job:
        return lambda: function(embedding, label, num_folds)

    any_thread = (contextlib.nullcontext,
                  'evaluation.nested_cross_validation.one_blas_thread',
                  'evaluation.linear_probe.one_blas_thread')
    ridge = make_pipeline(StandardScaler(),
                          RidgeClassifierCV(np.logspace(-1, 4, 6)))
    return {
        f'{kind} on {name}': {
            OURS: probe(function),
            theirs: job,
            'BLAS in threads for one_blas_thread': instead(
                probe(function), *any_thread),
        } for kind, function, theirs, job in [
            ('linear_probe', linear_probe, 'RidgeClassifierCV', score(ridge)),
            ('svc_probe', svc_probe, 'GridSearchCV(SVC())', searched(SVC())),
            ('linear_svc_probe', linear_svc_probe, 'GridSearchCV(LinearSVC())',
             searched(LinearSVC())),
        ]
    }


def main() -> None:
    args = parser(__doc__).parse_args()
    rounds = 2 if args.quick else 9
    seconds: Dict[str, Dict[str, List[float]]] = {}
    for jobs, num_rounds in [(search_jobs, rounds), (training_jobs, rounds),
                             (evaluation_jobs, min(rounds, 3))]:
        for job, contenders in jobs(args.quick).items():
            with warnings.catch_warnings():  # of LinearSVC's, mostly
                warnings.simplefilter('ignore')
                seconds[job] = alternate(contenders, num_rounds)
            print(f'{job}: milliseconds, and ratios to {OURS}')
            print(table(seconds[job], OURS, 1e-3) + '\n', flush=True)
    write_json(args.json, dict(threads=torch.get_num_threads(),
                               seconds=seconds))


if __name__ == '__main__':
    main()
