"""The flow of every pair and year, given all reports: those of the flow, of its other years, and gravity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .design import blocks
from .panel import Panel
from .reliability import Fit
from .variances import error_covariance, flow_covariance

__all__ = ["Flows", "flows"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Flows:
    """Flows before any total is imposed. P pairs, T years, m reports of a pair at most.

    Parameters
    ----------
    log
        Mean of ln(flow + shift), (P, T).
    sd
        Its standard error, (P, T).
    weights
        Weight of each report of the pair in each year's flow, (P, T, m).
    gravity
        Weight of gravity, (P, T); one less the sum of the weights.
    shift
        As in the panel, millions.
    shared
        What the errors of coefficients do to each flow, (P, T, q): the part of the error that flows have in common. The
        covariance of two flows of different pairs is the product of their rows.
    """

    log: Floats
    sd: Floats
    weights: Floats
    gravity: Floats
    shift: float
    shared: Floats

    def at(self, deviations: float) -> Floats:
        """Flow that lies so many standard errors from the middle, (P, T), millions; never below 0."""
        made: Floats = np.maximum(np.exp(self.log + deviations * self.sd) - self.shift, 0.0)
        return made


def flows(panel: Panel, fit: Fit) -> Flows:
    """Best guess of each flow in logarithms and its error.

    Parameters
    ----------
    panel
        Reports, also of years that the fit did not see.
    fit
        Variances and coefficients.

    Returns
    -------
    flows
        The conditional mean and variance of the normal model; the error includes that of gravity's coefficients, of the
        freight margin and of the mean errors, but not that of the variances.

    Assumes
    -------
    As `fit`.

    Source
    ------
    Best linear unbiased prediction: [Robinson1991]_.
    """
    v, local = fit.variances, blocks(panel)
    pairs = len(panel.there)
    t = len(panel.years)
    each = np.broadcast_to(np.arange(t), (pairs, t))
    both = panel.there[:, :, None] & panel.there[:, None, :]
    reported = np.where(both, flow_covariance(v, panel, panel.when, panel.when), 0.0) + error_covariance(v, panel)
    across = flow_covariance(v, panel, each, panel.when) * panel.there[:, None, :]
    solved = np.linalg.solve(reported, np.swapaxes(across, 1, 2)).swapaxes(1, 2)
    weights: Floats = np.asarray(solved, dtype=float)
    k = len(panel.covariates)
    x = np.zeros((pairs, t, local.x.shape[2]))
    x[:, :, :k] = panel.x
    x[:, np.arange(t), k + 1 + np.arange(t)] = 1.0
    x[:, :, k + 1 + t : k + 3 + t] = 1.0
    c = fit.coefficients[local.at]
    residual = np.where(panel.there, panel.y - np.einsum("pml,pl->pm", local.x, c), 0.0)
    mean = np.einsum("ptl,pl->pt", x, c) + np.einsum("ptm,pm->pt", weights, residual)
    open_ = x - weights @ local.x
    root = np.linalg.cholesky(fit.covariance)
    shared: Floats = np.einsum("ptl,plq->ptq", open_, root[local.at], optimize=True)
    variance = (
        np.einsum("ptt->pt", flow_covariance(v, panel, each, each))
        - np.einsum("ptm,ptm->pt", weights, across)
        + (shared**2).sum(axis=2)
    )
    log: Floats = mean + panel.centre
    sd: Floats = np.sqrt(np.maximum(variance, 0.0))
    gravity: Floats = 1 - weights.sum(axis=2)
    return Flows(log, sd, weights, gravity, panel.shift, shared)
