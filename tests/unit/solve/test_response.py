from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tightrope.solve.response import Limits, best, cheapest, fitted, starts


def limits(
    cost: list[float], most: list[float] | None = None, budget: float = np.inf, together: bool = False
) -> Limits:
    n = len(cost)
    return Limits(np.array(cost), np.ones(n) if most is None else np.array(most), budget, np.full(n, together))


def logit(base: float, slope: np.ndarray):
    """A probability whose log odds are linear in the levers, as those of a question with two options."""

    def chance(x: np.ndarray) -> tuple[float, np.ndarray]:
        p = 1 / (1 + np.exp(-(base + slope @ x)))
        return p, p * (1 - p) * slope

    return chance


def test_cheapest_package_of_a_logit_is_known_in_closed_form() -> None:
    # log odds -1 + 4 x + 1 y to reach 0: x costs 1 for 4, y costs 1 for 1, so only x = 1/4 is used
    found = cheapest(logit(-1.0, np.array([4.0, 1.0])), limits([1.0, 1.0]), 0.5)
    np.testing.assert_allclose(found.amounts, [0.25, 0.0], atol=1e-3)
    assert found.reachable
    assert found.cost == pytest.approx(0.25, abs=1e-3)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_cheapest_package_of_a_logit_is_that_of_a_linear_programme(seed: int) -> None:
    random = np.random.default_rng(seed)
    slope, cost = random.uniform(-1, 2, 5), random.uniform(0.2, 2, 5)
    base = -random.uniform(0.2, 2.0)
    found = cheapest(logit(base, slope), limits(list(cost)), 0.5)
    exact = linprog(cost, A_ub=-slope[None], b_ub=[base], bounds=[(0, 1)] * 5)
    assert found.reachable == exact.success
    if exact.success:
        assert found.cost == pytest.approx(exact.fun, abs=5e-3)
        assert found.value >= 0.5 - 1e-4
    else:
        best_odds = base + np.maximum(slope, 0).sum()
        assert found.best == pytest.approx(1 / (1 + np.exp(-best_odds)), abs=1e-3)


def test_what_is_reached_already_costs_nothing() -> None:
    found = cheapest(logit(1.0, np.array([1.0])), limits([1.0]), 0.5)
    assert (found.cost, found.reachable) == (0.0, True)
    assert not found.amounts.any()


def test_an_unreachable_target_gives_the_best_within_reach() -> None:
    found = cheapest(logit(-3.0, np.array([1.0, -1.0])), limits([1.0, 1.0]), 0.5)
    assert not found.reachable
    assert found.best == pytest.approx(1 / (1 + np.exp(2.0)), abs=1e-4)
    assert found.value == pytest.approx(found.best, abs=2e-4)
    assert found.amounts[1] == 0


def test_zero_budget_changes_nothing() -> None:
    found = cheapest(logit(-1.0, np.array([4.0])), limits([1.0], budget=0.0), 0.5)
    assert not found.amounts.any()
    assert not found.reachable
    assert found.best == found.value == pytest.approx(1 / (1 + np.e))


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_a_bigger_budget_never_lowers_what_can_be_reached(seed: int) -> None:
    random = np.random.default_rng(seed)
    chance = logit(-2.0, random.uniform(-1, 2, 4))
    cost = list(random.uniform(0.3, 2.0, 4))
    reached = [cheapest(chance, limits(cost, budget=b, together=True), 0.99).best for b in (0.0, 0.2, 0.5, 1.0, 4.0)]
    assert all(b >= a - 1e-5 for a, b in pairwise(reached))


def test_the_best_within_a_budget_is_that_of_a_quadratic_programme() -> None:
    # maximise -(x - 1)^2 - (y - 1)^2 within x + y <= 1: a half each
    amounts, value = best(
        lambda x: (-float(((x - 1) ** 2).sum()), -2 * (x - 1)), limits([1.0, 1.0], budget=1.0), [np.zeros(2)]
    )
    np.testing.assert_allclose(amounts, [0.5, 0.5], atol=1e-3)
    assert value == pytest.approx(-0.5, abs=1e-3)


@given(st.lists(st.floats(-2, 3), min_size=3, max_size=3), st.floats(0, 3), st.booleans())
def test_every_start_is_affordable(amounts: list[float], budget: float, together: bool) -> None:
    one = limits([0.5, 1.0, 2.0], [1.0, 0.0, 0.5], budget, together)
    for x in (fitted(np.array(amounts), one), *starts(one, np.array(amounts), many=2, seed=0)):
        assert (x >= 0).all()
        assert (x <= one.most + 1e-12).all()
        assert one.spent(x) <= budget + 1e-9
        assert not together or x.sum() <= 1 + 1e-9
