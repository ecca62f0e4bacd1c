"""Tables of a result that come from simulated histories."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.app.runner import wanted_scenarios
from tightrope.app.simulated import OUTCOMES, decisions, differences, paths, postures, series, votes
from tightrope.base import ScenarioError
from tightrope.decide import ANSWERS
from tightrope.measure import POSTURES
from tightrope.simulate import simulate


@pytest.fixture(scope="module")
def baseline(history):
    return series(history)


@pytest.fixture(scope="module")
def won(central_asia):
    return simulate(central_asia, "russia_wins", members=512)


def cell(case, row, x, t):
    at = (t, case.states.index(row["state"])) + (() if row["power"] is None else (case.powers.index(row["power"]),))
    return x[at]


def test_room_is_what_the_strongest_leverage_leaves(baseline):
    np.testing.assert_allclose(baseline["room"], 1 - baseline["leverage"].max(axis=2), atol=1e-6)
    assert set(baseline) == set(OUTCOMES)


@pytest.mark.parametrize("answer", ANSWERS[1:])
def test_answers_are_counted_over_the_last_four_quarters(answer, baseline, history):
    happened = history.outcome["answer"] == ANSWERS.index(answer)
    for t in (0, 1, 3, 4, len(happened) - 1):
        np.testing.assert_allclose(baseline[answer][t], happened[max(t - 3, 0) : t + 1].mean(axis=0), atol=1e-6)


def test_paths_hold_the_mean_and_the_quantiles_of_the_members(central_asia, baseline):
    rows = paths(central_asia, "history", baseline)
    pairs = sum(x.ndim == 4 for x in baseline.values())
    n, m, t = len(central_asia.states), len(central_asia.powers), len(central_asia.quarters)
    assert len(rows) == n * t * (pairs * m + len(baseline) - pairs)
    for row in rows[:: len(rows) // 50]:
        x = cell(central_asia, row, baseline[row["outcome"]], central_asia.quarters.index(row["quarter"]))
        assert row["mean"] == pytest.approx(x.mean(dtype=float))
        assert row["low90"] <= row["low50"] <= row["high50"] <= row["high90"]
        assert row["low90"] == pytest.approx(np.quantile(x, 0.05), abs=1e-6)


def test_differences_pair_each_history_with_its_twin(central_asia, baseline, won):
    found = series(won)
    rows = differences(central_asia, "russia_wins", found, baseline)
    assert {row["quarter"][-2:] for row in rows} == {"Q4"}
    for row in rows[:: len(rows) // 50]:
        t = central_asia.quarters.index(row["quarter"])
        change = cell(central_asia, row, found[row["outcome"]], t) - cell(
            central_asia, row, baseline[row["outcome"]], t
        )
        assert row["difference"] == pytest.approx(change.mean(dtype=float), abs=1e-6)
        assert row["low"] == pytest.approx(np.quantile(change, 0.05), abs=1e-6)
        if row["quarter"] < "2025Q1":
            assert (row["difference"], row["low"], row["high"]) == (0, 0, 0)


def test_a_scenario_compared_with_itself_differs_in_nothing(central_asia, baseline):
    rows = differences(central_asia, "russia_wins", baseline, baseline)
    assert all((row["difference"], row["low"], row["high"]) == (0, 0, 0) for row in rows)


def test_pairing_narrows_the_difference(central_asia, baseline, won):
    paired = series(won)["room"][-1] - baseline["room"][-1]
    strangers = series(won)["room"][-1] - np.roll(baseline["room"][-1], 1, axis=-1)
    assert (paired.std(axis=-1) < strangers.std(axis=-1)).all()


def test_every_option_of_every_decision_has_a_row_and_a_score_only_where_the_answer_is_known(central_asia, history):
    rows = decisions(central_asia, history)
    by_id = {d.id: [row for row in rows if row["id"] == d.id] for d in central_asia.decisions}
    for d in central_asia.decisions:
        some = by_id[d.id]
        assert tuple(row["option"] for row in some) == d.options
        assert sum(row["prob"] for row in some) == pytest.approx(1)
        assert [row["option"] for row in some if row["observed"]] == ([d.chosen] if d.chosen else [])
        if d.chosen:
            prob = next(row["prob"] for row in some if row["observed"])
            assert some[0]["log_score"] == pytest.approx(np.log(max(prob, 2**-16)))
        else:
            assert some[0]["log_score"] is None
        assert some[0]["in_window"] == (d.quarter in central_asia.quarters)


def test_postures_of_simulated_and_of_observed_conduct_sum_to_one(central_asia, history):
    tables = postures(central_asia, history)
    for basis in ("simulated", "observed"):
        for state in central_asia.states:
            some = {r["posture"]: r["prob"] for r in tables["posture"] if (r["basis"], r["state"]) == (basis, state)}
            assert tuple(some) == POSTURES
            assert sum(some.values()) == pytest.approx(1, abs=1e-6)
    for row in tables["spectrum"]:
        assert -1 <= row["low"] <= row["position"] <= row["high"] <= 1


def test_a_scenario_lists_the_votes_that_it_moves_and_those_that_it_adds(central_asia, history, won):
    rows = votes(central_asia, "russia_wins", won, history.odds)
    added = {row["id"] for row in rows if row["baseline"] is None}
    assert added == {d.id for d in central_asia.scenarios["russia_wins"].decisions}
    assert all(abs(row["prob"] - row["baseline"]) >= 0.01 for row in rows if row["baseline"] is not None)
    assert votes(central_asia, "history", history, history.odds) == []


def test_the_baseline_comes_first_and_no_scenario_twice(central_asia):
    assert wanted_scenarios(central_asia, []) == ("history",)
    assert wanted_scenarios(central_asia, ["zangezur", "history", "zangezur"]) == ("history", "zangezur")
    assert set(wanted_scenarios(central_asia, ["all"])) == set(central_asia.scenarios)
    assert wanted_scenarios(central_asia, ["all"])[0] == "history"
    with pytest.raises(ScenarioError, match="zangezur"):
        wanted_scenarios(central_asia, ["zangesur"])
