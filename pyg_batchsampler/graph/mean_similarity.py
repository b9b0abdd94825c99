from torch import Tensor


def mean_similarity(x: Tensor) -> Tensor:
    r"""Returns the mean cosine similarity over all pairs :math:`i \neq j` of
    each batch, in linear time:
    :math:`(\|\sum_i \mathbf{x}_i\|^2 - \sum_i \|\mathbf{x}_i\|^2) /
    (B (B - 1))`.

    Args:
        x (torch.Tensor): Rows of unit length (or zero), :math:`[*, B, D]`
            with :math:`B \geq 2`.

    Example:
        >>> mean_similarity(torch.eye(3)[[0, 0, 1]])
        tensor(0.3333)
    """
    size = x.size(-2)
    own = (x * x).sum(dim=(-1, -2))
    total = x.sum(dim=-2).square().sum(dim=-1)
    return (total - own) / (size * (size - 1))
