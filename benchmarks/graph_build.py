r"""How fast is the proximity graph built?

FINDING (November 2026, 2 CPU cores, N = 20,000, D = 128, M = 1000, K = 100)
The dense backend is 69x faster than the release's algorithm, 2.7x faster than
faiss, and takes 3.9x the bare product (81x, 3.1x and 3.6x in another run).

The contenders build the graph of N clustered vectors, M candidates and K
neighbors per instance, in turns within one run:

* the package's backends;
* the release's algorithm, written anew from its description: candidates drawn
  per instance, gathered, compared by a batched product, top-K;
* faiss' exact `knn` on the very blocks of the dense backend;
* the bare matrix product of the same size, the limit.
"""

from statistics import median
from typing import Any, Callable, Dict, List, NamedTuple, Optional

import torch
from torch import Tensor

from benchmarks.measure import alternate, clustered, parser, table, write_json
from pyg_batchsampler.graph.build_proximity_graph import build_proximity_graph
from pyg_batchsampler.search.candidates import CandidateBlocks, draw_candidates

CHUNK = 256  # instances of the release's algorithm compared at a time


def release_graph(x: Tensor, num_candidates: int, num_neighbors: int,
                  num_rows: Optional[int] = None) -> Tensor:
    r"""The release's algorithm: candidates with replacement, per instance, of
    all instances or the first ones."""
    out = []
    everyone = torch.arange(num_rows or x.size(0), device=x.device)
    for rows in everyone.split(CHUNK):
        candidate = torch.randint(x.size(0), (rows.numel(), num_candidates),
                                  device=x.device)
        score = torch.bmm(x[candidate], x[rows].unsqueeze(-1)).squeeze(-1)
        index = score.topk(num_neighbors, dim=1).indices
        out.append(candidate.gather(1, index))
    return torch.cat(out)


def faiss_graph(x: Tensor, blocks: CandidateBlocks,
                num_neighbors: int) -> List[Any]:
    r"""faiss' exact search, block by block; one more neighbor for the
    candidate that is skipped."""
    import faiss
    anchors = blocks.anchor.split(blocks.block_size)
    return [
        faiss.knn(x[anchor].numpy(), x[candidate].numpy(), num_neighbors + 1,
                  metric=faiss.METRIC_INNER_PRODUCT)
        for anchor, candidate in zip(anchors, blocks.candidate)
    ]


def product(x: Tensor, num_candidates: int) -> None:
    r"""The matrix product of all instances with M others, nothing kept."""
    other = x[:num_candidates].t().contiguous()
    for rows in x.split(512 if x.is_cpu else 2**16):
        torch.mm(rows, other)


def compare(num_instances: int, dim: int, num_candidates: int,
            num_neighbors: int, num_rounds: int,
            device: str) -> Dict[str, List[float]]:
    x = clustered(num_instances, dim)[0]
    on_cpu, x = x, x.to(device)
    generator = torch.Generator().manual_seed(0)
    blocks = draw_candidates(num_instances, num_candidates,
                             generator=generator)

    def build(backend: str) -> Callable[[], Any]:
        return lambda: build_proximity_graph(
            x, num_candidates=num_candidates, num_neighbors=num_neighbors,
            backend=backend, generator=generator)

    return alternate(
        {
            'dense (this package)': build('dense'),
            'release\'s algorithm (a)': lambda: release_graph(
                x, num_candidates, num_neighbors),
            'faiss.knn on the same blocks (b), CPU': lambda: faiss_graph(
                on_cpu, blocks, num_neighbors),
            'bare matrix product (c)': lambda: product(x, num_candidates),
        }, num_rounds, device)


class Measurement(NamedTuple):
    r"""Seconds for one graph with :math:`K = M / 10`."""
    device: str
    num_instances: int
    num_candidates: int
    dim: int
    torch_cluster: float
    dense: float


def backend_table(num_instances: int, num_rounds: int,
                  device: str) -> List[Measurement]:
    r"""The backends that run on any device, over N, M and D: the faster one
    should be what :obj:`'auto'` stands for."""
    out = []
    for n in sorted({num_instances // 10, num_instances}):
        for m in [min(100, n // 2), min(1000, n // 2)]:
            for dim in [2, 3, 8, 32, 128]:
                x = clustered(n, dim)[0].to(device)

                def run(backend: str, x: Tensor = x,
                        m: int = m) -> Callable[[], Any]:
                    return lambda: build_proximity_graph(
                        x, num_candidates=m, backend=backend)

                rounds = num_rounds if dim <= 8 else 1
                seconds = alternate({'torch_cluster': run('torch_cluster'),
                                     'dense': run('dense')}, rounds, device)
                out.append(Measurement(
                    x.device.type, n, m, dim,
                    *(float(f'{median(seconds[name]):.3g}')
                      for name in ['torch_cluster', 'dense'])))
                print(('{:<8}' + '{:>8}' * 3 + '{:>15.3g}{:>9.3g}{:>7.3g}x')
                      .format(*out[-1], out[-1][-2] / out[-1][-1]),
                      flush=True)
    return out


def main() -> None:
    arguments = parser(__doc__, has_device=True)
    arguments.add_argument('--table', action='store_true',
                           help='measure the table of backends as well')
    args = arguments.parse_args()
    n, m, k, rounds = (4000, 400, 40, 3) if args.quick else (
        20000, 1000, 100, 7)
    seconds = compare(n, 128, m, k, rounds, args.device)
    print(f'N = {n}, D = 128, M = {m}, K = {k}, {args.device}, '
          f'{torch.get_num_threads()} threads; seconds, and ratios to dense')
    print(table(seconds, 'dense (this package)'))
    rows: List[Measurement] = []
    if args.table:
        print('\nseconds per graph, K = M / 10')
        print('device         N       M       D  torch_cluster    dense  '
              'ratio')
        rows = backend_table(400 if args.quick else 4000, 3, args.device)
    write_json(args.json, {
        'size': dict(N=n, D=128, M=m, K=k),
        'seconds': seconds,
        'table': [row._asdict() for row in rows],
    })


if __name__ == '__main__':
    main()
