"""How states decide and how powers answer."""

from __future__ import annotations

from .answer import ANSWERS, answers
from .record import record
from .utility import COEFFICIENTS, Agenda, Coefficients, chosen, probabilities, pull, utilities

__all__ = [
    "ANSWERS",
    "COEFFICIENTS",
    "Agenda",
    "Coefficients",
    "answers",
    "chosen",
    "probabilities",
    "pull",
    "record",
    "utilities",
]
