r"""Random bits for compiled loops: a number for every (seed, position)."""

import numpy as np

from pyg_batchsampler.compiled.kernel import kernel

GAMMA = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)


@kernel
def split_mix(state: np.uint64) -> np.uint64:
    r"""Returns 64 random bits for a state, of which each stream counts up in
    steps of :obj:`GAMMA`: SplitMix64 from the `"Fast Splittable Pseudorandom
    Number Generators" <https://doi.org/10.1145/2660193.2660195>`_ paper.

    Example:
        >>> hex(split_mix(GAMMA))  # first number of seed 0
        '0xe220a8397b1dcdaf'
    """
    state = (state ^ (state >> np.uint64(30))) * FIRST
    state = (state ^ (state >> np.uint64(27))) * SECOND
    return state ^ (state >> np.uint64(31))
