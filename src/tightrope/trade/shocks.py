"""Changes of trade costs as people state them, and what they do to K = t^(1 - sigma)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import Problem, TightropeError, suggestion

from .flows import MOST, Flows
from .world import Cells

__all__ = ["ONE_OF", "ChangeRows", "Shocks", "shocks"]

Floats = NDArray[np.floating]

ONE_OF = ("trade_cost_factor", "cost_percent", "tariff", "amount")
"""Ways to state a change; each row uses one."""


@dataclass(frozen=True)
class ChangeRows:
    """A tidy table of changes, with where each row stands.

    Parameters
    ----------
    file, lines
        For messages.
    scenario
        Name of the scenario of each row; empty names make one scenario without a name.
    exporter, importer
        Codes.
    stated
        By name in `ONE_OF`: values, NaN where the cell is empty.
    coefficient
        Name of an estimated coefficient in rows with an `amount`, else empty.
    """

    file: str
    lines: NDArray[np.int64]
    scenario: NDArray[np.str_]
    exporter: NDArray[np.str_]
    importer: NDArray[np.str_]
    stated: Mapping[str, Floats]
    coefficient: NDArray[np.str_]


@dataclass(frozen=True)
class Shocks:
    """Changes by cell, apart from elasticity and coefficients, which may be drawn.

    log factor = log_factor - (sigma - 1) log_cost + amounts . coefficients

    Parameters
    ----------
    scenarios
        Names.
    scenario, exporter, importer
        Position of each cell.
    log_factor
        Stated factors on K; minus infinity is an embargo.
    log_cost
        Log change of the cost t that the buyer pays.
    keep
        Part of the payment that reaches the seller: 1 / (1 + tariff).
    coefficients
        Names of the estimated coefficients that are used.
    amounts
        (cell, coefficient), change of each coefficient's variable.
    """

    scenarios: tuple[str, ...]
    scenario: NDArray[np.int64]
    exporter: NDArray[np.int64]
    importer: NDArray[np.int64]
    log_factor: Floats
    log_cost: Floats
    keep: Floats
    coefficients: tuple[str, ...]
    amounts: Floats

    @property
    def taxes(self) -> bool:
        """Whether any change is a tariff."""
        return bool((self.keep != 1).any())

    def cells(self, sigma: Floats, coefficients: Floats) -> Cells:
        """Cells for draws of elasticity and coefficients.

        Parameters
        ----------
        sigma
            (draw,).
        coefficients
            (draw, coefficient), in the order of `coefficients`.

        Returns
        -------
        cells
            Scenario k under draw d is number k * draws + d.
        """
        draws = len(sigma)
        log = self.log_factor[:, None] - np.outer(self.log_cost, sigma - 1) + self.amounts @ coefficients.T
        number = self.scenario[:, None] * draws + np.arange(draws)
        i, j = np.repeat(self.exporter, draws), np.repeat(self.importer, draws)
        keep = np.repeat(self.keep, draws)
        return Cells(number.ravel(), i, j, np.exp(log).ravel(), keep, len(self.scenarios) * draws)


def shocks(rows: ChangeRows, flows: Flows, known: Sequence[str] = ()) -> Shocks:
    """Make cells from rows, or refuse them with everything that is wrong.

    Parameters
    ----------
    rows
        Each with one of `trade_cost_factor` (what K is multiplied by, >= 0), `cost_percent` (change of the cost t, > -100),
        `tariff` (percent of the seller's price, > -100; its revenue is the importer's) or `coefficient` and `amount` (K is
        multiplied by exp(coefficient x amount)).
    flows
        The baseline, whose countries may be named.
    known
        Names of coefficients that have estimates.

    Returns
    -------
    shocks
        Rows of one cell that use different coefficients are joined.

    Raises
    ------
    TightropeError
        With file, line and remedy for everything that was found.
    """
    problems, kind = _kinds(rows)
    problems += [*_codes(rows, flows), *_ranges(rows, kind), *_coefficients(rows, kind, known)]
    names = tuple(dict.fromkeys(rows.scenario.tolist()))
    problems += _again(rows, kind)
    if problems:
        shown = problems[:MOST]
        if len(problems) > MOST:
            shown.append(
                Problem(rows.file, 0, f"{len(problems) - MOST:,} more", "none", "Correct these first.", "problems")
            )
        raise TightropeError(f"{rows.file} cannot be used.", shown)
    place = {code: k for k, code in enumerate(flows.countries)}
    used = tuple(dict.fromkeys(c for c in rows.coefficient.tolist() if c))
    spot: dict[tuple[int, int, int], int] = {}
    n = len(rows.lines)
    log_factor, log_cost, keep = np.zeros(n), np.zeros(n), np.ones(n)
    amounts = np.zeros((n, len(used)))
    for k in range(n):
        cell = (names.index(str(rows.scenario[k])), place[str(rows.exporter[k])], place[str(rows.importer[k])])
        at = spot.setdefault(cell, len(spot))
        name = kind[k]
        value = float(rows.stated[name][k])
        if name == "trade_cost_factor":
            log_factor[at] = np.log(value) if value > 0 else -np.inf
        elif name == "amount":
            amounts[at, used.index(str(rows.coefficient[k]))] = value
        else:
            log_cost[at] = np.log1p(value / 100)
            keep[at] = 1 / (1 + value / 100) if name == "tariff" else 1.0
    s, i, j = (np.array(of, dtype=np.int64) for of in zip(*spot, strict=True))
    m = len(spot)
    return Shocks(names, s, i, j, log_factor[:m], log_cost[:m], keep[:m], used, amounts[:m])


def _kinds(rows: ChangeRows) -> tuple[list[Problem], list[str]]:
    """Which way each row states its change."""
    problems, kind = [], []
    for k in range(len(rows.lines)):
        said = [name for name in ONE_OF if name in rows.stated and np.isfinite(rows.stated[name][k])]
        kind.append(said[0] if said else ONE_OF[0])
        if len(said) != 1:
            value = ", ".join(f"{name} {rows.stated[name][k]:g}" for name in said)
            remedy = "Fill in one, and leave the others empty."
            problems.append(_at(rows, k, value or "no number", f"one of {', '.join(ONE_OF)}", remedy, "change"))
    return problems, kind


def _at(rows: ChangeRows, row: int, value: str, expected: str, remedy: str, what: str) -> Problem:
    return Problem(rows.file, int(rows.lines[row]), value, expected, remedy, what)


def _codes(rows: ChangeRows, flows: Flows) -> list[Problem]:
    return [
        _at(rows, k, code, "a country of the flows", suggestion(code, flows.countries), name)
        for name, column in (("exporter", rows.exporter), ("importer", rows.importer))
        for k, code in enumerate(column.tolist())
        if code not in flows.countries
    ]


def _ranges(rows: ChangeRows, kind: Sequence[str]) -> list[Problem]:
    found = []
    for k, name in enumerate(kind):
        if name not in rows.stated:
            continue
        value = float(rows.stated[name][k])
        if name == "trade_cost_factor" and value < 0:
            found.append(_at(rows, k, f"{value:g}", "a factor >= 0; 0 is an embargo", "Correct it.", name))
        if name in ("cost_percent", "tariff") and value <= -100:
            remedy = "It is a change in percent: 10 makes trade a tenth dearer."
            found.append(_at(rows, k, f"{value:g}", "a number > -100", remedy, name))
        if name == "tariff" and rows.exporter[k] == rows.importer[k]:
            remedy = "A tax on sales at home is none of trade: use cost_percent."
            found.append(_at(rows, k, f"{value:g} on domestic sales", "two countries", remedy, name))
    return found


def _coefficients(rows: ChangeRows, kind: Sequence[str], known: Sequence[str]) -> list[Problem]:
    found = []
    for k, name in enumerate(rows.coefficient.tolist()):
        if kind[k] == "amount" and name not in known:
            remedy = (
                suggestion(name, known)
                if known
                else "Give the output of `tightrope trade gravity --json` as --gravity."
            )
            found.append(_at(rows, k, name, "a coefficient with an estimate", remedy, "coefficient"))
        elif name and kind[k] != "amount":
            found.append(_at(rows, k, name, "no coefficient, or an amount with it", "Fill in `amount`.", "coefficient"))
    return found


def _again(rows: ChangeRows, kind: Sequence[str]) -> list[Problem]:
    """Cells stated twice: only different coefficients may share one."""
    seen: dict[tuple[str, str, str], dict[str, int]] = {}
    found = []
    for k, cell in enumerate(zip(rows.scenario.tolist(), rows.exporter.tolist(), rows.importer.tolist(), strict=True)):
        ways = seen.setdefault(cell, {})
        way = str(rows.coefficient[k]) if kind[k] == "amount" else ""
        if way in ways or (ways and ("" in ways or not way)):
            first = next(iter(ways.values())) if way not in ways else ways[way]
            expected = f"each pair once; line {rows.lines[first]} has it"
            found.append(_at(rows, k, f"{cell[1]} to {cell[2]}", expected, "Delete one, or join them.", "pair"))
        ways.setdefault(way, k)
    return found
