"""What a text claims of growth, remittances and trade after the start, beside the histories."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import period
from tightrope.base.time import quarter_index, quarter_name
from tightrope.measure.audit.relations import accepted, relations

from .ensemble_scores import bounds
from .world import channels

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.case.rows import Row

    from .ensemble import Histories

__all__ = ["asserted", "quarters_within"]

Floats = NDArray[np.float64]

ALL = "WLD"
GROWTH = {"remittances_growth": "remittances", "turnover_growth": "trade"}
"""Measures that are growth on the year before, and the channel whose ties they are of."""


def asserted(case: Case, histories: Histories, *, aside: Counter[str]) -> list[dict[str, Any]]:
    """Each numeric claim that the histories have a counterpart for, with what they say.

    Parameters
    ----------
    case, histories
        The case and its ensemble.
    aside
        Receives the claims that cannot be compared, by reason.

    Returns
    -------
    asserted
        One for each claim, partner and period: what is claimed; `mean` and the ends of the 50% and 90% intervals of the
        histories, per cent; `probability`, the part of the histories in which the claim would be borne out.

    Assumes
    -------
    Quarters before the simulated time stood as its first one. A quarter belongs to a period that has more than half of
    its days. Growth of a total or tie is that of its volume; the figures claimed may be of its value at current prices.

    Source
    ------
    Rows of claims.csv; when one is borne out: `tightrope.measure.audit.relations`.
    """
    found = []
    for claim in case.claims:
        if claim.relation not in relations or not _is_number(claim.value):
            continue
        measure = next((m for m in claim.measure.split("|") if m in ("growth", *GROWTH)), None)
        if measure is None or len(claim.subject) != 1 or claim.subject[0] not in case.states or claim.unit != "%":
            aside["claims: a number that the histories have no counterpart for"] += 1
            continue
        for partner, text in product(claim.object or ("",), claim.period):
            within = quarters_within(text)
            if not within or not set(within) <= set(histories.quarters):
                aside["claims: outside the simulated time"] += 1
                continue
            x = _series(case, histories, measure, claim.subject[0], partner)
            if x is None:
                aside["claims: about a partner whose ties were not kept"] += 1
                continue
            members = _mean(x, histories, within) if measure == "growth" else _growth(x, histories, within)
            found.append(_told(claim, measure, partner, text, members))
    return found


def quarters_within(text: str) -> tuple[str, ...]:
    """Quarters of which more than half lies in a period.

    Parameters
    ----------
    text
        The period.

    Returns
    -------
    quarters
        In order; none for `always`.

    Examples
    --------
    >>> quarters_within("2022-01/2022-05")
    ('2022Q1', '2022Q2')
    """
    span = period(text)
    if span.is_static:
        return ()
    first, last = span.start.year * 4, span.end.year * 4 + 3
    found = []
    for index in range(first, last + 1):
        quarter = period(quarter_name(index))
        shared = (min(span.end, quarter.end) - max(span.start, quarter.start)).days + 1
        if 2 * shared > quarter.days:
            found.append(quarter.text)
    return tuple(found)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _series(case: Case, histories: Histories, measure: str, state: str, partner: str) -> NDArray[Any] | None:
    """(quarter, member): growth, the total, or the tie with one power in parts of the channel at the start."""
    i = case.states.index(state)
    if measure == "growth":
        return histories.outcome["growth"][:, i] if not partner else None
    total: NDArray[Any] = histories.outcome[GROWTH[measure]][:, i]
    if partner in ("", ALL):
        return total
    if partner not in case.powers or "share" not in histories.outcome:
        return None
    share = histories.outcome["share"][:, channels(case).index(GROWTH[measure]), i, case.powers.index(partner)]
    tie: NDArray[Any] = share * total
    return tie


def _mean(x: NDArray[Any], histories: Histories, quarters: tuple[str, ...]) -> Floats:
    at = [max(quarter_index(q) - quarter_index(histories.quarters[0]), 0) for q in quarters]
    found: Floats = x[at].mean(axis=0, dtype=np.float64)
    return found


def _growth(x: NDArray[Any], histories: Histories, quarters: tuple[str, ...]) -> Floats:
    before = tuple(quarter_name(quarter_index(q) - 4) for q in quarters)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * (_mean(x, histories, quarters) / _mean(x, histories, before) - 1)


def _told(claim: Row, measure: str, partner: str, text: str, members: Floats) -> dict[str, Any]:
    members = members[np.isfinite(members)]  # a tie that was nothing has no growth
    low, high = accepted(claim.relation, claim.value, claim.tolerance)
    row: dict[str, Any] = {
        "id": claim.id,
        "state": claim.subject[0],
        "power": partner or None,
        "measure": measure,
        "period": text,
        "relation": claim.relation,
        "value": float(claim.value),
        "members": len(members),
        "mean": None,
        "probability": None,
    }
    if len(members):
        row |= {"mean": float(members.mean()), "probability": float(((members >= low) & (members <= high)).mean())}
        for name, level in (("50", 0.5), ("90", 0.9)):
            row[f"low{name}"], row[f"high{name}"] = (float(x) for x in bounds(members, level))
    return row
