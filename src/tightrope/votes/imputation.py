"""Missing votes filled in from the other votes: other states on the same roll call, and the state on similar ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError
from tightrope.base.random import keys, uniform

from .agenda import CAST
from .ballots import ABSENT, NO, Ballots
from .logit import fit_pooled_logit, log_probabilities

__all__ = ["impute"]

Floats = NDArray[np.float32]
FEWEST = 200
"""Votes known, from which weights of the rival guesses can be learned."""


def impute(
    seen: Ballots, *, share_hidden: float = 0.1, own_penalty: float = 300.0, seed: int = 7
) -> NDArray[np.float64]:
    """Probability of yes, abstain, no and absent of every state on every roll call, from the votes that are known.

    Five guesses are combined by a conditional logit: the roll call's shares, the state's shares, the state's votes on
    roll calls on which the others voted much alike (twice, near and wide), and the votes of states that voted much like
    it in those years. Their weights are learned on votes hidden for that purpose and then found again, so that a guess
    counts for what it is worth where it does not know the answer.

    Parameters
    ----------
    seen
        Roll calls; every vote that may be known. A hidden vote is 9, not known.
    share_hidden
        Part of the known votes that is hidden to learn the weights.
    own_penalty
        Inverse prior variance of a state's deviation from the weights that all share.
    seed
        Of the hiding.

    Returns
    -------
    probabilities
        (roll, state, option), in the order of `OPTIONS`; sums to 1. Also where the vote is known, from all but that
        vote as far as the near roll calls go, but not as far as shares go: score only what was hidden.

    Assumes
    -------
    Votes are missing without regard to what they are, as those that are hidden here.

    Source
    ------
    Neighbours in both ways: [Koren2010]_; stacking: [Wolpert1992]_. How fast likeness fades was set on votes of
    1992-2019 hidden from one draw and left there.
    """
    known = seen.votes <= ABSENT
    n_known = int((seen.votes <= NO).sum())
    if n_known < FEWEST:
        raise FitError(
            f"Only {n_known} votes are known; imputation needs {FEWEST} or more to learn from. Give more roll calls, or "
            "more states on each."
        )
    draw = uniform(keys(seed, "imputation", known.shape[0]), np.arange(known.shape[1], dtype=np.uint32))
    hidden = known & (draw < share_hidden)
    inside = np.where(hidden, 9, seen.votes).astype(np.int8)
    cast = _stacked(
        seen.votes, hidden & (seen.votes <= NO), own_penalty, _position(inside, seen), _position(seen.votes, seen)
    )
    went = np.where(seen.votes == ABSENT, 1, 2).astype(np.int8)
    away = _stacked(went, hidden, own_penalty, _turnout(inside, seen), _turnout(seen.votes, seen))[..., :1]
    found: NDArray[np.float64] = np.concatenate([(1 - away) * cast, away], axis=-1)
    return found


def _stacked(
    votes: NDArray[np.int8], hidden: NDArray[np.bool_], own_penalty: float, inside: Floats, outside: Floats
) -> NDArray[np.float64]:
    """Learn weights of `inside` terms on the hidden cells, and apply them to the `outside` ones; (roll, state, option)."""
    n_states, n_terms = votes.shape[1], inside.shape[-1]
    count = hidden.sum(axis=0)
    terms = np.zeros((n_states, max(int(count.max()), 1), *inside.shape[2:]), np.float32)
    chosen, weight = np.zeros((2, *terms.shape[:2]))
    for state in range(n_states):
        rows = np.flatnonzero(hidden[:, state])
        terms[state, : len(rows)] = inside[rows, state]
        chosen[state, : len(rows)] = votes[rows, state] - 1
        weight[state, : len(rows)] = 1
    fit = fit_pooled_logit(
        terms,
        chosen.astype(np.int64),
        weight,
        common_penalty=np.ones(n_terms),
        own_penalty=np.full(n_terms, own_penalty),
        tolerance=0.1,
    )
    found = np.empty(outside.shape[:3])
    for state in range(n_states):
        one = outside[:, state][None].astype(float)
        found[:, state] = np.exp(log_probabilities(one, fit.coefficients[state][None]))[0]
    return found


def _position(votes: NDArray[np.int8], seen: Ballots) -> Floats:
    """Terms of the vote among those cast: the guesses, their logs, and the logs by how much is known nearby."""
    cast = (votes[..., None] == CAST).astype(np.float32)
    own = (cast.sum(axis=0) + 1) / (cast.sum(axis=(0, 2))[:, None] + 3)
    share = (cast.sum(axis=1) + 1) / (cast.sum(axis=(1, 2))[:, None] + 3)
    both = 0.5 * (own[None] + share[:, None])
    apart, gap = _apart(cast), np.abs(seen.sessions[:, None] - seen.sessions[None])
    near, n_near = _like_rolls(cast, both, apart, gap, sharpness=40.0, fading=0.6)
    wide, _ = _like_rolls(cast, both, apart, gap, sharpness=15.0, fading=0.85)
    shape = cast.shape
    guesses = [np.broadcast_to(share[:, None], shape), np.broadcast_to(own, shape), near, wide]
    p = np.stack([*guesses, _like_states(cast, own, seen.sessions)], axis=-1)
    logs = np.log(p + 1e-3)
    lean = np.zeros((*shape, 2), np.float32)
    lean[:, :, 0, 0] = lean[:, :, 2, 1] = 1
    much = (np.log1p(n_near) - 1.5)[..., None, None]
    return np.concatenate([logs, logs * much, p, p[..., 2:] ** 2, lean], axis=-1).astype(np.float32)


def _turnout(votes: NDArray[np.int8], seen: Ballots) -> Floats:
    """Terms of not voting: the state's absences that day, that session, always; the roll call's; the constant."""
    absent, known = (votes == ABSENT).astype(np.float32), (votes <= ABSENT).astype(np.float32)
    always = (absent.sum(axis=0) + 1) / (known.sum(axis=0) + 2)
    guesses = [always]
    for group in (seen.sessions, seen.dates):
        place = np.unique(group, return_inverse=True)[1]
        there = np.zeros((place.max() + 1, len(votes)), np.float32)
        there[place, np.arange(len(votes))] = 1
        guesses.append((((there @ absent)[place] - absent) + 2 * guesses[-1]) / (((there @ known)[place] - known) + 2))
    roll = (absent.sum(axis=1) + 1) / (known.sum(axis=1) + 2)
    p = np.stack([np.broadcast_to(g, votes.shape) for g in (*guesses, roll[:, None])], axis=-1)
    p = np.clip(p, 1e-3, 1 - 1e-3)
    odds = np.concatenate([np.log(p / (1 - p)), np.ones((*votes.shape, 1))], axis=-1)
    return np.stack([odds, np.zeros_like(odds)], axis=2).astype(np.float32)


def _apart(cast: Floats) -> Floats:
    """Mean squared distance of two roll calls over the states that voted on both, yes 1, abstain 0, no -1."""
    voted, place = cast.sum(axis=-1), cast[..., 0] - cast[..., 2]
    both = voted @ voted.T
    crossed = place**2 @ voted.T
    apart = (crossed + crossed.T - 2 * place @ place.T) / np.maximum(both, 1)
    apart[both < 10] = 4
    np.fill_diagonal(apart, np.inf)
    found: Floats = apart
    return found


def _like_rolls(
    cast: Floats, prior: Floats, apart: Floats, gap: NDArray[np.int64], *, sharpness: float, fading: float
) -> tuple[Floats, Floats]:
    weight = np.exp(-sharpness * apart) * (fading**gap).astype(np.float32)
    weight /= np.maximum(weight.max(axis=1, keepdims=True), 1e-12)
    count = (weight.astype(np.float32) @ cast.reshape(len(cast), -1)).reshape(cast.shape)
    n = count.sum(axis=-1)
    return (count + 0.5 * prior) / (n[..., None] + 0.5), n


def _like_states(cast: Floats, own: Floats, sessions: NDArray[np.int64]) -> Floats:
    voted, place = cast.sum(axis=-1), cast[..., 0] - cast[..., 2]
    found = np.empty_like(cast)
    for session in np.unique(sessions):
        weight = (0.6 ** np.abs(sessions - session)).astype(np.float32)[:, None]
        both = (weight * voted).T @ voted
        crossed = (weight * place**2).T @ voted
        # a little is added where little is known, so that a chance agreement on few roll calls is not a likeness
        apart = (crossed + crossed.T - 2 * (weight * place).T @ place + 0.15) / np.maximum(both, 1e-6)
        apart[both < 5] = 9
        np.fill_diagonal(apart, 9)
        closest = np.maximum(apart.min(axis=1, keepdims=True), 0.03)
        near = np.where(apart < 9, np.exp(-4 * (apart / closest - 1)), 0)
        near /= np.maximum(near.max(axis=1, keepdims=True), 1e-9)
        here = sessions == session
        count = np.einsum("st,rto->rso", near.astype(np.float32), cast[here], optimize=True)
        found[here] = (count + 0.5 * own) / (count.sum(axis=-1, keepdims=True) + 0.5)
    return found
