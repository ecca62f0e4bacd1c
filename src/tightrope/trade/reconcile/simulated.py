"""Reports simulated from a known matrix, to see whether it is found again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from .rows import Report

__all__ = ["Planted", "simulated"]


@dataclass(frozen=True)
class Planted:
    """A true matrix and what reporters say of it.

    Parameters
    ----------
    reports
        What is said.
    truth
        True flows by (exporter, importer, year), millions, f.o.b.
    error, bias
        Standard error and mean error of each series of reports, of logarithms, by (reporter, direction).
    """

    reports: tuple[Report, ...]
    truth: dict[tuple[str, str, int], float]
    error: dict[tuple[str, str], float]
    bias: dict[tuple[str, str], float]


def simulated(
    *,
    countries: int = 12,
    silent: int = 3,
    years: int = 5,
    margin: float = 0.06,
    bias: float = 0.15,
    lasting: float = 0.6,
    missing: float = 0.1,
    seed: int,
) -> Planted:
    """Draw a matrix and reports from the model that `fit` assumes.

    Parameters
    ----------
    countries, silent
        How many countries, and how many of them report nothing.
    years
        How many years.
    margin
        ln(c.i.f./f.o.b.).
    bias
        Standard deviation of the series' mean errors.
    lasting
        Part of an error's variance that stays with the pair.
    missing
        Part of the reports that is not there.
    seed
        Of the draw.

    Returns
    -------
    planted
        Flows of a median of about 50 millions; standard errors of reporters from 0.1 to 0.4.
    """
    rng = np.random.default_rng(seed)
    names = [f"A{chr(65 + k // 26)}{chr(65 + k % 26)}" for k in range(countries)]
    pushes, pulls = rng.normal(0.0, 0.8, (2, countries))
    sides = ("exports", "imports")
    error = {(name, side): float(rng.uniform(0.1, 0.4)) for name in names[silent:] for side in sides}
    mean = {key: float(rng.normal(0.0, bias)) for key in error}
    truth: dict[tuple[str, str, int], float] = {}
    reports: list[Report] = []
    for o, d in permutations(range(countries), 2):
        one, other = names[o], names[d]
        level = 4.0 + pushes[o] + pulls[d] + rng.normal(0.0, 0.8)
        walk = np.cumsum(rng.normal(0.0, 0.15, years))
        kept = {key: rng.normal(0.0, np.sqrt(lasting)) for key in ((one, "exports"), (other, "imports"))}
        for t in range(years):
            log = level + walk[t]
            truth[one, other, 2001 + t] = float(np.exp(log))
            for key, basis in (((one, "exports"), "fob"), ((other, "imports"), "cif")):
                fresh = rng.normal(0.0, np.sqrt(1 - lasting))
                is_lost = rng.uniform() < missing
                if key not in error or is_lost:
                    continue
                said = log + margin * (basis == "cif") + mean[key] + error[key] * (kept[key] + fresh)
                reports.append(Report(key[0], one, other, 2001 + t, float(np.exp(said)), basis))
    return Planted(tuple(reports), truth, error, mean)
