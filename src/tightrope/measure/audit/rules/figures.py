"""Checks of one asserted number against the numbers of the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tightrope.base.time import Period, period

from ..claim import Claim
from ..evidence import WORLD, Evidence, Figure, is_within, same_stretch
from ..matrix import books
from ..registry import Judgement, checks
from ..units import in_unit
from ..verdict import Found
from ..weighing import each, judged, merged, shown, summed

__all__ = ["compare", "figure", "level", "paired", "quotient", "ratio", "share", "supplied", "total"]


@checks.register("figure")
def figure(claim: Claim, evidence: Evidence) -> Judgement:
    """A number over a stretch of time, such as a year's growth, against every number that the case has for it.

    Figures of the same stretch count, or of one whole year where the claim leaves several open; chosen or not.
    """
    return judged(claim, each(claim, lambda s, p: _found(claim, evidence, s, p, same_stretch)))


@checks.register("level")
def level(claim: Claim, evidence: Evidence) -> Judgement:
    """A stock or a state of affairs against every number that the case dates within the claim's time.

    Stocks do not add up over time, so a count in July answers for the year.
    """
    return judged(claim, each(claim, lambda s, p: _found(claim, evidence, s, p, is_within)))


@checks.register("supplied")
def supplied(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether the subject gets something from the object, as a `level`; what goes the other way is shown beside it."""
    straight = level(claim, evidence)
    back = [
        held.found
        for subject in claim.subject
        for partner in claim.object
        for held in evidence.figures(claim.measure, partner, subject)
        if any(is_within(held.period, period(text)) for text in claim.period)
    ]
    other_way = f" The other way the case has {', '.join(shown(float(one.value)) for one in back)}." if back else ""
    return replace(straight, found=(*straight.found, *back), why=straight.why + other_way)


@checks.register("share")
def share(claim: Claim, evidence: Evidence) -> Judgement:
    """One series with the object as part of another with all partners, from `a/b`; also as published, from `a/b|c`."""
    return judged(claim, each(claim, lambda s, p: _quotients(claim, evidence, s, p, WORLD)))


@checks.register("ratio")
def ratio(claim: Claim, evidence: Evidence) -> Judgement:
    """One series over another with the same partner, from `a/b`, such as imports over exports."""
    return judged(claim, each(claim, lambda s, p: _quotients(claim, evidence, s, p, p)))


@checks.register("total")
def total(claim: Claim, evidence: Evidence) -> Judgement:
    """The sum of the subjects' numbers with the object, out of those that the case uses; unknown if one of them is."""
    partner = claim.object[0] if claim.object else ""
    sums = [_sum(claim, evidence, claim.subject, partner, asked) for asked in map(period, claim.period)]
    return judged(claim, [[[one for one in sums if one is not None]]])


@checks.register("compare")
def compare(claim: Claim, evidence: Evidence) -> Judgement:
    """The subjects' numbers together over the objects' numbers together, out of those that the case uses."""
    found = []
    for asked in map(period, claim.period):
        above = _sum(claim, evidence, claim.subject, "", asked)
        below = _sum(claim, evidence, claim.object, "", asked)
        if above is not None and below is not None:
            found.append(quotient(above, below))
    return judged(claim, [[[one for one in found if one is not None]]])


def quotient(above: Found, below: Found) -> Found | None:
    """One figure over another, with the widest range that theirs allow.

    Parameters
    ----------
    above, below
        Figures in units of one kind.

    Returns
    -------
    quotient
        Unit 1; None where the lower figure is zero or the units are of different kinds.
    """
    same = in_unit(above, below.unit)
    if same is None or not isinstance(same.value, float) or not isinstance(below.value, float) or not below.value:
        return None
    value = same.value / below.value
    return replace(
        merged(same, below, value, "1", f"{above.what} over {below.what}"),
        low=None if same.low is None or not below.high else same.low / below.high,
        high=None if same.high is None or not below.low else same.high / below.low,
    )


def paired(first: list[Figure], second: list[Figure]) -> list[tuple[Found, Found]]:
    """Which figures belong together: those of one source, and those that the case uses.

    Parameters
    ----------
    first, second
        Figures of two series, or of two periods of one.

    Returns
    -------
    pairs
        Two sources are mixed only in the pair that the case itself works with.
    """
    return [
        (one.found, other.found)
        for one in first
        for other in second
        if set(one.found.source) & set(other.found.source) or (one.chosen and other.chosen)
    ]


def _found(
    claim: Claim,
    evidence: Evidence,
    subject: str,
    partner: str,
    matches: Callable[[Period, Period], bool],
    measure: str = "",
) -> list[Found]:
    return [
        held.found
        for series in books(evidence)
        for held in series(measure or claim.measure, subject, partner)
        if any(matches(held.period, period(text)) for text in claim.period)
    ]


def _quotients(claim: Claim, evidence: Evidence, subject: str, partner: str, below: str) -> list[Found]:
    """Every `a/b` of a subject, and every published one; `below` is the partner of b."""
    computed, published = claim.readings
    top, _, bottom = computed.partition("/")
    found = _found(claim, evidence, subject, partner, same_stretch, published) if published else []
    for series in books(evidence):
        for one, other in paired(series(top, subject, partner), series(bottom, subject, below)):
            is_asked = any(same_stretch(period(one.period), period(text)) for text in claim.period)
            if is_asked and one.period == other.period and (part := quotient(one, other)) is not None:
                found.append(part)
    return found


def _sum(claim: Claim, evidence: Evidence, actors: tuple[str, ...], partner: str, asked: Period) -> Found | None:
    held: list[Found] = []
    for actor in actors:
        used = [
            one.found
            for one in evidence.figures(claim.measure, actor, partner)
            if one.chosen and same_stretch(one.period, asked)
        ]
        if not used:
            return None
        held.append(used[-1])
    return summed(held, asked.text, f"{claim.measure} of {' and '.join(actors)}")
