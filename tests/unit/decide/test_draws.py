"""Weights drawn from the priors that a case states."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tightrope.decide import COEFFICIENTS
from tightrope.decide.draws import habit_names, prior, prior_draws, usual_names


def test_weights_are_drawn_from_the_prior_of_the_case(central_asia):
    stated, labels = central_asia.parameter("coefficient"), central_asia.labels("coefficient")
    spread, draws = central_asia.parameter("coefficient_spread"), prior_draws(central_asia, 2**14)
    for k, name in enumerate(COEFFICIENTS):
        x, at = draws.coefficients[k].astype(float), labels.index(name)
        assert x.mean() == pytest.approx(stated.value[at], abs=0.05 * (stated.high[at] - stated.low[at]))
        # Low and high are the ends of a 90% interval of the mean over states.
        whole = np.hypot((stated.high[at] - stated.low[at]) / (2 * stats.norm.ppf(0.95)), spread.value[at])
        assert x.std() == pytest.approx(whole, rel=0.05)


def test_states_share_a_mean_and_differ_around_it(central_asia):
    stated, draws = prior(central_asia), prior_draws(central_asia, 2**14)
    for k in range(len(COEFFICIENTS)):
        between = (draws.coefficients[k, 0] - draws.coefficients[k, 1]).std()
        assert between == pytest.approx(np.sqrt(2) * stated.spread[k], rel=0.05)


def test_before_a_fit_nothing_is_usual_on_any_question(central_asia):
    names, rows, draws = habit_names(central_asia), usual_names(central_asia), prior_draws(central_asia, 8)
    assert names[0] == ("", "")
    assert [(kind, option) for _, kind, _, option in rows[: len(names)]] == list(names)
    assert len(set(rows)) == len(rows) == len(draws.habits)
    assert not draws.habits.any()
    assert {(d.kind, option) for d in central_asia.decisions for option in d.options} <= set(names)
    asked = {d.question.id for s in central_asia.scenarios for d in central_asia.scenario(s).decisions}
    assert asked == {question for question, *_ in rows} - {""}
