r"""From a strategy to mini-batches that are as they should be."""

from typing import Callable, List, Optional, Union

import torch
from torch import Tensor

from pyg_batchsampler.sampler.check_plan import check_plan
from pyg_batchsampler.sampler.registry import make_strategy
from pyg_batchsampler.sampler.strategy import Request, Strategy

Repair = Callable[[List[Tensor], Request], List[Tensor]]


def remaining_instances(num_instances: int, used: Optional[Tensor],
                        most: Optional[int],
                        generator: torch.Generator) -> Tensor:
    r"""Returns the instances that an epoch has not used, in random order, at
    most so many.

    Example:
        >>> generator = torch.Generator().manual_seed(0)
        >>> used = torch.tensor([1, 3])
        >>> remaining_instances(4, used, None, generator).sort().values
        tensor([0, 2])
    """
    out = torch.randperm(num_instances, generator=generator)
    if used is not None and used.numel() > 0:
        is_used = torch.zeros(num_instances, dtype=torch.bool)
        is_used[used] = True
        out = out[~is_used[out]]
    return out[:most]


def make_plan(strategy: Union[str, Strategy], request: Request, once: bool,
              drop_last: bool, repair: Optional[Repair] = None
              ) -> List[Tensor]:
    r"""Returns the mini-batches of a strategy, checked.

    Args:
        strategy (str or Strategy): Which instances meet.
        request (Request): What it is asked for.
        once (bool): Whether each instance is used exactly once, or
            mini-batches are drawn with replacement.
        drop_last (bool): Whether the last mini-batch must be full.
        repair (callable, optional): Changes mini-batches afterwards, see
            :class:`StrategyBatchSampler`. (default: :obj:`None`)

    Raises:
        ValueError: If a mini-batch is not as it should be; it names the
            first offence.
    """
    strategy = make_strategy(strategy)
    name = f"the strategy '{strategy.name or type(strategy).__name__}'"
    size, num_instances = request.batch_size, request.num_instances
    if once:
        # A copy: who writes in place must not change what is checked.
        allowed: Optional[Tensor] = request.remaining.clone()
        sizes = [part.numel() for part in request.remaining.split(size)]
        order = request.remaining
        if request.num_batches > 1:
            order = _check_shape(strategy.order(request), list(order.shape),
                                 'order', name)
        batches = list(order.split(size))
    else:
        allowed = None
        sizes = request.num_batches * [min(size, num_instances)]
        batches = list(_check_shape(strategy.draw(request), [
            request.num_batches, sizes[0]], 'draw', name))
    batches = check_plan(batches, sizes, num_instances, allowed, name)
    if not once and not drop_last:
        tail = num_instances % size or size
        batches[-1] = batches[-1][:tail]
    if repair is not None:
        sizes = [batch.numel() for batch in batches]
        repaired = repair([batch.clone() for batch in batches], request)
        if not isinstance(repaired, (list, tuple)):
            raise TypeError("'repair' must return a list of mini-batches "
                            f"(got {type(repaired).__name__})")
        batches = check_plan(repaired, sizes, num_instances, allowed,
                             "'repair'")
    return batches


def _check_shape(value: object, shape: List[int], method: str,
                 name: str) -> Tensor:
    if isinstance(value, Tensor):
        value = value.cpu()
        if list(value.shape) == shape and value.dtype == torch.long:
            return value
        found = f'{list(value.shape)} of {value.dtype}'
    else:
        found = type(value).__name__
    raise ValueError(f"{name} must return {shape} of torch.long from "
                     f"'{method}' (got {found})")
