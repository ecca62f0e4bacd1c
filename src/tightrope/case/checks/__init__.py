"""The list of checks of a case. Each is small, has a name and says how to repair what it finds."""

from . import dates, ledger, names, parameters, peers, quantities, questions, scenarios, setup, sources, tables
from .check import CHECKS, run_checks

__all__ = [
    "CHECKS",
    "dates",
    "ledger",
    "names",
    "parameters",
    "peers",
    "quantities",
    "questions",
    "run_checks",
    "scenarios",
    "setup",
    "sources",
    "tables",
]
