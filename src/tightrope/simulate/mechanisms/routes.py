"""Mechanisms of routes: each turns a corridor's openness into its activity.

A case lists its corridors in ``corridor_effect`` (share points of each tie between closed and fully open) and names, in
``case.yaml``, which of these mechanisms each corridor works by. All are linear in openness; they differ in what
opening means, and each has a switch of its own.
"""

from __future__ import annotations

from typing import Any

from .registry import mechanism

__all__ = ["gas_swap", "gas_transit", "railway_bypass", "transit_substitution"]


@mechanism("ties")
def transit_substitution(on: Any, open_now: Any, open_start: Any) -> Any:
    """Demand for other routes when crossings close (M09): the activity rises as openness falls.

    Effects are stated from closed to open, so the change of openness, below zero, is what is returned.

    Source
    ------
    [LynchPierce2026]_ note 35.
    """
    return on * (open_now - open_start)


@mechanism("ties")
def gas_transit(on: Any, open_now: Any, open_start: Any) -> Any:
    """Opening of a transit route for gas, which draws the producer to the transit state (M18).

    Source
    ------
    [LynchPierce2026]_ note 66.
    """
    return on * (open_now - open_start)


@mechanism("ties")
def gas_swap(on: Any, open_now: Any, open_start: Any) -> Any:
    """Growth of swaps through third states that stand in for a missing border (M19).

    Source
    ------
    [LynchPierce2026]_ note 65.
    """
    return on * (open_now - open_start)


@mechanism("ties")
def railway_bypass(on: Any, open_now: Any, open_start: Any) -> Any:
    """Opening of a route that goes round a power and diversifies transport (M20).

    Source
    ------
    [LynchPierce2026]_ note 56.
    """
    return on * (open_now - open_start)
