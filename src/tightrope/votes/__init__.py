"""Who stands where, and how a state would vote, from roll calls."""

from __future__ import annotations

from .ballots import ABSENT, ABSTAIN, NO, UNKNOWN, YES, Ballots, ballots

__all__ = ["ABSENT", "ABSTAIN", "NO", "UNKNOWN", "YES", "Ballots", "ballots"]
