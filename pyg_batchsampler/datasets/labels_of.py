from typing import Optional

from torch import Tensor
from torch_geometric.data import InMemoryDataset


def labels_of(dataset: InMemoryDataset) -> Optional[Tensor]:
    r"""Returns one class per instance, :math:`[N]`, or, for several tasks,
    labels :math:`[N, T]` that may hold NaN; :obj:`None` without labels."""
    label = getattr(dataset, '_data', None)
    label = None if label is None else label.get('y')
    if label is None:
        return None
    if label.dim() == 2:  # OGB
        label = label[dataset.indices()]
        return label.float()
    return label.view(-1)[dataset.indices()]
