from dataclasses import dataclass
from typing import Optional

from pyg_batchsampler.checks import (check_choice, check_integer,
                                     check_positive, check_probability)
from pyg_batchsampler.graph.build_proximity_graph import resolve_graph_size

EMBEDDINGS = ['encoder', 'recorded']


@dataclass(frozen=True)
class TrainingConfig:
    r"""How a model is trained; the same for every sampler that is compared.

    Args:
        epochs (int, optional): Passes over the data set. (default: :obj:`20`)
        batch_size (int, optional): Instances per mini-batch, at least 2.
            (default: :obj:`128`)
        lr (float, optional): Learning rate of Adam. (default: :obj:`0.001`)
        temperature (float, optional): Of the loss. (default: :obj:`0.2`)
        drop_ratio (float, optional): Share of nodes that an augmentation
            drops or masks. (default: :obj:`0.2`)
        hidden_channels (int, optional): Width of the encoder.
            (default: :obj:`32`)
        num_layers (int, optional): Depth of the encoder. (default: :obj:`3`)
        embedding (str, optional): :obj:`"recorded"` from training or by the
            :obj:`"encoder"` at every refresh. (default: :obj:`"recorded"`)
        num_candidates (int, optional): :math:`M` of the proximity graph.
            (default: :obj:`None`)
        num_neighbors (int, optional): :math:`K` of the proximity graph.
            (default: :obj:`None`)
        restart_prob (float, optional): Of the walks. (default: :obj:`0.2`)
        refresh_interval (int, optional): Mini-batches between refreshes.
            (default: :obj:`None`)
        warmup_epochs (int, optional): Uniform epochs. (default: :obj:`1`)
        replacement (bool, optional): Whether mini-batches are independent
            walks. (default: :obj:`False`)
    """
    epochs: int = 20
    batch_size: int = 128
    lr: float = 0.001
    temperature: float = 0.2
    drop_ratio: float = 0.2
    hidden_channels: int = 32
    num_layers: int = 3
    embedding: str = 'recorded'
    num_candidates: Optional[int] = None
    num_neighbors: Optional[int] = None
    restart_prob: float = 0.2
    refresh_interval: Optional[int] = None
    warmup_epochs: int = 1
    replacement: bool = False

    def check(self, num_instances: int) -> None:
        r"""Raises an error for what cannot be on that many instances."""
        for name, low in [('epochs', 1), ('batch_size', 2),
                          ('hidden_channels', 1), ('num_layers', 1),
                          ('warmup_epochs', 0)]:
            check_integer(name, getattr(self, name), low)
        if self.refresh_interval is not None:
            check_integer('refresh_interval', self.refresh_interval, low=1)
        for name in ['lr', 'temperature']:
            check_positive(name, getattr(self, name))
        for name in ['drop_ratio', 'restart_prob']:
            check_probability(name, getattr(self, name))
        check_choice('embedding', self.embedding, EMBEDDINGS)
        resolve_graph_size(num_instances, self.num_candidates,
                           self.num_neighbors)
