"""Screen a panel for re-exports: one probability for each hub, product and month, with what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from .discovery import Placebo, placebo_panel, q_values, q_values_of_placebo
from .evidence import Seen, evidence, seen, tilted
from .flows import OTHER
from .panel import Array, Panel
from .score import Scored, Weights, known, pattern_name, score, shifted, weights

__all__ = ["Rows", "Screening", "screen"]


@dataclass(frozen=True)
class Rows:
    """Screened rows, most likely first; all arrays are (row,).

    Parameters
    ----------
    hub, product, month
        Positions in the panel's labels; `month` counts from the event.
    probability, low, high
        Chance that the row holds diverted goods, and its 90 % interval.
    value_at_stake
        Inflow above what is expected, at most what the target lost directly in the month; the file's currency.
    q_value
        Part of false rows among those that are at least as likely, exceeded in one of ten planted worlds.
    flagged
        Whether the row is within the rate of false discoveries that was asked for.
    base
        Log odds before any evidence.
    contributions
        Log odds that each term adds; NaN where it cannot be computed.
    """

    hub: NDArray[np.int64]
    product: NDArray[np.int64]
    month: NDArray[np.int64]
    probability: Array
    low: Array
    high: Array
    value_at_stake: Array
    q_value: Array
    flagged: NDArray[np.bool_]
    base: Array
    contributions: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.hub)


@dataclass(frozen=True)
class Screening:
    """Rows with all that is needed to explain them.

    Parameters
    ----------
    panel, found
        The flows, and what was expected of them.
    terms
        Evidence by term, (hub, product, month since the event).
    rows
        The ranked list.
    placebo
        What the score says of months before the event; `None` if they are too few.
    rate
        Rate of false discoveries asked for.
    patterns
        What was known of the hubs: pattern and number of hub months.
    set_aside
        Cells that were not scored: reason and count.
    """

    panel: Panel
    found: Seen
    terms: Mapping[str, Array]
    rows: Rows
    placebo: Placebo | None
    rate: float
    patterns: Mapping[str, int]
    set_aside: Mapping[str, int]


def screen(
    panel: Panel,
    *,
    rate: float = 0.1,
    prior: float | None = None,
    fitted: Weights | None = None,
    all_products: bool = False,
) -> Screening:
    """Screen all products under sanctions, and unlisted ones of the same headings.

    Parameters
    ----------
    panel
        The flows.
    rate
        Rate of false discoveries at which rows are flagged.
    prior
        Part of the rows that divert, if known better than from the planted worlds.
    fitted
        Weights other than those that come with Tightrope.
    all_products
        Score products that are not under sanctions too: for tests of the score.

    Returns
    -------
    screening
        Rows in order of probability.

    Assumes
    -------
    Diversion looks as it does in the planted worlds. The interval holds the error of the expected inflow and the spread of
    the calibration over worlds, not the doubt whether the planted worlds are like ours.
    """
    fitted = fitted or weights()
    found = seen(panel)
    terms = evidence(found)
    total, scored = _scored(panel, terms, fitted, prior)
    less, more_usual = (_scored(panel, evidence(tilted(found, errors)), fitted, prior)[0] for errors in (-1.0, 1.0))
    swing = (less - more_usual) / 2
    sd = 1.645 * np.sqrt(scored.spread**2 + swing**2)
    use, aside = _used(panel, all_products)
    placebo = _placebo(panel, fitted, prior, all_products)
    q = q_values(total[use], scored.spread[use])
    if placebo is not None:
        q = np.maximum(q, q_values_of_placebo(expit(total[use]), placebo.probability))
    order = np.argsort(-total[use], kind="stable")
    hub, product, month = (axis[order] for axis in np.nonzero(use))

    def ranked(values: Array) -> Array:
        return np.asarray(values[use][order])

    rows = Rows(
        hub=hub,
        product=product,
        month=month,
        probability=ranked(expit(total)),
        low=ranked(expit(total - sd)),
        high=ranked(expit(total + sd)),
        value_at_stake=ranked(_at_stake(found)),
        q_value=q[order],
        flagged=q[order] <= rate,
        base=ranked(scored.base + total - scored.log_odds),
        contributions={name: ranked(value) for name, value in scored.contributions.items()},
    )
    flags, count = np.unique(known(panel).reshape(-1, 5), axis=0, return_counts=True)
    patterns = {pattern_name(tuple(f.tolist())): int(n) for f, n in zip(flags, count, strict=True)}
    return Screening(panel, found, terms, rows, placebo, rate, patterns, aside)


def _scored(panel: Panel, terms: Mapping[str, Array], fitted: Weights, prior: float | None) -> tuple[Array, Scored]:
    """Log odds with the prior that was asked for, and what they are made of."""
    scored = score(terms, known(panel), fitted)
    if prior is None:
        return scored.log_odds, scored
    return shifted(scored.log_odds, scored.prevalence, prior), scored


def _at_stake(found: Seen) -> Array:
    """Gain of the hub in a month, at most what the target lost in it."""
    panel, since = found.panel, slice(found.panel.event, None)
    gain = np.maximum(panel.inflow - found.expected.inflow, 0)[..., since]
    lost = np.maximum(found.expected.direct - panel.direct, 0)[:, since]
    return np.asarray(np.minimum(gain, lost[None]))


def _used(panel: Panel, all_products: bool) -> tuple[NDArray[np.bool_], dict[str, int]]:
    """Cells to score, and what of the others was set aside for which reason."""
    near = np.isin(panel.headings, panel.headings[panel.listed])
    is_other = np.array([code == OTHER for code in panel.products])
    chosen = np.ones_like(near) if all_products else (panel.listed | near) & ~is_other
    flows = panel.inflow[..., panel.event :] > 0
    use = flows & chosen[None, :, None]
    aside = {
        "hub, product and month without inflow": int((~flows & chosen[None, :, None]).sum()),
        "hub, product and month of products that are not under sanctions: used for comparison": int(
            (flows & ~chosen[None, :, None]).sum()
        ),
    }
    return use, {reason: count for reason, count in aside.items() if count}


def _placebo(panel: Panel, fitted: Weights, prior: float | None, all_products: bool) -> Placebo | None:
    before = placebo_panel(panel)
    if before is None:
        return None
    total, _ = _scored(before, evidence(seen(before)), fitted, prior)
    use, _ = _used(before, all_products)
    return Placebo((before.months[before.event], before.months[-1]), expit(total[use]))
