"""Measures of arrays: worked examples, both array libraries, and what is not known."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from ruamel.yaml import YAML

from tightrope import measure

FACTS = YAML(typ="safe").load(Path(__file__).parents[2] / "facts" / "measures.yaml")
EACH = pytest.mark.parametrize("fact", FACTS, ids=[fact["function"] for fact in FACTS])


def arguments(fact, array):
    return {name: array(x) if isinstance(x, list) else x for name, x in fact["arguments"].items()}


@EACH
def test_a_measure_is_what_it_is_by_hand(fact):
    found = getattr(measure, fact["function"])(**arguments(fact, np.array))
    np.testing.assert_allclose(found, fact["expected"], rtol=0, atol=fact.get("tolerance", 1e-9))


@EACH
def test_numpy_and_jax_agree(fact):
    kernel = getattr(measure, fact["function"])
    theirs = jax.jit(kernel)(**arguments(fact, jnp.array))
    np.testing.assert_allclose(np.asarray(theirs), kernel(**arguments(fact, np.array)), rtol=1e-5)


def test_every_kernel_has_a_worked_example():
    kernels = {
        "contribution",
        "dependence",
        "concentration",
        "trade_dependence",
        "one_sidedness",
        "bandwidth",
        "capacity",
    }
    kernels |= {"capability_ratio", "nearness", "exposure", "threat", "leverage", "room"}
    assert {fact["function"] for fact in FACTS} == kernels
    assert kernels | {"central", "measures", "posture", "spectrum", "Acts", "POSTURES"} == set(measure.__all__)


@EACH
def test_what_is_unknown_stays_unknown_and_alone(fact):
    kernel = getattr(measure, fact["function"])
    whole = np.atleast_1d(kernel(**arguments(fact, np.array)))
    for name, x in arguments(fact, np.array).items():
        if not isinstance(x, np.ndarray):
            continue
        broken = x.astype(float)
        broken[(0,) * x.ndim] = np.nan
        found = np.atleast_1d(kernel(**(arguments(fact, np.array) | {name: broken})))
        assert np.isnan(found).any(), name
        known = ~np.isnan(found)
        if fact["function"] == "bandwidth":  # it is relative to the widest pair, which was the one that is now unknown
            continue
        np.testing.assert_array_equal(found[known], whole[known])


def test_a_total_of_zero_makes_trade_dependence_unknown():
    of_flow, of_gdp = measure.trade_dependence(np.array([[0.0]]), np.array([0.0]), np.array([20.0]))
    assert np.isnan(of_flow).all()
    assert (of_gdp == 0).all()


def test_a_channel_in_which_nothing_passes_anywhere_has_no_bandwidth():
    share = np.array([[[0.5, 0.0]], [[0.25, 0.0]]])
    np.testing.assert_allclose(measure.bandwidth(share, np.ones((2, 2))), [[0.5], [0.25]])


def test_bandwidth_is_relative_to_the_widest_pair_that_is_known():
    share = np.array([[[0.5]], [[0.25]], [[np.nan]]])
    np.testing.assert_allclose(measure.bandwidth(share, np.ones((3, 1))), [[1], [0.5], [np.nan]])


def test_room_is_unknown_if_one_power_is():
    assert np.isnan(measure.room(np.array([[0.9, np.nan]]))).all()


def test_axes_after_the_named_ones_ride_along():
    share = np.random.default_rng(1).dirichlet(np.ones(4), (3, 5, 7)).transpose(0, 3, 1, 2)[:, :3]
    stake, kept = np.full((3, 5, 7), 0.2), np.full((3, 5, 7), 0.5)
    together = measure.dependence(share, stake, kept)
    assert together.shape == (3, 3, 7)
    for k in range(7):
        np.testing.assert_allclose(together[..., k], measure.dependence(share[..., k], stake[..., k], kept[..., k]))
