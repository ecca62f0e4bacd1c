"""Histories of the states under scenarios."""

from __future__ import annotations

from .ensemble import LANES, Histories, simulate
from .levels import levels
from .mechanisms import Mechanism, mechanisms

__all__ = ["LANES", "Histories", "Mechanism", "levels", "mechanisms", "simulate"]
