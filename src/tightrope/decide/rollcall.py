"""Forecast of every state's vote on a roll call from what was known before it and from how the others voted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from tightrope.base import CaseError

from .ridge import Ordinal, binary, multinomial, ordinal
from .traits import VOTES, Record, record_of, stacked, traits, turned

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["POSITION", "TURNOUT", "Forecast", "leave_one_out"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

POSITION = {"position": 2.0, "record": 2.0, "lately": 1.0, "habit": 0.3, "capacity": 0.3, "nearness": 0.5}
"""Weights of the groups of traits in what a state votes. Settled on 68/262, 71/205 and 73/194 (docs/explain/all-states.md)."""

TURNOUT = {"position": 0.3, "record": 2.0, "lately": 1.0, "habit": 1.0, "nearness": 0.5}
"""The same in whether it votes at all."""

INTERCEPT = 0.1
"""Ridge penalty of the intercepts."""

PENALTIES = (1.0, 1.0, 2.0)
"""Middle of the penalties tried: of the multinomial, ordered and turnout logits."""

_ABSENT = VOTES.index("absent")
_ORDER = np.array([0, 1, -1, 2])
"""Place of each vote in the order yes, abstain, no."""


class Forecast(NamedTuple):
    """Probabilities of the four votes, each state's own vote hidden when its probabilities were made."""

    probability: Array
    """(state, vote), votes as in `traits.VOTES`."""
    chosen: Ints
    """(state,), what it voted."""
    states: tuple[str, ...]
    """States whose vote is known."""
    penalties: Array
    """(fold, 3), those that cross-validation among the other states chose; the middle ones for a fold without a wanted state."""


class _Data(NamedTuple):
    """Rows of the target come first, then those of each earlier roll call."""

    position: Array
    turnout: Array
    votes: Ints
    weight: Array
    roll: Ints


class _Start(NamedTuple):
    """Coefficients to climb from."""

    multinomial: Array | None = None
    ordinal: Ordinal | None = None
    turnout: Array | None = None


def leave_one_out(
    case: Case,
    roll: str,
    *,
    states: Collection[str] | None = None,
    without: Collection[str] = (),
    earlier: float = 0.3,
    apart: float = 0.3,
    years: float = 4.0,
    listed: float = 0.9,
    factors: Sequence[float] = (1 / 3, 1.0, 3.0),
    folds: int = 20,
    inner: int = 5,
    seed: int = 0,
) -> Forecast:
    """Each state's vote from all other states' votes on the roll call and everything known before it.

    The forecast is the mean of two models. One is a logit of the four votes. The other asks first whether a state votes,
    then orders yes, abstain and no along one line. Both learn from the roll call itself and, at less weight, from earlier
    ones: slopes are common, with a part of their own for the roll call in question.

    Parameters
    ----------
    case
        With peer_votes.csv and peers.csv.
    roll
        Id of the roll call.
    states
        Whose votes to forecast; all by default.
    without
        Groups of traits to leave out.
    earlier
        Weight of a vote on an earlier roll call.
    apart
        Prior variance of the roll call's own part of the slopes, as part of that of the common slopes.
    years
        How far back earlier roll calls go.
    listed
        Part of the states whose vote must be known on an earlier roll call: shorter lists were selected by the vote.
    factors
        Of the penalties to choose from by cross-validation.
    folds
        The states are dealt into so many parts; penalties for the states of one part are chosen without them.
    inner
        Parts of the cross-validation that chooses.
    seed
        Of the dealing.

    Returns
    -------
    forecast
        For those of the states whose vote on the roll call is known.

    Raises
    ------
    CaseError
        If the roll call is not in the case, or fewer than 40 votes on it are known.
    FitError
        If a fit does not converge.

    Assumes
    -------
    States vote independently given their traits: what a state knew of the others' intentions is not modelled. Weights of
    the groups, `earlier`, `apart` and `years` are not chosen here but were settled on other roll calls.

    Source
    ------
    Stacking by the mean: [Wolpert1992]_; nested cross-validation: [Stone1974]_; the model is ours.
    """
    record = record_of(case)
    known = np.flatnonzero(record.votes[record.roll(roll)] >= 0)
    if len(known) < 40:
        raise CaseError(f"{len(known)} votes on {roll} are known; at least 40 are needed to learn from.")
    data = _data(case, record, roll, without, earlier, apart, years, listed)
    n = len(record.states)
    dealt = np.full(n, -1)
    dealt[known] = np.random.default_rng(seed).permutation(len(known)) % folds
    probability, chosen = np.full((n, len(VOTES)), np.nan), np.ones((folds, 3))
    wanted = np.array([states is None or state in states for state in record.states])
    for fold in range(folds):
        here = np.flatnonzero((dealt == fold) & wanted)
        if not len(here):
            continue
        others = np.flatnonzero((dealt >= 0) & (dealt != fold))
        chosen[fold] = _chosen(data, others, n, factors, inner, seed + 1 + fold)
        start = _fitted(data, _rows(data, n, here), chosen[fold], _Start())
        for state in here:
            one = np.array([state])
            fit = _fitted(data, _rows(data, n, one), chosen[fold], start)
            probability[state] = _both(data, one, fit).mean(axis=0)[0]
    told = known[wanted[known]]
    return Forecast(
        probability[told], data.votes[told], tuple(record.states[i] for i in told), chosen * np.array(PENALTIES)
    )


