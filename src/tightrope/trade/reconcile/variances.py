"""How far flows and reports scatter, as covariances of each pair of countries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .panel import Panel

__all__ = ["Variances", "error_covariance", "flow_covariance"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXACT = 1e-10
"""Variance of an exact report, so that matrices can be inverted."""


@dataclass(frozen=True)
class Variances:
    """Variances of logarithms, unit 1.

    Parameters
    ----------
    level, walk, white
        Of the flow of a pair around gravity: of its level, of the step from year to year, of a single year; the last two for
        a flow of the middle size.
    calm
        By how much the log variance of steps and single years falls when a flow is e times as large.
    error
        Of each series of reports around the true flow and its own mean error, (series,), for a flow of the middle size.
    taper
        By how much the log variance of errors falls when a flow is e times as large.
    lasting
        Part of that error which a reporter makes year after year for the same pair, within 0..1.
    year, exporter, importer, bias
        Of the effects of years, exporters and importers, and of the mean errors of series.
    """

    level: float
    walk: float
    white: float
    calm: float
    error: Floats
    taper: float
    lasting: float
    year: float
    exporter: float
    importer: float
    bias: float


def flow_covariance(v: Variances, panel: Panel, when: Ints, other: Ints) -> Floats:
    """Covariance of true log flows of each pair at years `when` (P, a) and `other` (P, b): (P, a, b)."""
    elapsed = np.array(panel.years, dtype=float) - panel.years[0]
    calm = np.exp(-v.calm * panel.size)[:, None, None]
    walk = np.minimum(elapsed[when][..., :, None], elapsed[other][..., None, :])
    same = when[..., :, None] == other[..., None, :]
    made: Floats = v.level + (v.walk * walk + v.white * same) * calm
    return made


def error_covariance(v: Variances, panel: Panel) -> Floats:
    """Covariance of the errors of reports of each pair, (P, m, m); the unit variance where there is no report."""
    of, there = panel.of, panel.there
    variance = np.where(of >= 0, v.error[np.maximum(of, 0)] if len(v.error) else 0.0, 0.0)
    variance = variance * np.exp(-v.taper * panel.size)[:, None]
    scale = np.sqrt(variance)
    same = (of[:, :, None] == of[:, None, :]) & (of >= 0)[:, :, None]
    made: Floats = np.where(same, v.lasting * scale[:, :, None] * scale[:, None, :], 0.0)
    stated = np.where(np.isnan(panel.stated), 0.0, panel.stated) ** 2
    diagonal = np.where(there, (1 - v.lasting) * variance + stated + EXACT, 1.0)
    made[:, np.arange(of.shape[1]), np.arange(of.shape[1])] += diagonal
    return made
