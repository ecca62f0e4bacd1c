"""Weigh reports, fill what nobody reports, balance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FrozenDict, TightropeError, suggestion

from .balance import Errors, balance
from .disagreement import disagreements
from .fill import Flows, flows
from .matrix import Cell, Matrix, TotalMet, ranges
from .panel import Panel, panel
from .reliability import Fit, fit
from .rows import Report, Total

__all__ = ["reconcile"]

Floats = NDArray[np.float64]


def reconcile(
    reports: Sequence[Report],
    *,
    totals: Sequence[Total] = (),
    sizes: Mapping[tuple[str, int], float] | None = None,
    pairs: Mapping[str, Mapping[tuple[str, str], float]] | None = None,
    until: int | None = None,
    level: float = 0.9,
    set_aside: Mapping[str, int] | None = None,
) -> Matrix:
    """Weigh conflicting reports, fill what nobody reports, and balance.

    Parameters
    ----------
    reports
        Of single flows, millions of one currency.
    totals
        Known sums.
    sizes
        GDP by (country, year), millions.
    pairs
        Covariates by name and (exporter, importer).
    until
        Last year whose reports may teach the model errors, margin and gravity; later reports are only weighed with it.
    level
        Probability of the ranges, between 0 and 1.
    set_aside
        What the reader of the files set aside already.

    Returns
    -------
    matrix
        Every ordered pair of countries in every year.

    Assumes
    -------
    As `fit` and `balance`. Ranges of two cells are not independent of each other.

    Source
    ------
    See `fit`, `flows` and `balance`.

    Raises
    ------
    TightropeError
        If inputs do not fit together; `FitError` if the model or the balance cannot be found.
    """
    if not 0 < level < 1:
        raise TightropeError(f"The level of the ranges is {level:g}; expected a probability such as 0.9.")
    arrays = panel(reports, sizes=sizes, pairs=pairs, until=until)
    _known(totals, arrays)
    model = fit(arrays, until=until)
    found = flows(arrays, model)
    errors, met, certificates = _balanced(arrays, model, found, totals)
    return Matrix(
        arrays.countries,
        arrays.years,
        _cells(arrays, found, errors, level),
        disagreements(arrays, model, found.weights),
        met,
        model,
        arrays,
        errors,
        FrozenDict(certificates),
        level,
        until,
        FrozenDict(set_aside or {}),
    )


def _known(totals: Sequence[Total], arrays: Panel) -> None:
    for total in totals:
        for code in (*total.exporters, *total.importers):
            if code not in arrays.countries:
                near = suggestion(code, arrays.countries)
                raise TightropeError(f"Total of line {total.line}: no report names `{code}`. {near}")
        if total.year not in arrays.years:
            raise TightropeError(
                f"Total of line {total.line}: no report is of {total.year}. Delete it, or add reports."
            )


def _sums(total: Total, arrays: Panel) -> Floats:
    """1 where a pair belongs to a total, (P,)."""
    names = np.array(arrays.countries)
    one, other = names[arrays.origin], names[arrays.destination]

    def side(codes: Collection[str], others: Collection[str], column: NDArray[np.str_]) -> NDArray[np.bool_]:
        made: NDArray[np.bool_] = np.isin(column, list(codes)) if codes else ~np.isin(column, list(others))
        return made

    def of(first: NDArray[np.str_], second: NDArray[np.str_]) -> NDArray[np.bool_]:
        made: NDArray[np.bool_] = side(total.exporters, total.importers, first) & side(
            total.importers, total.exporters, second
        )
        return made

    belongs = of(one, other)
    if total.both:
        belongs = belongs | of(other, one)
    return belongs.astype(float)


def _error(total: Total, arrays: Panel, model: Fit, part: Floats) -> float:
    """Relative error of a total: stated, or that of the reports of one side, those of the single flows being independent."""
    if total.sd is not None:
        return total.sd
    which = ("exports", "imports")[total.basis == "cif"]
    names = arrays.origin if which == "exports" else arrays.destination
    known = {s[0]: model.variances.error[k] for k, s in enumerate(arrays.series) if s[1] == which}
    own = np.array([known.get(arrays.countries[c], np.nan) for c in names])
    counted = part > 0
    if np.isnan(own[counted]).any():
        raise TightropeError(
            f"Total of line {total.line}: some of its countries report no {which}, so its error is not known. Fill in the "
            "column `sd`."
        )
    return float(np.sqrt((part[counted] ** 2 * own[counted]).sum()) / part.sum())


def _balanced(
    arrays: Panel, model: Fit, found: Flows, totals: Sequence[Total]
) -> tuple[tuple[Errors, ...], tuple[TotalMet, ...], dict[int, float]]:
    margin = float(np.exp(model.coefficients[model.columns["margin"]][0]))
    middle = found.at(0.0)
    errors: list[Errors] = []
    met: list[TotalMet] = []
    certificates: dict[int, float] = {}
    for k, year in enumerate(arrays.years):
        before = middle[:, k]
        some = [t for t in totals if t.year == year]
        sums = np.array([_sums(t, arrays) for t in some]).reshape(len(some), len(before))
        goal = np.array([t.value / margin if t.basis == "cif" else t.value for t in some])
        wide = np.array([_error(t, arrays, model, s * before) for t, s in zip(some, sums, strict=True)])
        made = balance(before, found.sd[:, k], sums, goal, wide, shared=found.shared[:, k])
        errors.append(made.errors)
        if some:
            certificates[year] = made.residual
        met += [
            TotalMet(t, float(s @ before), float(s @ made.value), float(g), float(e))
            for t, s, g, e in zip(some, sums, goal, wide, strict=True)
        ]
    return tuple(errors), tuple(met), certificates


def _cells(arrays: Panel, found: Flows, errors: Sequence[Errors], level: float) -> tuple[Cell, ...]:
    before = found.at(0.0)
    names = [(arrays.countries[o], arrays.countries[d]) for o, d in zip(arrays.origin, arrays.destination, strict=True)]
    cells = []
    for t, year in enumerate(arrays.years):
        value = errors[t].x
        low, high = ranges(value, errors[t].of_cells(), level, found.shift)
        for p, (exporter, importer) in enumerate(names):
            kind, how = _provenance(arrays, found, p, t)
            if before[p, t] > 0 and abs(value[p] / before[p, t] - 1) > 0.005:
                how += f"; totals (times {value[p] / before[p, t]:.3g})"
            numbers = (float(value[p]), float(low[p]), float(high[p]), float(before[p, t]))
            cells.append(Cell(exporter, importer, year, *numbers, kind, how))
    return tuple(cells)


def _provenance(arrays: Panel, found: Flows, p: int, t: int) -> tuple[str, str]:
    weights, there = found.weights[p, t], arrays.there[p]
    now = there & (arrays.when[p] == t)
    parts = []
    for k in np.flatnonzero(now):
        if arrays.of[p, k] >= 0:
            reporter, direction = arrays.series[arrays.of[p, k]]
            name = f"{reporter} {direction}"
        else:
            name = "report with stated error"
        parts.append(f"{name} {arrays.value[p, k]:.6g} ({weights[k]:.2f})")
    if (there & ~now).any():
        parts.append(f"other years ({weights[there & ~now].sum():.2f})")
    parts.append(f"gravity ({found.gravity[p, t]:.2f})")
    kind = (
        ("gravity", "other years")[bool(there.any())] if not now.any() else ("single", "mirrored")[bool(now.sum() > 1)]
    )
    return kind, "; ".join(parts)
