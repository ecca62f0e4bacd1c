"""How bound each state is to each power, how much room it has, and what posture it takes."""

from __future__ import annotations

from .capacity import bandwidth, capacity, one_sidedness
from .concentration import concentration, trade_dependence
from .dependence import contribution, dependence
from .leverage import leverage, room
from .measures import central, measures
from .posture import POSTURES, Acts, posture, spectrum
from .threat import capability_ratio, exposure, nearness, threat

__all__ = [
    "POSTURES",
    "Acts",
    "bandwidth",
    "capability_ratio",
    "capacity",
    "central",
    "concentration",
    "contribution",
    "dependence",
    "exposure",
    "leverage",
    "measures",
    "nearness",
    "one_sidedness",
    "posture",
    "room",
    "spectrum",
    "threat",
    "trade_dependence",
]
