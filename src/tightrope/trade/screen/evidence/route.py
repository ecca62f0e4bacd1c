"""The route closes: what the target lost is what the hub gained and sent on."""

from __future__ import annotations

import numpy as np

from ..panel import Array
from .seen import Seen, onward_surprise

__all__ = ["direct_loss", "onward", "pass_through", "substitution", "timing", "triangle"]


def direct_loss(found: Seen) -> Array:
    """Part of the direct flow that was lost over three months, within [0, 1]."""
    return np.broadcast_to(found.lost_share, found.panel.shape)


def onward(found: Seen) -> Array:
    """Onward flow of the three months that end two months later against what is expected: asinh of the surprise."""
    return np.arcsinh(onward_surprise(found))


def triangle(found: Seen) -> Array:
    """Least of gain in, gain out and direct loss over three months, beside the usual inflow: log of 1 + the ratio.

    Without reports of the second leg, the lesser of the first two.

    Source
    ------
    The triangle of coalition, hub and target, with lags; scaled by the usual inflow so that small hubs count as large
    ones do. Ours.
    """
    least = np.minimum(found.more_in, found.lost)
    least = np.where(np.isnan(found.more_out), least, np.fmin(least, found.more_out))
    return np.log1p(least / (found.usual_in + found.usual_noise))


def substitution(found: Seen, *, floor: float = 1e-4) -> Array:
    """What the hub gained as a part of what the target lost: log10 above one ten-thousandth, at most 4."""
    ratio = np.minimum(found.more_in, found.lost) / np.maximum(found.lost, 1e-9)
    return np.log10(np.maximum(ratio, floor) / floor)


def pass_through(found: Seen, *, most: float = 1.5) -> Array:
    """What went on as a part of what came in above what is expected, at most `most`; 0 where nothing came in.

    NaN where the hub's exports to the target are not known.
    """
    ratio = found.more_out / np.maximum(found.more_in, 1e-9)
    return np.where(np.isnan(found.more_out), np.nan, np.where(found.more_in > 0, np.minimum(ratio, most), 0.0))


def timing(found: Seen, *, lags: int = 3) -> Array:
    """Best correlation, over lags of 0 to 3 months, of monthly gains in and out since the event, times the root of months.

    NaN where the second leg is not known; 0 with fewer than four months.
    """
    panel = found.panel
    came = (panel.inflow - found.expected.inflow)[..., panel.event :]
    left = (panel.onward - found.expected.onward)[..., panel.event :]
    months = came.shape[-1]
    best = np.full(panel.shape[:2], -1.0)
    for lag in range(min(lags + 1, max(months - 3, 0))):
        best = np.maximum(best, _correlation(came[..., : months - lag], left[..., lag:]) * np.sqrt(months - lag))
    best = np.where(best == -1.0, 0.0, best)
    best = np.where(np.isnan(left).all(-1), np.nan, best)
    return np.broadcast_to(best[..., None], panel.shape)


def _correlation(a: Array, b: Array) -> Array:
    b = np.nan_to_num(b)
    a, b = np.sqrt(np.maximum(a, 0)), np.sqrt(np.maximum(b, 0))
    a, b = a - a.mean(-1, keepdims=True), b - b.mean(-1, keepdims=True)
    bottom = np.sqrt((a**2).sum(-1) * (b**2).sum(-1))
    return np.where(bottom > 0, (a * b).sum(-1) / np.where(bottom > 0, bottom, 1.0), 0.0)
