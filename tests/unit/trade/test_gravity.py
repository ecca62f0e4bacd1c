from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tightrope.base import FitError, TightropeError
from tightrope.trade.flows import Rows
from tightrope.trade.gravity import CLUSTERS, gravity
from tightrope.trade.panel import Panel, panel
from tightrope.trade.ppml import SeparationError, ppml, usable
from tightrope.trade.simulated import simulated_panel
from tightrope.trade.within import PAIRS

PANEL = simulated_panel(12, 4, 3)


@pytest.mark.parametrize("pairs", PAIRS)
def test_fitted_sums_are_observed_sums(pairs: str) -> None:
    found = gravity(PANEL, pairs=pairs)
    assert found.fit.moments < 1e-8
    fitted = np.nan_to_num(found.fit.fitted)
    np.testing.assert_allclose(fitted.sum(axis=2), PANEL.value.sum(axis=2), rtol=1e-8)
    np.testing.assert_allclose(fitted.sum(axis=1), PANEL.value.sum(axis=1), rtol=1e-8)


def test_the_likelihood_is_at_its_top() -> None:
    fit = gravity(PANEL).fit
    there = np.isfinite(fit.fitted)
    gap = np.where(there, PANEL.value - np.nan_to_num(fit.fitted), 0)
    for column in PANEL.regressors.values():
        assert abs((column * gap).sum()) < 1e-6 * PANEL.value.sum()


def test_the_unit_of_flows_does_not_matter() -> None:
    one, two = gravity(PANEL), gravity(replace(PANEL, value=PANEL.value * 1e6))
    np.testing.assert_allclose(one.fit.coefficients, two.fit.coefficients, rtol=1e-9)
    np.testing.assert_allclose(one.fit.covariance, two.fit.covariance, rtol=1e-7)


def test_without_pair_effects_what_is_constant_can_be_estimated() -> None:
    far = np.broadcast_to(np.random.default_rng(1).normal(0, 1, (12, 12)), (4, 12, 12))
    more = replace(PANEL, regressors={**PANEL.regressors, "far": far})
    assert gravity(more, pairs="none").names == ("x1", "x2", "far")
    with pytest.raises(FitError, match="`far` is explained by the effects"):
        gravity(more)


def test_regressors_that_explain_each_other_are_refused() -> None:
    twice = replace(PANEL, regressors={**PANEL.regressors, "again": 2 * PANEL.regressors["x2"]})
    with pytest.raises(FitError, match="explained by"):
        gravity(twice)


def test_groups_without_trade_and_single_observations_are_set_aside() -> None:
    value, there = PANEL.value.copy(), PANEL.there.copy()
    value[:, 2, 5] = 0  # a pair that never trades
    value[1, 4] = 0  # an exporter that sells nothing in a year
    there[1:, 7, 8], there[0, 7, 8] = False, True
    value[0, 7, 8] = 3.0
    used, aside = usable(value, there, "directed")
    assert not used[:, 2, 5].any()
    assert not used[1, 4].any()
    assert not used[0, 7, 8]
    assert sum(aside.values()) == there.sum() - used.sum()
    found = gravity(replace(PANEL, value=np.where(there, value, 0), there=there))
    assert found.fit.n == used.sum()
    assert dict(found.set_aside) == aside


def test_symmetric_pairs_have_one_effect_and_one_cluster() -> None:
    directed, symmetric = gravity(PANEL), gravity(PANEL, pairs="symmetric")
    assert symmetric.fit.clusters <= 12 * 13 / 2 < directed.fit.clusters
    gap = np.nan_to_num(symmetric.fit.fitted).sum(axis=0) - PANEL.value.sum(axis=0)
    np.testing.assert_allclose(gap + gap.T, 0, atol=1e-6)
    assert np.abs(gap).max() > 1


def test_errors_of_another_cluster_differ() -> None:
    errors = {cluster: gravity(PANEL, cluster=cluster).errors[0] for cluster in CLUSTERS}
    assert len({round(float(e), 10) for e in errors.values()}) == 4
    assert gravity(PANEL, cluster="exporter").fit.clusters == 12


