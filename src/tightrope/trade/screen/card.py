"""What an evidence card says about one row: numbers, contributions, innocent explanations, and what could not be tested."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from .evidence import TERMS
from .panel import Array
from .screening import Screening

__all__ = ["cards", "records"]


def records(screening: Screening, tiers: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """The ranked list as plain rows: what `rows.csv` and `--json` hold.

    Parameters
    ----------
    screening
        The ranked rows.
    tiers
        Tier of a product in a list of priorities, for the reader: it is no part of the probability.
    """
    panel, rows = screening.panel, screening.rows
    for k in range(len(rows)):
        product = panel.products[rows.product[k]]
        yield {
            "hub": panel.hubs[rows.hub[k]],
            "product": product,
            "month": panel.months[panel.event + rows.month[k]],
            "probability": float(rows.probability[k]),
            "low": float(rows.low[k]),
            "high": float(rows.high[k]),
            "value_at_stake": float(rows.value_at_stake[k]),
            "q_value": float(rows.q_value[k]),
            "flagged": bool(rows.flagged[k]),
            "tier": (tiers or {}).get(product) or None,
            "listed": bool(panel.listed[rows.product[k]]),
            "base": float(rows.base[k]),
            "contributions": {name: _known(value[k]) for name, value in rows.contributions.items()},
        }


def cards(
    screening: Screening, count: int, *, tiers: Mapping[str, str] | None = None, labels: Mapping[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    """Evidence cards of the first rows.

    Parameters
    ----------
    screening
        The ranked rows.
    count
        How many.
    tiers, labels
        Tier and name of a product.

    Returns
    -------
    cards
        The record of the row with its rank, label, contributions in words, series, findings and numbers.
    """
    for rank, record in zip(range(count), records(screening, tiers), strict=False):
        h, p, t = (int(axis[rank]) for axis in (screening.rows.hub, screening.rows.product, screening.rows.month))
        yield record | {
            "rank": rank + 1,
            "label": (labels or {}).get(record["product"], ""),
            "reasons": list(_reasons(screening, record, h, p, t)),
            "not_computed": [
                term.meaning for term in TERMS if not term.innocent and record["contributions"].get(term.name) is None
            ],
            "innocent": list(_innocent(screening, h, p, t)),
            "series": _series(screening, h, p),
            "numbers": list(_numbers(screening, h, p, t)),
        }


def _reasons(s: Screening, record: Mapping[str, Any], h: int, p: int, t: int) -> Iterator[dict[str, Any]]:
    """Terms that say something, the strongest first."""
    said = {name: value for name, value in record["contributions"].items() if value is not None and abs(value) >= 0.05}
    by_name = {term.name: term for term in TERMS}
    for name in sorted(said, key=lambda one: -abs(said[one])):
        term = by_name[name]
        yield {
            "term": name,
            "meaning": term.meaning,
            "innocent": term.innocent,
            "log_odds": said[name],
            "evidence": _known(s.terms[name][h, p, t]),
        }


def _series(s: Screening, h: int, p: int) -> dict[str, Any]:
    panel, expected = s.panel, s.found.expected
    return {
        "months": list(panel.months),
        "event": panel.event,
        "inflow": _list(panel.inflow[h, p]),
        "inflow_expected": _list(expected.inflow[h, p]),
        "inflow_synthetic": _list(s.found.synthetic[h, p]),
        "direct": _list(panel.direct[p]),
        "direct_expected": _list(expected.direct[p]),
        "onward": _list(panel.onward[h, p]),
        "onward_expected": _list(expected.onward[h, p]),
    }


def _numbers(s: Screening, h: int, p: int, t: int) -> Iterator[tuple[str, float | None]]:
    """The figures of the month, the file's currency."""
    panel, expected, at = s.panel, s.found.expected, s.panel.event + t
    yield "came to the hub", _known(panel.inflow[h, p, at])
    yield "expected", _known(expected.inflow[h, p, at])
    yield "expected by synthetic control", _known(s.found.synthetic[h, p, at])
    yield "reported by the hub", _known(panel.mirror[h, p, at])
    yield "went straight to the target", _known(panel.direct[p, at])
    yield "expected to go straight", _known(expected.direct[p, at])
    yield "went on from the hub", _known(panel.onward[h, p, at])
    yield "expected to go on", _known(expected.onward[h, p, at])


def _innocent(s: Screening, h: int, p: int, t: int) -> Iterator[dict[str, Any]]:
    """Each innocent explanation with what was found, and whether it could be tested."""
    says: Mapping[str, Callable[[float], str]] = {
        "hub_growth": lambda x: (
            f"The hub's other trade stands at {math.exp(x):.1f} times its level before; the expected inflow allows for it."
        ),
        "category_growth": lambda x: f"The same product in other destinations: {_strength(x)}.",
        "price": lambda x: f"Price per kilogram {math.exp(x):.1f} times the usual one.",
        "one_off": lambda x: (
            f"{x:.0%} of the excess of this and the three months on either side falls into this month."
        ),
        "local_demand": lambda x: f"What the hub buys from elsewhere: {_strength(x)}.",
        "own_exports": lambda x: f"What the hub sells to others than the target: {_strength(x)}.",
    }
    for term in (one for one in TERMS if one.innocent):
        value = float(s.terms[term.name][h, p, t])
        tested = not math.isnan(value)
        yield {
            "name": term.name,
            "meaning": term.meaning,
            "tested": tested,
            "finding": says[term.name](value) if tested else "Not tested: the file does not have what it takes.",
        }


def _strength(value: float) -> str:
    """A surprise in words; `value` is its asinh."""
    size = math.sinh(value)
    if abs(size) < 1:
        return "as usual"
    word = "somewhat" if abs(size) < 2 else "clearly" if abs(size) < 4 else "far"
    return f"{word} {'more' if size > 0 else 'less'} than usual"


def _list(values: Array) -> list[float | None]:
    return [_known(value) for value in np.asarray(values).tolist()]


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
