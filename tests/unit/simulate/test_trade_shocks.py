"""What a scenario's sanctions do to trade is what general equilibrium on the case's matrix says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tightrope.base import RunError
from tightrope.simulate import mechanisms
from tightrope.simulate.forcing import forcing
from tightrope.simulate.inputs import refuse_incomplete
from tightrope.trade.baseline import baseline
from tightrope.trade.hats import trade_changes

ON = dict.fromkeys(mechanisms, 1.0)


def with_trade(case, rows):
    return replace(case, tables={**case.tables, "trade": tuple(rows)})


def both_ways(flows, change, s, p):
    new = flows * change
    return (new[s, p] + new[p, s]) / (flows[s, p] + flows[p, s])


def test_trade_after_sanctions_is_the_equilibrium_of_the_case_s_matrix(central_asia):
    """Built by hand from the scenario's shocks of one quarter: sanctions since the start, and extensions to the states."""
    case, quarter = central_asia, "2024Q4"
    t = case.quarters.index(quarter)
    matrix = baseline(case, 2021)
    place = {actor: k for k, actor in enumerate(matrix.actors)}
    effect, sigma = (float(case.parameter(name).value) for name in ("sanctions_trade", "substitution"))
    factor = np.ones_like(matrix.flows)
    strength = {}
    for shock in case.scenario("history").shocks:
        if shock.what == "sanctions":
            for q in (case.start, quarter):
                if shock.start <= q <= shock.until:
                    strength[shock.power, shock.target, q] = shock.value
    assert {pair[:2] for pair in strength} == {("USA", "RUS"), ("EU", "RUS")}
    for sender, target, _ in strength:
        since = strength[sender, target, quarter] - strength[sender, target, case.start]
        i, j = place[sender], place[target]
        factor[i, j] = factor[j, i] = np.exp(-effect * since)
    now = forcing(case, "history", ON)
    for shock in case.scenario("history").shocks:
        if shock.what in ("extension", "barrier") and shock.start <= quarter <= shock.until:
            lost = shock.value * (float(case.parameter("penalty_trade").value) if shock.what == "extension" else 1)
            states = case.states if shock.state in ("", "all") else (shock.state,)
            for state in states:
                i, j = place[state], place[shock.power]
                factor[i, j] *= 1 - lost
                factor[j, i] *= 1 - lost
    change = trade_changes(matrix.flows, factor[None], sigma=sigma)[0]
    for s, state in enumerate(case.states):
        for p, power in enumerate(case.powers):
            by_hand = both_ways(matrix.flows, change, place[state], place[power])
            assert now.trade_change[t, s, p, 0] == pytest.approx(by_hand, rel=1e-9), (state, power)


def test_nothing_changes_before_the_scenario_changes_anything(central_asia):
    now = forcing(central_asia, "history", ON)
    assert (now.trade_change[0] == 1).all()
    assert not now.barrier.any(), "all direct effects are within the equilibrium"


def test_sanctions_on_a_power_turn_it_towards_the_states(central_asia):
    now = forcing(central_asia, "history", ON)
    russia, eu = (central_asia.powers.index(power) for power in ("RUS", "EU"))
    t = central_asia.quarters.index("2023Q4")
    assert (now.trade_change[t, :, russia, 0] > 1).all()
    weak, strong = now.trade_change[t, :, russia, 1], now.trade_change[t, :, russia, 2]
    assert (weak < strong).all()
    assert (now.trade_change[t, :, eu, 0] < now.trade_change[t, :, russia, 0]).all()


def test_without_spill_over_sanctions_leave_the_trade_of_states_alone(central_asia):
    off = forcing(central_asia, "russia_wins", ON | {"sanctions_spillover": 0.0})
    calm = replace(central_asia, scenarios={
        name: replace(s, shocks=tuple(x for x in s.shocks if x.what != "sanctions")) for name, s in central_asia.scenarios.items()
    })  # fmt: skip
    np.testing.assert_array_equal(off.trade_change, forcing(calm, "russia_wins", ON).trade_change)


