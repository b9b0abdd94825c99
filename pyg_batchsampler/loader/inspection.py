from typing import Any, Optional

from torch import Tensor

from pyg_batchsampler.loader.encode_dataset import Encoder
from pyg_batchsampler.loader.refresher import Refresher
from pyg_batchsampler.report.explain_batch import (BatchExplanation,
                                                   explain_batch)
from pyg_batchsampler.report.hardness import Hardness


class Inspection:
    r"""What a loader tells of its embedding and of its mini-batches."""
    _refresher: Refresher

    @property
    def encoder(self) -> Optional[Encoder]:
        r"""What embeds mini-batches, if anything."""
        return self._refresher.encoder

    @property
    def recorded(self) -> Optional[Tensor]:
        r"""What was recorded last, :math:`[N, D]`, zeros where nothing was."""
        return self._refresher.store.embedding

    @property
    def source(self) -> str:
        r"""Of embeddings: ``'given'``, ``'encoder'`` or ``'recorded'``."""
        return self._refresher.source

    @property
    def refresh_interval(self) -> Optional[int]:
        r"""Mini-batches between two refreshes, if given."""
        return self._refresher.refresh_interval

    @property
    def warmup_epochs(self) -> int:
        r"""Epochs of uniform mini-batches."""
        return self._refresher.warmup_epochs

    @property
    def hardness(self) -> Optional[Hardness]:
        r"""How hard the mini-batches are that were planned last, beside
        uniform ones: the mean similarity of an instance to the most similar
        other one in its mini-batch (top-1), see
        :meth:`hardest_negative_similarity`, by the embedding that they were
        planned on.

        They are those of the pass under way, or of the last one, from its
        last refresh on, of all ranks together. :obj:`None` before the first
        pass has begun, and while there is no embedding: during warm-up, with
        an encoder or recorded embeddings. With an embedding given, it is that
        of the uniform mini-batches then. It is measured when it is asked for,
        once per plan, on about 8,000 anchors.

        Example:
            >>> embedding = torch.eye(5).repeat_interleave(4, dim=0)
            >>> loader = BatchSamplerLoader(range(20), batch_size=4,
            ...                             embedding=embedding)
            >>> for batch in loader:
            ...     pass
            >>> loader.hardness.similarity > loader.hardness.uniform
            True
        """
        planned = self._refresher.planned
        return None if planned is None else planned.hardness

    def explain(self, batch: Any, label: Optional[Tensor] = None,
                num_partners: int = 3) -> BatchExplanation:
        r"""Explains a mini-batch: the nearest partners of its instances, see
        :meth:`explain_batch`, by the embedding that the pass under way (or
        the last one) is planned on.

        Args:
            batch (Data or torch.Tensor): A mini-batch that carries
                :obj:`input_id`; of all others, the indices, which
                :attr:`input_id` of the loader holds.
            label (torch.Tensor, optional): One class per instance,
                :math:`[N]`. (default: :obj:`None`)
            num_partners (int, optional): Partners of each instance.
                (default: :obj:`3`)

        Raises:
            RuntimeError: If there is no embedding yet.
            TypeError, ValueError: If the mini-batch holds no indices.

        Example:
            >>> embedding = torch.eye(5).repeat_interleave(4, dim=0)
            >>> loader = BatchSamplerLoader(range(20), batch_size=4,
            ...                             embedding=embedding)
            >>> loader.explain([0, 1, 7], num_partners=1)
            3 instances, each with its nearest partners and their similarity
            instance   nearest
            0          1 1.00
            1          0 1.00
            7          0 0.00
        """
        refresher = self._refresher
        embedding = refresher.sampler.embedding
        if refresher.planned is not None:
            embedding = refresher.planned.embedding
        if embedding is None:
            raise RuntimeError(
                "'explain' compares instances by an embedding, and no "
                "mini-batch was planned on one yet. Wait for the first "
                "refresh, or give an 'embedding'")
        return explain_batch(getattr(batch, 'input_id', batch), embedding,
                             label, num_partners,
                             refresher.sampler.planner.center)
