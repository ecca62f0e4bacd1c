"""Reports as arrays: one block of observations per ordered pair of countries, and what explains them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tightrope.base import TightropeError, suggestion

from .rows import Report

__all__ = ["Panel", "panel"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Panel:
    """Everything that the model of reports needs. P pairs, T years, m observations per pair at most, N countries.

    Parameters
    ----------
    countries, years
        In order.
    series
        (reporter, `exports` or `imports`) of each series of reports whose error is estimated.
    covariates
        Names of what explains flows, the intercept first.
    origin, destination
        Positions of exporter and importer of each pair, (P,).
    y
        ln(value + shift) less `centre`, (P, m); 0 where there is no observation.
    value
        Values as reported, (P, m), millions; NaN where there is no observation.
    there
        Whether there is an observation, (P, m).
    when
        Position of the year, (P, m).
    of
        Position of the series, (P, m); -1 where the user states the error.
    stated
        Relative standard error that the user states, (P, m), NaN elsewhere.
    cif
        1 where freight and insurance are in the value, (P, m).
    x
        Covariates, (P, T, K).
    size
        ln(mean of the pair's reports + shift) less `centre`, (P,); reporters err less, in parts, on large flows.
    shift
        Amount added before logarithms are taken, millions.
    centre
        Mean of ln(value + shift).
    """

    countries: tuple[str, ...]
    years: tuple[int, ...]
    series: tuple[tuple[str, str], ...]
    covariates: tuple[str, ...]
    origin: Ints
    destination: Ints
    y: Floats
    value: Floats
    there: NDArray[np.bool_]
    when: Ints
    of: Ints
    stated: Floats
    cif: Floats
    x: Floats
    size: Floats
    shift: float
    centre: float


def direction(report: Report) -> str:
    """Whether a report is one of exports or of imports; a third party's goes by its basis."""
    if report.reporter == report.exporter:
        return "exports"
    return "imports" if report.reporter == report.importer or report.basis == "cif" else "exports"


def panel(
    reports: Sequence[Report],
    *,
    sizes: Mapping[tuple[str, int], float] | None = None,
    pairs: Mapping[str, Mapping[tuple[str, str], float]] | None = None,
    until: int | None = None,
    shift: float = 1e-3,
) -> Panel:
    """Arrange reports in arrays.

    Parameters
    ----------
    reports
        In any order; the result does not depend on it.
    sizes
        GDP by (country, year), in the reports' currency; None leaves size to the countries' own effects.
    pairs
        Covariates by name and (exporter, importer).
    until
        Last year whose reports may set the scale of things: shift, centre and the size of flows. None is all.
    shift
        What is added to every flow before its logarithm is taken, in parts of the median positive report, so that a
        report of zero has a place and differences between tiny flows weigh little. Ours.

    Returns
    -------
    panel
        With all ordered pairs of the countries that a report names.

    Raises
    ------
    TightropeError
        If a size or a covariate of a pair is missing, or exact reports contradict each other.
    """
    countries = tuple(sorted({c for r in reports for c in (r.exporter, r.importer)}))
    years = tuple(sorted({r.year for r in reports}))
    last = years[-1] if until is None else until
    positive = [r.value for r in reports if r.value > 0 and r.year <= last]
    if not positive:
        raise TightropeError(f"No report up to {last} is above zero. Give at least one, or a later year to fit until.")
    added = shift * float(np.median(positive))
    n = len(countries)
    at = {c: k for k, c in enumerate(countries)}
    numbers = {(o, d): k for k, (o, d) in enumerate((o, d) for o in range(n) for d in range(n) if o != d)}
    origin, destination = (np.array([pair[k] for pair in numbers], dtype=np.int64) for k in (0, 1))
    series = tuple(sorted({(r.reporter, direction(r)) for r in reports if r.sd is None}))
    slot = {s: k for k, s in enumerate(series)}
    rows: dict[int, list[Report]] = {}
    for r in sorted(reports, key=lambda r: (r.year, r.reporter, direction(r), r.basis)):
        rows.setdefault(numbers[at[r.exporter], at[r.importer]], []).append(r)
    _no_contradiction(rows)
    shape = len(numbers), max(map(len, rows.values()))
    y, cif = np.zeros(shape), np.zeros(shape)
    value, stated = np.full(shape, np.nan), np.full(shape, np.nan)
    there, when, of = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=np.int64), np.full(shape, -1)
    for pair, block in rows.items():
        for k, r in enumerate(block):
            value[pair, k], there[pair, k], cif[pair, k] = r.value, True, r.basis == "cif"
            when[pair, k] = years.index(r.year)
            if r.sd is None:
                of[pair, k] = slot[r.reporter, direction(r)]
            else:
                stated[pair, k] = r.sd
    early = there & (np.array(years)[when] <= last)
    centre = float(np.log(value[early] + added).mean())
    y[there] = np.log(value[there] + added) - centre
    counted = np.where(early.any(axis=1, keepdims=True), early, there)
    mean = np.where(counted, value, 0.0).sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
    size = np.where(counted.any(axis=1), np.log(mean + added) - centre, 0.0)
    names, x = _covariates(countries, years, origin, destination, sizes, pairs)
    return Panel(
        countries,
        years,
        series,
        names,
        origin,
        destination,
        y,
        value,
        there,
        when,
        of,
        stated,
        cif,
        x,
        size,
        added,
        centre,
    )


