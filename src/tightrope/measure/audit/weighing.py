"""From numbers found to a verdict and a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from math import fsum

from tightrope.base.time import period

from .claim import Claim
from .registry import Judgement, verdict_of
from .relations import accepted
from .units import in_unit
from .verdict import CONTRADICTED, MATRIX, SUPPORTED, Found

__all__ = ["Groups", "each", "judged", "merged", "shown", "summed"]

Groups = Sequence[Sequence[Sequence[Found]]]
"""What was found, over subjects and partners."""

SILENT = ("", "1", "count", "ratio", "year")
"""Units that a sentence leaves out."""

OUTCOMES = {True: "bears it out", False: "speaks against it", None: "leaves it open"}
"""What a reading of the matrix does to a claim."""


def each(claim: Claim, find: Callable[[str, str], list[Found]]) -> Groups:
    """What is found of each subject with each partner that the claim names.

    Parameters
    ----------
    claim
        With subjects and partners.
    find
        From a subject and a partner to what the case holds.

    Returns
    -------
    groups
        Over subjects, then partners.
    """
    return [[find(subject, partner) for partner in claim.partners] for subject in claim.subject]


def judged(claim: Claim, groups: Groups) -> Judgement:
    """Verdict on a numeric claim: for each subject the figures of one time must meet the accepted numbers.

    A report agrees if any part of its range is accepted. A reading of the matrix bears the claim out if its whole range
    is accepted, speaks against it if no part is, and else leaves it open. Of one time, a reading of the matrix that does
    not leave the claim open settles it; otherwise one report that agrees is enough.

    Parameters
    ----------
    claim
        With a numeric relation.
    groups
        For each subject and each partner, any of which would do, what was found, in any unit of the claim's kind.

    Returns
    -------
    judgement
        A subject that fails at every time contradicts the claim. Figures in another kind of unit are left out. Disputed
        if some sources alone, or the matrix alone, would support the claim and others would contradict it.
    """
    accept = accepted(claim.relation, claim.value, claim.tolerance)
    weighed = [
        [
            [_weighed(same, accept) for one in dict.fromkeys(found) if (same := in_unit(one, claim.unit)) is not None]
            for found in subject
        ]
        for subject in groups
    ]
    times = [[same for found in subject for same in _by_time(found)] for subject in weighed]
    verdict = verdict_of([[settled for same in of if (settled := _settled(same)) is not None] for of in times])
    of_subjects = [[one for found in subject for one in found] for subject in weighed]
    disputed = {SUPPORTED, CONTRADICTED} <= _verdicts_alone(of_subjects)
    found = tuple(one for subject in of_subjects for one in subject)
    unknown = [subject for subject, of in zip(claim.subject, times, strict=False) if not of]
    return Judgement(verdict, found, _sentence(claim, found, unknown, disputed), disputed=disputed)


def _weighed(found: Found, accept: tuple[float, float]) -> Found:
    bottom, top = found.span
    agrees: bool | None = bottom <= accept[1] and accept[0] <= top
    if agrees and found.basis == MATRIX and not accept[0] <= bottom <= top <= accept[1]:
        agrees = None
    return replace(found, agrees=agrees)


def _by_time(found: list[Found]) -> list[list[Found]]:
    """Figures for the same days together."""
    together: dict[tuple[date, date], list[Found]] = {}
    for one in found:
        when = period(one.period)
        together.setdefault((when.start, when.end), []).append(one)
    return list(together.values())


def _settled(same: list[Found]) -> bool | None:
    """Whether the claim holds by the figures of one time; None if these are but a matrix that leaves it open."""
    sure = [one for one in same if one.basis == MATRIX and one.agrees is not None]
    told = sure or [one for one in same if one.basis != MATRIX]
    return any(one.agrees for one in told) if told else None


def _verdicts_alone(of_subjects: list[list[Found]]) -> set[str]:
    """What the verdict would be by each witness alone: those behind one figure, or the matrix."""

    def witness(one: Found) -> tuple[str, ...]:
        return (MATRIX,) if one.basis == MATRIX else (*one.source, one.how)

    def said(subject: list[Found], by: tuple[str, ...]) -> list[bool]:
        told = [one.agrees for one in subject if witness(one) == by]
        return [] if None in told and True not in told else [bool(agrees) for agrees in told]

    witnesses = {witness(one) for subject in of_subjects for one in subject}
    return {verdict_of([said(subject, by) for subject in of_subjects]) for by in witnesses}


def merged(above: Found, below: Found, value: float, unit: str, what: str) -> Found:
    """A number made of two figures, with the places and sources of both and without a range.

    Parameters
    ----------
    above, below
        The figures; the period is that of the first.
    value, unit, what
        The number.

    Returns
    -------
    found
        Exact until a range is put to it.
    """
    return Found(
        value=value,
        unit=unit,
        period=above.period,
        where=tuple(dict.fromkeys((*above.where, *below.where))),
        source=tuple(dict.fromkeys((*above.source, *below.source))),
        what=what,
        low=value,
        high=value,
        basis=above.basis,
        how=" / ".join(dict.fromkeys(how for how in (above.how, below.how) if how)),
    )


def summed(parts: Sequence[Found], when: str, what: str) -> Found:
    """Figures of one unit added up, with the widest range that theirs allow.

    Parameters
    ----------
    parts
        At least one.
    when, what
        Time and meaning of the sum.

    Returns
    -------
    sum
        An end is open if one part's is.
    """
    lows, highs = [one.low for one in parts], [one.high for one in parts]
    return replace(
        parts[0],
        value=fsum(float(one.value) for one in parts),
        period=when,
        where=tuple(dict.fromkeys(place for one in parts for place in one.where)),
        source=tuple(dict.fromkeys(key for one in parts for key in one.source)),
        what=what,
        low=None if None in lows else fsum(low for low in lows if low is not None),
        high=None if None in highs else fsum(high for high in highs if high is not None),
        how=" + ".join(one.how for one in parts if one.how),
    )


def shown(number: float, unit: str = "") -> str:
    """A number for a sentence: four digits, thousands set apart, with its unit where that says something.

    Examples
    --------
    >>> shown(0.24181, "1"), shown(1148.8, "USD m"), shown(2003, "year")
    ('0.2418', '1,149 USD m', '2003')
    """
    text = f"{number:.0f}" if unit == "year" else f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"
    return text if unit in SILENT else f"{text} {unit}"


def _sentence(claim: Claim, found: tuple[Found, ...], unknown: list[str], disputed: bool) -> str:
    word = "" if claim.relation == "equals" else claim.relation.replace("_", " ") + " "
    asserted = f"Asserted is {word}{shown(claim.number, claim.unit)}"
    reports = tuple(one for one in found if one.basis != MATRIX)
    readings = [
        f"{_stretch((one,))} for {one.period}, which {OUTCOMES[one.agrees]}" for one in found if one not in reports
    ]
    matrix = f"; the matrix has {', and '.join(readings)}" if readings else ""
    missing = f"; nothing is known of {', '.join(unknown)}" if unknown else ""
    if not reports:
        when = f" for {', '.join(claim.period)}" if claim.period else ""
        return f"{asserted}; besides the text itself the case has no {'report' if matrix else 'figure'}{when}{matrix}."
    good, n = sum(bool(one.agrees) for one in reports), len(reports)
    if n == 1:
        outcome = "the one figure agrees" if good else "the one figure does not agree"
    else:
        outcome = f"{good} of {n} figures agree" if good else f"none of {n} figures agrees"
    hangs = "; it depends on whose figure is taken" if disputed else ""
    return f"{asserted}; found is {_stretch(reports)}: {outcome}{matrix}{hangs}{missing}."


def _stretch(found: tuple[Found, ...]) -> str:
    """All that was found, from the smallest to the largest; a single figure with its range."""
    unit = found[0].unit
    if len(found) == 1:
        low, high = found[0].span
        if low == high:
            return shown(float(found[0].value), unit)
        ends = f"{'anything' if low == -math.inf else shown(low)} to {'anything' if high == math.inf else shown(high)}"
        return f"{shown(float(found[0].value), unit)} ({ends})"
    numbers = sorted(float(one.value) for one in found)
    first, last = shown(numbers[0], unit), shown(numbers[-1], unit)
    return first if first == last else f"{shown(numbers[0], unit if unit == 'year' else '')} to {last}"
