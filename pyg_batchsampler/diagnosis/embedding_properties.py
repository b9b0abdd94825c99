r"""What an embedding can tell, before anything is planned on it."""

from typing import NamedTuple, Optional

import torch
from torch import Tensor

from pyg_batchsampler.checks import check_embedding
from pyg_batchsampler.report.hardest_same_label_rate import same_rate
from pyg_batchsampler.search.nearest_neighbors import nearest_neighbors
from pyg_batchsampler.seed import make_generator
from pyg_batchsampler.similarity.mean_similarity import mean_similarity
from pyg_batchsampler.similarity.unit_rows import UnitRows

NUM_QUERIES = 1000  # instances whose neighbors are sought
NUM_NEIGHBORS = 10
DUPLICATE = 1 - 1e-5  # cosine similarity from which two are one
NUM_SHOWN = 5


class EmbeddingProperties(NamedTuple):
    r"""What an embedding is like. Shares are estimated from 1,000 random
    instances, each compared with all.

    Args:
        num_instances (int): Instances :math:`N`.
        dim (int): Dimensions :math:`D`.
        mean_similarity (float): Cosine similarity of all pairs.
        nearest_similarity (float): That of an instance and the most similar
            other one, on average.
        shuffled_similarity (float): The same where the values of every
            dimension are shuffled, so that only chance is left.
        duplicate_share (float): Share of the instances that another one
            coincides with.
        duplicates (torch.Tensor): Some pairs of these, :math:`[P, 2]`.
        hubs (torch.Tensor): Instances that are most often among the 10
            nearest of others, :math:`[H]`.
        hub_shares (torch.Tensor): Share of the others that have them among
            their 10 nearest, :math:`[H]`.
    """
    num_instances: int
    dim: int
    mean_similarity: float
    nearest_similarity: float
    shuffled_similarity: float
    duplicate_share: float
    duplicates: Tensor
    hubs: Tensor
    hub_shares: Tensor


def embedding_properties(embedding: Tensor, center: bool = False,
                         seed: int = 0) -> EmbeddingProperties:
    r"""Returns what an embedding is like.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`.
        center (bool, optional): If set to :obj:`True`, each dimension is
            given mean zero and variance one before. (default: :obj:`False`)
        seed (int, optional): Decides on the instances that are looked at.
            (default: :obj:`0`)

    Raises:
        TypeError, ValueError: If it is no finite matrix of two or more rows.

    Example:
        >>> x = torch.eye(4)[[0, 0, 1, 2, 3]]
        >>> found = embedding_properties(x)
        >>> found.duplicate_share, found.duplicates.tolist()
        (0.4..., [[0, 1]])
    """
    embedding = check_embedding(embedding)
    if embedding.size(0) < 2:
        raise ValueError("'embedding' must hold two instances or more "
                         f"(got {embedding.size(0)})")
    x = UnitRows(embedding, center)
    generator = make_generator(seed)
    num_instances = x.size(0)
    query = torch.randperm(num_instances, generator=generator)[:NUM_QUERIES]
    query = query.to(x.device)
    num_neighbors = min(NUM_NEIGHBORS, num_instances - 1)
    neighbor, similarity = nearest_neighbors(x, query, num_neighbors)
    nearest = similarity[:, 0]
    is_duplicate = nearest >= DUPLICATE
    pairs = torch.stack([query, neighbor[:, 0]], dim=1)[is_duplicate].cpu()
    count = neighbor.flatten().bincount(minlength=num_instances)
    often, hub = count.topk(min(NUM_SHOWN, num_instances))
    return EmbeddingProperties(
        num_instances, x.size(1), float(mean_similarity(x)),
        float(nearest.mean()), _by_chance(x, query, generator),
        float(is_duplicate.float().mean()),
        pairs.sort(dim=1).values.unique(dim=0)[:NUM_SHOWN], hub.cpu(),
        (often / query.numel()).cpu())


def _by_chance(x: UnitRows, query: Tensor,
               generator: torch.Generator) -> float:
    r"""Returns how similar the nearest are if every dimension is shuffled,
    among as many others as there are, or as fit."""
    others = torch.randperm(x.size(0), generator=generator)[:100_000]
    rows = x[others.to(x.device)]
    shuffled = torch.stack([
        column[torch.randperm(column.numel(),
                              generator=generator).to(x.device)]
        for column in rows.t()], dim=1)
    some = torch.arange(min(query.numel(), shuffled.size(0)),
                        device=x.device)
    return float(nearest_neighbors(UnitRows(shuffled), some, 1)[1].mean())


def nearest_same_label_rate(embedding: Tensor, label: Tensor,
                            center: bool = False,
                            seed: int = 0) -> Optional[float]:
    r"""Returns how often the most similar other instance of all has the same
    label, on 1,000 instances; those of unknown class, NaN, do not count.
    :obj:`None` for labels of several tasks.

    Example:
        >>> x = torch.tensor([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]])
        >>> nearest_same_label_rate(x, torch.tensor([0, 0, 1, 2]))
        0.5
    """
    if label.dim() != 1:
        return None
    x = UnitRows(check_embedding(embedding), center)
    query = torch.randperm(x.size(0), generator=make_generator(seed))
    query = query[:NUM_QUERIES].to(x.device)
    neighbor = nearest_neighbors(x, query, 1)[0][:, 0]
    label = label.to(x.device)
    return float(same_rate(label[query], label[neighbor]))
