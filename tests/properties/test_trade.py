"""What holds for every matrix of trade and every change of its costs."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tightrope.trade.books import Books, books, certified
from tightrope.trade.hats import prices
from tightrope.trade.shock import fitted
from tightrope.trade.simulated import simulated_flows
from tightrope.trade.world import IMBALANCES, MODES, cells_of, world

SIZES, SEEDS = st.integers(2, 7), st.integers(0, 10_000)
SIGMAS = st.floats(1.5, 12)


def change(n: int, seed: int) -> np.ndarray:
    """Factors on every cell, domestic ones among them."""
    rng = np.random.default_rng(seed)
    return np.asarray(np.exp(rng.uniform(-1.5, 0.5, (n, n)) * (rng.random((n, n)) < 0.4)))


def solved(flows: np.ndarray, factor: np.ndarray, sigma: float, mode: str, imbalance: str) -> Books:
    base, cells, theta = world(flows, mode=mode, imbalance=imbalance), cells_of(factor[None]), np.array([sigma - 1])
    return certified(books(base, cells, theta, prices(base, cells, theta), keep_changes=True))


def real(found: Books) -> np.ndarray:
    return np.concatenate([found.output / found.consumer_price, found.expenditure / found.consumer_price])


@given(SIZES, SEEDS, SIGMAS, st.sampled_from(MODES), st.sampled_from(IMBALANCES), st.floats(1e-6, 1e6))
def test_the_unit_of_value_does_not_matter(
    n: int, seed: int, sigma: float, mode: str, imbalance: str, unit: float
) -> None:
    flows, factor = simulated_flows(n, seed), change(n, seed)
    one, two = (solved(of, factor, sigma, mode, imbalance) for of in (flows, unit * flows))
    np.testing.assert_allclose(one.changes, two.changes, rtol=1e-9)


@given(SIZES, SEEDS, SIGMAS, st.sampled_from(MODES), st.sampled_from(IMBALANCES))
def test_the_order_of_countries_does_not_matter(n: int, seed: int, sigma: float, mode: str, imbalance: str) -> None:
    flows, factor = simulated_flows(n, seed), change(n, seed)
    at = np.random.default_rng(seed).permutation(n)
    one = solved(flows, factor, sigma, mode, imbalance)
    two = solved(flows[np.ix_(at, at)], factor[np.ix_(at, at)], sigma, mode, imbalance)
    np.testing.assert_allclose(real(one)[:, at], real(two), rtol=1e-9)


@given(SIZES, SEEDS, SIGMAS, st.sampled_from(IMBALANCES))
def test_a_change_undone_leads_back(n: int, seed: int, sigma: float, imbalance: str) -> None:
    flows, factor = simulated_flows(n, seed), change(n, seed)
    there = solved(flows, factor, sigma, "full", imbalance)
    assert there.changes is not None
    back = solved(flows * there.changes[0], 1 / factor, sigma, "full", imbalance)
    assert back.changes is not None
    np.testing.assert_allclose(there.changes * back.changes, 1, rtol=1e-8)


@given(SIZES, SEEDS, SIGMAS, st.sampled_from(MODES), st.floats(0.2, 5))
def test_a_factor_common_to_all_pairs_moves_prices_only(
    n: int, seed: int, sigma: float, mode: str, common: float
) -> None:
    found = solved(simulated_flows(n, seed), np.full((n, n), common), sigma, mode, "additive")
    assert found.changes is not None
    np.testing.assert_allclose(found.changes, 1, rtol=1e-10)
    np.testing.assert_allclose(found.consumer_price, common ** (-1 / (sigma - 1)), rtol=1e-10)


@given(SIZES, SEEDS, SIGMAS)
def test_dearer_trade_everywhere_makes_nobody_richer_where_trade_is_balanced(n: int, seed: int, sigma: float) -> None:
    flows = simulated_flows(n, seed, balanced=True)
    factor = np.full((n, n), 0.7)
    factor[np.diag_indices(n)] = 1
    assert (real(solved(flows, factor, sigma, "full", "additive")) < 1 + 1e-12).all()


@given(SIZES, SEEDS, st.floats(-600, 600))
def test_fitted_flows_add_up_whatever_the_constant_of_the_costs(n: int, seed: int, constant: float) -> None:
    flows = simulated_flows(n, seed)
    costs = np.random.default_rng(seed).uniform(-12, 0, (n, n)) + constant
    found = fitted(flows.sum(axis=1), flows.sum(axis=0), costs)
    np.testing.assert_allclose(found.sum(axis=1), flows.sum(axis=1), rtol=1e-11)
    np.testing.assert_allclose(found.sum(axis=0), flows.sum(axis=0), rtol=1e-11)
