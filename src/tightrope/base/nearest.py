"""The known names nearest to a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["nearest", "suggestion"]


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
    by_lower: dict[str, str] = {}
    for candidate in known:
        by_lower.setdefault(candidate.lower(), candidate)
    close = difflib.get_close_matches(name[:100].lower(), list(by_lower), n=most, cutoff=0.5)
    return tuple(by_lower[match] for match in close)


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
    names = list(known)
    close = nearest(name, names)
    if close:
        return "Did you mean " + " or ".join(f"`{one}`" for one in close) + "?"
    if not names:
        return "None is declared yet: declare it first."
    shown = ", ".join(f"`{one}`" for one in names[:12])
    return f"Known: {shown}, ..." if len(names) > 12 else f"Known: {shown}."
