"""What a forecaster without a model of decisions would say of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tightrope.base import Registry

from .evidence import Evidence

__all__ = ["BASELINES", "Baseline"]

Array = NDArray[np.float64]
Baseline = Callable[[Evidence, Evidence], Array]

BASELINES: Registry[Baseline] = Registry("baseline")
"""Each takes the decisions that were known and those that are asked about, and gives (decision, option) probabilities.

Where a share is estimated it is that of the known decisions with one more of each sort (Laplace's rule), so that nothing
is ever given a probability of zero.
"""


@BASELINES.register("uniform")
def uniform(known: Evidence, asked: Evidence) -> Array:
    """Even odds."""
    return _shared(np.ones_like(asked.agenda.open), asked)


@BASELINES.register("base_rate")
def base_rate(known: Evidence, asked: Evidence) -> Array:
    """How often each option of the kind of question was taken."""
    return _shared(_counts(known.kinds, known, asked.kinds, asked) + 1, asked)


@BASELINES.register("same_question")
def same_question(known: Evidence, asked: Evidence) -> Array:
    """What others answered to the very question, filled up to two answers' weight by the base rate of its kind."""
    rate = base_rate(known, asked)
    return _shared(_counts(known.questions, known, asked.questions, asked) + 2 * rate, asked)


@BASELINES.register("status_quo")
def status_quo(known: Evidence, asked: Evidence) -> Array:
    """Things stay as they are, as often as they did; even odds where no option leaves them so."""
    return _favoured(known.agenda.statusquo > 0, known, asked.agenda.statusquo > 0, asked)


@BASELINES.register("nearest_power")
def nearest_power(known: Evidence, asked: Evidence) -> Array:
    """The state does what the power with the most leverage over it likes best, as often as it did."""
    return _favoured(_liked(known), known, _liked(asked), asked)


def _liked(asked: Evidence) -> NDArray[np.bool_]:
    hold = 1 - (1 - asked.dependence) * (1 - asked.threat)
    stance = np.where(
        asked.agenda.open == 1,
        np.take_along_axis(asked.agenda.stance, hold.argmax(axis=1)[:, None, None], 2)[..., 0],
        -np.inf,
    )
    found: NDArray[np.bool_] = stance == stance.max(axis=1, keepdims=True)
    # A power that sees all options alike favours none.
    even: NDArray[np.bool_] = (found | (asked.agenda.open == 0)).all(axis=1, keepdims=True)
    return np.logical_and(found, ~even)


def _favoured(known_mark: NDArray[np.bool_], known: Evidence, mark: NDArray[np.bool_], asked: Evidence) -> Array:
    """Marked options share what marked options got where there were any; the others share the rest."""
    marked = known_mark & (known.agenda.open == 1)
    some = marked.any(axis=1)
    hits = marked[np.arange(len(known)), known.chosen][some]
    share = (hits.sum() + 1) / (len(hits) + 2)
    mark = mark & (asked.agenda.open == 1)
    rest = (asked.agenda.open == 1) & ~mark
    split = mark.any(axis=1) & rest.any(axis=1)
    weight = np.where(
        mark,
        share / np.maximum(mark.sum(axis=1), 1)[:, None],
        np.where(rest, (1 - share) / np.maximum(rest.sum(axis=1), 1)[:, None], 0),
    )
    return _shared(np.where(split[:, None], weight, 1.0), asked)


def _counts(known_names: tuple[str, ...], known: Evidence, names: tuple[str, ...], asked: Evidence) -> Array:
    taken: dict[tuple[str, str], int] = {}
    for k, name in enumerate(known_names):
        cell = name, known.options[k][known.chosen[k]]
        taken[cell] = taken.get(cell, 0) + 1
    found: Array = np.zeros(asked.agenda.open.shape)
    for k, name in enumerate(names):
        for o, option in enumerate(asked.options[k]):
            found[k, o] = taken.get((name, option), 0)
    return found


def _shared(weight: Array, asked: Evidence) -> Array:
    kept = weight * asked.agenda.open
    found: Array = kept / kept.sum(axis=1, keepdims=True)
    return found
