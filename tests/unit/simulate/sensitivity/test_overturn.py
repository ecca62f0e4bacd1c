"""Where numbers are tried, and the first value that breaks a conclusion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tightrope.case.numbers import Number
from tightrope.simulate.sensitivity.overturn import between, first_flip, line, overturn

FINITE = st.floats(-100, 100).map(lambda x: round(x, 3))


def number(low: float, value: float, high: float, unit: str = "km") -> Number:
    return Number(("parameter", "p", "always", "0"), "p", value, low, high, unit, "assumed", "made up", "p.yaml", 1)


@given(st.tuples(FINITE, FINITE, FINITE).map(sorted), st.sampled_from([-1, 1]), st.sampled_from(["1", "km"]))
def test_a_line_runs_outwards_through_the_end_of_the_range(ends, side, unit):
    low, value, high = ends
    values = line(number(low, value, high, unit), side)
    end = low if side < 0 else high
    if end == value:
        assert not len(values)
        return
    assert end in values
    assert (np.diff(values) * side > 0).all()
    assert (values[0] - value) * side > 0


@given(st.tuples(*[st.floats(0, 1).map(lambda x: round(x, 3))] * 3).map(sorted), st.sampled_from([-1, 1]))
def test_a_part_of_a_whole_stays_one_and_what_is_positive_stays_so(ends, side):
    values = line(number(*ends, "1"), side)
    assert ((values >= 0) & (values <= 1)).all()
    assume(ends[0] > 0 and len(values))
    assert values.min() > 0


def test_the_nearest_value_that_breaks_is_found_with_its_way():
    one = number(0.0, 2.0, 4.0)
    values = line(one, 1)
    found = overturn(one, 1.0, values, 3.5 - values)
    assert (found.value, found.part, found.within) == (4.0, 1.0, True)
    finer = overturn(one, 1.0, between(3.0, 4.0), 3.5 - between(3.0, 4.0) - 1e-9)
    assert finer.value == pytest.approx(3.5)
    assert finer.margin < 0
    assert finer.part == pytest.approx(0.75)


def test_beyond_the_range_is_told_apart():
    one = number(1.0, 2.0, 3.0)
    found = overturn(one, 1.0, line(one, 1), 3.5 - line(one, 1))
    assert found.value > 3
    assert found.part > 1
    assert not found.within


def test_what_never_breaks_gives_none_and_unknown_breaks_nothing():
    one = number(0.0, 2.0, 4.0)
    values = line(one, -1)
    assert overturn(one, 1.0, values, 1 + values) is None
    assert first_flip(1.0, np.array([np.nan, 2.0])) is None
    assert first_flip(1.0, np.array([np.nan, -2.0])) == 1
