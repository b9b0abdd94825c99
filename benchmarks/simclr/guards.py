r"""Guards against false negatives: pairs that the loss leaves out."""

from typing import Optional

from torch import Tensor

from benchmarks.simclr.encoders import SimCLR
from benchmarks.simclr.images import Images
from pyg_batchsampler import build_proximity_graph
from pyg_batchsampler.losses import neighborhoods, similar_pairs


class Guard:
    r"""Leaves no pair out; the base of those that do.

    A guard is called with the instances :math:`[B]` of a mini-batch, and
    returns a mask of pairs :math:`[B, B]`, or nothing while it knows none.
    """
    def __init__(self, images: Images):
        self.images = images

    def refresh(self, model: SimCLR) -> None:
        r"""Takes up, once per epoch, what has been learned."""

    def __call__(self, index: Tensor) -> Optional[Tensor]:
        return None


class Labels(Guard):
    r"""What a perfect guard would do."""
    def __call__(self, index: Tensor) -> Optional[Tensor]:
        label = self.images.y[index]
        return (label.view(-1, 1) == label).fill_diagonal_(False)


class SharedNeighbors(Guard):
    r"""The pairs with most of their nearest neighbors in common, among the
    projections of all images at the end of the last epoch."""
    NUM_NEIGHBORS = 20

    def __init__(self, images: Images, ratio: float):
        super().__init__(images)
        self.ratio = ratio
        self.neighbor: Optional[Tensor] = None

    def refresh(self, model: SimCLR) -> None:
        z = model.project(self.images.x)
        graph = build_proximity_graph(z, num_candidates=len(z) - 1,
                                      num_neighbors=self.NUM_NEIGHBORS)
        self.neighbor = graph.col.view(len(z), -1)

    def __call__(self, index: Tensor) -> Optional[Tensor]:
        if self.neighbor is None:
            return None
        return similar_pairs(neighborhoods(self.neighbor, index), self.ratio)


def make_guard(name: str, images: Images) -> Guard:
    r"""Makes a guard from its name, :obj:`"none"`, :obj:`"labels"` or, for the
    share of pairs that is left out, :obj:`"shared:0.01"`."""
    kind, _, ratio = name.partition(':')
    if kind == 'shared':
        return SharedNeighbors(images, float(ratio))
    return {'none': Guard, 'labels': Labels}[kind](images)
