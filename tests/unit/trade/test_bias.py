from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tightrope.base import FitError, TightropeError
from tightrope.trade.bias import Bias, halved, jackknife_bias, sides
from tightrope.trade.gravity import gravity
from tightrope.trade.panel import Panel
from tightrope.trade.simulated import noisy_panel

PANEL = noisy_panel(12, 4, 3)
X = np.stack(list(PANEL.regressors.values()))
JACKKNIFE, ANALYTICAL = Bias("jackknife", 4), Bias("analytical")


def exact(panel: Panel, **options: str) -> Panel:
    """The panel with flows as they are fitted: without disturbances."""
    return replace(panel, value=np.nan_to_num(gravity(panel, **options).fit.fitted))


def test_the_same_seed_gives_the_same_bias_and_another_seed_another() -> None:
    one, same, other = (gravity(PANEL, bias=Bias("jackknife", 4, seed)).fit.coefficients for seed in (7, 7, 8))
    np.testing.assert_array_equal(one, same)
    assert abs(one - other).max() > 1e-4


@pytest.mark.parametrize("bias", [JACKKNIFE, ANALYTICAL])
def test_what_is_left_and_what_is_taken_off_add_up_and_errors_stay(bias: Bias) -> None:
    plain, found = gravity(PANEL), gravity(PANEL, bias=bias)
    assert plain.bias is None
    assert found.bias is not None
    assert abs(found.bias).min() > 1e-4
    np.testing.assert_allclose(found.fit.coefficients + found.bias, plain.fit.coefficients)
    np.testing.assert_array_equal(found.fit.covariance, plain.fit.covariance)


@pytest.mark.parametrize("bias", [JACKKNIFE, ANALYTICAL])
def test_flows_without_disturbances_are_estimated_without_bias(bias: Bias) -> None:
    found = gravity(exact(PANEL), bias=bias)
    np.testing.assert_allclose(found.bias, 0, atol=1e-7)


def test_symmetric_pairs_are_halved_with_their_effect_shared() -> None:
    found = gravity(exact(PANEL, pairs="symmetric"), pairs="symmetric", bias=JACKKNIFE)
    np.testing.assert_allclose(found.bias, 0, atol=1e-7)
    assert abs(gravity(PANEL, pairs="symmetric", bias=JACKKNIFE).bias).max() > 1e-4


def test_names_of_countries_do_not_matter_given_the_halves() -> None:
    side, order = sides(12, 1, 5)[0], np.random.default_rng(1).permutation(12)
    moved = np.ix_(range(4), order, order)
    one = halved(PANEL.value, X, PANEL.there, side)
    two = halved(PANEL.value[moved], X[:, *moved], PANEL.there[moved], side[order])
    np.testing.assert_allclose(one, two, rtol=1e-8)
    np.testing.assert_allclose(one, halved(PANEL.value, X, PANEL.there, ~side), rtol=1e-8)


def test_names_of_countries_do_not_matter_to_the_formula() -> None:
    order = np.random.default_rng(1).permutation(12)
    moved = np.ix_(range(4), order, order)
    names = {name: column[moved] for name, column in PANEL.regressors.items()}
    other = replace(PANEL, value=PANEL.value[moved], there=PANEL.there[moved], regressors=names)
    np.testing.assert_allclose(gravity(PANEL, bias=ANALYTICAL).bias, gravity(other, bias=ANALYTICAL).bias, rtol=1e-6)


def test_the_unit_of_flows_does_not_matter() -> None:
    more = replace(PANEL, value=PANEL.value * 1e6)
    for bias in (JACKKNIFE, ANALYTICAL):
        np.testing.assert_allclose(gravity(PANEL, bias=bias).bias, gravity(more, bias=bias).bias, rtol=1e-5)


def test_a_part_alone_is_what_an_estimate_of_it_alone_gives() -> None:
    side = sides(12, 1, 5)[0]
    there = PANEL.there & side[:, None] & side
    part = np.ix_(range(4), side, side)
    alone = Panel(PANEL.countries[:6], PANEL.years, PANEL.value[part], PANEL.there[part], {"x1": X[0][part]})
    found = halved(PANEL.value, X, there, side)
    np.testing.assert_allclose(found, gravity(alone).fit.coefficients, rtol=1e-8)


def test_halves_are_halves() -> None:
    assert (sides(9, 20, 1).sum(axis=1) == 4).all()
    assert len(np.unique(sides(9, 20, 1), axis=0)) > 10


def test_splits_that_explain_a_regressor_do_not_count_and_too_many_are_an_error() -> None:
    side = sides(12, 1, 5)[0]
    # an exporter's trade with one half changes: its effects in that half are the regressor
    x = np.zeros((1, 4, 12, 12))
    x[0, 2:, 0, side] = 1.0
    y, there, whole = PANEL.value, PANEL.there, np.zeros(1)
    other = sides(12, 4, 9)
    bias, lost = jackknife_bias(y, x, there, whole, np.vstack([side, other]))
    assert lost == 1
    np.testing.assert_allclose(bias, jackknife_bias(y, x, there, whole, other)[0])
    with pytest.raises(FitError, match="3 of 4 splits of the countries cannot be estimated"):
        jackknife_bias(y, x, there, whole, np.vstack([side, side, side, other[:1]]))


def test_a_regressor_of_few_pairs_is_estimated_though_most_parts_lack_it() -> None:
    x = np.zeros_like(PANEL.value)
    x[2:, 0, 3] = 1.0
    found = gravity(replace(PANEL, regressors={"x1": x}), bias=JACKKNIFE)
    assert np.isfinite(found.bias).all()
    assert not any("splits" in reason for reason in found.set_aside)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"pairs": "none", "bias": JACKKNIFE}, "no bias of this sort"),
        ({"engine": "pyfixest", "bias": JACKKNIFE}, "--engine own only"),
        ({"pairs": "symmetric", "bias": ANALYTICAL}, "Use --bias jackknife"),
    ],
)
def test_what_has_no_correction_is_refused(options: dict[str, object], says: str) -> None:
    with pytest.raises(TightropeError, match=says):
        gravity(PANEL, **options)


@pytest.mark.parametrize(
    ("how", "splits", "seed", "says"),
    [("half", 1, 1, "jackknife"), ("jackknife", 0, 1, "1 or more"), ("none", 1, -1, "0 or more")],
)
def test_wrong_options_are_refused(how: str, splits: int, seed: int, says: str) -> None:
    with pytest.raises(TightropeError, match=says):
        Bias(how, splits, seed)
