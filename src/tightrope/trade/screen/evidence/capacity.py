"""What the hub could do before: who never handled a good and now sends it on did not make it."""

from __future__ import annotations

import numpy as np

from ..panel import Array
from .seen import Seen

__all__ = ["no_prior_capacity"]


def no_prior_capacity(found: Seen) -> Array:
    """How little the hub handled of the product before the event, beside its other products: -log10 of a Balassa index.

    Within [0, 3]: 0 for a hub in which the product was at home, 3 for one thousandth of that or none.
    Of exports to anybody where the hub reports them, else of what the coalition sold it.

    Source
    ------
    [Balassa1965]_; its use here is ours.
    """
    panel = found.panel
    before = slice(0, panel.event)
    exports = np.nan_to_num(panel.onward[..., before]) + np.nan_to_num(panel.other_exports[..., before])
    silent = np.asarray((np.isnan(panel.onward) & np.isnan(panel.other_exports)).all(axis=(1, 2)))
    handled = np.where(silent[:, None], panel.inflow[..., before].sum(-1), exports.sum(-1))
    world = panel.direct[:, before].sum(-1) + panel.inflow[..., before].sum((0, 2))
    here = handled / np.maximum(handled.sum(1, keepdims=True), 1e-9)
    usual = world / max(float(world.sum()), 1e-9)
    index = here / np.maximum(usual, 1e-12)
    return np.broadcast_to(np.clip(-np.log10(np.maximum(index, 1e-3)), 0, 3)[..., None], panel.shape)
