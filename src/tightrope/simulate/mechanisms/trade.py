"""Mechanisms of trade: leverage, barriers, diversion, the price of isolation."""

from __future__ import annotations

from typing import Any

from tightrope.base.arrays import namespace, total

from .registry import mechanism

__all__ = ["balancing_cost", "coercive_trade", "exporters_openness", "trade_barrier"]


@mechanism("dependence", "answers")
def coercive_trade(on: Any, hold: Any) -> Any:
    """Weight of trade in dependence: trade gives coercive leverage (M01).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    hold
        Stake of trade less what others could replace, (state, member), unit 1.

    Source
    ------
    [LynchPierce2026]_; [Hirschman1945]_ ch. 2.
    """
    return on * hold


@mechanism("answers")
def trade_barrier(on: Any) -> Any:
    """Whether a power can answer by a sanitary or other barrier to a state's trade (M11).

    Source
    ------
    [LynchPierce2026]_ note 70.
    """
    return on


@mechanism("trade")
def balancing_cost(on: Any, diversion: Any, start: Any, target: Any, others: Any) -> Any:
    """Trade lost with one power that moves to the others: one dependence is traded for another (M22).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    diversion
        Part of the loss that finds another partner, (member,), unit 1.
    start
        Trade as the scenario alone has it, (state, power, member), parts of the state's trade at the start.
    target
        Where trade tends to, same unit.
    others
        Trade with all others, (state, member), same unit.

    Returns
    -------
    gain
        (state, power, member), to be added to the target. The rest of the world takes its part of the diversion too.

    Assumes
    -------
    Partners that lose nothing take over in proportion to their trade. What the scenario itself cuts is diverted in general
    equilibrium, where the case has a matrix of trade (`tightrope.simulate.trade_shocks`), under the same switch.

    Source
    ------
    [LynchPierce2026]_ on Kyrgyzstan; trade diversion: [Viner1950]_.
    """
    xp = namespace(start)
    loss = total(xp.maximum(start - target, 0), 1, keepdims=True)
    taker = start * (target >= start)
    return on * diversion * loss * taker / xp.maximum(total(taker, 1, keepdims=True) + others[:, None], 1e-6)


@mechanism("choices")
def exporters_openness(on: Any, size: Any, energy_exporter: Any) -> Any:
    """Loss to an energy exporter from withdrawing into isolation (M23).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Loss if energy is all that the state exports, (member,), log odds.
    energy_exporter
        Share of energy in exports, (state, member), unit 1.

    Returns
    -------
    isolation_cost
        (state, member), log odds.

    Source
    ------
    [LynchPierce2026]_, conclusion.
    """
    return on * size * energy_exporter
