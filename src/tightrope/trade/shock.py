"""What a change of trade costs does to every country and every flow, with a certificate and, if asked for, intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import Problem, TightropeError

from .books import Books, books, certified
from .flows import Flows
from .hats import prices
from .newton import newton
from .shocks import Shocks
from .world import IMBALANCES, MODES, World, world

__all__ = ["MEASURES", "Draws", "Shock", "draws", "fitted", "shock"]

Floats = NDArray[np.floating]

MEASURES = (
    "output_pct",
    "expenditure_pct",
    "real_output_pct",
    "real_expenditure_pct",
    "terms_of_trade_pct",
    "imr_pct",
    "omr_pct",
    "exports_pct",
    "imports_pct",
)
"""What is told of each country, in percent of the baseline."""


@dataclass(frozen=True)
class Draws:
    """Elasticities and coefficients: the first draw is the central one.

    Parameters
    ----------
    sigma
        (draw,), > 1.
    coefficients
        (draw, coefficient).
    """

    sigma: Floats
    coefficients: Floats


def draws(
    n: int,
    sigma: float,
    *,
    sigma_range: tuple[float, float] | None = None,
    estimates: Floats | None = None,
    covariance: Floats | None = None,
    seed: int = 7,
) -> Draws:
    """Draw elasticities and coefficients.

    Parameters
    ----------
    n
        Draws beside the central one.
    sigma
        Central elasticity.
    sigma_range
        Every value between these is as likely; the central one throughout if not given.
    estimates, covariance
        Of the coefficients; they are drawn from the normal distribution.
    seed
        Same seed, same draws.

    Returns
    -------
    draws
        n + 1 of them. Elasticities are spread evenly over the range, one in each n-th of it, in random order.
    """
    rng = np.random.default_rng(seed)
    low, high = sigma_range or (sigma, sigma)
    problem = [one for one in (sigma, low, high) if not np.isfinite(one) or one <= 1]
    if problem:
        raise TightropeError(
            f"sigma is {problem[0]:g}. It must be greater than 1: at 1 trade does not react to its cost, below it rises "
            "with it. Estimates for aggregate goods are about 4 to 8."
        )
    if low > high:
        raise TightropeError(f"The range of sigma runs from {low:g} to {high:g}. Name the lower end first.")
    mean = np.zeros(0) if estimates is None else np.asarray(estimates, dtype=float)
    spread = np.zeros((len(mean), len(mean))) if covariance is None else np.asarray(covariance, dtype=float)
    between = low + (high - low) * (rng.permutation(n) + rng.random(n)) / max(n, 1)
    value, vector = np.linalg.eigh(spread)
    # a covariance estimated from few clusters may be singular
    root = vector * np.sqrt(np.maximum(value, 0))
    drawn = mean + rng.standard_normal((n, len(mean))) @ root.T
    return Draws(
        np.concatenate([[sigma], between if sigma_range else np.full(n, sigma)]), np.vstack([mean[None], drawn])
    )


@dataclass(frozen=True)
class Shock:
    """The counterfactual.

    Parameters
    ----------
    scenarios, countries
        Names.
    measures
        By name in `MEASURES`: (scenario, country), percent; NaN where the baseline is 0.
    low, high
        The same, 5th and 95th percentile over the draws; empty without draws.
    residual, clearing, revalued_gap
        (scenario,), certificate: the largest over the draws.
    baseline, counterfactual
        (exporter, importer) and (scenario, exporter, importer), in the unit of the flows and in the unit of account, at
        the seller's price.
    n_draws
        Beside the central one.
    """

    scenarios: tuple[str, ...]
    countries: tuple[str, ...]
    measures: Mapping[str, Floats]
    low: Mapping[str, Floats]
    high: Mapping[str, Floats]
    residual: Floats
    clearing: Floats
    revalued_gap: Floats
    baseline: Floats
    counterfactual: Floats
    n_draws: int


def shock(
    flows: Flows,
    changes: Shocks,
    drawn: Draws,
    *,
    mode: str = "full",
    imbalance: str = "multiplicative",
    reference: str | None = None,
    log_costs: Floats | None = None,
) -> Shock:
    """Solve every scenario under every draw, and tell what it does.

    Parameters
    ----------
    flows
        Baseline.
    changes
        Cells that change.
    drawn
        Elasticities and coefficients; the first are the central ones.
    mode
        `full`: output and expenditure follow prices, markets clear. `conditional`: resistances at held output and
        expenditure, which are then valued once at the new prices; prices do not feed back.
    imbalance
        `multiplicative`: each country's expenditure stays the same multiple of its output, up to one factor for all that
        closes the world's books. `additive`: each deficit stays the same part of world output.
    reference
        Country whose consumer price is the unit of account; world output if not given. Real figures do not depend on it.
    log_costs
        (exporter, importer), log of K. If given, the baseline is what gravity says with these, at the output and
        expenditure of the flows; else it is the flows as observed.

    Returns
    -------
    shock
        Certified: with a residual or a market open by more than 1e-12 there are no numbers but an error.

    Assumes
    -------
    One sector; goods differ by origin; constant elasticity; fixed endowments; tariffs are 0 in the baseline, and their
    revenue is spent by the importer as its other income is.

    Source
    ------
    Model: [Anderson1979]_, [AndersonVanWincoop2003]_, [Yotov2016]_ ch. 2. Exact changes: [DekleEatonKortum2008]_. Equations in
    `docs/trade.md`.
    """
    _ask(mode, imbalance, changes)
    base = _baseline(flows, log_costs, mode, imbalance)
    at = None if reference is None else flows.country(reference)
    central = _solved(base, changes, drawn, np.array([0]), at)
    assert central.changes is not None
    parts, n = [central], len(drawn.sigma) - 1
    # draws of like elasticity are solved together, and no more of them at a time than memory holds
    order = 1 + np.argsort(drawn.sigma[1:], kind="stable")
    size = max(1, 2_000_000 // max(len(changes.scenario), 1))
    parts += [_solved(base, changes, drawn, order[first : first + size], at) for first in range(0, n, size)]
    shape = len(changes.scenarios), -1
    drew = [_percent(part) for part in parts[1:]]
    every = {
        name: np.concatenate([of[name].reshape(*shape, len(base.output)) for of in drew], 1)
        for name in MEASURES
        if drew
    }
    low, high = ({name: np.percentile(of, q, axis=1) for name, of in every.items()} for q in (5, 95))
    residual, clearing, gap = (
        np.concatenate([getattr(part, name).reshape(shape) for part in parts], axis=1).max(axis=1)
        for name in ("residual", "clearing", "revalued_gap")
    )
    counterfactual = base.flows * central.changes
    return Shock(
        changes.scenarios, flows.countries, _percent(central), low, high, residual, clearing, gap, base.flows,
        counterfactual, n,
    )  # fmt: skip


def _solved(base: World, changes: Shocks, drawn: Draws, at: NDArray[np.int64], reference: int | None) -> Books:
    """Certified books of all scenarios under some draws, and every flow if there is one draw."""
    cells = changes.cells(drawn.sigma[at], drawn.coefficients[at])
    theta = np.tile(drawn.sigma[at] - 1, len(changes.scenarios))
    x = prices(base, cells, theta)
    return certified(books(base, cells, theta, x, reference=reference, keep_changes=len(at) == 1))


def _ask(mode: str, imbalance: str, changes: Shocks) -> None:
    for name, said, may in (("mode", mode, MODES), ("imbalance", imbalance, IMBALANCES)):
        if said not in may:
            raise TightropeError(f"--{name} {said}: expected {' or '.join(may)}.")
    if mode == "conditional" and changes.taxes:
        raise TightropeError(
            "A tariff has revenue, which conditional mode cannot spend: it holds expenditure. Use --mode full, or state the "
            "change as cost_percent."
        )


def _baseline(flows: Flows, log_costs: Floats | None, mode: str, imbalance: str) -> World:
    if log_costs is not None:
        return world(fitted(flows.output, flows.expenditure, log_costs), mode=mode, imbalance=imbalance)
    of = {
        "output": (flows.output, flows.value.sum(axis=1)),
        "expenditure": (flows.expenditure, flows.value.sum(axis=0)),
    }
    problems = [
        Problem(
            "flows", 0, f"stated {stated[k]:g}, rows sum to {summed[k]:g}", "sums that match within 2 %",
            "Use --baseline fitted, which takes the stated figures, or drop the column.", f"{what} of {flows.countries[k]}",
        )
        for what, (stated, summed) in of.items()
        for k in np.flatnonzero(np.abs(summed / stated - 1) > 0.02)
    ]  # fmt: skip
    if problems:
        raise TightropeError("Stated sums are not those of the rows.", problems)
    return world(flows.value, mode=mode, imbalance=imbalance)


def fitted(output: Floats, expenditure: Floats, log_costs: Floats) -> Floats:
    """Flows that gravity gives for these costs, outputs and expenditures.

    Parameters
    ----------
    output, expenditure
        (country,), > 0, with the same sum.
    log_costs
        (exporter, importer), log of K = t^(1 - sigma), up to a constant.

    Returns
    -------
    flows
        (exporter, importer), rows sum to output, columns to expenditure.

    Source
    ------
    [AndersonVanWincoop2003]_ eq. 9 to 11, by Newton's method on the logs of the outward resistances. A constant in the
    costs changes nothing.

    Examples
    --------
    >>> fitted(np.array([3.0, 1.0]), np.array([2.0, 2.0]), np.zeros((2, 2)))
    array([[1.5, 1.5],
           [0.5, 0.5]])
    """
    k = np.exp(log_costs - log_costs.max(axis=0))
    base = World(k, k / k.sum(axis=0), output, expenditure, "conditional")
    ones = np.ones_like(k)
    offered = k * np.exp(-newton(base, ones, ones, 1.0))[:, None]
    flows: Floats = offered / offered.sum(axis=0) * expenditure
    return flows


def _percent(found: Books) -> dict[str, Floats]:
    """The measures of `MEASURES`."""
    price = found.consumer_price
    of = (
        found.output, found.expenditure, found.output / price, found.expenditure / price, found.output / price,
        price, found.outward, found.exports, found.imports,
    )  # fmt: skip
    return {name: 100 * (change - 1) for name, change in zip(MEASURES, of, strict=True)}
