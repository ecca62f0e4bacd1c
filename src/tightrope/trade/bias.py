"""Bias of coefficients of gravity that comes from estimating the effects: by formula, or by halving the panel. Arrays only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError, TightropeError

from .leverage import curvature, curvatures, inverse
from .ppml import SeparationError, ppml, usable
from .within import explained

__all__ = ["BIASES", "Bias", "analytical_bias", "halved", "jackknife_bias", "sides"]

Floats = NDArray[np.floating]
Mask = NDArray[np.bool_]

BIASES = ("none", "jackknife", "analytical")


@dataclass(frozen=True)
class Bias:
    """How the bias of the coefficients is corrected.

    Parameters
    ----------
    how
        `none`, `jackknife` or `analytical`.
    splits
        Random splits of the countries of the jackknife, 1 or more.
    seed
        Same seed, same splits.
    """

    how: str = "none"
    splits: int = 10
    seed: int = 7

    def __post_init__(self) -> None:
        if self.how not in BIASES:
            raise TightropeError(f"--bias {self.how}: expected {', '.join(BIASES)}.")
        if self.splits < 1:
            raise TightropeError(f"--splits {self.splits}: expected 1 or more.")
        if self.seed < 0:
            raise TightropeError(f"--seed {self.seed}: expected 0 or more.")


def analytical_bias(rest: Floats, mu: Floats, gap: Floats) -> Floats:
    """Bias of three-way PPML to the order of one over the number of countries.

    The pair effect is eliminated from each pair's likelihood, which leaves multinomial shares of years without bias. What
    remains comes from the exporter-year and importer-year effects: their errors go together with the curvature of the
    pairs that they were estimated from, and their variance enters through the third derivative.

    Parameters
    ----------
    rest
        Regressors less what the effects explain, (regressor, year, exporter, importer).
    mu
        Fitted flows, (year, exporter, importer); 0 where there is no observation.
    gap
        Observed less fitted flows, same shape.

    Returns
    -------
    bias
        (regressor,), to be taken off the coefficients.

    Assumes
    -------
    Directed pair effects; pairs are independent, years of a pair need not be; no pair is more than a small part of its
    exporter's or importer's trade. An exporter's effects and an importer's are taken to be estimated apart from each other.

    Source
    ------
    [WeidnerZylkin2021]_, the bias of their three-way estimator, derived anew; without a factor for degrees of freedom.
    """
    x, m, s = rest.transpose(2, 3, 1, 0), mu.transpose(1, 2, 0), gap.transpose(1, 2, 0)
    at_exporter, at_importer = (inverse(of) for of in curvatures(m))
    wide_importer = at_importer @ np.einsum("ijt,iju->jtu", s, s) @ at_importer
    total = m.sum(axis=2, keepdims=True)
    share = np.divide(m, total, out=np.zeros_like(m), where=total > 0)
    slope, pull = np.einsum("ijtk,ijt,ijtl->kl", x, m, x, optimize=True), np.zeros(len(rest))
    for i in range(len(m)):
        bend = curvature(m[i])
        # an error of a pair moves the effects by this much at the pair itself
        moved = np.einsum("jtu,ju->jt", at_exporter[i] + at_importer, s[i])
        pull -= np.einsum("jtk,jtu,ju->k", x[i], bend, moved, optimize=True)
        wide = at_exporter[i] @ (s[i].T @ s[i]) @ at_exporter[i] + wide_importer
        centre = np.einsum("jtu,ju->jt", wide, share[i])
        spread = np.einsum("jtt->jt", wide) - 2 * centre
        spread -= (share[i] * spread).sum(axis=1, keepdims=True)
        pull -= 0.5 * np.einsum("jtk,jt,jt->k", x[i], m[i], spread)
    found: Floats = np.linalg.solve(slope, pull)
    return found


def sides(n: int, splits: int, seed: int) -> Mask:
    """Random halves of n countries, (split, country); of an odd number one half has one more.

    >>> sides(5, 2, 7).sum(axis=1)
    array([2, 2])
    """
    rng = np.random.default_rng(seed)
    return np.array([rng.permutation(n) < n // 2 for _ in range(splits)])


def halved(y: Floats, x: Floats, there: Mask, side: Mask, *, pairs: str = "directed") -> Floats:
    """Coefficients if every country had effects of its own in its trade with either half of the countries.

    The panel falls into four parts, exporters of a half by importers of a half, that share the coefficients and nothing else.
    Each effect is estimated from half as many flows, so the bias is twice as large.

    Parameters
    ----------
    y, x, there, pairs
        As in `ppml`; `there` need not be what is usable.
    side
        (country,), which half.

    Returns
    -------
    coefficients
        (regressor,).

    Raises
    ------
    FitError
        If the effects of the parts explain a regressor.
    """
    within = np.stack([a[:, None] & b for a in (side, ~side) for b in (side, ~side)])
    parts = (there[None] & within[:, None]).reshape(-1, *there.shape[1:])
    flow, columns = np.where(parts, np.tile(y, (4, 1, 1)), 0.0), np.tile(x, (1, 4, 1, 1))
    used, _ = usable(flow, parts, pairs)
    while True:
        if not used.any() or explained(columns, used, pairs).any():
            raise FitError("The effects of the halves explain a regressor.")
        try:
            return ppml(flow, columns, used, pairs=pairs).coefficients
        except SeparationError as found:
            used, _ = usable(flow, used & ~found.apart, pairs)


def jackknife_bias(
    y: Floats, x: Floats, there: Mask, coefficients: Floats, halves: Mask, *, pairs: str = "directed"
) -> tuple[Floats, int]:
    """Bias of three-way PPML by the split-panel jackknife over countries.

    Parameters
    ----------
    y, x, there, pairs
        As in `ppml`.
    coefficients
        Of the whole panel.
    halves
        (split, country), from `sides`.

    Returns
    -------
    bias, lost
        (regressor,), the mean over splits of the coefficients in halves less those of the whole: it is to be taken off the
        latter. And how many splits have no estimate; they do not count.

    Raises
    ------
    FitError
        If fewer than half of the splits have one.

    Assumes
    -------
    The bias is inversely proportional to the number of partners, to first order; so it is not where one partner, such as
    the country itself, is most of a country's trade.

    Source
    ------
    [WeidnerZylkin2021]_, who take the plain mean of four estimates by part; idea [DhaeneJochmans2015]_. That the parts share
    the coefficients is ours: a part counts for what it tells, and a regressor that does not vary in one does no harm.
    """
    found, last = [], ""
    for side in halves:
        try:
            found.append(halved(y, x, there, side, pairs=pairs))
        except FitError as why:
            last = str(why)
    if 2 * len(found) < len(halves):
        raise FitError(
            f"--bias jackknife: {len(halves) - len(found)} of {len(halves)} splits of the countries cannot be estimated. "
            f"The last: {last} Use --bias analytical or none, or drop regressors that vary in few pairs."
        )
    return np.mean(found, axis=0) - coefficients, len(halves) - len(found)
