"""Mechanisms that run through people: workers, migrants, businesspeople."""

from __future__ import annotations

from typing import Any

from tightrope.base.arrays import total

from .registry import mechanism

__all__ = [
    "business_relocation",
    "drafted_migrants",
    "migrant_retaliation",
    "remittance_growth",
    "skilled_arrivals",
]


@mechanism("growth")
def remittance_growth(on: Any, elasticity: Any, remittances_gdp: Any, change: Any) -> Any:
    """Growth points from a change of remittances (M02).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    elasticity
        Growth points for remittances falling by one per cent of output, (member,).
    remittances_gdp
        Remittances as part of output, (state, member), unit 1.
    change
        Change of all remittances on a year before, (state, member), per cent.

    Returns
    -------
    growth
        (state, member), percentage points a year.

    Source
    ------
    [LynchPierce2026]_ notes 12 to 14, from the Asian Development Bank.
    """
    return on * elasticity * remittances_gdp * change


@mechanism("answers")
def migrant_retaliation(on: Any) -> Any:
    """Whether a power can answer by treating a state's migrant workers harshly (M03).

    Source
    ------
    [LynchPierce2026]_ note 61.
    """
    return on


@mechanism("people")
def drafted_migrants(on: Any, size: Any, invasion: Any) -> Any:
    """Part of a state's people in a power at war whom the draft of naturalised migrants drives out (M12).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Part lost under a full-scale war, (member,), unit 1.
    invasion
        Level of the power's own war, (power, member), 0 to 1.

    Returns
    -------
    loss
        (power, member), unit 1.

    Source
    ------
    [LynchPierce2026]_ note 31.
    """
    return on * size * invasion


@mechanism("growth")
def business_relocation(on: Any, size: Any, sanctioned: Any, link: Any) -> Any:
    """Growth points from businesspeople of sanctioned powers who move in (M14).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Growth points at full sanctions on a power that is the state's only link, (member,).
    sanctioned
        How strongly each power is sanctioned, (power, member), 0 to 1.
    link
        The power's share of the state's trade, (state, power, member), unit 1.

    Returns
    -------
    growth
        (state, member), percentage points a year.

    Source
    ------
    [LynchPierce2026]_ note 38.
    """
    return on * size * total(sanctioned[None] * link, 1)


@mechanism("arrivals")
def skilled_arrivals(on: Any, size: Any, invasion: Any, reach: Any, welcome: Any) -> Any:
    """People of a power at war who arrive in a quarter to avoid its draft (M15).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Arrivals in a quarter of full-scale war by an open land route, as part of the population, (member,).
    invasion
        Level of the power's war, (power, member), 0 to 1.
    reach
        Land route, (state, power, 1), 0 to 1.
    welcome
        The state's acts of admission (above 0) or closure (below 0) in the quarter, (state, member).

    Returns
    -------
    arrivals
        (state, power, member), unit 1.

    Source
    ------
    [LynchPierce2026]_ note 28.
    """
    return on * size * invasion[None] * reach * (1 + welcome)[:, None]
