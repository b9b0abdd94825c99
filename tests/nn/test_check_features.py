import torch

from pyg_batchsampler.nn.check_features import check_features
from tests.helpers import raises


def test_messages() -> None:
    x = torch.ones(4, 3)
    assert check_features(x, 3, torch.float) is x
    half = x.half()  # autocast multiplies it
    assert check_features(half, 3, torch.float) is half
    with raises(ValueError, "'x' must hold node features (got None). Add "
                            "some, e.g., with "
                            "torch_geometric.transforms.Constant()"):
        check_features(None, 3, torch.float)
    with raises(ValueError, "'x' must be [num_nodes, 2] (got [4, 3])"):
        check_features(x, 2, torch.float)
    with raises(ValueError, "'x' must be [num_nodes, 12] (got [12])"):
        check_features(x.flatten(), 12, torch.float)
    with raises(TypeError, "'x' must hold floating-point numbers "
                           "(got torch.int64). Convert it with .float()"):
        check_features(x.long(), 3, torch.float)
    with raises(TypeError, "weights must be torch.float (got torch.float16). "
                           "Train with torch.autocast instead"):
        check_features(half, 3, torch.half)
    with raises(TypeError, "'x' must be torch.float32, as weights are (got "
                           "torch.float64). Convert it or the model"):
        check_features(x.double(), 3, torch.float)
