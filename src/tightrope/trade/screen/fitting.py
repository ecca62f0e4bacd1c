"""Fit the weights of the score on planted worlds: some to fit on, others to calibrate on, neither those to judge on."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.optimize import lsq_linear
from scipy.special import expit, logit

from tightrope.base import FitError

from .evidence import TERMS, evidence, seen
from .panel import Array, Panel
from .planted import Planted, Recipe, planted
from .score import KNOWN, Pattern, Weights, pattern_name, ramps

__all__ = ["Examples", "bends", "examples", "fit_pattern", "fit_weights", "known_only"]

PATTERNS = tuple(itertools.product((False, True), repeat=len(KNOWN)))
PRICES = ("unit_value", "asking_price", "price")
MIRRORS = ("mirror_gap", "lost_in_transit", "unrecorded", "local_demand")


@dataclass(frozen=True)
class Examples:
    """Rows of planted worlds.

    Parameters
    ----------
    terms
        Evidence by term, (row,).
    truth
        Whether the row diverts, (row,).
    world
        Seed of the row's world, (row,).
    """

    terms: Mapping[str, Array]
    truth: NDArray[np.bool_]
    world: NDArray[np.int64]


def known_only(panel: Panel, flags: Sequence[bool]) -> Panel:
    """The panel as it would be if only what a pattern names were known."""
    onward, mirror, weighed, controls, growth = flags
    if not growth:
        panel = _listed_only(panel)
    gone = [] if onward else ["onward", "other_exports", "onward_weight"]
    gone += [] if mirror else ["mirror", "other_imports"]
    gone += [] if weighed else ["inflow_weight", "onward_weight"]
    gone += [] if controls else ["controls"]
    return panel.without(*dict.fromkeys(gone))


def _listed_only(panel: Panel) -> Panel:
    keep = panel.listed
    last = (
        "inflow",
        "onward",
        "mirror",
        "controls",
        "other_imports",
        "other_exports",
        "inflow_weight",
        "onward_weight",
    )
    arrays = {name: getattr(panel, name)[:, keep] for name in last}
    products = tuple(code for code, is_listed in zip(panel.products, keep, strict=True) if is_listed)
    empty = np.zeros(0, dtype=np.int64)
    return replace(
        panel, products=products, listed=keep[keep], direct=panel.direct[keep], groups=empty, headings=empty, **arrays
    )


def examples(seeds: Iterable[int], flags: Sequence[bool], recipe: Recipe | None = None) -> Examples:
    """Evidence and truth of all rows of the worlds with these seeds, as far as a pattern lets them be known."""
    rows: list[dict[str, Array]] = []
    truth, world = [], []
    for seed in seeds:
        made: Planted = planted(seed, recipe)
        keep = slice(None) if flags[4] else made.panel.listed
        rows.append({k: v.ravel() for k, v in evidence(seen(known_only(made.panel, flags))).items()})
        truth.append(made.truth[:, keep].ravel())
        world.append(np.full(truth[-1].size, seed))
    terms = {term.name: np.concatenate([row[term.name] for row in rows]) for term in TERMS}
    return Examples(terms, np.concatenate(truth), np.concatenate(world))


def bends(rows: Examples) -> tuple[dict[str, Array], dict[str, float]]:
    """Knots and reference of each term.

    Knots stand at six quantiles of rows that divert and four of those that do not; the reference is the median of the latter.
    """
    knots, reference = {}, {}
    for name, value in rows.terms.items():
        yes, no = value[rows.truth], value[~rows.truth]
        if np.nanmean(value == 0) > 0.9:  # a term that says nothing of most rows bends where it does speak
            yes, no = (np.concatenate([[0.0], some[some != 0]]) for some in (yes, no))
        marks = np.concatenate(
            [np.nanquantile(yes, [0.05, 0.2, 0.4, 0.6, 0.8, 0.95]), np.nanquantile(no, [0.1, 0.5, 0.9, 0.99])]
        )
        apart = np.unique(marks.round(3))
        knots[name] = apart if len(apart) > 1 else np.array([apart[0], apart[0] + 1.0])
        reference[name] = float(np.nanmedian(value[~rows.truth]).round(4))
    return knots, reference


def fit_pattern(
    rows: Examples,
    fresh: Examples,
    knots: Mapping[str, Array],
    reference: Mapping[str, float],
    *,
    ridge: float = 1.0,
    thin: int = 6,
) -> Pattern:
    """Weights of one pattern.

    Parameters
    ----------
    rows
        To fit on.
    fresh
        Of other worlds, to calibrate on.
    knots, reference
        From `bends`.
    ridge
        Penalty on the square of each rise, in rows.
    thin
        Of the rows that do not divert every `thin`-th is used, and counts as often.

    Source
    ------
    Signs are bounded so that evidence never counts as innocence or the other way round; calibration by slope and
    intercept in log odds: [Platt1999]_.
    """
    use = [name for name in knots if not np.isnan(rows.terms[name]).all()]
    chosen = rows.truth | (np.arange(len(rows.truth)) % thin == 0)
    design = _design(rows, use, knots, reference, chosen)
    y = rows.truth[chosen].astype(float)
    count = np.where(y > 0, 1.0, float(thin))
    innocent = {term.name for term in TERMS if term.innocent}
    falls = np.repeat([name in innocent for name in use], [len(knots[name]) - 1 for name in use])
    low, high = np.where(falls, -np.inf, 0.0), np.where(falls, 0.0, np.inf)
    bounds = np.append(-np.inf, low), np.append(np.inf, high)

    start = np.zeros(design.shape[1] + 1)
    start[0] = logit(rows.truth.mean())
    w = _bounded_logistic(np.column_stack([np.ones(len(y)), design]), y, count, ridge, bounds, start)
    eta = w[0] + _design(fresh, use, knots, reference, slice(None)) @ w[1:]
    slope, shift = _calibrated(eta, fresh.truth)
    w = w * slope
    w[0] += shift
    return Pattern(
        float(w[0]), _split(w[1:], use, knots), _between_worlds(slope * eta + shift, fresh), float(rows.truth.mean())
    )


def _bounded_logistic(
    x: Array, y: Array, count: Array, ridge: float, bounds: tuple[Array, Array], start: Array, *, tol: float = 1e-7
) -> Array:
    """Weights of a logistic regression within bounds, the first without penalty; run until no step is left.

    Newton's method: each step is the bounded least squares problem that the Hessian and the gradient make. The optimum is
    the only one, so it hangs neither on the start nor on how a processor sums.
    """
    penalty = np.full(len(start), ridge)
    penalty[0] = 0.0

    def loss(w: Array) -> float:
        eta = x @ w
        return float(count @ (np.logaddexp(0, eta) - y * eta) + 0.5 * penalty @ w**2)

    w, now = start, loss(start)
    for _ in range(100):
        p = expit(x @ w)
        gradient = x.T @ (count * (p - y)) + penalty * w
        hessian = (x * (count * p * (1 - p))[:, None]).T @ x + np.diag(penalty + 1e-9)
        root = np.linalg.cholesky(hessian).T
        goal = root @ w - solve_triangular(root, gradient, trans="T")
        step = lsq_linear(root, goal, bounds, method="bvls", tol=1e-12).x - w
        part = 1.0
        while (fresh := loss(w + part * step)) > now and part > 1e-6:
            part /= 2
        if np.abs(part * step).max() < tol:
            return np.asarray(w + part * step)
        w, now = w + part * step, fresh
    raise FitError("The weights of the re-export score did not settle in 100 steps.")


def _design(
    rows: Examples,
    use: Sequence[str],
    knots: Mapping[str, Array],
    reference: Mapping[str, float],
    chosen: NDArray[np.bool_] | slice,
) -> Array:
    return np.concatenate([ramps(rows.terms[name][chosen], knots[name], reference[name]) for name in use], axis=1)


def _split(w: Array, use: Sequence[str], knots: Mapping[str, Array]) -> dict[str, Array]:
    ends = np.cumsum([len(knots[name]) - 1 for name in use])
    return dict(zip(use, np.split(w, ends[:-1]), strict=True))


def _calibrated(eta: Array, truth: NDArray[np.bool_], *, steps: int = 30) -> tuple[float, float]:
    """Slope and intercept that calibrate log odds, by Newton's method."""
    x, w = np.stack([eta, np.ones_like(eta)], axis=1), np.array([1.0, 0.0])
    for _ in range(steps):
        p = expit(x @ w)
        w = w + np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + 1e-9 * np.eye(2), x.T @ (truth - p))
    return float(w[0]), float(w[1])


