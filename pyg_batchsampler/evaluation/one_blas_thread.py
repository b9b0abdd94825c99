from typing import Any

from threadpoolctl import threadpool_limits


def one_blas_thread() -> Any:
    r"""Returns a context in which NumPy and SciPy multiply matrices in one
    thread.

    The matrices of a probe are small: beside other work, threads that wait
    for each other cost five times what they save.

    Example:
        >>> import numpy as np
        >>> with one_blas_thread():
        ...     float(np.ones(2) @ np.ones(2))
        2.0
    """
    return threadpool_limits(1, user_api='blas')
