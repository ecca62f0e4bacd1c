"""How many of the flagged rows are false: by the probabilities themselves, and by months in which nothing can be true."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from .counterfactual import counterfactual
from .panel import Array, Panel

__all__ = ["Placebo", "placebo_panel", "q_values", "q_values_of_placebo"]


@dataclass(frozen=True)
class Placebo:
    """What the score says about months before the event.

    Parameters
    ----------
    months
        First and last of the months that stood in.
    probability
        Of each row that was scored, (row,).
    """

    months: tuple[str, str]
    probability: Array


def q_values(log_odds: Array, spread: Array, *, sure: float = 0.9) -> Array:
    """Part of false rows among all that are at least as likely, (row,); within [0, 1].

    Probabilities that are right on average stray from world to world, for all rows of a world together. So the part is told
    for a world in which they are too high, such that it is less in `sure` of all worlds. Flagging the rows with a value up to
    0.1 then keeps the part of false ones within 0.1 in nine of ten worlds, and below it on average.

    Parameters
    ----------
    log_odds
        Of the probabilities, (row,).
    spread
        Standard deviation of the shift of a world's log odds, (row,): measured on the worlds that calibrate the score.
    sure
        Part of worlds in which the rate shall hold; 0.5 tells the part in a middling world.

    Assumes
    -------
    Shifts are normal, and rows of a world shift together.

    Source
    ------
    Mean of the posterior chances of being null among the flagged: [NewtonEtAl2004]_. The bound over worlds is ours.

    Examples
    --------
    >>> even = np.log([0.5 / 0.5, 0.99 / 0.01, 0.9 / 0.1])
    >>> q_values(even, np.zeros(3)).round(3)
    array([0.203, 0.01 , 0.055])
    >>> q_values(even, np.full(3, 0.4)).round(3)
    array([0.266, 0.017, 0.087])
    """
    order = np.argsort(-log_odds, kind="stable")
    false = expit(norm.ppf(sure) * spread - log_odds)[order]
    running = np.cumsum(false) / np.arange(1, len(order) + 1)
    found = np.empty(len(order))
    found[order] = np.maximum.accumulate(running)
    return found


def q_values_of_placebo(probability: Array, null: Array) -> Array:
    """Part of false rows among all that are at least as likely, as rows in which nothing can be true tell it, (row,).

    Parameters
    ----------
    probability
        Of the rows, (row,).
    null
        Of placebo rows, (placebo row,).

    Assumes
    -------
    Rows in which nothing is true now behave as rows before the event did, and nearly all rows are such.

    Source
    ------
    Ratio of the numbers above a bar, made to fall with the bar: [StoreyTibshirani2003]_ with all rows taken as null.
    """
    order = np.argsort(-probability, kind="stable")
    above = len(null) - np.searchsorted(np.sort(null), probability[order], side="left")
    rate = (above / max(len(null), 1)) * len(order) / np.arange(1, len(order) + 1)
    found = np.empty(len(order))
    found[order] = np.minimum(np.minimum.accumulate(rate[::-1])[::-1], 1.0)
    return found


def placebo_panel(panel: Panel, *, longest: int = 12) -> Panel | None:
    """The months before the event with a pseudo event among them; `None` if there are too few.

    The hubs' flows are the real ones of those months, in which no sanctions could be evaded; the direct flow falls as
    much as it really did after the event, so that the score meets the same loss and must tell by the hubs alone.
    """
    length = min(len(panel.months) - panel.event, panel.event - panel.fewest_before, longest)
    if length < 3:
        return None
    start = panel.event - length
    usual = counterfactual(panel).direct
    kept = np.minimum(panel.direct / np.maximum(usual, 1e-9), 1.0)[:, panel.event : panel.event + length]
    direct = panel.direct[:, : panel.event].copy()
    direct[:, start:] = direct[:, start:] * kept
    names = (
        "inflow",
        "onward",
        "mirror",
        "controls",
        "other_imports",
        "other_exports",
        "inflow_weight",
        "onward_weight",
    )
    cut = {name: getattr(panel, name)[..., : panel.event] for name in names}
    return replace(panel, months=panel.months[: panel.event], event=start, direct=direct, **cut)
