r"""What do sampling and refresh add to training?

FINDING (November 2026, 2 CPU cores)
Recorded embeddings add 6.3 % on digits and 5.5 % on PROTEINS, an encoder 4.1 %
and 3.3 %. Most is the graph of trial walks, which recorded embeddings need
every epoch: 13 of 17 ms on digits.

GraphCL is trained as `compare` does, with proximity mini-batches at the
default refresh interval, from recorded embeddings and with an encoder. Shares
are of the training time; its other parts are loading, augmentation, forward
and backward passes.
"""

from statistics import median
from typing import Any, Dict, List

from benchmarks.measure import parser, write_json
from pyg_batchsampler.training import TrainingConfig, load_dataset, train


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument('--root', default='data', metavar='DIR',
                           help='folder of the data sets')
    args = arguments.parse_args()
    names = ['digits'] if args.quick else ['digits', 'PROTEINS']
    epochs, rounds = (2, 1) if args.quick else (20, 3)
    modes = ['recorded', 'encoder']
    shares: Dict[str, List[float]] = {}
    result: Dict[str, Any] = {}
    print(f'{"data set":<12}{"embedding":<12}{"training s":>12}'
          f'{"sampling s":>12}{"encoding s":>12}{"added":>9}')
    for name in names:
        dataset = load_dataset(name, args.root)
        for i in range(rounds):
            for mode in modes:  # in turns
                config = TrainingConfig(epochs=epochs, embedding=mode)
                seconds = train(dataset, 'proximity', config,
                                         i).seconds
                share = (seconds['sampling'] +
                         seconds['encoding']) / seconds['training']
                shares.setdefault(f'{name}, {mode}', []).append(share)
                result.setdefault(f'{name}, {mode}', []).append(seconds)
        for mode in modes:
            runs = result[f'{name}, {mode}']
            parts = [median(run[part] for run in runs)
                     for part in ['training', 'sampling', 'encoding']]
            print(f'{name:<12}{mode:<12}' +
                  ''.join(f'{part:>12.2f}' for part in parts) +
                  f'{median(shares[f"{name}, {mode}"]):>9.1%}', flush=True)
    write_json(args.json, dict(shares=shares, seconds=result))


if __name__ == '__main__':
    main()
