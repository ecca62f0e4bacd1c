"""What would move a state, and what powers do about it against each other."""

from __future__ import annotations

from .solve import Chance, Item, Solution, Stability, solve

__all__ = ["Chance", "Item", "Solution", "Stability", "solve"]
