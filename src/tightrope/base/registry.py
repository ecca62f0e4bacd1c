"""Named choices that register themselves with a decorator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from .errors import TightropeError
from .nearest import suggestion

__all__ = ["Registry"]

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """Things of one sort by name, in the order in which they registered.

    Parameters
    ----------
    sort
        What the things are, in the singular, for messages.
    error
        Class of the error for a wrong name.

    Examples
    --------
    >>> distances = Registry("distance")
    >>> @distances.register("taxi")
    ... def taxi(a, b):
    ...     return abs(a - b)
    >>> distances["taxi"](1, 3)
    2
    """

    def __init__(self, sort: str, *, error: type[TightropeError] = TightropeError) -> None:
        self.sort = sort
        self._error = error
        self._things: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Decorator that enters a thing under a name.

        Parameters
        ----------
        name
            A name not taken yet.

        Returns
        -------
        decorator
            Gives the thing back unchanged.
        """

        def enter(thing: T) -> T:
            if name in self._things:
                raise self._error(f"{self.sort} `{name}` is registered twice; give one of them another name.")
            self._things[name] = thing
            return thing

        return enter

    def __getitem__(self, name: str) -> T:
        if name not in self._things:
            raise self._error(f"Unknown {self.sort} `{name}`. {suggestion(str(name), self._things)}")
        return self._things[name]

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)
