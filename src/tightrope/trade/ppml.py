"""Poisson pseudo-maximum likelihood for gravity, on a panel held as a block (year, exporter, importer). Arrays only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError

from .leverage import corrected_covariance
from .within import Within, fold

__all__ = ["Ppml", "SeparationError", "clusters", "moments", "ppml", "usable"]

Floats = NDArray[np.floating]
Mask = NDArray[np.bool_]


class SeparationError(FitError):
    """Zeros that would be fitted by an infinite coefficient; `apart` says which, (year, exporter, importer)."""

    def __init__(self, apart: Mask) -> None:
        self.apart = apart
        super().__init__(f"{int(apart.sum())} flows of 0 are separated from the others by a regressor.")


@dataclass(frozen=True)
class Ppml:
    """A fit.

    Parameters
    ----------
    coefficients
        (regressor,).
    covariance
        (regressor, regressor), clustered.
    fitted
        (year, exporter, importer), expected flow; NaN where there is no observation.
    n, clusters, iterations
        Observations and clusters used, and weighted regressions.
    deviance
        Poisson deviance.
    moments
        Largest relative gap between observed and fitted sums over any effect: 0 at the maximum.
    """

    coefficients: Floats
    covariance: Floats
    fitted: Floats
    n: int
    clusters: int
    iterations: int
    deviance: float
    moments: float


def usable(y: Floats, there: Mask, pairs: str) -> tuple[Mask, dict[str, int]]:
    """Observations that can inform a coefficient, and how many others there are, by reason.

    Parameters
    ----------
    y
        (year, exporter, importer), flows >= 0.
    there
        Which cells hold an observation.
    pairs
        As in `Within`.

    Returns
    -------
    used, set_aside
        Groups of an effect in which every flow is 0 are fitted by an effect of minus infinity (separation); a group of
        one observation is fitted exactly. Both are left out, again until none is left.

    Source
    ------
    Separation: [CorreiaGuimaraesZylkin2019]_. Singletons: [Correia2015]_.
    """
    used = there.copy()
    counts = {"observations whose exporter, importer or pair trades nothing": 0, "observations alone in their group": 0}
    while True:
        before = int(used.sum())
        some, positive = used.astype(float), np.where(used, y, 0.0)
        for reason, keep in zip(counts, (_groups(positive, pairs, 0.0), _groups(some, pairs, 1.0)), strict=True):
            lost = used & ~keep
            counts[reason] += int(lost.sum())
            used &= keep
        if int(used.sum()) == before:
            return used, {reason: n for reason, n in counts.items() if n}


def _groups(v: Floats, pairs: str, least: float) -> Mask:
    """Whether every group of a cell sums to more than `least`."""
    keep: Mask = (v.sum(axis=2) > least)[:, :, None] & (v.sum(axis=1) > least)[:, None, :]
    if pairs != "none":
        keep &= fold(v.sum(axis=0), pairs) > least
    return keep


def ppml(
    y: Floats,
    x: Floats,
    there: Mask,
    *,
    pairs: str = "directed",
    cluster: str = "pair",
    corrected: bool = False,
    tolerance: float = 1e-10,
    steps: int = 100,
) -> Ppml:
    """Fit flows on regressors with exporter-year, importer-year and, if asked for, pair effects.

    Parameters
    ----------
    y
        (year, exporter, importer), flows >= 0.
    x
        (regressor, year, exporter, importer).
    there
        Which cells are used, from `usable`.
    pairs
        `none`, `directed` or `symmetric` pair effects.
    cluster
        `pair` (as `pairs` has them; directed without pair effects), `symmetric`, `exporter` or `importer`.
    corrected
        Whether errors allow for leverage (`corrected_covariance`): with directed pair effects, clustered by them.
    tolerance
        Change of the linear predictor, in the norm of the weights, at which the fit is done.
    steps
        Weighted regressions at most.

    Returns
    -------
    fit
        With covariance clustered, times G / (G - 1) unless corrected.

    Raises
    ------
    SeparationError
        If some zeros can only be fitted by an infinite coefficient.
    FitError
        If a regressor is explained by the effects and the others, or the fit does not converge.

    Assumes
    -------
    Errors of different clusters are independent.

    Source
    ------
    [SantosSilvaTenreyro2006]_; iteratively reweighted least squares with effects absorbed [CorreiaGuimaraesZylkin2020]_; the
    projection is ours (`Within`).
    """
    flow = np.where(there, y, 0.0)
    mu = _effects_alone(flow, there, pairs)
    eta = np.log(np.where(there, mu, 1.0))
    start: tuple[Floats, Floats] | None = None
    change, done, iterations = np.inf, False, 0
    for _ in range(steps):
        iterations += 1
        within = Within(mu, pairs)
        z = np.where(there, eta + (flow - mu) / np.where(there, mu, 1.0), 0.0)
        inner = 1e-13 if done else float(np.clip(0.01 * change, 1e-13, 1e-3))
        rest, start = within.off(np.concatenate([z[None], x]), start, tolerance=inner)
        slope, beta = _slope(rest, mu)
        error = rest[0] - np.tensordot(beta, rest[1:], 1)
        moved = np.where(there, z - error - eta, 0.0)
        if (apart := _apart(flow, moved, there)).any():
            raise SeparationError(apart)
        change = float(np.sqrt((mu * moved**2).sum() / mu.sum()))
        if done and change < tolerance:
            break
        done = change < 1e-4
        eta = eta + np.clip(moved, -10, 10)
        mu = np.where(there, np.exp(eta), 0.0)
    else:
        raise FitError(
            f"PPML did not converge in {steps} steps: the last one still moved by {change:.1e}. Drop regressors with few values "
            "other than 0, and countries with few observations."
        )
    score = _by_cluster(rest[1:] * (flow - mu), pairs, cluster)
    g = clusters(there, pairs, cluster)
    if g < 2:
        raise FitError(f"There is {g} cluster. Standard errors need two or more.")
    if corrected:
        covariance = corrected_covariance(np.where(there, rest[1:], 0.0), mu, flow - mu)
    else:
        bread = np.linalg.inv(slope)
        covariance = bread @ (score @ score.T) @ bread * (g / (g - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        deviance = 2 * float((np.where(flow > 0, flow * np.log(flow / mu), 0.0) - (flow - mu)).sum())
    return Ppml(
        beta,
        covariance,
        np.where(there, mu, np.nan),
        int(there.sum()),
        g,
        iterations,
        deviance,
        moments(flow, mu, pairs),
    )


def _apart(flow: Floats, moved: Floats, there: Mask, *, still: float = 1e-4) -> Mask:
    """Observations that a combination of regressors and effects separates.

    The fit of such a zero falls by one in logs at every step while all else has come to rest. That last step is itself a
    combination that is 0 where there is trade, and negative nowhere but at some zeros: proof that no finite estimate
    fits them.
    """
    at_rest = np.abs(moved[there & (flow > 0)]).max(initial=0.0) < still and moved[there].max(initial=0.0) < still
    apart: Mask = there & (flow == 0) & (moved < -0.5)
    return apart if at_rest else np.zeros_like(apart)


def _effects_alone(flow: Floats, there: Mask, pairs: str, sweeps: int = 5) -> Floats:
    """About what the effects by themselves would fit: scaled to the sums of each sort of group in turn."""
    mu = there.astype(float)
    for _ in range(sweeps):
        for axis in (2, 1):
            said = mu.sum(axis=axis, keepdims=True)
            mu *= np.divide(flow.sum(axis=axis, keepdims=True), said, out=np.zeros_like(said), where=said > 0)
        if pairs != "none":
            said = fold(mu.sum(axis=0), pairs)
            mu *= np.divide(fold(flow.sum(axis=0), pairs), said, out=np.zeros_like(said), where=said > 0)
    return mu


def _slope(rest: Floats, mu: Floats) -> tuple[Floats, Floats]:
    """Normal matrix of the regressors, and their coefficients; refuses those that are explained already."""
    k = len(rest) - 1
    flat = rest.reshape(k + 1, -1)
    cross = (flat[1:] * mu.ravel()) @ flat.T
    slope, size = cross[:, 1:], np.sqrt(np.diag(cross[:, 1:]))
    scaled = slope / np.outer(size, size)
    if k and (not np.isfinite(scaled).all() or np.linalg.cond(scaled) > 1e14):
        raise FitError(
            "A regressor is explained by the effects and the other regressors: it does not vary within pairs, exporters' "
            "years and importers' years. Drop it, or the effects that explain it."
        )
    return slope, np.linalg.solve(slope, cross[:, 0]) if k else np.zeros(0)


def _by_cluster(score: Floats, pairs: str, cluster: str) -> Floats:
    """Sums of scores over clusters, (regressor, cluster)."""
    k = len(score)
    if cluster in ("exporter", "importer"):
        return np.asarray(score.sum(axis=(1, 3) if cluster == "exporter" else (1, 2)))
    over = score.sum(axis=1)
    if (pairs if cluster == "pair" else cluster) == "symmetric":
        return np.asarray(fold(over, "symmetric")[:, *np.triu_indices(over.shape[-1])])
    flat: Floats = over.reshape(k, -1)
    return flat


def clusters(there: Mask, pairs: str, cluster: str) -> int:
    """Number of clusters that hold an observation."""
    return int((_by_cluster(there[None].astype(float), pairs, cluster) > 0).sum())


def moments(flow: Floats, mu: Floats, pairs: str) -> float:
    """Largest relative gap between observed and fitted sums over any effect."""
    gaps = []
    sums = [(flow.sum(axis=2), mu.sum(axis=2)), (flow.sum(axis=1), mu.sum(axis=1))]
    if pairs != "none":
        sums.append((fold(flow.sum(axis=0), pairs), fold(mu.sum(axis=0), pairs)))
    for seen, said in sums:
        at = seen > 0
        gaps.append(np.abs(said[at] / seen[at] - 1).max())
    return float(max(gaps))
