"""How reliable each reporter is, estimated together with freight margin, gravity and the flows themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tightrope.base import FitError

from .design import Blocks, blocks, with_pairs
from .panel import Panel
from .variances import Variances, error_covariance, flow_covariance

__all__ = ["Fit", "fit"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Fit:
    """The fitted model of reports.

    Parameters
    ----------
    variances
        See there.
    coefficients, covariance
        Of covariates, freight margin, years, exporters, importers and mean errors, in this order; (q,) and (q, q).
    columns
        Slice of each group in them.
    log_likelihood
        Of the reports that were used, coefficients integrated out, at the second step.
    iterations
        Steps of the maximisation.
    n
        Number of reports used.
    """

    variances: Variances
    coefficients: Floats
    covariance: Floats
    columns: dict[str, slice]
    log_likelihood: float
    iterations: int
    n: int


_NAMES = ("level", "walk", "white", "year", "exporter", "importer", "bias")


def _unpack(theta: Floats) -> Variances:
    powers = np.exp(theta[: len(_NAMES)])
    named = {name: float(power) for name, power in zip(_NAMES, powers, strict=True)}
    n = len(_NAMES)
    lasting = float(1 / (1 + np.exp(-theta[n])))
    return Variances(
        error=np.exp(theta[n + 3 :]), taper=float(theta[n + 1]), calm=float(theta[n + 2]), lasting=lasting, **named
    )


@dataclass(frozen=True)
class _Model:
    panel: Panel
    blocks: Blocks
    margin: tuple[float, float]
    spread: float
    wide: float

    def prior(self, v: Variances) -> tuple[Floats, Floats]:
        """Mean and precision of the coefficients."""
        place = self.blocks.columns
        mean, precision = np.zeros(self.blocks.q), np.zeros(self.blocks.q)
        precision[place["gravity"]] = self.wide**-2
        mean[place["margin"]], precision[place["margin"]] = self.margin[0], self.margin[1] ** -2
        for name in ("year", "exporter", "importer", "bias"):
            precision[place[name]] = 1 / getattr(v, name)
        return mean, precision

    def solve(self, v: Variances) -> dict[str, Any]:
        """Coefficients under given variances, and what the likelihood and its slope are made of."""
        panel, blocks = self.panel, self.blocks
        both = panel.there[:, :, None] & panel.there[:, None, :]
        cov = np.where(both, flow_covariance(v, panel, panel.when, panel.when), 0.0) + error_covariance(v, panel)
        try:
            inverse = np.linalg.inv(cov)
        except np.linalg.LinAlgError:
            raise FitError("Two exact reports of one flow leave nothing to weigh. Give one of them an `sd`.") from None
        determinants = 2 * np.log(np.einsum("pmm->pm", np.linalg.cholesky(cov))).sum()
        mean, precision = self.prior(v)
        residual = np.where(panel.there, panel.y - np.einsum("pml,pl->pm", blocks.x, mean[blocks.at]), 0.0)
        weighted = inverse @ blocks.x
        gram = np.swapaxes(blocks.x, 1, 2) @ weighted
        big = np.diag(precision)
        flat = (blocks.at[:, :, None] * blocks.q + blocks.at[:, None, :]).ravel()
        big += np.bincount(flat, weights=gram.ravel(), minlength=blocks.q**2).reshape(blocks.q, blocks.q)
        pulled = np.einsum("pml,pm->pl", weighted, residual)
        right = np.bincount(blocks.at.ravel(), weights=pulled.ravel(), minlength=blocks.q)
        covariance = np.linalg.inv(big)
        change = covariance @ right
        white = np.einsum("pmk,pk->pm", inverse, residual)
        likelihood = -0.5 * (
            determinants
            + np.linalg.slogdet(big)[1]
            - np.log(precision).sum()
            + (residual * white).sum()
            - right @ change
            + panel.there.sum() * np.log(2 * np.pi)
        )
        return {
            "inverse": inverse,
            "weighted": weighted,
            "covariance": covariance,
            "change": change,
            "mean": mean + change,
            "projected": white - np.einsum("pml,pl->pm", weighted, change[blocks.at]),
            "likelihood": float(likelihood),
        }

    def loss(self, theta: Floats) -> tuple[float, Floats]:
        """Minus the log likelihood with the penalty on unlike reporters, and its slope."""
        v = _unpack(theta)
        s = self.solve(v)
        panel, blocks, place = self.panel, self.blocks, self.blocks.columns
        local = s["covariance"][blocks.at[:, :, None], blocks.at[:, None, :]]
        q = s["inverse"] - s["weighted"] @ local @ np.swapaxes(s["weighted"], 1, 2)
        both = panel.there[:, :, None] & panel.there[:, None, :]
        pull = np.where(both, s["projected"][:, :, None] * s["projected"][:, None, :] - q, 0.0)
        elapsed = np.array(panel.years, dtype=float) - panel.years[0]
        lag = elapsed[panel.when]
        slope = np.zeros(len(theta))
        slope[0] = 0.5 * v.level * pull.sum()
        calm = np.exp(-v.calm * panel.size)
        walk = v.walk * calm * (pull * np.minimum(lag[:, :, None], lag[:, None, :])).sum(axis=(1, 2))
        white = v.white * calm * (pull * (panel.when[:, :, None] == panel.when[:, None, :])).sum(axis=(1, 2))
        slope[1], slope[2] = 0.5 * walk.sum(), 0.5 * white.sum()
        slope[len(_NAMES) + 2] = -0.5 * ((walk + white) * panel.size).sum()
        for k, name in enumerate(_NAMES[3:], 3):
            some, variance = place[name], getattr(v, name)
            power = (s["change"][some] ** 2).sum() + np.trace(s["covariance"][some, some])
            slope[k] = 0.5 * (power / variance - (some.stop - some.start))
        self._errors_slope(v, pull, slope)
        # keeps the estimate of a variance with few series behind it away from zero
        likelihood = s["likelihood"] + 0.5 * float(theta[_NAMES.index("bias")])
        slope[_NAMES.index("bias")] += 0.5
        # log standard errors are half of log variances
        halves = 0.5 * theta[len(_NAMES) + 3 :]
        if len(halves) > 1:
            apart = halves - halves.mean()
            likelihood -= 0.5 * float(apart @ apart) / self.spread**2
            slope[len(_NAMES) + 3 :] -= 0.5 * apart / self.spread**2
        return -likelihood, -slope

    def climb(self, theta: Floats, free: Ints, iterations: int) -> int:
        """Maximise over the free entries of `theta`, which is changed in place; how many steps it took."""
        low, high = np.full(len(theta), np.log(1e-7)), np.full(len(theta), np.log(1e3))
        k = len(_NAMES)
        low[k : k + 3], high[k : k + 3] = (-6.0, -0.5, -0.5), (6.0, 1.5, 1.5)

        def loss(some: Floats) -> tuple[float, Floats]:
            whole = theta.copy()
            whole[free] = some
            value, slope = self.loss(whole)
            return value, slope[free]

        bounds = list(zip(low[free], high[free], strict=True))
        steps = 0
        for _ in range(_STARTS):
            found = minimize(
                loss,
                theta[free],
                jac=True,
                method="L-BFGS-B",
                bounds=bounds,
                options={"maxiter": iterations, "maxcor": 25},
            )
            theta[free] = found.x
            steps += int(found.nit)
            # the search along a line stops where rounding hides what is left; from there it is begun afresh
            if found.success or found.nit == 0:
                break
        inside = np.clip(found.x - found.jac, low[free], high[free]) - found.x
        if not found.success and np.abs(inside).max() > _FLAT:
            raise FitError(
                f"The reliability of the reporters was not found: {found.message} after {steps} steps. Leave out "
                "reporters with few reports, or state their errors in a column `sd`."
            )
        return steps

    def _errors_slope(self, v: Variances, pull: Floats, slope: Floats) -> None:
        """Slope along the errors of series, the lasting part and the taper."""
        of, size, n = self.panel.of, self.panel.size, len(v.error)
        if not n:
            return
        same = (of[:, :, None] == of[:, None, :]) & (of >= 0)[:, :, None]
        tapered = np.exp(-v.taper * size)[:, None]
        full = np.where(same, pull, 0.0).sum(axis=2) * tapered
        own = np.where(of >= 0, np.einsum("pmm->pm", pull), 0.0) * tapered
        both = v.lasting * full + (1 - v.lasting) * own
        used = of >= 0
        k = len(_NAMES)

        def by_series(weights: Floats) -> Floats:
            made: Floats = 0.5 * v.error * np.bincount(of[used], weights=weights[used], minlength=n)
            return made

        slope[k] = v.lasting * (1 - v.lasting) * by_series(full - own).sum()
        slope[k + 1] = -by_series(both * size[:, None]).sum()
        slope[k + 3 :] = by_series(both)


def fit(
    panel: Panel,
    *,
    until: int | None = None,
    margin: tuple[float, float] = (0.058, 0.05),
    spread: float = 0.25,
    wide: float = 10.0,
    iterations: int = 1000,
) -> Fit:
    """Estimate errors of reporters, freight margin and gravity by restricted maximum likelihood.

    With y = ln(report + shift) of flow i to j in year t by reporter r,

        y = f + [cif] margin + bias_r + error,   f = gravity + year_t + exporter_i + importer_j + level_ij + walk_ijt + white_ijt,

    all effects but gravity's coefficients normal with variances that are estimated; a part `lasting` of an error stays with
    the pair over the years, so that six years of the same lost transit do not count as six pieces of evidence. Variances of
    errors shrink with the size of the flow, as exp(-taper size).

    First the errors are learned from mirrors alone, each true flow being free: a country whose trade jumps from year to
    year is not thereby a bad reporter. Then, errors held, gravity and the movement of flows.

    Parameters
    ----------
    panel
        Reports.
    until
        Last year whose reports are used; None uses all.
    margin
        Mean and standard error of what is known beforehand of ln(c.i.f./f.o.b.). The default mean, ln 1.06, is the
        worldwide margin of the Direction of Trade Statistics [IMF2017]_; its width is ours.
    spread
        How far apart the log standard errors of reporters are thought to lie. Ours: of 0.1, 0.15, 0.25, 0.5 and 1 it
        foretold the mirrors of 2022 best after a fit on 2018-2021 (docs/trade-matrix.md).
    wide
        Prior standard error of the intercept and the coefficients of gravity, wide enough to say nothing. Ours.
    iterations
        Steps after which it is an error not to have converged.

    Returns
    -------
    fit
        Variances, coefficients and their covariance.

    Assumes
    -------
    Errors of logarithms are normal, those of two reporters independent; true flows are normal around gravity in logarithms.

    Source
    ------
    Reporters' variances as weights of mirror data: the idea of [Gaulier2010]_. Mixed model and likelihood: [Patterson1971]_.
    The variance of mean errors is kept from collapsing to zero by the penalty of [Chung2013]_.

    Raises
    ------
    FitError
        If no flow has two reports and no errors are stated, or the maximum is not found.
    """
    keep = panel.there & (np.array(panel.years)[panel.when] <= (until if until is not None else panel.years[-1]))
    if not keep.any():
        raise FitError(f"No report is from {until} or before. Name a later year, or give earlier reports.")
    some = with_pairs(panel, keep)
    if panel.series and not _is_mirrored(some):
        raise FitError(
            "No flow has two reports in the same year, so nothing says how far reporters err. Give reports of both sides, or "
            "a column `sd` with the relative standard error of each report."
        )
    model = _Model(some, blocks(some), margin, spread, wide)
    k, n = len(_NAMES), len(panel.series)
    flows = np.r_[0, 1, 2, 3, 4, 5, k + 2]
    errors = np.r_[6, k, k + 1, k + 3 : k + 3 + n]
    theta = np.zeros(k + 3 + n)
    theta[:k] = np.log([1.0, 1e-6, _FREE, 1.0, 1.0, 1.0, 0.01])
    theta[k + 1], theta[k + 3 :] = 0.2, np.log(0.05)
    steps = model.climb(theta, errors, iterations) if n else 0
    theta[:6] = np.log([1.0, 0.05, 0.05, 0.01, 0.5, 0.5])
    steps += model.climb(theta, flows, iterations)
    v = _unpack(theta)
    s = model.solve(v)
    return Fit(v, s["mean"], s["covariance"], model.blocks.columns, s["likelihood"], steps, int(some.there.sum()))


_STARTS, _FLAT = 4, 1e-2
"""How often the maximisation is begun, and the slope of the log likelihood that counts as none."""

_FREE = 1e3
"""Variance of a log flow that nothing is known of: many thousand times what reports err by."""


def _is_mirrored(panel: Panel) -> bool:
    when = np.where(panel.there, panel.when, -1 - np.arange(panel.there.shape[1])[None, :])
    ordered = np.sort(when, axis=1)
    return bool(((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any())
