"""From evidence to one probability: a sum of contributions in log odds, with weights fitted on planted diversions.

Each term enters by a line with a few bends that only rises (or, for an innocent explanation, only falls). What can be
known differs from file to file, so there is a set of weights for each pattern of what is known; a term that cannot be
computed is left out and says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from tightrope.base import FitError

from .panel import Array, Panel

__all__ = ["KNOWN", "Pattern", "Scored", "Weights", "known", "pattern_name", "ramps", "score", "weights"]

KNOWN = ("onward", "mirror", "weights", "controls", "growth")
"""What may be known or not: the second leg, the hub's import reports, net weights, flows to other partners, and trade
outside the sanctions."""


@dataclass(frozen=True)
class Pattern:
    """Weights for one pattern of what is known.

    Parameters
    ----------
    base
        Log odds of a row whose terms all stand at their reference.
    rises
        Log odds that each piece between two knots adds, by term, (pieces,).
    spread
        Standard deviation, over planted worlds, of the shift in log odds that would calibrate a world's likely rows.
    prevalence
        Part of the rows that diverted in the planted worlds.
    """

    base: float
    rises: Mapping[str, Array]
    spread: float
    prevalence: float


@dataclass(frozen=True)
class Weights:
    """All patterns, and what they share.

    Parameters
    ----------
    knots
        Where the line of each term bends, (pieces + 1,).
    reference
        Value of each term in the ordinary row that contributions are counted from.
    patterns
        By name, as `pattern_name` gives it.
    made
        How they were made.
    """

    knots: Mapping[str, Array]
    reference: Mapping[str, float]
    patterns: Mapping[str, Pattern]
    made: Mapping[str, Any]


@dataclass(frozen=True)
class Scored:
    """Probabilities of rows, (hub, product, month since the event), and what they are made of.

    Parameters
    ----------
    probability
        Chance that the row holds diverted goods, in a world like the planted ones; NaN for a row that is not scored.
    log_odds
        The same as log odds: the base plus all contributions.
    base
        Log odds of an ordinary row of the same pattern.
    contributions
        Log odds that each term adds; NaN where it cannot be computed.
    spread
        Standard deviation, from world to world, of the log odds of likely rows.
    prevalence
        Part of the rows that diverted in the planted worlds of the pattern.
    """

    probability: Array
    log_odds: Array
    base: Array
    contributions: Mapping[str, Array]
    spread: Array
    prevalence: Array


def pattern_name(flags: tuple[bool, ...]) -> str:
    """Name of a pattern: what is known, joined by `+`.

    >>> pattern_name((True, False, False, True, False))
    'onward+controls'
    >>> pattern_name((False,) * 5)
    'inflow'
    """
    return "+".join(name for name, is_known in zip(KNOWN, flags, strict=True) if is_known) or "inflow"


def known(panel: Panel) -> NDArray[np.bool_]:
    """What is known of each hub and month since the event, (hub, month, what), in the order of `KNOWN`."""
    since = slice(panel.event, None)
    shape = (len(panel.hubs), len(panel.months) - panel.event)
    weighed = np.asarray(np.isfinite(panel.inflow_weight).any(axis=(1, 2)))
    found = np.empty((*shape, len(KNOWN)), dtype=bool)
    found[..., 0] = ~np.isnan(panel.onward[..., since]).all(axis=1)
    found[..., 1] = ~np.isnan(panel.mirror[..., since]).all(axis=1)
    found[..., 2] = weighed[:, None]
    found[..., 3] = bool(len(panel.controls))
    found[..., 4] = bool((~panel.listed).any())
    return found


def ramps(value: Array, knots: Array, reference: float) -> Array:
    """Part of each piece between knots that a value has climbed beyond the reference, (..., pieces), within [-1, 1].

    NaN says nothing: 0 everywhere.

    >>> ramps(np.array([0.0, 1.5, np.nan]), np.array([0.0, 1.0, 2.0]), 0.0)
    array([[0. , 0. ],
           [1. , 0.5],
           [0. , 0. ]])
    """
    low, wide = knots[:-1], np.diff(knots)
    filled = np.where(np.isnan(value), reference, value)[..., None]
    return np.asarray(np.clip((filled - low) / wide, 0, 1) - np.clip((reference - low) / wide, 0, 1))


def score(terms: Mapping[str, Array], known_: NDArray[np.bool_], fitted: Weights) -> Scored:
    """Probabilities and contributions of all rows.

    Parameters
    ----------
    terms
        From `evidence.evidence`, (hub, product, month).
    known_
        From `known`, (hub, month, what).
    fitted
        The weights.

    Source
    ------
    Logistic regression on monotone piecewise-linear terms; fit and design ours.
    """
    shape = next(iter(terms.values())).shape
    parts = {name: np.full(shape, np.nan) for name in terms}
    base, spread, prevalence = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for flags in np.unique(known_.reshape(-1, known_.shape[-1]), axis=0):
        chosen = fitted.patterns.get(pattern_name(tuple(flags.tolist())))
        if chosen is None:
            raise FitError(f"The weights have no pattern `{pattern_name(tuple(flags.tolist()))}`. Remake them.")
        here = np.nonzero((known_ == flags).all(axis=-1))
        base[here[0], :, here[1]], spread[here[0], :, here[1]] = chosen.base, chosen.spread
        prevalence[here[0], :, here[1]] = chosen.prevalence
        for name, rises in chosen.rises.items():
            value = terms[name][here[0], :, here[1]]
            added = ramps(value, fitted.knots[name], fitted.reference[name]) @ rises
            parts[name][here[0], :, here[1]] = np.where(np.isnan(value), np.nan, added)
    total = base + sum(np.nan_to_num(part) for part in parts.values())
    return Scored(expit(total), total, base, parts, spread, prevalence)


def shifted(log_odds: Array, prevalence: Array, prior: float) -> Array:
    """Log odds if a part `prior` of rows diverted instead of the part that did in the planted worlds."""
    return np.asarray(log_odds + logit(prior) - logit(prevalence))


@cache
def weights() -> Weights:
    """The weights that come with Tightrope; `made` in them says how they were made."""
    return from_json(json.loads(files("tightrope.trade.screen").joinpath("weights.json").read_text("utf-8")))


def from_json(told: Mapping[str, Any]) -> Weights:
    """Weights from their file."""
    terms = told["terms"]
    return Weights(
        {name: np.array(term["knots"]) for name, term in terms.items()},
        {name: float(term["reference"]) for name, term in terms.items()},
        {
            name: Pattern(
                row["base"],
                {term: np.array(rises) for term, rises in row["rises"].items()},
                row["spread"],
                row["prevalence"],
            )
            for name, row in told["patterns"].items()
        },
        told["made"],
    )


def to_json(fitted: Weights, *, digits: int = 4) -> dict[str, Any]:
    """Weights as they stand in their file, rounded."""
    return {
        "made": dict(fitted.made),
        "terms": {
            name: {"reference": round(fitted.reference[name], digits), "knots": knots.round(digits).tolist()}
            for name, knots in fitted.knots.items()
        },
        "patterns": {
            name: {
                "base": round(row.base, digits),
                "spread": round(row.spread, digits),
                "prevalence": round(row.prevalence, digits),
                "rises": {term: rises.round(digits).tolist() for term, rises in row.rises.items()},
            }
            for name, row in fitted.patterns.items()
        },
    }
