r"""Contenders on a task: each at a learning rate of its own, chosen before the
test, seed after seed, and what they come to beside uniform mini-batches."""

import argparse
from functools import partial
from pathlib import Path
from typing import (Any, Callable, Dict, List, Mapping, NamedTuple, Optional,
                    Sequence)

import numpy as np
import pandas as pd

from benchmarks.fill import OLDER, fill
from benchmarks.mini_batches import BASE, KINDS, UNTRAINED, MiniBatches
from benchmarks.paired import Difference, corrected
from benchmarks.runs import (Table, by_seed, compared, mean_and_std, mean_text,
                             without_empty, write_table)
from pyg_batchsampler.cli.value_of import value_of
from pyg_batchsampler.experiments.rows import Row, matching, read_rows
from pyg_batchsampler.nn.gin_encoder import NORMS
from pyg_batchsampler.training.fit import NotFinite

LRS = [0.001, 0.003, 0.01]
FIRST_SEED = dict(select=1000, test=0)


class Line(NamedTuple):
    r"""A row of the table: what was run, its runs by seed, and those of
    uniform mini-batches alike; none if it is not compared with them."""
    text: List[str]
    runs: 'pd.DataFrame'
    base: 'pd.DataFrame'

    def difference(self, score: str) -> Difference:
        return compared(self.runs[score].astype(float),
                        self.base[score].astype(float))


class Contest(NamedTuple):
    r"""A task, and what its rows hold. A setting is a row's key without its
    seed: the fields of :class:`MiniBatches`, :obj:`lr`, and :obj:`context`.

    Args:
        folder (Path): Where rows are; a file for each part.
        scores (dict): Columns and titles of what contenders are scored by;
            learning rates are chosen by the first one, and it is tested.
        context (dict): Columns and titles of what contenders share.
        measures (dict, optional): Columns and titles of what mini-batches
            were like. (default: :obj:`{}`)
        kinds (dict, optional): The contenders. (default: :obj:`KINDS`)
        instead (list, optional): Changes of the context, each to be tried on
            top of those before it, under which a learning rate was chosen if
            it was not under the very context. (default: :obj:`()`)
        alone (dict, optional): Context that uniform mini-batches do not
            depend on, and the value that their rows have. (default:
            :obj:`{}`)
    """
    folder: Path
    scores: Dict[str, str]
    context: Dict[str, str]
    measures: Dict[str, str] = {}
    kinds: Mapping[str, MiniBatches] = KINDS
    instead: Sequence[Row] = ()
    alone: Row = {}

    @property
    def chosen_by(self) -> str:
        r"""The score that learning rates are chosen by."""
        return next(iter(self.scores))

    def path(self, part: str) -> Path:
        r"""Returns the file of the rows of a part."""
        return self.folder / part / 'results.csv'

    def rows(self, part: str) -> 'pd.DataFrame':
        r"""Returns all rows of a part, those that are older with what they
        lack."""
        frame = read_rows(self.path(part))
        for name, value in OLDER.defaults.items():
            if name in self.context and len(frame):
                old = frame[name] if name in frame else ''
                frame[name] = pd.Series(old, frame.index).replace(
                    '', str(value))
        return frame

    def chosen_lr(self, key: Row) -> Optional[float]:
        r"""Returns the learning rate that is best on the seeds to select by;
        :obj:`None` if there are none. Rates are compared with the one that
        was run most often, on the seeds that both have; one at which a run
        diverged is out."""
        if key['sampler'] == UNTRAINED:
            return 0.0
        key, frame = self._alone(key), self.rows('select')
        for changes in [{}, *self.instead]:
            key = dict(key, **changes)
            runs = matching(frame, _without(key, 'lr'), OLDER)
            if len(runs):
                score = runs[self.chosen_by].astype(float)
                by_lr = {lr: score[own.index].set_axis(own['seed'])
                         for lr, own in runs.groupby(runs['lr'].astype(float))
                         if not score[own.index].isna().any()}
                if not by_lr:
                    return None
                most = max(by_lr.values(), key=len)
                gains = {float(str(lr)): (own - most).mean()
                         for lr, own in by_lr.items()}
                return max(gains, key=lambda lr: np.nan_to_num(
                    gains[lr], nan=-np.inf))
        return None

    def settings(self, settings: Sequence[Any], part: str,
                 lrs: Optional[Sequence[float]],
                 choices: Sequence[float] = LRS) -> List[Any]:
        r"""Returns every setting with the learning rates that are given; if
        none are, with all that are to choose from, or the one that was
        chosen."""
        out = []
        for setting in settings:
            setting = setting._replace(**self._alone(setting._asdict()))
            rates = lrs or choices
            if setting.sampler == UNTRAINED:
                rates = [0.0]
            elif part != 'select' and not lrs:
                chosen = self.chosen_lr(setting._asdict())
                if chosen is None:
                    raise ValueError(
                        f"no learning rate was chosen for {setting} in "
                        f"{self.path('select')}. Run '--part select' first, "
                        "or give '--lr'")
                rates = [chosen]
            out += [setting._replace(lr=lr) for lr in rates]
        return list(dict.fromkeys(out))

    def run(self, part: str, settings: Sequence[Any], seeds: Sequence[int],
            train_and_test: Callable[..., Row]) -> None:
        r"""Runs what is missing, seed after seed, by a function of setting
        and seed. A run that diverges has NaN for scores."""
        def attempt(setting: Any, seed: int) -> Row:
            try:
                return train_and_test(setting, seed)
            except (FloatingPointError, NotFinite):
                return dict.fromkeys(self.scores, float('nan'))

        fill(self.path(part), [
            (dict(seed=seed, **setting._asdict()),
             partial(attempt, setting, seed))
            for seed in seeds for setting in settings],
            desc=f'{self.folder.name}, {part}')

    def found(self, key: Row, part: str = 'test') -> 'pd.DataFrame':
        r"""Returns the runs of a contender at the learning rate that was
        chosen for it, by seed."""
        frame = self.rows(part)
        if frame.empty:
            return frame
        return by_seed(frame, dict(self._alone(key), lr=self.chosen_lr(key)))

    def report(self, part: str) -> str:
        r"""Makes the table of a part anew from its rows: in every context
        those of all kinds, with their differences to uniform mini-batches at
        the learning rate chosen for these, or at the same where none was."""
        frame = self.rows(part)
        if frame.empty:
            raise ValueError(f'no rows in {self.path(part)}. Run without '
                             '--report first')
        contexts = frame[list(self.context)].drop_duplicates()
        lines = [line for context in contexts.to_dict('records')
                 for line in self._lines(frame, context)]
        found = {score: [line.difference(score) for line in lines]
                 for score in self.scores}
        p_values = corrected(found[self.chosen_by])
        table: Table = [[
            *self.context.values(), 'mini-batches', 'lr', *(
                text for title in self.scores.values() for text in
                [title, f'{title} to uniform ± 95 % CI']),
            'p', *self.measures.values()]]
        for i, (line, p_value) in enumerate(zip(lines, p_values)):
            table.append([*line.text, *(
                cell for score in self.scores for cell in
                [mean_and_std(line.runs[score].astype(float)),
                 found[score][i].text if found[score][i].num_pairs else '']),
                p_value, *(mean_text(line.runs, each)
                           for each in self.measures)])
        for title in ['p', *self.measures.values()]:
            table = without_empty(table, title)
        return write_table(self.folder.parent / f'{self.folder.name}-{part}',
                           table)

    def _lines(self, frame: 'pd.DataFrame', context: Row) -> List[Line]:
        uniform = self._alone(dict(context, **BASE._asdict()))
        chosen = self.chosen_lr(uniform)
        lines = []
        for title, kind in self.kinds.items():
            runs = matching(frame, dict(context, **kind._asdict()), OLDER)
            for lr in sorted(runs['lr'].astype(float).unique()):
                own = runs[runs['lr'].astype(float) == lr]
                base = by_seed(frame, dict(
                    uniform, lr=lr if chosen is None else chosen))
                if kind.sampler in (BASE.sampler, UNTRAINED):
                    base = base.iloc[:0]
                elif base.empty and len(matching(frame, uniform, OLDER)):
                    raise ValueError(
                        f"{self.path('test').parent.parent} lacks uniform "
                        f"mini-batches at the learning rate chosen for them, "
                        f"{chosen} (in {uniform}). Run '--kinds uniform'")
                lines.append(Line(
                    [*(text or 'none' for text in context.values()), title,
                     f'{lr:g}' if lr else ''], by_seed(own, {}), base))
        return lines

    def _alone(self, key: Row) -> Row:
        r"""Returns the key that the rows of a setting have."""
        is_base = key['sampler'] in (BASE.sampler, UNTRAINED)
        return dict(key, **self.alone) if is_base else key


