from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.base import TightropeError
from tightrope.decide.bargain import VARIANTS, Actors, Rules, bargain, ensemble, rules
from tightrope.decide.bargain.contest import Table, chances, medians
from tightrope.decide.bargain.risk import risk_exponents


@st.composite
def actors(draw: st.DrawFn, most: int = 7) -> Actors:
    n = draw(st.integers(2, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return Actors(
        tuple(f"A{k}" for k in range(n)), rng.uniform(0.1, 1, n), rng.uniform(-5, 20, n), rng.uniform(0.05, 1, n)
    )


HOW = st.sampled_from([*VARIANTS.values(), replace(VARIANTS["original"], stays=0.5), Rules(risk="neutral")])


@given(actors(), HOW)
def test_nobody_leaves_the_range_of_what_is_wanted(who: Actors, how: Rules) -> None:
    for one in bargain(who, rules=how, rounds=4).rounds:
        assert (one.position >= who.position.min() - 1e-9).all()
        assert (one.position <= who.position.max() + 1e-9).all()
        assert who.position.min() - 1e-9 <= one.median <= who.position.max() + 1e-9


@given(actors(), HOW, st.floats(0.1, 100), st.floats(-50, 50))
def test_the_unit_and_the_zero_of_the_scale_do_not_matter(who: Actors, how: Rules, unit: float, zero: float) -> None:
    one = bargain(who, rules=how, rounds=1).rounds[-1]
    other = bargain(replace(who, position=unit * who.position + zero), rules=how, rounds=1).rounds[-1]
    assert other.position == pytest.approx(unit * one.position + zero, abs=1e-6 * unit + 1e-6)


@given(actors(), HOW, st.floats(0.01, 1000))
def test_the_unit_of_capability_does_not_matter(who: Actors, how: Rules, unit: float) -> None:
    one, other = (bargain(w, rules=how, rounds=1) for w in (who, replace(who, capability=unit * who.capability)))
    assert other.rounds[-1].position == pytest.approx(one.rounds[-1].position, abs=1e-6)


@given(actors(), HOW, st.randoms(use_true_random=False))
def test_the_order_of_actors_does_not_matter(who: Actors, how: Rules, random) -> None:
    order = list(range(len(who.names)))
    random.shuffle(order)
    mixed = Actors(tuple(who.names[k] for k in order), who.capability[order], who.position[order], who.salience[order])
    one, other = bargain(who, rules=how, rounds=1).rounds[-1], bargain(mixed, rules=how, rounds=1).rounds[-1]
    assert other.position == pytest.approx(one.position[order], abs=1e-6)


@given(actors())
def test_chances_of_two_rivals_sum_to_one_if_they_share_the_support(who: Actors) -> None:
    table = Table(who.position[None], who.weight[None], who.salience[None], np.array([who.range]))
    one = np.ones((1, len(who.names)))
    both = chances(table, one, rules("scholz"))[0]
    assert both + both.T + np.eye(len(both)) == pytest.approx(np.ones_like(both))
    few = chances(table, one, rules("replication"))[0]
    assert (few + few.T).sum() == pytest.approx(1.0)  # of all pairs together: why each chance is small


@given(actors(), st.sampled_from(["own", "others"]))
def test_risk_exponents_lie_between_a_half_and_two(who: Actors, risk: str) -> None:
    table = Table(who.position[None], who.weight[None], who.salience[None], np.array([who.range]))
    found = risk_exponents(table, Rules(risk=risk))
    assert ((found > 0.5 - 1e-9) & (found < 2 + 1e-9)).all()


@given(actors(9))
def test_the_median_beats_every_other_position(who: Actors) -> None:
    middle = medians(who.position[None], who.weight[None])[0]
    for other in who.position:
        near = np.abs(who.position - middle) - np.abs(who.position - other)
        assert who.weight[near < 0].sum() >= who.weight[near > 0].sum() - 1e-9


def test_the_median_lies_midway_between_two_halves() -> None:
    assert medians(np.array([[10.0, 4.0]]), np.array([[1.0, 1.0]])).tolist() == [7.0]


def test_the_weak_gives_in_to_the_strong() -> None:
    who = Actors(("strong", "weak"), np.array([2.0, 1.0]), np.array([0.0, 1.0]), np.array([0.9, 0.1]))
    last = bargain(who, rounds=1).rounds[-1]
    assert last.position[0] == 0.0
    assert last.position[1] < 1.0
    assert last.rival.tolist() == [-1, 0]


def test_bargaining_stops_when_nobody_moves() -> None:
    who = Actors(("A", "B"), np.array([2.0, 1.0]), np.array([0.0, 1.0]), np.array([0.9, 0.1]))
    found = bargain(who, rounds=500)
    assert found.stop == "settled"
    assert len(found.rounds) < 501
    more = bargain(replace(who, position=np.array([0.0, 1.0])), rounds=len(found.rounds) - 2)
    assert more.stop == "rounds"


def test_a_cycle_is_seen_and_repeats() -> None:
    who = Actors(tuple("ABCD"), np.ones(4), np.array([2.0, 2, 1, 3]), np.array([1.0, 0.2, 0.7, 0.5]))
    found = bargain(who, rules=rules("replication"), rounds=40)
    assert (found.stop, found.period) == ("cycle", 2)
    assert found.rounds[-1].position == pytest.approx(found.rounds[-3].position)
    assert found.rounds[-1].position != pytest.approx(found.rounds[-2].position)


def test_members_keep_their_draws_whatever_their_number_and_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    who = Actors(tuple("ABC"), np.array([1.0, 2.0, 3.0]), np.array([0.0, 4.0, 10.0]), np.array([0.3, 0.6, 0.9]))
    few, many = (ensemble(who, rounds=3, members=n) for n in (5, 40))
    assert (many.position[:5] == few.position).all()
    monkeypatch.setattr("tightrope.decide.bargain.bargaining.CELLS", 27 * 7)
    assert (ensemble(who, rounds=3, members=40).position == many.position).all()


def test_without_spread_every_member_is_the_bargain_itself() -> None:
    who = Actors(tuple("ABC"), np.array([1.0, 2.0, 3.0]), np.array([0.0, 4.0, 10.0]), np.array([0.3, 0.6, 0.9]))
    for how in VARIANTS.values():
        alone, all_ = bargain(who, rules=how, rounds=3), ensemble(who, rules=how, rounds=3, members=3, spread=0)
        assert (all_.position == alone.rounds[-1].position).all()
        assert all_.weighted_mean[-1] == pytest.approx(alone.rounds[-1].weighted_mean)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda who: bargain(who, rounds=-1), "0 or more"),
        (lambda who: ensemble(who, members=0), "at least 1"),
        (lambda who: ensemble(who, spread=1.5), "0 to 1"),
        (lambda who: rules("shcolz"), "Did you mean `scholz`"),
        (lambda who: Rules(chance="pairs"), "Did you mean `pair`"),
        (lambda who: Rules(chance="all", risk="own"), "not defined"),
        (lambda who: Rules(stays=2), "probability"),
    ],
)
def test_wrong_settings_are_refused(wrong, says: str) -> None:
    who = Actors(("A", "B"), np.ones(2), np.arange(2.0), np.ones(2))
    with pytest.raises(TightropeError, match=says):
        wrong(who)
