"""The parts that have a known answer: deviance, fixed effects, synthetic control, rates of false discoveries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.metrics import mean_tweedie_deviance

from tightrope.trade.screen.counterfactual import poisson_effects, season
from tightrope.trade.screen.discovery import q_values, q_values_of_placebo
from tightrope.trade.screen.score import ramps
from tightrope.trade.screen.synthetic import simplex_weights
from tightrope.trade.screen.tail import deviance_root, dispersion, surprise, trailing

money = st.floats(0.1, 1e7)


@given(money, money, st.floats(1.1, 1.9))
def test_root_squared_is_the_deviance_of_scikit_learn(flow: float, expected: float, power: float) -> None:
    root = float(deviance_root(np.array(flow), np.array(expected), power=power))
    told = mean_tweedie_deviance([flow], [expected], power=power)
    assert root**2 == pytest.approx(told, rel=1e-6, abs=1e-6 * expected ** (2 - power))
    assert np.sign(root) in (np.sign(flow - expected), 0)


def test_sums_count_missing_months_as_nothing_and_all_missing_as_missing() -> None:
    nan = np.nan
    np.testing.assert_array_equal(
        trailing(np.array([nan, 1.0, nan, 2.0, nan, nan, nan]), 2), [nan, 1, 1, 2, 2, nan, nan]
    )


def test_surprise_of_flows_as_expected_has_the_spread_of_one() -> None:
    dice = np.random.default_rng(1)
    flow = dice.gamma(2.0, 500.0, (2, 300, 40))
    found = surprise(flow, np.full_like(flow, 1000.0), 30, 3)
    assert np.std(found[..., 30:]) == pytest.approx(1.0, abs=0.15)


def test_surprise_does_not_depend_on_the_currency_unit() -> None:
    flow = np.random.default_rng(2).gamma(1.0, 50.0, (2, 20, 30))
    usual = np.full_like(flow, 50.0)
    np.testing.assert_allclose(surprise(flow, usual, 20, 3), surprise(1e4 * flow, 1e4 * usual, 20, 3), atol=1e-9)


def test_dispersion_of_a_quiet_series_is_drawn_to_that_of_its_hub() -> None:
    root = np.random.default_rng(3).normal(0, 2.0, (1, 50, 24))
    root[0, 0] = 0.0
    assert 0.1 * 4 < dispersion(root)[0, 0] < 4


def test_fixed_effects_meet_the_score_equations_of_poisson_likelihood() -> None:
    dice = np.random.default_rng(4)
    flow = dice.gamma(0.7, 100.0, (4, 12, 18))
    weight = np.ones_like(flow)
    weight[:2, :6, 12:] = 0.0
    group, period = np.arange(12) // 4, np.arange(18)
    a, b, c = poisson_effects(flow, weight, group, period, sweeps=2000, tol=1e-13)
    gap = weight * (flow - a[:, :, None] * b[:, None, :] * c[group][:, period][None])
    scale = flow.sum()
    assert np.abs(gap.sum(2)).max() < 1e-9 * scale
    assert np.abs(gap.sum(1)).max() < 1e-9 * scale
    by_group = np.stack([gap[:, group == k].sum((0, 1)) for k in range(3)])
    assert np.abs(by_group).max() < 1e-9 * scale


def test_fixed_effects_of_an_exact_product_are_found_where_cells_were_left_out() -> None:
    dice = np.random.default_rng(5)
    a, b, c = dice.uniform(1, 9, (3, 8)), dice.uniform(0.5, 2, (3, 20)), dice.uniform(0.5, 2, (2, 20))
    group = np.arange(8) % 2
    flow = a[:, :, None] * b[:, None, :] * c[group][None]
    weight = np.ones_like(flow)
    weight[0, :4, 12:] = 0.0
    x, y, z = poisson_effects(np.where(weight > 0, flow, 0), weight, group, np.arange(20), sweeps=5000, tol=1e-14)
    np.testing.assert_allclose(x[:, :, None] * y[:, None, :] * z[group][None], flow, rtol=1e-7)


def test_a_season_that_repeats_is_found() -> None:
    month = np.arange(30) % 12
    flow = np.tile(1 + 0.5 * np.sin(2 * np.pi * month / 12), (3, 1)) * 100
    found = season(flow, np.zeros(3, dtype=np.int64), month, 24)
    np.testing.assert_allclose(found[0], 1 + 0.5 * np.sin(2 * np.pi * np.arange(12) / 12), atol=1e-9)


def test_weights_of_a_synthetic_control_find_the_mixture_that_made_the_series() -> None:
    donors = np.random.default_rng(6).gamma(2.0, 1.0, (1, 4, 30))
    truth = np.array([[0.6, 0.4, 0.0, 0.0], [0.0, 0.0, 0.1, 0.9]])
    found = simplex_weights(truth @ donors[0], donors, steps=3000, ridge=0.0)
    np.testing.assert_allclose(found, truth, atol=0.02)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)


@given(st.lists(st.tuples(st.floats(-8, 8), st.floats(0, 1)), min_size=1, max_size=50))
def test_false_among_the_flagged_rises_down_the_list_and_with_the_spread(rows: list[tuple[float, float]]) -> None:
    told, spread = (np.array(column) for column in zip(*rows, strict=True))
    plain, cautious = q_values(told, np.zeros(len(told))), q_values(told, spread)
    order = np.argsort(-told, kind="stable")
    assert (np.diff(cautious[order]) >= 0).all()
    assert (cautious >= plain - 1e-12).all()
    assert plain[order][-1] == pytest.approx(1 - expit(told).mean())


def test_the_rate_holds_in_as_many_worlds_as_is_said() -> None:
    dice, spread, worlds = np.random.default_rng(7), 0.5, 300
    false = []
    for shift in dice.normal(0, spread, worlds):
        told = dice.normal(-2, 3, 4000)
        truth = dice.random(4000) < expit(told + shift)
        flagged = q_values(told, np.full(4000, spread)) <= 0.1
        false.append((~truth[flagged]).mean())
    assert (np.array(false) <= 0.1).mean() == pytest.approx(0.9, abs=0.05)


def test_placebo_without_high_rows_gives_no_false_ones_and_an_equal_one_all() -> None:
    chance = np.array([0.9, 0.8, 0.2, 0.1])
    assert q_values_of_placebo(chance, np.array([0.05, 0.01])).tolist() == [0, 0, 0, 0]
    assert q_values_of_placebo(chance, chance).tolist() == [1, 1, 1, 1]


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=20))
def test_a_line_with_bends_rises_from_its_reference(values: list[float]) -> None:
    knots, value = np.array([-2.0, 0.0, 1.0, 3.0]), np.sort(values)
    total = ramps(value, knots, 0.5).sum(axis=-1)
    assert (np.diff(total) >= 0).all()
    assert ramps(np.array([0.5, np.nan]), knots, 0.5).tolist() == [[0, 0, 0], [0, 0, 0]]
