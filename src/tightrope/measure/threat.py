"""How much harm a power could and might do to a state."""

from __future__ import annotations

from typing import Any

from tightrope.base.arrays import namespace

__all__ = ["capability_ratio", "exposure", "nearness", "threat"]


def capability_ratio(power: Any, state: Any) -> Any:
    """Aggregate power of the stronger side as its part of the pair's capabilities.

    0.5 means equals; near 1 that the state cannot resist alone. NaN if either is unknown.

    Parameters
    ----------
    power
        Composite capability (CINC) of each power, (power, ...), unit 1.
    state
        Composite capability of each state, (state, ...), unit 1.

    Returns
    -------
    capability_ratio
        (state, power, ...), unit 1.

    Assumes
    -------
    Help from allies is left out.

    Source
    ------
    Capability ratio of a dyad: [Bremer1992]_; capabilities: [Singer1987]_.

    Examples
    --------
    >>> import numpy as np
    >>> capability_ratio(np.array([0.03]), np.array([0.01]))
    array([[0.75]])
    """
    return power[None] / (power[None] + state[:, None])


def exposure(
    *, base: Any, coethnic_weight: Any, coethnic: Any, asset_weight: Any, asset: Any, border_weight: Any, border: Any
) -> Any:
    """What a state holds that invites a power: its people as a pretext, coveted assets, an open border.

    Parameters
    ----------
    base
        Exposure of a state with none of the three, scalar, unit 1.
    coethnic_weight, asset_weight, border_weight
        Addition at the full extent of each, scalars, unit 1.
    coethnic
        Part of the state's people who are the power's co-ethnics, (state, power, ...), unit 1.
    asset
        How much the state holds that the power covets, (state, power, ...), 0 to 1.
    border
        Land route between them, (state, power, ...): 1 a common border, 0.5 one state between, 0 none.

    Returns
    -------
    exposure
        (state, power, ...), unit 1, at least 0.

    Assumes
    -------
    The three add up.

    Source
    ------
    "Offensive" assets and pretexts: [Walt1987]_ ch. 2. The sum is ours.
    """
    return base + coethnic_weight * coethnic + asset_weight * asset + border_weight * border


def nearness(distance: Any, scale: Any) -> Any:
    """Part of a power's strength that is left at a state's distance.

    Parameters
    ----------
    distance
        Shortest distance between the territories, (state, power, ...), km.
    scale
        Distance over which strength falls to 1/e, km.

    Returns
    -------
    nearness
        (state, power, ...), unit 1: 1 at a common border, towards 0 far away. NaN if the distance is unknown.

    Assumes
    -------
    Strength falls exponentially, alike for all powers.

    Source
    ------
    Loss of strength gradient: [Boulding1962]_ ch. 12. The exponential form is ours.
    """
    xp = namespace(distance)
    return xp.exp(-distance / scale)


def threat(capability: Any, nearness: Any, aggression: Any, exposure: Any, attention: Any) -> Any:
    """Threat H that each power poses to each state.

    0 means none; values near 1 mean that a strong, near, aggressive power has the attention to spare for a state with
    much that invites it. NaN if any input is unknown.

    Parameters
    ----------
    capability
        `capability_ratio`, (state, power, ...), unit 1.
    nearness
        `nearness`, (state, power, ...), unit 1.
    aggression
        Aggression that the power has shown, (power, ...), unit 1, at least 0.
    exposure
        `exposure`, (state, power, ...), unit 1.
    attention
        Part of its attention that the power can spare, (power, ...), 0 to 1.

    Returns
    -------
    threat
        (state, power, ...), unit 1, within [0, 1).

    Assumes
    -------
    The sources of threat multiply: a power without attention, or without aggression, does not threaten.

    Source
    ------
    Sources of threat: [Walt1987]_ ch. 2. The form is ours.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> threat(one, one, one[0], one, one[0]).round(3)
    array([[0.632]])
    """
    xp = namespace(nearness)
    return 1 - xp.exp(-capability * nearness * aggression[None] * exposure * attention[None])
