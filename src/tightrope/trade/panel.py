"""Flows over years with what may explain them, as one block."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FrozenDict, Problem, TightropeError

from .flows import MOST, Rows, labels_of, values_of

__all__ = ["Panel", "panel"]

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Panel:
    """Observed flows and regressors.

    Parameters
    ----------
    countries, years
        Labels, ascending.
    value
        (year, exporter, importer), >= 0; 0 where there is no observation.
    there
        (year, exporter, importer), whether there is one.
    regressors
        By name: (year, exporter, importer).
    set_aside
        Reason and count of rows that are not used.
    notes
        What a reader should know of the file: what, and how often.
    """

    countries: tuple[str, ...]
    years: tuple[int, ...]
    value: Floats
    there: NDArray[np.bool_]
    regressors: Mapping[str, Floats]
    set_aside: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "set_aside", FrozenDict(self.set_aside))
        object.__setattr__(self, "notes", FrozenDict(self.notes))

    def with_borders(self) -> Panel:
        """Add, for each year but the last, whether a flow of that year crosses a border.

        Source
        ------
        Effects of globalization on trade with oneself against trade with others: [Yotov2016]_ eq. 1-39.
        """
        foreign = ~np.eye(len(self.countries), dtype=bool)
        more = {}
        for t, year in enumerate(self.years[:-1]):
            column = np.zeros_like(self.value)
            column[t] = foreign
            more[f"border_{year}"] = column
        return replace(self, regressors={**self.regressors, **more})

    def abroad(self) -> Panel:
        """The panel without domestic trade."""
        there = self.there & ~np.eye(len(self.countries), dtype=bool)
        aside = {**self.set_aside, "rows of domestic trade": int(self.there.sum() - there.sum())}
        return replace(self, there=there, value=np.where(there, self.value, 0.0), set_aside=aside)


def panel(
    rows: Rows,
    years: NDArray[np.int64],
    regressors: Mapping[str, Floats],
    *,
    logs: Collection[str] = (),
    blocs: Collection[str] = (),
    aggregates: Mapping[str, str] | None = None,
) -> Panel:
    """Make the block from rows, or refuse them with everything that is wrong.

    Parameters
    ----------
    rows
        One row for each flow and year.
    years
        Of each row.
    regressors
        By name, a value for each row; rows with an unknown one are set aside.
    logs
        Regressors to take the natural logarithm of; they appear as `log(name)`.
    blocs, aggregates
        As of `flows`.

    Returns
    -------
    panel
        A flow without a row is not known there, and not used; it is never zero.
    """
    problems = [*labels_of(rows, set(blocs), aggregates or {}), *values_of(rows), *_twice(rows, years)]
    unknown = np.zeros(len(rows.lines), dtype=bool)
    columns: dict[str, Floats] = {}
    for name, column in regressors.items():
        unknown |= ~np.isfinite(column)
        if name in logs:
            problems += [
                rows.problem(k, f"{column[k]:g}", "a number > 0", "Its logarithm is asked for.", name)
                for k in np.flatnonzero(column <= 0)[:MOST]
            ]
            with np.errstate(divide="ignore", invalid="ignore"):
                columns[f"log({name})"] = np.log(column)
        else:
            columns[name] = column
    if problems:
        raise TightropeError(f"{rows.file} cannot be used.", problems)
    keep = ~unknown
    countries = tuple(sorted({*rows.exporter[keep].tolist(), *rows.importer[keep].tolist()}))
    periods = tuple(sorted(set(years[keep].tolist())))
    if not countries:
        raise TightropeError(f"{rows.file}: no row has all the regressors. Name others.")
    at = (
        np.searchsorted(np.array(periods), years[keep]),
        np.searchsorted(np.array(countries), rows.exporter[keep]),
        np.searchsorted(np.array(countries), rows.importer[keep]),
    )
    shape = (len(periods), len(countries), len(countries))

    def block(column: Floats) -> Floats:
        found = np.zeros(shape)
        found[at] = column[keep]
        return found

    there = block(np.ones(len(keep))) > 0
    aside = {"rows in which a regressor is not known": int(unknown.sum())} if unknown.any() else {}
    notes = {}
    if gaps := int((~there).sum()):
        notes["flows without a row, not known and not used"] = gaps
    if not there[:, np.arange(shape[1]), np.arange(shape[1])].any():
        notes["no domestic trade in the file: effects that move trade between home and abroad are not seen"] = 1
    return Panel(
        countries, periods, block(rows.value), there, {name: block(c) for name, c in columns.items()}, aside, notes
    )


def _twice(rows: Rows, years: NDArray[np.int64]) -> Sequence[Problem]:
    keys = np.rec.fromarrays([rows.exporter, rows.importer, years])
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[group] != np.arange(len(group)))
    return [
        rows.problem(
            k, f"{rows.exporter[k]} to {rows.importer[k]}, {years[k]}",
            f"each flow once; line {rows.lines[first[group[k]]]} has it", "Delete one, or add them up.", "flow",
        )
        for k in again[:MOST]
    ]  # fmt: skip
