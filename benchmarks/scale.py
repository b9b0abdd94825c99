r"""Do graph and plan fit a small machine, from a million instances to ten?

FINDING (November 2026, 2 CPU cores, 3 rounds in turns)
ImageNet takes 13.2 s (12.6 to 25.1) and 3.2 GiB, the graph 4.0x the bare
matrix product; the release's algorithm would take 1,042 s, 79x as long. Ten
million instances in a file take 60 s and 4.2 GiB beside the pages of the file,
1.33x as long per instance as a million in memory.

Each run has a process of its own, which makes clustered vectors, builds the
whole proximity graph and plans an exactly-once epoch, both kept. Times are
those of graph and plan, memory is the peak of the process, embedding included.

* ImageNet: N = 1,281,167, D = 128, float32, M = 1000, K = 100, B = 256.
  Beside it the time of the release's algorithm (graph and walks, step by
  step), from a slice and scaled, and that of the bare matrix product.
* More than memory: N = 10,000,000, D = 64, float16 in a file mapped to memory,
  M = 256, K = 16. Its pages are counted apart: the system drops them at will.
* The same M, D and K for as many float32 vectors as ImageNet has: what a
  larger N and a file cost per instance.
"""

import argparse
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from benchmarks.graph_build import product, release_graph
from benchmarks.measure import parser, synchronize, write_json
from benchmarks.peak import in_own_process
from benchmarks.walk import numpy_walk
from pyg_batchsampler import ProximityBatchSampler, build_proximity_graph

CHUNK = 2**16  # vectors made at a time
RELEASE_SLICE = 2048  # instances whose rows the release's algorithm makes
RELEASE_WALKS = 20


class Case(NamedTuple):
    name: str
    num_instances: int
    dim: int
    num_candidates: int
    num_neighbors: int
    batch_size: int
    is_on_disk: bool


CASES = [
    Case('ImageNet', 1281167, 128, 1000, 100, 256, False),
    Case('more than memory', 10**7, 64, 256, 16, 256, True),
    Case('its M, D and K', 1281167, 64, 256, 16, 256, False),
]
QUICK = [
    Case('ImageNet', 20000, 128, 200, 20, 64, False),
    Case('more than memory', 80000, 64, 100, 10, 64, True),
    Case('its M, D and K', 20000, 64, 100, 10, 64, False),
]


def chunks(num_instances: int, dim: int) -> Iterator[Tensor]:
    r"""Makes vectors around 100 centres, some at a time."""
    generator = torch.Generator().manual_seed(0)
    centre = torch.randn(100, dim, generator=generator)
    for i in range(0, num_instances, CHUNK):
        size = min(CHUNK, num_instances - i)
        label = torch.randint(100, (size, ), generator=generator)
        noise = torch.randn(size, dim, generator=generator)
        yield centre[label] + 0.7 * noise


def make_embedding(case: Case, folder: Path, device: str = 'cpu') -> Tensor:
    r"""Returns the vectors, in memory or mapped from a file."""
    shape = case.num_instances, case.dim
    x = torch.empty(0)
    if case.is_on_disk:
        path = folder / f'{case.num_instances}-{case.dim}.float16'
        if not path.exists():
            array = np.memmap(path, np.float16, 'w+', shape=shape)
            _fill(torch.from_numpy(array), case)
            array.flush()
        x = torch.from_numpy(np.memmap(path, np.float16, 'c', shape=shape))
    else:
        x = torch.empty(shape)
        _fill(x, case)
    return x.to(device)


def _fill(x: Tensor, case: Case) -> None:
    for out, chunk in zip(x.split(CHUNK), chunks(*x.shape)):
        out.copy_(chunk)


def graph_and_plan(case: Case, folder: Path, device: str) -> Dict[str, Any]:
    r"""Builds the graph and plans an epoch."""
    x = make_embedding(case, folder, device)
    sampler = ProximityBatchSampler(x, case.batch_size,
                                    num_candidates=case.num_candidates,
                                    num_neighbors=case.num_neighbors)
    if not x.is_cpu:  # a small run loads the kernels
        small = x[:8 * case.num_candidates]
        ProximityBatchSampler(small, case.batch_size).plan(0)
        build_proximity_graph(small)
        synchronize(device)
    begin = time.perf_counter()
    graph = build_proximity_graph(x, num_candidates=case.num_candidates,
                                  num_neighbors=case.num_neighbors,
                                  generator=torch.Generator().manual_seed(0))
    synchronize(device)
    middle = time.perf_counter()
    batches = sampler.plan(0)
    end = time.perf_counter()
    is_seen = torch.zeros(case.num_instances, dtype=torch.bool)
    is_seen[torch.cat(batches)] = True
    assert graph.num_edges == case.num_instances * case.num_neighbors
    assert len(batches) == len(sampler) and bool(is_seen.all())
    peak = 0 if x.is_cpu else torch.cuda.max_memory_allocated(x.device)
    return dict(graph=middle - begin, plan=end - middle,
                num_batches=len(batches), device=peak / 2**30)


