"""How good forecasts were: log score, Brier, accuracy and calibration, beside baselines, with intervals over sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ballots import ABSENT, NO

__all__ = ["Scored", "cell_scores", "reliability", "report"]

Floats = NDArray[np.float64]
METRICS = ("log_loss", "brier", "accuracy")


@dataclass(frozen=True)
class Scored:
    """Votes that came out, and what each forecaster said of them.

    Parameters
    ----------
    votes
        (roll, state), codes as in `Ballots`; 9 is not scored.
    sessions
        (roll,).
    states
        ISO-3 codes.
    probabilities
        Name of the forecaster to (roll, state, option); the model is called `model`. Every one of them tells of every
        cell.
    kinds
        (roll, state), what sort of cell it is: matched, switched or new.
    """

    votes: NDArray[np.int8]
    sessions: NDArray[np.int64]
    states: tuple[str, ...]
    probabilities: Mapping[str, Floats]
    kinds: NDArray[np.str_]


def cell_scores(probabilities: Floats, outcome: NDArray[np.integer]) -> Floats:
    """Log loss, Brier score and whether the likeliest came true, of each cell.

    Parameters
    ----------
    probabilities
        (cell, option).
    outcome
        (cell,), place of the option that came true.

    Returns
    -------
    scores
        (cell, 3): minus the natural log of the probability of what came true (kept above 1e-6), squared distance to it
        summed over options (0 to 2), and 1 or 0.

    Source
    ------
    [Brier1950]_; logarithmic score: [Good1952]_.

    Examples
    --------
    >>> cell_scores(np.array([[0.5, 0.5, 0.0]]), np.array([0])).round(3)
    array([[0.693, 0.5  , 1.   ]])
    """
    true = probabilities[np.arange(len(outcome)), outcome]
    hit = outcome[:, None] == np.arange(probabilities.shape[1])
    brier = ((probabilities - hit) ** 2).sum(axis=1)
    right = probabilities.argmax(axis=1) == outcome
    return np.stack([-np.log(np.maximum(true, 1e-6)), brier, right.astype(float)], axis=1)


def reliability(probabilities: Floats, outcome: NDArray[np.integer], n_bins: int = 10) -> dict[str, Any]:
    """Whether what was given so much probability came true so often.

    Parameters
    ----------
    probabilities
        (cell, option).
    outcome
        (cell,).
    n_bins
        Bins of equal width over [0, 1].

    Returns
    -------
    reliability
        `error`, the mean distance between said and seen over all probabilities told (expected calibration error); and
        `bins` of `said`, `seen`, `n`.

    Source
    ------
    [Murphy1977]_ reliability; the error as in [Naeini2015]_.
    """
    said = probabilities.ravel()
    seen = (outcome[:, None] == np.arange(probabilities.shape[1])).ravel()
    place = np.minimum((said * n_bins).astype(int), n_bins - 1)
    bins = [
        {"said": float(said[at].mean()), "seen": float(seen[at].mean()), "n": int(at.sum())}
        for at in (place == k for k in range(n_bins))
        if at.any()
    ]
    error = sum(b["n"] * abs(b["said"] - b["seen"]) for b in bins) / max(len(said), 1)
    return {"error": float(error), "bins": bins}


def report(scored: Scored, *, n_draws: int = 2000, seed: int = 7) -> dict[str, Any]:
    """Everything that `tightrope votes score` prints of the scores.

    The headline is of the votes cast, yes, abstain or no, given that the state votes. `with_absent` scores all four.

    Parameters
    ----------
    scored
        What was said and what came out.
    n_draws
        Bootstrap draws of whole sessions.
    seed
        Of the bootstrap.

    Returns
    -------
    report
        `n`, `model`, `baselines`, `by_state`, `by_session`, `by_kind`, `best_baseline` with the model's gain over it,
        `calibration`, `with_absent`.

    Assumes
    -------
    Sessions are independent draws; with fewer than two there is no interval. The best baseline is the one with the
    lowest pooled log loss on these same votes, which flatters it.

    Source
    ------
    Cluster bootstrap by percentiles: [Cameron2008]_.
    """
    cast, away = scored.votes <= NO, scored.votes <= ABSENT
    cells = {
        name: cell_scores(_given_cast(p[cast]), scored.votes[cast] - 1) for name, p in scored.probabilities.items()
    }
    session = np.broadcast_to(scored.sessions[:, None], cast.shape)[cast]
    draws = _draws(session, n_draws, seed)
    rivals = {name: found for name, found in cells.items() if name != "model"}
    state = np.broadcast_to(np.array(scored.states), cast.shape)[cast]
    kind = scored.kinds[cast]
    outcome = np.where(scored.votes == ABSENT, 3, scored.votes - 1)[away]
    return {
        "n": int(cast.sum()),
        "sessions": [int(s) for s in np.unique(scored.sessions)],
        "model": _summary(cells["model"], session, draws),
        "baselines": {name: _summary(found, session, draws) for name, found in rivals.items()},
        "best_baseline": _gain(cells["model"], rivals, session, draws),
        "by_state": {code: _means(cells, state == code) for code in scored.states},
        "by_session": {str(s): _means(cells, session == s) for s in np.unique(session)},
        "by_kind": {k: _means(cells, kind == k) for k in sorted(set(kind.tolist()))},
        "calibration": reliability(_given_cast(scored.probabilities["model"][cast]), scored.votes[cast] - 1),
        "with_absent": {
            "n": int(away.sum()),
            **{
                name: _named(cell_scores(p[away], outcome).mean(axis=0)) if away.any() else None
                for name, p in scored.probabilities.items()
            },
        },
    }


def _given_cast(probabilities: Floats) -> Floats:
    cast = probabilities[..., :3]
    found: Floats = cast / np.maximum(cast.sum(axis=-1, keepdims=True), 1e-12)
    return found


def _named(values: Floats) -> dict[str, float]:
    return {name: float(value) for name, value in zip(METRICS, values, strict=True)}


def _means(cells: Mapping[str, Floats], among: NDArray[np.bool_]) -> dict[str, Any]:
    if not among.any():
        return {"n": 0, "model": None, "baselines": {}}
    means = {name: _named(found[among].mean(axis=0)) for name, found in cells.items()}
    model = means.pop("model")
    return {"n": int(among.sum()), "model": model, "baselines": means}


def _draws(session: NDArray[np.int64], n_draws: int, seed: int) -> NDArray[np.int64] | None:
    """(draw, session): how often each session is drawn."""
    n = len(np.unique(session))
    if n < 2:
        return None
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=n_draws)


def _sums(values: Floats, session: NDArray[np.int64]) -> tuple[Floats, Floats]:
    place = np.unique(session, return_inverse=True)[1]
    return np.bincount(place, values).astype(float), np.bincount(place).astype(float)


def _summary(found: Floats, session: NDArray[np.int64], draws: NDArray[np.int64] | None) -> dict[str, Any]:
    if not len(found):
        return dict.fromkeys(METRICS)
    out: dict[str, Any] = _named(found.mean(axis=0))
    out["log_loss_90"] = None
    if draws is not None:
        total, n = _sums(found[:, 0], session)
        out["log_loss_90"] = [float(x) for x in np.quantile((draws @ total) / (draws @ n), (0.05, 0.95))]
    return out


def _gain(
    model: Floats, rivals: Mapping[str, Floats], session: NDArray[np.int64], draws: NDArray[np.int64] | None
) -> dict[str, Any] | None:
    if not len(model) or not rivals:
        return None
    name = min(rivals, key=lambda rival: float(rivals[rival][:, 0].mean()))
    ours, n = _sums(model[:, 0], session)
    theirs, _ = _sums(rivals[name][:, 0], session)
    out: dict[str, Any] = {
        "name": name,
        "gain": float((theirs.sum() - ours.sum()) / n.sum()),
        "share": float(1 - ours.sum() / theirs.sum()),
        "share_90": None,
        "share_95": None,
    }
    if draws is not None:
        share = 1 - (draws @ ours) / (draws @ theirs)
        out["share_90"] = [float(x) for x in np.quantile(share, (0.05, 0.95))]
        out["share_95"] = [float(x) for x in np.quantile(share, (0.025, 0.975))]
    return out
