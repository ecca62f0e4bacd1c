"""How a power answers what a state has done: by ignoring it, rewarding it, or punishing it through a channel."""

from __future__ import annotations

from typing import Any

from tightrope.base.arrays import namespace

__all__ = ["ANSWERS", "answers"]

ANSWERS = ("ignore", "reward", "barrier", "migrants", "extend")
"""In this order everywhere: nothing; finance and favour; a barrier to trade; harsher treatment of migrant workers;
sanctions on the state's own firms."""


def answers(
    *,
    acts: Any,
    attention: Any,
    placation: Any,
    hold_trade: Any,
    hold_migrants: Any,
    own_cost: Any,
    evasion: Any,
    sanctioner: Any,
    can_barrier: Any,
    can_migrants: Any,
    can_extend: Any,
    strength: Any,
) -> list[Any]:
    """Probability of each answer of each power to each state in a quarter.

    Parameters
    ----------
    acts
        Sum of the power's stances on what the state chose in the quarter, (state, power, member).
    attention
        Attention that the power can spare, (power, member), 0 to 1.
    placation
        Stock of placating acts, weakening the wish to punish, (state, power, member), 0 to 1.
    hold_trade, hold_migrants
        Dependence through trade and through remittances, (state, power, member), unit 1.
    own_cost
        Trade with the state as part of the power's economy, (state, power, 1), unit 1.
    evasion
        The state's help in rounding sanctions, summed over the sanctioned, (state, member).
    sanctioner
        How strongly each power sanctions others, (power, member), 0 to 1.
    can_barrier, can_migrants, can_extend
        1 where the answer exists; 0 switches it off.
    strength
        Mapping with ``answer_reward_base, answer_reward, answer_punish_base, answer_punish, answer_hold, answer_cost,
        answer_extend_base, answer_extend``, each (member,), log odds.

    Returns
    -------
    answers
        One (state, power, member) array for each of `ANSWERS`, summing to one.

    Assumes
    -------
    A power answers each state apart from the others and looks back one quarter.

    Source
    ------
    Logit response of a player to the others' acts: [McKelvey1995]_; the considerations are docs/model.md eq. 8.
    """
    xp = namespace(acts)
    # No names of the world here: what a power can spare limits all that it does.
    spare = attention[None]
    reward = strength["answer_reward_base"] + strength["answer_reward"] * spare * xp.maximum(acts, 0)
    anger = spare * xp.maximum(-acts, 0) * (1 - placation)
    punish = strength["answer_punish_base"] + strength["answer_punish"] * anger - strength["answer_cost"] * own_cost
    barrier = punish + strength["answer_hold"] * hold_trade
    migrants = punish + strength["answer_hold"] * hold_migrants
    extend = strength["answer_extend_base"] + strength["answer_extend"] * sanctioner[None] * evasion[:, None]
    weight = [
        xp.exp(0 * acts),
        xp.exp(reward),
        can_barrier * xp.exp(barrier),
        can_migrants * xp.exp(migrants),
        can_extend * sanctioner[None] * xp.exp(extend),
    ]
    total = sum(weight[1:], weight[0])
    return [part / total for part in weight]
