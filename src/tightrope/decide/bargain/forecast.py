"""Forecasts of an ordered issue, whatever made them, on one scale and beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tightrope.base import TightropeError, read_only

__all__ = ["Forecast", "beside", "crps", "log_score", "of_members", "of_options"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Forecast:
    """Probability by position.

    Parameters
    ----------
    position
        (place,), on the scale of the issue.
    probability
        (place,), at least 0; sums to 1.
    """

    position: Floats
    probability: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", read_only(self.position))
        object.__setattr__(self, "probability", read_only(self.probability))
        x, p = self.position, self.probability
        if x.ndim != 1 or x.shape != p.shape or not x.size or not np.isfinite(x).all():
            raise TightropeError("A forecast needs as many known positions as probabilities, in one row.")
        if not (p >= 0).all() or not abs(p.sum() - 1) < 1e-6:
            raise TightropeError(f"Probabilities must be at least 0 and sum to 1; these sum to {p.sum():g}.")


def of_members(position: ArrayLike) -> Forecast:
    """Forecast that gives each member of an ensemble the same weight.

    Parameters
    ----------
    position
        (member,), where each ended.

    Returns
    -------
    forecast
        With one place for each member.
    """
    x = np.asarray(position, dtype=np.float64)
    return Forecast(x, np.full(x.shape, 1 / max(x.size, 1)))


def of_options(position: ArrayLike, probability: ArrayLike) -> Forecast:
    """Forecast of a logit, or of an election, over options that have a place on the scale.

    Parameters
    ----------
    position
        (option,), where each stands.
    probability
        (option,), sums to 1.

    Returns
    -------
    forecast
        The same, checked.
    """
    return Forecast(np.asarray(position, dtype=np.float64), np.asarray(probability, dtype=np.float64))


def crps(forecast: Forecast, observed: float) -> float:
    """Continuous ranked probability score.

    0 is best. For a forecast of one place it is the distance to what happened.

    Parameters
    ----------
    forecast
        Probability by position.
    observed
        Where it ended.

    Returns
    -------
    crps
        In units of the scale.

    Source
    ------
    [GneitingRaftery2007]_: E|X - y| - E|X - X'| / 2.

    Examples
    --------
    >>> crps(of_options([0, 1], [0.5, 0.5]), 1.0)
    0.25
    """
    order = np.argsort(forecast.position)
    x, p = forecast.position[order], forecast.probability[order]
    below = np.cumsum(p)[:-1]
    spread = float((below * (1 - below) * np.diff(x)).sum())  # half the mean distance between two draws
    return float(p @ np.abs(x - observed)) - spread


def _shares(forecast: Forecast, option: Floats) -> Floats:
    """(option,), what the forecast gives to the places nearest to each; a place midway counts half for both."""
    order = np.argsort(option)
    centre = option[order]
    middle = (centre[1:] + centre[:-1]) / 2
    at = (np.searchsorted(middle, forecast.position, side) for side in ("left", "right"))
    share = sum(np.bincount(k, forecast.probability, len(centre)) / 2 for k in at)
    found = np.empty(len(centre))
    found[order] = share
    return found


def log_score(forecast: Forecast, observed: float, option: ArrayLike, *, even: float = 0.01) -> float:
    """Natural log of the probability of the option that happened.

    0 is best.

    Parameters
    ----------
    forecast
        Probability by position. What lies between options counts for the nearest.
    observed
        Position of the option that happened; one of ``option``.
    option
        (option,), positions of all options, each once.
    even
        Part of the forecast that is replaced by even odds, so that an ensemble in which no member ended where the world did
        is not infinitely wrong. The same for every forecast that is compared. 0 leaves the forecast as it is.

    Returns
    -------
    log_score
        At most 0; minus infinity only where ``even`` is 0.

    Source
    ------
    Logarithmic score: [Good1952]_. Mixing with even odds: ours.

    Examples
    --------
    >>> round(log_score(of_options([0, 1], [0.5, 0.5]), 1.0, [0, 1]), 4)
    -0.6931
    """
    at = np.asarray(option, dtype=np.float64)
    if at.ndim != 1 or len(set(at.tolist())) != at.size or not np.isfinite(at).all():
        raise TightropeError("Each option needs a known position of its own.")
    place = np.flatnonzero(at == observed)
    if not place.size:
        raise TightropeError(f"What happened, {observed:g}, is none of the options: {', '.join(f'{x:g}' for x in at)}.")
    share = _shares(forecast, at)[place[0]]
    with np.errstate(divide="ignore"):
        return float(np.log((1 - even) * share + even / at.size))


def beside(
    forecasts: Mapping[str, Sequence[Forecast]],
    observed: Sequence[float],
    options: Sequence[ArrayLike],
    *,
    clusters: Sequence[Any] | None = None,
    even: float = 0.01,
) -> dict[str, Any]:
    """Score rival forecasts of the same issues.

    Parameters
    ----------
    forecasts
        By name of the forecaster, one forecast for each issue; the first is what the others are compared with.
    observed
        Where each issue ended; one of its options.
    options
        For each issue (option,), positions of its options on the scale.
    clusters
        Labels of issues that may depend on each other; each for itself if not said.
    even
        As of `log_score`; above 0, or one miss would decide.

    Returns
    -------
    scores
        ``n``; in ``scores`` by name the means of ``log_score`` (higher is better) and ``crps`` (lower is better); and in
        ``difference`` by name, for both, the mean over issues of the first less this one, and its standard error, which is
        ``None`` for one cluster.

    Assumes
    -------
    Clusters are independent draws.

    Source
    ------
    Paired differences of scores: [DieboldMariano1995]_, without lags; clustered as in [LiangZeger1986]_.
    """
    if not 0 < even <= 1:
        raise TightropeError(f"even: {even:g}. Expected a part above 0 and at most 1.")
    n = len(observed)
    rows = {"options": options, "clusters": range(n) if clusters is None else clusters, **forecasts}
    if not forecasts or not n or any(len(of) != n for of in rows.values()):
        counts = ", ".join(f"{name} {len(of)}" for name, of in rows.items())
        raise TightropeError(f"{n} outcomes, and {counts}. Give one of each for each outcome, and some forecast.")
    each = {
        name: {
            "log_score": np.array(
                [log_score(f, y, at, even=even) for f, y, at in zip(made, observed, options, strict=True)]
            ),
            "crps": np.array([crps(f, y) for f, y in zip(made, observed, strict=True)]),
        }
        for name, made in forecasts.items()
    }
    first, *rest = each
    label = np.unique(np.asarray(rows["clusters"]), return_inverse=True)[1]
    return {
        "n": n,
        "scores": {name: {score: float(of.mean()) for score, of in found.items()} for name, found in each.items()},
        "difference": {
            name: {score: _paired(each[first][score] - of, label) for score, of in each[name].items()} for name in rest
        },
    }


def _paired(difference: Floats, label: NDArray[np.intp]) -> dict[str, float | None]:
    mean = float(difference.mean())
    sums = np.bincount(label, difference - mean)
    n = len(sums)
    error = float(np.sqrt(n / (n - 1) * (sums**2).sum()) / len(difference)) if n > 1 else None
    return {"mean": mean, "error": error}