def _between_worlds(eta: Array, rows: Examples, *, least: float = 0.5, steps: int = 30) -> float:
    """Standard deviation over worlds of the shift in log odds that would calibrate a world's likely rows.

    Likely are rows at or above `least`: those that are read and flagged. Among all rows the many unlikely ones would decide,
    and they stray less. One more row that is half true and half false keeps the shift finite where no likely row is false.
    """
    shifts = []
    for world in np.unique(rows.world):
        here = (rows.world == world) & (eta >= logit(least))
        told, true, shift = np.append(eta[here], 0.0), rows.truth[here].sum() + 0.5, 0.0
        for _ in range(steps):
            p = expit(told + shift)
            shift += float(np.clip((true - p.sum()) / (p * (1 - p)).sum(), -1, 1))
        shifts.append(shift)
    return float(np.std(shifts))


def fit_weights(
    fit_on: Sequence[int], calibrate_on: Sequence[int], *, patterns: Sequence[tuple[bool, ...]] = PATTERNS
) -> Weights:
    """Weights of all patterns.

    Parameters
    ----------
    fit_on, calibrate_on
        Seeds of planted worlds; no seed in both.
    patterns
        What may be known, in the order of `KNOWN`.

    Examples
    --------
    >>> fitted = fit_weights([1, 2], [3], patterns=[(False,) * 5])
    >>> list(fitted.patterns)
    ['inflow']
    """
    full = examples(fit_on, (True,) * len(KNOWN))
    knots, reference = bends(full)
    found: dict[str, Pattern] = {}
    for core in dict.fromkeys((a, d, e) for a, _, _, d, e in patterns):
        widest = (core[0], True, True, core[1], core[2])
        rows, fresh = examples(fit_on, widest), examples(calibrate_on, widest)
        for flags in patterns:
            if (flags[0], flags[3], flags[4]) == core:
                found[pattern_name(flags)] = fit_pattern(_hidden(rows, flags), _hidden(fresh, flags), knots, reference)
    made = {
        "by": "derive/screening_weights.py",
        "fit_on": [min(fit_on), max(fit_on)],
        "calibrate_on": [min(calibrate_on), max(calibrate_on)],
        "recipe": {name: getattr(Recipe(), name) for name in Recipe.__dataclass_fields__},
    }
    return Weights(knots, reference, dict(sorted(found.items())), made)


def _hidden(rows: Examples, flags: Sequence[bool]) -> Examples:
    """Rows without the terms that need what a pattern does not know."""
    gone = (() if flags[1] else MIRRORS) + (() if flags[2] else PRICES)
    return replace(rows, terms={k: np.full_like(v, np.nan) if k in gone else v for k, v in rows.terms.items()})