def limits(case: Case, folder: Path, device: str) -> Dict[str, Any]:
    r"""Measures the bare product on the device, and a slice of the release's
    algorithm on the CPU."""
    x = make_embedding(case, folder, device)
    product(x[:2**16], case.num_candidates)
    synchronize(device)
    begin = time.perf_counter()
    product(x, case.num_candidates)
    synchronize(device)
    bare = time.perf_counter() - begin

    x = x.cpu()
    some = min(RELEASE_SLICE, case.num_instances)
    begin = time.perf_counter()
    release_graph(x, case.num_candidates, case.num_neighbors, some)
    release = (time.perf_counter() - begin) * case.num_instances / some

    graph = build_proximity_graph(x, num_candidates=case.num_candidates,
                                  num_neighbors=case.num_neighbors)
    array = graph.col.view(case.num_instances, -1).numpy()
    rng = np.random.default_rng(0)
    num_batches = -(-case.num_instances // case.batch_size)
    begin = time.perf_counter()
    for _ in range(RELEASE_WALKS):
        numpy_walk(array, int(rng.integers(len(array))), case.batch_size, rng)
    walk = (time.perf_counter() - begin) / RELEASE_WALKS * num_batches
    return dict(product=bare, release=release + walk)


def report(runs: Dict[str, List[Dict[str, Any]]],
           limit: Optional[Dict[str, Any]], cases: List[Case]) -> str:
    lines = [f'{"":<18}{"N":>11}{"graph":>9}{"plan":>8}{"seconds":>18}'
             f'{"us / instance":>15}{"GiB":>7}{"without files":>15}'
             f'{"GiB of device":>15}']
    cost = {}
    for case in cases:
        mine = runs[case.name]
        total = [run['graph'] + run['plan'] for run in mine]
        cost[case.name] = 1e6 * median(total) / case.num_instances
        lines.append(
            f'{case.name:<18}{case.num_instances:>11,}'
            f'{median(run["graph"] for run in mine):>9.2f}'
            f'{median(run["plan"] for run in mine):>8.2f}'
            f'{f"{median(total):.1f} ({min(total):.1f}-{max(total):.1f})":>18}'
            f'{cost[case.name]:>15.2f}'
            f'{max(run["resident"] for run in mine):>7.2f}'
            f'{max(run["anonymous"] for run in mine):>15.2f}'
            f'{max(run["device"] for run in mine):>15.2f}')
    if limit is not None:
        total = median(run['graph'] + run['plan'] for run in runs['ImageNet'])
        graph = median(run['graph'] for run in runs['ImageNet'])
        lines += [
            f'bare product for ImageNet: {limit["product"]:.1f} s; the graph '
            f'takes {graph / limit["product"]:.1f}x',
            "the release's algorithm for ImageNet, scaled from a slice: "
            f'{limit["release"]:,.0f} s, {limit["release"] / total:.0f}x']
    ratio = cost['more than memory'] / cost['its M, D and K']
    lines.append('per instance, ten million in a file to a million in memory: '
                 f'{ratio:.2f}x')
    return '\n'.join(lines)


def main() -> None:
    arguments: argparse.ArgumentParser = parser(__doc__, has_device=True)
    arguments.add_argument('--rounds', type=int, default=3, metavar='N',
                           help='how often each case runs, in turns')
    arguments.add_argument('--folder', type=Path, metavar='DIR',
                           help='where the file is made, which takes 1.3 GB; '
                           'a temporary folder if not given')
    args = arguments.parse_args()
    cases, rounds = (QUICK, 1) if args.quick else (CASES, args.rounds)
    runs: Dict[str, List[Dict[str, Any]]] = {case.name: [] for case in cases}
    with TemporaryDirectory(dir=args.folder) as name:
        folder = Path(name)
        for case in cases:  # the file is not part of the memory of a run
            if case.is_on_disk:
                make_embedding(case, folder)
        for _ in tqdm(range(rounds), unit='round', disable=args.quick):
            for case in cases:
                runs[case.name].append(
                    in_own_process(graph_and_plan, case, folder, args.device))
        limit = in_own_process(limits, cases[0], folder, args.device)
    print(report(runs, limit, cases))
    write_json(args.json, dict(cases=[case._asdict() for case in cases],
                               runs=runs, limit=limit))


if __name__ == '__main__':
    main()
