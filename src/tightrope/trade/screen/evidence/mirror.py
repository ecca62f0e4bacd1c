"""What the coalition says it sent and the hub says it got."""

from __future__ import annotations

import numpy as np

from ..panel import Array
from ..tail import mean_known, trailing
from .seen import WINDOW, Seen

__all__ = ["lost_in_transit", "mirror_gap", "unrecorded"]


def mirror_gap(found: Seen) -> Array:
    """Log ratio of what was sent to what arrived over three months, in units of what is usual for the pair; within [-6, 6].

    NaN where the hub's imports are not known.

    Source
    ------
    Gap in logs against its own history: [BergerNitsch2012]_; standardisation by pair is ours.
    """
    gap, before = _gap(found), found.panel.event
    usual = mean_known(gap[..., :before])
    spread = np.sqrt((np.nansum((gap[..., :before] - usual) ** 2, axis=-1, keepdims=True) + 8 * 0.3**2) / (before + 8))
    return np.asarray(np.clip((gap - usual) / spread, -6, 6))


def unrecorded(found: Seen, *, part: float = 0.3) -> Array:
    """Log ratio of what was sent in the month to what arrived in it, with a part of the usual flow added to both.

    NaN where the hub's imports are not known.

    Parameters
    ----------
    part
        Part of a usual month that is added: the less, the more a small shipment counts.
    """
    panel = found.panel
    level = part * (found.usual_in + found.usual_noise) / WINDOW
    return np.asarray(np.log((panel.inflow + level) / (panel.mirror + level)))


def lost_in_transit(found: Seen) -> Array:
    """Part of what was sent above what is expected that never arrived, over three months, within [0, 1].

    The hub's usual ratio of what arrives to what is sent is allowed for. NaN where its imports are not known.

    Source
    ------
    "Lost in transit": [ChupilkinJavorcikPlekhanov2023]_; formula ours.
    """
    panel = found.panel
    sent, got = trailing(panel.inflow, WINDOW), trailing(panel.mirror, WINDOW)
    before = slice(0, panel.event)
    ratio = np.nansum(panel.mirror[..., before], axis=(1, 2)) / np.maximum(panel.inflow[..., before].sum((1, 2)), 1e-9)
    missing = sent - got / np.maximum(ratio, 1e-3)[:, None, None]
    share = np.clip(missing / np.maximum(found.more_in, 1e-9), 0.0, 1.0)
    return np.where(np.isnan(got), np.nan, np.where(found.more_in > 0, share, 0.0))


def _gap(found: Seen) -> Array:
    """Log of sent over arrived, with the usual level of the pair added to both, so that zeros are no infinities.

    A pair that never traded gets one thousandth of the hub's mean product.
    """
    panel = found.panel
    known = ~np.isnan(panel.mirror)
    sent = trailing(np.where(known, panel.inflow, np.nan), WINDOW)
    got = trailing(panel.mirror, WINDOW)
    usual = panel.inflow[..., : panel.event].mean(axis=-1, keepdims=True)
    level = WINDOW * (usual + 1e-3 * usual.mean(axis=1, keepdims=True))
    return np.asarray(np.log((sent + level) / (got + level)))
