"""Amounts of money as texts name them, in millions of one currency."""

from __future__ import annotations

import re

__all__ = ["per_million"]

_SCALES = {
    "": 1e-6,
    "k": 1e-3,
    "thousand": 1e-3,
    "m": 1.0,
    "mn": 1.0,
    "million": 1.0,
    "bn": 1e3,
    "billion": 1e3,
}


def per_million(unit: str) -> tuple[str, float] | None:
    """Currency of a unit, and how many millions of it one unit is.

    Parameters
    ----------
    unit
        Such as `USD m`, `USD k`, `EUR bn` or `USD`.

    Returns
    -------
    found
        Code of the currency and the factor; None where the text is no such unit.

    Examples
    --------
    >>> per_million("USD k"), per_million("EUR bn"), per_million("tonnes")
    (('USD', 0.001), ('EUR', 1000.0), None)
    """
    found = re.fullmatch(r"([A-Z]{3})\s*(?:\s([a-z]+))?", unit.strip())
    if found is None or (found[2] or "") not in _SCALES:
        return None
    return found[1], _SCALES[found[2] or ""]
