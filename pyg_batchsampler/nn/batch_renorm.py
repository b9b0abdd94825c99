import torch
import torch.nn.functional as F
from torch import Tensor

from pyg_batchsampler.checks import check_integer

MAX_SCALE, MAX_SHIFT = 3.0, 5.0  # of the paper, after its start
EPS, MOMENTUM = 1e-5, 0.1


class BatchRenorm(torch.nn.Module):
    r"""Batch normalization that trains as it evaluates, from the `"Batch
    Renormalization: Towards Reducing Minibatch Dependence in
    Batch-Normalized Models" <https://arxiv.org/abs/1702.03275>`_ paper:
    features are normalized by running averages in training, too, while
    gradients flow through the statistics of the mini-batch.

    Instances of a mini-batch that are alike thus stay alike, while batch
    normalization would spread them.

    Args:
        in_channels (int): Size of features, :math:`D`.

    Shapes:
        - **input:** features :math:`[V, D]`
        - **output:** features :math:`[V, D]`

    .. note::
        The correction towards the running averages is limited, as in the
        paper: the standard deviation of a mini-batch is taken to be at most 3
        times larger or smaller than the running one, and its mean at most 5
        running standard deviations away. The paper begins with plain batch
        normalization; here, the running averages of the first 10 mini-batches
        weigh them all alike.

    Example:
        >>> norm = BatchRenorm(1)
        >>> norm(torch.tensor([[-1.0], [1.0]])).flatten()
        tensor([-1.0000,  1.0000], grad_fn=<ViewBackward0>)
        >>> norm(torch.tensor([[1.0], [1.2]])).mean().round(decimals=2)
        tensor(1.1000, grad_fn=<RoundBackward1>)
    """
    running_mean: Tensor
    running_var: Tensor
    num_batches: Tensor

    def __init__(self, in_channels: int):
        super().__init__()
        self.in_channels = check_integer('in_channels', in_channels, low=1)
        self.weight = torch.nn.Parameter(torch.empty(self.in_channels))
        self.bias = torch.nn.Parameter(torch.empty(self.in_channels))
        self.register_buffer('running_mean', torch.empty(self.in_channels))
        self.register_buffer('running_var', torch.empty(self.in_channels))
        self.register_buffer('num_batches', torch.tensor(0))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        r"""Resets all learnable parameters and running averages."""
        torch.nn.init.ones_(self.weight)
        torch.nn.init.zeros_(self.bias)
        self.running_mean.zero_()
        self.running_var.fill_(1.0)
        self.num_batches.zero_()

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or x.size(0) < 2:  # one row has no variance
            return F.batch_norm(x, self.running_mean, self.running_var,
                                self.weight, self.bias, eps=EPS)
        with torch.no_grad():
            own_var, own_mean = torch.var_mean(x.float(), 0, correction=0)
            is_first = self.num_batches == 0
            mean = torch.where(is_first, own_mean, self.running_mean)
            var = torch.where(is_first, own_var, self.running_var)
            std = (var + EPS).sqrt()
            scale = (own_var + EPS).sqrt() / std
            scale = scale.clamp(1 / MAX_SCALE, MAX_SCALE)
            shift = ((own_mean - mean) / std).clamp(-MAX_SHIFT, MAX_SHIFT)
            self.num_batches += 1
            step = (1 / self.num_batches).clamp(min=MOMENTUM)
            self.running_mean.copy_(mean.lerp(own_mean, step))
            self.running_var.copy_(var.lerp(own_var, step))
        return F.batch_norm(x, None, None, self.weight * scale,
                            self.bias + self.weight * shift, training=True,
                            eps=EPS)

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}({self.in_channels})'
