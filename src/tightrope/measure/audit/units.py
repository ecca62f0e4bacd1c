"""Comparing figures that are printed in different units."""

from __future__ import annotations

from dataclasses import replace

from .verdict import Found

__all__ = ["in_unit"]

# unit -> (the unit of the same kind that it is measured in, how many of those one of it is)
_SCALES: dict[str, tuple[str, float]] = {
    "1": ("1", 1.0),
    "%": ("1", 0.01),
    "ratio": ("1", 1.0),
    "USD m": ("USD", 1e6),
    "USD bn": ("USD", 1e9),
    "EUR m": ("EUR", 1e6),
    "EUR bn": ("EUR", 1e9),
    "people": ("count", 1.0),
    "count": ("count", 1.0),
}


def in_unit(found: Found, unit: str) -> Found | None:
    """The same figure in another unit.

    Parameters
    ----------
    found
        A figure with its range.
    unit
        Unit wanted.

    Returns
    -------
    found
        None where the two units measure different things.

    Examples
    --------
    >>> in_unit(Found(28000.0, "USD m", "2024", (), (), low=28000.0, high=28000.0), "USD bn").value
    28.0
    """
    here = _kind(found.unit)
    there = _kind(unit)
    if here[0] != there[0] or isinstance(found.value, str):
        return None
    factor = here[1] / there[1]

    def scaled(number: float | None) -> float | None:
        # twelve figures: enough for any source, and 28000 * 1e6 / 1e9 comes out as 28
        return None if number is None else float(f"{number * factor:.12g}")

    return replace(
        found,
        value=float(f"{found.value * factor:.12g}"),
        unit=unit,
        low=scaled(found.low),
        high=scaled(found.high),
    )


def _kind(unit: str) -> tuple[str, float]:
    return _SCALES.get(unit, (unit, 1.0))
