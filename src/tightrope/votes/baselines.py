"""What a forecast has to beat: habits, last time's vote, the nearest power, a plain logit, the most similar states."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tightrope.base import Registry

from .agenda import CAST, Agenda, agenda
from .ballots import ABSENT, NO, Ballots
from .ideal import ideal_points
from .logit import fit_pooled_logit, log_probabilities
from .memory import Memory, nearest_states, recall

__all__ = ["WANT_POWERS", "Baseline", "baselines", "ideal_point", "similar_states"]

Floats = NDArray[np.float64]
Baseline = Callable[[Ballots, Agenda, Memory, tuple[int, ...]], Floats]
"""From past, agenda of one session, what is remembered of it, and the columns of the states that are scored, to
probabilities (roll, state of the past, option)."""

baselines: Registry[Baseline] = Registry("baseline")
"""The baselines of a forecast, by name."""


WANT_POWERS = ("nearest_power", "logit_on_powers", "same_item_else_logit")
"""Baselines that say nothing of their own unless powers' votes are given."""


@baselines.register("own_frequency")
def own_frequency(past: Ballots, ahead: Agenda, memory: Memory, scored: tuple[int, ...]) -> Floats:
    """How often the state voted so, lately more than long ago (`Memory`)."""
    return _with_absence(memory.votes["own"], memory)


@baselines.register("same_item_last_time")
def same_item_last_time(past: Ballots, ahead: Agenda, memory: Memory, scored: tuple[int, ...]) -> Floats:
    """What followed, in the past, on the vote that the state cast on the same item last time; else its own frequency.

    The transitions are counted over the states that are scored, from the six sessions before.
    """
    followed = np.full((3, 3), 0.1)
    sessions = np.unique(past.sessions)[1:][-6:]
    for session in sessions:
        before, now = past.on(past.sessions < session), past.on(past.sessions == session)
        previous = recall(before, agenda(now, ahead.given)).previous
        then = before.votes[previous][:, scored]
        votes = now.votes[:, scored]
        both = (previous >= 0)[:, None] & (then <= NO) & (votes <= NO)
        np.add.at(followed, (then[both] - 1, votes[both] - 1), 1)
    followed /= followed.sum(axis=1, keepdims=True)
    then = past.votes[memory.previous]
    known = (memory.previous >= 0)[:, None] & (then <= NO)
    cast = np.where(known[..., None], followed[np.where(known, then - 1, 0)], memory.votes["own"])
    return _with_absence(cast, memory)


@baselines.register("nearest_power")
def nearest_power(past: Ballots, ahead: Agenda, memory: Memory, scored: tuple[int, ...]) -> Floats:
    """How the state voted when the given power that it most agrees with voted so, in the last ten sessions."""
    recent = past.on(past.sessions > past.sessions.max() - 10)
    cast = (recent.votes[..., None] == CAST).astype(float)
    found = np.array(memory.votes["own"], dtype=float)
    best = np.full(len(past.states), -1.0)
    for place, code in enumerate(ahead.given):
        power = recent.votes[:, past.state(code)]
        # (power's vote, state, state's vote); the state's own frequency stands in where the pair is rare
        count = np.stack([cast[power == vote].sum(axis=0) for vote in CAST])
        agreed = np.einsum("vsv->s", count) / np.maximum(count.sum(axis=(0, 2)), 1)
        smooth = (count + memory.votes["own"][0]) / (count.sum(axis=-1, keepdims=True) + 1)
        now = ahead.votes[:, place]
        chosen = np.where((now <= NO)[:, None, None], smooth[np.where(now <= NO, now - 1, 0)], memory.votes["own"])
        nearer = agreed > best
        found[:, nearer], best[nearer] = chosen[:, nearer], agreed[nearer]
    return _with_absence(found, memory)