def test_without_diversion_what_is_stopped_is_stopped_and_no_more(central_asia):
    on, off = (forcing(central_asia, "secondary_sanctions", ON | {"balancing_cost": x}) for x in (1.0, 0.0))
    penalty = float(central_asia.parameter("penalty_trade").value)
    hit = off.extension[..., 0] > 0
    assert hit.any()
    np.testing.assert_allclose(off.barrier[..., 0][hit], penalty * off.extension[..., 0][hit], rtol=1e-12)
    assert not on.barrier.any()
    # One small tie of a small state: equilibrium adds little to the direct effect.
    np.testing.assert_allclose(
        (on.trade_change / off.trade_change)[..., 0][hit], 1 - off.barrier[..., 0][hit], atol=0.06
    )


def test_a_case_without_a_matrix_has_the_direct_effects_alone(central_asia):
    plain = forcing(with_trade(central_asia, ()), "secondary_sanctions", ON)
    assert (plain.trade_change == 1).all()
    off = forcing(central_asia, "secondary_sanctions", ON | {"balancing_cost": 0.0})
    np.testing.assert_array_equal(plain.barrier, off.barrier)


def test_a_matrix_with_a_hole_is_refused_and_the_hole_is_named(central_asia):
    rows = [r for r in central_asia.tables["trade"] if (r.exporter, r.importer, r.year) != ("KGZ", "CHN", "2021")]
    with pytest.raises(RunError, match=r"trade.csv lacks flows of 2021: KGZ to CHN\."):
        forcing(with_trade(central_asia, rows), "history", ON)


def test_a_matrix_without_a_power_is_refused(central_asia):
    rows = [r for r in central_asia.tables["trade"] if "TUR" not in (r.exporter, r.importer)]
    with pytest.raises(RunError, match=r"TUR.*and \d+ more"):
        forcing(with_trade(central_asia, rows), "history", ON)


def test_only_later_matrices_are_none(central_asia):
    assert baseline(central_asia, 2017) is None
    assert baseline(central_asia, 2021).year == 2021
    assert baseline(central_asia, 2030).year == 2023


def test_the_parameters_of_the_matrix_are_asked_for(central_asia):
    without = {name: entry for name, entry in central_asia.parameters.items() if name != "substitution"}
    case = replace(central_asia, parameters=without)
    with pytest.raises(RunError, match=r"parameter substitution"):
        refuse_incomplete(case)
    refuse_incomplete(with_trade(case, ()))


def test_the_page_on_trade_tells_how_the_equilibrium_fared(central_asia):
    """The EU's exports to Russia beside what sanctions at their levels at the end of each year give."""
    case = central_asia
    page = (Path(__file__).resolve().parents[3] / "docs" / "trade.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (20\d\d) \| ([\d.]+) \(([\d.]+) to ([\d.]+)\) \| ([\d.]+) \|$", page, re.MULTILINE)
    assert [year for year, *_ in told] == ["2022", "2023"]
    matrix, (eu, russia) = baseline(case, 2021), (baseline(case, 2021).actors.index(x) for x in ("EU", "RUS"))
    effect, sigma = case.parameter("sanctions_trade"), case.parameter("substitution")
    for year, *numbers in told:
        factor = np.ones((3, *matrix.flows.shape))
        for shock in case.scenario("history").shocks:
            if shock.what == "sanctions" and shock.start <= f"{year}Q4" <= shock.until:
                before = next(
                    s for s in case.scenario("history").shocks if s.what == "sanctions" and s.power == shock.power
                )
                i = matrix.actors.index(shock.power)
                for k, end in enumerate((effect.value, effect.high, effect.low)):
                    factor[k, i, russia] = factor[k, russia, i] = np.exp(-end * (shock.value - before.value))
        ends = np.array([float(x) for x in (sigma.value, sigma.high, sigma.low)])
        change = trade_changes(matrix.flows, factor, sigma=ends)[:, eu, russia]
        seen = baseline(case, int(year)).flows[eu, russia] / matrix.flows[eu, russia]
        np.testing.assert_allclose([float(x) for x in numbers], [*change, seen], atol=0.0051, err_msg=year)
