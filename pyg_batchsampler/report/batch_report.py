r"""What mini-batches are like, beside uniform ones."""

from dataclasses import dataclass
from functools import cached_property
from typing import Callable, Dict, List, NamedTuple, Optional

from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.report.check_batches import (Batches, check_batches,
                                                   check_label)
from pyg_batchsampler.report.hardest_same_label_rate import rate_of_places
from pyg_batchsampler.report.per_mini_batch import (hardest_per_mini_batch,
                                                    per_mini_batch, stacked)
from pyg_batchsampler.report.same_label_rate import same_label_rate
from pyg_batchsampler.report.spread import spread_of
from pyg_batchsampler.report.uniform_hardness import (UniformHardness,
                                                      uniform_hardness)
from pyg_batchsampler.report.uniform_same_label_rate import \
    uniform_same_label_rate
from pyg_batchsampler.similarity.hardest_negatives import HardestNegatives
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows


class Measure(NamedTuple):
    r"""One property of mini-batches.

    Args:
        values (torch.Tensor): Its value in every mini-batch, :math:`[S]`, or
            one per task, :math:`[S, T]`; :obj:`nan` where it has none.
        uniform (float): Its mean over uniform mini-batches.

    Example:
        >>> Measure(torch.tensor([0.5, float('nan'), 1.0]), uniform=0.5).mean
        0.75
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

    Example:
        >>> report = report_batches([[0, 1], [2, 3]],
        ...                         torch.eye(4)[[0, 0, 1, 1]])
        >>> report['spread'].mean, report['spread'].uniform
        (0.0, 1.0)
    """
    sizes: List[int]
    measures: Dict[str, Measure]

    def __getitem__(self, name: str) -> Measure:
        if name not in self.measures:
            known = ', '.join(map(repr, self.measures))
            needed = 'label' if 'similarity' in self.measures else 'embedding'
            way = f". It needs '{needed}', too" if name in MEASURES else ''
            raise KeyError(f"no measure {name!r}. Available: {known}{way}")
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
    center: bool = False,
) -> BatchReport:
    r"""Reports what mini-batches are like, as far as embedding and labels
    tell, beside uniform mini-batches of the same data set and sizes:

    * how hard the negatives are that a loss feels, see
      :meth:`hardest_negative_similarity`, and how similar all pairs are, see
      :meth:`in_batch_similarity`,
    * how much of the spread of the data set is left, see :meth:`spread`,
    * how many false negatives they hold, among the hardest negatives, see
      :meth:`hardest_same_label_rate`, and among all pairs, see
      :meth:`same_label_rate`.

    Args:
        batches (list): The instances of each mini-batch; a sampler will do.
        embedding (torch.Tensor, optional): One row per instance,
            :math:`[N, D]`. (default: :obj:`None`)
        label (torch.Tensor, optional): One class per instance, :math:`[N]`,
            or one per task, :math:`[N, T]`. (default: :obj:`None`)
        center (bool, optional): If set to :obj:`True`, each dimension of the
            embedding is given mean zero and variance one before. (default:
            :obj:`False`)

    Raises:
        TypeError, ValueError: If there is neither an embedding nor labels,
            they are of different numbers of instances, there is no
            mini-batch, or one holds anything but indices in :math:`[0, N)`.

    Shapes:
        - **output:** a report whose measures have one value per mini-batch,
          :math:`[S]`, or one per task, :math:`[S, T]`, for rates of labels

    .. note::
        Uniform values of hardest negatives are measured, on about 8,000
        anchors in uniform mini-batches, always the same ones; all others are
        exact.

    Example:
        >>> embedding = torch.eye(4)[[0, 0, 1, 1]]
        >>> report_batches([[0, 1], [2, 3]], embedding, torch.arange(4))
        2 mini-batches of 2 instances
                                        mean   uniform
        similarity                     1.000     0.333
        hardest negative similarity    1.000     0.331
        spread                         0.000     1.000
        same label rate                0.000     0.000
        hardest same label rate        0.000     0.000
    """
    if embedding is None and label is None:
        raise ValueError("'embedding' or 'label' must be given: without, "
                         "there is nothing to tell of mini-batches")
    x, num_instances = None, None
    if embedding is not None:
        x = UnitRows(check_embedding(embedding), center)
        num_instances = x.size(0)
    if label is not None:
        num_instances = check_label(label, num_instances).size(0)
    assert num_instances is not None
    given = _Given(check_batches(batches, num_instances), x, label)
    if not given.batches:
        raise ValueError("'batches' must hold at least one mini-batch (got "
                         "none). Iterate over a generator once, or keep "
                         "list(sampler)")
    found = {name: measure(given) for name, measure in MEASURES.items()}
    return BatchReport(given.sizes, {name: measure
                                     for name, measure in found.items()
                                     if measure is not None})


@dataclass
class _Given:
    r"""What measures are taken of."""
    batches: List[Tensor]
    x: Optional[UnitRows]
    label: Optional[Tensor]

    @property
    def sizes(self) -> List[int]:
        return [index.numel() for index in self.batches]

    @cached_property
    def hardest(self) -> List[HardestNegatives]:
        assert self.x is not None
        return hardest_per_mini_batch(self.x, self.batches)

    @cached_property
    def uniform(self) -> UniformHardness:
        assert self.x is not None
        return uniform_hardness(self.x, self.sizes, self.label)


def _similarity(given: _Given) -> Optional[Measure]:
    if given.x is None:
        return None
    return Measure(per_mini_batch(given.x, given.batches, mean_similarity),
                   float(mean_similarity(given.x)))


def _hardest_negative_similarity(given: _Given) -> Optional[Measure]:
    if given.x is None:
        return None
    values = [each.similarity.mean() for each in given.hardest]
    return Measure(stacked(values, given.x), given.uniform.similarity)


def _spread(given: _Given) -> Optional[Measure]:
    if given.x is None:
        return None
    values = spread_of(given.x, given.batches)
    return Measure(values, float('nan') if values.isnan().all() else 1.0)


def _same_label_rate(given: _Given) -> Optional[Measure]:
    if given.label is None:
        return None
    return Measure(same_label_rate(given.label, given.batches),
                   float(uniform_same_label_rate(given.label).nanmean()))


def _hardest_same_label_rate(given: _Given) -> Optional[Measure]:
    if given.x is None or given.label is None:
        return None
    values = rate_of_places(given.label, given.batches,
                            [each.place for each in given.hardest])
    return Measure(values, given.uniform.same_label_rate)


# None where embedding or labels do not tell.
MEASURES: Dict[str, Callable[[_Given], Optional[Measure]]] = {
    'similarity': _similarity,
    'hardest_negative_similarity': _hardest_negative_similarity,
    'spread': _spread,
    'same_label_rate': _same_label_rate,
    'hardest_same_label_rate': _hardest_same_label_rate,
}
