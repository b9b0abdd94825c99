r"""Whether hard mini-batches are worth a try, before any training."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Union

from torch import Tensor

from pyg_batchsampler.checks import check_embedding, check_integer
from pyg_batchsampler.diagnosis.advise import UNIFORM, Advice, advise
from pyg_batchsampler.diagnosis.embedding_properties import (
    EmbeddingProperties, embedding_properties, nearest_same_label_rate)
from pyg_batchsampler.diagnosis.page import page
from pyg_batchsampler.diagnosis.try_plan import TriedPlan, try_plan
from pyg_batchsampler.files import written_whole
from pyg_batchsampler.report import explain_batch
from pyg_batchsampler.report.check_batches import check_label

PLANS: Dict[str, Dict[str, Any]] = {
    UNIFORM: dict(strategy='uniform'),
    'groups of 2': dict(strategy='proximity', walk_size=2),
    'groups of 4, the default': dict(strategy='proximity'),
    'groups of 8': dict(strategy='proximity', walk_size=8),
    "walks, the paper's": dict(strategy='proximity', walk_size=None,
                               replacement=True),
    'chain': dict(strategy='chain'),
}
COLUMNS = {'hardest_negative_similarity': 'top-1', 'similarity': 'mean',
           'spread': 'spread', 'hardest_same_label_rate': 'top same',
           'same_label_rate': 'same'}


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    r"""What an embedding, plans on it and their costs are like, and what that
    means; printed as a table with advice. Made by :meth:`diagnose`.

    Args:
        batch_size (int): Instances per mini-batch.
        embedding (EmbeddingProperties): What the embedding is like.
        plans (list): What was tried, uniform mini-batches first.
        advice (Advice): What to do.
        partners (dict): Who meets whom in a mini-batch of each plan, as text.
    """
    batch_size: int
    embedding: EmbeddingProperties
    plans: List[TriedPlan]
    advice: Advice
    partners: Dict[str, str]

    def rows(self) -> List[Dict[str, Any]]:
        r"""Returns a row per plan: measures, seconds, MiB."""
        return [dict(plan=plan.name, **{
            title: plan.report[name].mean for name, title in COLUMNS.items()
            if name in plan.report.measures}, seconds=plan.seconds,
            mib=plan.memory) for plan in self.plans]

    def __repr__(self) -> str:
        found, rows = self.embedding, self.rows()
        width = max(len(row['plan']) for row in rows) + 1
        names = [name for name in rows[0] if name not in ('plan', 'seconds',
                                                          'mib')]
        lines = [f'{found.num_instances} x {found.dim}, mini-batches of '
                 f'{self.batch_size}', '',
                 f'{"":<{width}}' + ''.join(
                     f'{name:>10}' for name in [*names, 'plan s', 'MiB'])]
        for row in rows:
            lines.append(f'{row["plan"]:<{width}}' + ''.join(
                f'{round(row[name], 3) + 0.0:>10.3f}' for name in names)
                + f'{row["seconds"]:>10.2f}{row["mib"]:>10.0f}')
        return '\n'.join([*lines, '', *self.sentences()])

    def sentences(self) -> List[str]:
        r"""Returns advice and findings, a sentence each."""
        advice = self.advice
        out = [f'Try first: {advice.first} ({advice.reason}). Then compare '
               'with uniform mini-batches over several seeds.'
               if advice.first else f'Do not bother: {advice.reason}.']
        out += [f'Avoid {text}.' for text in advice.avoid]
        return out + [f'{text[0].upper()}{text[1:]}.'
                      for text in advice.findings]

    def to_dict(self) -> Dict[str, Any]:
        r"""Returns all numbers and sentences, as JSON takes them."""
        found = self.embedding._asdict()
        return dict(
            batch_size=self.batch_size,
            plans=[{name: None if value != value else value
                    for name, value in row.items()} for row in self.rows()],
            embedding={name: value.tolist() if isinstance(value, Tensor) else
                       value for name, value in found.items()},
            **self.advice._asdict())

    def to_json(self, path: Union[str, Path]) -> None:
        r"""Writes :meth:`to_dict` to a file, whole or not at all."""
        with written_whole(path) as file:
            file.write_text(json.dumps(self.to_dict(), indent=2,
                                       allow_nan=False) + '\n')

    def to_html(self, path: Union[str, Path]) -> None:
        r"""Writes a page that needs no other file, whole or not at all:
        table, advice, plots, mini-batches, hubs and duplicates."""
        with written_whole(path) as file:
            file.write_text(page(self), encoding='utf-8')


def diagnose(
    embedding: Tensor,
    label: Optional[Tensor] = None,
    batch_size: int = 128,
    *,
    plans: Optional[Dict[str, Dict[str, Any]]] = None,
    center: bool = False,
    seed: int = 0,
    progress: Optional[Callable[[str], Any]] = None,
) -> Diagnosis:
    r"""Compares strategies on an embedding before any training, and says
    which setting to try first, which to avoid, or not to bother.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor, optional): One class per instance, :math:`[N]`,
            or one per task, :math:`[N, T]`, that matter in the end. (default:
            :obj:`None`)
        batch_size (int, optional): Instances per mini-batch :math:`B`, at
            least 2. (default: :obj:`128`)
        plans (dict, optional): What is tried beside uniform mini-batches, by
            name: strategy and options, as :class:`StrategyBatchSampler` takes
            them. Groups of 2, 4 and 8, the paper's walks and chains if not
            given. (default: :obj:`None`)
        center (bool, optional): As in :class:`StrategyBatchSampler`.
            (default: :obj:`False`)
        seed (int, optional): Source of randomness. (default: :obj:`0`)
        progress (callable, optional): Called with the name of every plan
            before it is tried. (default: :obj:`None`)

    Raises:
        TypeError, ValueError: If the embedding is no finite matrix of two
            rows or more, labels do not fit, or a plan cannot be made.

    Example:
        >>> import torch
        >>> diagnosis = diagnose(torch.randn(300, 16), batch_size=10)
        >>> diagnosis.advice.first is None  # nothing but noise
        True
    """
    check_integer('batch_size', batch_size, low=2)
    found = embedding_properties(embedding, center, seed)
    embedding = check_embedding(embedding)
    if batch_size > found.num_instances:
        raise ValueError("'batch_size' must be at most the number of "
                         f"instances, {found.num_instances} (got "
                         f"{batch_size})")
    if label is not None:
        label = check_label(label, found.num_instances)
        if label.dim() == 2 and label.size(1) == 1:  # as OGB has them
            label = label[:, 0]
    wanted = {UNIFORM: PLANS[UNIFORM], **(PLANS if plans is None else plans)}
    if wanted[UNIFORM] != PLANS[UNIFORM]:
        raise ValueError(f"'plans' must not call anything else '{UNIFORM}' "
                         f"(got {wanted[UNIFORM]}): all are compared with "
                         "uniform mini-batches. Give it another name")
    tried = []
    for name, options in wanted.items():
        if progress is not None:
            progress(name)
        tried.append(try_plan(embedding, batch_size, name, options, label,
                              center, seed))
    nearest_same = None if label is None else nearest_same_label_rate(
        embedding, label, center, seed)
    classes = None if label is None or label.dim() > 1 else label
    return Diagnosis(batch_size, found, tried,
                     advise(found, tried, batch_size, nearest_same),
                     {plan.name: str(explain_batch(
                         plan.batch, embedding, classes, center=center))
                      for plan in tried})
