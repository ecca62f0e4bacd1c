"""Influence capacity in the manner of the FBIC index: how wide the contact is, and how one-sided."""

from __future__ import annotations

from typing import Any

from tightrope.base.arrays import namespace

__all__ = ["bandwidth", "capacity", "one_sidedness"]


def bandwidth(share: Any, size: Any) -> Any:
    """How much passes between a state and a power, relative to the widest pair of the case.

    Parameters
    ----------
    share
        The power's share of the state's channel, (state, power, channel, ...), unit 1.
    size
        Size of the state's channel in a unit common to all states (its stake times the economy, say),
        (state, channel, ...).

    Returns
    -------
    bandwidth
        (state, power, ...), unit 1, mean over channels of each channel's volume over the largest in that channel.
        NaN if any channel is unknown; a channel in which nothing passes anywhere counts zero.

    Assumes
    -------
    Channels weigh the same. No pair of unknown volume is wider than the widest known one.

    Source
    ------
    Bandwidth sub-index of [Moyer2021]_: volume of interaction scaled by the largest seen. Our channels stand in for
    its economic, political and security indicators, so levels differ from the published index.
    """
    xp = namespace(share)
    volume = share * size[:, None]
    widest = xp.where(xp.isnan(volume), 0.0, volume).max(axis=(0, 1), keepdims=True)
    return xp.where(widest > 0, volume / xp.where(widest > 0, widest, 1.0), 0 * volume).mean(axis=2)


def one_sidedness(share: Any, intensity: Any) -> Any:
    """How much the state needs what passes: the power's share times what the channel weighs in the state's life.

    Parameters
    ----------
    share
        (state, power, channel, ...), unit 1.
    intensity
        Weight of the channel in the state's life (its stake), (state, channel, ...), unit 1.

    Returns
    -------
    one_sidedness
        (state, power, ...), unit 1, within [0, 1]. Unlike dependence it does not ask whether others could step in.

    Assumes
    -------
    Channels add up.

    Source
    ------
    Dependence sub-index of [Moyer2021]_, on our channels.
    """
    return (share * intensity[:, None]).sum(axis=2)


def capacity(bandwidth: Any, one_sidedness: Any) -> Any:
    """Influence capacity of each power over each state: bandwidth times one-sidedness.

    Parameters
    ----------
    bandwidth
        (state, power, ...), unit 1.
    one_sidedness
        (state, power, ...), unit 1.

    Returns
    -------
    capacity
        (state, power, ...), unit 1. NaN if either is unknown.

    Assumes
    -------
    As the published index: contact without need, or need without contact, gives no capacity.

    Source
    ------
    [Moyer2021]_: FBIC = bandwidth x dependence.

    Examples
    --------
    >>> capacity(0.5, 0.4)
    0.2
    """
    return bandwidth * one_sidedness
