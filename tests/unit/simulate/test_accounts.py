"""What a scenario's difference loses when a part of it, or a mechanism, is taken away."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.simulate import simulate
from tightrope.simulate.accounts import EVERYTHING, accounts, parts_of, without

MEMBERS = 64


@pytest.fixture(scope="module")
def railway(central_asia):
    return accounts(central_asia, "history", ["cku_railway"], members=MEMBERS)[0]


def test_parts_are_kinds_of_shock_by_whence_they_come_and_questions(central_asia):
    assert parts_of(central_asia, "cku_railway") == ("corridor cku_railway",)
    assert parts_of(central_asia, "us_base_kyrgyzstan") == ("attention USA", "withdrawal USA", "offer USA", "questions")


def test_a_scenario_without_everything_that_it_adds_is_the_baseline(central_asia):
    base = simulate(central_asia, "history", members=MEMBERS)
    for scenario in ("cku_railway", "us_base_kyrgyzstan"):
        bare = simulate(without(central_asia, scenario, EVERYTHING), scenario, members=MEMBERS)
        for name, x in bare.outcome.items():
            if name != "picks":
                np.testing.assert_array_equal(x, base.outcome[name], err_msg=name)


def test_taking_away_each_part_in_turn_leaves_the_others(central_asia):
    less = without(central_asia, "us_base_kyrgyzstan", "attention USA").scenarios["us_base_kyrgyzstan"]
    assert [shock.what for shock in less.shocks] == ["withdrawal", "offer"]
    assert less.decisions
    assert not without(central_asia, "us_base_kyrgyzstan", "questions").scenarios["us_base_kyrgyzstan"].decisions


def test_the_mechanism_that_a_scenario_works_by_carries_all_of_it(railway):
    carried = next(part for part in railway.contributions if part.name == "railway_bypass")
    assert np.abs(railway.change["dependence"]).max() > 0.001
    for outcome, change in railway.change.items():
        np.testing.assert_allclose(carried.lost[outcome], change, atol=1e-12, err_msg=outcome)


def test_a_mechanism_that_the_scenario_cannot_touch_is_not_run_and_would_contribute_nothing(central_asia, railway):
    assert "gas_swap" not in {part.name for part in railway.contributions}
    for scenario in ("history", "cku_railway"):
        on, off = (simulate(central_asia, scenario, members=MEMBERS, off=off) for off in ([], ["gas_swap"]))
        for name, x in on.outcome.items():
            np.testing.assert_array_equal(x, off.outcome[name], err_msg=name)


def test_what_has_no_part_in_an_outcome_contributes_nothing_to_it(railway):
    prices = next(part for part in railway.contributions if part.name == "food_prices")
    assert not prices.lost["food_price"].any()
    assert not railway.change["food_price"].any()


def test_changes_are_paired_differences_of_the_simulation(central_asia, railway):
    there, base = (simulate(central_asia, name, members=MEMBERS) for name in ("cku_railway", "history"))
    for name in ("growth", "dependence", "remittances"):
        change = there.outcome[name][-1].astype(float) - base.outcome[name][-1].astype(float)
        np.testing.assert_array_equal(railway.change[name], change)
