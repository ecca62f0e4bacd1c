"""Checks of how a series changed between two times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

from tightrope.base.time import period

from ..claim import Claim, parts
from ..evidence import Evidence, Figure, same_stretch
from ..matrix import books
from ..registry import Judgement, checks
from ..verdict import CONTRADICTED, NOT_CHECKABLE, SUPPORTED, Found
from ..weighing import each, judged, merged, shown
from .figures import paired, quotient

__all__ = ["direction", "factor", "growth"]

WORDS = {"rise": 1, "fall": -1}


@checks.register("growth")
def growth(claim: Claim, evidence: Evidence) -> Judgement:
    """Change in percent from the base to each period, computed from levels; and as published, from `level|growth`.

    Several levels that tell the same, such as the books of seller and buyer, are joined by `;` and read each by itself.
    """
    return judged(claim, each(claim, lambda s, p: _changes(claim, evidence, s, p, _percent)))


@checks.register("factor")
def factor(claim: Claim, evidence: Evidence) -> Judgement:
    """How many times as large the series is in the period as in the base; also as published, from `level|factor`."""
    return judged(claim, each(claim, lambda s, p: _changes(claim, evidence, s, p, lambda times: times)))


@checks.register("direction")
def direction(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether series rose or fell together from the base to the period: `a;b` with the answer `fall;fall`.

    `a@RUS` is the series with that partner; without one, the claim's object is tried and then no partner. Contradicted as soon as one of them goes the other way in every pair of figures.
    """
    found: list[Found] = []
    groups: list[list[bool]] = []
    told = []
    subject, when = claim.subject[0], claim.period[0]
    for named, word in zip(claim.measure.split(";"), claim.answers, strict=True):
        measure, _, whom = named.partition("@")
        group = []
        for partner in (whom,) if whom else (*claim.object, ""):
            for one, other in _pairs(evidence.figures(measure.strip(), subject, partner), claim.base, when):
                change = float(other.value) - float(one.value)
                agrees = change * WORDS[word] > 0
                group.append(agrees)
                what = f"change of {other.what} since {claim.base}"
                found.append(replace(merged(other, one, change, other.unit, what), agrees=agrees))
                told.append(f"{named} went from {shown(float(one.value))} to {shown(float(other.value))}")
            if group:
                break
        groups.append(group)
    if any(group and not any(group) for group in groups):
        verdict = CONTRADICTED
    else:
        verdict = SUPPORTED if all(any(group) for group in groups) else NOT_CHECKABLE
    asserted = " and ".join(f"{m} {w}" for m, w in zip(claim.measure.split(";"), claim.answers, strict=True))
    story = "; ".join(dict.fromkeys(told)) or "the case does not have the figures"
    return Judgement(verdict, tuple(found), f"Asserted is {asserted} from {claim.base} to {when}; {story}.")


def _percent(times: float) -> float:
    return 100 * (times - 1)


def _changes(
    claim: Claim, evidence: Evidence, subject: str, partner: str, scaled: Callable[[float], float]
) -> list[Found]:
    levels, published = claim.readings
    found: list[Found] = []
    for text in claim.period:
        if published:
            series = evidence.figures(published, subject, partner)
            found += [held.found for held in series if same_stretch(held.period, period(text))]
        for read, level in product(books(evidence), parts(levels)):
            for one, other in _pairs(read(level, subject, partner), claim.base, text):
                times = quotient(other, one)
                if times is not None:
                    found.append(
                        replace(
                            times,
                            value=scaled(float(times.value)),
                            unit=claim.unit,
                            low=None if times.low is None else scaled(times.low),
                            high=None if times.high is None else scaled(times.high),
                            what=f"change of {other.what} since {claim.base}",
                        )
                    )
    return found


def _pairs(series: list[Figure], base: str, when: str) -> list[tuple[Found, Found]]:
    """Figures of a series at the base and at the later time that belong together."""

    def at(text: str) -> list[Figure]:
        asked = period(text)
        return [held for held in series if (held.period.start, held.period.end) == (asked.start, asked.end)]

    return paired(at(base), at(when))
