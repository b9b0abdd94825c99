r"""Do hard mini-batches help to find the other half of a pair?

FINDING (November 2026, 2 CPU cores)
Pairs that were trained on: R@1 96.2 -> 99.4 % (+3.2 ± 0.3, 3 seeds, B = 32,
M = 9000, K = 20). Others: within noise, +0.3 ± 0.8 (5 seeds). Tables are in
benchmarks/results/retrieval; `--report` makes them anew from the rows.

WikiSplit holds sentences that were split in two. A bag of words, an
`EmbeddingBag` from scratch, learns to find the second half among those of
1,000 sentences by the first, and the other way round (R@1, mean of both
directions), with a contrastive loss over the pairs of a mini-batch. Settings
were chosen on train.tsv alone: 4,000 pairs to train on, 1,000 to validate on,
another fold for every seed. What is reported trains on 9,000 pairs, train.tsv
and four fifths of test.tsv, and tests on the last fifth.
"""

from collections import Counter
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import pandas as pd
import torch
from torch import Tensor

from benchmarks.fill import fill
from benchmarks.measure import write_json
from benchmarks.pairs import Negatives, means, negatives, recall
from benchmarks.runs import (TOP, Table, as_json, by_seed, compared,
                             mean_and_std, mean_text, rows_in, table_parser,
                             without_empty, write_table)
from pyg_batchsampler import BatchSamplerLoader, join_pairs
from pyg_batchsampler.losses import info_nce_loss
from pyg_batchsampler.seed import derive_seed, global_seed, make_generator
from pyg_batchsampler.training import Step, fit

OUT = Path(__file__).parent / 'results' / 'retrieval'
NUM_FOLDS = 5
TEMPERATURE = 0.05
Pair = Tuple[Tensor, Tensor]
Words = Tuple[List[str], List[str]]


class Setting(NamedTuple):
    r"""What a run depends on besides its data and its seed."""
    sampler: str = 'uniform'
    batch_size: int = 32
    num_candidates: int = 0  # all if there are fewer
    num_neighbors: int = 0
    restart_prob: float = 0.0
    side: str = 'both'
    replacement: bool = False
    lr: float = 0.3
    epochs: int = 6
    walk_size: Optional[int] = None  # the paper's: a single walk


def hard(num_candidates: int, num_neighbors: int, restart_prob: float = 0.3,
         **changes: Any) -> Setting:
    return Setting('proximity', num_candidates=num_candidates,
                   num_neighbors=num_neighbors, restart_prob=restart_prob,
                   **changes)


SKETCHED = [hard(9000, 20), hard(2000, 100)]
GROUPS = hard(1000, 20, restart_prob=0.2, walk_size=4)  # by default
SETTINGS: Dict[str, List[Setting]] = {
    'select': [
        *(Setting(lr=lr) for lr in [0.01, 0.03, 0.1, 0.3, 1.0]),
        *(hard(9000, k) for k in [20, 500]),
        hard(9000, 20, side='mean'),
        *(hard(m, k, replacement=True)
          for m, k in [(9000, 20), (9000, 100), (2000, 100), (2000, 200)]),
        hard(2000, 200),
        hard(9000, 20, side='x'), hard(9000, 20, side='y'),
    ],
    'test': [setting._replace(batch_size=batch_size, lr=lr)
             for batch_size, lr in [(16, 0.3), (32, 0.3), (128, 0.3),
                                    (32, 0.01)]
             for setting in [Setting(), *SKETCHED, GROUPS]],
}


class BagOfWords(torch.nn.Module):
    r"""Embeds both sides of pairs of texts by the mean over their words."""
    def __init__(self, num_words: int, channels: int = 64):
        super().__init__()
        self.bag = torch.nn.EmbeddingBag(num_words, channels, sparse=True)

    def forward(self, batch: Tuple[Pair, Pair]) -> Pair:
        (x, x_start), (y, y_start) = batch
        return self.bag(x, x_start), self.bag(y, y_start)


