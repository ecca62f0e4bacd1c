"""What holds of the measures whatever the figures are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.base import Estimate
from tightrope.measure import (
    bandwidth,
    capability_ratio,
    concentration,
    dependence,
    exposure,
    leverage,
    measures,
    nearness,
    room,
    threat,
)

STATE, PAIR, POWER = ("state",), ("state", "power"), ("power",)
MONEY = ("gdp", "exports", "imports", "all_exports", "all_imports")


@dataclass(frozen=True)
class Figures:
    """A made-up case: just what the measures ask of one."""

    of: dict[str, Estimate]
    states: tuple[str, ...]
    powers: tuple[str, ...]
    start: str = "2021Q4"

    def share(self, year):
        return self.of["share"]

    def parameter(self, name, at=None):
        return self.of[name]

    def dyad(self, name, year):
        return self.of[name]

    def attribute(self, name, year, *, actors, partner=""):
        if partner == "WLD":
            return self.of[f"all_{name}"]
        return self.of["capability_state" if name == "capability" and actors == self.states else name]

    def changed(self, change):
        """The same with `change(name, estimate)` in the place of every estimate."""
        return replace(self, of={name: change(name, x) for name, x in self.of.items()})


def scaled(x, factor):
    return Estimate(x.value * factor, x.low * factor, x.high * factor, x.dims, x.unit)


def only(x, keep):
    """The estimate with its states in the order, or the choice, `keep`."""
    if "state" not in x.dims:
        return x
    axis = x.dims.index("state")
    return Estimate(*(np.take(a, keep, axis) for a in (x.value, x.low, x.high)), x.dims, x.unit)


@st.composite
def figures(draw):
    """A case of up to four states, powers and channels with ranges around every figure."""
    n, m, c = (draw(st.integers(1, 4)) for _ in range(3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    part, zero = rng.random, lambda *shape: rng.random(shape) * (rng.random(shape) < 0.8)

    def ranged(value, dims, most=np.inf):
        return Estimate(
            value,
            value * rng.uniform(0.5, 1, value.shape),
            np.minimum(value * rng.uniform(1, 1.5, value.shape), most),
            dims,
            "1",
        )

    of = {
        "share": ranged(rng.dirichlet(np.ones(m + 1), (n, c))[..., :m].transpose(0, 2, 1), (*PAIR, "channel"), 1),
        "stake": ranged(rng.dirichlet(np.ones(c), n), ("state", "channel")),
        "replaceability": ranged(part((n, c)), ("state", "channel"), 1),
        "capability": ranged(part(m) + 0.01, POWER),
        "capability_state": ranged(part(n) + 0.01, STATE),
        "distance": ranged(5000 * zero(n, m), PAIR),
        "aggression": ranged(3 * zero(m), POWER),
        "attention": ranged(part(m), POWER, 1),
        "exports": ranged(1000 * zero(n, m), PAIR),
        "imports": ranged(1000 * zero(n, m), PAIR),
        "all_exports": ranged(1000 * (m + part(n)), STATE),
        "all_imports": ranged(1000 * (m + part(n)), STATE),
        "gdp": ranged(1e5 * (0.1 + part(n)), STATE),
        "distance_scale": ranged(np.float64(1500.0), ()),
    }
    of |= {name: ranged(zero(n, m), PAIR, 1) for name in ("coethnic", "land_route", "asset")}
    of |= {f"exposure_{name}": ranged(np.asarray(part()), ()) for name in ("base", "coethnic", "asset", "border")}
    return Figures(of, tuple("ABCD"[:n]), tuple("PQRS"[:m]))


CASES = figures()
FEW = settings(max_examples=25)


def equal(a, b, *, but=(), ranges=True):
    for name in a:
        if name not in but:
            for bound in ("value", "low", "high") if ranges else ("value",):
                np.testing.assert_allclose(
                    getattr(a[name], bound), getattr(b[name], bound), rtol=1e-9, atol=1e-12, err_msg=name
                )


@FEW
@given(CASES)
def test_ranges_contain_the_value_and_parts_lie_within_the_whole(case):
    for name, x in measures(case).items():
        assert (x.low <= x.value).all(), name
        assert (x.value <= x.high).all(), name
        if name not in ("export_gdp", "import_gdp", "export_dependence", "import_dependence"):
            assert (x.low >= 0).all(), name
            assert (x.high <= 1 + 1e-9).all(), name


@FEW
@given(CASES, st.randoms())
def test_the_order_of_the_states_does_not_matter(case, random):
    order = list(range(len(case.states)))
    random.shuffle(order)
    there = measures(case.changed(lambda name, x: only(x, order)))
    # Ranges come from draws, and a draw belongs to a place.
    equal({name: only(x, order) for name, x in measures(case).items()}, there, ranges=False)


@FEW
@given(CASES, st.floats(0.01, 100))
def test_scaling_all_stakes_does_nothing(case, factor):
    equal(measures(case), measures(case.changed(lambda name, x: scaled(x, factor) if name == "stake" else x)))


@FEW
@given(CASES, st.floats(0.01, 1000))
def test_the_currency_changes_no_measure(case, rate):
    equal(measures(case), measures(case.changed(lambda name, x: scaled(x, rate) if name in MONEY else x)))


@FEW
@given(CASES, st.floats(0.01, 100))
def test_the_unit_of_capability_and_of_distance_changes_no_measure(case, factor):
    units = ({"capability", "capability_state"}, {"distance", "distance_scale"})
    for unit in units:
        equal(
            measures(case), measures(case.changed(lambda name, x, unit=unit: scaled(x, factor) if name in unit else x))
        )


@FEW
@given(CASES)
def test_a_case_without_ranges_has_measures_without_ranges(case):
    sure = case.changed(lambda name, x: Estimate(x.value, x.value, x.value, x.dims, x.unit))
    for name, x in measures(sure).items():
        if name != "concentration":  # its range says what is not known of the rest of the world
            np.testing.assert_allclose(x.low, x.value, rtol=1e-9, atol=1e-12, err_msg=name)
            np.testing.assert_allclose(x.high, x.value, rtol=1e-9, atol=1e-12, err_msg=name)


@FEW
@given(CASES)
def test_what_is_unknown_of_one_state_leaves_the_others_known(case):
    def forget(name, x):
        if name != "share":
            return x
        arrays = [a.copy() for a in (x.value, x.low, x.high)]
        for a in arrays:
            a[0, 0, 0] = np.nan
        return Estimate(*arrays, x.dims, x.unit)

    whole, broken = measures(case), measures(case.changed(forget))
    for name in ("dependence", "leverage", "bandwidth"):
        assert np.isnan([getattr(broken[name], b)[0, 0] for b in ("value", "low", "high")]).all(), name
    assert np.isnan(broken["room"].value[0])
    rest = range(1, len(case.states))
    equal(
        {name: only(x, list(rest)) for name, x in whole.items()},
        {name: only(x, list(rest)) for name, x in broken.items()},
        but=("bandwidth", "capacity"),  # relative to the widest pair, which may be the one forgotten
    )


# --- kernels ---------------------------------------------------------------------------------------------------------

SEED = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@given(SEED)
def test_dependence_lies_between_none_and_all_and_grows_with_every_share(rng):
    share, stake, kept = (
        rng.dirichlet(np.ones(4), (3, 5)).transpose(0, 2, 1)[:, :3],
        rng.dirichlet(np.ones(5), 3),
        rng.random((3, 5)),
    )
    found = dependence(share, stake, kept)
    assert (found >= 0).all()
    assert (found.sum(axis=1) <= 1 + 1e-12).all(), "a state's stakes are held once"
    assert (dependence(share * 1.1, stake, kept) >= found).all()
    assert (dependence(share, stake, np.minimum(kept + 0.1, 1)) <= found).all(), "what can be replaced binds less"


@given(SEED)
def test_leverage_is_never_below_dependence_or_threat_nor_above_both_together(rng):
    bound, menace = rng.random((4, 6)), rng.random((4, 6))
    found = leverage(bound, menace)
    assert (found >= np.maximum(bound, menace) - 1e-12).all()
    assert (found <= np.minimum(bound + menace, 1) + 1e-12).all()
    np.testing.assert_allclose(found, leverage(menace, bound))


@given(SEED, st.integers(0, 5), st.floats(0, 1))
def test_room_never_grows_as_a_power_gains_leverage(rng, power, more):
    hold = rng.random((4, 6))
    gained = hold.copy()
    gained[:, power] += more * (1 - gained[:, power])
    assert (room(gained) <= room(hold) + 1e-12).all()
    np.testing.assert_allclose(room(hold[:, ::-1]), room(hold))


@given(SEED)
def test_concentration_lies_between_equal_parts_and_a_single_partner(rng):
    share = rng.dirichlet(np.ones(7), (4, 3)).transpose(0, 2, 1)[:, :6]
    low, high = concentration(share)
    assert (low >= share.sum(axis=1) ** 2 / 6 - 1e-12).all()
    assert (low <= high).all()
    assert (high <= 1 + 1e-12).all()
    assert (low >= (share**2).max(axis=1)).all()


@given(SEED, st.floats(0.1, 10))
def test_bandwidth_is_relative_and_the_widest_pair_has_all_of_it(rng, factor):
    share, size = rng.random((4, 3, 1)), rng.random((4, 1)) + 0.1
    found = bandwidth(share, size)
    assert found.max() == 1
    np.testing.assert_allclose(bandwidth(share, size * factor), found)


@given(SEED)
def test_threat_grows_with_each_of_its_sources_and_needs_all_of_them(rng):
    names = ("capability", "nearness", "aggression", "exposure", "attention")
    x = {"capability": rng.random((4, 3)), "nearness": rng.random((4, 3)), "aggression": 3 * rng.random(3)}
    x |= {"exposure": 2 * rng.random((4, 3)), "attention": rng.random(3)}
    found = threat(**x)
    assert (found >= 0).all()
    assert (found < 1).all()
    for name in names:
        assert (threat(**(x | {name: 1.2 * x[name]})) >= found).all(), name
        assert not threat(**(x | {name: 0 * x[name]})).any(), name


@given(SEED)
def test_strength_falls_with_distance_and_with_the_states_own_means(rng):
    near = rng.random((4, 3)) * 3000
    assert (nearness(near + 1, 1500.0) < nearness(near, 1500.0)).all()
    assert (nearness(0 * near, 1500.0) == 1).all()
    power, state = rng.random(3) + 0.01, rng.random(4) + 0.01
    assert (capability_ratio(power, 2 * state) < capability_ratio(power, state)).all()
    assert (capability_ratio(2 * power, state) > capability_ratio(power, state)).all()
    np.testing.assert_allclose(capability_ratio(power, state) + capability_ratio(state, power).T, 1)


@given(SEED)
def test_exposure_grows_with_each_of_its_parts(rng):
    x = {"base": 0.5, "coethnic_weight": 1.0, "asset_weight": 0.5, "border_weight": 0.3}
    x |= {name: rng.random((4, 3)) for name in ("coethnic", "asset", "border")}
    for name in ("coethnic", "asset", "border"):
        assert (exposure(**(x | {name: x[name] + 0.1})) > exposure(**x)).all()
    assert (exposure(**x) >= 0.5).all()
