"""The vector of numbers gives the inputs that a case with these numbers has."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.case.numbers import all_numbers, with_numbers
from tightrope.decide.draws import prior
from tightrope.simulate.forcing import forcing
from tightrope.simulate.inputs import inputs
from tightrope.simulate.mechanisms import mechanisms
from tightrope.simulate.sensitivity.wiring import MEANS

ON = dict.fromkeys(mechanisms, 1.0)


@pytest.fixture(scope="module")
def moved(wired, exactly, central_asia):
    """Every number somewhere in its range: as a vector, and as a case."""
    rng = np.random.default_rng(1)
    values = np.array([*(n.low + (n.high - n.low) * rng.uniform() for n in wired.numbers), MEANS])
    case = exactly(central_asia, {n.place: x for n, x in zip(wired.numbers, values[:-1], strict=True)})
    return values, case


def test_every_input_is_that_of_the_case_with_these_numbers(wired, moved):
    values, case = moved
    there = np.concatenate([item.value.ravel() for item in inputs(case).ranges.values()])
    np.testing.assert_array_equal(wired.inputs(np.stack([wired.central, values], axis=1))[:, 1], there)


def test_priors_are_those_of_the_case_with_these_numbers(wired, moved):
    values, case = moved
    given = prior(case)
    np.testing.assert_array_equal(values[wired.mean], given.mean)
    np.testing.assert_array_equal(values[wired.spread], given.spread)


@pytest.mark.parametrize("scenario", ["history", "cku_railway", "russia_wins"])
def test_every_level_is_that_of_the_case_with_these_numbers(scenario, wired, moved):
    values, case = moved
    here = wired.levels(scenario, np.stack([wired.central, values], axis=1))
    there = forcing(case, scenario, ON)
    for name in there._fields:
        np.testing.assert_allclose(
            getattr(here, name)[..., 1], getattr(there, name)[..., 0], rtol=0, atol=1e-12, err_msg=name
        )


def test_numbers_that_are_not_wired_change_nothing(wired, central_asia):
    read = {number.place for number in wired.numbers}
    others = [number for number in all_numbers(central_asia) if number.place not in read]
    # All but what corridors work by, which are switches, the amounts that the powers' own cost is computed from, and the
    # matrix of trade, which stands as it is
    fixed = ("turnover", "gdp", "corridor_works_by")
    changed = {
        n.place: (n.value * 1.5 + 0.1,) * 3 for n in others if not n.name.startswith(fixed) and n.place[0] != "trade"
    }
    assert len(changed) > 1000
    case = with_numbers(central_asia, changed)
    before, after = inputs(central_asia), inputs(case)
    for name, item in before.ranges.items():
        for end in ("value", "low", "high"):
            np.testing.assert_array_equal(getattr(item, end), getattr(after.ranges[name], end), err_msg=name)
    for scenario in ("history", "cku_railway", "russia_wins"):
        for a, b in zip(forcing(central_asia, scenario, ON), forcing(case, scenario, ON), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_scenario_reads_all_but_the_shocks_of_others(wired):
    unread = {
        n.place[1] for n, is_read in zip(wired.numbers, wired.read_by("cku_railway")[:-1], strict=True) if not is_read
    }
    assert unread == {"russia_wins"}
