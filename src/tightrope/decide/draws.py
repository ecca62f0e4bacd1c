"""Draws of the decision model's weights, from the priors that a case states or from a fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tightrope.base import RunError
from tightrope.base.random import keys, uniform

from .utility import COEFFICIENTS

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["Draws", "Prior", "habit_names", "prior", "prior_draws", "usual_names"]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Draws:
    """Joint draws of all weights.

    Parameters
    ----------
    coefficients
        (coefficient, state, draw), in the order of `COEFFICIENTS`, log odds.
    habits
        (row, draw), in the order of `usual_names`, log odds; the first row is zero.
    basis
        `prior` or `posterior`.
    note
        What the fit said of itself; empty where all is well.
    """

    coefficients: Floats
    habits: Floats
    basis: str = "prior"
    note: str = ""


@dataclass(frozen=True)
class Prior:
    """What a case holds likely of the coefficients before any decision is seen, in the order of `COEFFICIENTS`.

    Parameters
    ----------
    mean, deviation
        Of the mean over states, a normal distribution.
    spread
        Standard deviation between states.
    """

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    spread: NDArray[np.float64]


def habit_names(case: Case) -> tuple[tuple[str, str], ...]:
    """Kind of question and option that each habit belongs to.

    Parameters
    ----------
    case
        Any case.

    Returns
    -------
    names
        The first is empty: no habit. Then every option of every kind of the codebook, in its order.
    """
    return (("", ""), *((kind, option) for kind, entry in case.kinds.items() for option in entry.options))


def usual_names(case: Case) -> tuple[tuple[str, str, int, str], ...]:
    """Rows of the table of what is usual: of the kinds of questions, then of each question of the case.

    Parameters
    ----------
    case
        Any case.

    Returns
    -------
    names
        Of each row: the question, its kind, the number of the option among the question's, the option. The question is
        empty in the rows of kinds, which are those of `habit_names`.
    """
    asked = [*case.decisions, *(d for scenario in case.scenarios.values() for d in scenario.decisions)]
    every = {d.question.id: d for d in asked}
    questions = [(name, d.kind, o, option) for name, d in every.items() for o, option in enumerate(d.options)]
    return (*(("", kind, 0, option) for kind, option in habit_names(case)), *questions)


def prior(case: Case) -> Prior:
    """Priors as the case's parameters state them.

    Parameters
    ----------
    case
        With the parameters `coefficient` (low and high are the ends of a 90% interval) and `coefficient_spread`.

    Returns
    -------
    prior
        In the order of `COEFFICIENTS`.

    Raises
    ------
    RunError
        If other coefficients are named than the model has.
    """
    labels = case.labels("coefficient")
    if set(labels) != set(COEFFICIENTS):
        raise RunError(
            f"{case.name}: parameters/ give priors for the coefficients {', '.join(labels)}; the decision model has "
            f"{', '.join(COEFFICIENTS)}. Rename, add or drop rows of `coefficient` and `coefficient_spread`."
        )
    order = [labels.index(name) for name in COEFFICIENTS]
    mean, spread = case.parameter("coefficient"), case.parameter("coefficient_spread")
    return Prior(mean.value[order], (mean.high - mean.low)[order] / (2 * 1.6448536), spread.value[order])


def prior_draws(case: Case, size: int = 4096) -> Draws:
    """Draws from the priors that a case states; nothing is usual on any kind of question.

    Parameters
    ----------
    case
        Any case.
    size
        Number of draws.

    Returns
    -------
    draws
        The same for the same case.

    Source
    ------
    docs/model.md eq. 7: b[i] = mean + spread z_i, mean normal.
    """
    from scipy.special import ndtri  # heavy, and only needed here

    stated = prior(case)
    numbers = np.arange(size, dtype=np.uint32)

    def normal(name: str) -> NDArray[np.float64]:
        found: NDArray[np.float64] = ndtri(uniform(keys(0, f"prior/{name}", len(COEFFICIENTS)), numbers).astype(float))
        return found

    mean = stated.mean[:, None] + stated.deviation[:, None] * normal("mean")
    own = np.stack([normal(state) for state in case.states], axis=1)
    coefficients = mean[:, None] + stated.spread[:, None, None] * own
    return Draws(coefficients.astype(np.float32), np.zeros((len(usual_names(case)), size), np.float32))
