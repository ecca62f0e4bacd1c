"""Innocent explanations: what else would make a hub import more."""

from __future__ import annotations

import numpy as np

from ..panel import Array
from ..tail import surprise, trailing
from .seen import WINDOW, Seen

__all__ = ["category_growth", "hub_growth", "local_demand", "one_off", "own_exports"]


def hub_growth(found: Seen, *, months: int = 6) -> Array:
    """Log growth over half a year of the hub's trade outside the sanctions, within [-2, 2]; NaN if the file has none."""
    growth = trailing(found.expected.hub_growth, months) / np.minimum(np.arange(len(found.panel.months)) + 1, months)
    return np.broadcast_to(np.clip(growth, -2, 2)[:, None, :], found.panel.shape)


def category_growth(found: Seen) -> Array:
    """Growth of the product in partners that are neither hub nor target: asinh of its surprise over half a year.

    NaN if the file has no such partners.
    """
    panel = found.panel
    if not len(panel.controls):
        return np.full(panel.shape, np.nan)
    total = panel.controls.sum(axis=0)
    usual = np.broadcast_to(total[:, : panel.event].mean(-1, keepdims=True), total.shape)
    return np.broadcast_to(
        np.arcsinh(surprise(total[None], np.maximum(usual, 1e-9)[None], panel.event, 6)), panel.shape
    )


def one_off(found: Seen, *, months: int = 3) -> Array:
    """Part of the excess of the months around that falls into this one month, within [0, 1]; 0 where there is no excess.

    1 is a single spike; a lasting flow has about one part in the number of months.
    """
    panel = found.panel
    more = np.maximum(panel.inflow - found.expected.inflow, 0.0)
    pad = np.zeros((*more.shape[:-1], months))
    around = trailing(np.concatenate([more, pad], axis=-1), 2 * months + 1)[..., months:]
    return np.where(more > 0, more / np.maximum(around, 1e-9), 0.0)


def local_demand(found: Seen) -> Array:
    """Growth of the hub's imports of the product from outside the coalition: asinh of its surprise over three months.

    NaN where they are not known.
    """
    return _own_growth(found, found.panel.other_imports)


def own_exports(found: Seen) -> Array:
    """Growth of the hub's exports of the product to others than the target: asinh of its surprise over three months."""
    return _own_growth(found, found.panel.other_exports)


def _own_growth(found: Seen, flow: Array) -> Array:
    event = found.panel.event
    mean = np.nan_to_num(flow[..., :event]).mean(axis=-1, keepdims=True)
    usual = np.where(np.isnan(flow), np.nan, np.maximum(mean, 1e-9))
    idle = mean <= 0
    return np.where(idle & ~np.isnan(flow), 0.0, np.arcsinh(surprise(flow, usual, event, WINDOW)))
