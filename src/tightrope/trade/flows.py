"""A baseline matrix of trade between countries, checked once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FrozenDict, Problem, TightropeError, suggestion

__all__ = ["MOST", "Flows", "Rows", "flows", "labels_of", "values_of"]

Floats = NDArray[np.floating]
MOST = 20
"""Problems of one sort that a message lists; the rest is counted."""


@dataclass(frozen=True)
class Rows:
    """A tidy table of flows, with where each row stands.

    Parameters
    ----------
    file
        Name for messages.
    lines
        Line of each row.
    exporter, importer
        Codes.
    value
        Any unit, >= 0; NaN where the cell holds no number.
    output, expenditure
        Of the exporter and of the importer, in the same unit, where the file states them.
    """

    file: str
    lines: NDArray[np.int64]
    exporter: NDArray[np.str_]
    importer: NDArray[np.str_]
    value: Floats
    output: Floats | None = None
    expenditure: Floats | None = None

    def problem(self, row: int, value: str, expected: str, remedy: str, what: str) -> Problem:
        """What is wrong with one row."""
        return Problem(self.file, int(self.lines[row]), value, expected, remedy, what)


@dataclass(frozen=True)
class Flows:
    """Trade between countries in one period; the matrix cannot be written to.

    Parameters
    ----------
    countries
        Codes, in alphabetical order.
    value
        (exporter, importer), with domestic trade on the diagonal, > 0 there and >= 0 elsewhere.
    output, expenditure
        As the file states them, or row and column sums.
    notes
        What a reader should know of the file: what, and how often.
    """

    countries: tuple[str, ...]
    value: Floats
    output: Floats
    expenditure: Floats
    notes: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("value", "output", "expenditure"):
            array = np.array(getattr(self, name), dtype=float)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "notes", FrozenDict(self.notes))

    def country(self, code: str) -> int:
        """Position of a country.

        Raises
        ------
        TightropeError
            If it is not among these.
        """
        if code not in self.countries:
            raise TightropeError(f"`{code}` is no country of these flows. {suggestion(code, self.countries)}")
        return self.countries.index(code)


def flows(
    rows: Rows,
    *,
    missing: str = "refuse",
    blocs: Collection[str] = (),
    aggregates: Mapping[str, str] | None = None,
    known: Collection[str] = (),
    tolerance: float = 0.02,
) -> Flows:
    """Make the matrix from rows, or refuse them with everything that is wrong.

    Parameters
    ----------
    rows
        One row for every pair, domestic pairs among them.
    missing
        `refuse` a file that lacks pairs, or take foreign pairs without a row as `zero`.
    blocs
        Codes of groups of countries that stand for one country here.
    aggregates
        Codes that hold several countries, refused unless they are among `blocs`.
    known
        Codes of states; others are kept and noted.
    tolerance
        By how much stated world output and expenditure, or stated sums and those of the rows, may differ.

    Returns
    -------
    flows
        Checked.

    Raises
    ------
    TightropeError
        With file, line and remedy for everything that was found.

    Assumes
    -------
    A row with value 0 says that nothing is traded; a pair without a row is not known.
    """
    problems = [*labels_of(rows, set(blocs), aggregates or {}), *values_of(rows), *_twice(rows)]
    _refuse(rows, problems)
    countries = tuple(sorted({*rows.exporter.tolist(), *rows.importer.tolist()}))
    value = np.full((len(countries), len(countries)), np.nan)
    i, j = (np.searchsorted(np.array(countries), of) for of in (rows.exporter, rows.importer))
    value[i, j] = rows.value
    notes: dict[str, int] = {}
    _refuse(rows, [*_gaps(rows, countries, value, missing, notes)])
    _refuse(rows, [*_apart(rows, countries, value)])
    strange = [code for code in countries if known and code not in known and code not in blocs]
    if strange:
        notes[f"codes outside the list of states, kept as they stand: {', '.join(strange)}"] = len(strange)
    if empty := int((value == 0).sum()):
        notes["pairs without trade, which stay without"] = empty
    output, expenditure = _stated(rows, countries, value, notes, tolerance)
    return Flows(countries, value, output, expenditure, notes)


def _refuse(rows: Rows, problems: Sequence[Problem]) -> None:
    if problems:
        raise TightropeError(f"{rows.file} cannot be used.", problems)


def _some(problems: list[Problem], file: str, what: str) -> list[Problem]:
    """The first of many like problems, and how many more there are."""
    if len(problems) <= MOST:
        return problems
    more = f"{len(problems) - MOST:,} more"
    return [*problems[:MOST], Problem(file, 0, more, "none", "They are of the same sort as the last one.", what)]


def labels_of(rows: Rows, blocs: set[str], aggregates: Mapping[str, str]) -> list[Problem]:
    """Codes that are empty, or that hold several countries and are not declared."""
    found = []
    for name, column in (("exporter", rows.exporter), ("importer", rows.importer)):
        codes, first, count = np.unique(column, return_index=True, return_counts=True)
        for code, row, n in zip(codes.tolist(), first.tolist(), count.tolist(), strict=True):
            if not code:
                found.append(rows.problem(row, "", "a code", f"Fill it in; {n} rows lack it.", name))
            elif code in aggregates and code not in blocs:
                found.append(
                    rows.problem(
                        row, code, "countries, none of which holds others",
                        f"It is {aggregates[code]}, in {n} rows: leave these out, or declare --blocs {code} if none of "
                        "its members is in the file.", name,
                    )
                )  # fmt: skip
    return found


def values_of(rows: Rows) -> list[Problem]:
    """Flows that are no number, or negative."""
    bad = np.flatnonzero(~np.isfinite(rows.value))
    unknown = [
        rows.problem(
            k, "no number", "a number >= 0",
            "Write 0 if nothing is traded; a flow that is not known cannot stand in a baseline.", _pair(rows, k),
        )
        for k in bad.tolist()
    ]  # fmt: skip
    negative = [
        rows.problem(
            k, f"{rows.value[k]:g}", "a number >= 0",
            "Flows are gross; net flows and re-exports deducted from exports cannot be used.", _pair(rows, k),
        )
        for k in np.flatnonzero(rows.value < 0).tolist()
    ]  # fmt: skip
    return [*_some(unknown, rows.file, "value"), *_some(negative, rows.file, "value")]


def _pair(rows: Rows, row: int) -> str:
    return f"value of {rows.exporter[row]} to {rows.importer[row]}"


def _twice(rows: Rows) -> list[Problem]:
    seen: dict[tuple[str, str], int] = {}
    found = []
    for k, pair in enumerate(zip(rows.exporter.tolist(), rows.importer.tolist(), strict=True)):
        if pair in seen:
            expected = f"each pair once; line {rows.lines[seen[pair]]} has it"
            found.append(rows.problem(k, " to ".join(pair), expected, "Delete one, or add them up.", "pair"))
        seen.setdefault(pair, k)
    return _some(found, rows.file, "pair")


def _gaps(rows: Rows, countries: tuple[str, ...], value: Floats, missing: str, notes: dict[str, int]) -> list[Problem]:
    """Domestic trade that is not there, and pairs without a row; fills the latter with 0 if asked to."""
    if missing not in ("refuse", "zero"):
        raise TightropeError(f"--missing {missing}: expected refuse or zero.")
    own = np.diag(value)
    found = [
        Problem(
            rows.file, 0, "no row" if np.isnan(own[k]) else "0", "a number > 0",
            "Give domestic sales: gross output less exports, not GDP.", f"domestic trade of {countries[k]}",
        )
        for k in np.flatnonzero(~(own > 0))
    ]  # fmt: skip
    empty = np.isnan(value)
    empty[np.diag_indices(len(value))] = False
    if missing == "zero":
        if empty.any():
            notes["foreign pairs without a row, taken as no trade"] = int(empty.sum())
        value[empty] = 0.0
        return _some(found, rows.file, "domestic trade")
    gaps = [
        Problem(
            rows.file, 0, "no row", "a row for every pair",
            "Add it (0 if nothing is traded), or say --missing zero.", f"{countries[i]} to {countries[j]}",
        )
        for i, j in zip(*np.nonzero(empty), strict=True)
    ]  # fmt: skip
    return [*_some(found, rows.file, "domestic trade"), *_some(gaps, rows.file, "pairs")]


def _apart(rows: Rows, countries: tuple[str, ...], value: Floats) -> list[Problem]:
    """Groups of countries that trade with none of the others."""
    from scipy.sparse.csgraph import connected_components

    n, group = connected_components(value > 0, directed=False)
    if n == 1:
        return []
    largest = np.bincount(group).argmax()
    return [
        Problem(
            rows.file, 0, ", ".join(np.array(countries)[group == g]), "countries that all trade with one another, if "
            "through others", "Leave them out: no price of theirs is comparable with the rest.", "countries apart",
        )
        for g in range(n)
        if g != largest
    ]  # fmt: skip


def _stated(
    rows: Rows, countries: tuple[str, ...], value: Floats, notes: dict[str, int], tolerance: float
) -> tuple[Floats, Floats]:
    """Output and expenditure: what the file says, brought to one world total; else the sums of the matrix."""
    if rows.output is None or rows.expenditure is None:
        return value.sum(axis=1), value.sum(axis=0)
    output, of_output = _of_country(rows, countries, rows.exporter, rows.output, "output")
    expenditure, of_expenditure = _of_country(rows, countries, rows.importer, rows.expenditure, "expenditure")
    _refuse(rows, [*of_output, *of_expenditure])
    gap = float(expenditure.sum() / output.sum() - 1)
    if abs(gap) > tolerance:
        what = f"world expenditure is {100 * gap:+.1f} % of world output"
        remedy = "Both count the same goods: check units and that every country has both."
        _refuse(rows, [Problem(rows.file, 0, what, f"at most {tolerance:.0%} apart", remedy, "sums")])
    if gap:
        notes[f"world expenditure {100 * gap:+.2g} % off world output, and scaled to it"] = 1
    return output, expenditure / (1 + gap)


def _of_country(
    rows: Rows, countries: tuple[str, ...], codes: NDArray[np.str_], stated: Floats, what: str
) -> tuple[Floats, list[Problem]]:
    found, problems = np.full(len(countries), np.nan), []
    for k, code in enumerate(countries):
        at = np.flatnonzero(codes == code)
        one = stated[at]
        if not len(at) or not np.isfinite(one).all() or not (one > 0).all():
            row = int(at[0]) if len(at) else 0
            problems.append(
                rows.problem(row, f"{one[:1]}", "a number > 0 in each row", "Fill it in.", f"{what} of {code}")
            )
        elif not np.allclose(one, one[0], rtol=1e-9):
            row = int(at[np.flatnonzero(one != one[0])[0]])
            problems.append(
                rows.problem(
                    row, f"{one.min():g} and {one.max():g}", "one value", "Make them equal.", f"{what} of {code}"
                )
            )
        else:
            found[k] = one[0]
    return found, problems
