"""A planted matrix is found again: ranges cover, unreliable reporters are told from reliable ones, the margin is found."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tightrope.trade.reconcile import Total, reconcile
from tightrope.trade.reconcile.simulated import Planted, simulated
from tightrope.trade.reconcile.trial import trial

SEEDS = range(8)


@cache
def world(seed: int) -> Planted:
    return simulated(seed=seed)


@cache
def found(seed: int):
    return reconcile(world(seed).reports)


def within(matrix, truth, kinds) -> list[bool]:
    return [
        cell.low <= truth[cell.exporter, cell.importer, cell.year] <= cell.high
        for cell in matrix.cells
        if cell.kind in kinds
    ]


def test_ranges_hold_the_truth_as_often_as_they_say() -> None:
    hits = {
        kinds: np.mean([hit for seed in SEEDS for hit in within(found(seed), world(seed).truth, kinds)])
        for kinds in (("mirrored",), ("single",), ("gravity",), ("mirrored", "single", "other years", "gravity"))
    }
    # 8 worlds of 12 countries: countries' effects are shared by many flows, so the noise of the rates is a few percent
    assert all(0.83 <= rate <= 0.96 for rate in hits.values()), hits


def test_reliable_reporters_are_told_from_unreliable_ones() -> None:
    planted, fitted = [], []
    for seed in SEEDS:
        for reporter in found(seed).reporters:
            planted.append(world(seed).error[reporter.reporter, reporter.direction])
            fitted.append(reporter.error)
    ratio = np.log(np.array(fitted) / np.array(planted))
    assert abs(ratio.mean()) < 0.1
    assert ratio.std() < 0.35
    assert np.corrcoef(np.log(planted), np.log(fitted))[0, 1] > 0.65


def test_mean_errors_of_reporters_lie_within_their_standard_errors() -> None:
    z = [
        (reporter.bias - world(seed).bias[reporter.reporter, reporter.direction]) / reporter.bias_sd
        for seed in SEEDS
        for reporter in found(seed).reporters
    ]
    assert 0.7 < np.std(z) < 1.3


def test_the_reconciled_matrix_is_nearer_the_truth_than_either_report() -> None:
    gains = []
    for seed in SEEDS[:4]:
        matrix, truth = found(seed), world(seed).truth
        said: dict[tuple[str, str, int], list[float]] = {}
        for r in world(seed).reports:
            said.setdefault((r.exporter, r.importer, r.year), []).append(r.value)
        cells = {(c.exporter, c.importer, c.year): c.value for c in matrix.cells}
        both = [key for key, values in said.items() if len(values) == 2]
        ours = np.array([np.log(cells[key] / truth[key]) for key in both])
        mean = np.array([np.log(said[key]).mean() - np.log(truth[key]) for key in both])
        gains.append(np.sqrt((ours**2).mean() / (mean**2).mean()))
    assert max(gains) < 0.95


def test_with_true_totals_the_ranges_still_hold_and_sums_are_met() -> None:
    hits = []
    for seed in SEEDS[:4]:
        truth = world(seed).truth
        totals = [
            Total((one,), (), year, sum(v for (a, _, y), v in truth.items() if (a, y) == (one, year)))
            for one in ("AAA", "AAB", "AAC")
            for year in range(2001, 2006)
        ]
        matrix = reconcile(world(seed).reports, totals=totals)
        assert max(matrix.certificates.values()) < 1e-10
        for met in matrix.totals:
            assert met.after == pytest.approx(met.goal, rel=1e-9)
        hits += within(matrix, truth, ("mirrored", "single", "other years", "gravity"))
    assert 0.83 < np.mean(hits) < 0.96


def test_hidden_reports_are_foretold_at_the_rate_that_is_said() -> None:
    covers = [one.coverage(0.9) for seed in SEEDS[:4] for one in trial(world(seed).reports, 2005)]
    assert 0.83 < np.mean(covers) < 0.96
