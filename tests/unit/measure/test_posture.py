"""Planted histories of states that follow one theory each."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from tightrope.measure import POSTURES, Acts, posture, spectrum

# Three powers. The first threatens most, the second is its rival, the third goes with neither.
THREAT = np.array([[0.6, 0.2, 0.1]])

# A choice: stances of the three powers on it, and whether it left things as they were or served the regime.
WITH, AGAINST = ((1, -1, 0), 0, 0), ((-1, 1, 0), 0, 0)
STILL, INSIDE = ((0, 0, 0), 1, 0), ((0, 0, 0), 0, 1)

PLANTED = {
    # posture: choices that a pure follower of it makes, its place between -1 and 1
    "bandwagon": ([WITH] * 12, 1),
    "balance": ([AGAINST] * 12, -1),
    "hedge": ([WITH, AGAINST] * 6, 0),
    "neutral": ([STILL] * 12, 0),
    "omnibalance": ([INSIDE] * 12, 0),
}


def acts(choices):
    """Sums over choices for one state, one history."""
    stance = np.array([c[0] for c in choices], float).reshape(-1, 3)
    return Acts(
        toward=np.maximum(stance, 0).sum(axis=0)[None, :, None],
        away=np.maximum(-stance, 0).sum(axis=0)[None, :, None],
        quiet=np.array([[sum(c[1] for c in choices)]], float),
        regime=np.array([[sum(c[2] for c in choices)]], float),
        count=np.array([[len(choices)]], float),
    )


@pytest.mark.parametrize("name", POSTURES)
def test_a_pure_history_shows_its_own_posture(name):
    choices, place = PLANTED[name]
    found = posture(acts(choices), THREAT[..., None])[:, 0, 0]
    assert found.argmax() == POSTURES.index(name)
    assert found.max() > 0.5
    assert abs(found.sum() - 1) < 1e-12
    assert spectrum(acts(choices), THREAT[..., None])[0, 0] == pytest.approx(place)


# Not omnibalancing: a few favours to both sides make a history of inward acts read as hedging.
@pytest.mark.parametrize("name", ["bandwagon", "balance", "hedge", "neutral"])
@pytest.mark.parametrize("seed", range(5))
def test_a_history_that_follows_a_posture_three_times_in_four_still_shows_it(name, seed):
    rng = np.random.default_rng(seed)
    pure, _ = PLANTED[name]
    others = [WITH, AGAINST, STILL, INSIDE]
    choices = [c if rng.random() < 0.75 else others[rng.integers(4)] for c in pure * 10]
    found = posture(acts(choices), THREAT[..., None])[:, 0, 0]
    assert found.argmax() == POSTURES.index(name)


@pytest.mark.parametrize(
    ("choices", "expected", "place"),
    [
        # T = 1/2, A = 1/4, O = 1/4, so B = 2/3: bandwagon 1/4 x 1/3, hedge 2/3 x 3/4, neutral 1/4, in all 5/6
        ([WITH, WITH, AGAINST, STILL], [0.1, 0, 0.6, 0.3, 0], 1 / 3),
        # T = 1/4, A = 1/2, O = 1/2, so B = 2/3: balance 1/4, hedge 2/3 x 3/4, neutral 1/4, in all 1
        ([WITH, AGAINST, AGAINST, STILL], [0, 0.25, 0.5, 0.25, 0], -1 / 3),
        # T = 1/2, A = O = B = 0: bandwagon 1/2, omnibalance 1/4, neutral 1/4
        ([WITH, WITH, INSIDE, STILL], [0.5, 0, 0, 0.25, 0.25], 1),
    ],
)
def test_the_rule_by_hand(choices, expected, place):
    np.testing.assert_allclose(posture(acts(choices), THREAT[..., None])[:, 0, 0], expected)
    assert spectrum(acts(choices), THREAT[..., None])[0, 0] == pytest.approx(place)


@pytest.mark.parametrize("name", POSTURES)
def test_repeating_a_history_changes_no_posture(name):
    choices, _ = PLANTED[name]
    once, twice = (posture(acts(c), THREAT[..., None]) for c in (choices, choices * 2))
    np.testing.assert_allclose(once, twice)


def test_a_state_without_decisions_has_no_posture():
    assert np.isnan(posture(acts([]), THREAT[..., None])).all()
    assert np.isnan(spectrum(acts([]), THREAT[..., None])).all()


def test_postures_sum_to_one_and_lie_between_none_and_all():
    rng = np.random.default_rng(3)
    some = Acts(
        *(rng.exponential(5, (7, 6, 40)) for _ in range(2)),
        *(rng.integers(0, 20, (7, 40)) for _ in range(2)),
        np.full((7, 40), 20.0),
    )
    found = posture(some, rng.random((7, 6, 40)))
    np.testing.assert_allclose(found.sum(axis=0), 1)
    assert (found >= 0).all()
    place = spectrum(some, rng.random((7, 6, 40)))
    assert (abs(place) <= 1).all()


def test_only_the_power_that_threatens_most_decides_between_bandwagon_and_balance():
    as_it_is = posture(acts([WITH] * 12), THREAT[..., None])[:, 0, 0]
    rival_threatens = posture(acts([WITH] * 12), THREAT[:, [1, 0, 2], None])[:, 0, 0]
    assert POSTURES[as_it_is.argmax()] == "bandwagon"
    assert POSTURES[rival_threatens.argmax()] == "balance"


def test_powers_that_threaten_alike_count_alike():
    level = np.full((1, 3, 1), 0.3)
    assert spectrum(acts([WITH] * 4), level)[0, 0] == pytest.approx(0)


def test_the_order_of_the_powers_does_not_matter():
    turned = acts([(c[0][::-1], *c[1:]) for c in [WITH, AGAINST, STILL, WITH]])
    np.testing.assert_allclose(
        posture(turned, THREAT[:, ::-1, None]), posture(acts([WITH, AGAINST, STILL, WITH]), THREAT[..., None])
    )


@pytest.mark.parametrize("name", POSTURES)
def test_numpy_and_jax_agree(name):
    choices, _ = PLANTED[name]
    ours = posture(acts(choices), THREAT[..., None])
    theirs = posture(Acts(*(jnp.asarray(x) for x in acts(choices))), jnp.asarray(THREAT[..., None]))
    np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-5)
