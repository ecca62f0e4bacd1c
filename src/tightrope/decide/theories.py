"""Rival theories of why small states decide as they do: which considerations each admits, and how well each foretells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .backtest import Fold
from .fit import Sampling, sampler
from .loo import elpd
from .utility import COEFFICIENTS

if TYPE_CHECKING:
    from .layers import Data

__all__ = ["BASE", "THEORIES", "Theory", "compared", "ranked"]

Array = NDArray[np.float64]

BASE = ("offer", "statusquo", "turnout")
"""Considerations that every theory admits, beside what is usual on the kind of question and the question's own effect."""


@dataclass(frozen=True)
class Theory:
    """A set of considerations.

    Parameters
    ----------
    name, meaning
        In the field's words.
    free
        Coefficients that it admits beside `BASE`.
    signs
        Sign that it demands of some of them.
    source
        Key in the bibliography.
    """

    name: str
    meaning: str
    free: tuple[str, ...] = ()
    signs: tuple[tuple[str, int], ...] = ()
    source: str = ""

    def masks(self) -> tuple[Array, Array]:
        """Which coefficients are free, and the sign that each has to have or 0, both (coefficient,)."""
        signs = dict(self.signs)
        free = np.array([float(name in (*BASE, *self.free)) for name in COEFFICIENTS])
        return free, np.array([float(signs.get(name, 0)) for name in COEFFICIENTS])


_LIKE = ("alignment", "norm")

THEORIES = (
    Theory("inertia", "neutrality by inertia: what is usual, and what leaves things as they are"),
    Theory("likeness", "like-minded states do what is liked, within the norm of sovereignty", _LIKE),
    Theory(
        "dependence",
        "states do what those want on whom they depend",
        (*_LIKE, "dependence"),
        (("dependence", 1),),
        "Hirschman1945",
    ),
    Theory(
        "bandwagoning",
        "states do what those want who threaten them",
        (*_LIKE, "threat"),
        (("threat", 1),),
        "Walt1987",
    ),
    Theory(
        "balancing",
        "states do the opposite of what those want who threaten them",
        (*_LIKE, "threat"),
        (("threat", -1),),
        "Walt1987",
    ),
    Theory("hedging", "states keep their room", (*_LIKE, "room"), (("room", 1),), "Kuik2008"),
    Theory(
        "omnibalancing",
        "regimes do what keeps them safe at home",
        (*_LIKE, "regime"),
        (("regime", 1),),
        "David1991",
    ),
    Theory(
        "buffer",
        "a state between rivals keeps its room and turns from the one that threatens it",
        (*_LIKE, "room", "threat"),
        (("room", 1), ("threat", -1)),
    ),
    Theory(
        "threat_without_dependence",
        "all considerations but dependence",
        tuple(name for name in COEFFICIENTS if name not in (*BASE, "dependence")),
    ),
    Theory(
        "dependence_without_threat",
        "all considerations but threat",
        tuple(name for name in COEFFICIENTS if name not in (*BASE, "threat")),
    ),
    Theory("all", "all considerations", tuple(name for name in COEFFICIENTS if name not in BASE)),
)


def compared(
    data: Data,
    *,
    folds: Sequence[Fold] = (),
    theories: Sequence[Theory] = THEORIES,
    sampling: Sampling | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> dict[str, dict[str, Array]]:
    """Fit each theory and reckon what it would have said of each decision unseen.

    Parameters
    ----------
    data
        The same for all.
    folds
        Ways to hold out; by default each decision alone, by importance sampling from one fit.
    theories
        To compare.
    sampling
        Of each fit.
    progress
        Told what is fitted next.

    Returns
    -------
    compared
        By theory: `score`, log probability of each decision, (decision,), NaN where no fold holds it out; `k`, tail index
        of the importance weights, empty with folds; `coefficients`, draws of the means over states, (draw, coefficient).

    Source
    ------
    Theories as claims about coefficients: docs/model.md. Leave-one-out: [Vehtari2017]_.
    """
    import jax.numpy as jnp

    from .model import given

    how = sampling or Sampling(chains=2, draws=400, warmup=300)
    sample, every, found = sampler(data, how), given(data), {}
    for theory in theories:
        free, sign = theory.masks()
        at = every._replace(free=jnp.asarray(free), sign=jnp.asarray(sign))
        progress(theory.name)
        sites, _ = sample(at, how.seed)
        mean = sites["mean"].reshape(-1, len(COEFFICIENTS)).astype(np.float64)
        drawn = free * np.where(sign == 0, mean, sign * np.abs(mean))
        each = sites["log_likelihood"].reshape(len(mean), -1).astype(np.float64)
        score, k = elpd(each) if not folds else (np.full(each.shape[1], np.nan), np.empty(0))
        for fold in folds:
            progress(f"{theory.name} without {fold.name}")
            held = at._replace(weight=jnp.asarray(fold.known, jnp.float32))
            if fold.rolls is not None and held.panel is not None:
                held = held._replace(panel=held.panel._replace(known=held.panel.known * fold.rolls[:, None]))
            sites, _ = sample(held, how.seed)
            p = np.exp(sites["log_likelihood"].reshape(len(mean), -1).astype(np.float64))
            score[fold.asked] = np.log(p.mean(axis=0))[fold.asked]
        found[theory.name] = {"score": score, "k": k, "coefficients": drawn}
    return found


def ranked(
    found: dict[str, dict[str, Array]], questions: Sequence[str], theories: Sequence[Theory] = THEORIES
) -> list[dict[str, Any]]:
    """Theories from the best to the worst.

    Parameters
    ----------
    found
        From `compared`.
    questions
        Of each decision.
    theories
        Those compared.

    Returns
    -------
    ranked
        `name, meaning, log_score` (mean over decisions), `difference` to the best and its standard error `se` (per
        decision), `unreliable` (decisions whose importance weights cannot be trusted, tail index over 0.7).

    Assumes
    -------
    Questions are independent, answers to one are not: the standard error sums by question.

    Source
    ------
    Difference of expected log predictive densities and its standard error: [Vehtari2017]_ eq. 24, by cluster.
    """
    group = np.unique(np.array(questions), return_inverse=True)[1]
    means = {name: float(np.nanmean(item["score"])) for name, item in found.items()}
    best = max(means, key=lambda name: means[name])
    rows = []
    for theory in theories:
        gap = found[theory.name]["score"] - found[best]["score"]
        known = ~np.isnan(gap)
        by_question = np.bincount(group[known], gap[known] - gap[known].mean())
        rows.append(
            {
                "name": theory.name,
                "meaning": theory.meaning,
                "source": theory.source,
                "log_score": means[theory.name],
                "difference": float(gap[known].mean()),
                "se": float(np.sqrt((by_question**2).sum()) / known.sum()),
                "unreliable": int((found[theory.name]["k"] > 0.7).sum()),
            }
        )
    return sorted(rows, key=lambda row: -float(row["log_score"]))
