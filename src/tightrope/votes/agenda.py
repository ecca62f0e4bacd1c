"""What a forecaster may know of roll calls that are still to come: when, about what, and how named powers vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import TightropeError

from .ballots import ABSENT, ABSTAIN, NO, UNKNOWN, YES, Ballots

__all__ = ["CAST", "OPTIONS", "Agenda", "agenda", "stances", "subjects"]

OPTIONS = ("yes", "abstain", "no", "absent")
"""What a state may do, in the order of every array of probabilities."""

CAST = np.array([YES, ABSTAIN, NO])
"""Codes of the votes that are cast, in the order of `OPTIONS`."""


@dataclass(frozen=True)
class Agenda:
    """Roll calls of one or more sessions without the votes, but for those of the powers that are given.

    Parameters
    ----------
    ids, sessions
        Of each roll call.
    subjects
        Title and agenda item of each roll call in one text; empty where not known.
    given
        ISO-3 codes of the powers whose votes are known.
    votes
        (roll, power), codes as in `Ballots`.
    """

    ids: tuple[str, ...]
    sessions: NDArray[np.int64]
    subjects: tuple[str, ...]
    given: tuple[str, ...]
    votes: NDArray[np.int8]

    def of_session(self, session: int) -> Agenda:
        """The part of one session.

        Parameters
        ----------
        session
            Number of the session.

        Returns
        -------
        agenda
            In the same order.
        """
        at = np.flatnonzero(self.sessions == session)
        return Agenda(
            tuple(self.ids[k] for k in at),
            self.sessions[at],
            tuple(self.subjects[k] for k in at),
            self.given,
            self.votes[at],
        )


def subjects(ballots: Ballots) -> tuple[str, ...]:
    """Title and agenda item of each roll call in one text.

    Parameters
    ----------
    ballots
        Roll calls.

    Returns
    -------
    subjects
        Empty where neither is known.
    """
    return tuple(f"{item} {title}".strip() for item, title in zip(ballots.items, ballots.titles, strict=True))


def agenda(ballots: Ballots, given: Sequence[str] = ()) -> Agenda:
    """Forget every vote but those of the powers that are given.

    Parameters
    ----------
    ballots
        Roll calls; other states' votes may be there and are dropped here.
    given
        ISO-3 codes. Each must be among the states.

    Returns
    -------
    agenda
        Nothing computed from it can depend on another vote.
    """
    repeated = sorted({code for code in given if list(given).count(code) > 1})
    if repeated:
        raise TightropeError(f"Given more than once: {', '.join(repeated)}. Name each power once.")
    columns = [ballots.state(code) for code in given]
    votes = ballots.votes[:, columns]
    if columns and (votes == UNKNOWN).all():
        raise TightropeError(
            f"No vote of {', '.join(given)} is in these {len(ballots.ids)} roll calls. Add their votes, or leave `--given` out."
        )
    return Agenda(ballots.ids, ballots.sessions, subjects(ballots), tuple(given), votes)


def stances(votes: NDArray[np.int8]) -> NDArray[np.float32]:
    """How a power that votes so sees a yes, an abstention and a no by another state.

    1 where the other votes the same, 0 one step away, -1 at the other end; 0 all along where the power does not vote.

    Parameters
    ----------
    votes
        (roll, power), codes as in `Ballots`.

    Returns
    -------
    stances
        (roll, option, power), unit 1, for yes, abstain and no.

    Assumes
    -------
    Abstention lies halfway between no and yes, as in S of Signorino and Ritter.

    Source
    ------
    Distance of votes: [SignorinoRitter1999]_. Its use as the stance of the decision model is ours.

    Examples
    --------
    >>> stances(np.array([[1], [2], [8]], dtype=np.int8))[:, :, 0]
    array([[ 1.,  0., -1.],
           [ 0.,  1.,  0.],
           [ 0.,  0.,  0.]], dtype=float32)
    """
    apart = np.abs(CAST[None, :, None] - votes[:, None, :].astype(np.int64))
    voted = ((votes != ABSENT) & (votes != UNKNOWN))[:, None, :]
    return np.where(voted, 1.0 - apart, 0.0).astype(np.float32)
