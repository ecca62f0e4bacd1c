"""Goods under a neighbouring code: an unlisted product booms while listed ones of its heading are lost."""

from __future__ import annotations

import numpy as np

from ..panel import Array
from .seen import Seen

__all__ = ["misclassification"]


def misclassification(found: Seen) -> Array:
    """Excess of an unlisted product as a part of what its heading's listed products lost: log10 above 1/10 000, at most 4.

    0 for listed products, and for unlisted ones that share a heading with none.

    Source
    ------
    Evasion by neighbouring codes: [FismanWei2004]_; formula ours.
    """
    panel = found.panel
    same = panel.headings[:, None] == panel.headings[None, :]
    listed_near = (same & panel.listed[None, :] & ~panel.listed[:, None]).astype(float)
    lost = (listed_near @ found.lost[0])[None]
    ratio = np.minimum(found.more_in, lost) / np.maximum(lost, 1e-9)
    return np.where(lost > 0, np.log10(np.maximum(ratio, 1e-4) / 1e-4), 0.0)
