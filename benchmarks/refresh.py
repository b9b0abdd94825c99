r"""What does it cost to keep mini-batches hard, as a share of training?

FINDING (November 2026, 2 CPU cores)
An encoder at its default interval adds 4.2 % on PROTEINS and 7.3 % on NCI1,
of which encoding is 1.4 and 4.2 %. Recorded embeddings add 17 and 11 %:
recording is 2 to 3 %, the rest is mostly trial walks and trials of groups,
which are made every epoch, of 9 and 33 steps. With the plans of 0.1.0 an
encoder added 7.1 % on MUTAG and 9.0 % on COLLAB, recorded embeddings 21 and
1.6 %.

GraphCL is trained as `compare` does, with proximity mini-batches, from
recorded embeddings and with an encoder that is run over the data set, both at
their default refresh intervals, for 250 steps or a little more. The share is
that of the whole time that goes into what uniform mini-batches do without:
sampling (graph, trial walks and plan), recording and encoding. The other parts
are loading, augmentation, forward and backward passes.
"""

from statistics import median
from typing import Any, Dict, List

from benchmarks.measure import parser, write_json
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.training import TrainingConfig, train

NAMES = ['MUTAG', 'PROTEINS', 'NCI1', 'COLLAB']
MODES = ['recorded', 'encoder']
PARTS = ['sampling', 'recording', 'encoding']
NUM_STEPS = 250


def shares(seconds: Dict[str, float]) -> Dict[str, float]:
    r"""Returns the parts of the whole time, and all of them together."""
    total = sum(seconds.values())
    out = {part: seconds[part] / total for part in PARTS}
    return dict(out, added=sum(out.values()))


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument('--root', default='data', metavar='DIR',
                           help='folder of the data sets')
    arguments.add_argument('--datasets', nargs='*', metavar='NAME',
                           help='data sets to train on (default: '
                           f'{", ".join(NAMES)}; digits with --quick)')
    args = arguments.parse_args()
    names = args.datasets or (['digits'] if args.quick else NAMES)
    rounds, num_steps = (1, 20) if args.quick else (3, NUM_STEPS)

    result: Dict[str, Any] = {}
    print(f'{"data set":<12}{"embedding":<12}{"ms / step":>12}' +
          ''.join(f'{part:>12}' for part in [*PARTS, 'added']))
    for name in names:
        dataset = load_dataset(name, args.root)
        steps = TrainingConfig().num_batches(len(dataset))
        epochs = -(-num_steps // steps)
        runs: Dict[str, List[Dict[str, float]]] = {m: [] for m in MODES}
        for i in range(rounds):
            for mode in MODES:  # in turns
                config = TrainingConfig(epochs=epochs,
                                        similarity_source=mode)
                runs[mode].append(train(dataset, 'proximity', config,
                                        i).seconds)
        for mode in MODES:
            each = [shares(run) for run in runs[mode]]
            step = median(sum(run.values()) for run in runs[mode]) / (
                epochs * steps)
            print(f'{name:<12}{mode:<12}{1e3 * step:>12.1f}' + ''.join(
                f'{median(x[part] for x in each):>12.1%}'
                for part in [*PARTS, 'added']), flush=True)
        result[name] = dict(runs=runs, epochs=epochs)
    write_json(args.json, result)


if __name__ == '__main__':
    main()
