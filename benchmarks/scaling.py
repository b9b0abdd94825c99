r"""Is the cost per instance flat in N?

FINDING (November 2026, 2 CPU cores)
Cost per instance stays within 12 % from N = 10,000 to 200,000.

Graph and exactly-once plan of clustered vectors (D = 64, M = 1000, K = 100,
B = 256), sizes in turns within one run.
"""

from statistics import median
from typing import Any, Callable

from benchmarks.measure import alternate, clustered, parser, write_json
from pyg_batchsampler import ProximityBatchSampler


def main() -> None:
    args = parser(__doc__).parse_args()
    sizes = [2000, 8000] if args.quick else [10000, 50000, 200000]
    m, k, rounds = (200, 20, 2) if args.quick else (1000, 100, 3)

    def plan(n: int) -> Callable[[], Any]:
        x = clustered(n, 64)[0]
        sampler = ProximityBatchSampler(x, 256, num_candidates=m,
                                        num_neighbors=k)

        def graph_and_plan() -> None:
            sampler.update(x)
            sampler.plan(0)

        return graph_and_plan

    seconds = alternate({str(n): plan(n) for n in sizes}, rounds)
    cost = {n: median(seconds[str(n)]) / n for n in sizes}
    print(f'{"N":>10}{"seconds":>12}{"us / instance":>16}{"to smallest":>14}')
    for n in sizes:
        print(f'{n:>10}{median(seconds[str(n)]):>12.3f}{1e6 * cost[n]:>16.2f}'
              f'{cost[n] / cost[sizes[0]]:>13.2f}x')
    write_json(args.json, dict(M=m, K=k, seconds=seconds))


if __name__ == '__main__':
    main()
