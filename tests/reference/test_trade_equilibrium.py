"""Counterfactuals beside independent solutions: an iteration in levels that lives here, and gegravity.

The programs `ge_gravity` of Stata and R solve what `levels` with additive imbalances solves: wages from market clearing,
scaled so that world output stays, deficits held. Neither Stata nor R is needed here.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable

import numpy as np
import pytest

from tightrope.trade.books import Books, books, certified
from tightrope.trade.hats import prices
from tightrope.trade.shock import fitted
from tightrope.trade.simulated import simulated_flows
from tightrope.trade.world import cells_of, world

SIGMA = 5.0


def levels(
    flows: np.ndarray, factor: np.ndarray, tariff: np.ndarray, sigma: float, imbalance: str
) -> tuple[np.ndarray, np.ndarray]:
    """Wages and flows at buyers' prices, country by country and in levels.

    Labour is output at wages of 1; a[i][j] is a taste for i's good in j, so that flows at wages of 1 are the baseline's.
    Wages rise where labour is short, a third of the way at a time.
    """
    n = len(flows)
    labour = [sum(flows[i][j] for j in range(n)) for i in range(n)]
    bought = [sum(flows[i][j] for i in range(n)) for j in range(n)]
    deficit = [bought[j] - labour[j] for j in range(n)]
    ratio = [bought[j] / labour[j] for j in range(n)]
    wage, trade = [1.0] * n, np.zeros((n, n))
    for _ in range(20_000):
        earned = [wage[i] * labour[i] for i in range(n)]
        if imbalance == "additive":
            income = [earned[j] + deficit[j] for j in range(n)]
        else:
            common = sum(earned) / sum(ratio[j] * earned[j] for j in range(n))
            income = [common * ratio[j] * earned[j] for j in range(n)]
        for j in range(n):
            taste = [flows[i][j] * factor[i][j] for i in range(n)]
            pull = [taste[i] * (wage[i] * (1 + tariff[i][j])) ** (1 - sigma) for i in range(n)]
            part = [p / sum(pull) for p in pull]
            tax = sum(part[i] * tariff[i][j] / (1 + tariff[i][j]) for i in range(n))
            for i in range(n):
                trade[i, j] = part[i] * income[j] / (1 - tax)
        sold = [sum(trade[i][j] / (1 + tariff[i][j]) for j in range(n)) for i in range(n)]
        fresh = [wage[i] * (sold[i] / earned[i]) ** (1 / 3 / sigma) for i in range(n)]
        scale = sum(labour) / sum(fresh[i] * labour[i] for i in range(n))
        fresh = [scale * w for w in fresh]
        if max(abs(fresh[i] / wage[i] - 1) for i in range(n)) < 1e-15:
            break
        wage = fresh
    return np.array(wage), trade


def ours(
    flows: np.ndarray,
    factor: np.ndarray,
    tariff: np.ndarray,
    mode: str = "full",
    imbalance: str = "additive",
    **more: object,
) -> Books:
    # a tariff is paid by the buyer: it lowers K as a cost does, and does not reach the seller
    base = world(flows, mode=mode, imbalance=imbalance)
    cells = cells_of((factor * (1 + tariff) ** (1 - SIGMA))[None], (1 / (1 + tariff))[None])
    theta = np.array([SIGMA - 1])
    x = prices(base, cells, theta)
    return certified(books(base, cells, theta, x, keep_changes=True, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("imbalance", ["additive", "multiplicative"])
@pytest.mark.parametrize("taxed", [False, True])
def test_full_equilibrium_is_that_of_the_iteration_in_levels(imbalance: str, taxed: bool) -> None:
    rng, flows = np.random.default_rng(3), simulated_flows(6, 11)
    factor, tariff = np.ones((6, 6)), np.zeros((6, 6))
    factor[0, 1], factor[1, 0], factor[2, 4] = 0.05, 0.3, 1.8
    if taxed:
        tariff[rng.permutation(6), np.arange(6)] = rng.uniform(0.05, 0.5, 6)
        tariff[np.diag_indices(6)] = 0
    wage, trade = levels(flows, factor, tariff, SIGMA, imbalance)
    found = ours(flows, factor, tariff, imbalance=imbalance)
    assert found.changes is not None
    np.testing.assert_allclose(found.output[0], wage, rtol=1e-11)
    np.testing.assert_allclose(flows * found.changes[0], trade / (1 + tariff), rtol=1e-10)
    np.testing.assert_allclose(found.expenditure[0], trade.sum(axis=0) / flows.sum(axis=0), rtol=1e-11)


@pytest.fixture(scope="module")
def gegravity() -> Callable[..., object]:
    """Baseline and experiment solved by gegravity, which warns and prints much."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ge = pytest.importorskip("gegravity")
        import pandas as pd

        def run(
            codes: list[str], log_costs: np.ndarray, change: np.ndarray, output: np.ndarray, expenditure: np.ndarray
        ) -> object:
            n = len(codes)
            i, j = (at.ravel() for at in np.indices((n, n)))
            data = pd.DataFrame(
                {
                    "exporter": np.array(codes)[i],
                    "importer": np.array(codes)[j],
                    "year": "2006",
                    "trade": 1.0,
                    "Y": output[i],
                    "E": expenditure[j],
                    "cost": log_costs.ravel(),
                }
            )
            with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
                warnings.simplefilter("ignore")
                base = ge.BaselineData(data, trade_var_name="trade", expend_var_name="E", output_var_name="Y")
                cost = ge.CostCoeffs(
                    estimates=pd.DataFrame([{"var": "cost", "coeff": 1.0, "ste": 0.1}]),
                    identifier_col="var", coeff_col="coeff", stderr_col="ste",
                )  # fmt: skip
                model = ge.OneSectorGE(
                    base, year="2006", expend_var_name="E", output_var_name="Y", cost_coeff_values=cost,
                    cost_variables=["cost"], reference_importer=codes[-1], sigma=SIGMA, quiet=True,
                )  # fmt: skip
                model.build_baseline(mr_tolerance=1e-13)
                after = data.copy()
                after["cost"] = (log_costs + change).ravel()
                model.define_experiment(after)
                model.simulate(ge_tolerance=1e-13)
            return model

    return run


