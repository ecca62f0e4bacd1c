"""What must hold of a reconciled matrix whatever the reports."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.base import FitError, TightropeError
from tightrope.trade.reconcile import Report, Total, domestic, grouped, reconcile
from tightrope.trade.reconcile.design import blocks
from tightrope.trade.reconcile.panel import panel
from tightrope.trade.reconcile.reliability import _Model
from tightrope.trade.reconcile.simulated import simulated

SMALL = {"countries": 6, "silent": 1, "years": 3}


@cache
def small(seed: int):
    return simulated(**SMALL, seed=seed).reports


@cache
def reconciled(seed: int):
    return reconcile(small(seed))


def numbers(matrix) -> np.ndarray:
    return np.array([(c.value, c.low, c.high) for c in matrix.cells])


@settings(max_examples=4)
@given(st.integers(0, 3), st.sampled_from([1e-3, 1e3, 1e6]))
def test_scaling_all_values_scales_the_matrix_and_nothing_else(seed: int, unit: float) -> None:
    scaled = reconcile([replace(r, value=r.value * unit) for r in small(seed)])
    assert numbers(scaled) == pytest.approx(numbers(reconciled(seed)) * unit, rel=1e-3)
    before, after = reconciled(seed).reporters, scaled.reporters
    assert [r.error for r in after] == pytest.approx([r.error for r in before], rel=1e-2)


@settings(max_examples=4)
@given(st.integers(0, 3), st.randoms())
def test_the_order_of_the_rows_does_not_matter(seed: int, dice: random.Random) -> None:
    rows = list(small(seed))
    dice.shuffle(rows)
    assert (numbers(reconcile(rows)) == numbers(reconciled(seed))).all()


def test_every_pair_of_every_year_is_there_once_with_its_range() -> None:
    matrix = reconciled(0)
    keys = [(c.exporter, c.importer, c.year) for c in matrix.cells]
    assert len(keys) == len(set(keys)) == 6 * 5 * 3
    assert all(0 <= c.low <= c.value <= c.high for c in matrix.cells)
    assert {c.kind for c in matrix.cells} >= {"mirrored", "single"}


def test_a_single_exact_report_is_returned_unchanged() -> None:
    exact = [Report("AAA", "AAA", "AAF", 2001, 123.4, "fob", 0.0), Report("AAA", "AAA", "AAF", 2002, 0.0, "fob", 0.0)]
    rows = [r for r in small(0) if (r.exporter, r.importer) != ("AAA", "AAF")]
    matrix = reconcile([*rows, *exact])
    for report in exact:
        cell = matrix.value("AAA", "AAF", report.year)
        assert cell.value == pytest.approx(report.value, rel=1e-4, abs=1e-4)
        assert cell.high - cell.low <= 1e-4 * report.value + 1e-3


def test_where_all_reports_are_exact_the_matrix_is_the_reports() -> None:
    rows = [
        Report(r.exporter, r.exporter, r.importer, r.year, r.value, "fob", 0.0) for r in small(0) if r.basis == "fob"
    ]
    matrix = reconcile(rows)
    for r in rows:
        assert matrix.value(r.exporter, r.importer, r.year).value == pytest.approx(r.value, rel=1e-5, abs=1e-5)


def test_a_report_of_zero_is_no_missing_report() -> None:
    rows = [r for r in small(0) if (r.exporter, r.importer) != ("AAC", "AAD")]
    zeros = [Report("AAC", "AAC", "AAD", y, 0.0, "fob") for y in (2001, 2002, 2003)]
    zero, missing = reconcile([*rows, *zeros]).value("AAC", "AAD", 2002), reconcile(rows).value("AAC", "AAD", 2002)
    assert zero.kind == "single"
    assert missing.kind == "gravity"
    assert zero.high < 0.2 * missing.value


def test_years_after_the_fit_teach_it_nothing() -> None:
    rows = small(1)
    one = reconcile(rows, until=2002)
    other = reconcile([replace(r, value=r.value * 3) if r.year == 2003 else r for r in rows], until=2002)
    assert (one.fit.coefficients == other.fit.coefficients).all()
    assert [r.error for r in one.reporters] == [r.error for r in other.reporters]
    assert one.value("AAC", "AAD", 2003).value != other.value("AAC", "AAD", 2003).value


def test_without_mirrors_nothing_says_how_reporters_err() -> None:
    with pytest.raises(FitError, match="No flow has two reports"):
        reconcile([r for r in small(0) if r.basis == "fob"])


def test_the_slope_of_the_likelihood_is_its_slope() -> None:
    arrays = panel(small(2))
    model = _Model(arrays, blocks(arrays), (0.058, 0.05), 0.25, 10.0)
    rng = np.random.default_rng(0)
    theta = np.r_[rng.normal(-2, 0.5, 7), 0.3, 0.2, 0.1, rng.normal(-2, 0.5, len(arrays.series))]
    _, slope = model.loss(theta)
    step = 1e-5
    for k in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[k] += step
        down[k] -= step
        assert slope[k] == pytest.approx((model.loss(up)[0] - model.loss(down)[0]) / (2 * step), rel=1e-4, abs=1e-4)


def test_members_taken_together_add_up_and_a_known_sum_narrows_them() -> None:
    reports = small(0)
    free = grouped(reconciled(0), {"BLOC": ("AAA", "AAB")})
    one = next(c for c in free if (c.exporter, c.importer, c.year) == ("BLOC", "AAF", 2001))
    parts = [reconciled(0).value(m, "AAF", 2001).value for m in ("AAA", "AAB")]
    assert one.value == pytest.approx(sum(parts))
    assert not any(c.exporter == c.importer for c in free)
    tied = reconcile(reports, totals=[Total(("AAA", "AAB"), ("AAF",), 2001, one.value, "fob", 0.01)])
    narrow = next(
        c for c in grouped(tied, {"BLOC": ("AAA", "AAB")}) if (c.exporter, c.importer, c.year) == ("BLOC", "AAF", 2001)
    )
    assert narrow.high / narrow.low < one.high / one.low
    with pytest.raises(TightropeError, match="not in the matrix"):
        grouped(reconciled(0), {"BLOC": ("ZZZ",)})


def test_a_turnover_counts_both_ways_and_imports_at_the_border_are_brought_to_the_exporter() -> None:
    total = Total(("AAA",), ("AAB",), 2001, 100.0, "fob", 0.0, both=True)
    matrix = reconcile(small(0), totals=[total])
    assert matrix.value("AAA", "AAB", 2001).value + matrix.value("AAB", "AAA", 2001).value == pytest.approx(100.0)
    at_border = reconcile(small(0), totals=[replace(total, basis="cif")])
    margin = np.exp(at_border.fit.coefficients[at_border.fit.columns["margin"]][0])
    assert at_border.totals[0].goal == pytest.approx(100.0 / margin)


def test_totals_of_unknown_countries_or_years_are_refused() -> None:
    with pytest.raises(TightropeError, match="no report names `AAZ`"):
        reconcile(small(0), totals=[Total(("AAZ",), (), 2001, 5.0)])
    with pytest.raises(TightropeError, match="no report is of 1999"):
        reconcile(small(0), totals=[Total(("AAA",), (), 1999, 5.0)])
    with pytest.raises(TightropeError, match="Fill in the column `sd`"):
        reconcile(small(0), totals=[Total(("AAA",), (), 2001, 5.0, "fob", None)])


def test_sizes_and_pairs_must_be_whole() -> None:
    with pytest.raises(TightropeError, match="No GDP for 17 of"):
        reconcile(small(0), sizes={("AAA", 2001): 5.0})
    with pytest.raises(TightropeError, match="No `distance` for 29 of 30"):
        reconcile(small(0), pairs={"distance": {("AAA", "AAB"): 5.0}})


def test_exact_reports_that_contradict_are_refused() -> None:
    rows = [Report("A1", "A1", "B1", 2001, 5.0, "fob", 0.0), Report("C1", "A1", "B1", 2001, 6.0, "fob", 0.0)]
    with pytest.raises(TightropeError, match="both are said to be exact"):
        reconcile(rows)


def test_trade_at_home_is_output_less_exports_or_the_least_part() -> None:
    sizes = {("A1", 2001): 100.0, ("B1", 2001): 100.0}
    cells = domestic(sizes, {("A1", 2001): 20.0, ("B1", 2001): 90.0}, output_per_gdp=(0.5, 0.3, 1.0))
    assert [(c.value, c.low, c.high) for c in cells] == [(30.0, 10.0, 80.0), (5.0, 3.0, 10.0)]
    assert "least part" in cells[1].how
    with pytest.raises(TightropeError, match="low <= value <= high"):
        domestic(sizes, {}, output_per_gdp=(0.5, 0.8, 1.0))


CODES = ["A1", "B1", "C1", "D1"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from(CODES),
        st.booleans(),
        st.sampled_from([2001, 2002, 2005]),
        st.one_of(st.just(0.0), st.floats(1e-9, 1e12)),
        st.sampled_from([None, None, 0.0, 0.2]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60)
@given(ROWS)
def test_whatever_the_reports_there_is_a_whole_matrix_or_a_reason_why_not(rows) -> None:
    reports = {}
    for one, other, by_exporter, year, value, sd in rows:
        if one != other:
            who, basis = (one, "fob") if by_exporter else (other, "cif")
            reports[who, one, other, year] = Report(who, one, other, year, value, basis, sd)
    if not reports:
        return
    try:
        matrix = reconcile(list(reports.values()))
    except TightropeError:
        return  # anything else is a fault of ours
    n = len(matrix.countries)
    assert len(matrix.cells) == n * (n - 1) * len(matrix.years)
    assert all(np.isfinite([c.value, c.low]).all() and 0 <= c.low <= c.value <= c.high for c in matrix.cells)
