"""A history is a function of the case, the scenario, the seed and its own number, and of nothing else."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from tightrope.base import RunError, TightropeError
from tightrope.base.random import keys
from tightrope.case import load_case
from tightrope.simulate import LANES, mechanisms, simulate
from tightrope.simulate.agenda import timetable
from tightrope.simulate.world import CHANNELS


def same(a, b):
    """Bit for bit: outcomes, acts and odds of two ensembles."""
    for name in a.outcome:
        np.testing.assert_array_equal(a.outcome[name], b.outcome[name], err_msg=name)
    for name in a.acts:
        np.testing.assert_array_equal(a.acts[name], b.acts[name], err_msg=name)
    assert a.odds.keys() == b.odds.keys()
    for key in a.odds:
        np.testing.assert_array_equal(a.odds[key], b.odds[key], err_msg=key)


def some(outcomes, members):
    return {name: x[..., members] for name, x in outcomes.items()}


@pytest.fixture(scope="module")
def big(central_asia):
    return simulate(central_asia, members=1500)


# --- shares --------------------------------------------------------------------------------------------------------


def test_shares_are_kept_on_demand_and_change_nothing_else(central_asia, history):
    kept = simulate(central_asia, members=512, shares=True)
    share = kept.outcome.pop("share")
    same(kept, history)
    quarters, states, powers = len(central_asia.quarters), len(central_asia.states), len(central_asia.powers)
    assert share.shape == (quarters, len(CHANNELS), states, powers, 512)
    assert share.min() >= 0
    assert share.sum(axis=3).max() <= 1 + 1e-6
    assert "share" not in history.outcome


def test_shares_start_near_those_of_the_case_and_then_move(central_asia):
    share = simulate(central_asia, members=300, shares=True).outcome["share"]
    stated = central_asia.share(2021).value
    trade = share[:, CHANNELS.index("trade")].mean(axis=-1)
    at = central_asia.channels.index("trade")
    # Values of shares lie off the middle of their ranges, so the mean over draws lies a little beside them.
    assert np.abs(trade[0] - stated[:, :, at]).max() < 0.1
    assert np.abs(trade[-1] - trade[0]).max() > 0.005


# --- same seed, same answer ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("chunk", "workers"), [(1, 1), (LANES, 2), (2 * LANES, 1), (1100, 3), (10**6, 4)])
def test_neither_chunks_nor_workers_change_a_bit(chunk, workers, big, central_asia):
    same(simulate(central_asia, members=1500, chunk=chunk, workers=workers), big)


def test_an_ensemble_that_grows_keeps_its_first_members(history, big):
    for name, x in some(big.outcome, slice(512)).items():
        np.testing.assert_array_equal(x, history.outcome[name], err_msg=name)


@pytest.mark.parametrize(("first", "members"), [(300, 100), (500, 50), (1023, 3), (0, 1), (1499, 1)])
def test_members_are_the_same_histories_in_every_ensemble(first, members, big, central_asia):
    few = simulate(central_asia, first=first, members=members)
    assert few.members == members
    for name, x in some(big.outcome | big.acts, slice(first, first + members)).items():
        np.testing.assert_array_equal(x, (few.outcome | few.acts)[name], err_msg=name)


def test_odds_are_the_mean_over_the_members_however_they_are_split(big, central_asia):
    parts = [simulate(central_asia, first=a, members=b - a) for a, b in ((0, 300), (300, 1500))]
    for key, odds in big.odds.items():
        np.testing.assert_allclose(odds, 0.2 * parts[0].odds[key] + 0.8 * parts[1].odds[key], atol=1e-4)
        assert abs(odds.sum() - 1) < 1e-12


def test_another_seed_gives_other_histories_of_the_same_kind(central_asia, history):
    other = simulate(central_asia, members=512, seed=8)
    for name in ("dependence", "threat", "alignment", "growth", "trade"):
        a, b = history.outcome[name][-1], other.outcome[name][-1]
        assert (a != b).mean() > 0.9, name
        spread = np.sqrt((a.var(axis=-1) + b.var(axis=-1)) / 512)
        assert (abs(a.mean(axis=-1) - b.mean(axis=-1)) < 5 * spread + 1e-4).all(), name


def test_members_far_out_are_histories_like_any_other(central_asia, history):
    far = simulate(central_asia, first=10**9, members=512)
    for name in ("dependence", "growth", "trade"):
        a, b = history.outcome[name][-1], far.outcome[name][-1]
        assert np.isfinite(b).all()
        assert (a != b).mean() > 0.9, name
        spread = np.sqrt((a.var(axis=-1) + b.var(axis=-1)) / 512)
        assert (abs(a.mean(axis=-1) - b.mean(axis=-1)) < 5 * spread + 1e-4).all(), name


def test_no_two_members_live_the_same_history(big):
    ends = np.concatenate(
        [big.outcome["dependence"][-1].reshape(-1, 1500), big.outcome["alignment"][-1].reshape(-1, 1500)]
    )
    assert np.unique(ends, axis=1).shape[1] == 1500


# --- what scenarios share --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["secondary_sanctions", "russia_wins"])
def test_a_scenario_is_the_history_until_its_first_shock(scenario, central_asia, history):
    own = central_asia.scenarios[scenario]
    begins = min([s.start for s in own.shocks] + [d.quarter for d in own.decisions])
    t = central_asia.quarters.index(begins)
    found = simulate(central_asia, scenario, members=512)
    slots = min(found.outcome["picks"].shape[1], history.outcome["picks"].shape[1])
    for name, x in history.outcome.items():
        other = found.outcome[name]
        if name == "picks":
            x, other = x[:, :slots], other[:, :slots]
        np.testing.assert_array_equal(x[:t], other[:t], err_msg=name)
        assert name not in ("dependence", "alignment", "growth") or (x[t:] != other[t:]).any(), name
    for key, d in history.timetable.decisions.items():
        if d.quarter < begins:
            np.testing.assert_array_equal(history.odds[key], found.odds[key])


@pytest.fixture(scope="module")
def copied(central_asia, tmp_path_factory):
    """The built-in case with an empty scenario, and one that asks the first question once more."""
    folder = shutil.copytree(central_asia.path, tmp_path_factory.mktemp("case") / "central_asia")
    asks = "made up for a test"
    for name, decisions in (("nothing", "[]"), ("one_more", QUESTION)):
        text = f"name: {name}\ntitle: Made up\nextends: history\nasks: {asks}\nshocks: []\ndecisions: {decisions}\n"
        (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_case(str(folder))


QUESTION = """
  - id: asked_once_more
    date: 2026-12-01
    kind: vote_condemn
    roles: {against: [RUS], backer: [USA]}
    question: Made up?
    answers:
      KAZ: {option: unknown, why: made up}
