r"""Which instances meet: what a strategy is asked for, and has to return."""

from abc import ABC, abstractmethod
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, Dict, Optional, Sequence

import torch
from torch import Tensor

from pyg_batchsampler.similarity.unit_rows import UnitRows


@dataclass(frozen=True)
class Request:
    r"""What a strategy is asked for: the mini-batches of an epoch, or of what
    is left of it.

    Args:
        embedding (UnitRows): The embedding :math:`[N, D]`, standardised if
            the sampler has :obj:`center`, and scaled to rows of unit length,
            so that products are cosine similarities:
            :obj:`embedding[index]` reads some rows, :obj:`embedding[:]` all.
            :obj:`None` for strategies that use none.
        num_instances (int): Number of instances :math:`N`.
        remaining (torch.Tensor): The instances to plan, distinct and in
            random order, :math:`[R]`.
        batch_size (int): Instances per mini-batch :math:`B`, of all ranks
            together where they train together.
        num_batches (int): Mini-batches to plan,
            :math:`S = \lceil R / B \rceil` if each instance is used once.
        epoch (int): The epoch, from 0.
        seed (int): The seed of the run, for what shall stay the same from
            epoch to epoch.
        generator (torch.Generator): Source of randomness, another one for
            every plan.
        memo (dict): Lives as long as the embedding, for what need not be
            computed anew in every epoch, and for what a strategy has to tell,
            see :attr:`StrategyBatchSampler.notes`. It must not change what is
            planned: a run that is resumed begins with an empty one.
    """
    embedding: Optional[UnitRows]
    num_instances: int
    remaining: Tensor
    batch_size: int
    num_batches: int
    epoch: int
    seed: int
    generator: torch.Generator
    memo: Dict[str, Any]

    @property
    def rows(self) -> UnitRows:
        r"""The embedding, for strategies that use one."""
        if self.embedding is None:
            raise RuntimeError("there is no embedding: the strategy says that "
                               "it uses none ('uses_embedding' is False)")
        return self.embedding

    def starts(self) -> Tensor:
        r"""Draws an instance for every mini-batch, :math:`[S]`, without
        replacement as long as there are enough."""
        size = self.num_instances
        perm = torch.randperm(size, generator=self.generator)
        return perm[torch.arange(self.num_batches) % size]


class Strategy(ABC):
    r"""Decides which instances meet in a mini-batch. Derive from it, as a
    frozen dataclass whose fields are the options, to add another one, and
    give it a name by :meth:`register_strategy`.

    A strategy holds no state: all it may depend on is its options and the
    :class:`Request`. Whatever it returns is checked, so that a mistake ends
    in an error and not in an epoch with instances missing or repeated.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass(frozen=True)
        ... class Sorted(Strategy):
        ...     descending: bool = False
        ...     uses_embedding = False
        ...
        ...     def order(self, request):
        ...         return request.remaining.sort(
        ...             descending=self.descending).values
        >>> list(StrategyBatchSampler(5, 2, Sorted(descending=True)))
        [[4, 3], [2, 1], [0]]
    """
    #: The name it is registered by.
    name: ClassVar[str] = ''
    #: Where it comes from, to be cited.
    paper: ClassVar[str] = ''
    #: Whether plans depend on the embedding. Until there is one, plans of
    #: those that use it are uniform.
    uses_embedding: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any):
        super().__init_subclass__(**kwargs)
        if 'name' not in vars(cls):  # that of a parent is not its own
            cls.name = ''

    @abstractmethod
    def order(self, request: Request) -> Tensor:
        r"""Orders the instances :obj:`request.remaining` such that every
        :obj:`request.batch_size` in a row make a mini-batch; the last one
        may be short. Each appears exactly once, :math:`[R]`."""

    def draw(self, request: Request) -> Tensor:
        r"""Draws :obj:`request.num_batches` mini-batches that may share
        instances, each of :math:`\min(B, N)` distinct ones,
        :math:`[S, \min(B, N)]`: what :obj:`replacement=True` asks for.

        A strategy that leaves this out cannot be used with replacement.
        """
        raise NotImplementedError

    def check(self, num_instances: int) -> None:  # noqa: B027
        r"""Raises an error for options that cannot be, on that many
        instances: when a sampler is made, and not after an epoch of
        warm-up."""

    @classmethod
    def can_draw(cls) -> bool:
        r"""Whether it can be used with replacement."""
        return cls.draw is not Strategy.draw

    def chooses(self) -> bool:
        r"""Whether the embedding decides who meets, with these options."""
        return self.uses_embedding

    def options(self) -> Dict[str, Any]:
        r"""Returns its options by name."""
        return {each.name: getattr(self, each.name)
                for each in fields(self)}  # type: ignore[arg-type]

    def resolved(self, num_instances: int, batch_size: int,
                 epoch: int) -> Dict[str, Any]:
        r"""Returns its options as they count for that many instances, in
        mini-batches of that size (of all ranks together), in an epoch: what
        stands for :obj:`None`, and what a schedule gives. Samplers and
        loaders are printed with them; :meth:`options` if not overwritten."""
        return self.options()


def option(default: Any, help: str = '',
           choices: Optional[Sequence[str]] = None,
           before: Any = MISSING) -> Any:
    r"""A field of a strategy, with what the command line says of it.

    Args:
        default (Any): Its default.
        help (str, optional): A line for :obj:`--help`. (default: :obj:`""`)
        choices (list, optional): All values it may have. (default:
            :obj:`None`)
        before (Any, optional): What results of runs stand for that were
            written before there was the option, its default if not given.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass(frozen=True)
        ... class Options:
        ...     k: int = option(4, help='instances per group')
        >>> Options()
        Options(k=4)
    """
    before = default if before is MISSING else before
    return field(default=default, metadata=dict(help=help, choices=choices,
                                                before=before))
