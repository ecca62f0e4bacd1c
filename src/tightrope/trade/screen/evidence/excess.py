"""More came to the hub than was to be expected."""

from __future__ import annotations

import numpy as np

from ..panel import Array
from ..tail import surprise, trailing
from .seen import WINDOW, Seen

__all__ = ["excess", "gain", "persistence", "sustained", "synthetic"]


def excess(found: Seen) -> Array:
    """Inflow of the month against what is expected: asinh of the surprise, so that 10 counts for little more than 5.

    Source
    ------
    Ours, on [Jorgensen1987]_.
    """
    panel = found.panel
    return np.arcsinh(surprise(panel.inflow, found.expected.inflow, panel.event, 1))


def gain(found: Seen) -> Array:
    """Inflow of the month above what is expected, beside a usual month and its noise: log of 1 + the ratio.

    Source
    ------
    Ours. `excess` says how rare a flow is for the pair; this, how large it is for the pair.
    """
    more = np.maximum(found.panel.inflow - found.expected.inflow, 0.0)
    return np.log1p(WINDOW * more / (found.usual_in + found.usual_noise))


def sustained(found: Seen, *, months: int = 6) -> Array:
    """Inflow of the last half year against what is expected: asinh of the surprise."""
    panel = found.panel
    return np.arcsinh(surprise(panel.inflow, found.expected.inflow, panel.event, months))


def synthetic(found: Seen) -> Array:
    """Inflow of the last three months against the synthetic control: asinh of the surprise."""
    panel = found.panel
    return np.arcsinh(surprise(panel.inflow, found.synthetic, panel.event, WINDOW))


def persistence(found: Seen, *, months: int = 3, least: float = 1.0) -> Array:
    """Part of the three months before and after in which more came in than expected by one usual deviation, within [0, 1].

    Months before the event and after the end of the file are not counted; 0 if none is left.
    """
    panel = found.panel
    high = (surprise(panel.inflow, found.expected.inflow, panel.event, 1) > least).astype(float)
    high[..., : panel.event] = np.nan
    pad = np.full((*high.shape[:-1], months), np.nan)
    around = trailing(np.concatenate([high, pad], axis=-1), 2 * months + 1)[..., months:]
    count = trailing(
        np.concatenate([~np.isnan(high), np.zeros(pad.shape, dtype=bool)], axis=-1).astype(float), 2 * months + 1
    )
    others = count[..., months:] - 1
    return np.where(others > 0, (np.nan_to_num(around) - np.nan_to_num(high)) / np.maximum(others, 1), 0.0)
