r"""Do hard mini-batches help where data are many and each is seen once?

Half a sentence is to find its other half. A bag of words learns it in a single
pass over 140,000 sentences, so that there is nothing to memorise: what is
fitted faster is also what generalizes. Mini-batches are planned on what is
known beforehand, a latent semantic analysis of whole sentences (TF-IDF, 64
dimensions), from the first one on.

A tenth of all sentences is kept for the test, 2,000 of them for each seed.
Settings are chosen on 2,000 of the others, with seeds of their own. R@1 and
MRR (mean reciprocal rank) among these 2,000 are means of both directions, also
after each quarter of the pass.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np
import pandas as pd
import torch
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import Tensor

from benchmarks.fill import fill
from benchmarks.measure import write_json
from benchmarks.mini_batches import KINDS
from benchmarks.pairs import Negatives, means, negatives, pair_loss
from benchmarks.ranks import found_both_ways
from benchmarks.retrieval import (BagOfWords, Pair, Words, collate,
                                  synthetic_pairs, to_indices)
from benchmarks.runs import (TOP, Table, as_json, by_seed, compared,
                             mean_and_std, mean_text, rows_in, table_parser,
                             write_table)
from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.seed import derive_seed, global_seed, make_generator
from pyg_batchsampler.training import Step, fit

OUT = Path(__file__).parent / 'results' / 'one_pass'
TEMPERATURE = 0.05
NUM_TESTED = 2000
MIN_WORDS = 8  # of a sentence
CHECKPOINTS = 4
FIRST_SEED = {'select': 1000, 'test': 0}


class Setting(NamedTuple):
    r"""What a run depends on besides its data and its seed."""
    mini_batches: str = 'uniform'
    batch_size: int = 64
    lr: float = 0.1


class Data(NamedTuple):
    r"""Sentences in halves, the analysis of each, and those of the test."""
    halves: List[Words]
    embedding: Tensor
    num_tested: int


def load_data(root: str) -> Data:
    r"""Reads and analyses sentences; invents some without a folder."""
    if not root:
        halves = synthetic_pairs(1200)
        return Data(halves, analysis(halves, 16), 300)
    lines = Path(root, 'text', 'sentences.txt').read_text(encoding='utf-8')
    words = [line.lower().split() for line in dict.fromkeys(
        lines.splitlines())]
    halves = [(each[:len(each) // 2], each[len(each) // 2:])
              for each in words if len(each) >= MIN_WORDS]
    path = Path(root, 'embeddings', f'analysis-{len(halves)}.npy')
    if not path.exists():
        with written_whole(path) as beside, beside.open('wb') as file:
            np.save(file, analysis(halves, 64).numpy())
    return Data(halves, torch.from_numpy(np.load(path)), NUM_TESTED)


def analysis(halves: List[Words], dim: int) -> Tensor:
    r"""Embeds whole sentences by latent semantic analysis."""
    count = TfidfVectorizer(analyzer=lambda pair: pair[0] + pair[1], min_df=2)
    sparse = count.fit_transform(halves)
    return torch.from_numpy(TruncatedSVD(dim, random_state=0).fit_transform(
        sparse)).float()


def split(data: Data, part: str, seed: int) -> Tuple[Tensor, Tensor]:
    r"""Returns the sentences to train on and those to be found."""
    perm = torch.randperm(len(data.halves), generator=make_generator(0))
    num_rest = 9 * perm.numel() // 10
    own, kept = perm[:num_rest], perm[num_rest:]
    source = own if part == 'select' else kept
    source = source[torch.randperm(source.numel(),
                                   generator=make_generator(seed, 3))]
    test = source[:data.num_tested]
    return (source[data.num_tested:] if part == 'select' else own), test


def train_and_test(data: Data, part: str, setting: Setting,
                   seed: int) -> Dict[str, float]:
    r"""Returns how well halves are found, and what the loss compared."""
    train, test = split(data, part, seed)
    num_words, pairs, tested = to_indices(
        *([data.halves[i] for i in some.tolist()] for some in (train, test)))
    with global_seed(derive_seed(seed)):
        model = BagOfWords(num_words)
    loader = BatchSamplerLoader(
        pairs, setting.batch_size, embedding=data.embedding[train],
        collate_fn=collate, seed=seed, drop_last=True,
        **KINDS[setting.mini_batches].arguments(len(pairs)))
    held_out = collate(tested)
    found: List[Negatives] = []
    out: Dict[str, float] = {}

    def compare_sides(batch: Any, mask: Optional[Tensor]) -> Tuple[Tensor,
                                                                  Pair]:
        x, y = model(batch)
        return pair_loss(x, y, TEMPERATURE), (x, y)

    def on_step(step: Step) -> None:
        assert isinstance(step.views, tuple)
        found.append(negatives(*step.views))
        quarter, is_whole = divmod(CHECKPOINTS * len(found), len(loader))
        if is_whole < CHECKPOINTS:
            with torch.no_grad():
                rank = found_both_ways(*model(held_out))
            out[f'recall_{quarter}'], out[f'mrr_{quarter}'] = (
                rank['recall_1'], rank['mrr'])

    fit(model, compare_sides, loader,
        torch.optim.SparseAdam(model.parameters(), lr=setting.lr), 1,
        on_step=on_step)
    return dict(recall=out[f'recall_{CHECKPOINTS}'],
                mrr=out[f'mrr_{CHECKPOINTS}'], **out, num_steps=len(found),
                **means(found))


def run(data: Data, out: Path, part: str, settings: List[Setting],
        seeds: List[int]) -> None:
    r"""Runs what is missing, seed after seed."""
    fill(out / 'sentences' / part / 'results.csv', [
        (dict(part=part, seed=seed, **setting._asdict()),
         partial(train_and_test, data, part, setting, seed))
        for seed in seeds for setting in settings], desc=part)


def settings_of(kinds: List[str], batch_sizes: List[int],
                lrs: List[float]) -> List[Setting]:
    return [Setting(kind, batch_size, lr) for batch_size in batch_sizes
            for lr in lrs for kind in kinds]


def report(out: Path, part: str) -> str:
    r"""Makes the table of a part anew from its rows."""
    frame = rows_in(out / 'sentences' / part)
    table: Table = [['B', 'learning rate', 'mini-batches', 'R@1 %',
                     'to uniform ± 95 % CI', 'MRR %', 'to uniform ± 95 % CI',
                     'similarity', 'top-1']]
    keys = frame[list(Setting._fields)].drop_duplicates()
    for kind, size, lr in sorted(
            keys.itertuples(index=False),
            key=lambda key: (int(key[1]), float(key[2]),
                             list(KINDS).index(key[0]))):
        own, base = (by_seed(frame, dict(part=part, mini_batches=name,
                                         batch_size=int(size), lr=float(lr)))
                     for name in [kind, 'uniform'])
        cells = []
        for name in ['recall', 'mrr']:
            value = pd.to_numeric(own[name])
            difference = compared(value, pd.to_numeric(base[name]))
            cells += [mean_and_std(value), '' if kind == 'uniform' or
                      difference.num_pairs == 0 else difference.text]
        table.append([size, lr, kind, *cells, mean_text(own, 'similarity'),
                      mean_text(own, TOP)])
    return write_table(out / f'sentences-{part}', table)


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--part', choices=list(FIRST_SEED), default='test',
                           help='what is run')
    arguments.add_argument('--kinds', nargs='+', choices=list(KINDS),
                           default=['uniform', 'groups of 4', 'groups of 8'],
                           metavar='KIND', help='mini-batches: ' +
                           '; '.join(KINDS))
    arguments.add_argument('--batch-sizes', type=int, nargs='+', metavar='B',
                           default=[16, 64, 256], help='what is run')
    arguments.add_argument('--lr', type=float, nargs='+', default=[0.1],
                           help='learning rates')
    arguments.add_argument('--seeds', type=int, default=10, metavar='N',
                           help='runs per setting')
    args = arguments.parse_args()
    first = FIRST_SEED[args.part]
    with TemporaryDirectory() as folder:
        if args.quick:
            args.out, args.seeds, args.root = Path(folder), 1, ''
            args.batch_sizes = [16]
        if not args.report:
            run(load_data(args.root), args.out, args.part,
                settings_of(args.kinds, args.batch_sizes, args.lr),
                list(range(first, first + args.seeds)))
        print(report(args.out, args.part))
        write_json(args.json, as_json([f'sentences/{args.part}'], args.out)
                   if args.json else {})


if __name__ == '__main__':
    main()
