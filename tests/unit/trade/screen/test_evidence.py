"""What single terms of evidence say of flows whose story is known, and that weights within bounds are the best ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from tightrope.trade.screen import Planted, planted
from tightrope.trade.screen.evidence import evidence, seen
from tightrope.trade.screen.fitting import _bounded_logistic
from tightrope.trade.screen.panel import Array, Panel


@pytest.fixture(scope="module")
def quiet() -> Panel:
    """A world whose hubs import what they always did, and send nothing on."""
    made = planted(77).panel
    usual = made.inflow[..., : made.event].mean(axis=-1, keepdims=True) + 1e4
    inflow = np.broadcast_to(usual, made.shape).copy()
    return replace(
        made, inflow=inflow, mirror=inflow, onward=np.ones(made.shape), controls=made.controls[:0], partners=()
    )


def with_gain(panel: Panel, gain: Array, left: Array) -> dict[str, Array]:
    """Evidence on one pair of a listed product, with a gain of the inflow and one of the onward flow since the event."""
    p = int(np.argmax(panel.listed))
    inflow, onward = panel.inflow.copy(), panel.onward.copy()
    inflow[0, p, panel.event :] += gain
    onward[0, p, panel.event :] += left
    terms = evidence(seen(replace(panel, inflow=inflow, onward=onward)))
    return {name: value[0, p] for name, value in terms.items()}


def test_goods_that_leave_over_the_months_after_speak_for_diversion_and_a_boom_at_once_against(quiet: Panel) -> None:
    months = len(quiet.months) - quiet.event
    gain = 1e6 * np.random.default_rng(1).gamma(1.0, 1.0, months)
    later = sum(np.concatenate([np.zeros(lag), gain[: months - lag]]) for lag in range(3)) / 3
    assert (with_gain(quiet, gain, later)["timing"] > 3).all()
    assert (with_gain(quiet, gain, gain)["timing"] < -3).all()
    assert with_gain(quiet, gain, np.full(months, np.nan))["timing"] == pytest.approx(np.nan, nan_ok=True)


def test_a_month_without_gain_has_none_and_a_larger_one_has_more(quiet: Panel) -> None:
    months = len(quiet.months) - quiet.event
    gain = np.linspace(0, 5e6, months)
    found = with_gain(quiet, gain, np.zeros(months))["gain"]
    assert found[0] == pytest.approx(0, abs=0.1)
    assert (np.diff(found) > 0).all()


def test_sums_since_the_event_are_the_same_in_all_months_and_need_both_legs(quiet: Panel) -> None:
    months = len(quiet.months) - quiet.event
    gain = np.full(months, 1e5)
    both, first = (with_gain(quiet, gain, left) for left in (gain, np.zeros(months)))
    assert np.ptp(both["route_since"]) == np.ptp(both["share_since"]) == 0
    assert both["route_since"][0] > 10 * max(first["route_since"][0], 1e-3)
    assert both["share_since"][0] == pytest.approx(first["share_since"][0])


def test_goods_that_the_hub_does_not_record_are_seen_in_their_month(quiet: Panel) -> None:
    mirror = quiet.mirror.copy()
    mirror[0, 0, quiet.event + 2] = 0.0
    found = evidence(seen(replace(quiet, mirror=mirror)))["unrecorded"][0, 0]
    assert found[2] == pytest.approx(np.log(1.3 / 0.3), abs=0.2)
    assert found[[0, 1, 3]] == pytest.approx(0.0, abs=1e-9)


def test_onward_flow_after_the_month_is_not_known_in_the_last_one(world: Planted) -> None:
    found = evidence(seen(world.panel))["onward_after"]
    assert np.isnan(found[..., -1]).all()
    assert not np.isnan(found[..., :-1]).any()


def test_weights_without_bounds_are_those_of_scikit_learn() -> None:
    dice = np.random.default_rng(3)
    x = np.column_stack([np.ones(500), dice.normal(0, 1, (500, 4))])
    y = (dice.random(500) < expit(x @ [-1.0, 1.0, -0.5, 0.0, 2.0])).astype(float)
    found = _bounded_logistic(x, y, np.ones(500), 1.0, (np.full(5, -np.inf), np.full(5, np.inf)), np.zeros(5))
    theirs = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(x[:, 1:], y)
    np.testing.assert_allclose(found, [*theirs.intercept_, *theirs.coef_[0]], atol=1e-5)


def test_weights_within_bounds_leave_no_way_to_do_better() -> None:
    dice = np.random.default_rng(4)
    x = np.column_stack([np.ones(800), dice.normal(0, 1, (800, 6))])
    y = (dice.random(800) < expit(x @ [-1.0, 1.0, -0.5, 0.2, -2.0, 0.0, 0.7])).astype(float)
    low, high = np.append(-np.inf, np.zeros(6)), np.full(7, np.inf)
    w = _bounded_logistic(x, y, np.ones(800), 0.5, (low, high), np.zeros(7))
    slope = x.T @ (expit(x @ w) - y) + 0.5 * w * (np.arange(7) > 0)
    at_bound = w <= 1e-9
    at_bound[0] = False
    assert at_bound.any()
    np.testing.assert_allclose(slope[~at_bound], 0, atol=1e-5)
    assert (slope[at_bound] > -1e-6).all()
