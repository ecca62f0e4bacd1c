"""Which library an array belongs to, so that a kernel is written once for NumPy and JAX."""

from __future__ import annotations

from types import ModuleType
from typing import Any

__all__ = ["namespace"]


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
