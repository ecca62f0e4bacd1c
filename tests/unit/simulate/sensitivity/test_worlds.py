"""Histories of many worlds are those of as many cases."""

from __future__ import annotations

import numpy as np
import pytest

MEMBERS, OFF = 8, ("food_prices",)


@pytest.fixture(scope="module")
def values(wired):
    """The stated numbers, and two worlds far from them."""
    rng = np.random.default_rng(3)
    low, high = (np.array([getattr(n, end) for n in wired.numbers]) for end in ("low", "high"))
    return np.stack([wired.central, *(low + (high - low) * rng.uniform(size=len(low)) for _ in range(2))], axis=1)


@pytest.mark.parametrize("scenario", ["history", "russia_wins"])
@pytest.mark.parametrize("world", [0, 1, 2])
def test_a_world_is_a_case_with_its_numbers(scenario, world, values, wired, model, central_asia, exactly, direct):
    case = exactly(central_asia, {n.place: x for n, x in zip(wired.numbers, values[:, world], strict=True)})
    there, here = direct(case, scenario, OFF), model.outcome(scenario, values, dice=MEMBERS)
    for name, x in there.fields.items():
        np.testing.assert_allclose(here.fields[name][world], x[0], rtol=2e-5, atol=2e-5, err_msg=name)
    assert here.odds.keys() == there.odds.keys()
    for key, odds in there.odds.items():
        np.testing.assert_allclose(here.odds[key][world], odds[0], atol=2e-5, err_msg=key)


def test_neither_neighbours_nor_workers_change_a_world(values, model):
    many = np.concatenate([np.repeat(values, 30, axis=1), values[:, :1]], axis=1)
    whole, alone = model.outcome("history", many, workers=2), model.outcome("history", values[:, :1], workers=1)
    for name, x in alone.fields.items():
        np.testing.assert_array_equal(whole.fields[name][-1], x[0], err_msg=name)
        np.testing.assert_array_equal(whole.fields[name][0], x[0], err_msg=name)


def test_more_dice_are_a_mean_over_batches_of_them(values, model):
    few, many = (model.outcome("history", values[:, :1], dice=dice) for dice in (8, 16))
    assert few.fields["room"] != pytest.approx(many.fields["room"], abs=1e-7)
    np.testing.assert_array_equal(model.outcome("history", values[:, :1], dice=9).fields["room"], many.fields["room"])


def test_some_worlds_of_a_summary_are_those_worlds(values, model):
    whole = model.outcome("history", values)
    some = whole.of(np.array([2, 0]))
    np.testing.assert_array_equal(some.fields["room"], whole.fields["room"][[2, 0]])
    assert all(len(odds) == 2 for odds in some.odds.values())
