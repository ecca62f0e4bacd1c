"""What sanctions and barriers of a scenario do to all trade, in general equilibrium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tightrope.trade.baseline import Baseline, baseline
from tightrope.trade.hats import trade_changes

from .mechanisms import mechanisms

if TYPE_CHECKING:
    from tightrope.case import Case

    from .forcing import Reading

__all__ = ["TRADE_PARAMETERS", "trade_levels"]

Array = NDArray[np.float64]

TRADE_PARAMETERS = ("penalty_trade", "sanctions_trade", "substitution")
"""Parameters that a case with a matrix of trade has to give."""


def trade_levels(
    case: Case, level: dict[str, Array], switches: dict[str, float], reading: Reading
) -> tuple[Array, Array]:
    """Change of each state's trade with each power by the scenario's sanctions, extensions and barriers.

    Parameters
    ----------
    case
        Any case.
    level
        Of shocks: `sanctions` (quarter, power, power, size), `extension` and `barrier` (quarter, state, power, size).
    switches
        Of each mechanism, 0 or 1.
    reading
        Gives the parameters; its last axis is solved for number by number.

    Returns
    -------
    change
        Trade, sales and purchases, over what it would be without, (quarter, state, power, size). 1 where the case has no
        matrix of trade.
    stopped
        Part of trade that is stopped beyond that: the direct effect of extensions and barriers where equilibrium does not
        hold it, because there is no matrix or `balancing_cost` is switched off. Same shape.

    Assumes
    -------
    Sanctions that the start already knew are in the matrix: what counts is their change since, in both directions of
    trade. One sector; endowments of the year of the matrix.

    Source
    ------
    docs/model.md, eq. 9; `tightrope.trade.hats.trade_changes`.
    """
    hit = 1 - np.clip(level["barrier"], 0, 1)
    matrix = baseline(case, int(case.start[:4]))
    if matrix is None:
        return np.ones_like(hit), 1 - hit * (1 - _penalty(case, level, reading))
    hit = hit * (1 - _penalty(case, level, reading))
    sanctions = np.clip(level["sanctions"], 0, 1)
    loss = mechanisms["sanctions_spillover"].function(
        switches["sanctions_spillover"], reading.parameter("sanctions_trade", case.start), sanctions - sanctions[:1]
    )
    diverts = switches["balancing_cost"]
    through = diverts * hit + (1 - diverts)
    change = _solved(case, matrix, np.exp(-loss), through, reading.parameter("substitution", case.start))
    return change, (1 - diverts) * (1 - hit)


def _penalty(case: Case, level: dict[str, Array], reading: Reading) -> Array:
    penalty: Array = reading.parameter("penalty_trade", case.start) * np.clip(level["extension"], 0, 1)
    return penalty


def _solved(case: Case, matrix: Baseline, between: Array, with_states: Array, sigma: Array) -> Array:
    """Change of trade, (quarter, state, power, size), from factors on both directions of trade between actors.

    Quarters and worlds that are alike are solved once.
    """
    quarters, n, m, size = with_states.shape
    flat = np.concatenate(
        [
            np.moveaxis(between, -1, 1).reshape(quarters * size, -1),
            np.moveaxis(with_states, -1, 1).reshape(quarters * size, -1),
            np.tile(sigma, quarters)[:, None],
        ],
        axis=1,
    )
    distinct, which = np.unique(flat, axis=0, return_inverse=True)
    states, powers = matrix.at(case.states), matrix.at(case.powers)
    factor = np.ones((len(distinct), len(matrix.actors), len(matrix.actors)))
    pairs = distinct[:, : m * m].reshape(-1, m, m)
    factor[:, powers[:, None], powers] = pairs * np.swapaxes(pairs, 1, 2)
    own = distinct[:, m * m : -1].reshape(-1, n, m)
    factor[:, states[:, None], powers] = own
    factor[:, powers[:, None], states] = np.swapaxes(own, 1, 2)
    found = np.ones((len(distinct), n, m))
    moved = (factor != 1).any(axis=(1, 2))
    if moved.any():
        found[moved] = _both_ways(matrix, factor[moved], distinct[moved, -1], states, powers)
    return np.moveaxis(found[which.ravel()].reshape(quarters, size, n, m), 1, -1)


def _both_ways(
    matrix: Baseline, factor: Array, sigma: Array, states: NDArray[np.intp], powers: NDArray[np.intp]
) -> Array:
    """Sales and purchases together over what they were, (scenario, state, power)."""
    change = trade_changes(matrix.flows, factor, sigma=sigma)
    sold = matrix.flows[states[:, None], powers]
    bought = matrix.flows[powers[:, None], states].T
    out, back = change[:, states[:, None], powers], np.swapaxes(change[:, powers[:, None], states], 1, 2)
    both = sold + bought
    weight = np.divide(sold, both, out=np.full_like(both, 0.5), where=both > 0)
    mixed: Array = weight * out + (1 - weight) * back
    return mixed
