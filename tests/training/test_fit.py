from typing import Any, List, Optional, Tuple

import pytest
import torch
from torch import Tensor
from torch_geometric.data import Data

from pyg_batchsampler import BatchSamplerLoader, join_pairs
from pyg_batchsampler.false_negatives import Guard
from pyg_batchsampler.losses import nt_xent_loss
from pyg_batchsampler.training import EpochResult, Progress, Step, fit
from tests.helpers import make_generator, raises

N, B = 24, 7
X = torch.randn(N, 4, generator=make_generator())


class Run:
    r"""A linear map of noisy rows, and all that it was shown."""
    def __init__(self, x: Tensor = X, **kwargs: Any):
        torch.manual_seed(0)
        self.model = torch.nn.Linear(4, 3)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)
        self.generator = make_generator()
        if kwargs.get('batch_sampler') != 'uniform':
            kwargs['num_candidates'] = 10
        self.loader = BatchSamplerLoader(x, B, **kwargs)
        self.masks: List[Optional[Tensor]] = []

    def method(self, x: Tensor, mask: Optional[Tensor]) -> Any:
        self.masks.append(mask)
        z1, z2 = (self.model(x + 0.1 * torch.randn(
            x.size(), generator=self.generator)) for _ in range(2))
        return nt_xent_loss(z1, z2, is_false_negative=mask), (z1, z2)

    def fit(self, epochs: int, **kwargs: Any) -> Progress:
        return fit(self.model, self.method, self.loader, self.optimizer,
                   epochs, **kwargs)


def by_hand(epochs: int) -> Run:
    run = Run()
    for _ in range(epochs):
        for x in run.loader:
            index = run.loader.input_id
            assert index is not None
            loss, views = run.method(x, None)
            run.optimizer.zero_grad()
            loss.backward()
            run.optimizer.step()
            run.loader.update(views, index)
    return run


def test_it_is_the_loop_that_one_would_write() -> None:
    run, expected = Run(), by_hand(epochs=3)
    steps: List[Step] = []
    courses: List[EpochResult] = []
    progress = run.fit(3, on_step=steps.append, on_epoch=courses.append)
    assert run.model.weight.equal(expected.model.weight)
    assert progress.epoch == 3 and progress.seconds > 0
    assert run.loader.is_hard

    assert [step.epoch for step in steps] == [1] * 4 + [2] * 4 + [3] * 4
    assert [epoch.epoch for epoch in courses] == [1, 2, 3]
    for epoch, part in zip(courses, [steps[:4], steps[4:8], steps[8:]]):
        assert sorted(torch.cat(epoch.batches).tolist()) == list(range(N))
        assert [x.tolist() for x in epoch.batches] == [
            step.index.tolist() for step in part]
        losses = [float(step.loss) for step in part if step.loss is not None]
        assert epoch.loss == pytest.approx(sum(losses) / len(losses))
        for step in part:  # every instance is recorded once per epoch
            if isinstance(step.views, tuple):
                z1, z2 = step.views
                assert epoch.embedding[step.index].equal(join_pairs(z1, z2))


def test_one_instance_has_no_negatives() -> None:
    run = Run(X[:22])  # 3 * 7 + 1
    steps: List[Step] = []
    run.fit(3, on_step=steps.append)  # the loader alone asks for records
    assert len(run.masks) == 9 and len(steps) == 12
    for step in steps:
        assert (step.loss is None) == (step.index.numel() == 1)
    # It counts as recorded: mini-batches are hard from the second epoch on.
    assert run.loader.is_hard


class Watched(Guard):
    r"""Keeps what it is told."""
    uses_embedding = True

    def __init__(self) -> None:
        self.told: List[Tensor] = []

    def refresh(self, embedding: Tensor) -> None:
        self.told.append(embedding.clone())

    def __call__(self, index: Tensor) -> Tensor:
        return torch.full((len(index), len(index)), bool(self.told))


