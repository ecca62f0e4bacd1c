"""How a figure must lie to bear out words such as about, nearly and more than."""

from __future__ import annotations

import math
from collections.abc import Callable

from tightrope.base.errors import CaseError
from tightrope.base.registry import Registry

__all__ = ["ANSWERS", "ORDERS", "accepted", "relations"]

Interval = tuple[float, float]

relations: Registry[Callable[..., Interval]] = Registry("relation", error=CaseError)
"""Numeric relations: from the asserted value to the closed interval of figures that bear it out."""

ORDERS = ("highest", "lowest")
"""Relations of a ranking."""

ANSWERS = ("is", "is_not")
"""Relations of an answer that is no number."""


@relations.register("equals")
def equals(value: float, *, tolerance: float | None = None, digits: float = 0.0) -> Interval:
    """The asserted number, up to half a unit of its last printed digit.

    A text that prints 4.9 says no more than that the truth rounds to 4.9. With a tolerance, that part of the value.
    """
    margin = digits / 2 if tolerance is None else abs(value) * tolerance
    return value - margin, value + margin


@relations.register("about")
def about(value: float, *, tolerance: float | None = None, digits: float = 0.0) -> Interval:
    """The asserted number within a part of it, 0.15 unless the claim says otherwise.

    The 0.15 is ours: from a half it reaches 17/40, a little nearer than halfway to the next plain fraction (5/12 lies
    between a half and a third), so that a figure passes under the fraction that it is closest to.
    """
    margin = abs(value) * (0.15 if tolerance is None else tolerance)
    return value - margin, value + margin


@relations.register("nearly")
def nearly(value: float, *, tolerance: float | None = None, digits: float = 0.0) -> Interval:
    """Short of the asserted number by no more than a part of it (0.15, as in `about`), and not beyond it."""
    short = value * (1 - (0.15 if tolerance is None else tolerance))
    beyond = value + math.copysign(digits / 2, value)
    return min(short, beyond), max(short, beyond)


@relations.register("at_least")
def at_least(value: float, *, tolerance: float | None = None, digits: float = 0.0) -> Interval:
    """The asserted number or more; a tolerance lowers the bar by that part of it."""
    return value - abs(value) * (tolerance or 0.0), math.inf


@relations.register("at_most")
def at_most(value: float, *, tolerance: float | None = None, digits: float = 0.0) -> Interval:
    """The asserted number or less; a tolerance raises the bar by that part of it."""
    return -math.inf, value + abs(value) * (tolerance or 0.0)


@relations.register("more_than")
def more_than(value: float, *, tolerance: float | None = None, digits: float = 0.0) -> Interval:
    """Strictly more than the asserted number, less a tolerated part of it."""
    return math.nextafter(value - abs(value) * (tolerance or 0.0), math.inf), math.inf


@relations.register("less_than")
def less_than(value: float, *, tolerance: float | None = None, digits: float = 0.0) -> Interval:
    """Strictly less than the asserted number, plus a tolerated part of it."""
    return -math.inf, math.nextafter(value + abs(value) * (tolerance or 0.0), -math.inf)


def accepted(relation: str, value: str, tolerance: float | None) -> Interval:
    """Interval of figures that bear out an assertion.

    Parameters
    ----------
    relation
        Name of a numeric relation.
    value
        The asserted number as printed; its last digit tells how finely the text speaks.
    tolerance
        Part of the value; None for the relation's own.

    Returns
    -------
    interval
        Closed, with infinities.

    Examples
    --------
    >>> accepted("equals", "4.9", None)
    (4.8500..., 4.95)
    >>> accepted("at_least", "0.3", None)
    (0.3, inf)
    """
    return relations[relation](float(value), tolerance=tolerance, digits=_last_digit(value))


def _last_digit(text: str) -> float:
    """Size of the last printed digit: 0.1 for `4.9`, 1 for `28`."""
    decimals = text.lower().partition("e")[0].partition(".")[2]
    return float(10 ** -len(decimals))
