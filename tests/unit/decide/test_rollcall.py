"""Forecasts of a roll call: what is hidden stays hidden, and what is known is used."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tightrope.base import CaseError
from tightrope.decide import rollcall
from tightrope.decide.rollcall import leave_one_out
from tightrope.decide.traits import VOTES, record_of, standardised, traits, turned

SOME = ("BRA", "FRA", "GEO", "IND", "KAZ", "KGZ", "NIC", "NOR", "TKM", "UZB", "VNM", "ZAF")
QUICK = {"factors": (1.0,), "years": 1.5, "states": SOME}


@pytest.fixture(scope="module")
def record(central_asia):
    return record_of(central_asia)


@pytest.fixture(scope="module")
def first(central_asia):
    return leave_one_out(central_asia, "es_11_1", **QUICK)


def test_the_record_is_what_the_table_holds(central_asia, record):
    assert list(record.days) == sorted(record.days)
    assert (record.votes >= 0).sum() == len(central_asia.tables["peer_votes"])
    row = central_asia.tables["peer_votes"][0]
    assert VOTES[record.votes[record.roll(row.question), record.states.index(row.state)]] == row.vote
    assert record.before(datetime.date(2014, 3, 27)) == []
    assert len(record.before(datetime.date(2022, 3, 2), 450)) == 4


def test_traits_know_nothing_of_the_roll_call_or_later_ones(central_asia, record):
    before = traits(central_asia, record, "unga_74_17")
    changed = record.votes.copy()
    changed[record.roll("unga_74_17") :] = 0
    after = traits(central_asia, record._replace(votes=changed), "unga_74_17")
    for name, x in before.items():
        np.testing.assert_array_equal(x, after[name], err_msg=name)
        assert np.isfinite(x).all()


def test_the_first_roll_call_has_no_record(central_asia, record):
    assert not traits(central_asia, record, "unga_68_262")["record"].any()


@given(arrays(float, (9, 2), elements=st.integers(-1000, 1000)))
def test_columns_are_standardised(x):
    x[0] = np.nan
    found = standardised(x)
    assert (found[0] == 0).all()
    np.testing.assert_allclose(found[1:].mean(axis=0), 0, atol=1e-6)
    for column in found.T:
        assert not column.any() or column[1:].std() == pytest.approx(1)


def test_turned_points_lie_on_the_others():
    rng = np.random.default_rng(0)
    x, turn = rng.normal(size=(20, 3)), np.linalg.qr(rng.normal(size=(3, 3)))[0]
    np.testing.assert_allclose(turned(x @ turn, x), x)


def test_probabilities_add_up_for_every_state(first):
    assert first.states == SOME
    assert first.probability.shape == (12, 4)
    np.testing.assert_allclose(first.probability.sum(axis=1), 1)
    assert (first.probability > 0).all()


def test_a_states_own_vote_does_not_touch_its_forecast(central_asia, first, monkeypatch):
    """Kazakhstan's vote is turned into a no: others' forecasts move, its own does not."""
    true = rollcall.record_of

    def other(case):
        found = true(case)
        votes = found.votes.copy()
        votes[found.roll("es_11_1"), found.states.index("KAZ")] = VOTES.index("no")
        return found._replace(votes=votes)

    monkeypatch.setattr(rollcall, "record_of", other)
    changed = leave_one_out(central_asia, "es_11_1", **QUICK)
    at = first.states.index("KAZ")
    assert changed.chosen[at] != first.chosen[at]
    np.testing.assert_allclose(changed.probability[at], first.probability[at], atol=1e-3)
    moved = np.abs(changed.probability - first.probability).max(axis=1)
    assert moved[first.states.index("KGZ")] > 5 * moved[at]


def test_it_beats_the_shares_of_all_votes(first, record):
    votes = record.votes[record.roll("es_11_1")]
    share = np.bincount(votes, minlength=4) / len(votes)
    mine = -np.log(first.probability[np.arange(12), first.chosen]).mean()
    assert mine < 0.8 * -np.log(share[first.chosen]).mean()


def test_penalties_are_chosen_among_the_factors(central_asia):
    found = leave_one_out(central_asia, "es_11_1", states=["KAZ"], factors=(0.5, 2.0), years=1.5, inner=2)
    assert set(np.unique(found.penalties / np.array(rollcall.PENALTIES))) <= {0.5, 1.0, 2.0}


def test_unknown_votes_are_not_scored(central_asia, record):
    found = leave_one_out(central_asia, "es_11_5", **QUICK)
    known = record.votes[record.roll("es_11_5")] >= 0
    assert found.states == tuple(state for state in SOME if known[record.states.index(state)])
    assert len(found.states) < len(SOME)


@pytest.mark.parametrize(
    ("roll", "more", "message"),
    [
        ("es_11_9", {}, "`es_11_9` is no roll call"),
        ("es_11_2", {}, "18 votes on es_11_2 are known"),
        ("es_11_1", {"without": ["capcity"]}, "no group of traits capcity"),
    ],
)
def test_what_cannot_be_forecast_is_said(central_asia, roll, more, message):
    with pytest.raises(CaseError, match=message):
        leave_one_out(central_asia, roll, **QUICK, **more)


def test_a_group_can_be_left_out(central_asia, first):
    less = leave_one_out(central_asia, "es_11_1", without=["capacity"], **QUICK)
    assert np.abs(less.probability - first.probability).max() > 0.01
