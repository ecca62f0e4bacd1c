"""From numbers found to a verdict and a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .claim import Claim
from .registry import Judgement, verdict_of
from .relations import accepted
from .units import in_unit
from .verdict import Found

__all__ = ["judged", "merged", "shown"]


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


def shown(number: float) -> str:
    """A number for a sentence: four digits, thousands set apart.

    Examples
    --------
    >>> shown(0.24181), shown(1148.8), shown(1000000.0)
    ('0.2418', '1,149', '1,000,000')
    """
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def _sentence(claim: Claim, found: tuple[Found, ...], unknown: list[str]) -> str:
    unit = "" if claim.unit == "1" else f" {claim.unit}"
    asserted = f"Asserted is {claim.relation.replace('_', ' ')} {shown(claim.number)}{unit}"
    if not found:
        when = f" for {', '.join(claim.period)}" if claim.period else ""
        return f"{asserted}; besides the text itself the case has no figure{when}."
    numbers = sorted(float(one.value) for one in found)
    ends = dict.fromkeys(shown(number) for number in (numbers[0], numbers[-1]))
    good, n = sum(bool(one.agrees) for one in found), len(found)
    if n == 1:
        outcome = "the one figure agrees" if good else "the one figure does not agree"
    else:
        outcome = f"{good} of {n} figures agree" if good else f"none of {n} figures agrees"
    missing = f"; nothing is known of {', '.join(unknown)}" if unknown else ""
    return f"{asserted}; found is {' to '.join(ends)}{unit}: {outcome}{missing}."