@pytest.mark.parametrize(
    ("options", "says"),
    [({"pairs": "both"}, "directed"), ({"cluster": "year"}, "exporter"), ({"engine": "stata"}, "pyfixest")],
)
def test_wrong_words_are_refused(options: dict[str, str], says: str) -> None:
    with pytest.raises(TightropeError, match=says):
        gravity(PANEL, **options)


def test_pair_effects_need_two_years_and_a_regressor_is_needed() -> None:
    year = Panel(PANEL.countries, (2000,), PANEL.value[:1], PANEL.there[:1], {"x2": PANEL.regressors["x2"][:1]})
    with pytest.raises(TightropeError, match="more years"):
        gravity(year)
    gravity(year, pairs="none")
    with pytest.raises(TightropeError, match="No regressor"):
        gravity(replace(PANEL, regressors={}))


def table(**change: object) -> tuple[Rows, np.ndarray, dict[str, np.ndarray]]:
    """Rows of two countries and two years, one of them changed."""
    i, j, t = (np.array(of) for of in zip(*[(a, b, y) for a in "AB" for b in "AB" for y in (1, 2)], strict=True))
    value, far = np.arange(8.0) + 1, np.arange(8.0) + 10
    for name, (row, to) in change.items():
        {"exporter": i, "value": value, "far": far, "year": t}[name][row] = to  # type: ignore[index]
    return Rows("p.csv", np.arange(2, 10), i, j, value), t, {"far": far}


def test_rows_become_a_block() -> None:
    rows, years, more = table()
    found = panel(rows, years, more, logs=("far",))
    assert (found.countries, found.years) == (("A", "B"), (1, 2))
    np.testing.assert_array_equal(found.value[0], [[1, 3], [5, 7]])
    np.testing.assert_allclose(found.regressors["log(far)"][1], np.log([[11, 13], [15, 17]]))
    assert found.with_borders().regressors["border_1"].sum() == 2
    assert found.abroad().there.sum() == 4
    assert found.abroad().set_aside == {"rows of domestic trade": 4}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"value": (3, -1.0)}, "p.csv line 5: value of A to B: -1"),
        ({"value": (0, np.nan)}, "p.csv line 2: value of A to A: no number"),
        ({"year": (1, 1)}, "line 2 has it"),
        ({"far": (2, 0.0)}, "Its logarithm is asked for"),
    ],
)
def test_bad_rows_are_refused_with_their_lines(change: dict[str, object], says: str) -> None:
    rows, years, more = table(**change)
    with pytest.raises(TightropeError) as error:
        panel(rows, years, more, logs=("far",))
    assert says in str(error.value)


def test_unknown_regressors_and_gaps_are_counted_and_never_zero() -> None:
    rows, years, more = table(far=(3, np.nan))
    found = panel(rows, years, more)
    assert found.set_aside == {"rows in which a regressor is not known": 1}
    assert found.notes == {"flows without a row, not known and not used": 1}
    assert not found.there[1, 0, 1]


def test_a_regressor_that_only_marks_zeros_is_refused_by_name() -> None:
    zeros = (PANEL.value == 0) & (np.random.default_rng(0).random(PANEL.value.shape) < 0.1)
    marks = replace(PANEL, regressors={**PANEL.regressors, "x3": zeros.astype(float)})
    with pytest.raises(FitError, match=r"`x3` is explained .* 0 wherever there is trade"):
        gravity(marks)


def test_regressors_that_differ_at_zeros_only_are_refused() -> None:
    rng, zeros = np.random.default_rng(1), PANEL.value == 0
    x3 = rng.normal(0, 1, PANEL.value.shape)
    more = np.where(zeros & (rng.random(zeros.shape) < 0.2), x3 + 1, x3)
    with pytest.raises(FitError, match="explained by the effects and the other"):
        gravity(replace(PANEL, regressors={"x3": x3, "x4": more}))


def test_zeros_separated_by_a_regressor_are_found_by_their_fall() -> None:
    zeros = (PANEL.value == 0) & (np.random.default_rng(0).random(PANEL.value.shape) < 0.1)
    used, _ = usable(PANEL.value, PANEL.there, "directed")
    with pytest.raises(SeparationError) as found:
        ppml(PANEL.value, zeros[None].astype(float), used)
    np.testing.assert_array_equal(found.value.apart, zeros & used)
