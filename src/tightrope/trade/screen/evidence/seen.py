"""What the evidence terms share: flows, what was expected of them, and excess over some months."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..counterfactual import Counterfactual, counterfactual
from ..panel import Array, Panel
from ..synthetic import synthetic_control
from ..tail import deviance_root, dispersion, surprise, trailing

__all__ = ["Seen", "ahead", "onward_surprise", "seen", "tilted"]

WINDOW = 3
"""Months over which flows are summed: the month and two before it."""

LAG = 2
"""Months that goods may take from the coalition over the hub to the target."""


@dataclass(frozen=True)
class Seen:
    """Flows with what was expected of them; arrays are (hub, product, month) unless said, in the file's currency.

    Parameters
    ----------
    panel, expected
        The flows, and the flows without diversion.
    synthetic
        Inflow by synthetic control; NaN where there are no donors.
    usual_in
        Expected inflow of a window.
    usual_noise
        Standard deviation of a window's inflow around what is expected.
    more_in, more_out
        Inflow and onward flow above what is expected, over a window; the onward window ends two months later. >= 0.
    lost
        Direct flow below what is expected, over a window, (1, product, month). >= 0.
    lost_share
        `lost` as a part of what is expected, (1, product, month), within [0, 1].
    """

    panel: Panel
    expected: Counterfactual
    synthetic: Array
    usual_in: Array
    usual_noise: Array
    more_in: Array
    more_out: Array
    lost: Array
    lost_share: Array


def seen(panel: Panel) -> Seen:
    """Excess and loss in a panel."""
    return _against(panel, counterfactual(panel), synthetic_control(panel))


def tilted(found: Seen, errors: float) -> Seen:
    """The same with the expected inflow moved by so many standard errors, to see how much hangs on it."""
    made = found.expected
    return _against(
        found.panel, replace(made, inflow=made.inflow * np.exp(errors * made.error)[..., None]), found.synthetic
    )


def _against(panel: Panel, made: Counterfactual, synthetic: Array) -> Seen:
    window, usual = trailing(panel.inflow, WINDOW), np.maximum(trailing(made.inflow, WINDOW), 1e-9)
    root = deviance_root(window, usual)
    noise = np.sqrt(dispersion(root[..., WINDOW - 1 : panel.event]))[..., None] * usual**0.75
    out, out_usual = ahead(panel.onward), ahead(np.where(np.isnan(panel.onward), np.nan, made.onward))
    direct, direct_usual = trailing(panel.direct, WINDOW), trailing(made.direct, WINDOW)
    lost = np.maximum(direct_usual - direct, 0.0)[None]
    return Seen(
        panel,
        made,
        synthetic,
        usual,
        noise,
        np.maximum(window - usual, 0.0),
        np.maximum(out - out_usual, 0.0),
        lost,
        lost / np.maximum(direct_usual, 1e-9)[None],
    )


def ahead(flow: Array, *, months: int = WINDOW, lag: int = LAG) -> Array:
    """Sum over the window of a month moved on by the time that goods may take, shorter at the end of the series."""
    pad = np.full((*flow.shape[:-1], lag), np.nan)
    moved = np.concatenate([flow[..., lag:], pad], axis=-1)
    return trailing(moved, months)


def onward_surprise(found: Seen, *, months: int = WINDOW, lag: int = LAG) -> Array:
    """How unusual the onward flow is over some months that end `lag` months later; months before the event tell the usual."""
    panel = found.panel
    moved = ahead(panel.onward, months=months, lag=lag)
    usual = ahead(np.where(np.isnan(panel.onward), np.nan, found.expected.onward), months=months, lag=lag)
    return surprise(moved, usual, panel.event - lag, 1)
