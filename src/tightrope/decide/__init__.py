"""How states decide and how powers answer."""

from __future__ import annotations

from .answer import ANSWERS, answers
from .conditional import ConditionalLogit, conditional_logit
from .panel import CapacityScale, Panel, capacity_scale, panel
from .record import record
from .utility import COEFFICIENTS, Agenda, Coefficients, chosen, probabilities, pull, utilities

__all__ = [
    "ANSWERS",
    "COEFFICIENTS",
    "Agenda",
    "CapacityScale",
    "Coefficients",
    "ConditionalLogit",
    "Panel",
    "answers",
    "capacity_scale",
    "chosen",
    "conditional_logit",
    "panel",
    "probabilities",
    "pull",
    "record",
    "utilities",
]
