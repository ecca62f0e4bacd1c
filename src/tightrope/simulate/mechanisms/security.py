"""Mechanisms of threat and of commitment."""

from __future__ import annotations

from typing import Any

from tightrope.base.arrays import namespace

from .registry import mechanism

__all__ = ["arrivals_exposure", "commitment_credibility", "diverted_threat", "placation", "pretext"]


@mechanism("threat")
def pretext(on: Any, weight: Any) -> Any:
    """Weight of co-ethnics in exposure: a co-ethnic population is a pretext for intervention (M04).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    weight
        Exposure added by a wholly co-ethnic population, unit 1.

    Source
    ------
    [LynchPierce2026]_ note 8; pretexts among the "offensive" sources of threat: [Walt1987]_ ch. 2.
    """
    return on * weight


@mechanism("threat")
def arrivals_exposure(on: Any, coethnic: Any, arrivals: Any) -> Any:
    """Co-ethnic share with those who have come lately: arrivals enlarge the pretext (M05).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    coethnic
        Settled co-ethnic share, (state, power, 1), unit 1.
    arrivals
        Arrivals as part of the population, (state, power, member), unit 1.

    Source
    ------
    [LynchPierce2026]_ note 28.
    """
    return coethnic + on * arrivals


@mechanism("credibility", "ties")
def commitment_credibility(on: Any, start: Any, withdrawal: Any) -> Any:
    """Credibility of a power's offers, discounted after a withdrawal (M21).

    Off: every offer is believed.

    Parameters
    ----------
    on
        Switch, 0 or 1.
    start
        Credibility before the period, (power, member), 0 to 1.
    withdrawal
        How far the power has withdrawn, (power, member), 0 to 1.

    Source
    ------
    [LynchPierce2026]_ note 62; reputation for commitment: [Walt1987]_ ch. 2.
    """
    return 1 - on * (1 - start * (1 - withdrawal))


@mechanism("threat")
def diverted_threat(on: Any, size: Any, evasion: Any) -> Any:
    """Factor on a power's threat to a state that helps it round sanctions (M24).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Part of the threat that full help turns away, (member,), unit 1.
    evasion
        The state's help to the power, (state, power, member), 0 to 1.

    Source
    ------
    [LynchPierce2026]_ note 71.
    """
    return 1 - on * size * evasion


@mechanism("answers")
def placation(on: Any, size: Any, acts: Any) -> Any:
    """How far placating acts at home weaken a power's wish to punish (M25).

    Parameters
    ----------
    on
        Switch, 0 or 1.
    size
        Weakening by one placating act, (member,), unit 1.
    acts
        Stock of placating acts towards the power, (state, power, member).

    Returns
    -------
    placation
        (state, power, member), 0 to 1.

    Source
    ------
    [LynchPierce2026]_ note 42.
    """
    xp = namespace(acts)
    return on * xp.clip(size * acts, 0, 1)
