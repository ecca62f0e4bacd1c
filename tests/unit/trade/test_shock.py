from __future__ import annotations

import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.trade.flows import Flows
from tightrope.trade.shock import MEASURES, draws, fitted, shock
from tightrope.trade.shocks import Shocks
from tightrope.trade.simulated import simulated_flows

VALUE = simulated_flows(5, 4)
FLOWS = Flows(tuple("ABCDE"), VALUE, VALUE.sum(axis=1), VALUE.sum(axis=0))


def cost(percent: float, *, tariff: bool = False, amount: float = 0.0) -> Shocks:
    at = np.array([0]), np.array([1]), np.array([2])
    keep = 1 / (1 + percent / 100) if tariff else 1.0
    names = ("rta",) if amount else ()
    return Shocks(
        ("",), *at, np.zeros(1), np.log1p([percent / 100]), np.array([keep]), names, np.full((1, len(names)), amount)
    )


def test_dearer_trade_costs_both_and_moves_trade_to_others() -> None:
    found = shock(FLOWS, cost(30), draws(0, 5.0))
    welfare = found.measures["real_expenditure_pct"][0]
    assert welfare[1] < 0
    assert welfare[2] < 0
    ratio = found.counterfactual[0] / found.baseline
    assert ratio[1, 2] < 0.5
    assert (np.delete(ratio[:, 2], 1) > 1).all()
    assert set(found.measures) == set(MEASURES)


def test_measures_hang_together() -> None:
    found = shock(FLOWS, cost(30), draws(0, 5.0), reference="D")
    of = {name: 1 + m[0] / 100 for name, m in found.measures.items()}
    np.testing.assert_allclose(of["real_output_pct"], of["output_pct"] / of["imr_pct"])
    np.testing.assert_allclose(of["real_expenditure_pct"], of["expenditure_pct"] / of["imr_pct"])
    assert of["imr_pct"][3] == pytest.approx(1)
    trade = found.counterfactual[0]
    exports = (trade.sum(axis=1) - np.diag(trade)) / (VALUE.sum(axis=1) - np.diag(VALUE))
    np.testing.assert_allclose(exports, of["exports_pct"], rtol=1e-12)
    imports = (trade.sum(axis=0) - np.diag(trade)) / (VALUE.sum(axis=0) - np.diag(VALUE))
    np.testing.assert_allclose(imports, of["imports_pct"], rtol=1e-12)


def test_conditional_measures_and_flows_hang_together_too() -> None:
    found = shock(FLOWS, cost(30), draws(0, 5.0), mode="conditional", reference="A")
    of = {name: 1 + m[0] / 100 for name, m in found.measures.items()}
    np.testing.assert_allclose(of["output_pct"] * of["omr_pct"], 1, rtol=1e-12)
    trade = found.counterfactual[0]
    exports = (trade.sum(axis=1) - np.diag(trade)) / (VALUE.sum(axis=1) - np.diag(VALUE))
    np.testing.assert_allclose(exports, of["exports_pct"], rtol=1e-12)


def test_revenue_makes_a_tariff_milder_than_the_same_cost() -> None:
    taxed, wasted = (shock(FLOWS, cost(20, tariff=tariff), draws(0, 5.0)) for tariff in (True, False))
    name = "real_expenditure_pct"
    assert taxed.measures[name][0, 2] > wasted.measures[name][0, 2]
    with pytest.raises(TightropeError, match="revenue"):
        shock(FLOWS, cost(20, tariff=True), draws(0, 5.0), mode="conditional")


def test_intervals_hold_the_centre_and_widen_with_the_range() -> None:
    narrow, wide = (shock(FLOWS, cost(30), draws(200, 5.0, sigma_range=ends)) for ends in ((4.5, 5.5), (3.0, 8.0)))
    for found in (narrow, wide):
        at = found.measures["exports_pct"]
        assert (found.low["exports_pct"][0, 1:3] < at[0, 1:3]).all()
        assert (at[0, 1:3] < found.high["exports_pct"][0, 1:3]).all()
        assert found.n_draws == 200
    assert (
        np.subtract(wide.high["exports_pct"], wide.low["exports_pct"])[0, 1:3]
        > np.subtract(narrow.high["exports_pct"], narrow.low["exports_pct"])[0, 1:3]
    ).all()
    assert shock(FLOWS, cost(30), draws(0, 5.0)).low == {}


