"""Measures of the built-in case: labels, ranges, what follows from what."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.measure import dependence, leverage, measures, room

SHARES = (
    "dependence",
    "contribution",
    "threat",
    "leverage",
    "room",
    "concentration",
    "bandwidth",
    "one_sidedness",
    "capacity",
)


@pytest.fixture(scope="module")
def found(central_asia):
    return measures(central_asia, 2021)


def test_every_measure_is_labelled_and_has_a_unit(found, central_asia):
    sizes = {"state": central_asia.states, "power": central_asia.powers, "channel": central_asia.channels}
    for name, x in found.items():
        assert x.unit == "1", name
        assert x.meaning, name
        assert x.value.shape == tuple(len(sizes[dim]) for dim in x.dims), name


def test_every_range_contains_its_value(found):
    for name, x in found.items():
        known = ~np.isnan(x.value)
        assert (x.low[known] <= x.value[known]).all(), name
        assert (x.value[known] <= x.high[known]).all(), name
        np.testing.assert_array_equal(np.isnan(x.low), np.isnan(x.value), err_msg=name)


@pytest.mark.parametrize("name", SHARES)
def test_what_is_a_part_of_a_whole_lies_between_none_and_all(name, found):
    x = found[name]
    assert np.isfinite(x.value).all(), "2021 is complete"
    assert (x.low >= 0).all()
    assert (x.high <= 1).all()


def test_dependence_is_the_sum_of_what_channels_contribute(found):
    np.testing.assert_allclose(found["dependence"].value, found["contribution"].value.sum(axis=2))


def test_leverage_and_room_follow_from_dependence_and_threat(found):
    hold = leverage(found["dependence"].value, found["threat"].value)
    np.testing.assert_allclose(found["leverage"].value, hold)
    np.testing.assert_allclose(found["room"].value, room(hold))
    np.testing.assert_allclose(found["capacity"].value, found["bandwidth"].value * found["one_sidedness"].value)


def test_dependence_never_exceeds_need(found):
    assert (found["dependence"].value <= found["one_sidedness"].value + 1e-12).all()


def test_dependence_of_the_case_is_that_of_its_tables(found, central_asia):
    stake = central_asia.parameter("stake", "2021Q4").value
    kept = central_asia.parameter("replaceability", "2021Q4").value
    by_hand = dependence(central_asia.share(2021).value, stake / stake.sum(axis=1, keepdims=True), kept)
    np.testing.assert_allclose(found["dependence"].value, by_hand)


def test_the_same_seed_gives_the_same_ranges_and_another_seed_nearly_so(central_asia, found):
    again, other = measures(central_asia, 2021), measures(central_asia, 2021, seed=1)
    for name, x in found.items():
        assert x == again[name]
        np.testing.assert_array_equal(other[name].value, x.value)
    np.testing.assert_allclose(other["room"].low, found["room"].low, atol=0.02)
    assert (other["room"].low != found["room"].low).any()


def test_the_year_defaults_to_the_start_of_the_period(central_asia, found):
    assert measures(central_asia)["room"] == found["room"]


def test_aggression_raises_threat_and_nothing_of_dependence(central_asia, found):
    from tightrope.base import Estimate

    p = central_asia.powers.index("RUS")
    now = central_asia.parameter("aggression", "2021Q4")
    more = Estimate(
        *(np.where(np.arange(len(x)) == p, 2 * x + 1, x) for x in (now.value, now.low, now.high)), now.dims, "1"
    )
    risen = measures(central_asia, 2021, levels={"aggression": more})
    assert (risen["threat"].value[:, p] > found["threat"].value[:, p]).all()
    np.testing.assert_array_equal(np.delete(risen["threat"].value, p, 1), np.delete(found["threat"].value, p, 1))
    assert risen["dependence"] == found["dependence"]
    assert (risen["room"].value <= found["room"].value).all()
