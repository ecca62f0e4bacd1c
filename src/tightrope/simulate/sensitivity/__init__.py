"""Which assumptions of a case move what the model says, and what would overturn it."""

from __future__ import annotations

from .assumptions import Assumptions, assumptions
from .headlines import Headline, headlines
from .overturn import Overturn
from .screen import Effects, Shares, elementary_effects, variance_shares
from .study import Finding, Study, VarianceShares, study
from .trials import Bar
from .wiring import Wiring, wiring
from .worlds import DICE, Summary, Worlds, worlds

__all__ = [
    "DICE",
    "Assumptions",
    "Bar",
    "Effects",
    "Finding",
    "Headline",
    "Overturn",
    "Shares",
    "Study",
    "Summary",
    "VarianceShares",
    "Wiring",
    "Worlds",
    "assumptions",
    "elementary_effects",
    "headlines",
    "study",
    "variance_shares",
    "wiring",
    "worlds",
]
