"""How states decide and how powers answer."""

from __future__ import annotations

from .answer import ANSWERS, answers
from .conditional import ConditionalLogit, conditional_logit
from .record import record
from .utility import COEFFICIENTS, Agenda, Coefficients, chosen, probabilities, pull, utilities

__all__ = [
    "ANSWERS",
    "COEFFICIENTS",
    "Agenda",
    "Coefficients",
    "ConditionalLogit",
    "answers",
    "chosen",
    "conditional_logit",
    "probabilities",
    "pull",
    "record",
    "utilities",
]
