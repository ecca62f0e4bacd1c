"""Votes of all states as arrays: coded by the codebook, with figures known before the vote."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from tightrope.base import CaseError
from tightrope.case import load_case
from tightrope.case.coding import FLAGS
from tightrope.decide.panel import capacity_scale, figures, panel


@pytest.fixture(scope="module")
def found(central_asia):
    return panel(central_asia)


def cell(found, roll, state):
    here = (found.roll == found.rolls.index(roll)) & (found.state == found.states.index(state))
    assert here.sum() == 1
    return int(here.argmax())


def test_shapes_agree(found):
    n, options, powers = found.stance.shape
    assert powers == len(found.powers)
    for name in ("degree", "regime", "norm", "statusquo", "open", "absent"):
        assert getattr(found, name).shape == (n, options), name
    for name in ("dependence_capacity", "threat", "alignment", "pact", "own"):
        assert getattr(found, name).shape == (n, powers), name
    for name in ("away", "chosen", "state", "roll", "date", "scale"):
        assert getattr(found, name).shape == (n,), name
    assert (np.take_along_axis(found.open, found.chosen[:, None], axis=1) == 1).all()


def test_the_states_of_the_case_are_coded_as_its_decisions(central_asia, found):
    flags = {name: FLAGS.index(name) for name in ("regime", "norm", "statusquo")}
    met = 0
    for decision in central_asia.decisions:
        if decision.question.id not in found.rolls or decision.chosen is None:
            continue
        at = cell(found, decision.question.id, decision.state)
        order = [list(central_asia.kinds[decision.kind].options).index(option) for option in decision.options]
        np.testing.assert_array_equal(found.stance[at][order], decision.stance)
        for name, column in flags.items():
            np.testing.assert_array_equal(getattr(found, name)[at][order], decision.flags[:, column])
        assert order[decision.options.index(decision.chosen)] == found.chosen[at]
        met += 1
    assert met > 80


def test_figures_are_of_a_year_that_ended_before_the_vote(central_asia, found):
    for roll in found.rolls:
        day = found.date[found.roll == found.rolls.index(roll)][0].astype(datetime.date)
        for name in ("capacity", "alignment", "absence", "capability", "ideal_1", "defence_pact"):
            assert int(figures(central_asia, name, found.states, day).period) < day.year


def test_unknown_is_not_zero_but_no_pact_is(central_asia, found):
    column = {power: p for p, power in enumerate(found.powers)}
    assert np.isnan(found.dependence_capacity[:, column["USA"]]).all()
    at = cell(found, "es_11_1", "RUS")
    assert np.isnan([x[at, column["RUS"]] for x in (found.threat, found.alignment, found.dependence_capacity)]).all()
    assert found.pact[cell(found, "es_11_1", "BRA"), column["RUS"]] == 0
    assert found.pact[cell(found, "es_11_1", "KAZ"), column["RUS"]] == 1
    assert found.own[cell(found, "es_11_1", "FRA"), column["EU"]] == 1


def test_the_near_and_the_weak_are_threatened_more(found):
    russia = found.powers.index("RUS")
    threat = {state: found.threat[cell(found, "es_11_1", state), russia] for state in ("GEO", "CHN", "PRT", "NZL")}
    assert threat["GEO"] > threat["CHN"] > threat["PRT"] > threat["NZL"] >= 0


def test_aggression_can_be_raised(central_asia, found):
    level = central_asia.parameter("aggression").value
    one = panel(central_asia, rolls=["es_11_1"], aggression={"es_11_1": 3 * level})
    base = found.threat[found.roll == found.rolls.index("es_11_1")]
    np.testing.assert_allclose(1 - one.threat, (1 - base) ** 3)
    assert one.rolls == ("es_11_1",)


def test_a_roll_call_that_is_not_there_is_named(central_asia):
    with pytest.raises(CaseError, match=r"`es_11_9` is no roll call.*Did you mean"):
        panel(central_asia, rolls=["es_11_9"])


def test_a_case_without_such_votes_says_so(two_by_two_path):
    with pytest.raises(CaseError, match="no votes of all states"):
        panel(load_case(two_by_two_path))


@pytest.fixture
def two_by_two_path():
    from pathlib import Path

    return Path(__file__).resolve().parents[2] / "fixtures" / "two_by_two"


def test_nothing_before_the_first_year_is_an_error(central_asia):
    with pytest.raises(CaseError, match="no `capacity` of a year that ended before 2010-01-01"):
        figures(central_asia, "capacity", ("KAZ",), datetime.date(2010, 1, 1))


def test_the_scale_of_capacity_is_least_squares_through_the_origin(central_asia):
    from tightrope.measure import measures

    found = capacity_scale(central_asia)
    x, y = (
        central_asia.dyad("fbic", 2021).value[:, :2].ravel(),
        measures(central_asia, 2021)["dependence"].value[:, :2].ravel(),
    )
    assert found.n == len(x)
    assert found.value == pytest.approx(np.linalg.lstsq(x[:, None], y, rcond=None)[0][0])
    assert found.correlation == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert central_asia.parameter("capacity_scale").value == pytest.approx(found.value, abs=5e-4)
    with pytest.raises(CaseError, match="0 pairs"):
        capacity_scale(central_asia, 2016)
