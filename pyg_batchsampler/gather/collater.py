from typing import Any, List, Mapping

import torch_geometric.loader.dataloader
from torch.utils.data import default_collate
from torch_geometric.data.data import BaseData
from torch_geometric.typing import TensorFrame


class Collater(torch_geometric.loader.dataloader.Collater):
    r"""Collates graphs as PyG does and all else as PyTorch does, in tuples,
    lists and mappings as well, *e.g.*, pairs of a graph and a NumPy array.

    Args:
        dataset (Dataset): The data set from which items are taken.
        follow_batch (List[str], optional): Creates assignment batch vectors
            for each key in the list. (default: :obj:`None`)
        exclude_keys (List[str], optional): Will exclude each key in the
            list. (default: :obj:`None`)
    """
    def __call__(self, batch: List[Any]) -> Any:
        if holds_graph(batch[0]):
            return super().__call__(batch)
        return default_collate(batch)


def holds_graph(item: Any) -> bool:
    r"""Whether an item is, or holds, something only PyG can collate."""
    if isinstance(item, Mapping):
        return any(holds_graph(value) for value in item.values())
    if isinstance(item, (tuple, list)):
        return any(holds_graph(value) for value in item)
    return isinstance(item, (BaseData, TensorFrame))
