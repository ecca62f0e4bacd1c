"""What would move a state, and what powers do about it against each other."""

from __future__ import annotations

from .effects import Effect
from .levers import Lever
from .solve import Chance, Item, Solution, Stability, solve

__all__ = ["Chance", "Effect", "Item", "Lever", "Solution", "Stability", "solve"]