def _without(key: Row, name: str) -> Row:
    return {each: value for each, value in key.items() if each != name}


def add_flags(arguments: argparse.ArgumentParser, kinds: Sequence[str],
              default: Sequence[str], num_seeds: int = 3) -> None:
    r"""Adds the flags of scripts whose contenders choose learning rates
    before they are tested."""
    arguments.add_argument('--part', choices=list(FIRST_SEED), default='test',
                           help='what seeds are for: to select learning '
                           'rates, or to test what was selected')
    arguments.add_argument('--first-seed', type=int, metavar='N',
                           help='1000 for select, 0 for test if not given')
    arguments.add_argument('--seeds', type=int, default=num_seeds,
                           metavar='N', help='runs per setting')
    arguments.add_argument('--lr', nargs='+', type=float, metavar='X',
                           help='learning rates; if not given several to '
                           'select, and what was selected to test')
    arguments.add_argument('--kinds', nargs='+', metavar='KIND',
                           choices=list(kinds), default=list(default),
                           help='mini-batches: ' + '; '.join(kinds))


def add_norms(arguments: argparse.ArgumentParser, default: str) -> None:
    r"""Adds the flag of the normalization."""
    arguments.add_argument('--norms', nargs='+', default=[default],
                           type=value_of(str, takes_none=True).read,
                           choices=[*NORMS], help='normalization')


def seeds_of(args: argparse.Namespace) -> List[int]:
    r"""Returns the seeds that are asked for."""
    first = args.first_seed
    if first is None:
        first = FIRST_SEED[args.part]
    return list(range(first, first + args.seeds))