@baselines.register("logit_on_powers")
def logit_on_powers(past: Ballots, ahead: Agenda, memory: Memory, scored: tuple[int, ...]) -> Floats:
    """A multinomial logit of the votes of the given powers, for each state by itself, over the last ten sessions."""
    recent = past.on(past.sessions > past.sessions.max() - 10)
    columns = [past.state(code) for code in ahead.given]
    terms = _dummies(recent.votes[:, columns])
    votes = recent.votes[:, scored].T
    every = (len(scored), *terms.shape)
    fit = fit_pooled_logit(
        np.broadcast_to(terms, every),
        np.where(votes <= NO, votes - 1, 0),
        (votes <= NO).astype(float),
        common_penalty=np.full(terms.shape[-1], 1e8),
        own_penalty=np.full(terms.shape[-1], 1.0),
        tolerance=1e-2,
    )
    now = _dummies(ahead.votes)
    log_p = log_probabilities(np.broadcast_to(now, (len(scored), *now.shape)), fit.coefficients)
    found = np.array(memory.votes["own"], dtype=float)
    found[:, scored] = np.exp(log_p).transpose(1, 0, 2)
    return _with_absence(found, memory)


@baselines.register("same_item_else_logit")
def same_item_else_logit(past: Ballots, ahead: Agenda, memory: Memory, scored: tuple[int, ...]) -> Floats:
    """The same item last time where there was one, else the logit on the powers; stronger than either alone."""
    on_item = same_item_last_time(past, ahead, memory, scored)
    return np.where(memory.matched[:, None, None], on_item, logit_on_powers(past, ahead, memory, scored))


def similar_states(seen: Ballots, n_nearest: int = 12) -> Floats:
    """How the twelve most similar states voted on the same roll call; only for imputation, where they are known.

    Parameters
    ----------
    seen
        Every vote that may be known.
    n_nearest
        How many states.

    Returns
    -------
    probabilities
        (roll, state, yes, abstain or no); the state's own frequency counts as half a vote.
    """
    cast = (seen.votes[..., None] == CAST).astype(np.float32)
    own = (cast.sum(axis=0) + 1) / (cast.sum(axis=(0, 2))[:, None] + 3)
    near = n_nearest * nearest_states(seen, np.ones(len(cast), np.float32), n_nearest)
    of_peers = np.einsum("st,rto->rso", near, cast, optimize=True)
    found: Floats = ((of_peers + 0.5 * own) / (of_peers.sum(axis=-1, keepdims=True) + 0.5)).astype(float)
    return found


def ideal_point(seen: Ballots) -> Floats:
    """What dynamic ideal points in one dimension say of each vote; only for imputation, where the roll call is known.

    Parameters
    ----------
    seen
        Every vote that may be known.

    Returns
    -------
    probabilities
        (roll, state, yes, abstain or no). In a session in which a state's votes are all hidden it has its point of the
        nearest other session; a state that is never seen to vote has even odds.
    """
    fit = ideal_points(seen, 1, absent="ignore")
    cast = (seen.votes[..., None] == CAST).astype(float)
    found = np.array(np.broadcast_to((cast.sum(axis=0) + 1) / (cast.sum(axis=(0, 2))[:, None] + 3), cast.shape))
    known = np.isfinite(fit.points[:, :, 0])
    apart = np.abs(fit.sessions[:, None] - fit.sessions)[..., None] + np.where(known, 0, np.inf)
    raw = np.take_along_axis(fit.raw[:, :, 0], apart.argmin(axis=1), axis=0)
    support = raw[np.searchsorted(fit.sessions, seen.sessions)] * fit.rolls[:, :1]
    below, above = (1 / (1 + np.exp(np.clip(cut[:, None] - support, -40, 40))) for cut in fit.rolls[:, 1:].T)
    found[:, [seen.state(code) for code in fit.states]] = np.stack([above, below - above, 1 - below], axis=-1)
    return found


def _with_absence(cast: NDArray[np.floating], memory: Memory) -> Floats:
    away = memory.away[..., 1:2].astype(float)
    return np.concatenate([(1 - away) * cast, away], axis=-1)


def _dummies(votes: NDArray[np.int8]) -> Floats:
    """(roll, option, term): a constant and each vote of each power, apart for abstention and for no."""
    ways = np.concatenate([votes == code for code in (*CAST, ABSENT)], axis=1)
    row = np.concatenate([np.ones((len(votes), 1)), ways], axis=1)
    nought = np.zeros_like(row)
    return np.stack([np.concatenate(pair, axis=1) for pair in ((nought, nought), (row, nought), (nought, row))], axis=1)