def test_the_interval_of_a_coefficient_is_that_of_its_ends() -> None:
    made = draws(4000, 5.0, estimates=np.array([0.5]), covariance=np.array([[0.01]]))
    found = shock(FLOWS, cost(0, amount=-1.0), made)
    ends = [
        shock(
            FLOWS, cost(0, amount=-1.0), draws(0, 5.0, estimates=np.array([0.5 + z * 0.1]), covariance=np.zeros((1, 1)))
        )
        for z in (1.645, -1.645)
    ]
    for k in (1, 2):
        low, high = (end.measures["exports_pct"][0, k] for end in ends)
        assert found.low["exports_pct"][0, k] == pytest.approx(low, rel=0.05)
        assert found.high["exports_pct"][0, k] == pytest.approx(high, rel=0.05)


def test_draws_are_the_same_for_the_same_seed_and_spread_evenly() -> None:
    one, two = draws(50, 5.0, sigma_range=(4, 8)), draws(50, 5.0, sigma_range=(4, 8))
    np.testing.assert_array_equal(one.sigma, two.sigma)
    assert one.sigma[0] == 5.0
    np.testing.assert_array_equal(np.sort(np.floor((one.sigma[1:] - 4) / 4 * 50)), np.arange(50))


@pytest.mark.parametrize("sigma", [1.0, 0.5, -2.0, float("nan"), float("inf")])
def test_an_elasticity_of_one_or_less_is_refused(sigma: float) -> None:
    with pytest.raises(TightropeError, match="greater than 1"):
        draws(0, sigma)
    with pytest.raises(TightropeError, match="greater than 1"):
        draws(3, 5.0, sigma_range=(sigma, 8.0))


def test_wrong_words_are_refused() -> None:
    with pytest.raises(TightropeError, match="full or conditional"):
        shock(FLOWS, cost(1), draws(0, 5.0), mode="partial")
    with pytest.raises(TightropeError, match="multiplicative or additive"):
        shock(FLOWS, cost(1), draws(0, 5.0), imbalance="none")
    with pytest.raises(TightropeError, match="lower end first"):
        draws(1, 5.0, sigma_range=(8.0, 4.0))


def test_fitted_flows_keep_their_sums_whatever_the_constant() -> None:
    costs = np.random.default_rng(1).uniform(-20, 0, (5, 5))
    one = fitted(FLOWS.output, FLOWS.expenditure, costs)
    np.testing.assert_allclose(one.sum(axis=1), FLOWS.output, rtol=1e-12)
    np.testing.assert_allclose(one.sum(axis=0), FLOWS.expenditure, rtol=1e-12)
    for constant in (-700.0, 24.0, 700.0):
        np.testing.assert_allclose(fitted(FLOWS.output, FLOWS.expenditure, costs + constant), one, rtol=1e-11)
    # what gravity says with the costs of the flows themselves is the flows
    np.testing.assert_allclose(fitted(FLOWS.output, FLOWS.expenditure, np.log(VALUE)), VALUE, rtol=1e-11)


def test_observed_and_fitted_baselines_differ() -> None:
    costs = np.log(VALUE) + np.random.default_rng(2).normal(0, 0.5, (5, 5))
    observed, by_costs = shock(FLOWS, cost(30), draws(0, 5.0)), shock(FLOWS, cost(30), draws(0, 5.0), log_costs=costs)
    assert abs(observed.measures["imr_pct"] - by_costs.measures["imr_pct"]).max() > 1e-3


def test_stated_sums_unlike_those_of_the_rows_are_refused_for_an_observed_baseline() -> None:
    off = Flows(FLOWS.countries, VALUE, FLOWS.output * np.array([1.2, 1, 1, 1, 1]), FLOWS.expenditure)
    with pytest.raises(TightropeError, match="output of A"):
        shock(off, cost(30), draws(0, 5.0))
