"""What options are worth and how likely they are."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.decide import COEFFICIENTS, Agenda, chosen, probabilities, pull, utilities

SEEN = ("dependence", "threat", "offer", "alignment")


def worth(x, **more):
    """Utility of each option, (option, state, member)."""
    wanted = pull(x["coefficients"], **{name: x[name] for name in SEEN})
    rest = ("dependence", "threat", "credibility", "stress", "isolation_cost")
    return utilities(x["agenda"], x["coefficients"], wanted, **{name: x[name] for name in rest}, **more)


def odds(x):
    return np.stack(probabilities(x["agenda"], worth(x)))


def weighing(x, **weights):
    """The same with these coefficients and all others zero."""
    none = {name: 0 * part for name, part in x["coefficients"]._asdict().items()}
    return x | {
        "coefficients": x["coefficients"]._replace(**none)._replace(**{k: v + none[k] for k, v in weights.items()})
    }


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_utility_of_a_decision_worked_by_hand(question):
    x = question()
    # The first power's pull: 2 x 0.4 - 1 x 0.2 + 1 x 0.1 + 0.3 = 1; the second's: 0.2 - 0.2 = 0.
    wanted = pull(x["coefficients"], **{name: x[name] for name in SEEN})
    np.testing.assert_allclose(wanted[0, :, 0], [1.0, 0.0])
    # With its offer, 0.5 x 0.6, doing its will is worth 1.3; serving the regime 0.8 x 1.5; breaching the norm -0.6. It
    # costs room: 0.6 x 0.8 = 0.48 falls to 0.5 x 0.8 = 0.40, five times which is -0.4. In all 1.5.
    # Standing still is worth 0.7 less half the cost of isolation, 0.2, and 0.4 x -1.5 because the state is seldom
    # absent. In all -0.1.
    np.testing.assert_allclose([u[0, 0] for u in worth(x)], [1.5, -0.1])
    # What is usual on the question adds to it: here -1 to the first option, so that the two are 0.6 apart.
    usual = np.array([[0.0], [-1.0]])
    np.testing.assert_allclose([u[0, 0] for u in worth(x, habits=usual)], [0.5, -0.1])
    x = x | {"agenda": x["agenda"]._replace(habit=np.array([[1, 2]]))}
    np.testing.assert_allclose([u[0, 0] for u in worth(x, habits=np.array([[0.0], [-1.0], [-0.4]]))], [0.5, -0.5])
    # The scale is 2.
    np.testing.assert_allclose(odds(x)[:, 0, 0], [1 / (1 + np.exp(-3.2)), 1 / (1 + np.exp(3.2))])


def test_room_counts_only_where_the_strongest_power_gains(question):
    def of_room(*reach):
        x = weighing(question(), room=5.0)
        return worth(x | {"agenda": x["agenda"]._replace(reach=np.array([reach]))})[0][0, 0]

    assert of_room(0.1, 0.0) == pytest.approx(-0.4)
    assert of_room(0.0, 0.1) == pytest.approx(0)
    # A gain so large that the weaker power becomes the strongest: room falls from 0.48 to (0.9 - 0.5) x 1 = 0.4.
    assert of_room(0.0, 0.5) == pytest.approx(-0.4)


# --- signs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theory", "weights", "sign"),
    [
        ("dependence makes a state do what the power likes", {"dependence": 2.0}, 1),
        ("threat with a positive weight makes it bandwagon", {"threat": 2.0}, 1),
        ("threat with a negative weight makes it balance", {"threat": -2.0}, -1),
        ("an offer draws it", {"offer": 1.0}, 1),
        ("likeness draws it", {"alignment": 1.0}, 1),
        ("love of room holds it back from the strongest", {"room": 5.0}, -1),
        ("regime security draws it to what serves the regime", {"regime": 1.0}, 1),
        ("the norm holds it back from a breach", {"norm": 1.0}, -1),
        ("inertia holds it back", {"statusquo": 1.0}, -1),
        ("a state that is seldom absent is not absent here", {"turnout": 1.0}, 1),
    ],
)
def test_each_consideration_has_the_sign_of_its_theory(theory, weights, sign, question):
    x = weighing(question(), **weights) | {"isolation_cost": np.zeros((1, 1))}
    doing, standing = (u[0, 0] for u in worth(x))
    assert np.sign(doing - standing) == sign
    opposite = weighing(question(), **{k: -v for k, v in weights.items()}) | {"isolation_cost": np.zeros((1, 1))}
    assert np.sign(worth(opposite)[0] - worth(opposite)[1])[0, 0] == -sign


def test_every_coefficient_has_a_sign_test():
    marks = test_each_consideration_has_the_sign_of_its_theory.pytestmark[0].args[1]
    assert {name for _, weights, _ in marks for name in weights} == set(COEFFICIENTS)


def test_an_offer_of_a_power_that_is_not_believed_is_worth_nothing(question):
    x = weighing(question(), offer=1.0) | {"offer": np.zeros((1, 2, 1))}
    doubted = x | {"credibility": np.array([[0.0], [1.0]])}
    assert worth(x)[0][0, 0] == pytest.approx(0.3)
    assert worth(doubted)[0][0, 0] == 0


def test_isolation_costs_where_there_is_something_to_lose(question):
    x = weighing(question())
    assert worth(x)[1][0, 0] == pytest.approx(-0.2)
    assert worth(x | {"isolation_cost": np.array([[0.8]])})[1][0, 0] == pytest.approx(-0.4)


def test_hard_times_make_the_regime_weigh_more(question):
    x = weighing(question(), regime=1.0)
    assert worth(x)[0][0, 0] == pytest.approx(1.5)
    assert worth(x | {"stress": np.array([[3.0]])})[0][0, 0] == pytest.approx(3.0)


def test_what_a_power_dislikes_it_pulls_away_from(question):
    x = weighing(question(), dependence=2.0)
    turned = x | {"agenda": x["agenda"]._replace(stance=-x["agenda"].stance)}
    np.testing.assert_allclose(worth(turned)[0], -worth(x)[0])


# --- probabilities ---------------------------------------------------------------------------------------------------

SEED = st.integers(0, 10**6)


@given(SEED)
def test_probabilities_sum_to_one_over_what_is_open(questions, seed):
    x = questions(seed)
    p = odds(x)
    np.testing.assert_allclose(p.sum(axis=0), 1)
    assert (p >= 0).all()
    np.testing.assert_array_equal(p[x["agenda"].open.T == 0], 0)


@given(SEED, st.floats(-1e4, 1e4))
def test_what_all_options_have_in_common_decides_nothing(questions, seed, constant):
    x = questions(seed)
    u = worth(x)
    np.testing.assert_allclose(
        probabilities(x["agenda"], [part + constant for part in u]), probabilities(x["agenda"], u), atol=1e-9
    )


@given(SEED)
def test_a_better_option_is_likelier(questions, seed):
    x = questions(seed)
    u = worth(x)
    before = np.stack(probabilities(x["agenda"], u))
    after = np.stack(probabilities(x["agenda"], [u[0] + 0.5, *u[1:]]))
    free = (x["agenda"].open[:, 0] == 1) & (x["agenda"].open.sum(axis=1) > 1)
    assert (after[0, free] > before[0, free]).all()
    assert (after[1:] <= before[1:] + 1e-12).all()


@given(SEED)
def test_an_option_that_is_not_open_changes_nothing(questions, seed):
    x = questions(seed)
    u = worth(x)
    wild = [np.where(x["agenda"].open[:, o, None] == 1, part, 1e6) for o, part in enumerate(u)]
    np.testing.assert_array_equal(probabilities(x["agenda"], wild), probabilities(x["agenda"], u))


@given(SEED)
def test_the_ratio_of_two_options_does_not_depend_on_a_third(questions, seed):
    x = questions(seed, o=3)
    all_open = x["agenda"]._replace(open=np.ones((5, 3)))
    two = x["agenda"]._replace(open=np.array([[1.0, 1.0, 0.0]] * 5))
    u = worth(x)
    p, q = np.stack(probabilities(all_open, u)), np.stack(probabilities(two, u))
    np.testing.assert_allclose(p[0] / p[1], q[0] / q[1])


def test_a_scale_of_zero_makes_a_coin_and_a_large_one_makes_certainty(question):
    x = question()
    for scale, likely in ((0.0, 0.5), (1e4, 1.0)):
        p = odds(x | {"agenda": x["agenda"]._replace(scale=np.array([scale]))})
        np.testing.assert_allclose(p[0], likely)


def test_nothing_is_likely_where_nothing_is_asked(question):
    x = question()
    p = odds(x | {"agenda": Agenda(*(0 * part for part in x["agenda"]))})
    assert not p.any()


@given(SEED)
def test_the_order_of_states_and_of_powers_does_not_matter(questions, seed):
    x = questions(seed)
    agenda = x["agenda"]
    by_power = {"stance": agenda.stance[..., ::-1], "offers": agenda.offers[:, ::-1], "reach": agenda.reach[:, ::-1]}
    turned = x | {name: x[name][:, ::-1] for name in SEEN} | {"credibility": x["credibility"][::-1]}
    np.testing.assert_allclose(odds(turned | {"agenda": agenda._replace(**by_power)}), odds(x))
    rows = agenda._replace(ties=agenda.ties.transpose(1, 0, 2))
    upside = {name: part[::-1] for name, part in x.items() if isinstance(part, np.ndarray) and name != "credibility"}
    upside |= {"agenda": Agenda(*(part[::-1] for part in rows)), "credibility": x["credibility"]}
    upside["coefficients"] = type(x["coefficients"])(*(part[::-1] for part in x["coefficients"]))
    np.testing.assert_allclose(odds(upside), odds(x)[:, ::-1])


def test_numpy_and_jax_agree(questions):
    x = questions(4)
    theirs = jax.jit(lambda x: jnp.stack(probabilities(x["agenda"], worth(x))))(jax.tree.map(jnp.asarray, x))
    np.testing.assert_allclose(np.asarray(theirs), odds(x), atol=1e-5)


# --- gradient --------------------------------------------------------------------------------------------------------


def test_the_log_likelihood_has_a_finite_gradient_that_is_right(questions):
    x = questions(9)
    x["agenda"] = x["agenda"]._replace(open=np.where(np.arange(3) == 2, x["agenda"].open, 1))
    taken = np.zeros(5, int)

    def log_likelihood(coefficients):
        p = jnp.stack(probabilities(x["agenda"], worth(x | {"coefficients": coefficients})))
        return jnp.log(p[taken, np.arange(5)]).sum()

    with jax.enable_x64(True):
        x = jax.tree.map(jnp.asarray, x)
        slope = jax.grad(log_likelihood)(x["coefficients"])
        for name, part in slope._asdict().items():
            assert np.isfinite(part).all(), name
            assert (abs(part) > 0).any(), name
        step = 1e-6
        for name in COEFFICIENTS:
            up, down = (
                log_likelihood(x["coefficients"]._replace(**{name: getattr(x["coefficients"], name) + s * step}))
                for s in (1, -1)
            )
            assert float(getattr(slope, name).sum()) == pytest.approx(float(up - down) / (2 * step), rel=1e-4, abs=1e-6)


def test_the_gradient_is_finite_where_nothing_is_asked(question):
    x = question()
    x["agenda"] = Agenda(*(0.0 * part for part in x["agenda"]))

    def total(coefficients):
        return sum(part.sum() for part in probabilities(x["agenda"], worth(x | {"coefficients": coefficients})))

    x = jax.tree.map(jnp.asarray, x)
    for part in jax.grad(total)(x["coefficients"]):
        assert np.isfinite(part).all()


# --- the draw that decides -------------------------------------------------------------------------------------------


@given(SEED)
def test_exactly_one_open_option_is_taken(questions, seed):
    x = questions(seed)
    p = probabilities(x["agenda"], worth(x))
    for u in (np.full((5, 2), 1e-7), np.full((5, 2), 1 - 1e-7), np.random.default_rng(seed).random((5, 2))):
        picks = np.stack(chosen(p, u))
        np.testing.assert_array_equal(picks.sum(axis=0), 1)
        assert (np.stack(p)[picks == 1] > 0).all()


def test_no_option_is_taken_where_nothing_is_asked():
    assert not np.stack(chosen([np.zeros((2, 3))] * 4, np.full((2, 3), 0.7))).any()


def test_options_are_taken_as_often_as_they_are_likely():
    p = [np.array([[x]]) for x in (0.1, 0.0, 0.6, 0.3)]
    u = (np.arange(10_000) + 0.5)[None] / 10_000
    often = np.stack(chosen([part + 0 * u for part in p], u)).mean(axis=(1, 2))
    np.testing.assert_allclose(often, [0.1, 0.0, 0.6, 0.3], atol=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rounding_never_leaves_a_decision_without_an_option(dtype):
    rng = np.random.default_rng(5)
    p = rng.dirichlet(np.ones(6), 20_000).T[:, None].astype(dtype)
    top = np.nextafter(dtype(1), dtype(0))
    picks = np.stack(chosen(list(p), np.full((1, 20_000), top)))
    np.testing.assert_array_equal(picks.sum(axis=0), 1)
    assert picks.dtype == dtype