def _data(
    case: Case,
    record: Record,
    roll: str,
    without: Collection[str],
    earlier: float,
    apart: float,
    years: float,
    listed: float,
) -> _Data:
    before = record.before(record.days[record.roll(roll)], int(365 * years))
    rolls = [roll, *(record.rolls[k] for k in before if (record.votes[k] >= 0).mean() >= listed)]
    parts = [traits(case, record, name) for name in rolls]
    unknown = set(without) - set(parts[0])
    if unknown:
        raise CaseError(f"There is no group of traits {', '.join(sorted(unknown))}. Use some of {', '.join(parts[0])}.")
    for part in parts[1:]:
        part["position"] = turned(part["position"], parts[0]["position"])
    n = len(record.states)
    number = np.repeat(np.arange(len(rolls)), n)

    def design(weights: Mapping[str, float]) -> Array:
        x = stacked(parts, {name: weight for name, weight in weights.items() if name not in without})
        return np.concatenate([x, np.sqrt(apart) * x * (number == 0)[:, None]], axis=1)

    votes = np.concatenate([record.votes[record.roll(name)] for name in rolls])
    weight = np.where(number == 0, 1.0, earlier)
    return _Data(design(POSITION), design(TURNOUT), votes, weight, number)


def _rows(data: _Data, n: int, hidden: Ints) -> Ints:
    """Rows to learn from: known votes, without those of the hidden states on the target; `n` states are in a roll call."""
    use = data.votes >= 0
    use[:n][hidden] = False
    return np.flatnonzero(use)


def _with_ones(x: Array, roll: Ints, count: int) -> tuple[Array, int]:
    """Columns with an intercept for each roll call in front."""
    return np.concatenate([np.eye(count)[roll], x], axis=1), count


def _fitted(data: _Data, rows: Ints, factor: Array, start: _Start) -> _Start:
    penalty = np.array(PENALTIES) * factor
    count = int(data.roll.max()) + 1
    x, ones = _with_ones(data.position[rows], data.roll[rows], count)
    all_four = multinomial(
        x, data.votes[rows], data.weight[rows], _penalty(x, ones, penalty[0]), len(VOTES), start.multinomial
    )
    cast = rows[data.votes[rows] != _ABSENT]
    line = ordinal(
        data.position[cast],
        data.roll[cast],
        _ORDER[data.votes[cast]],
        data.weight[cast],
        np.full(data.position.shape[1], penalty[1]),
        start=start.ordinal,
    )
    z, ones = _with_ones(data.turnout[rows], data.roll[rows], count)
    away = (data.votes[rows] == _ABSENT).astype(np.float64)
    turnout = binary(z, away, data.weight[rows], _penalty(z, ones, penalty[2]), start.turnout)
    return _Start(all_four, line, turnout)


def _penalty(x: Array, ones: int, of_slopes: float) -> Array:
    return np.concatenate([np.full(ones, INTERCEPT), np.full(x.shape[1] - ones, of_slopes)])


def _parts(data: _Data, states: Ints, fit: _Start) -> tuple[Array, Array, Array]:
    """Probability of the four votes, of the three that are cast, and of absence; states are rows of the target."""
    if fit.multinomial is None or fit.ordinal is None or fit.turnout is None:
        raise ValueError("nothing has been fitted")
    count = len(fit.ordinal.cut)
    first = np.zeros(len(states), dtype=np.int64)
    four = softmax(_with_ones(data.position[states], first, count)[0] @ fit.multinomial, axis=1)
    away = expit(_with_ones(data.turnout[states], first, count)[0] @ fit.turnout)
    return four, fit.ordinal.probability(data.position[states], 0), away


def _both(data: _Data, states: Ints, fit: _Start) -> Array:
    """(model, state, vote) of the two models."""
    four, three, away = _parts(data, states, fit)
    nested = np.zeros_like(four)
    nested[:, _ORDER >= 0] = (three * (1 - away)[:, None])[:, _ORDER[_ORDER >= 0]]
    nested[:, _ABSENT] = away
    return np.stack([four, nested])


def _chosen(data: _Data, states: Ints, n: int, factors: Sequence[float], inner: int, seed: int) -> Array:
    """Factor of each penalty with the least log loss on states that were left out, among the given ones alone."""
    dealt = np.random.default_rng(seed).permutation(len(states)) % inner
    outside = np.setdiff1d(np.arange(n), states)
    loss = np.zeros((len(factors), 3))
    for part in range(inner):
        hidden = states[dealt == part]
        rows = _rows(data, n, np.concatenate([outside, hidden]))
        votes, start = data.votes[hidden], _Start()
        cast = votes != _ABSENT
        for k, factor in enumerate(factors):
            start = _fitted(data, rows, np.full(3, factor), start)
            four, three, away = _parts(data, hidden, start)
            loss[k, 0] -= np.log(four[np.arange(len(hidden)), votes]).sum()
            loss[k, 1] -= np.log(np.maximum(three[cast, _ORDER[votes[cast]]], 1e-9)).sum()
            loss[k, 2] -= np.log(np.where(cast, 1 - away, away)).sum()
    return np.array([factors[k] for k in loss.argmin(axis=0)])
