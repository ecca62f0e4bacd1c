"""How powers answer what states do."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tightrope.decide import ANSWERS, answers

IGNORE, REWARD, BARRIER, MIGRANTS, EXTEND = range(5)
STRENGTH = {
    "answer_reward_base": -3.0, "answer_reward": 0.8, "answer_punish_base": -4.5, "answer_punish": 1.0,
    "answer_hold": 3.0, "answer_cost": 20.0, "answer_extend_base": -5.0, "answer_extend": 4.0,
}  # fmt: skip
PAIR, ALL = np.ones((1, 1, 1)), np.ones((1, 1))


def answered(**changes):
    """Probability of each answer of one power to one state, in ordinary circumstances but for `changes`."""
    x = {
        "acts": 0 * PAIR, "attention": 0.8 * ALL, "placation": 0 * PAIR, "hold_trade": 0.2 * PAIR,
        "hold_migrants": 0.2 * PAIR, "own_cost": 0.01 * PAIR, "evasion": 0.3 * ALL, "sanctioner": 0.5 * ALL,
        "can_barrier": 1.0, "can_migrants": 1.0, "can_extend": 1.0, "strength": {k: np.array([v]) for k, v in STRENGTH.items()},
    }  # fmt: skip
    return np.stack(answers(**(x | changes)))[:, 0, 0, 0]


def test_answers_are_the_logit_by_hand():
    # In log odds against ignoring: reward -3 + 0.8 x 0.8 x 2; barrier -4.5 - 20 x 0.01 + 3 x 0.2 and the same for
    # migrants; extension -5 + 4 x 0.5 x 0.3, at half the weight as the power half sanctions.
    weight = np.exp([0, -3 + 1.28, -4.1, -4.1, -4.4]) * [1, 1, 1, 1, 0.5]
    np.testing.assert_allclose(answered(acts=2 * PAIR), weight / weight.sum())


@pytest.mark.parametrize("acts", [-3, 0, 3])
def test_answers_sum_to_one(acts):
    p = answered(acts=acts * PAIR)
    assert len(p) == len(ANSWERS)
    assert p.sum() == pytest.approx(1)
    assert (p > 0).all()


@pytest.mark.parametrize(
    ("fact", "less", "more", "answer"),
    [
        ("liked acts are rewarded", {"acts": 0 * PAIR}, {"acts": PAIR}, REWARD),
        ("disliked acts meet barriers", {"acts": 0 * PAIR}, {"acts": -PAIR}, BARRIER),
        ("disliked acts are taken out on migrants", {"acts": 0 * PAIR}, {"acts": -PAIR}, MIGRANTS),
        ("a power strikes where trade binds", {"hold_trade": 0.1 * PAIR}, {"hold_trade": 0.4 * PAIR}, BARRIER),
        ("a power strikes where remittances bind", {"hold_migrants": 0.1 * PAIR}, {"hold_migrants": 0.4 * PAIR}, MIGRANTS),
        ("punishment is spared where it costs", {"own_cost": 0.1 * PAIR}, {"own_cost": 0 * PAIR}, BARRIER),
        ("placating acts soften", {"acts": -PAIR, "placation": PAIR}, {"acts": -PAIR}, BARRIER),
        ("evasion brings sanctions home", {"evasion": 0 * ALL}, {"evasion": ALL}, EXTEND),
        ("who sanctions more extends more", {"sanctioner": 0.1 * ALL}, {"sanctioner": ALL}, EXTEND),
        ("attention makes anger felt", {"acts": -PAIR, "attention": 0.1 * ALL}, {"acts": -PAIR, "attention": ALL}, BARRIER),
        ("attention makes favour felt", {"acts": PAIR, "attention": 0.1 * ALL}, {"acts": PAIR, "attention": ALL}, REWARD),
    ],
)  # fmt: skip
def test_an_answer_is_likelier(fact, less, more, answer):
    assert answered(**more)[answer] / answered(**more)[IGNORE] > answered(**less)[answer] / answered(**less)[IGNORE]


def test_a_power_without_attention_does_not_react_to_what_is_done():
    ways = [answered(acts=acts * PAIR, attention=0 * ALL) for acts in (-5, 0, 5)]
    np.testing.assert_array_equal(ways[0], ways[1])
    np.testing.assert_array_equal(ways[2], ways[1])


def test_full_placation_takes_the_anger_and_not_the_favour():
    np.testing.assert_allclose(answered(acts=-3 * PAIR, placation=PAIR), answered(acts=0 * PAIR))
    np.testing.assert_allclose(answered(acts=3 * PAIR, placation=PAIR), answered(acts=3 * PAIR))


@pytest.mark.parametrize(
    ("switch", "answer"), [("can_barrier", BARRIER), ("can_migrants", MIGRANTS), ("can_extend", EXTEND)]
)
def test_an_answer_that_is_switched_off_is_never_given_and_the_others_keep_their_proportions(switch, answer):
    on, off = answered(acts=-PAIR), answered(acts=-PAIR, **{switch: 0.0})
    assert off[answer] == 0
    others = np.delete(off, answer) / np.delete(on, answer)
    np.testing.assert_allclose(others, others[0])
    assert others[0] > 1


def test_only_a_power_that_sanctions_can_extend_sanctions():
    assert answered(sanctioner=0 * ALL, evasion=ALL)[EXTEND] == 0


def test_powers_answer_each_state_apart():
    acts = np.array([-2.0, 0.0, 2.0])[:, None, None] * np.ones((3, 2, 1))
    rest = {
        "placation": 0 * acts,
        "hold_trade": 0.2 + 0 * acts,
        "hold_migrants": 0.2 + 0 * acts,
        "own_cost": 0.01 + 0 * acts,
    }
    rest |= {
        "attention": np.array([[0.8], [0.3]]),
        "sanctioner": np.array([[0.5], [0.0]]),
        "evasion": 0.3 * np.ones((3, 1)),
    }
    rest |= {"can_barrier": 1.0, "can_migrants": 1.0, "can_extend": 1.0, "strength": STRENGTH}
    together = np.stack(answers(acts=acts, **rest))
    changed = acts.copy()
    changed[2] = -5
    np.testing.assert_array_equal(np.stack(answers(acts=changed, **rest))[:, :2], together[:, :2])
    np.testing.assert_allclose(together[:, 0, 0, 0], answered(acts=-2 * PAIR))
    theirs = jax.jit(lambda acts, rest: jnp.stack(answers(acts=acts, **rest)))(acts, rest)
    np.testing.assert_allclose(np.asarray(theirs), together, rtol=2e-5)
