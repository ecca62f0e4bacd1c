"""Histories of many worlds are those of as many cases."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.decide.draws import Draws, usual_names
from tightrope.simulate.inputs import inputs
from tightrope.simulate.sensitivity import assumptions, wiring, worlds
from tightrope.simulate.sensitivity.assumptions import PRIORS, WEIGHTS
from tightrope.simulate.sensitivity.wiring import MEANS

MEMBERS, OFF = 8, ("food_prices",)


@pytest.fixture(scope="module")
def values(wired):
    """The stated numbers, and two worlds far from them."""
    rng = np.random.default_rng(3)
    low, high = (np.array([getattr(n, end) for n in wired.numbers]) for end in ("low", "high"))
    moved = [np.append(low + (high - low) * rng.uniform(size=len(low)), MEANS) for _ in range(2)]
    return np.stack([wired.central, *moved], axis=1)


@pytest.mark.parametrize("scenario", ["history", "russia_wins"])
@pytest.mark.parametrize("world", [0, 1, 2])
def test_a_world_is_a_case_with_its_numbers(scenario, world, values, wired, model, central_asia, exactly, direct):
    case = exactly(central_asia, {n.place: x for n, x in zip(wired.numbers, values[:-1, world], strict=True)})
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


@pytest.fixture(scope="module")
def fitted(central_asia):
    """Draws as a fit would give them."""
    coefficients = inputs(central_asia).draws.coefficients[..., :4]
    habits = np.random.default_rng(2).normal(size=(len(usual_names(central_asia)), 4)).astype(np.float32)
    habits[0] = 0
    return Draws(coefficients, habits, basis="posterior")


def test_fitted_weights_are_one_group_and_their_priors_are_set_aside(central_asia, fitted):
    varied = assumptions(wiring(central_asia, ["history"], fitted))
    assert list(varied.groups)[-1] == WEIGHTS
    rows = [row for n in PRIORS for some in central_asia.parameters[n].values.values() for row in some]
    priors = sum(row.kind == "assumed" for row in rows)
    assert priors > 10
    assert varied.set_aside["prior that a fit stands in for"] == priors
    assert len(varied.single) + sum(varied.set_aside.values()) == central_asia.numbers()["assumed"]
    together = np.full((3, sum(map(len, varied.groups.values()))), 0.5)
    together[:, -1] = [0.0, 0.3, 0.99]
    points = np.full((3, len(varied.single)), 0.5)
    assert varied.values(points, together)[-1].tolist() == [0, 1, 3]


def test_worlds_take_the_draw_of_the_fit_that_they_name_or_the_means(central_asia, fitted):
    wired = wiring(central_asia, ["history"], fitted)
    model = worlds(wired, ["history"])
    values = np.repeat(wired.central[:, None], 5, axis=1)
    values[-1, :4] = range(4)
    found = model.outcome("history", values)
    assert len({float(x) for x in found.odds["es_11_1:KAZ"][:, 0]}) == 5
    alone = Draws(fitted.coefficients[..., 2:3], fitted.habits[..., 2:3], basis="posterior")
    one = worlds(wiring(central_asia, ["history"], alone), ["history"]).outcome("history", wired.central[:, None])
    for key, odds in one.odds.items():
        np.testing.assert_allclose(found.odds[key][2], odds[0], atol=1e-6, err_msg=key)
