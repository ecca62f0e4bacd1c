"""One matrix of trade from conflicting reports: reliability, filling, balance."""

from __future__ import annotations

from .balance import Balanced, balance
from .conflicts import Conflict, conflicts
from .domestic import domestic
from .engine import reconcile
from .groups import grouped
from .matrix import Cell, Matrix, TotalMet
from .rows import Report, Total
from .tables import read_pairs, read_reports, read_sizes, read_totals

__all__ = [
    "Balanced",
    "Cell",
    "Conflict",
    "Matrix",
    "Report",
    "Total",
    "TotalMet",
    "balance",
    "conflicts",
    "domestic",
    "grouped",
    "read_pairs",
    "read_reports",
    "read_sizes",
    "read_totals",
    "reconcile",
]
