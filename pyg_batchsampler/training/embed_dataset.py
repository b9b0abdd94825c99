from typing import Any, Union

import torch
from torch import Tensor

from pyg_batchsampler.gather.batch_assembler import items_of
from pyg_batchsampler.gather.collater import Collater
from pyg_batchsampler.loader.encode_dataset import Encoder, encode_dataset


def embed_dataset(
    encoder: Union[Encoder, torch.nn.Module],
    dataset: Any,
    batch_size: int = 512,
) -> Tensor:
    r"""Returns the embedding of a whole data set, in evaluation mode, without
    gradients, and on the device of the encoder.

    Modes and the global random state are as before afterwards.

    Args:
        encoder (torch.nn.Module or callable): A model with a method
            :meth:`embed`, *e.g.*, :class:`~pyg_batchsampler.nn.GraphCL`,
            whose embeddings are returned; or anything that turns a mini-batch
            into embeddings :math:`[B, D]`, *e.g.*, :obj:`model.forward` for
            the projections.
        dataset (Dataset): What is embedded: graphs, tensors, or whatever the
            encoder takes collated.
        batch_size (int, optional): Instances that are embedded at once.
            (default: :obj:`512`)

    Shapes:
        - **output:** one row per instance, in order, :math:`[N, D]`,
          ``torch.float``, on the CPU

    Example:
        >>> embed_dataset(torch.nn.Linear(3, 2), torch.randn(5, 3)).size()
        torch.Size([5, 2])
    """
    items, collate_fn = items_of(dataset, Collater(dataset))
    return encode_dataset(getattr(encoder, 'embed', encoder), items,
                          collate_fn, batch_size)
