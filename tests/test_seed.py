import torch

from pyg_batchsampler.seed import derive_seed, global_seed_from, make_generator
from tests.helpers import untouched_random_state


def test_seeds_depend_on_every_key() -> None:
    seeds = {derive_seed(a, b, c) for a in range(5) for b in range(5)
             for c in range(5)}
    assert len(seeds) == 125
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_negative_and_huge_seeds() -> None:
    assert derive_seed(-1) != derive_seed(1)
    make_generator(2**70, -3)


def test_global_state_is_restored() -> None:
    with untouched_random_state():
        out = []
        for _ in range(2):
            with global_seed_from(make_generator(3), like=torch.ones(1)):
                out.append(torch.rand(3))
    assert torch.equal(*out)


def test_without_generator_the_global_one_is_used() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    with global_seed_from(None, like=torch.ones(1)):
        assert torch.equal(torch.rand(3), expected)
