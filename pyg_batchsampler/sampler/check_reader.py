r"""Who may iterate a sampler."""


def check_reader(module: str, owner: str, num_ranks: int) -> None:
    r"""Refuses those who would lose instances, or all that makes mini-batches
    hard, without a word.

    Args:
        module (str): The module that iterates.
        owner (str): What the sampler belongs to, if anything.
        num_ranks (int): Processes among which it divides mini-batches.

    Example:
        >>> check_reader('accelerate.data_loader', '', num_ranks=2)
        Traceback (most recent call last):
        ...
        RuntimeError: accelerate divides mini-batches among ranks ...
    """
    if owner:
        raise RuntimeError(
            f"this sampler belongs to a {owner}, which was taken apart: "
            "without it nothing is recorded or refreshed. Iterate the "
            f"{owner} itself: it knows the ranks and resumes by "
            "'load_state_dict', so do not give it to 'accelerator.prepare' or "
            "'skip_first_batches'")
    if module.split('.')[0] == 'accelerate' and num_ranks > 1:
        raise RuntimeError(
            "accelerate divides mini-batches among ranks after the sampler "
            "has done so, which would leave instances out. Make the sampler "
            "with distributed=False")
