"""What was known about every state of the world before a roll call, as groups of standardised columns."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tightrope.base import CaseError, period, suggestion

from .panel import figures

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["VOTES", "Record", "Traits", "record_of", "traits"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

VOTES = ("yes", "abstain", "absent", "no")
"""Options of a roll call, in the order of the columns of every forecast."""

_ABSENT = VOTES.index("absent")
LATELY = 450
"""Days that count as lately: with them the yearly votes of the last session and of the one before it."""


class Record(NamedTuple):
    """Who voted how on the roll calls of peer_votes.csv."""

    votes: Ints
    """(roll, state), place in `VOTES`; -1 where not known."""
    days: tuple[datetime.date, ...]
    """Of each roll call, ascending."""
    rolls: tuple[str, ...]
    """Ids."""
    states: tuple[str, ...]
    """ISO 3166 codes, alphabetical."""

    def roll(self, name: str) -> int:
        """Position of a roll call.

        Parameters
        ----------
        name
            Its id.

        Returns
        -------
        position
            In `rolls`.

        Raises
        ------
        CaseError
            If it is not among them.
        """
        if name not in self.rolls:
            raise CaseError(f"`{name}` is no roll call of peer_votes.csv. {suggestion(name, self.rolls)}")
        return self.rolls.index(name)

    def before(self, day: datetime.date, days: int | None = None) -> list[int]:
        """Positions of the roll calls before a day.

        Parameters
        ----------
        day
            That day is not before it.
        days
            At most so many days before; all by default.

        Returns
        -------
        positions
            In order.
        """
        return [k for k, d in enumerate(self.days) if d < day and (days is None or (day - d).days <= days)]


Traits = Mapping[str, Array]
"""Name of a group to (state, column): mean 0 and standard deviation 1 over the states, 0 where not known."""


def record_of(case: Case) -> Record:
    """Votes of all states on the roll calls of a case.

    Parameters
    ----------
    case
        Any case; without peer_votes.csv the record is empty.

    Returns
    -------
    record
        By date.

    Raises
    ------
    CaseError
        If a roll call has other options than yes, abstain, absent and no.
    """
    rows = case.tables["peer_votes"]
    day = {row.question: period(row.date).start for row in rows}
    rolls, states = sorted(day, key=lambda name: (day[name], name)), sorted({row.state for row in rows})
    votes = np.full((len(rolls), len(states)), -1)
    at, column = {name: k for k, name in enumerate(rolls)}, {state: i for i, state in enumerate(states)}
    for row in rows:
        if row.vote not in VOTES:
            raise CaseError(
                f"{row.file} line {row.line}: `{row.vote}` is none of {', '.join(VOTES)}, which forecasts of roll calls need."
            )
        votes[at[row.question], column[row.state]] = VOTES.index(row.vote)
    return Record(votes, tuple(day[name] for name in rolls), tuple(rolls), tuple(states))


def traits(case: Case, record: Record, roll: str, *, doubt: float = 1.0) -> dict[str, Array]:
    """What was known about every state before a roll call.

    Parameters
    ----------
    case
        With figures in peers.csv of a year that ended before.
    record
        From `record_of`.
    roll
        Id of the roll call; neither its votes nor later ones are looked at.
    doubt
        How many roll calls of average votes are added to a state's own record, so that few tell little.

    Returns
    -------
    traits
        `position`: three ideal points. `record`: yes and no as shares of votes cast, and absences, on all earlier roll
        calls of the table. `lately`: the same of the last 450 days. `habit`: log odds of absence from any roll call.
        `capacity`: square roots of Russia's and China's influence capacity. `nearness`: to each power. `pact`: defence
        pact with each power that has any. `alignment`: with each power.

    Assumes
    -------
    What is not known of a state is average. A state is as near as can be to itself and to a bloc that it belongs to.

    Source
    ------
    Groups and forms: ours, see docs/explain/all-states.md. Nearness: [Boulding1962]_.
    """
    day, states = record.days[record.roll(roll)], record.states

    def known(name: str) -> Array:
        return figures(case, name, states, day).value

    members = [case.actors[power].members or (power,) for power in case.powers]
    own = np.array([[state in named for named in members] for state in states])
    scale = float(case.parameter("distance_scale").value)
    pact, habit, capacity = known("defence_pact"), known("absence"), known("capacity")
    found = {
        "position": np.stack([known(f"ideal_{dim}") for dim in (1, 2, 3)], axis=1),
        "record": _shares(record.votes[record.before(day)], doubt),
        "lately": _shares(record.votes[record.before(day, LATELY)], doubt),
        "habit": np.log(habit / (1 - habit))[:, None],
        "capacity": np.sqrt(capacity[:, np.isfinite(capacity).any(axis=0)]),
        "nearness": np.exp(-np.where(own, 0.0, known("distance")) / scale),
        "pact": pact[:, (pact > 0).any(axis=0)],
        "alignment": known("alignment"),
    }
    return {name: standardised(x) for name, x in found.items()}


def _shares(votes: Ints, doubt: float) -> Array:
    """Yes and no as shares of votes cast, and absences, (state, 3), each drawn to that of all states."""
    cast, seen = ((votes >= 0) & (votes != _ABSENT)).sum(axis=0), (votes >= 0).sum(axis=0)
    counts = [(votes == VOTES.index(vote)).sum(axis=0) for vote in ("yes", "no", "absent")]
    return np.stack(
        [
            (count + doubt * count.sum() / max(of.sum(), 1)) / (of + doubt)
            for count, of in zip(counts, (cast, cast, seen), strict=True)
        ],
        axis=1,
    )


def standardised(x: Array) -> Array:
    """Columns with mean 0 and standard deviation 1.

    Parameters
    ----------
    x
        (state, column); NaN where not known.

    Returns
    -------
    standardised
        0 where not known, and in a column that does not vary.
    """
    seen = np.isfinite(x)
    n = np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, x - np.where(seen, x, 0.0).sum(axis=0) / n, 0.0)
    sd = np.sqrt((centred**2).sum(axis=0) / n)
    return np.asarray(centred / np.where(sd > 1e-12, sd, 1.0))


def turned(x: Array, like: Array) -> Array:
    """Points turned so that they lie as near as possible to others: the axes of two fits need not be the same.

    Parameters
    ----------
    x, like
        (state, dim).

    Returns
    -------
    turned
        `x` times an orthogonal matrix.

    Source
    ------
    Orthogonal Procrustes problem: [Schonemann1966]_.
    """
    left, _, right = np.linalg.svd(x.T @ like)
    return np.asarray(x @ (left @ right))


def stacked(parts: Sequence[Traits], weights: Mapping[str, float]) -> Array:
    """Groups side by side and roll calls below each other, each group as large as its weight says.

    Parameters
    ----------
    parts
        Traits of each roll call.
    weights
        Of the groups to use: the prior variance that the columns of a group have together.

    Returns
    -------
    stacked
        (roll * state, column).
    """
    return np.concatenate(
        [
            np.concatenate(
                [part[name] * np.sqrt(weight / max(part[name].shape[1], 1)) for name, weight in weights.items()], axis=1
            )
            for part in parts
        ]
    )