def test_the_guard_is_told_once_per_epoch() -> None:
    guard, run = Watched(), Run()
    courses: List[EpochResult] = []
    run.fit(3, guard=guard, on_epoch=courses.append)
    assert len(guard.told) == 2
    for told, epoch in zip(guard.told, courses):
        assert told.equal(epoch.embedding)
    assert [bool(mask.any()) for mask in run.masks if mask is not None] == [
        False] * 4 + [True] * 8

    guard, run = Watched(), Run()
    run.fit(3, guard=guard, embed=lambda: X)
    assert len(guard.told) == 2 and guard.told[0].equal(X)
    Watched.uses_embedding = False
    guard = Watched()
    Run().fit(3, guard=guard, embed=lambda: X)
    Watched.uses_embedding = True
    assert guard.told == []


def test_it_goes_on_where_it_was() -> None:
    whole, parts = Run(), Run()
    expected = whole.fit(3)
    progress = parts.fit(1)
    assert parts.fit(1, progress=progress) is progress
    parts.fit(3, progress=progress)
    assert parts.model.weight.equal(whole.model.weight)
    assert progress.epoch == expected.epoch == 3


def test_the_loader_has_an_encoder_of_its_own() -> None:
    weight = torch.randn(4, 2, generator=make_generator())
    run = Run(encoder=lambda x: x @ weight)
    courses: List[EpochResult] = []
    run.fit(2, on_epoch=courses.append)
    assert courses[-1].embedding.size() == (N, 6)  # recorded all the same


def test_what_nobody_asks_for_is_not_recorded() -> None:
    for run in [Run(batch_sampler='uniform'), Run(encoder=lambda x: x)]:
        progress = run.fit(2)
        assert run.loader.recorded is progress.recorded.embedding is None


@pytest.mark.parametrize('has_views', [False, True])
def test_a_loader_with_an_embedding_needs_no_records(has_views: bool) -> None:
    run = Run(embedding=X)
    courses: List[EpochResult] = []

    def method(x: Tensor, mask: Optional[Tensor]) -> Tuple[Tensor, Any]:
        loss, views = run.method(x, mask)
        return loss, views if has_views else None

    fit(run.model, method, run.loader, run.optimizer, 2,
        on_epoch=courses.append)
    assert courses[-1].embedding.size() == (N, 6 if has_views else 0)
    assert run.loader.recorded is None


def test_graphs() -> None:
    graphs = [Data(x=row.view(1, -1), edge_index=torch.empty(2, 0).long())
              for row in X]
    run = Run()
    loader = BatchSamplerLoader(graphs, B, num_candidates=10)
    fit(run.model, lambda batch, mask: run.method(batch.x, mask), loader,
        run.optimizer, 2)
    expected = by_hand(epochs=2)
    assert run.model.weight.equal(expected.model.weight)


def test_the_model_trains() -> None:
    run = Run()
    is_training: List[bool] = []
    run.fit(2, on_step=lambda _: is_training.append(run.model.training),
            on_epoch=lambda _: run.model.eval())
    assert all(is_training) and not run.model.training


def test_norm_of_gradients() -> None:
    run = Run()
    before = run.model.weight.detach().clone()
    moved: List[float] = []

    def on_step(step: Step) -> None:
        moved.append(float((run.model.weight.detach() - before).norm()))
        before.copy_(run.model.weight.detach())

    run.fit(1, max_grad_norm=0.01, on_step=on_step)
    assert max(moved) <= 0.1 * 0.01 + 1e-6


@pytest.mark.parametrize('max_grad_norm, what', [(None, 'loss'),
                                                 (1.0, 'gradient')])
def test_numbers_that_are_not_finite(max_grad_norm: Optional[float],
                                     what: str) -> None:
    run = Run()
    with torch.no_grad():
        run.model.weight[0, 0] = float('nan')
    with raises(RuntimeError, f"the {what} of epoch 1 is not finite (loss "
                "nan). Lower 'lr' (got 0.1)"):
        run.fit(1, max_grad_norm=max_grad_norm)


def test_half_precision() -> None:
    run = Run()
    kinds: List[torch.dtype] = []

    def on_step(step: Step) -> None:
        if isinstance(step.views, tuple):
            kinds.append(step.views[0].dtype)

    run.fit(1, precision='bfloat16', on_step=on_step)
    assert {*kinds} == {torch.bfloat16}
