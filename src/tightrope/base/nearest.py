"""The known names nearest to a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["nearest", "suggestion"]

_MANY = 60
"""Number of known names from which only those that begin or end like the wrong one are compared."""


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
    by_lower: dict[str, str] = {}
    for candidate in known:
        by_lower.setdefault(candidate.lower(), candidate)
    candidates = [one for one in by_lower if _may_match(name, one)] if len(by_lower) > _MANY else list(by_lower)
    close = difflib.get_close_matches(name, candidates, n=most, cutoff=0.5)
    return tuple(by_lower[match] for match in close)


def _may_match(name: str, other: str) -> bool:
    return abs(len(name) - len(other)) <= 3 and (name[:2] == other[:2] or name[-3:] == other[-3:])


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
