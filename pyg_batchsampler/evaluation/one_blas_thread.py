from typing import Any

from threadpoolctl import threadpool_limits


def one_blas_thread() -> Any:
    r"""Returns a context in which NumPy and SciPy multiply matrices in one
    thread.

    The matrices of a probe are small, so that threads mostly wait for each
    other. On two cores, :meth:`linear_svc_probe` on MUTAG takes three times as
    long with them, twenty times if the cores have other work as well
    (``python -m benchmarks.home_made``).

    Example:
        >>> import numpy as np
        >>> with one_blas_thread():
        ...     float(np.ones(2) @ np.ones(2))
        2.0
    """
    return threadpool_limits(1, user_api='blas')