def test_conditional_mode_is_gegravity_and_full_mode_is_not(gegravity: Callable[..., object]) -> None:
    rng, codes = np.random.default_rng(8), ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF"]
    output = rng.uniform(1, 4, 6)
    expenditure = output * rng.uniform(0.85, 1.15, 6)
    expenditure *= output.sum() / expenditure.sum()
    log_costs, change = rng.uniform(-3, -1, (6, 6)), np.zeros((6, 6))
    log_costs[np.diag_indices(6)] = 0
    change[0, 1], change[1, 0], change[2, 3] = -1.5, -1.5, 0.5
    model = gegravity(codes, log_costs, change, output, expenditure)
    theirs = model.country_results.loc[codes]  # type: ignore[attr-defined]

    flows = fitted(output, expenditure, log_costs)
    settings = (("conditional", "multiplicative"), ("full", "multiplicative"), ("full", "additive"))
    found = {s: ours(flows, np.exp(change), np.zeros((6, 6)), *s, reference=5) for s in settings}
    columns = {
        "factory gate price change (percent)": lambda of: of.output,
        "omr change (percent)": lambda of: of.outward,
        "imr change (percent)": lambda of: of.inward,
        "GDP change (percent)": lambda of: of.output / of.consumer_price,
        "terms of trade change (percent)": lambda of: of.output / of.consumer_price,
        "output change (percent)": lambda of: of.output,
        "expenditure change (percent)": lambda of: of.expenditure,
        "foreign exports change (percent)": lambda of: of.exports,
        "foreign imports change (percent)": lambda of: of.imports,
    }
    for name, read in columns.items():
        said = theirs[name].to_numpy(dtype=float)
        np.testing.assert_allclose(100 * (read(found[settings[0]])[0] - 1), said, atol=1e-6, err_msg=name)
        for full in settings[1:]:
            assert np.abs(100 * (read(found[full])[0] - 1) - said).max() > 1e-2, name
    # its counterfactual trade does not add up to its output; ours says by how much, and clears in full mode
    trade = model.bilateral_trade_results["experiment trade"].unstack().loc[codes, codes].to_numpy()  # type: ignore[attr-defined]
    levels_of_output = found[settings[0]].output[0] * output
    gap = np.abs(trade.sum(axis=1) / trade.sum() / (levels_of_output / levels_of_output.sum()) - 1).max()
    assert gap > 1e-3
    assert found[settings[0]].revalued_gap[0] > 1e-3
    assert found[settings[1]].clearing[0] < 1e-12
