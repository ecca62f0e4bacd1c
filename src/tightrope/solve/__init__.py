"""What would move a state, and what powers do about it against each other."""

from __future__ import annotations

from .effects import Effect
from .levers import Lever
from .solution import Chance, Item, Solution, Stability
from .solve import solve

__all__ = ["Chance", "Effect", "Item", "Lever", "Solution", "Stability", "solve"]
