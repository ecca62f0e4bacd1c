"""Every mechanism changes, in the quarter in which it acts, the outcomes that it names and no other."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.simulate import mechanisms
from tightrope.simulate.world import CHANNELS

VOLUMES = {f"world.volume.{channel}" for channel in CHANNELS}
ANSWERS = {"outcome.answer", "world.reward", "world.barrier", "world.harsh", "world.penalty", "world.volume.finance"}

# What each outcome that a mechanism may name is in the simulation. The first one has to change when the mechanism is
# switched off, the others may.
FIELDS: dict[str, tuple[str, set[str]]] = {
    # name          changes for sure         may change with it
    "dependence": ("outcome.dependence", set()),
    "threat": ("outcome.threat", set()),
    "credibility": ("outcome.credibility", set()),
    "growth": ("outcome.growth", set()),
    "arrivals": ("world.arrivals", set()),
    "alignment": ("world.alignment", {"outcome.alignment"}),
    "evasion": ("world.evasion", {"outcome.evasion"}),
    "food_price": ("world.food", {"outcome.food_price"}),
    "trade": ("world.volume.trade", {"outcome.trade"}),
    "finance": ("world.volume.finance", set()),
    "culture": ("world.volume.culture", set()),
    "people": ("world.volume.people", set()),
    "ties": ("world.volume", {*VOLUMES, "outcome.trade", "outcome.remittances"}),
    "answers": ("outcome.answer", ANSWERS),
    # A choice moves ties, alignment, stocks of acts and, at once, the powers' answers.
    "choices": (
        "outcome.odds",
        {"outcome.picks", "world.toward", "world.away", "world.quiet", "world.regime", "world.placated"}
        | {"world.facilitation", "world.arrivals", "world.alignment", "outcome.alignment"}
        | {"outcome.trade", "outcome.remittances"}
        | VOLUMES
        | ANSWERS,
    ),
}

ASKED = {"exporters_openness", "placation"}
"""Mechanisms that act only where states choose."""


def changed(before, after):
    return {name for name in before if not np.array_equal(before[name], after[name])}


def covers(field, changes):
    return any(one == field or one.startswith(f"{field}.") for one in changes)


@pytest.fixture(scope="module")
def furnished(stage):
    """The world with a full stock of placating acts, so that M25 has something to work on."""
    return stage.world._replace(placated=1 + 0 * stage.world.placated)


@pytest.mark.parametrize("name", mechanisms)
def test_switching_a_mechanism_off_changes_what_it_touches_and_nothing_else(name, stage, furnished):
    asked = name in ASKED
    changes = changed(
        stage.quarter(world=furnished, asked=asked), stage.quarter(world=furnished, asked=asked, off=(name,))
    )
    touches = mechanisms[name].touches
    allowed = set().union(*(FIELDS[outcome][1] | {FIELDS[outcome][0]} for outcome in touches))
    assert not changes - allowed, f"{name} touches {', '.join(touches)}, yet it changed these too"
    for outcome in touches:
        assert covers(FIELDS[outcome][0], changes), f"{name} says that it touches {outcome}, yet it did not"


@pytest.mark.parametrize("name", mechanisms)
def test_every_mechanism_works_by_its_switch_alone(name, stage, furnished):
    asked = name in ASKED
    once, again = (stage.quarter(world=furnished, asked=asked, off=(name,)) for _ in range(2))
    assert not changed(once, again), "the same quarter, lived through twice, is the same"


def test_the_table_of_the_case_names_every_mechanism_as_the_code_has_it(central_asia):
    rows = {row.switch: row for row in central_asia.tables["mechanisms"] if row.switch}
    assert rows.keys() == mechanisms.keys()
    for name, row in rows.items():
        assert set(row.touches) == set(mechanisms[name].touches), row.id
        assert row.where == (mechanisms[name].where,) or row.where == mechanisms[name].where, row.id


def test_each_of_the_25_mechanisms_of_the_article_has_one_switch(central_asia):
    numbered = [row for row in central_asia.tables["mechanisms"] if row.id.startswith("M")]
    assert [row.id for row in numbered] == [f"M{k:02}" for k in range(1, 26)]
    assert len({row.switch for row in numbered}) == 25
    assert "" not in {row.switch for row in numbered}


@pytest.mark.parametrize("name", mechanisms)
def test_every_mechanism_says_what_it_is_after_and_where_it_comes_from(name, central_asia):
    said = mechanisms[name].function.__doc__
    number = next(row.id for row in central_asia.tables["mechanisms"] if row.switch == name)
    assert f"({number})" in said
    assert "Source\n" in said
    assert "[LynchPierce2026]_" in said


# --- direction: one state, one power, one member unless more are needed -----------------------------------------------

PAIR = np.ones((1, 1, 1))
POWER = STATE = np.ones((1, 1))
SIZE = np.float64(0.5)

DIRECTIONS = {
    # (fact, mechanism): arguments that give the smaller and the larger number
    ("trade ties bind only while trade is leverage", "coercive_trade"): ((0, STATE), (1, STATE)),
    ("growth falls as remittances fall", "remittance_growth"): ((1, SIZE, STATE, -10 * STATE), (1, SIZE, STATE, 0 * STATE)),
    ("the fall hurts more where remittances weigh more", "remittance_growth"): (
        (1, SIZE, 0.5 * STATE, -10 * STATE),
        (1, SIZE, 0.1 * STATE, -10 * STATE),
    ),
    ("migrants are a lever only if the switch is on", "migrant_retaliation"): ((0,), (1,)),
    ("a co-ethnic population is a pretext", "pretext"): ((0, SIZE), (1, SIZE)),
    ("arrivals enlarge the pretext", "arrivals_exposure"): ((1, PAIR, 0 * PAIR), (1, PAIR, 0.1 * PAIR)),
    ("sanctions cost those tied to the target", "sanctions_spillover"): ((1, SIZE, 0.2 * POWER), (1, SIZE, 0.9 * POWER)),
    ("sanctions can be extended only if the switch is on", "secondary_sanctions"): ((0,), (1,)),
    ("sanctions make re-exports pay", "re_export"): ((1, SIZE * STATE, 0.1 * POWER, PAIR, 0 * STATE), (1, SIZE * STATE, 0.9 * POWER, PAIR, 0 * STATE)),
    ("controls lower re-exports", "re_export"): ((1, SIZE * STATE, POWER, PAIR, -0.5 * STATE), (1, SIZE * STATE, POWER, PAIR, 0 * STATE)),
    ("help raises re-exports", "re_export"): ((1, SIZE * STATE, POWER, PAIR, 0 * STATE), (1, SIZE * STATE, POWER, PAIR, 0.5 * STATE)),
    ("goods pass more freely by land", "land_routes"): ((1, SIZE, 0 * PAIR), (1, SIZE, PAIR)),
    ("without land routes enforcement reaches everywhere", "land_routes"): ((0, SIZE, PAIR), (1, SIZE, PAIR)),
    ("closed crossings lower openness", "transit_substitution"): ((1, 0.3, 1.0), (1, 1.0, 1.0)),
    ("barriers can be put up only if the switch is on", "trade_barrier"): ((0,), (1,)),
    ("war drives migrants out", "drafted_migrants"): ((1, SIZE, 0 * POWER), (1, SIZE, POWER)),
    ("war makes food dearer", "food_prices"): ((1, 25.0, np.zeros(1), np.ones(1), STATE), (1, 25.0, np.ones(1), np.ones(1), STATE)),
    ("sanctions make food dearer", "food_prices"): ((1, 25.0, np.ones(1), np.zeros(1), STATE), (1, 25.0, np.ones(1), np.ones(1), STATE)),
    ("who grows its own food pays less", "food_prices"): ((1, 25.0, np.ones(1), np.ones(1), 0.2 * STATE), (1, 25.0, np.ones(1), np.ones(1), STATE)),
    ("businesspeople of sanctioned powers bring growth", "business_relocation"): ((1, SIZE, 0 * POWER, PAIR), (1, SIZE, POWER, PAIR)),
    ("the draft sends people abroad", "skilled_arrivals"): ((1, SIZE, 0 * POWER, PAIR, 0 * STATE), (1, SIZE, POWER, PAIR, 0 * STATE)),
    ("they go where they are let in", "skilled_arrivals"): ((1, SIZE, POWER, PAIR, -0.5 * STATE), (1, SIZE, POWER, PAIR, 0.5 * STATE)),
    ("they go where a road leads", "skilled_arrivals"): ((1, SIZE, POWER, 0.5 * PAIR, STATE), (1, SIZE, POWER, PAIR, STATE)),
    ("language centres win favour", "language_centres"): ((1, POWER, 0.1 * PAIR), (1, POWER, 0.4 * PAIR)),
    ("a common language draws", "kinship_and_fear"): ((1, SIZE, 0 * PAIR, 1.0, 0 * PAIR), (1, SIZE, PAIR, 1.0, 0 * PAIR)),
    ("fear of radicals repels", "kinship_and_fear"): ((1, SIZE, PAIR, 1.0, PAIR), (1, SIZE, PAIR, 1.0, 0 * PAIR)),
    ("an open pipeline moves ties", "gas_transit"): ((1, 0.0, 0.0), (1, 0.5, 0.0)),
    ("swaps move ties", "gas_swap"): ((1, 0.0, 0.0), (1, 0.5, 0.0)),
    ("a railway moves ties", "railway_bypass"): ((1, 0.0, 0.0), (1, 0.5, 0.0)),
    ("a withdrawal costs credibility", "commitment_credibility"): ((1, POWER, 0.5 * POWER), (1, POWER, 0 * POWER)),
    ("without memory every offer is believed", "commitment_credibility"): ((1, 0.7 * POWER, 0.5 * POWER), (0, 0.7 * POWER, 0.5 * POWER)),
    ("isolation costs exporters of energy most", "exporters_openness"): ((1, SIZE, 0.1 * STATE), (1, SIZE, 0.9 * STATE)),
    ("help with evasion diverts the threat", "diverted_threat"): ((1, SIZE, PAIR), (1, SIZE, 0 * PAIR)),
    ("placating acts soften the wish to punish", "placation"): ((1, SIZE, 0 * PAIR), (1, SIZE, PAIR)),
}  # fmt: skip


@pytest.mark.parametrize(("fact", "name"), DIRECTIONS, ids=[fact for fact, _ in DIRECTIONS])
def test_direction(fact, name):
    function = mechanisms[name].function
    less, more = (np.asarray(function(*arguments)) for arguments in DIRECTIONS[fact, name])
    assert (less < more).all()


def test_every_mechanism_has_a_direction():
    # balancing_cost moves trade between powers; its test is the next one.
    assert {name for _, name in DIRECTIONS} | {"balancing_cost"} == mechanisms.keys()


def test_trade_lost_with_one_power_goes_to_those_that_lose_nothing():
    start = np.array([0.4, 0.3, 0.1])[None, :, None]
    target = np.array([0.2, 0.3, 0.1])[None, :, None]
    rest = np.array([[0.2]])
    gain = mechanisms["balancing_cost"].function(1, 0.5, start, target, rest)
    # Half of the lost 0.2 finds another partner; 0.3, 0.1 and the rest's 0.2 share it by size.
    np.testing.assert_allclose(gain[0, :, 0], [0, 0.1 * 0.3 / 0.6, 0.1 * 0.1 / 0.6])
    assert not mechanisms["balancing_cost"].function(0, 0.5, start, target, rest).any()


def test_diverted_trade_is_never_more_than_what_was_lost():
    rng = np.random.default_rng(1)
    start, rest = np.split(rng.dirichlet(np.ones(7), 50)[:, :, None], [6], axis=1)
    target = start * rng.uniform(0, 1.5, start.shape)
    gain = mechanisms["balancing_cost"].function(1, 0.8, start, target, rest[:, 0])
    lost = np.maximum(start - target, 0).sum(axis=1)
    assert (gain >= 0).all()
    assert (gain.sum(axis=1) <= 0.8 * lost + 1e-12).all()


def test_re_exports_stay_between_nothing_and_everything():
    found = mechanisms["re_export"].function(1, 0.9 * STATE, POWER, PAIR, np.array([[3.0]]))
    assert found == 1
    assert mechanisms["re_export"].function(1, 0.9 * STATE, POWER, PAIR, np.array([[-2.0]])) == 0


def test_placation_never_turns_the_wish_to_punish_round():
    assert mechanisms["placation"].function(1, 0.5, 10 * PAIR) == 1
    assert mechanisms["placation"].function(1, 0.5, -10 * PAIR) == 0
