"""Whether the ranges can be trusted: reports of one side foretold from those of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tightrope.base import TightropeError

from .design import with_only
from .fill import flows
from .panel import panel
from .reliability import fit
from .rows import Report

__all__ = ["Foretold", "trial"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Foretold:
    """Hidden reports and what was foretold of them; n reports.

    Parameters
    ----------
    direction
        `exports` or `imports`: the side that was hidden.
    value
        Reports, (n,), millions.
    error
        ln(report) less what was foretold, (n,), both with the shift of the panel.
    sd
        Standard error foretold, (n,).
    naive
        ln(report) less that of its mirror with the freight margin, (n,): the error of taking the other side's word.
    """

    direction: str
    value: Floats
    error: Floats
    sd: Floats
    naive: Floats

    def coverage(self, level: float = 0.9, *, least: float = 0.0) -> float:
        """Part of the reports of at least `least` millions within their ranges of the given level; NaN if there are none."""
        some = self.value >= least
        if not some.any():
            return float("nan")
        return float((np.abs(self.error) <= NormalDist().inv_cdf(0.5 + level / 2) * self.sd)[some].mean())

    def log_score(self) -> float:
        """Mean log density of the reports' logarithms; higher is better."""
        z = self.error / self.sd
        return float((-np.log(self.sd) - 0.5 * z**2 - 0.5 * np.log(2 * np.pi)).mean())


def trial(
    reports: Sequence[Report],
    year: int,
    *,
    sizes: Mapping[tuple[str, int], float] | None = None,
    pairs: Mapping[str, Mapping[tuple[str, str], float]] | None = None,
    spread: float = 0.25,
) -> tuple[Foretold, Foretold]:
    """Fit on the years before, then hide each side's reports of a year's mirrored flows and foretell them from the rest.

    Parameters
    ----------
    reports
        Of single flows; later ones than `year` are left out.
    year
        The year that is judged. Nothing is learned from it: errors, margin, gravity come from the years before.
    sizes, pairs
        As for `reconcile`.
    spread
        As for `fit`.

    Returns
    -------
    exports, imports
        By the side that was hidden.

    Raises
    ------
    TightropeError
        If no flow of the year has reports of both sides.
    """
    arrays = panel([r for r in reports if r.year <= year], sizes=_until(sizes, year), pairs=pairs, until=year - 1)
    model = fit(arrays, until=year - 1, spread=spread)
    now = arrays.there & (np.array(arrays.years)[arrays.when] == year) & (arrays.of >= 0)
    side = np.array([direction == "exports" for _, direction in arrays.series])[np.maximum(arrays.of, 0)]
    mirrored = (now & side).any(axis=1) & (now & ~side).any(axis=1)
    if not mirrored.any():
        raise TightropeError(f"No flow of {year} is reported by both sides, so there is nothing to foretell.")
    found = []
    for direction, mine in (("exports", side), ("imports", ~side)):
        hidden = now & mine & mirrored[:, None]
        guess = flows(with_only(arrays, ~hidden), model)
        p, k = np.nonzero(hidden)
        of, t = arrays.of[p, k], arrays.when[p, k]
        freight = model.coefficients[model.columns["margin"]][0] * arrays.cif
        middle = guess.log[p, t] - arrays.centre + model.coefficients[model.columns["bias"]][of] + freight[p, k]
        shown = now & ~hidden & mirrored[:, None]
        mirror = np.where(shown, arrays.y - freight, 0.0).sum(axis=1)[p] / shown.sum(axis=1)[p]
        own = model.variances.error[of] * np.exp(-model.variances.taper * arrays.size[p])
        sd = np.sqrt(guess.sd[p, t] ** 2 + own)
        found.append(
            Foretold(
                direction, arrays.value[p, k], arrays.y[p, k] - middle, sd, arrays.y[p, k] - mirror - freight[p, k]
            )
        )
    return found[0], found[1]


def _until(sizes: Mapping[tuple[str, int], float] | None, year: int) -> dict[tuple[str, int], float] | None:
    return None if sizes is None else {key: value for key, value in sizes.items() if key[1] <= year}
