"""Shocks and corridors reach the cells that they name, in the quarters that they name."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from tightrope.simulate import mechanisms
from tightrope.simulate.forcing import forcing
from tightrope.simulate.world import CHANNELS

ROUTES = {
    # mechanism: a scenario in which a corridor that works by it is not as at the start, and the corridors in question
    "transit_substitution": ("history", {"western_crossings"}),
    "gas_transit": ("gas_route_turkiye", {"gas_to_turkiye"}),
    "gas_swap": ("iran_corridor", {"gas_swap"}),
    "railway_bypass": ("zangezur", {"cku_railway", "middle_corridor", "zangezur"}),
}
ON = dict.fromkeys(mechanisms, 1.0)


def corridor(case, scenario, on=ON):
    """Change of ties by corridors at the stated values, (quarter, state, power, channel)."""
    return np.moveaxis(forcing(case, scenario, on).corridor[..., 0], 1, -1)


def named(case, corridors):
    """Cells that a full opening of some corridors would change, in the simulation's order of channels."""
    effect = case.parameter("corridor_effect", case.start)
    cells = np.zeros((len(case.states), len(case.powers), len(CHANNELS)), bool)
    for name in corridors:
        some = effect.value[case.labels("corridor").index(name)] != 0
        for c, channel in enumerate(case.channels):
            cells[..., CHANNELS.index(channel)] |= some[..., c]
    return cells


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_moves_only_the_ties_that_the_case_names(name, central_asia):
    scenario, corridors = ROUTES[name]
    moved = (corridor(central_asia, scenario) - corridor(central_asia, scenario, ON | {name: 0.0})) != 0
    cells = named(central_asia, corridors)
    assert moved.any()
    assert not (moved & ~cells).any()
    assert moved[-1].sum() == cells.sum(), "and all of them, once it is open"


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_that_is_switched_off_leaves_all_other_shocks_alone(name, central_asia):
    scenario, _ = ROUTES[name]
    with_it, without = forcing(central_asia, scenario, ON), forcing(central_asia, scenario, ON | {name: 0.0})
    for field in set(with_it._fields) - {"corridor"}:
        jax.tree.map(np.testing.assert_array_equal, getattr(with_it, field), getattr(without, field))


def test_the_case_ties_each_corridor_to_the_mechanism_that_the_table_above_says(central_asia):
    works = central_asia.parameter("corridor_works_by", central_asia.start).value
    labels = central_asia.labels("mechanism")
    assert set(labels) == set(ROUTES)
    for name, (_, corridors) in ROUTES.items():
        at = np.flatnonzero(works[:, labels.index(name)])
        assert {central_asia.labels("corridor")[k] for k in at} == corridors


def test_routes_move_nothing_before_anything_opens_or_closes(central_asia):
    assert not corridor(central_asia, "history")[0].any(), "2021Q4 is the yardstick"


def test_opening_and_closing_move_the_same_ties_in_opposite_directions():
    for name in ROUTES:
        function = mechanisms[name].function
        assert function(1, 0.75, 0.5) == -function(1, 0.25, 0.5) == 0.25


@pytest.mark.parametrize("name", mechanisms)
def test_only_routes_and_what_moves_all_trade_act_through_the_shocks(name, central_asia):
    if name in (*ROUTES, "sanctions_spillover", "balancing_cost"):
        return
    everywhere = forcing(central_asia, "iran_corridor", ON)
    jax.tree.map(np.testing.assert_array_equal, everywhere, forcing(central_asia, "iran_corridor", ON | {name: 0.0}))


def test_a_shock_reaches_its_power_from_its_quarter_on(central_asia):
    t = central_asia.quarters.index("2025Q1")
    p = central_asia.powers.index("RUS")
    base, won = (forcing(central_asia, name, ON).aggression[..., 0] for name in ("history", "russia_wins"))
    np.testing.assert_array_equal(won[:t], base[:t])
    np.testing.assert_array_equal(np.delete(won, p, axis=1), np.delete(base, p, axis=1))
    shock = next(s for s in central_asia.scenarios["russia_wins"].shocks if s.what == "aggression")
    assert (won[t:, p] == shock.value).all()


def test_the_stated_value_of_every_shock_lies_within_its_range(central_asia):
    for scenario in central_asia.scenarios:
        for name, levels in forcing(central_asia, scenario, ON)._asdict().items():
            assert np.isfinite(levels).all()
            if name == "trade_change":  # its ends are whole worlds, with weak and with strong sanctions
                assert (levels > 0).all()
                continue
            assert (levels[..., 1] <= levels[..., 0] + 1e-12).all()
            assert (levels[..., 0] <= levels[..., 2] + 1e-12).all()


def test_levels_that_are_parts_of_a_whole_stay_between_none_and_all(central_asia):
    for scenario in central_asia.scenarios:
        now = forcing(central_asia, scenario, ON)
        for name in ("attention", "invasion", "sanctioned", "sanctioner", "withdrawal", "extension", "barrier", "remittance_cut", "expulsion", "offer"):  # fmt: skip
            for levels in jax.tree.leaves(getattr(now, name)):
                assert (levels >= 0).all(), (scenario, name)
                assert (levels <= 1).all(), (scenario, name)


def test_several_sanctioners_close_more_than_the_strongest_of_them(central_asia):
    now = forcing(central_asia, "history", ON)
    p = central_asia.powers.index("RUS")
    strongest = now.sanctioner[-1, :, 0].max()
    assert strongest < now.sanctioned[-1, p, 0] < 1
