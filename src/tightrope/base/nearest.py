"""The known names nearest to a wrong one."""

from __future__ import annotations

import bisect
import difflib
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["nearest", "suggestion"]

_MANY = 60
"""Number of known names from which only those that begin or end like the wrong one are compared."""

_NEIGHBOURS = 15


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """Known names that look like `name`, best first, whatever the case of letters.

    Parameters
    ----------
    name
        The wrong name.
    known
        Names that would have been right.
    most
        How many to give at most.

    Returns
    -------
    names
        Possibly none.

    Examples
    --------
    >>> nearest("kaz", ["KAZ", "KGZ", "UZB"])
    ('KAZ', 'KGZ')
    """
    return _nearest(name[:100].lower(), tuple(known), most)


@lru_cache(maxsize=4096)  # one slip of the pen is often met in a thousand rows
def _nearest(name: str, known: tuple[str, ...], most: int) -> tuple[str, ...]:
    by_lower, forward, backward = _sorted(known)
    candidates = list(by_lower)
    if len(candidates) > _MANY:
        ends = [one[::-1] for one in _around(name[::-1], backward)]
        candidates = list(dict.fromkeys([*_around(name, forward), *ends]))
    close = difflib.get_close_matches(name, candidates, n=most, cutoff=0.5)
    return tuple(by_lower[match] for match in close)


@lru_cache(maxsize=64)
def _sorted(known: tuple[str, ...]) -> tuple[dict[str, str], list[str], list[str]]:
    by_lower: dict[str, str] = {}
    for candidate in known:
        by_lower.setdefault(candidate.lower(), candidate)
    return by_lower, sorted(by_lower), sorted(one[::-1] for one in by_lower)


def _around(name: str, names: list[str]) -> list[str]:
    """Names next to where a name would stand in alphabetical order: those that begin like it."""
    place = bisect.bisect(names, name)
    return names[max(place - _NEIGHBOURS, 0) : place + _NEIGHBOURS]


def suggestion(name: str, known: Iterable[str]) -> str:
    """Sentence that names what the writer may have meant.

    Parameters
    ----------
    name
        The wrong name.
    known
        Names that would have been right.

    Returns
    -------
    sentence
        Nearest names, else the first few known ones.

    Examples
    --------
    >>> suggestion("tarde", ["trade", "energy"])
    'Did you mean `trade`?'
    """
    names = tuple(known)
    close = nearest(name, names)
    if close:
        return "Did you mean " + " or ".join(f"`{one}`" for one in close) + "?"
    if not names:
        return "None is declared yet: declare it first."
    shown = ", ".join(f"`{one}`" for one in names[:12])
    return f"Known: {shown}, ..." if len(names) > 12 else f"Known: {shown}."
