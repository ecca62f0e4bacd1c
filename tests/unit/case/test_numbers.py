"""Every number of a case has a place, and can be given another value there."""

from __future__ import annotations

from collections import Counter

import pytest

from tightrope.base import CaseError
from tightrope.case import Case
from tightrope.case.numbers import all_numbers, with_numbers


def test_there_are_as_many_numbers_of_each_kind_as_the_case_counts(central_asia: Case) -> None:
    counted = Counter(number.kind for number in all_numbers(central_asia))
    assert counted == Counter({kind: n for kind, n in central_asia.numbers().items() if n})


def test_no_two_numbers_share_a_place(central_asia: Case) -> None:
    places = [number.place for number in all_numbers(central_asia)]
    assert len(set(places)) == len(places)


def test_one_number_of_each_sort_is_changed_and_nothing_else(central_asia: Case) -> None:
    before = all_numbers(central_asia)
    one_each = {number.place[0]: number for number in before if number.value < 0.5}
    assert {"ties", "attributes", "parameter", "shock"} <= set(one_each)
    changed = with_numbers(central_asia, {n.place: (n.value + 0.1, n.low, n.high + 0.2) for n in one_each.values()})
    moved = [(a, b) for a, b in zip(before, all_numbers(changed), strict=True) if a != b]
    assert {a.place for a, _ in moved} == {number.place for number in one_each.values()}
    assert all(b.value == a.value + 0.1 and b.low == a.low and b.high == a.high + 0.2 for a, b in moved)
    assert changed.digest != central_asia.digest
    assert before == all_numbers(central_asia)


def test_what_reads_the_case_sees_the_change(central_asia: Case) -> None:
    stake = next(n for n in all_numbers(central_asia) if n.name == "distance_scale")
    changed = with_numbers(central_asia, {stake.place: (1234.0, 1000.0, 1500.0)})
    found = changed.parameter("distance_scale")
    assert (found.value, found.low, found.high) == (1234.0, 1000.0, 1500.0)
    tie = next(
        n for n in all_numbers(central_asia) if n.place[0] == "ties" and n.name.endswith("2021") and n.low < n.high
    )
    state, power, channel, _ = tie.name.split()
    row = with_numbers(central_asia, {tie.place: (0.123, 0.1, 0.2)}).tables["ties"][int(tie.place[1])]
    assert (row.state, row.power, row.channel, row.value) == (state, power, channel, 0.123)


def test_a_place_that_is_none_is_refused(central_asia: Case) -> None:
    with pytest.raises(CaseError, match="holds no number"):
        with_numbers(central_asia, {("ties", "99999999"): (0.0, 0.0, 0.0)})


def test_no_change_gives_the_same_case(central_asia: Case) -> None:
    assert with_numbers(central_asia, {}) is central_asia
