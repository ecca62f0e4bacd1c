"""Checks of who comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tightrope.base.estimate import Estimate
from tightrope.base.time import period

from ..claim import Claim
from ..evidence import Evidence, Figure, is_within, same_stretch
from ..registry import Judgement, checks
from ..verdict import CONTRADICTED, NOT_CHECKABLE, SUPPORTED, Found
from ..weighing import shown

__all__ = ["ahead", "partner_rank", "rank", "rank_probability"]


@checks.register("rank")
def rank(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether the subject comes at the asserted place among the states, by an attribute, a tie or a measure.

    Supported if it does at the central values of all states; contradicted also when too many known ones pass it.
    """
    estimate = evidence.estimate(claim.measure)
    if estimate is None and not evidence.is_attribute(claim.measure):
        return Judgement(NOT_CHECKABLE, (), f"The measure {claim.measure} was not handed to the audit.")
    if estimate is None:
        known = {state: _settled(claim, evidence, state, claim.object, is_flow=False) for state in evidence.case.states}
    else:
        known = _cells(claim, evidence, estimate)
    return _ranked(claim, known, claim.subject[0])


@checks.register("partner_rank")
def partner_rank(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether the object comes at the asserted place among the subject's partners; blocs are left out.

    Partners of which the case has no figure for the period are taken to be smaller than those of which it has.
    """
    subject, asked = claim.subject[0], claim.object[0]
    known: dict[str, Found] = {}
    for partner in evidence.case.actors:
        if partner != subject and not evidence.is_bloc(partner):
            settled = _settled(claim, evidence, subject, (partner,), is_flow=True)
            if settled is not None:
                known[partner] = settled
    if asked in known and len(known) > int(claim.value or 1):
        return _ranked(claim, known, asked)
    why = f"Too few partners of {subject} have a figure for {claim.measure} in {', '.join(claim.period)}."
    return Judgement(NOT_CHECKABLE, tuple(known.values()), why)


@checks.register("ahead")
def ahead(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether the subject power's measure lies above (`highest`) or below the object power's, meant over the states.

    Over those states of which both are known.
    """
    estimate = evidence.estimate(claim.measure)
    powers = tuple(evidence.case.powers)
    if estimate is None or estimate.dims != ("state", "power"):
        return Judgement(NOT_CHECKABLE, (), f"The measure {claim.measure} was not handed to the audit.")
    columns = [powers.index(actor) for actor in (claim.subject[0], claim.object[0])]
    both = ~np.isnan(estimate.value[:, columns]).any(axis=1)
    if not both.any():
        return Judgement(NOT_CHECKABLE, (), f"{claim.measure} is unknown for {claim.subject[0]} or {claim.object[0]}.")
    ends = [array[both][:, columns].mean(axis=0) for array in (estimate.low, estimate.value, estimate.high)]
    found = tuple(
        _cell(claim, estimate, f"{claim.measure} on {power}, mean of {both.sum()} states", *(end[k] for end in ends))
        for k, power in enumerate((claim.subject[0], claim.object[0]))
    )
    first, second = (float(one.value) for one in found)
    is_so = first > second if claim.relation == "highest" else first < second
    why = f"{claim.measure} on {claim.subject[0]} is {shown(first)}, on {claim.object[0]} {shown(second)}, as means of {both.sum()} states."
    source = tuple(
        dict.fromkeys(key for state in evidence.case.states for key in evidence.sources_of(claim.measure, state))
    )
    weighed = tuple(replace(one, agrees=is_so, source=source) for one in found)
    return Judgement(SUPPORTED if is_so else CONTRADICTED, weighed, why)


def rank_probability(
    low: NDArray[np.float64], value: NDArray[np.float64], high: NDArray[np.float64], which: int, place: int
) -> float:
    """Chance that one of several uncertain numbers is at a place from the top.

    Parameters
    ----------
    low, value, high
        Range and central value of each, (n,), one unit.
    which
        Index of the one asked about.
    place
        1 for the largest.

    Returns
    -------
    probability
        Within [0, 1].

    Assumes
    -------
    The numbers are independent, and each is as likely below its central value as above, evenly on either side.

    Examples
    --------
    >>> a = np.array
    >>> rank_probability(a([0.0, 0.0]), a([0.5, 0.5]), a([1.0, 1.0]), 0, 1)
    0.5
    """
    levels = (np.arange(2000) + 0.5) / 2000
    mine = np.interp(levels, [0, 0.5, 1], [low[which], value[which], high[which]])
    above = np.zeros((place, mine.size))
    above[0] = 1.0
    for k in range(len(value)):
        if k != which:
            # chance that rival k is larger, ties counted half
            larger = (
                1
                - (_below(mine, low[k], value[k], high[k], "left") + _below(mine, low[k], value[k], high[k], "right"))
                / 2
            )
            shifted = np.vstack([np.zeros_like(mine), above[:-1]])
            above = above * (1 - larger) + shifted * larger
    return float(round(above[place - 1].mean(), 6))


def _below(at: NDArray[np.float64], low: float, value: float, high: float, side: str) -> NDArray[np.float64]:
    if low == high:
        return (at > value if side == "left" else at >= value).astype(float)
    lower = np.clip((at - low) / (value - low), 0, 1) if value > low else (at >= value).astype(float)
    upper = np.clip((at - value) / (high - value), 0, 1) if high > value else (at >= value).astype(float)
    return (lower + upper) / 2


def _settled(claim: Claim, evidence: Evidence, actor: str, partners: Sequence[str], *, is_flow: bool) -> Found | None:
    """The number that the case uses for an actor, latest first, with a range that covers all that sources say.

    What flows counts for its own stretch only; of other things any date within the claim's time will do.
    """
    for text in claim.period or ("always",):
        asked = period(text)
        series = [one for partner in partners or ("",) for one in evidence.figures(claim.measure, actor, partner)]
        held = [one for one in series if same_stretch(one.period, asked) or one.period.is_static]
        if not held and not is_flow:
            held = [one for one in series if is_within(one.period, asked)]
        if held:
            return _covering(held)
    return None


def _covering(held: list[Figure]) -> Found:
    used = max(held, key=lambda one: (one.chosen, one.period.end))
    same_time = [one.found for one in held if one.found.period == used.found.period]
    low = min(float(one.value) if one.low is None else one.low for one in same_time)
    high = max(float(one.value) if one.high is None else one.high for one in same_time)
    return replace(
        used.found,
        low=low,
        high=high,
        where=tuple(place for one in same_time for place in one.where),
        source=tuple(dict.fromkeys(key for one in same_time for key in one.source)),
    )


def _cells(claim: Claim, evidence: Evidence, estimate: Estimate) -> dict[str, Found | None]:
    states = tuple(evidence.case.states)
    column: tuple[int, ...] = ()
    if estimate.dims == ("state", "power"):
        column = (tuple(evidence.case.powers).index(claim.object[0]),)
    known: dict[str, Found | None] = {}
    for k, state in enumerate(states):
        ends = [float(array[(k, *column)]) for array in (estimate.low, estimate.value, estimate.high)]
        if np.isnan(ends[1]):
            known[state] = None
        else:
            cell = _cell(claim, estimate, f"{claim.measure} of {state}", *ends)
            known[state] = replace(cell, source=evidence.sources_of(claim.measure, state))
    return known


def _cell(claim: Claim, estimate: Estimate, what: str, low: float, value: float, high: float) -> Found:
    when = claim.period[0] if claim.period else ""
    return Found(float(value), estimate.unit, when, (f"measure {claim.measure}",), (), what, float(low), float(high))


def _ranked(claim: Claim, known: Mapping[str, Found | None], which: str) -> Judgement:
    place = int(claim.value or 1)
    sign = -1 if claim.relation == "lowest" else 1
    found = {name: one for name, one in known.items() if one is not None}
    order = sorted(found, key=lambda name: -sign * float(found[name].value))
    told = ", ".join(f"{name} {shown(float(found[name].value))}" for name in order)
    unknown = [name for name, one in known.items() if one is None]
    missing = f"; unknown for {', '.join(unknown)}" if unknown else ""
    rank_word = claim.relation if place == 1 else f"number {place} from the {'bottom' if sign < 0 else 'top'}"
    asserted = f"{which} is said to be {rank_word} in {claim.measure}"
    if which not in found:
        return Judgement(NOT_CHECKABLE, tuple(found.values()), f"{asserted}; {told or 'nothing is known'}{missing}.")
    ahead_of_it = [name for name in order if sign * float(found[name].value) > sign * float(found[which].value)]
    probability = None
    if len(ahead_of_it) + 1 == place and not unknown:
        verdict = SUPPORTED
    elif len(ahead_of_it) + 1 > place or len(ahead_of_it) + len(unknown) + 1 < place or not unknown:
        verdict = CONTRADICTED
    else:
        verdict = NOT_CHECKABLE
    if not unknown:
        spans = np.array([[one.low, one.value, one.high] for one in (found[name] for name in order)], dtype=float)
        spans = np.sort(sign * spans, axis=1)
        probability = rank_probability(spans[:, 0], spans[:, 1], spans[:, 2], order.index(which), place)
    passing = {*ahead_of_it[: max(len(ahead_of_it) + 1 - place, 0)]} if verdict == CONTRADICTED else set()
    weighed = tuple(replace(found[name], agrees=name not in passing) for name in order)
    chance = "" if probability is None else f"; given the ranges the chance is {probability:.2f}"
    return Judgement(verdict, weighed, f"{asserted}; the order is {told}{missing}{chance}.", probability)
