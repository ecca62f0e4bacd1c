"""The route closes: what the target lost is what the hub gained and sent on."""

from __future__ import annotations

import numpy as np

from ..panel import Array
from ..tail import surprise
from .seen import Seen, onward_surprise

__all__ = [
    "direct_loss",
    "onward",
    "onward_after",
    "onward_month",
    "pass_through",
    "route_since",
    "share_since",
    "substitution",
    "timing",
    "triangle",
]


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


def timing(found: Seen, *, spread: int = 3) -> Array:
    """How much better the gains of the second leg fit those of the first if goods leave over some months than if at once.

    Signed root of the ratio of likelihoods: above 0 if the gain goes on in the month and those after it, in equal parts;
    below 0 if both legs rise in the same month, as they do when the trade of a hub booms as a whole; 0 if neither fits.
    One number for all months of a pair; NaN where the second leg is not known.

    Parameters
    ----------
    spread
        Months over which goods leave.

    Assumes
    -------
    Errors of a pair are normal and alike in all months.

    Source
    ------
    Ratio of the likelihoods of two regressions that are not nested: [Vuong1989]_; its use here is ours.
    """
    panel = found.panel
    more = panel.inflow - found.expected.inflow
    left = np.nan_to_num(panel.onward - found.expected.onward)[..., panel.event :]
    months = left.shape[-1]
    at_once = more[..., panel.event :]
    over_time = sum(more[..., panel.event - lag : panel.event - lag + months] for lag in range(spread)) / spread
    total = (left**2).sum(-1)
    rest = [np.maximum(total - _explained(came, left), 1e-6 * total) for came in (at_once, np.asarray(over_time))]
    known = total > 0
    ratio = np.where(known, months * np.log(np.where(known, rest[0], 1.0) / np.where(known, rest[1], 1.0)), 0.0)
    root = np.sign(ratio) * np.sqrt(np.abs(ratio))
    root = np.where(np.isnan(panel.onward[..., panel.event :]).all(-1), np.nan, root)
    return np.broadcast_to(root[..., None], panel.shape)


def _explained(came: Array, left: Array) -> Array:
    """Sum of squares of gains out that gains in explain with a factor that is not below 0, over the last axis."""
    square = (came**2).sum(-1)
    return np.where(square > 0, np.maximum((came * left).sum(-1), 0.0) ** 2 / np.where(square > 0, square, 1.0), 0.0)


def onward_month(found: Seen) -> Array:
    """Onward flow of the month itself against what is expected: asinh of the surprise."""
    panel = found.panel
    return np.arcsinh(surprise(panel.onward, found.expected.onward, panel.event, 1))


def onward_after(found: Seen, *, months: int = 6) -> Array:
    """Onward flow of the half year after the month against what is expected: asinh of the surprise; shorter at the end."""
    return np.arcsinh(onward_surprise(found, months=months, lag=months))


def route_since(found: Seen) -> Array:
    """Least of gain in, gain out and direct loss over all months since the event, beside the usual inflow of them.

    Log of 1 + the ratio, one number for all months of a pair; without reports of the second leg, the lesser of the other two.
    """
    came, lost, usual = _since(found)
    panel = found.panel
    left = np.where(np.isnan(panel.onward), np.nan, panel.onward - found.expected.onward)[..., panel.event :]
    gone = np.where(np.isnan(left).all(-1), np.nan, np.maximum(np.nansum(left, axis=-1), 0.0))
    ratio = np.fmin(np.minimum(came, lost), gone) / np.maximum(usual, 1e-9)
    return np.broadcast_to(np.log1p(ratio)[..., None], panel.shape)


def share_since(found: Seen, *, floor: float = 1e-4) -> Array:
    """What the hub gained since the event as a part of what the target lost: log10 above one ten-thousandth, at most 4.

    One number for all months of a pair.
    """
    came, lost, _ = _since(found)
    ratio = np.minimum(came, lost) / np.maximum(lost, 1e-9)
    return np.broadcast_to(np.log10(np.maximum(ratio, floor) / floor)[..., None], found.panel.shape)


def _since(found: Seen) -> tuple[Array, Array, Array]:
    """Gain of the hub, loss of the target and usual inflow over all months since the event, (hub, product)."""
    panel, since = found.panel, slice(found.panel.event, None)
    came = np.maximum((panel.inflow - found.expected.inflow)[..., since].sum(-1), 0.0)
    lost = np.maximum((found.expected.direct - panel.direct)[..., since].sum(-1), 0.0)
    usual = found.expected.inflow[..., since].sum(-1)
    return came, np.broadcast_to(lost, came.shape), usual
