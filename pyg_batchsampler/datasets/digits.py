from typing import Callable, Optional

import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch_geometric.data import Data, InMemoryDataset


class Digits(InMemoryDataset):
    r"""The 1,797 handwritten digits of scikit-learn as graphs, a real data
    set of 10 classes that needs no download.

    Nodes are the inked pixels of an :math:`8 \times 8` image, with intensity,
    row and column in :math:`[0, 1]`; edges connect the 8 neighbors on the
    grid.

    Args:
        pre_transform (callable, optional): Applied to each graph once.
            (default: :obj:`None`)

    Example:
        >>> dataset = Digits()
        >>> len(dataset), dataset.num_classes, dataset.num_features
        (1797, 10, 3)
    """
    def __init__(self,
                 pre_transform: Optional[Callable[[Data], Data]] = None):
        super().__init__()
        images, labels = load_digits(return_X_y=True)
        edge_index = _grid(8)
        position = torch.cartesian_prod(*2 * [torch.arange(8.0) / 7])
        out = []
        for image, label in zip(torch.tensor(images).float(), labels):
            inked = image > 0
            index = inked.cumsum(0) - 1
            kept = inked[edge_index].all(dim=0)
            x = torch.cat([image.view(-1, 1) / 16, position], dim=1)
            out.append(Data(x=x[inked], edge_index=index[edge_index[:, kept]],
                            y=torch.tensor([int(label)])))
        if pre_transform is not None:
            out = [pre_transform(data) for data in out]
        self.data, self.slices = self.collate(out)


def _grid(size: int) -> Tensor:
    r"""Returns the edges between neighboring pixels, also diagonal ones."""
    row, column = torch.cartesian_prod(*2 * [torch.arange(size)]).t()
    distance = torch.maximum((row.view(-1, 1) - row).abs(),
                             (column.view(-1, 1) - column).abs())
    return (distance == 1).nonzero().t()