def collate(items: List[Pair]) -> Tuple[Pair, Pair]:
    r"""Merges pairs of texts: the words of each side, and where they
    begin."""
    def side(words: Tuple[Tensor, ...]) -> Pair:
        size = torch.tensor([0] + [word.numel() for word in words[:-1]])
        return torch.cat(words), size.cumsum(0)

    x, y = zip(*items)
    return side(x), side(y)


def read_pairs(path: Path) -> List[Words]:
    r"""Reads the halves of split sentences."""
    out = []
    for line in path.read_text(encoding='utf-8').splitlines():
        x, y = line.lower().split('\t')[1].split('<::::>')
        out.append((x.split(), y.split()))
    return out


def synthetic_pairs(num_pairs: int) -> List[Words]:
    r"""Returns pairs that share some words of a topic."""
    generator = make_generator(0)
    topic = torch.randint(200, (num_pairs, 1), generator=generator)
    words = 5 * topic + torch.randint(5, (num_pairs, 12), generator=generator)
    text = [[str(word) for word in row] for row in words.tolist()]
    return [(row[:6], row[6:] + row[:1]) for row in text]


def split(root: str, part: str, seed: int) -> Tuple[List[Words], List[Words]]:
    r"""Returns pairs to train on and to be found; invented ones without a
    folder."""
    folder = Path(root, 'text', 'wikisplit')
    train = read_pairs(folder / 'train.tsv') if root else synthetic_pairs(500)
    rest: List[Words] = []
    if part == 'test' and root:
        rest, train = train, read_pairs(folder / 'test.tsv')
    # A new partition whenever its folds are used up.
    perm = torch.randperm(len(train), generator=make_generator(
        seed // NUM_FOLDS)).chunk(NUM_FOLDS)
    fold = perm[seed % NUM_FOLDS].tolist()
    others = sorted(set(range(len(train))) - set(fold))
    return rest + [train[i] for i in others], [train[i] for i in fold]


def to_indices(train: List[Words],
               test: List[Words]) -> Tuple[int, List[Any], List[Any]]:
    r"""Returns the number of words seen in training, and pairs as their
    indices; all others are word 0."""
    count = Counter(word for pair in train for side in pair for word in side)
    index = {word: i for i, word in enumerate(count, start=1)}

    def tensors(pairs: List[Words]) -> List[Any]:
        return [tuple(torch.tensor([index.get(word, 0) for word in side])
                      for side in pair) for pair in pairs]

    return len(index) + 1, tensors(train), tensors(test)


def make_loader(model: BagOfWords, dataset: Any, setting: Setting,
                seed: int) -> BatchSamplerLoader:
    graph: Dict[str, Any] = {}
    encoder = None
    if setting.sampler == 'proximity':
        most = len(dataset) - 1
        graph = dict(num_candidates=min(setting.num_candidates, most),
                     num_neighbors=min(setting.num_neighbors, most),
                     restart_prob=setting.restart_prob,
                     walk_size=setting.walk_size)

        def encoder(batch: Any) -> Tensor:
            x, y = model(batch)
            return join_pairs(x, y, setting.side)

    return BatchSamplerLoader(
        dataset, setting.batch_size, batch_sampler=setting.sampler,
        encoder=encoder, collate_fn=collate, seed=seed,
        replacement=setting.replacement,
        refresh_interval=-(-len(dataset) // setting.batch_size), **graph)


def train_and_test(num_words: int, train: Any, test: Any, setting: Setting,
                   seed: int) -> Dict[str, float]:
    r"""Returns R@1 and, over mini-batches after warm-up, what the loss
    compared."""
    with global_seed(derive_seed(seed)):
        model = BagOfWords(num_words)
    found: List[Negatives] = []
    num_steps = 0

    def compare_sides(batch: Any, mask: Optional[Tensor]) -> Tuple[Tensor,
                                                                  Pair]:
        x, y = model(batch)
        return info_nce_loss(x, y, TEMPERATURE), (x, y)

    def on_step(step: Step) -> None:
        nonlocal num_steps
        num_steps += 1
        if (step.epoch > 1 and len(step.index) == setting.batch_size
                and isinstance(step.views, tuple)):
            found.append(negatives(*step.views))

    fit(model, compare_sides, make_loader(model, train, setting, seed),
        torch.optim.SparseAdam(model.parameters(), lr=setting.lr),
        setting.epochs, on_step=on_step)
    with torch.no_grad():
        return dict(recall=recall(*model(collate(test))),
                    train_recall=recall(*model(collate(train))),
                    num_steps=num_steps, **means(found))


def run(root: str, out: Path, part: str, settings: List[Setting],
        num_seeds: int) -> None:
    r"""Runs what is missing, seed after seed."""
    path = out / 'wikisplit' / 'results.csv'
    for seed in range(num_seeds):
        data = to_indices(*split(root, part, seed))
        fill(path, [(dict(part=part, seed=seed, **setting._asdict()),
                     partial(train_and_test, *data, setting, seed))
                    for setting in settings], desc=f'{part}, seed {seed}')


def label(setting: Setting) -> str:
    r"""Returns what stands for a setting in a table."""
    if setting.sampler == 'uniform':
        return 'uniform'
    kind = 'walks' if setting.replacement else 'exactly once'
    if setting.walk_size is not None:
        kind += f', groups of {setting.walk_size}'
    side = '' if setting.side == 'both' else f', {setting.side}'
    return (f'{kind}, M = {setting.num_candidates}, '
            f'K = {setting.num_neighbors}{side}')


def report(out: Path, **changes: Any) -> str:
    r"""Makes the tables anew from the rows."""
    frame = rows_in(out / 'wikisplit')
    text = []
    for part in ['select', 'test']:
        table: Table = [['B', 'learning rate', 'mini-batches', 'R@1 %',
                         'to uniform ± 95 % CI', 'of trained pairs',
                         'to uniform ± 95 % CI', 'similarity', 'top-1']]
        for setting in SETTINGS[part]:
            setting = setting._replace(**changes)
            runs = runs_of(frame, part, setting)
            if runs.empty:
                continue
            base = runs_of(frame, part, Setting(
                batch_size=setting.batch_size, lr=setting.lr, **changes))
            cells = []
            for name in ['recall', 'train_recall']:
                own = pd.to_numeric(runs[name]).dropna()
                difference = compared(own, pd.to_numeric(base[name]).dropna())
                cells += [mean_and_std(own) if len(own) else '',
                          '' if setting.sampler == 'uniform'
                          or difference.num_pairs == 0 else difference.text]
            table.append([
                str(setting.batch_size), f'{setting.lr:g}', label(setting),
                *cells, mean_text(runs, 'similarity'), mean_text(runs, TOP)])
        text.append(write_table(out / f'wikisplit-{part}',
                                without_empty(table, 'top-1')))
    return '\n'.join(text)


def runs_of(frame: 'pd.DataFrame', part: str,
            setting: Setting) -> 'pd.DataFrame':
    r"""Returns the runs of a setting, by seed."""
    return by_seed(frame, dict(part=part, **setting._asdict()))


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--parts', choices=list(SETTINGS), nargs='+',
                           default=list(SETTINGS), help='what is run')
    arguments.add_argument('--batch-sizes', type=int, nargs='+', metavar='B',
                           default=[16, 32, 128], help='what is run')
    arguments.add_argument('--seeds', type=int, default=5, metavar='N',
                           help='runs per setting')
    args = arguments.parse_args()
    changes: Dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        if args.quick:
            args.out, args.seeds, changes = Path(folder), 1, dict(epochs=2)
            args.parts, args.root = ['test'], ''
        for part in [] if args.report else args.parts:
            run(args.root, args.out, part, [
                setting._replace(**changes) for setting in SETTINGS[part]
                if setting.batch_size in args.batch_sizes], args.seeds)
        print(report(args.out, **changes))
        write_json(args.json, as_json(['wikisplit'], args.out)
                   if args.json else {})


if __name__ == '__main__':
    main()
