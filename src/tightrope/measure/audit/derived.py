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

__all__ = ["OPENNESS", "derived", "tables_of"]

derived: Registry[Callable[[Evidence], Estimate]] = Registry("derived measure", error=CaseError)
"""From a case to an estimate over (state,)."""

OPENNESS = "trade_gdp"
"""Attribute that tells how much a state trades."""

tables_of = {
    "absence": ("votes",),
    "organisations": ("memberships",),
    "isolation": ("votes", "memberships", "attributes"),
}
"""Tables that each derived measure is counted from; of the attributes, trade over output."""


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


@derived.register("isolation")
def isolation(evidence: Evidence) -> Estimate:
    """How far a state keeps out of the world's trade, organisations and votes.

    0 is the most open of the states in all three, 1 one that takes no part at all. NaN where a part is unknown.

    Parameters
    ----------
    evidence
        The case, seen from one claim.

    Returns
    -------
    isolation
        (state,), unit 1: mean of the votes not cast, of the memberships lacking to the state with most, and of the
        trade over output lacking to the state with most.

    Assumes
    -------
    The three parts weigh the same.

    Source
    ------
    Ours, after the two words of the claim, economically and diplomatically.
    """
    openness = evidence.case.attribute(OPENNESS, actors=evidence.case.states)
    member = organisations(evidence).value
    parts_of = [absence(evidence).value, 1 - member / max(member.max(), 1)]
    value, low, high = (
        np.mean([*parts_of, 1 - end / np.nanmax(openness.value)], axis=0)
        for end in (openness.value, openness.high, openness.low)
    )
    return Estimate(value, low, high, ("state",), "1", (isolation.__doc__ or "").partition("\n")[0])


def _over_states(values: list[float], unit: str, measure: Callable[..., Estimate]) -> Estimate:
    array = np.asarray(values, dtype=float)
    meaning = (measure.__doc__ or "").partition("\n")[0]
    return Estimate(array, array, array, ("state",), unit, meaning)
