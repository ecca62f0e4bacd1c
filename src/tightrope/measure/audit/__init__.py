"""Audit: does the case's own data bear out what a text claims."""

from __future__ import annotations

# importing the checks fills their registry
from . import rules as _rules  # noqa: F401
from .engine import audit, faults
from .registry import checks
from .verdict import CONTRADICTED, MATRIX, NOT_CHECKABLE, REPORT, SUPPORTED, Asserted, Found, Verdict

__all__ = [
    "CONTRADICTED",
    "MATRIX",
    "NOT_CHECKABLE",
    "REPORT",
    "SUPPORTED",
    "Asserted",
    "Found",
    "Verdict",
    "audit",
    "checks",
    "faults",
]
