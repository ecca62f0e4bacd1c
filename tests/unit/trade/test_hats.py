from __future__ import annotations

import numpy as np
import pytest

from tightrope.base import RunError
from tightrope.trade.books import Books, books, certified
from tightrope.trade.hats import prices, trade_changes
from tightrope.trade.newton import newton
from tightrope.trade.simulated import simulated_flows
from tightrope.trade.world import IMBALANCES, MODES, cells_of, world

FLOWS = simulated_flows(12, 1)
SETTINGS = [(mode, imbalance) for mode in MODES for imbalance in IMBALANCES]


def factors(count: int, seed: int = 2, low: float = 0.1, high: float = 1.5) -> np.ndarray:
    """Changes of six cells in each scenario."""
    rng, n = np.random.default_rng(seed), len(FLOWS)
    found = np.ones((count, n, n))
    for s in range(count):
        i = rng.choice(n, 6, replace=False)
        found[s, i, np.roll(i, 1)] = rng.uniform(low, high, 6)
    return found


def solved(
    flows: np.ndarray,
    factor: np.ndarray,
    sigma: float = 5.0,
    mode: str = "full",
    imbalance: str = "additive",
    **more: object,
) -> Books:
    base, cells = world(flows, mode=mode, imbalance=imbalance), cells_of(factor)
    theta = np.full(cells.n, sigma - 1)
    return certified(books(base, cells, theta, prices(base, cells, theta), keep_changes=True, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(("mode", "imbalance"), SETTINGS)
def test_no_change_gives_no_change(mode: str, imbalance: str) -> None:
    found = solved(FLOWS, np.ones((1, 12, 12)), mode=mode, imbalance=imbalance)
    assert found.changes is not None
    np.testing.assert_allclose(found.changes, 1, atol=1e-13)
    for measure in (found.output, found.expenditure, found.consumer_price, found.outward, found.exports, found.imports):
        np.testing.assert_allclose(measure, 1, atol=1e-13)


@pytest.mark.parametrize(("mode", "imbalance"), SETTINGS)
def test_every_solution_of_a_batch_is_that_of_newton_alone(mode: str, imbalance: str) -> None:
    factor = factors(9)
    base, cells = world(FLOWS, mode=mode, imbalance=imbalance), cells_of(factor)
    theta = np.linspace(1.5, 8, 9)
    x = prices(base, cells, theta, chunk=4)
    for s in range(9):
        alone = newton(base, factor[s], np.ones((12, 12)), float(theta[s]))
        np.testing.assert_allclose(x[:, s], alone, atol=1e-12)
    found = books(base, cells, theta, x)
    assert max(found.residual.max(), found.clearing.max()) < 1e-12


def test_a_batch_may_be_split_and_reordered() -> None:
    factor = factors(5)
    together = trade_changes(FLOWS, factor)
    np.testing.assert_allclose(trade_changes(FLOWS, factor[::-1])[::-1], together, rtol=1e-12)
    np.testing.assert_allclose(trade_changes(FLOWS, factor[2:3])[0], together[2], rtol=1e-12)


def test_flows_of_a_full_solution_add_up() -> None:
    for imbalance in IMBALANCES:
        found = solved(FLOWS, factors(3), imbalance=imbalance)
        assert found.changes is not None
        trade = FLOWS * found.changes
        np.testing.assert_allclose(trade.sum(axis=2), FLOWS.sum(axis=1) * found.output, rtol=1e-12)
        np.testing.assert_allclose(trade.sum(axis=1), FLOWS.sum(axis=0) * found.expenditure, rtol=1e-12)
        np.testing.assert_allclose(trade.sum(axis=(1, 2)), FLOWS.sum(), rtol=1e-12)


def test_additive_deficits_stay_and_multiplicative_ratios_share_one_factor() -> None:
    output, expenditure = FLOWS.sum(axis=1), FLOWS.sum(axis=0)
    added = solved(FLOWS, factors(1), imbalance="additive")
    np.testing.assert_allclose(
        expenditure * added.expenditure[0] - output * added.output[0], expenditure - output, atol=1e-10
    )
    ratio = solved(FLOWS, factors(1), imbalance="multiplicative")
    np.testing.assert_allclose(np.ptp(ratio.expenditure[0] / ratio.output[0]), 0, atol=1e-13)


def test_free_trade_sells_every_country_the_same_basket() -> None:
    from tightrope.trade.shock import fitted

    costs = np.random.default_rng(5).uniform(-6, 0, (12, 12))
    start = fitted(FLOWS.sum(axis=1), FLOWS.sum(axis=0), costs)
    found = solved(start, np.exp(-costs)[None])
    assert found.changes is not None
    trade = start * found.changes[0]
    shares = trade / trade.sum(axis=0)
    np.testing.assert_allclose(
        shares, np.broadcast_to((trade.sum(axis=1) / trade.sum())[:, None], shares.shape), rtol=1e-11
    )


def test_without_trade_a_country_is_left_with_its_domestic_share() -> None:
    flows = simulated_flows(8, 3, balanced=True)
    factor = np.full((1, 8, 8), 1e-13)
    factor[:, np.arange(8), np.arange(8)] = 1
    found = solved(flows, factor, sigma=5.0)
    own = np.diag(flows) / flows.sum(axis=0)
    # gains from trade as a power of the domestic share: Arkolakis, Costinot and Rodríguez-Clare (2012), eq. 1
    np.testing.assert_allclose(found.output[0] / found.consumer_price[0], own ** (1 / 4), rtol=1e-9)


def test_welfare_follows_from_the_domestic_share_alone() -> None:
    found = solved(FLOWS, factors(4), sigma=6.0)
    assert found.changes is not None
    own = np.diagonal(found.changes, axis1=1, axis2=2) / found.expenditure
    np.testing.assert_allclose(found.output / found.consumer_price, own ** (-1 / 5), rtol=1e-12)


def test_an_embargo_of_every_seller_but_one_is_solved() -> None:
    factor = np.ones((1, 12, 12))
    factor[0, :, 0] = factor[0, 0, :] = 0
    factor[0, [0, 0, 1], [0, 1, 0]] = 1
    found = solved(FLOWS, factor, imbalance="multiplicative")
    assert found.output[0, 0] / found.consumer_price[0, 0] < 1


def test_a_country_cut_off_from_all_with_a_deficit_has_no_solution() -> None:
    factor = np.ones((1, 12, 12))
    factor[0, 0, 1:] = factor[0, 1:, 0] = 0
    with pytest.raises(RunError, match="No equilibrium"):
        solved(FLOWS, factor, imbalance="additive")


def test_a_surplus_that_cannot_be_sold_has_no_solution() -> None:
    flows = FLOWS.copy()
    flows[0, 1:] *= 60  # a surplus, which is lent and cannot fall
    factor = np.ones((1, 12, 12))
    factor[0, 0, 1:] = 1e-9
    with pytest.raises(RunError):
        solved(flows, factor, imbalance="additive")


def test_reference_changes_nominal_figures_only() -> None:
    plain, told = solved(FLOWS, factors(2)), solved(FLOWS, factors(2), reference=3)
    np.testing.assert_allclose(told.consumer_price[:, 3], 1, atol=1e-14)
    for name in ("output", "expenditure", "exports", "imports"):
        np.testing.assert_allclose(
            getattr(told, name) / told.consumer_price, getattr(plain, name) / plain.consumer_price, rtol=1e-12
        )
    np.testing.assert_allclose(told.outward * told.inward[:, :1], plain.outward * plain.inward[:, :1], rtol=1e-12)


def test_conditional_resistances_solve_their_own_system() -> None:
    factor = factors(1)
    found = solved(FLOWS, factor, mode="conditional", sigma=5.0)
    # X_ij = K_ij (Pi_i P_j)^theta at held output and expenditure
    trade = FLOWS * factor[0] * np.outer(found.outward[0], found.inward[0]) ** 4
    np.testing.assert_allclose(trade.sum(axis=1), FLOWS.sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(trade.sum(axis=0), FLOWS.sum(axis=0), rtol=1e-12)
    assert found.revalued_gap[0] > 1e-4


def test_zero_flows_stay_zero_and_their_change_is_what_they_would_be_multiplied_by() -> None:
    flows = FLOWS.copy()
    flows[2, 5] = 0
    found = solved(flows, factors(1))
    assert found.changes is not None
    assert np.isfinite(found.changes).all()
    thin = FLOWS.copy()
    thin[2, 5] = 1e-12
    np.testing.assert_allclose(
        found.changes[0, 2, 5], trade_changes(thin, factors(1), imbalance="additive")[0, 2, 5], rtol=1e-9
    )


def test_wrong_prices_get_no_certificate() -> None:
    base, cells = world(FLOWS), cells_of(factors(1))
    theta = np.array([4.0])
    x = prices(base, cells, theta)
    certified(books(base, cells, theta, x))
    x[0, 0] += 1e-9
    with pytest.raises(RunError, match="No numbers are given"):
        certified(books(base, cells, theta, x))
