"""Clustered errors that allow for how strongly each pair pulls the fit towards itself. Arrays only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["corrected_covariance", "curvature", "inverse_curvatures"]

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
    Pairs are independent. An exporter's effects and an importer's are taken to be estimated apart from each other, which
    leaves out terms smaller by one over the number of countries.

    Source
    ------
    That the plain errors are too small by a part of the order of one over the number of countries, and the curvature that
    pair effects leave: [WeidnerZylkin2021]_. The division: [BellMcCaffrey2002]_.
    """
    x, m, s = rest.transpose(2, 3, 1, 0), mu.transpose(1, 2, 0), gap.transpose(1, 2, 0)
    at_exporter, at_importer = inverse_curvatures(m)
    bread = np.linalg.inv(np.einsum("ijtk,ijt,ijtl->kl", x, m, x, optimize=True))
    meat = np.zeros_like(bread)
    for i in range(len(m)):
        bends = at_exporter[i] + at_importer + x[i] @ bread @ x[i].transpose(0, 2, 1)
        # a pair that is all of its exporter's trade has a leverage of 1: it holds no information about its error
        kept = np.eye(m.shape[-1]) - curvature(m[i]) @ bends
        alone = (np.linalg.pinv(kept, rcond=1e-6) @ s[i][..., None])[..., 0]
        score = np.einsum("jtk,jt->jk", x[i], alone)
        meat += score.T @ score
    found: Floats = bread @ meat @ bread
    return found


def inverse_curvatures(mu: Floats) -> tuple[Floats, Floats]:
    """Inverse of what pairs, (exporter, importer, year), tell of an exporter's effects and of an importer's: (country, year, year)."""
    exporter = np.stack([curvature(one).sum(axis=0) for one in mu])
    importer = np.zeros((mu.shape[1], *exporter.shape[1:]))
    for one in mu:
        importer += curvature(one)
    at_exporter, at_importer = (np.linalg.pinv(of, rcond=1e-10, hermitian=True) for of in (exporter, importer))
    return at_exporter, at_importer


def curvature(mu: Floats) -> Floats:
    """Second derivative of minus the log likelihood by a pair's linear predictor, its effect eliminated: (pair, year, year)."""
    total = mu.sum(axis=-1)
    inverse = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    found = -mu[..., :, None] * mu[..., None, :] * inverse[..., None, None]
    at = np.arange(mu.shape[-1])
    found[..., at, at] += mu
    return np.asarray(found)
