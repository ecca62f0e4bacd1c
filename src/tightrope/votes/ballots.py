"""Who voted how on which roll call, as one matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FrozenDict, TightropeError, suggestion

__all__ = ["ABSENT", "ABSTAIN", "NO", "UNKNOWN", "YES", "Ballots", "ballots"]

YES, ABSTAIN, NO, ABSENT, UNKNOWN = 1, 2, 3, 8, 9
"""A vote: yes, abstain, no, absent (a member that did not vote), not known or no member. Codes as in [Voeten2013]_."""


@dataclass(frozen=True)
class Ballots:
    """Votes of states on roll calls; arrays cannot be written to.

    Parameters
    ----------
    states
        ISO-3 codes, in alphabetical order.
    ids
        Of each roll call; unique.
    dates
        Of each roll call, datetime64[D], ascending.
    sessions
        General Assembly session of each roll call, int.
    votes
        (roll, state), int8: 1 yes, 2 abstain, 3 no, 8 absent, 9 not known or no member.
    resolutions, titles, items, issues
        Texts of each roll call, empty where not known: symbol of the resolution, title, agenda item or short title,
        issue codes joined by semicolons.
    parts
        Whether the vote was on a paragraph or an amendment, as far as the file says so.
    set_aside
        Reason and count of what was not used.
    """

    states: tuple[str, ...]
    ids: tuple[str, ...]
    dates: NDArray[np.datetime64]
    sessions: NDArray[np.int64]
    votes: NDArray[np.int8]
    resolutions: tuple[str, ...]
    titles: tuple[str, ...]
    items: tuple[str, ...]
    issues: tuple[str, ...]
    parts: NDArray[np.bool_]
    set_aside: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.ids)
        if self.votes.shape != (n, len(self.states)):
            raise TightropeError(
                f"Votes are {self.votes.shape[0]} by {self.votes.shape[1]}; expected {n} roll calls by {len(self.states)} states."
            )
        lengths = {
            name: len(getattr(self, name))
            for name in ("dates", "sessions", "resolutions", "titles", "items", "issues", "parts")
        }
        if wrong := {name: length for name, length in lengths.items() if length != n}:
            raise TightropeError(f"There are {n} roll calls, but other numbers of: {wrong}.")
        if len(set(self.ids)) < n or len(set(self.states)) < len(self.states):
            raise TightropeError("Ids of roll calls and codes of states must not repeat.")
        if not np.isin(self.votes, (YES, ABSTAIN, NO, ABSENT, UNKNOWN)).all():
            raise TightropeError("A vote is 1 (yes), 2 (abstain), 3 (no), 8 (absent) or 9 (not known).")
        for name in ("dates", "sessions", "votes", "parts"):
            array = np.array(getattr(self, name))
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "set_aside", FrozenDict(self.set_aside))

    @property
    def years(self) -> NDArray[np.int64]:
        """Calendar year of each roll call."""
        return self.dates.astype("datetime64[Y]").astype(np.int64) + 1970

    def state(self, code: str) -> int:
        """Column of a state.

        Parameters
        ----------
        code
            ISO-3.

        Returns
        -------
        column
            Position in `states`.

        Raises
        ------
        TightropeError
            If no such state is here.
        """
        if code not in self.states:
            raise TightropeError(f"`{code}` is no state of these votes. {suggestion(code, self.states)}")
        return self.states.index(code)

    def on(self, rolls: NDArray[np.bool_] | NDArray[np.int64] | Sequence[int]) -> Ballots:
        """The same states on some of the roll calls.

        Parameters
        ----------
        rolls
            True per roll call, or positions.

        Returns
        -------
        ballots
            In the same order as here.
        """
        array = np.asarray(rolls)
        at = np.flatnonzero(array) if array.dtype == bool else np.sort(array).astype(np.int64)
        text: dict[str, Any] = {
            name: tuple(getattr(self, name)[k] for k in at)
            for name in ("ids", "resolutions", "titles", "items", "issues")
        }
        array_of: dict[str, Any] = {name: getattr(self, name)[at] for name in ("dates", "sessions", "votes", "parts")}
        return replace(self, **text, **array_of)

    def of(self, states: Sequence[str]) -> Ballots:
        """The votes of some of the states, in alphabetical order.

        Parameters
        ----------
        states
            ISO-3 codes.

        Returns
        -------
        ballots
            All roll calls of these states.
        """
        codes = tuple(sorted(set(states)))
        return replace(self, states=codes, votes=self.votes[:, [self.state(code) for code in codes]])


def ballots(
    rolls: Mapping[str, Sequence[Any]],
    votes: Mapping[str, Sequence[Any]],
    *,
    set_aside: Mapping[str, int] | None = None,
    parts: bool = True,
    fewest: int = 10,
) -> Ballots:
    """Make the matrix from two tidy tables.

    Parameters
    ----------
    rolls
        Columns `id, date, session` and, where known, `resolution, title, item, issue, part`, ascending by date.
    votes
        Columns `roll` (position in `rolls`), `state` (ISO-3), `vote` (1, 2, 3, 8, 9).
    set_aside
        What the reader of the file set aside already.
    parts
        Whether to keep votes on paragraphs and amendments.
    fewest
        A state that is absent from all roll calls of a calendar year is not known in that year, rather than absent from
        each, if the year has at least as many roll calls as this. 0 keeps it absent.

    Returns
    -------
    ballots
        States that no row names are not in it; a state without a row on a roll call is not known there.

    Assumes
    -------
    Absence from a whole year has a reason outside the votes, such as the loss of the right to vote over unpaid dues
    (Charter, article 19) or no mission in New York, and says nothing about a position on any one of them.
    """
    ids = tuple(str(x) for x in rolls["id"])
    column = np.asarray(votes["state"]).astype(str)
    states = sorted(set(column.tolist()))
    matrix = np.full((len(ids), len(states)), UNKNOWN, dtype=np.int8)
    matrix[np.asarray(votes["roll"], dtype=np.int64), np.searchsorted(np.array(states), column)] = np.asarray(
        votes["vote"]
    )
    aside = dict(set_aside or {})
    dates = np.asarray(rolls["date"]).astype("datetime64[D]")
    years = dates.astype("datetime64[Y]")
    for year in np.unique(years) if fewest else ():
        rows = np.flatnonzero(years == year)
        here = matrix[rows]
        away = (here == ABSENT).any(axis=0) & (here >= ABSENT).all(axis=0)
        if len(rows) >= fewest and away.any():
            reason = "absences of a state that was absent all year, not known instead"
            aside[reason] = aside.get(reason, 0) + int((here[:, away] == ABSENT).sum())
            matrix[np.ix_(rows, np.flatnonzero(away))] = UNKNOWN
    texts = {
        f"{name}s": tuple(str(x) for x in rolls[name]) if name in rolls else ("",) * len(ids)
        for name in ("resolution", "title", "item", "issue")
    }
    part = np.asarray(rolls["part"], dtype=bool) if "part" in rolls else np.zeros(len(ids), dtype=bool)
    made = Ballots(
        tuple(states),
        ids,
        dates,
        np.asarray(rolls["session"], dtype=np.int64),
        matrix,
        parts=part,
        set_aside=aside,
        **texts,
    )
    if parts or not part.any():
        return made
    aside["roll calls on a paragraph or an amendment"] = int(part.sum())
    return replace(made.on(~part), set_aside=aside)
