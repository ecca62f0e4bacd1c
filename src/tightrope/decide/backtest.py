"""How well the fitted model foretells decisions that it has not seen, beside forecasters without a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError, Registry, period
from tightrope.votes.score import cell_scores

from .baselines import BASELINES
from .fit import Sampling, sampler

if TYPE_CHECKING:
    from .evidence import Evidence
    from .layers import Data

__all__ = ["FOLDS", "Fold", "Foretold", "backtest", "foretold", "report"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fold:
    """One round of holding out.

    Parameters
    ----------
    name
        What is held out.
    known, asked
        Which decisions are known, and which are asked about, (decision,).
    rolls
        Which roll calls of the rest of the world are known, (roll,); all by default.
    """

    name: str
    known: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    rolls: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Foretold:
    """Decisions that were held out, and what each forecaster said of them.

    Parameters
    ----------
    evidence
        The decisions, in the order of the folds.
    probabilities
        By forecaster, (decision, option); the model is called `model`.
    folds
        Name of each decision's fold.
    """

    evidence: Evidence
    probabilities: Mapping[str, Array]
    folds: tuple[str, ...]


FOLDS: Registry[Callable[[Evidence, Sequence[str]], list[Fold]]] = Registry("way of holding out", error=FitError)
"""Ways of holding out: of the decisions and the days of the roll calls, in the order of the panel."""


@FOLDS.register("state")
def by_state(evidence: Evidence, days: Sequence[str]) -> list[Fold]:
    """Each state in turn, all its decisions at once; the others' answers to the same questions are known."""
    return [Fold(name, evidence.state != i, evidence.state == i) for i, name in enumerate(evidence.states)]


@FOLDS.register("time")
def by_time(evidence: Evidence, days: Sequence[str], *, least: int = 100) -> list[Fold]:
    """Each year in turn, from the first with enough decisions before it; nothing of the year or later is known."""
    year = np.array([period(date).end.year for date in evidence.dates])
    roll_year = np.array([period(day).end.year for day in days], dtype=np.int64)
    return [
        Fold(str(y), year < y, year == y, roll_year < y) for y in np.unique(year).tolist() if (year < y).sum() >= least
    ]


