r"""What mini-batches are like, beside uniform ones."""

from dataclasses import dataclass
from typing import Callable, Dict, List, NamedTuple, Optional

from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.report.check_batches import Batches, check_batches
from pyg_batchsampler.report.in_batch_similarity import in_batch_similarity
from pyg_batchsampler.report.same_label_rate import same_label_rate
from pyg_batchsampler.report.uniform_same_label_rate import \
    uniform_same_label_rate
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows


class Measure(NamedTuple):
    r"""One property of mini-batches.

    Args:
        values (torch.Tensor): Its value in every mini-batch, :math:`[S]`, or
            one per task, :math:`[S, T]`; :obj:`nan` where it has none.
        uniform (float): Its mean over uniform mini-batches.
    """
    values: Tensor
    uniform: float

    @property
    def mean(self) -> float:
        r"""Its mean over the mini-batches that have a value."""
        return float(self.values.nanmean())


@dataclass(frozen=True, repr=False)
class BatchReport:
    r"""What mini-batches are like: every measure has a value for each of
    them, and the mean that uniform mini-batches have. Made by
    :meth:`report_batches`, printed as a table.

    Args:
        sizes (List[int]): Instances of each mini-batch.
        measures (Dict[str, Measure]): The measures by name.
    """
    sizes: List[int]
    measures: Dict[str, Measure]

    def __getitem__(self, name: str) -> Measure:
        return self.measures[name]

    def means(self) -> Dict[str, float]:
        r"""Returns the mean of every measure over mini-batches."""
        return {name: each.mean for name, each in self.measures.items()}

    def __repr__(self) -> str:
        number = len(self.sizes)
        low, high = min(self.sizes, default=0), max(self.sizes, default=0)
        width = max(map(len, self.measures)) + 1
        lines = [
            f'{number} mini-batch{"es" * (number != 1)} of '
            f'{low if low == high else f"{low} to {high}"} '
            f'instance{"s" * (high != 1)}',
            f'{"":<{width}}{"mean":>8}{"uniform":>10}'
        ]
        lines += [
            f'{name.replace("_", " "):<{width}}{each.mean:>8.3f}'
            f'{each.uniform:>10.3f}' for name, each in self.measures.items()
        ]
        return '\n'.join(lines)


def report_batches(
    batches: Batches,
    embedding: Optional[Tensor] = None,
    label: Optional[Tensor] = None,
) -> BatchReport:
    r"""Reports what mini-batches are like, as far as embedding and labels
    tell: how hard they are, see :meth:`in_batch_similarity`, and how many
    false negatives they hold, see :meth:`same_label_rate`. Uniform
    mini-batches of the same data set stand beside.

    Args:
        batches (list): The instances of each mini-batch; a sampler will do.
        embedding (torch.Tensor, optional): One row per instance,
            :math:`[N, D]`. (default: :obj:`None`)
        label (torch.Tensor, optional): One class per instance, :math:`[N]`,
            or one per task, :math:`[N, T]`. (default: :obj:`None`)

    Raises:
        ValueError: If there is neither an embedding nor labels, they are of
            different numbers of instances, or a mini-batch holds anything but
            indices in :math:`[0, N)`.

    Example:
        >>> embedding = torch.eye(4)[[0, 0, 1, 1]]
        >>> report_batches([[0, 1], [2, 3]], embedding, torch.arange(4))
        2 mini-batches of 2 instances
                             mean   uniform
        similarity          1.000     0.333
        same label rate     0.000     0.000
    """
    given = [each for each in (embedding, label) if each is not None]
    if not given:
        raise ValueError("'embedding' or 'label' must be given: without, "
                         "there is nothing to tell of mini-batches")
    if len({len(each) for each in given}) > 1:
        raise ValueError("'embedding' and 'label' must be of the same "
                         f"instances (got {len(given[0])} and "
                         f"{len(given[1])})")
    indices = check_batches(batches, len(given[0]))
    found = {name: measure(indices, embedding, label)
             for name, measure in MEASURES.items()}
    return BatchReport([index.numel() for index in indices],
                       {name: measure for name, measure in found.items()
                        if measure is not None})


def _similarity(batches: List[Tensor], embedding: Optional[Tensor],
                label: Optional[Tensor]) -> Optional[Measure]:
    if embedding is None:
        return None
    x = UnitRows(check_embedding(embedding))
    return Measure(in_batch_similarity(embedding, batches),
                   float(mean_similarity(x)))


def _same_label_rate(batches: List[Tensor], embedding: Optional[Tensor],
                     label: Optional[Tensor]) -> Optional[Measure]:
    if label is None:
        return None
    return Measure(same_label_rate(label, batches),
                   float(uniform_same_label_rate(label).nanmean()))


# By mini-batches, embedding and labels; None where these do not tell.
MEASURES: Dict[str, Callable[[List[Tensor], Optional[Tensor],
                              Optional[Tensor]], Optional[Measure]]] = {
    'similarity': _similarity,
    'same_label_rate': _same_label_rate,
}
