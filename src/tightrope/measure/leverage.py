"""What one power can do to a state by ties and threat together, and what no single power can take away."""

from __future__ import annotations

from typing import Any

__all__ = ["leverage", "room"]


def leverage(dependence: Any, threat: Any) -> Any:
    """Leverage V of each power over each state.

    Parameters
    ----------
    dependence
        (state, power, ...), unit 1.
    threat
        (state, power, ...), unit 1.

    Returns
    -------
    leverage
        (state, power, ...), unit 1, within [0, 1]; never below either part. NaN if either is unknown.

    Assumes
    -------
    Ties and threat act independently, as two chances of being moved.

    Source
    ------
    V = 1 - (1 - D)(1 - H); ours.

    Examples
    --------
    >>> leverage(0.5, 0.5)
    0.75
    """
    return 1 - (1 - dependence) * (1 - threat)


def room(leverage: Any) -> Any:
    """Room to manoeuvre R: the part of its stakes that no single power can take away.

    Parameters
    ----------
    leverage
        (state, power, ...), unit 1.

    Returns
    -------
    room
        (state, ...), unit 1. NaN if the leverage of any power is unknown: an unknown power could be the strongest.

    Assumes
    -------
    Powers do not act together against a state.

    Source
    ------
    R = 1 - max_p V; ours.

    Examples
    --------
    >>> import numpy as np
    >>> room(np.array([[0.2, 0.7]])).round(2)
    array([0.3])
    """
    return 1 - leverage.max(axis=1)
