"""Holding out, the forecasters without a model, and the scores."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.case import Case
from tightrope.decide.backtest import FOLDS, Foretold, backtest, report
from tightrope.decide.baselines import BASELINES
from tightrope.decide.evidence import Evidence, evidence
from tightrope.decide.fit import Sampling
from tightrope.decide.loo import elpd
from tightrope.decide.theories import BASE, THEORIES, compared, ranked
from tightrope.decide.utility import COEFFICIENTS
from tightrope.simulate.observed import observed
from tightrope.simulate.weights import fit_data

QUICK = Sampling(chains=1, draws=40, warmup=40)


@pytest.fixture(scope="module")
def coded(central_asia: Case) -> Evidence:
    return evidence(central_asia, observed(central_asia), until="2021")


@pytest.fixture(scope="module")
def data(central_asia: Case):
    return fit_data(central_asia, "2021")._replace(panel=None, others=())


def test_folds_by_state_ask_about_every_decision_once(coded: Evidence) -> None:
    folds = FOLDS["state"](coded, ())
    assert (sum(fold.asked.astype(int) for fold in folds) == 1).all()
    assert not any((fold.known & fold.asked).any() for fold in folds)


def test_folds_by_time_know_nothing_of_the_year_or_later(coded: Evidence) -> None:
    days = ["2014-03-27", "2019-12-09"]
    folds = FOLDS["time"](coded, days)
    assert folds
    year = np.array([int(date[:4]) for date in coded.dates])
    for fold in folds:
        assert year[fold.known].max() < int(fold.name) == year[fold.asked].min() == year[fold.asked].max()
        assert fold.rolls is not None
        assert fold.rolls.tolist() == [int(day[:4]) < int(fold.name) for day in days]


@pytest.mark.parametrize("name", list(BASELINES))
def test_a_baseline_gives_probabilities_and_never_looks_at_what_is_asked(name: str, coded: Evidence) -> None:
    known, asked = coded.on(coded.state != 0), coded.on(coded.state == 0)
    p = BASELINES[name](known, asked)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert (p[asked.agenda.open == 1] > 0).all()
    assert not p[asked.agenda.open == 0].any()
    from dataclasses import replace

    other = replace(asked, chosen=np.zeros_like(asked.chosen))
    np.testing.assert_array_equal(BASELINES[name](known, other), p)


def test_base_rates_by_hand(coded: Evidence) -> None:
    known = coded.on(np.array(coded.kinds) == "vote_return")
    asked = known.on(np.array([0]))
    p = BASELINES["base_rate"](known, asked)[0]
    taken = [known.options[k][known.chosen[k]] for k in range(len(known))]
    expected = np.array([taken.count(option) + 1 for option in asked.options[0]], float)
    np.testing.assert_allclose(p[: len(expected)], expected / expected.sum())


def test_scores_of_a_sure_and_a_blind_forecaster(coded: Evidence) -> None:
    sure = np.zeros_like(coded.agenda.open)
    sure[np.arange(len(coded)), coded.chosen] = 1
    blind = coded.agenda.open / coded.agenda.open.sum(axis=1, keepdims=True)
    found = report(Foretold(coded, {"model": sure, "uniform": blind}, coded.ids), "decision", draws=50)
    assert found["model"] == {"log_score": pytest.approx(0, abs=1e-9), "brier": 0}
    expected = np.log(1 / coded.agenda.open.sum(axis=1)).mean()
    assert found["baselines"]["uniform"]["log_score"] == pytest.approx(expected)
    gap = found["difference"]["uniform"]
    assert gap["mean"] == pytest.approx(-expected)
    assert 0 < gap["low"] < gap["mean"] < gap["high"]
    assert sum(row["n"] for row in found["by_state"].values()) == len(coded) == found["n"]
    assert sum(b["n"] for b in found["calibration"]) == int(coded.agenda.open.sum())


@pytest.mark.slow
def test_the_model_foretells_better_than_even_odds_what_it_has_not_seen(data, coded: Evidence) -> None:
    found = report(backtest(data, coded, "decision", (), sampling=QUICK), "decision", draws=50)
    assert found["n"] == len(coded)
    assert found["model"]["log_score"] > found["baselines"]["uniform"]["log_score"]


@pytest.mark.slow
def test_answers_held_out_do_not_move_what_is_said_of_them(data, coded: Evidence) -> None:
    from tightrope.decide.backtest import foretold

    fold = FOLDS["state"](coded, ())[:1]
    said = foretold(data, coded, fold, sampling=QUICK).probabilities["model"]
    lied = np.where(coded.state == 0, 0, coded.chosen)
    other = data._replace(decisions=data.decisions._replace(chosen=lied))
    np.testing.assert_allclose(foretold(other, coded, fold, sampling=QUICK).probabilities["model"], said, atol=1e-6)


def test_leaving_one_out_agrees_with_doing_it() -> None:
    # A normal mean with a flat prior: left out, an observation is normal around the mean of the others.
    rng = np.random.default_rng(1)
    y = rng.normal(size=30)
    mean = rng.normal(y.mean(), 1 / np.sqrt(30), 40_000)
    found, k = elpd(-0.5 * (y - mean[:, None]) ** 2 - 0.5 * np.log(2 * np.pi))
    rest = (y.sum() - y) / 29
    exact = -0.5 * (y - rest) ** 2 / (1 + 1 / 29) - 0.5 * np.log(2 * np.pi * (1 + 1 / 29))
    np.testing.assert_allclose(found, exact, atol=0.01)
    assert (k < 0.7).all()


def test_every_theory_is_a_set_of_considerations() -> None:
    names = [theory.name for theory in THEORIES]
    assert len(set(names)) == len(names)
    for theory in THEORIES:
        free, sign = theory.masks()
        assert set(theory.free) <= set(COEFFICIENTS) - set(BASE)
        assert {name for name, on in zip(COEFFICIENTS, free, strict=True) if on} == {*BASE, *theory.free}
        assert {name for name, on in zip(COEFFICIENTS, sign, strict=True) if on} == {name for name, _ in theory.signs}
        assert {name for name, _ in theory.signs} <= set(theory.free)


@pytest.mark.slow
def test_a_coefficient_that_a_theory_leaves_out_or_signs_is_so_in_every_draw(data, coded: Evidence) -> None:
    few = tuple(theory for theory in THEORIES if theory.name in ("inertia", "bandwagoning", "balancing"))
    found = compared(data, theories=few, sampling=QUICK)
    threat = COEFFICIENTS.index("threat")
    assert not found["inertia"]["coefficients"][:, threat].any()
    assert (found["bandwagoning"]["coefficients"][:, threat] >= 0).all()
    assert (found["balancing"]["coefficients"][:, threat] <= 0).all()
    rows = ranked(found, coded.questions, few)
    assert rows[0]["difference"] == 0
    assert [row["log_score"] for row in rows] == sorted((row["log_score"] for row in rows), reverse=True)
