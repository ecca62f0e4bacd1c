"""Mechanisms of culture: soft power, kinship and fear."""

from __future__ import annotations

from typing import Any

from .registry import mechanism

__all__ = ["kinship_and_fear", "language_centres"]


@mechanism("alignment")
def language_centres(on: Any, rate: Any, culture: Any) -> Any:
    """Drift of a state's alignment towards a power that spreads its language (M16).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    rate
        Drift in a quarter where the power has all of the state's cultural ties, (power, member), unit 1.
    culture
        The power's share of cultural ties, (state, power, member), unit 1.

    Returns
    -------
    drift
        (state, power, member), unit 1.

    Source
    ------
    [LynchPierce2026]_ note 48.
    """
    return on * rate[None] * culture


@mechanism("culture")
def kinship_and_fear(on: Any, size: Any, language: Any, fear_weight: Any, fear: Any) -> Any:
    """Growth of cultural ties that a shared language invites and the fear of radicals limits (M17).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Growth over the period's horizon with a common language and no fear, (member,), unit 1.
    language
        Common language, (state, power, 1), 0 to 1.
    fear_weight
        Part of the growth that full fear takes away, (member,); above 1 fear turns growth into retreat.
    fear
        Fear of radicals sponsored by the power, (state, power, 1), 0 to 1.

    Returns
    -------
    growth
        (state, power, member), to be added to one and multiplied with the tie.

    Source
    ------
    [LynchPierce2026]_ notes 53 and 54.
    """
    return on * size * language * (1 - fear_weight * fear)