"""


def test_a_scenario_without_shocks_changes_nothing(copied, history):
    same(simulate(copied, "nothing", members=512), history)


def test_one_more_question_changes_no_other_decision(copied, history):
    asked = simulate(copied, "one_more", members=512)
    assert set(asked.odds) - set(history.odds) == {"asked_once_more:KAZ"}
    for key in history.odds:
        np.testing.assert_array_equal(asked.odds[key], history.odds[key], err_msg=key)
    for name, x in history.outcome.items():
        if name != "picks":
            np.testing.assert_array_equal(x[:-1], asked.outcome[name][:-1], err_msg=name)


def test_a_decision_is_drawn_by_its_own_key_wherever_it_stands(central_asia):
    decisions = [d for d in central_asia.decisions if d.quarter in central_asia.quarters]
    hold = np.ones((len(CHANNELS), len(central_asia.states)))
    plan = {
        name: timetable(central_asia, order, central_asia.quarters, hold, 7)
        for name, order in (("all", decisions), ("half", decisions[::2]), ("backwards", decisions[::-1]))
    }
    for id, place in plan["half"].place.items():
        drawn = [some.agenda.key[some.place[id]] for some in plan.values()]
        np.testing.assert_array_equal(drawn, np.broadcast_to(keys(7, f"decision/{id}"), (3, 2)))
        assert place in plan["half"].place.values()
    all_keys = plan["all"].agenda.key[plan["all"].agenda.open.any(axis=-1)]
    assert np.unique(all_keys, axis=0).shape == (len(decisions), 2)


def test_every_decision_has_a_place_of_its_own(central_asia, history):
    places = list(history.timetable.place.values())
    assert len(set(places)) == len(places)
    for id, (t, slot, i) in history.timetable.place.items():
        d = history.timetable.decisions[id]
        assert (central_asia.quarters[t], central_asia.states[i]) == (d.quarter, d.state)
        picks = history.outcome["picks"][t, slot, i]
        assert picks.min() >= 0
        assert picks.max() < len(d.options)
    filled = np.zeros(history.outcome["picks"].shape[:3], bool)
    filled[tuple(np.array(places).T)] = True
    assert (history.outcome["picks"][~filled] == -1).all()


# --- what a history holds --------------------------------------------------------------------------------------------


def test_picks_are_as_frequent_as_the_odds_say(history):
    z = []
    for key, place in history.timetable.place.items():
        odds, picks = history.odds[key], history.outcome["picks"][place]
        for o, p in enumerate(odds):
            if 0.05 < p < 0.95:
                z.append(((picks == o).mean() - p) / np.sqrt(p * (1 - p) / picks.size))
    z = np.array(z)
    assert z.size > 500
    assert abs(z).max() < 5
    # Members differ in their odds, which makes picks a little steadier than one coin for all.
    assert 0.5 < z.std() < 1.15


def test_every_outcome_is_finite_and_in_its_bounds(history):
    bounds = {
        "dependence": (0, 1), "threat": (0, 1), "alignment": (-1, 1), "remittances": (0, np.inf), "trade": (0, np.inf),
        "food_price": (0, 100), "evasion": (0, 6), "credibility": (0, 1), "answer": (0, 4),
    }  # fmt: skip
    for name, x in history.outcome.items():
        assert np.isfinite(x).all(), name
        low, high = bounds.get(name, (-np.inf, np.inf))
        assert x.min() >= low, name
        assert x.max() <= high, name
    assert history.outcome["dependence"].sum(axis=2).max() <= 1 + 1e-5, "a state's stakes are held once"


def test_the_first_quarter_starts_from_the_measures_of_the_case(central_asia, history):
    from tightrope.measure import measures
    from tightrope.simulate import levels

    year = int(central_asia.start[:4])
    found = measures(central_asia, year, levels=levels(central_asia, year))
    for name in ("dependence", "threat"):
        mean = history.outcome[name][0].mean(axis=-1)
        # The mean of a draw may differ from its median by the skew of the range.
        assert (mean > found[name].low - 0.01).all(), name
        assert (mean < found[name].high + 0.01).all(), name
        median = np.median(history.outcome[name][0], axis=-1)
        np.testing.assert_allclose(median, found[name].value, atol=0.04)


@pytest.mark.parametrize("name", ["food_prices", "pretext", "remittance_growth"])
def test_switching_a_mechanism_off_keeps_all_dice(name, central_asia, history):
    without = simulate(central_asia, members=512, off=[name])
    outcome = {"food_prices": "food_price", "pretext": "threat", "remittance_growth": "growth"}[name]
    assert (without.outcome[outcome] != history.outcome[outcome]).any()
    np.testing.assert_array_equal(without.outcome["dependence"][0], history.outcome["dependence"][0])


# --- bad input -------------------------------------------------------------------------------------------------------


def test_an_unknown_mechanism_is_refused_with_the_nearest_name(central_asia):
    with pytest.raises(RunError, match=r"remitance_growth.*Did you mean `remittance_growth`"):
        simulate(central_asia, members=1, off=["remitance_growth"])


def test_an_unknown_scenario_is_refused_with_the_nearest_name(central_asia):
    with pytest.raises(TightropeError, match=r"rusia_wins.*Did you mean `russia_wins`"):
        simulate(central_asia, "rusia_wins", members=1)


@pytest.mark.parametrize("members", [0, -1])
def test_no_members_are_refused(members, central_asia):
    with pytest.raises(RunError, match="at least one"):
        simulate(central_asia, members=members)


@pytest.mark.parametrize(("first", "members"), [(-1, 10), (2**32 - 10, 100), (2**33, 1)])
def test_member_numbers_outside_32_bits_are_refused(first, members, central_asia):
    with pytest.raises(RunError, match="member"):
        simulate(central_asia, first=first, members=members)


def test_every_mechanism_can_be_switched_off_at_once(central_asia):
    bare = simulate(central_asia, members=512, off=list(mechanisms))
    for name, x in bare.outcome.items():
        assert np.isfinite(x).all(), name
    assert not bare.outcome["food_price"].any()
    assert not bare.outcome["evasion"].any()
    assert (bare.outcome["credibility"] == 1).all()
    assert set(np.unique(bare.outcome["answer"])) <= {0, 1}, "no lever to punish with"
