"""Elementary effects after Morris and variance shares after Sobol, of any function of the unit cube."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base.errors import RunError

__all__ = ["Effects", "Shares", "elementary_effects", "variance_shares"]

Array = NDArray[np.float64]
Function = Callable[[Array, NDArray[np.int_]], Array]
"""From points (point, factor) and the trajectory that each is of (point,) to outcomes (point, outcome)."""


@dataclass(frozen=True, eq=False)
class Effects:
    """Elementary effects: change of an outcome for a move through a factor's whole range, from places all over the cube.

    Parameters
    ----------
    mean_size
        Morris' mu*, mean of the absolute effects, (factor, outcome), unit of the outcome. 0: the factor does nothing.
    half_width
        Half width of its 95 % interval over the trajectories, same shape.
    mean
        Morris' mu, mean of the effects with their signs.
    deviation
        Morris' sigma, their standard deviation: large beside `mean_size` where the factor works by way of others, or in steps.
    """

    mean_size: Array
    half_width: Array
    mean: Array
    deviation: Array


@dataclass(frozen=True, eq=False)
class Shares:
    """Parts of an outcome's variance, (factor, outcome), NaN for an outcome that does not vary.

    Parameters
    ----------
    first
        Due to the factor alone.
    total
        Due to the factor alone or together with others.
    first_half_width, total_half_width
        Half widths of the 95 % intervals over the sample.
    """

    first: Array
    total: Array
    first_half_width: Array
    total_half_width: Array


def elementary_effects(
    names: Sequence[str], function: Function, *, trajectories: int = 10, levels: int = 4, seed: int = 7
) -> Effects:
    """Screen a function: which factors move it at all, and how much.

    Parameters
    ----------
    names
        Of the factors.
    function
        To be screened.
    trajectories
        Paths through the cube; each asks for one point more than there are factors.
    levels
        Of the grid that a path runs on; even, so that all levels are equally likely.
    seed
        Of the paths.

    Returns
    -------
    effects
        Of every factor on every outcome.

    Source
    ------
    [Morris1991]_; the mean of absolute effects: [Campolongo2007]_. Sampling and estimates: SALib.
    """
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    if trajectories < 2:
        raise RunError(f"Trajectories are {trajectories}. Ask for at least two: their spread gives the intervals.")
    problem = _problem(names)
    points = sampling.sample(problem, trajectories, num_levels=levels, seed=seed)
    trajectory = np.repeat(np.arange(trajectories), len(names) + 1)
    outcomes = function(points, trajectory)
    found = [
        analysis.analyze(problem, points, y, num_levels=levels, seed=seed) for y in np.ascontiguousarray(outcomes.T)
    ]

    def of(key: str) -> Array:
        return np.array([np.asarray(one[key], float) for one in found]).T

    return Effects(of("mu_star"), of("mu_star_conf"), of("mu"), of("sigma"))


def variance_shares(names: Sequence[str], function: Function, *, samples: int = 256, seed: int = 7) -> Shares:
    """Share out the variance of a function over its factors.

    Parameters
    ----------
    names
        Of the factors.
    function
        Whose variance it is; its second argument is all zero.
    samples
        Size of the base sample, a power of two; the function is asked at (factors + 2) times as many points.
    seed
        Of the scrambling of the sample.

    Returns
    -------
    shares
        First-order and total.

    Source
    ------
    [Sobol1993]_; estimators [Saltelli2010]_. Sampling and estimates: SALib.
    """
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    if samples < 2 or samples & (samples - 1):
        near = 2 ** max(1, round(np.log2(max(samples, 2))))
        raise RunError(f"Samples are {samples}. Sobol's sequence needs a power of two, such as {near}.")
    problem = _problem(names)
    points = sampling.sample(problem, samples, calc_second_order=False, seed=seed)
    outcomes = function(points, np.zeros(len(points), dtype=int))

    def one(y: Array) -> dict[str, Any]:
        if np.ptp(y) <= 1e-9 * max(1.0, float(np.abs(y).max())):
            return dict.fromkeys(("S1", "ST", "S1_conf", "ST_conf"), np.full(len(names), np.nan))
        found: dict[str, Any] = analysis.analyze(problem, y, calc_second_order=False, seed=seed)
        return found

    found = [one(y) for y in np.ascontiguousarray(outcomes.T)]

    def of(key: str) -> Array:
        return np.array([np.asarray(each[key], float) for each in found]).T

    return Shares(of("S1"), of("ST"), of("S1_conf"), of("ST_conf"))


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
