"""The Case: its files, schema, checks and loading."""

from .case import Case
from .coding import FLAGS
from .decisions import Decision, Question
from .load import built_in_cases, case_path, check_case, load_case
from .scaffold import new_case
from .scenarios import Scenario
from .shocks import SHOCKS, Shock

__all__ = [
    "FLAGS",
    "SHOCKS",
    "Case",
    "Decision",
    "Question",
    "Scenario",
    "Shock",
    "built_in_cases",
    "case_path",
    "check_case",
    "load_case",
    "new_case",
]
