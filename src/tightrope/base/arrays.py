"""Which library an array belongs to, so that a kernel is written once for NumPy and JAX."""

from __future__ import annotations

from types import ModuleType
from typing import Any

__all__ = ["kept", "namespace", "total"]


def namespace(array: Any) -> ModuleType:
    """Array library of an array: NumPy for arrays read from a case, JAX for those inside the simulation.

    Parameters
    ----------
    array
        Any array that follows the Python array standard.

    Returns
    -------
    namespace
        The module with that array's functions (``exp``, ``sum``, ...).

    Examples
    --------
    >>> import numpy as np
    >>> namespace(np.zeros(2)).__name__
    'numpy'
    """
    module: ModuleType = array.__array_namespace__()
    return module


def kept(array: Any) -> Any:
    """The same array, computed once and kept.

    JAX's compiler merges a cheap computation into each of its uses, and so repeats it there, but never a division. The
    divisor is one, to the last bit, which the compiler cannot know.

    Parameters
    ----------
    array
        Any array of finite floats.

    Returns
    -------
    kept
        The array.
    """
    if namespace(array).__name__ == "numpy":
        return array
    return array / (1 + 0 * array)


def total(array: Any, axis: int, *, keepdims: bool = False) -> Any:
    """Sum over a short axis, written out term by term.

    A compiler that sees plain additions merges them with what comes before and after and keeps the processor's lanes
    full along the last axis; a reduction over an axis before the last stops it from doing either.

    Parameters
    ----------
    array
        Any array.
    axis
        Which axis, counted from the front.
    keepdims
        Whether the axis stays, with length one.

    Returns
    -------
    total
        The sum, in the order of the axis.

    Examples
    --------
    >>> import numpy as np
    >>> total(np.array([[1.0, 2.0], [3.0, 4.0]]), 1)
    array([3., 7.])
    """
    before = (slice(None),) * axis
    terms = [array[(*before, slice(k, k + 1) if keepdims else k)] for k in range(array.shape[axis])]
    return sum(terms[1:], terms[0])