def _no_contradiction(rows: Mapping[int, Sequence[Report]], near: float = 1e-9) -> None:
    for block in rows.values():
        exact = [r for r in block if r.sd == 0]
        for one, other in pairwise(exact):
            if (
                one.year == other.year
                and one.basis == other.basis
                and not math.isclose(one.value, other.value, rel_tol=near)
            ):
                raise TightropeError(
                    f"{one.exporter} to {one.importer} {one.year}: {one.reporter} says {one.value:g} and {other.reporter} "
                    f"{other.value:g}, and both are said to be exact (sd 0, lines {one.line} and {other.line}). Give one an sd."
                )


def _covariates(
    countries: tuple[str, ...],
    years: tuple[int, ...],
    origin: Ints,
    destination: Ints,
    sizes: Mapping[tuple[str, int], float] | None,
    pairs: Mapping[str, Mapping[tuple[str, str], float]] | None,
) -> tuple[tuple[str, ...], Floats]:
    names, columns = ["intercept"], [np.ones((len(origin), len(years)))]
    if sizes is not None:
        lacking = [f"{c} {y}" for c in countries for y in years if (c, y) not in sizes]
        if lacking:
            near = suggestion(lacking[0].split()[0], sorted({c for c, _ in sizes}))
            raise TightropeError(
                f"No GDP for {len(lacking)} of the countries and years of the reports: {', '.join(lacking[:8])}. "
                f"Add rows to the GDP file, or correct the code. {near}"
            )
        logs = np.log([[sizes[c, y] for y in years] for c in countries])
        names += ["log GDP of the exporter", "log GDP of the importer"]
        columns += [logs[origin], logs[destination]]
    for name, cells in sorted((pairs or {}).items()):
        codes = [(countries[o], countries[d]) for o, d in zip(origin, destination, strict=True)]
        lacking = [f"{o}-{d}" for o, d in codes if (o, d) not in cells]
        if lacking:
            raise TightropeError(
                f"No `{name}` for {len(lacking)} of {len(codes)} ordered pairs: {', '.join(lacking[:8])}. Add rows to the "
                "file of pairs; each direction has its own."
            )
        one = np.array([cells[pair] for pair in codes])
        names.append("log distance" if name == "distance" else name)
        columns.append(np.repeat(one[:, None], len(years), axis=1))
    x = np.stack(columns, axis=-1)
    x[..., 1:] -= x[..., 1:].mean(axis=(0, 1))
    return tuple(names), x
