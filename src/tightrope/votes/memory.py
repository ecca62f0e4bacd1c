"""What the past says of roll calls to come: how each state voted before, on the same item, and when powers voted so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .agenda import CAST, Agenda, stances, subjects
from .ballots import ABSENT, NO, YES, Ballots
from .items import SAME_ITEM, title_likeness, title_words, topics

__all__ = ["MEMORIES", "Memory", "nearest_states", "recall"]

Floats = NDArray[np.float32]

MEMORIES = ("own", "topic", "fingerprint", "alike", "item", "peers")
"""The rival memories of a state's vote, from the broadest to the nearest; see `Memory`."""


@dataclass(frozen=True)
class Memory:
    """What is remembered about the roll calls of one session, computed from earlier sessions alone.

    Parameters
    ----------
    votes
        Name in `MEMORIES` to (roll, state, option): shares of yes, abstain and no among the votes that the state cast,
        lately more than long ago; on the topic; when the given powers voted alike; when powers and title were alike;
        on the same item; and those of the twelve most similar states on the same item. Each falls back on the one
        before where there is nothing to remember.
    away
        (roll, state, 3), share of absences: lately, in the last session, on the same item.
    stance
        (roll, option, power), of the given powers.
    shift
        (roll, option, power), that stance less the one on the same item before; 0 where there was none.
    previous
        (roll,), position in the past of the roll call on the same item last time; -1 where the item is new.
    """

    votes: dict[str, Floats]
    away: Floats
    stance: Floats
    shift: Floats
    previous: NDArray[np.int64]

    @property
    def matched(self) -> NDArray[np.bool_]:
        """Whether the item was voted on before."""
        return self.previous >= 0


def recall(past: Ballots, agenda: Agenda, *, half_life: float = 3.0) -> Memory:
    """Remember what bears on the roll calls of one session.

    Two roll calls are on the same item if their titles are alike by `SAME_ITEM` or more. Among several, such as votes on
    paragraphs, those count most that are nearest in title, in the votes of the given powers, and in time. Without
    titles no item is the same, and the given powers' votes are the fingerprint by which past roll calls count.

    Parameters
    ----------
    past
        Roll calls of earlier sessions.
    agenda
        Roll calls of one session.
    half_life
        Sessions after which a vote counts half in a state's habits.

    Returns
    -------
    memory
        See `Memory`.

    Assumes
    -------
    How fast likeness and time fade was set on sessions 54 to 61 and is left there.

    Source
    ------
    Ours; a kernel estimate of each state's distribution [Nadaraya1964]_ over likeness, powers' votes and time.
    """
    age = (agenda.sessions.max() - 1 - past.sessions).astype(np.float32)
    cast = (past.votes[..., None] == CAST).astype(np.float32)
    absent = (past.votes == ABSENT).astype(np.float32)
    lately = (0.5 ** (age / half_life)).astype(np.float32)
    n_rolls, shape = len(agenda.ids), (len(agenda.ids), len(past.states), len(CAST))

    def remembered(weight: Floats, prior: Floats, strength: float) -> Floats:
        count = (weight @ cast.reshape(len(cast), -1)).reshape(weight.shape[0], *shape[1:])
        found: Floats = (count + strength * prior) / (count.sum(axis=-1, keepdims=True) + strength)
        return found

    everyone = np.tensordot(lately, cast.sum(axis=1), 1) + 1
    own = remembered(lately[None], np.broadcast_to(everyone / everyone.sum(), (1, *shape[1:])), 2.0)
    texts = subjects(past)
    words = title_words([*agenda.subjects, *texts])
    like = title_likeness(words[:n_rolls], words[n_rolls:])
    same_topic = topics(agenda.subjects)[:, None] == topics(texts)[None]
    by_topic = remembered(same_topic * lately, own, 2.0)
    agreed = _agreement(agenda.votes, past.votes[:, [past.state(code) for code in agenda.given]])
    by_powers = remembered(np.exp(12 * (agreed - 1)) * (0.5 ** (age / 5)).astype(np.float32), by_topic, 0.5)
    alike = np.exp(10 * (agreed - 1) + 6 * (like - 1)) * lately
    by_both = remembered(3 * alike / alike.max(axis=1, keepdims=True), by_powers, 0.3)
    same = np.where(like >= SAME_ITEM, np.exp(10 * (like - 1) + 6 * (agreed - 1)), 0).astype(np.float32)
    same = same * (0.4**age).astype(np.float32)
    total = same.sum(axis=1, keepdims=True)
    same = np.divide(same, total, out=np.zeros_like(same), where=total > 0)
    by_item = remembered(3 * same, by_both, 0.25)
    near = nearest_states(past, lately)
    of_peers = np.einsum("st,rto->rso", near, (3 * same @ cast.reshape(len(cast), -1)).reshape(shape), optimize=True)
    by_peers = (of_peers + 0.25 * by_both) / (of_peers.sum(axis=-1, keepdims=True) + 0.25)
    stance = stances(agenda.votes)
    before = np.tensordot(same, stances(past.votes[:, [past.state(code) for code in agenda.given]]), 1)
    return Memory(
        {
            "own": np.broadcast_to(own, shape),
            "topic": by_topic,
            "fingerprint": by_powers,
            "alike": by_both,
            "item": by_item,
            "peers": by_peers,
        },
        _away(same, cast.sum(axis=-1), absent, lately, age),
        stance,
        np.where(total[:, :, None] > 0, stance - before, 0).astype(np.float32),
        _previous(like, agreed, past.sessions),
    )


