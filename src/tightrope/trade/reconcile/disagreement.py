"""How far each reporter disagrees with its mirrors: a result of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .panel import Panel
from .reliability import Fit

__all__ = ["Disagreement", "disagreements"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Disagreement:
    """One reporter's exports or imports against what the partners say of the same flows.

    Parameters
    ----------
    reporter, direction
        Who, and `exports` or `imports`.
    n, mirrored
        Reports, and those of them with a report of another reporter in the same year.
    gap, spread
        Median of ln(report / mirror), the freight margin taken out, and the half-width of the middle 68% around it. No
        model beyond the margin: a gap of 0.1 is 10% above the mirrors. NaN without mirrors.
    bias, bias_sd
        Mean error of the series in the model, and its standard error; partly drawn to zero.
    error
        Standard error of one report around that mean, in the model.
    weight
        Mean weight of one of its reports in the flow that it is about. 1 is taken as it stands.
    """

    reporter: str
    direction: str
    n: int
    mirrored: int
    gap: float
    spread: float
    bias: float
    bias_sd: float
    error: float
    weight: float


def disagreements(panel: Panel, fit: Fit, weights: Floats) -> tuple[Disagreement, ...]:
    """One entry per series, in their order.

    Parameters
    ----------
    panel
        Reports; all of them count here.
    fit
        The model.
    weights
        (P, T, m), as `flows` gives them.

    Returns
    -------
    disagreements
        See there.

    Assumes
    -------
    As `fit`.

    Source
    ------
    The comparison of mirrors is ours; the median and the middle 68% are robust against single wild flows.
    """
    margin = float(fit.coefficients[fit.columns["margin"]][0])
    free = panel.y - margin * panel.cif
    pair, one, other = _mirrors(panel)
    gaps = free[pair, one] - free[pair, other]
    own = np.take_along_axis(weights, panel.when[:, None, :], axis=1)[:, 0, :]
    bias = fit.coefficients[fit.columns["bias"]]
    variance = np.diag(fit.covariance)[fit.columns["bias"]]
    found = []
    for k, (reporter, direction) in enumerate(panel.series):
        mine = panel.of == k
        of_mine = panel.of[pair, one] == k
        some = gaps[of_mine]
        middle, half = np.nan, np.nan
        if len(some):
            middle = float(np.median(some))
            low, high = np.quantile(some, (0.16, 0.84))
            half = float(high - low) / 2
        mirrored = len(set(zip(pair[of_mine].tolist(), one[of_mine].tolist(), strict=True)))
        found.append(
            Disagreement(
                reporter, direction, int(mine.sum()), mirrored, middle, half, float(bias[k]),
                float(np.sqrt(variance[k])), float(np.sqrt(fit.variances.error[k])), float(own[mine].mean()),
            )
        )  # fmt: skip
    return tuple(found)


def _mirrors(panel: Panel) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Positions of every ordered couple of reports of one flow in one year, neither of them zero."""
    seen = panel.there & (panel.value > 0)
    couple = (
        seen[:, :, None]
        & seen[:, None, :]
        & (panel.when[:, :, None] == panel.when[:, None, :])
        & (panel.of[:, :, None] != panel.of[:, None, :])
    )
    pair, one, other = np.nonzero(couple)
    return pair, one, other
