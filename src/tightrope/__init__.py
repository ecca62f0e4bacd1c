"""Tightrope: small states between larger powers, how bound each is, how much room it has, and what it would do.

Examples
--------
>>> import tightrope as tr
>>> case = tr.load_case("central_asia")
>>> tr.measures(case, 2021)["room"].value.shape
(5,)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app.ballots import read_ballots
    from .app.runner import run
    from .case import Case, load_case, new_case
    from .measure import measures
    from .measure.audit import audit
    from .result import Result
    from .simulate import Histories, levels, mechanisms

__all__ = [
    "Case",
    "Histories",
    "Result",
    "audit",
    "levels",
    "load_case",
    "measures",
    "mechanisms",
    "new_case",
    "read_ballots",
    "run",
]

_HOMES = {
    "Case": "case",
    "Histories": "simulate",
    "Result": "result",
    "audit": "measure.audit",
    "levels": "simulate",
    "load_case": "case",
    "measures": "measure",
    "mechanisms": "simulate",
    "new_case": "case",
    "read_ballots": "app.ballots",
    "run": "app.runner",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that reading a case does not wait for the simulation's libraries."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
