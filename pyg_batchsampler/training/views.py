r"""Augmentations by name, and the two views that GraphCL compares."""

from typing import Callable, List, Optional, Tuple

import torch
from torch_geometric.data import Data

from pyg_batchsampler.transforms import (EdgePerturbation, FeatureMasking,
                                         NodeDropping, RandomChoice,
                                         RandomWalkSubgraph)

AUGMENTATIONS = {
    'edge_perturbation': EdgePerturbation,
    'feature_masking': FeatureMasking,
    'node_dropping': NodeDropping,
    'subgraph': RandomWalkSubgraph,
}
Views = Callable[[Data], Tuple[Data, Data]]


def augmentation_names(text: str) -> List[str]:
    r"""Splits names at commas.

    Example:
        >>> augmentation_names('node_dropping,subgraph')
        ['node_dropping', 'subgraph']
    """
    names = [name.strip() for name in text.split(',')]
    for name in names:
        if name not in AUGMENTATIONS:
            known = ', '.join(repr(each) for each in AUGMENTATIONS)
            raise ValueError("'augmentations' must be names separated by "
                             f"commas, of {known} (got {text!r})")
    return names


def make_views(
    augmentations: str,
    augmentation_ratio: float,
    subgraph_ratio: float,
    augmented_views: int,
    generator: Optional[torch.Generator] = None,
) -> Views:
    r"""Returns what makes two views of a mini-batch: an augmentation drawn
    for every graph, for both views or for the second one only.

    Example:
        >>> views = make_views('node_dropping', 0.5, 0.2, augmented_views=1)
        >>> data = Data(x=torch.ones(4, 1),
        ...             edge_index=torch.tensor([[0, 1], [1, 0]]))
        >>> [view.num_nodes for view in views(data)]
        [4, 2]
    """
    augment = RandomChoice([
        AUGMENTATIONS[name](
            subgraph_ratio if name == 'subgraph' else augmentation_ratio,
            generator) for name in augmentation_names(augmentations)
    ], generator)

    def views(data: Data) -> Tuple[Data, Data]:
        return (augment(data) if augmented_views == 2 else data,
                augment(data))

    return views
