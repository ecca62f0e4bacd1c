"""What holds of the simulation whatever shocks hit the built-in case."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tightrope.case import SHOCKS, Shock
from tightrope.simulate import mechanisms, simulate
from tightrope.simulate.forcing import forcing
from tightrope.simulate.weights import weights

MEMBERS = 32
ON = dict.fromkeys(mechanisms, 1.0)
FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])


class Shocked:
    """The case with further shocks at the end of its history."""

    def __init__(self, case, shocks):
        self._case, self._shocks = case, tuple(shocks)

    def __getattr__(self, name):
        return getattr(self._case, name)

    def scenario(self, name):
        found = self._case.scenario(name)
        return replace(found, shocks=found.shocks + self._shocks)


@pytest.fixture(scope="module")
def base(central_asia):
    return simulate(central_asia, members=MEMBERS)


@st.composite
def shocks(draw, case):
    """A shock of any sort that the checks of a case admit."""
    what = draw(st.sampled_from(sorted(SHOCKS)))
    rule = SHOCKS[what]
    whom = {
        "power": (*case.powers, "all"), "state": (*case.states, "all"), "target": case.powers,
        "channel": case.channels, "corridor": case.labels("corridor"),
    }  # fmt: skip
    operation = draw(st.sampled_from(("set", "multiply", "add")))
    low, value, high = sorted(draw(st.tuples(*[st.floats(rule.least, min(rule.most, 5))] * 3)))
    first = draw(st.integers(0, len(case.quarters) - 1))
    last = draw(st.integers(first, len(case.quarters) - 1))
    named = {name: draw(st.sampled_from(whom[name])) for name in rule.needs}
    return Shock(what, operation, value, low, high, case.quarters[first], case.quarters[last], **named)


def quarter_of(case, shock):
    return case.quarters.index(shock.start)


@FEW
@given(st.data())
def test_no_shock_drives_an_outcome_out_of_its_bounds(central_asia, data):
    some = data.draw(st.lists(shocks(central_asia), min_size=1, max_size=4))
    found = simulate(Shocked(central_asia, some), members=MEMBERS, draws=weights(central_asia))
    for name, x in found.outcome.items():
        assert np.isfinite(x).all(), name
    assert (found.outcome["dependence"] >= 0).all()
    assert (found.outcome["dependence"].sum(axis=2) <= 1 + 1e-5).all()
    assert (found.outcome["threat"] >= 0).all()
    assert (found.outcome["threat"] <= 1).all()
    assert (abs(found.outcome["alignment"]) <= 1).all()
    assert (found.outcome["credibility"] >= 0).all()
    assert (found.outcome["credibility"] <= 1).all()
    for odds in found.odds.values():
        assert odds.sum() == pytest.approx(1)


@FEW
@given(st.data())
def test_no_shock_works_backwards_in_time(central_asia, base, data):
    some = data.draw(st.lists(shocks(central_asia), min_size=1, max_size=3))
    t = min(quarter_of(central_asia, shock) for shock in some)
    found = simulate(Shocked(central_asia, some), members=MEMBERS, draws=weights(central_asia))
    for name, x in base.outcome.items():
        np.testing.assert_array_equal(found.outcome[name][:t], x[:t], err_msg=name)


@FEW
@given(st.data())
def test_a_shock_that_is_undone_at_once_changes_nothing(central_asia, data):
    shock = data.draw(shocks(central_asia).filter(lambda shock: shock.operation == "add"))
    back = replace(shock, value=-shock.value, low=-shock.low, high=-shock.high)
    there, again = (forcing(Shocked(central_asia, some), "history", ON) for some in ((), (shock, back)))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-12), there, again)


@FEW
@given(st.data())
def test_doing_nothing_by_a_shock_is_doing_nothing(central_asia, data):
    shock = data.draw(shocks(central_asia))
    nothing = data.draw(st.sampled_from([("add", 0.0), ("multiply", 1.0)]))
    idle = replace(shock, operation=nothing[0], value=nothing[1], low=nothing[1], high=nothing[1])
    there, again = (forcing(Shocked(central_asia, some), "history", ON) for some in ((), (idle,)))
    jax.tree.map(np.testing.assert_array_equal, there, again)


@settings(max_examples=10)
@given(st.data())
def test_aggression_raises_the_threat_of_that_power_alone_at_once(central_asia, base, data):
    p = data.draw(st.integers(0, len(central_asia.powers) - 1))
    t = data.draw(st.integers(0, len(central_asia.quarters) - 1))
    rise = data.draw(st.floats(0.1, 3))
    quarter, power = central_asia.quarters[t], central_asia.powers[p]
    shock = Shock("aggression", "add", rise, rise, rise, quarter, central_asia.quarters[-1], power=power)
    found = simulate(Shocked(central_asia, [shock]), members=MEMBERS, draws=weights(central_asia)).outcome["threat"][t]
    before = base.outcome["threat"][t]
    assert (found[:, p] >= before[:, p]).all()
    assert (found[:, p] > before[:, p]).mean() > 0.9
    np.testing.assert_array_equal(np.delete(found, p, 1), np.delete(before, p, 1))


@settings(max_examples=10)
@given(st.data())
def test_any_run_of_members_is_a_part_of_the_whole(central_asia, history, data):
    first = data.draw(st.integers(0, 500))
    members = data.draw(st.integers(1, 512 - first))
    part = simulate(central_asia, first=first, members=members)
    for name, x in history.outcome.items():
        np.testing.assert_array_equal(part.outcome[name], x[..., first : first + members], err_msg=name)


@settings(max_examples=8)
@given(st.sets(st.sampled_from(sorted(mechanisms))))
def test_any_set_of_mechanisms_can_be_off(central_asia, off):
    found = simulate(central_asia, members=MEMBERS, off=sorted(off))
    for name, x in found.outcome.items():
        assert np.isfinite(x).all(), name
