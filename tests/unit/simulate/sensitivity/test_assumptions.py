"""Which numbers are varied, and where they are put."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.case import load_case, new_case
from tightrope.case.numbers import all_numbers
from tightrope.simulate.sensitivity import assumptions, wiring


def test_every_assumed_number_is_varied_or_set_aside_with_a_reason(central_asia):
    varied = assumptions(wiring(central_asia, list(central_asia.scenarios)))
    told = len(varied.single) + sum(varied.set_aside.values())
    assert told == central_asia.numbers()["assumed"]
    assert all(number.kind == "assumed" and number.has_range for number in varied.numbers)
    assert len(set(varied.single)) == len(varied.single)


def test_what_is_set_aside_is_so_for_the_reason_given(central_asia):
    found = assumptions(wiring(central_asia, ["history"])).set_aside
    assumed = [number for number in all_numbers(central_asia) if number.kind == "assumed"]
    others = [n for n in assumed if n.place[0] == "shock" and n.place[1] != "history"]
    assert found["shock of a scenario that was not asked for"] == len(others)
    year = int(central_asia.start[:4])
    rows = [central_asia.tables["ties"][int(n.place[1])] for n in assumed if n.place[0] == "ties"]
    replaced = [row for row in rows if central_asia.tie(row.state, row.power, row.channel, year) is not row]
    elsewhere = [
        n for n in assumed if n.place[0] in ("peers", "trade")
    ]  # read by the fit and by trade, not by histories
    assert replaced
    reason = "figure that no history draws: of another time than the start, or taken as it stands"
    assert found[reason] == len(replaced) + len(elsewhere)


def test_places_zero_half_and_one_are_low_value_and_high(wired):
    varied = assumptions(wired)
    points = np.repeat(np.array([0.0, 0.5, 1.0])[:, None], len(varied.single), axis=1)
    together = np.full((3, sum(map(len, varied.groups.values()))), 0.5)
    found = varied.values(points, together)
    ends = np.array([[n.low, n.value, n.high] for n in varied.numbers])
    np.testing.assert_allclose(found[varied.single], ends, rtol=1e-12, atol=1e-15)
    others = np.setdiff1d(np.arange(len(wired.central)), varied.single)
    np.testing.assert_array_equal(found[others], np.repeat(wired.central[others, None], 3, axis=1))


def test_every_number_with_a_range_is_single_or_in_the_group_of_its_kind(wired):
    varied = assumptions(wired, single=assumptions(wired).single[:5])
    members = np.concatenate([varied.single, *varied.groups.values()])
    assert sorted(members) == [k for k, number in enumerate(wired.numbers) if number.has_range]
    assert set(varied.groups) == {"all coded", "all estimated", "all measured", "all other assumed"}
    kinds = {wired.numbers[k].kind for k in varied.groups["all estimated"]}
    assert kinds == {"estimated"}


@given(st.integers(0, 2**20), st.integers(0, 5))
def test_a_group_moves_as_one_each_number_by_half_the_grid(wired, trajectory, seed):
    varied = assumptions(wired)
    points = np.zeros((3, len(varied.groups)))
    points[1, 0], points[2, 1] = 2 / 3, 1.0
    found = varied.grouped(points, np.full(3, trajectory), seed)
    first = len(next(iter(varied.groups.values())))
    np.testing.assert_allclose(np.abs(found[1, :first] - found[0, :first]), 2 / 3)
    np.testing.assert_array_equal(found[1, first:], found[0, first:])
    np.testing.assert_array_equal(found[2, :first], found[0, :first])
    assert np.allclose(found * 3, np.round(found * 3))
    assert found.min() >= 0
    assert found.max() <= 1


def test_a_drawn_group_is_drawn_anew_when_its_coordinate_changes_and_only_then(wired):
    varied = assumptions(wired)
    points = np.tile([0.1, 0.2, 0.3], (3, 1))
    points[2, 0] = 0.9
    found = varied.drawn(points, 7)
    first = len(next(iter(varied.groups.values())))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[2, first:], found[0, first:])
    assert (found[2, :first] != found[0, :first]).all()
    spread = varied.drawn(np.random.default_rng(0).uniform(size=(400, 3)), 7)
    assert spread.mean() == pytest.approx(0.5, abs=0.01)
    assert spread.std() == pytest.approx(12**-0.5, abs=0.01)


def test_coverage_holds_in_a_new_case(tmp_path):
    new_case(tmp_path / "fresh", ("AAA", "BBB"), ("PPP", "QQQ"))
    case = load_case(tmp_path / "fresh")
    varied = assumptions(wiring(case, list(case.scenarios)))
    assert len(varied.single) + sum(varied.set_aside.values()) == case.numbers()["assumed"]
    assert len(varied.single) > 100
