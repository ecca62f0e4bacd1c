"""How states decide and how powers answer."""

from __future__ import annotations

from .answer import ANSWERS, answers
from .panel import CapacityScale, Panel, capacity_scale, panel
from .record import record
from .utility import COEFFICIENTS, Agenda, Coefficients, chosen, probabilities, pull, utilities

__all__ = [
    "ANSWERS",
    "COEFFICIENTS",
    "Agenda",
    "CapacityScale",
    "Coefficients",
    "Panel",
    "answers",
    "capacity_scale",
    "chosen",
    "panel",
    "probabilities",
    "pull",
    "record",
    "utilities",
]