def foretold(
    data: Data,
    evidence: Evidence,
    folds: Sequence[Fold],
    *,
    sampling: Sampling | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> Foretold:
    """Hold out, fit, and say; fold after fold.

    Parameters
    ----------
    data, evidence
        The same decisions in the same order.
    folds
        What to hold out.
    sampling
        Of each fold.
    progress
        Told the name of each fold before it is fitted.

    Returns
    -------
    foretold
        A probability is the mean over draws. A state that is held out is a new one from the distribution of states; a
        question on which nothing is known has a new effect of its own.
    """
    import jax.numpy as jnp

    from .model import given

    how = sampling or Sampling(chains=2, draws=300, warmup=300)
    sample, every = sampler(data, how), given(data)
    order, names = [], []
    told: dict[str, list[Array]] = {name: [] for name in ("model", *BASELINES)}
    for fold in folds:
        progress(fold.name)
        at = every._replace(weight=jnp.asarray(fold.known, jnp.float32))
        if fold.rolls is not None and at.panel is not None:
            at = at._replace(panel=at.panel._replace(known=at.panel.known * fold.rolls[:, None]))
        sites, _ = sample(at, how.seed)
        p = sites["probability"].reshape(-1, *sites["probability"].shape[2:])
        told["model"].append(p.mean(axis=0, dtype=np.float64)[fold.asked])
        known, asked = evidence.on(fold.known), evidence.on(fold.asked)
        for name, baseline in BASELINES.items():
            told[name].append(baseline(known, asked))
        order.append(np.flatnonzero(fold.asked))
        names += [fold.name] * int(fold.asked.sum())
    return Foretold(
        evidence.on(np.concatenate(order)), {name: np.concatenate(rows) for name, rows in told.items()}, tuple(names)
    )


def backtest(
    data: Data, evidence: Evidence, by: str, days: Sequence[str], *, sampling: Sampling | None = None, **more: Any
) -> Foretold:
    """Foretell decisions held out in one of the ways of `FOLDS`, or one at a time.

    Parameters
    ----------
    data, evidence
        The same decisions in the same order.
    by
        `state`, `time` or `decision`.
    days
        Day of each roll call of the panel.
    sampling
        Of each fit.
    **more
        Passed on to `foretold`.

    Returns
    -------
    foretold
        One at a time, what would have been said without a decision is reckoned from one fit by Pareto-smoothed importance
        sampling.

    Source
    ------
    Leave-one-out by importance sampling: [Vehtari2017]_.
    """
    if by == "decision":
        return _one_at_a_time(data, evidence, sampling)
    return foretold(data, evidence, FOLDS[by](evidence, days), sampling=sampling, **more)


def _one_at_a_time(data: Data, evidence: Evidence, sampling: Sampling | None) -> Foretold:
    from .loo import smoothed_weights
    from .model import given

    how = sampling or Sampling(chains=2, draws=500, warmup=300)
    sites, _ = sampler(data, how)(given(data), how.seed)
    each = sites["log_likelihood"].reshape(-1, len(data.ids)).astype(np.float64)
    weight, _ = smoothed_weights(each)
    p = sites["probability"].reshape(-1, *sites["probability"].shape[2:])
    told = {"model": np.einsum("sd,sdo->do", weight, p)}
    rest = [np.arange(len(evidence)) != k for k in range(len(evidence))]
    for name, baseline in BASELINES.items():
        told[name] = np.concatenate([baseline(evidence.on(known), evidence.on(~known)) for known in rest])
    return Foretold(evidence, told, evidence.ids)


def report(found: Foretold, by: str, *, draws: int = 2000, seed: int = 7) -> dict[str, Any]:
    """Scores of what was foretold.

    Parameters
    ----------
    found
        From `backtest`.
    by
        How decisions were held out; repeated in the report.
    draws, seed
        Of the bootstrap over questions.

    Returns
    -------
    report
        `by, n, model, baselines, by_state, by_fold, difference, calibration`. A log score is the mean log probability of
        what happened: higher is better. A Brier score sums squared errors over options: lower is better. A difference is
        the model's log score less the baseline's, with the ends of a 90% interval.

    Assumes
    -------
    Questions are independent of each other; the answers to one are not.

    Source
    ------
    [Good1952]_, [Brier1950]_; cluster bootstrap: [Cameron2008]_.
    """
    asked = found.evidence
    cells = {name: cell_scores(p, asked.chosen) for name, p in found.probabilities.items()}
    group = np.unique(np.array(asked.questions), return_inverse=True)[1]
    rng = np.random.default_rng(seed)
    often = rng.multinomial(group.max() + 1, np.full(group.max() + 1, 1 / (group.max() + 1)), size=draws)
    size = np.bincount(group)

    def mean(which: NDArray[np.bool_]) -> dict[str, dict[str, float]]:
        return {
            name: {"log_score": float(-x[which, 0].mean()), "brier": float(x[which, 1].mean())}
            for name, x in cells.items()
        }

    def difference(name: str) -> dict[str, float]:
        gain = np.bincount(group, cells[name][:, 0] - cells["model"][:, 0])
        drawn = (often @ gain) / (often @ size)
        low, high = np.quantile(drawn, (0.05, 0.95))
        return {"mean": float(gain.sum() / len(group)), "low": float(low), "high": float(high)}

    rivals = [name for name in cells if name != "model"]
    every = mean(np.ones(len(asked), dtype=bool))
    state = np.array(asked.states)[asked.state]
    fold = np.array(found.folds)
    return {
        "by": by,
        "n": len(asked),
        "model": every["model"],
        "baselines": {name: every[name] for name in rivals},
        "by_state": {
            name: mean(state == name) | {"n": int((state == name).sum())}
            for name in asked.states
            if (state == name).any()
        },
        "by_fold": {}
        if by == "decision"
        else {name: mean(fold == name) | {"n": int((fold == name).sum())} for name in dict.fromkeys(found.folds)},
        "by_kind": _by_kind(asked, cells),
        "difference": {name: difference(name) for name in rivals},
        "calibration": _calibration(found.probabilities["model"], asked),
    }


def _by_kind(asked: Evidence, cells: Mapping[str, Array]) -> dict[str, Any]:
    kinds = np.array(asked.kinds)
    return {
        kind: {"n": int((kinds == kind).sum())}
        | {name: float(-x[kinds == kind, 0].mean()) for name, x in cells.items()}
        for kind in sorted(set(asked.kinds), key=lambda kind: -int((kinds == kind).sum()))
    }


def _calibration(p: Array, asked: Evidence, bins: int = 10) -> list[dict[str, float]]:
    is_open = asked.agenda.open == 1
    said = p[is_open]
    came = (np.arange(p.shape[1]) == asked.chosen[:, None])[is_open]
    place = np.minimum((said * bins).astype(int), bins - 1)
    return [
        {"said": float(said[place == k].mean()), "seen": float(came[place == k].mean()), "n": int((place == k).sum())}
        for k in range(bins)
        if (place == k).any()
    ]
