"""Balancing: totals hold, nothing depends on units or order, and an independent optimiser finds the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from tightrope.base import FitError
from tightrope.trade.reconcile import balance

SEEDS = st.integers(0, 10_000)


def problem(seed: int, n: int = 4):
    """A square of flows with row and column sums that can be met."""
    rng = np.random.default_rng(seed)
    value, sd = rng.lognormal(3, 1, n * n), rng.uniform(0.05, 1.0, n * n)
    truth = (value * rng.lognormal(0, 0.3, n * n)).reshape(n, n)
    rows = np.kron(np.eye(n), np.ones(n))
    columns = np.kron(np.ones(n), np.eye(n))
    return value, sd, np.vstack([rows, columns]), np.r_[truth.sum(axis=1), truth.sum(axis=0)]


@given(SEEDS)
def test_exact_totals_are_met_and_no_cell_is_negative(seed: int) -> None:
    value, sd, sums, totals = problem(seed)
    made = balance(value, sd, sums, totals, np.zeros(len(totals)))
    assert sums @ made.value == pytest.approx(totals, rel=1e-9)
    assert (made.value >= 0).all()
    assert made.residual <= 1e-10


@given(SEEDS)
def test_equal_variances_give_biproportional_scaling(seed: int) -> None:
    value, _, sums, totals = problem(seed)
    made = balance(value, np.full(len(value), 0.4), sums, totals, np.zeros(len(totals)))
    square, n = value.reshape(4, 4).copy(), 4
    for _ in range(500):
        square *= (totals[:n] / square.sum(axis=1))[:, None]
        square *= (totals[n:] / square.sum(axis=0))[None, :]
    assert made.value.reshape(4, 4) == pytest.approx(square, rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("soft", [0.0, 0.1])
def test_an_independent_optimiser_of_the_same_objective_finds_the_same(seed: int, soft: float) -> None:
    value, sd, sums, totals = problem(seed, 3)
    sums, totals = sums[:-1], totals[:-1]  # the last column sum follows from the others
    if soft:
        totals = totals * np.random.default_rng(seed).uniform(0.8, 1.2, len(totals))
    made = balance(value, sd, sums, totals, np.full(len(totals), soft))
    # softness of a total alone: its relative variance over that of its sum, times the pull of its cells
    before = sums @ value
    share = ((sums * value) ** 2 @ sd**2) / before**2
    softness = soft**2 / share * ((sums * value) @ sd**2) * totals / before

    def entropy(log):
        x = np.exp(log)
        return ((x * (log - np.log(value)) - x + value) / sd**2).sum()

    if soft:
        found = minimize(
            lambda log: entropy(log) + ((sums @ np.exp(log) - totals) ** 2 / (2 * softness)).sum(),
            np.log(value), method="BFGS", options={"gtol": 1e-10, "maxiter": 20_000},
        )  # fmt: skip
    else:
        found = minimize(
            entropy, np.log(value), method="SLSQP", options={"ftol": 1e-14, "maxiter": 2000},
            constraints={"type": "eq", "fun": lambda log: (sums @ np.exp(log) - totals) / totals},
        )  # fmt: skip
    assert np.exp(found.x) == pytest.approx(made.value, rel=2e-4)


@given(SEEDS, st.sampled_from([1e-6, 1e-3, 1e3, 1e9]), st.sampled_from([0.0, 0.2]))
def test_scaling_the_unit_changes_nothing(seed: int, unit: float, soft: float) -> None:
    value, sd, sums, totals = problem(seed)
    wide = np.full(len(totals), soft)
    one, other = balance(value, sd, sums, totals, wide), balance(value * unit, sd, sums, totals * unit, wide)
    assert other.value == pytest.approx(one.value * unit, rel=1e-7)
    assert other.errors.of_cells() == pytest.approx(one.errors.of_cells(), rel=1e-5, abs=1e-7)


@given(SEEDS)
def test_cells_that_add_up_already_stay_as_they_are(seed: int) -> None:
    value, sd, sums, _ = problem(seed)
    made = balance(value, sd, sums, sums @ value, np.zeros(len(sums)))
    assert made.value == pytest.approx(value, rel=1e-9)


def test_a_cell_without_error_does_not_move_and_zero_stays_zero() -> None:
    value, sd = np.array([10.0, 20.0, 0.0]), np.array([0.0, 0.3, 0.5])
    made = balance(value, sd, np.ones((1, 3)), np.array([36.0]), np.zeros(1))
    assert made.value == pytest.approx([10.0, 26.0, 0.0])


def test_the_less_certain_cell_gives_way_more() -> None:
    made = balance(np.array([10.0, 10.0]), np.array([0.1, 0.3]), np.ones((1, 2)), np.array([24.0]), np.zeros(1))
    assert np.log(made.value[1] / 10) == pytest.approx(9 * np.log(made.value[0] / 10))


def test_a_known_sum_narrows_the_sum_and_its_cells() -> None:
    value, sd = np.array([10.0, 10.0]), np.array([0.2, 0.2])
    made = balance(value, sd, np.ones((1, 2)), np.array([20.0]), np.zeros(1))
    assert made.errors.of_sums(np.ones((1, 2)))[0] == pytest.approx(0.0, abs=1e-7)
    assert made.errors.of_cells() == pytest.approx(0.2 / np.sqrt(2), rel=1e-9)


def test_errors_in_common_do_not_average_out() -> None:
    value, sd, none = np.array([10.0, 10.0]), np.array([0.2, 0.2]), np.zeros((0, 2))
    apart = balance(value, sd, none, np.zeros(0), np.zeros(0))
    shared = balance(value, sd, none, np.zeros(0), np.zeros(0), shared=np.array([[0.2], [0.2]]))
    both = np.ones((1, 2))
    assert apart.errors.of_sums(both)[0] == pytest.approx(0.2 * 10 * np.sqrt(2))
    assert shared.errors.of_sums(both)[0] == pytest.approx(0.2 * 20)


def test_contradicting_exact_totals_are_refused_with_a_remedy() -> None:
    sums = np.array([[1.0, 1.0], [1.0, 1.0]])
    with pytest.raises(FitError, match="standard error"):
        balance(np.ones(2), np.full(2, 0.2), sums, np.array([3.0, 5.0]), np.zeros(2))
    with pytest.raises(FitError, match="cannot be met"):
        balance(np.zeros(2), np.full(2, 0.2), np.ones((1, 2)), np.array([3.0]), np.zeros(1))


def test_contradicting_inexact_totals_meet_in_between() -> None:
    sums = np.array([[1.0, 1.0], [1.0, 1.0]])
    made = balance(np.ones(2), np.full(2, 0.2), sums, np.array([2.0, 3.0]), np.array([0.1, 0.1]))
    assert 2.0 < made.value.sum() < 3.0
