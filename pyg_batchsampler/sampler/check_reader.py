r"""Who may iterate a sampler."""

from types import FrameType
from typing import Optional

SHARDS = 'accelerate.data_loader'  # the module that divides mini-batches


def check_reader(frame: Optional[FrameType], owner: str,
                 num_ranks: int) -> None:
    r"""Refuses those who would lose instances, or all that makes mini-batches
    hard, without a word.

    Args:
        frame (FrameType, optional): Who asks for mini-batches, and who asked
            him, as :obj:`sys._getframe` returns it.
        owner (str): What the sampler belongs to, if anything.
        num_ranks (int): Processes among which it divides mini-batches.

    Example:
        >>> check_reader(None, 'BatchSamplerLoader', num_ranks=1)
        Traceback (most recent call last):
        ...
        RuntimeError: this sampler belongs to a BatchSamplerLoader, ...
    """
    if owner:
        raise RuntimeError(
            f"this sampler belongs to a {owner}, which was taken apart: "
            "without it nothing is recorded or refreshed. Iterate the "
            f"{owner} itself: it knows the ranks and resumes by "
            "'load_state_dict', so do not give it to 'accelerator.prepare' or "
            "'skip_first_batches'")
    while num_ranks > 1 and frame is not None:
        if frame.f_globals.get('__name__') == SHARDS:
            raise RuntimeError(
                "accelerate divides mini-batches among ranks after the "
                "sampler has done so, which would leave instances out. Make "
                "the sampler with distributed=False")
        frame = frame.f_back
