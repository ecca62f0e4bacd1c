"""From numbers found to a verdict and a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from .claim import Claim
from .registry import Judgement, verdict_of
from .relations import accepted
from .units import in_unit
from .verdict import Found

__all__ = ["judged", "merged", "shown"]

SILENT = ("", "1", "count", "ratio", "year")
"""Units that a sentence leaves out."""


def judged(claim: Claim, groups: Iterable[Iterable[Found]]) -> Judgement:
    """Verdict on a numeric claim: of each subject one figure's range must meet the accepted numbers.

    Parameters
    ----------
    claim
        With a numeric relation.
    groups
        For each subject, what was found, in any unit of the claim's kind.

    Returns
    -------
    judgement
        A subject all of whose figures lie outside contradicts the claim. Figures in another kind of unit are left out.
    """
    low, high = accepted(claim.relation, claim.value, claim.tolerance)

    def weighed(found: Found) -> Found:
        bottom, top = found.span
        return replace(found, agrees=bottom <= high and low <= top)

    weighed_groups = [
        [weighed(same) for found in dict.fromkeys(group) if (same := in_unit(found, claim.unit)) is not None]
        for group in groups
    ]
    verdict = verdict_of([[bool(found.agrees) for found in group] for group in weighed_groups])
    found = tuple(found for group in weighed_groups for found in group)
    unknown = [subject for subject, group in zip(claim.subject, weighed_groups, strict=False) if not group]
    return Judgement(verdict, found, _sentence(claim, found, unknown))


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


def _sentence(claim: Claim, found: tuple[Found, ...], unknown: list[str]) -> str:
    word = "" if claim.relation == "equals" else claim.relation.replace("_", " ") + " "
    asserted = f"Asserted is {word}{shown(claim.number, claim.unit)}"
    if not found:
        when = f" for {', '.join(claim.period)}" if claim.period else ""
        return f"{asserted}; besides the text itself the case has no figure{when}."
    good, n = sum(bool(one.agrees) for one in found), len(found)
    if n == 1:
        outcome = "the one figure agrees" if good else "the one figure does not agree"
    else:
        outcome = f"{good} of {n} figures agree" if good else f"none of {n} figures agrees"
    missing = f"; nothing is known of {', '.join(unknown)}" if unknown else ""
    return f"{asserted}; found is {_stretch(found)}: {outcome}{missing}."


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
