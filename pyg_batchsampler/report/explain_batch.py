r"""Who meets whom in a mini-batch."""

from dataclasses import dataclass
from typing import Any, List, Optional

from torch import Tensor

from pyg_batchsampler.checks import check_embedding, check_integer
from pyg_batchsampler.report.check_batches import check_batch, check_classes
from pyg_batchsampler.report.per_mini_batch import hardest_per_mini_batch
from pyg_batchsampler.similarity.unit_rows import UnitRows

MAX_LINES = 10  # instances that are printed


@dataclass(frozen=True, eq=False, repr=False)
class BatchExplanation:
    r"""Who meets whom in a mini-batch: the nearest partners of every
    instance, printed as a table. Made by :meth:`explain_batch`.

    Args:
        index (torch.Tensor): The instances, :math:`[B]`.
        partner (torch.Tensor): The most similar others in the mini-batch, in
            descending similarity, :math:`[B, n]`.
        similarity (torch.Tensor): Their cosine similarity, :math:`[B, n]`.
        label (torch.Tensor, optional): Labels of the instances, :math:`[B]`.
        partner_label (torch.Tensor, optional): Those of their partners,
            :math:`[B, n]`.

    Example:
        >>> explanation = explain_batch([2, 0, 1], torch.eye(2)[[0, 1, 1]],
        ...                             num_partners=1)
        >>> explanation.partner
        tensor([[1],
                [2],
                [2]])
    """
    index: Tensor
    partner: Tensor
    similarity: Tensor
    label: Optional[Tensor] = None
    partner_label: Optional[Tensor] = None

    def __repr__(self) -> str:
        number, num_partners = self.partner.size()
        header = ['instance', 'nearest', *num_partners * ['']]
        if self.label is not None:
            header[0] += ' (label)'
        lines = [header[:num_partners + 1]]
        for i in range(min(number, MAX_LINES)):
            lines.append([self._name(self.index[i], self.label, i)] + [
                f'{self._name(self.partner[i, j], self.partner_label, i, j)} '
                f'{float(self.similarity[i, j]):.2f}'
                for j in range(num_partners)])
        widths = [max(map(len, column)) for column in zip(*lines)]
        out = [f'{number} instance{"s" * (number != 1)}, each with its '
               'nearest partners and their similarity']
        out += ['   '.join(cell.ljust(width) for cell, width in
                           zip(line, widths)).rstrip() for line in lines]
        if number > MAX_LINES:
            out.append(f'and {number - MAX_LINES} more')
        return '\n'.join(out)

    @staticmethod
    def _name(instance: Tensor, label: Optional[Tensor], *where: int) -> str:
        if label is None:
            return f'{int(instance)}'
        value = label[where].item()
        text = f'{value:g}' if isinstance(value, float) else f'{value}'
        return f'{int(instance)} ({text})'


def explain_batch(
    batch: Any,
    embedding: Tensor,
    label: Optional[Tensor] = None,
    num_partners: int = 3,
    center: bool = False,
) -> BatchExplanation:
    r"""Explains a mini-batch: which others in it are the most similar to each
    of its instances, how similar they are, and whether their labels agree,
    which makes them false negatives. Print what it returns.

    Args:
        batch (list or torch.Tensor): The instances of the mini-batch,
            :math:`[B]`.
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        label (torch.Tensor, optional): One class per instance, :math:`[N]`.
            (default: :obj:`None`)
        num_partners (int, optional): Partners :math:`n \geq 1` of each
            instance; all others if there are fewer. (default: :obj:`3`)
        center (bool, optional): If set to :obj:`True`, each dimension is
            given mean zero and variance one before. (default: :obj:`False`)

    Raises:
        TypeError, ValueError: If the mini-batch holds anything but indices in
            :math:`[0, N)`, or there is not one label per instance.

    Shapes:
        - **output:** partners and their similarity,
          :math:`[B, \min(n, B - 1)]`

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
        >>> explain_batch([0, 1, 2], x, label=torch.tensor([5, 5, 7]))
        3 instances, each with its nearest partners and their similarity
        instance (label)   nearest
        0 (5)              1 (5) 0.80   2 (7) 0.00
        1 (5)              0 (5) 0.80   2 (7) 0.60
        2 (7)              1 (5) 0.60   0 (5) 0.00
    """
    check_integer('num_partners', num_partners, low=1)
    x = UnitRows(check_embedding(embedding), center)
    index = check_batch(batch, x.size(0)).cpu()
    hardest, = hardest_per_mini_batch(x, [index], num_partners)
    partner = index[hardest.place.cpu()]
    labels: List[Optional[Tensor]] = [None, None]
    if label is not None:
        label = check_classes(label, x.size(0)).cpu()
        labels = [label[index], label[partner]]
    return BatchExplanation(index, partner, hardest.similarity.cpu(), *labels)
