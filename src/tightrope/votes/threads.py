"""One thread for linear algebra: the matrices here are small, and threads that wait for work cost more than they do."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

__all__ = ["one_thread"]


def one_thread() -> AbstractContextManager[Any]:
    """Keep the linear algebra of NumPy and SciPy to one thread for as long as it is open.

    The two bring a library each, whose idle threads spin: with two cores, alternating between them took the fit of ideal
    points 20 seconds of processor time instead of 2. Without the package threadpoolctl nothing is kept to anything; the
    results are the same. Setting OPENBLAS_NUM_THREADS=1 does the same for a whole run.

    Returns
    -------
    context
        To be opened with `with`.
    """
    try:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types
    except ImportError:
        return nullcontext()
    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits
