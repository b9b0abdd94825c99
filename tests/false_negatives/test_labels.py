import torch

from pyg_batchsampler.false_negatives import Labels
from tests.helpers import raises


def test_pairs_of_one_class() -> None:
    guard = Labels(torch.tensor([0, 1, 1, 0, 1]))
    mask = guard(torch.tensor([4, 0, 2, 1]))
    assert mask.nonzero().tolist() == [[0, 2], [0, 3], [2, 0], [2, 3],
                                       [3, 0], [3, 2]]


def test_all_labels_have_to_agree() -> None:
    nan = float('nan')
    guard = Labels(torch.tensor([[0, 1], [0, 1], [0, 0], [nan, 1], [nan, 1]]))
    mask = guard(torch.arange(5))
    assert mask.nonzero().tolist() == [[0, 1], [1, 0]]


def test_message() -> None:
    message = ("'label' must be a tensor of one label per instance, "
               "[num_instances], or several, [num_instances, num_labels] ")
    with raises(ValueError, message + '(got [2, 2, 2])'):
        Labels(torch.zeros(2, 2, 2))
    with raises(ValueError, message + '(got NoneType)'):
        Labels(None)  # type: ignore[arg-type]
