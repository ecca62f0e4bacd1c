"""The list of mechanisms, filled by the topic files as they are imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Mechanism", "mechanism", "mechanisms"]


@dataclass(frozen=True)
class Mechanism:
    """A mechanism of the model.

    `touches` names the outcomes that it changes within the quarter in which it acts; all others can follow only
    through these.
    """

    name: str
    touches: tuple[str, ...]
    function: Callable[..., Any]

    @property
    def where(self) -> str:
        """Dotted path of the function."""
        return f"{self.function.__module__}.{self.function.__qualname__}"


mechanisms: dict[str, Mechanism] = {}
"""Every mechanism by its name, which is also the name of its switch."""


def mechanism(*touches: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as a mechanism under its own name.

    Parameters
    ----------
    *touches
        Outcomes that it changes in the quarter in which it acts.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__
        if name in mechanisms:
            raise ValueError(f"mechanism {name} is registered twice: {mechanisms[name].where}, {function.__module__}")
        mechanisms[name] = Mechanism(name, touches, function)
        return function

    return register
