from typing import Any

import pytest
import torch

from pyg_batchsampler import (explain_batch, hardest_negative_similarity,
                              report_batches)
from tests.helpers import clustered, make_generator, raises

X, LABEL = clustered(60, 4, num_centres=5)


@pytest.mark.parametrize('num_partners', [1, 3, 30])
def test_equals_loops_over_pairs(num_partners: int) -> None:
    batch = torch.randperm(60, generator=make_generator())[:8]
    found = explain_batch(batch, X, LABEL, num_partners)
    assert found.index.equal(batch)
    for i, anchor in enumerate(batch.tolist()):
        score = {j: float(X[anchor] @ X[j]) for j in batch.tolist()
                 if j != anchor}
        order = sorted(score, key=lambda j: -score[j])[:num_partners]
        assert found.partner[i].tolist() == order
        assert torch.allclose(found.similarity[i],
                              torch.tensor([score[j] for j in order]),
                              atol=1e-6)
    assert found.label is not None and found.label.equal(LABEL[batch])
    assert found.partner_label is not None
    assert found.partner_label.equal(LABEL[found.partner])


def test_is_what_the_measures_are_of() -> None:
    batch = list(range(20))
    similarity = explain_batch(batch, X, num_partners=1).similarity
    assert torch.allclose(similarity.mean(),
                          hardest_negative_similarity(X, [batch])[0])
    shifted = X + 9
    centered = explain_batch(batch, shifted, num_partners=1, center=True)
    assert torch.allclose(
        centered.similarity.mean(),
        hardest_negative_similarity(shifted, [batch], center=True)[0])


def test_as_a_table() -> None:
    ring = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.6, 0.8]])
    assert str(explain_batch([3, 0, 1], ring, num_partners=2)) == (
        '3 instances, each with its nearest partners and their similarity\n'
        'instance   nearest\n'
        '3          1 0.80    0 0.60\n'
        '0          3 0.60    1 0.00\n'
        '1          3 0.80    0 0.00')
    label = torch.tensor([10.0, float('nan'), 2.5, 1.0])
    assert str(explain_batch([2, 1], ring, label)).splitlines()[1:] == [
        'instance (label)   nearest', '2 (2.5)            1 (nan) 0.00',
        '1 (nan)            2 (2.5) 0.00']


def test_long_tables_are_cut() -> None:
    lines = str(explain_batch(range(30), X)).splitlines()
    assert len(lines) == 2 + 10 + 1 and lines[-1] == 'and 20 more'
    assert len(str(explain_batch(range(10), X)).splitlines()) == 12
    for batch, first in [([], '0 instances'), ([4], '1 instance')]:
        text = str(explain_batch(batch, X, LABEL))
        assert text.startswith(f'{first}, each with')
        assert len(text.splitlines()) == 2 + len(batch)


def test_what_it_is_given_is_checked() -> None:
    with raises(ValueError, "'batch' must hold instances in [0, 60) (got 60)"):
        explain_batch([0, 60], X)
    with raises(ValueError, "'batch' must hold indices, [B] (got [60, 4] of "
                "torch.float32). Of a loader, take its 'input_id'"):
        explain_batch(X, X)
    with raises(TypeError, "'embedding' must be a tensor (got list). Convert "
                'it, e.g., with torch.as_tensor'):
        explain_batch(X, [0, 1])  # type: ignore[arg-type]
    with raises(ValueError, "'num_partners' must be at least 1 (got 0)"):
        explain_batch([0, 1], X, num_partners=0)


@pytest.mark.parametrize('label', [60 * [0], torch.zeros(3),
                                   torch.zeros(60, 1, 1)])
def test_bad_labels_are_those_of_reports(label: Any) -> None:
    messages = []
    calls: Any = [(explain_batch, [0, 1]), (report_batches, [[0, 1]])]
    for function, batch in calls:
        with pytest.raises((TypeError, ValueError)) as caught:
            function(batch, X, label)
        messages.append(repr(caught.value))
    assert messages[0] == messages[1]
