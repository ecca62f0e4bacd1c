"""Mechanisms of sanctions: spill-over, evasion, enforcement, prices."""

from __future__ import annotations

from typing import Any

from tightrope.base.arrays import namespace

from .registry import mechanism

__all__ = ["food_prices", "land_routes", "re_export", "sanctions_spillover", "secondary_sanctions"]


@mechanism("finance", "trade")
def sanctions_spillover(on: Any, size: Any, sanctioned: Any) -> Any:
    """Part of the financial ties with a sanctioned power that is lost to the state tied to it (M06).

    The same switch and form, with the size `sanctions_trade`, give the fall of the logarithm of trade costs' factor between
    powers (`tightrope.simulate.trade_shocks`), which reaches the states through all trade.

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Part lost at full sanctions, (member,), unit 1.
    sanctioned
        How strongly each power is sanctioned, (power, member), 0 to 1.

    Returns
    -------
    loss
        (power, member), unit 1.

    Source
    ------
    [LynchPierce2026]_ on Kazakhstan and note 24.
    """
    return on * size * sanctioned


@mechanism("answers")
def secondary_sanctions(on: Any) -> Any:
    """Whether a sanctioning power can extend its sanctions to the firms of a state (M07).

    Source
    ------
    [LynchPierce2026]_ note 27.
    """
    return on


@mechanism("evasion")
def re_export(on: Any, size: Any, sanctioned: Any, passage: Any, facilitation: Any) -> Any:
    """Level towards which a state's re-exports to a sanctioned power move (M08).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Level at full sanctions and free passage with neutral policy, (state, member), 0 to 1: re-exports in parts of the
        state's trade with the power before.
    sanctioned
        (power, member), 0 to 1.
    passage
        From `land_routes`, (state, power, member), 0 to 1.
    facilitation
        The state's policy: above 0 it helps, below 0 it controls, (state, member).

    Returns
    -------
    evasion
        (state, power, member), 0 to 1.

    Source
    ------
    [LynchPierce2026]_ note 26.
    """
    xp = namespace(facilitation)
    return on * xp.clip(size[:, None] * sanctioned[None] * passage * (1 + facilitation)[:, None], 0, 1)


@mechanism("evasion")
def land_routes(on: Any, enforcement: Any, land: Any) -> Any:
    """How freely goods pass to a sanctioned power: land routes escape enforcement at sea (M10).

    Off: enforcement reaches land routes as it reaches the sea.

    Parameters
    ----------
    on
        Switch, 0 or 1.
    enforcement
        Part stopped where enforcement reaches, (member,), unit 1.
    land
        Land route, (state, power, 1), 0 to 1.

    Returns
    -------
    passage
        (state, power, member), 0 to 1.

    Source
    ------
    [LynchPierce2026]_ note 43.
    """
    return 1 - enforcement * (1 - on * land)


@mechanism("food_price")
def food_prices(on: Any, size: Any, war: Any, sanctioned: Any, food_import: Any) -> Any:
    """Rise of staple food prices over the path without war and sanctions (M13).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Rise at full-scale war and full sanctions if all food is imported, (member,), per cent.
    war, sanctioned
        Highest level over powers, (member,), 0 to 1.
    food_import
        Imported part of staple food, (state, member), unit 1.

    Returns
    -------
    food_price
        (state, member), per cent.

    Source
    ------
    [LynchPierce2026]_ note 40.
    """
    return on * size * (war + sanctioned) / 2 * food_import
