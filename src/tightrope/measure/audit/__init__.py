"""Does the case's own data bear out what a text claims about it?"""

from __future__ import annotations

# importing the topic files fills the registry of checks
from . import acts, changes, figures, ranks
from .engine import audit, faults
from .registry import checks
from .verdict import CONTRADICTED, NOT_CHECKABLE, SUPPORTED, Asserted, Found, Verdict

__all__ = [
    "CONTRADICTED",
    "NOT_CHECKABLE",
    "SUPPORTED",
    "Asserted",
    "Found",
    "Verdict",
    "acts",
    "audit",
    "changes",
    "checks",
    "faults",
    "figures",
    "ranks",
]
