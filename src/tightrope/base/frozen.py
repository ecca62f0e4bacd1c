"""Things that cannot be changed after they are made, also after travelling to a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Frozen", "FrozenDict", "read_only"]

K = TypeVar("K")
V = TypeVar("V")


def read_only(values: ArrayLike) -> NDArray[np.float64]:
    """A float64 copy that numpy refuses to write to.

    Parameters
    ----------
    values
        Anything that numpy reads as numbers.

    Returns
    -------
    array
        A new array, `writeable` set to false.
    """
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


class Frozen:
    """Base of frozen dataclasses that hold arrays: pickling drops numpy's writeable flag, this sets it again."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, item in state.items():
            object.__setattr__(self, name, read_only(item) if isinstance(item, np.ndarray) else item)


class FrozenDict(dict[K, V]):
    """A dict without a way to write into it; it can be pickled.

    Examples
    --------
    >>> FrozenDict(a=1)["a"]
    1
    >>> FrozenDict(a=1).update(a=2)
    Traceback (most recent call last):
    TypeError: this mapping is read-only: make a new one with dict(...)
    """

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping is read-only: make a new one with dict(...)")

    __setitem__ = __delitem__ = update = setdefault = pop = popitem = clear = _refuse
    __ior__ = _refuse

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Mapping[K, V]]]:
        return (type(self), (dict(self),))
