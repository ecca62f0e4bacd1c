"""Clustered errors that allow for how strongly each pair pulls the fit towards itself. Arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["corrected_covariance", "curvature", "curvatures", "inverse"]

Floats = NDArray[np.floating]


def corrected_covariance(rest: Floats, mu: Floats, gap: Floats) -> Floats:
    """Covariance clustered by directed pair, with each pair's residuals divided by one less its leverage.

    A fit bends towards what it is fitted to: residuals are smaller than errors, by most where a pair is a large part of
    its exporter's or importer's trade. Dividing by 1 - leverage gives about the residual that the pair would have were it
    left out of the fit (the jackknife), so these errors lean to the large side where the plain ones lean to the small.

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
    covariance
        (regressor, regressor).

    Assumes
    -------
    Pairs are independent. The effects of a pair's exporter and importer are taken together, apart from those of all others,
    which leaves out terms smaller by one over the number of countries. So a leverage is never above 1, not even where one flow is
    most of what both countries trade, as domestic trade can be.

    Source
    ------
    That the plain errors are too small by a part of the order of one over the number of countries, and the curvature that
    pair effects leave: [WeidnerZylkin2021]_. The division: [BellMcCaffrey2002]_.
    """
    x, m, s = rest.transpose(2, 3, 1, 0), mu.transpose(1, 2, 0), gap.transpose(1, 2, 0)
    exporter, importer = curvatures(m)
    at_exporter = inverse(exporter)
    bread = np.linalg.inv(np.einsum("ijtk,ijt,ijtl->kl", x, m, x, optimize=True))
    meat = np.zeros_like(bread)
    for i in range(len(m)):
        bend = curvature(m[i])
        effects = _together(at_exporter[i], importer, bend) + x[i] @ bread @ x[i].transpose(0, 2, 1)
        # a pair that is all of its exporter's trade has a leverage of 1: it holds no information about its error
        kept = np.eye(m.shape[-1]) - bend @ effects
        alone = (np.linalg.pinv(kept, rcond=1e-6) @ s[i][..., None])[..., 0]
        score = np.einsum("jtk,jt->jk", x[i], alone)
        meat += score.T @ score
    found: Floats = bread @ meat @ bread
    return found


def curvatures(mu: Floats) -> tuple[Floats, Floats]:
    """What pairs, (exporter, importer, year), tell of each exporter's effects and each importer's: (country, year, year) each."""
    exporter = np.stack([curvature(one).sum(axis=0) for one in mu])
    importer = np.zeros((mu.shape[1], *exporter.shape[1:]))
    for one in mu:
        importer += curvature(one)
    return exporter, importer


def inverse(of: Floats) -> Floats:
    """Pseudo-inverse: the level of a country's effects over the years is that of its pairs' effects."""
    found: Floats = np.linalg.pinv(of, rcond=1e-10, hermitian=True)
    return found


def _together(at_exporter: Floats, importer: Floats, bend: Floats) -> Floats:
    """How the sum of an exporter's effects and those of each importer gives way, (importer, year, year).

    Both are estimated from the pair that they share, so importers' information is what the exporter's effects leave of it.
    """
    through = bend @ at_exporter
    left = importer - through @ bend
    size = np.trace(importer, axis1=1, axis2=2) / np.maximum(np.trace(left, axis1=1, axis2=2), 1e-300)
    # where the two trade with nobody else nothing but rounding is left: small is meant beside what there was
    inner = np.linalg.pinv(left, rcond=1e-10 * size, hermitian=True)
    off = np.eye(len(at_exporter)) - through
    return np.asarray(at_exporter + off.transpose(0, 2, 1) @ inner @ off)


def curvature(mu: Floats) -> Floats:
    """Second derivative of minus the log likelihood by a pair's linear predictor, its effect eliminated: (pair, year, year)."""
    total = mu.sum(axis=-1)
    inverse = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    found = -mu[..., :, None] * mu[..., None, :] * inverse[..., None, None]
    at = np.arange(mu.shape[-1])
    found[..., at, at] += mu
    return np.asarray(found)
