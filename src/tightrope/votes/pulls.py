"""How strongly each state follows each power: by topic, over time, and with what ties it to the power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError, FrozenDict, TightropeError

from .agenda import stances, subjects
from .ballots import NO, Ballots
from .items import TOPICS, topics
from .logit import fit_pooled_logit

__all__ = ["Pulls", "pulls"]

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Pulls:
    """Pulls of powers on states, in log odds for each step nearer to the power's vote.

    A pull of 1 means: where the power votes yes, and all else is even, yes is e times as likely as abstaining, and
    abstaining as no.

    Parameters
    ----------
    states, powers
        ISO-3 codes.
    pull, error
        (state, power), at the mean levels of the votes used, and its standard error.
    common
        (power,), of all states.
    by_topic
        (topic, power), what a topic adds for all states; topics as in `TOPICS`, then `other`.
    by, by_error
        (power,) for each level that was given, such as dependence: what one unit of it adds to the pull over all states,
        net of the other levels, and its standard error.
    n
        Votes used.
    """

    states: tuple[str, ...]
    powers: tuple[str, ...]
    pull: Floats
    error: Floats
    common: Floats
    by_topic: Floats
    by: Mapping[str, Floats]
    by_error: Mapping[str, Floats]
    n: int


def pulls(
    ballots: Ballots,
    powers: Sequence[str],
    *,
    levels: Mapping[str, NDArray[np.floating]] | None = None,
    own_penalty: float = 4.0,
    topic_penalty: float = 10.0,
) -> Pulls:
    """Estimate the pulls, all powers at once, so that each is net of the others.

    The vote is a conditional logit: each power sees yes, abstain and no from its own vote (`stances`), each state weighs
    these by its pulls, and leans to yes or no of itself. Pulls of a state are drawn towards those of all states.

    Parameters
    ----------
    ballots
        Roll calls; give those of some sessions to see the pulls of that time.
    powers
        ISO-3 codes. Powers that always vote alike share a pull that the votes cannot divide.
    levels
        What a pull may vary with, by name: (roll, state, power) each, any unit. NaN where not known; such votes are left
        out. A power for which a level is the same everywhere has a slope of 0 on it.
    own_penalty, topic_penalty
        Inverse prior variances of a state's and of a topic's deviation.

    Returns
    -------
    pulls
        With standard errors.

    Assumes
    -------
    Votes are independent given the powers' votes; votes on one item are not, so the errors are too small, by more where
    the items are few. A pull is an association: shared interests and shared blocs pull as pressure does.

    Source
    ------
    The form is that of the decision model's stance term, so that pulls are in its unit; see `docs/model.md`.
    """
    columns = [ballots.state(code) for code in powers]
    if len(columns) < 1:
        raise TightropeError("No power is named. Name at least one, such as RUS.")
    rows = np.array([k for k in range(len(ballots.states)) if k not in columns])
    votes = ballots.votes[:, rows].T
    weight = (votes <= NO).astype(np.float32)
    stance = stances(ballots.votes[:, columns])
    held = _levels(levels or {}, rows, weight, len(powers))
    if int(weight.sum()) < 100:
        raise FitError(f"Only {int(weight.sum())} votes can be used; pulls need 100 or more. Give more roll calls.")
    n_powers, kinds = len(powers), len(TOPICS) + 1
    shape = (len(rows), len(ballots.ids), 3)
    at_topic = topics(subjects(ballots))[:, None] == np.arange(kinds)
    by_topic = (stance[:, :, None, :] * at_topic[:, None, :, None]).reshape(len(stance), 3, -1)
    lean = np.array([[1, 0], [0, 0], [0, 1]], np.float32)
    shared = [stance, np.broadcast_to(lean, (len(stance), 3, 2)), by_topic]
    terms = [np.broadcast_to(part, (*shape, part.shape[-1])) for part in shared]
    terms += [stance[None] * level[:, :, None, :] for level in held.values()]
    n_topic = kinds * n_powers
    n_rest = n_topic + n_powers * len(held)
    loose = np.full(n_powers + 2, 0.01)
    fit = fit_pooled_logit(
        np.concatenate(terms, axis=-1).astype(np.float32),
        np.where(votes <= NO, votes - 1, 0),
        weight,
        common_penalty=np.concatenate([loose, np.full(n_topic, topic_penalty), np.full(n_rest - n_topic, 0.01)]),
        own_penalty=np.concatenate([np.full(n_powers + 2, own_penalty), np.full(n_rest, 1e6)]),
        tolerance=0.1,
    )
    first, last = n_powers + 2, n_powers + 2 + n_topic
    place = {name: slice(last + k * n_powers, last + (k + 1) * n_powers) for k, name in enumerate(held)}
    return Pulls(
        tuple(ballots.states[k] for k in rows),
        tuple(powers),
        fit.coefficients[:, :n_powers],
        fit.error[:, :n_powers],
        fit.common[:n_powers],
        fit.common[first:last].reshape(kinds, n_powers),
        FrozenDict({name: fit.common[at] for name, at in place.items()}),
        FrozenDict({name: fit.error[:, at].mean(axis=0) for name, at in place.items()}),
        int(weight.sum()),
    )


def _levels(
    levels: Mapping[str, NDArray[np.floating]], rows: NDArray[np.int64], weight: NDArray[np.float32], n_powers: int
) -> dict[str, NDArray[np.float32]]:
    """Each level less its mean over the votes used, (state, roll, power); takes votes without one out of `weight`."""
    held = {}
    for name, level in levels.items():
        if level.shape != (weight.shape[1], level.shape[1], n_powers):
            raise TightropeError(
                f"Level `{name}` is {level.shape}; expected (roll, state, power) with {weight.shape[1]} roll calls and "
                f"{n_powers} powers."
            )
        held[name] = level[:, rows].transpose(1, 0, 2).astype(np.float32)
        weight[np.isnan(held[name]).any(axis=-1)] = 0
    count = max(float(weight.sum()), 1.0)
    for name, level in held.items():
        known = np.nan_to_num(level)
        held[name] = known - ((known * weight[..., None]).sum(axis=(0, 1)) / count).astype(np.float32)
    return held
