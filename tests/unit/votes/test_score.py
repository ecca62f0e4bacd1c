from __future__ import annotations

import numpy as np
import pytest

from tightrope.votes.score import Scored, cell_scores, reliability, report


def test_scores_of_a_hand_worked_cell() -> None:
    found = cell_scores(np.array([[0.7, 0.2, 0.1], [0.7, 0.2, 0.1]]), np.array([0, 1]))
    np.testing.assert_allclose(found[0], [-np.log(0.7), 0.3**2 + 0.2**2 + 0.1**2, 1])
    np.testing.assert_allclose(found[1], [-np.log(0.2), 0.7**2 + 0.8**2 + 0.1**2, 0])


def test_reliability_of_honest_odds_is_near_nought_and_of_boasts_is_not() -> None:
    dice = np.random.default_rng(0)
    p = dice.dirichlet([1, 1, 1], 20_000)
    outcome = (dice.random(len(p))[:, None] > p.cumsum(axis=1)).sum(axis=1)
    assert reliability(p, outcome)["error"] < 0.01
    boast = p**3 / (p**3).sum(axis=1, keepdims=True)
    assert reliability(boast, outcome)["error"] > 0.05


def scored(n: int = 40) -> Scored:
    dice = np.random.default_rng(1)
    votes = dice.choice([1, 2, 3, 8, 9], (n, 2)).astype(np.int8)
    even = np.full((n, 2, 4), 0.25)
    sharp = np.full((n, 2, 4), 0.1)
    place = np.where(votes == 8, 3, np.minimum(votes, 3) - 1)
    np.put_along_axis(sharp, place[..., None].astype(int), 0.7, 2)
    kinds = np.where(np.arange(n)[:, None] % 2 == 0, "new", "matched").repeat(2, 1)
    return Scored(votes, np.arange(n) // 10, ("AAA", "BBB"), {"model": sharp, "even": even}, kinds)


def test_the_report_counts_votes_cast_and_splits_them() -> None:
    s = scored()
    found = report(s, n_draws=200)
    assert found["n"] == int((s.votes <= 3).sum())
    assert found["with_absent"]["n"] == int((s.votes <= 8).sum())
    assert found["baselines"]["even"]["log_loss"] == pytest.approx(np.log(3))
    assert found["model"]["log_loss"] == pytest.approx(-np.log(0.7 / 0.9))
    assert sum(v["n"] for v in found["by_state"].values()) == found["n"]
    assert sum(v["n"] for v in found["by_kind"].values()) == found["n"]
    assert found["best_baseline"]["share_95"][0] > 0


def test_one_session_has_no_interval() -> None:
    s = scored(10)
    found = report(s, n_draws=50)
    assert found["best_baseline"]["share_95"] is None
    assert found["model"]["log_loss_90"] is None


def test_the_interval_comes_of_the_seed() -> None:
    assert report(scored(), n_draws=50, seed=1) == report(scored(), n_draws=50, seed=1)
