"""How much of what a state lives on a power could take away."""

from __future__ import annotations

from typing import Any

__all__ = ["contribution", "dependence"]


def contribution(share: Any, stake: Any, replaceability: Any) -> Any:
    """Part of a state's dependence on a power that each channel carries.

    Parameters
    ----------
    share
        The power's share of the state's channel, (state, power, channel, ...), unit 1, within [0, 1].
    stake
        What the channel is worth to the state, (state, channel, ...), unit 1, summing to one over channels.
    replaceability
        Part that others could take over within a year, (state, channel, ...), unit 1, within [0, 1].

    Returns
    -------
    contribution
        (state, power, channel, ...), unit 1. NaN where any input is unknown.

    Assumes
    -------
    Channels add up; none makes up for another.

    Source
    ------
    [Hirschman1945]_ ch. 2: what counts is the cost of doing without. The formula is ours.
    """
    return share * (stake * (1 - replaceability))[:, None]


def dependence(share: Any, stake: Any, replaceability: Any) -> Any:
    """Dependence D of each state on each power.

    0 means that the power's departure would cost nothing; 1 that the state lives on this power alone and nobody could
    take its place within a year. NaN if any channel is unknown.

    Parameters
    ----------
    share
        (state, power, channel, ...), unit 1.
    stake
        (state, channel, ...), unit 1.
    replaceability
        (state, channel, ...), unit 1.

    Returns
    -------
    dependence
        (state, power, ...), unit 1, within [0, 1].

    Assumes
    -------
    As in `contribution`.

    Source
    ------
    D[i,p] = sum_c k[i,c] (1 - r[i,c]) s[i,p,c]; idea [Hirschman1945]_ ch. 2, formula ours.

    Examples
    --------
    >>> import numpy as np
    >>> dependence(np.array([[[0.5, 0.1]]]), np.array([[0.5, 0.5]]), np.array([[0.0, 1.0]]))
    array([[0.25]])
    """
    return contribution(share, stake, replaceability).sum(axis=2)
