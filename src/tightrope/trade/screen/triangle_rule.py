"""The plain triangle rule, for comparison: what many would do first."""

from __future__ import annotations

import numpy as np

from .panel import Array, Panel
from .tail import mean_known

__all__ = ["triangle_rule"]


def triangle_rule(panel: Panel, *, lag: int = 2) -> Array:
    """Least of gain in, gain out and direct loss in a month, over the usual inflow; (hub, product, month since the event).

    Gains are against the mean before the event; the gain out is the mean of the month and the `lag` months after it.
    Without the second leg it is left out. Neither seasons nor growth nor noise are allowed for.

    Source
    ------
    Ours: the best of four plain variants (by value, by value over usual inflow, over its deviation, over the direct loss)
    on planted worlds 0 to 7.
    """
    before, since = slice(0, panel.event), slice(panel.event, None)
    usual = mean_known(panel.inflow[..., before])
    came = np.maximum(panel.inflow - usual, 0)[..., since]
    moved = np.stack([np.roll(panel.onward, -k, axis=-1) for k in range(lag + 1)])
    for k in range(1, lag + 1):
        moved[k, ..., -k:] = np.nan
    left = mean_known(np.moveaxis(moved, 0, -1))[..., 0] - mean_known(panel.onward[..., before])
    lost = np.maximum(mean_known(panel.direct[..., before]) - panel.direct, 0)[None, :, since]
    least = np.minimum(came, lost)
    least = np.fmin(least, np.where(np.isnan(left), np.nan, np.maximum(left, 0))[..., since])
    return np.asarray(least / (usual + 1.0))