def nearest_states(past: Ballots, weight: Floats, n_nearest: int = 12) -> Floats:
    """How much each other state counts as a peer of a state: the most similar ones, the nearer the more.

    Parameters
    ----------
    past
        Roll calls.
    weight
        (roll,), how much each counts.
    n_nearest
        How many peers a state has.

    Returns
    -------
    near
        (state, other state), unit 1; rows sum to 1, or to 0 where no other state voted on the same roll calls.

    Source
    ------
    Squared distance of votes, yes 1, abstain 0, no -1, over the roll calls that both voted on.
    """
    voted = ((past.votes >= YES) & (past.votes <= NO)).astype(np.float32)
    place = (2.0 - past.votes.astype(np.float32)) * voted
    heavy = weight[:, None]
    both = (heavy * voted).T @ voted
    crossed = (heavy * place**2).T @ voted
    apart = (crossed + crossed.T - 2 * (heavy * place).T @ place) / np.maximum(both, 1e-9)
    apart[both < 3] = 9
    np.fill_diagonal(apart, 9)
    chosen = np.argsort(apart, axis=1, kind="stable")[:, :n_nearest]
    near = np.zeros_like(apart)
    np.put_along_axis(near, chosen, np.exp(-10 * np.take_along_axis(apart, chosen, 1)), 1)
    near[apart >= 9] = 0
    total = near.sum(axis=1, keepdims=True)
    found: Floats = np.divide(near, total, out=np.zeros_like(near), where=total > 0)
    return found


def _agreement(new: NDArray[np.int8], past: NDArray[np.int8]) -> Floats:
    """Mean closeness of the given powers' votes, (roll, earlier roll); a half where none of them voted on both."""
    total, n = np.zeros((2, len(new), len(past)), np.float32)
    for power in range(new.shape[1]):
        a, b = new[:, power], past[:, power]
        both = (a <= NO)[:, None] & (b <= NO)[None]
        total += both * (1 - np.abs(a[:, None].astype(np.float32) - b[None]) / 2)
        n += both
    return np.divide(total, n, out=np.full_like(total, 0.5), where=n > 0)


def _away(same: Floats, voted: Floats, absent: Floats, lately: Floats, age: Floats) -> Floats:
    habit = (lately @ absent + 1) / (lately @ (absent + voted) + 2)
    last = (age == age.min()).astype(np.float32)
    recent = (last @ absent + 4 * habit) / (last @ (absent + voted) + 4)
    on_item = (3 * same @ absent + recent) / (3 * same @ (absent + voted) + 1)
    wide = np.broadcast_to(np.stack([habit, recent], -1), (*on_item.shape, 2))
    return np.concatenate([wide, on_item[..., None]], axis=-1).astype(np.float32)


def _previous(like: Floats, agreed: Floats, sessions: NDArray[np.int64]) -> NDArray[np.int64]:
    """The likest roll call of the last session in which the item was voted on."""
    same = like >= SAME_ITEM
    last = np.where(same, sessions, -1).max(axis=1, keepdims=True)
    candidate = np.where(same & (sessions == last), like + 0.3 * agreed, -1)
    return np.where(same.any(axis=1), candidate.argmax(axis=1), -1)
