"""Measures that the audit counts from the case's own tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tightrope.base.errors import CaseError
from tightrope.base.estimate import Estimate
from tightrope.base.registry import Registry

from .claim import parts

if TYPE_CHECKING:
    from .evidence import Evidence

__all__ = ["derived"]

derived: Registry[Callable[[Evidence], Estimate]] = Registry("derived measure", error=CaseError)
"""From a case to an estimate over (state,)."""


@derived.register("absence")
def absence(evidence: Evidence) -> Estimate:
    """Part of the recorded roll calls in which a state cast no vote.

    1 means that it never voted. NaN where no vote of the state is known.

    Parameters
    ----------
    evidence
        The case, seen from one claim.

    Returns
    -------
    absence
        (state,), unit 1; roll calls with an unknown answer are left out.

    Assumes
    -------
    The roll calls in the case stand for the state's voting.

    Source
    ------
    A count of ours over votes.csv.
    """
    votes: dict[str, list[bool]] = {state: [] for state in evidence.case.states}
    for row, _ in evidence.rows("votes"):
        if row.state in votes and row.vote != "unknown":
            votes[row.state].append(row.vote == "absent")
    return _over_states([float(np.mean(cast)) if cast else np.nan for cast in votes.values()], "1", absence)


@derived.register("organisations")
def organisations(evidence: Evidence) -> Estimate:
    """Number of organisations in which a state is a full member and that it has not left.

    Parameters
    ----------
    evidence
        The case, seen from one claim.

    Returns
    -------
    organisations
        (state,), count.

    Assumes
    -------
    The organisations in the case are those that matter; each counts the same.

    Source
    ------
    A count of ours over memberships.csv.
    """
    member: dict[str, set[str]] = {state: set() for state in evidence.case.states}
    for row, _ in evidence.rows("memberships"):
        if row.status == "member" and not row.until:
            for actor in parts(row.actor):
                for state in member if actor == "all" else [actor]:
                    member.get(state, set()).add(row.organisation)
    return _over_states([len(names) for names in member.values()], "count", organisations)


def _over_states(values: list[float], unit: str, measure: Callable[..., Estimate]) -> Estimate:
    array = np.asarray(values, dtype=float)
    meaning = (measure.__doc__ or "").partition("\n")[0]
    return Estimate(array, array, array, ("state",), unit, meaning)
