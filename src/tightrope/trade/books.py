"""From prices back to the whole matrix: every flow, the countries' accounts, and whether they close.

Nothing here uses the solver's own sums. The matrix is built in levels, and the certificate is read off it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import RunError

from .world import Cells, World, income

__all__ = ["Books", "books", "certified"]

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Books:
    """What each scenario comes to; every array is a change, new over old, unless said otherwise.

    Parameters
    ----------
    output, expenditure, consumer_price, inward, outward, exports, imports
        (scenario, country). `inward` and `outward` are multilateral resistances; the first is the consumer price.
    residual
        (scenario,), largest relative gap between a country's output and what the solved prices make it sell.
    clearing
        (scenario,), largest relative gap in the accounts of the matrix: its rows and output, its columns and
        expenditure, expenditure and income, the world's expenditure and its income.
    revalued_gap
        (scenario,), in conditional mode how far the revalued flows are from the revalued output; 0 in full mode.
    changes
        (scenario, exporter, importer), or None if not asked for.
    """

    output: Floats
    expenditure: Floats
    consumer_price: Floats
    outward: Floats
    exports: Floats
    imports: Floats
    residual: Floats
    clearing: Floats
    revalued_gap: Floats
    changes: Floats | None = None

    @property
    def inward(self) -> Floats:
        """Inward multilateral resistance: the consumer price."""
        return self.consumer_price


def books(
    base: World,
    cells: Cells,
    theta: Floats,
    x: Floats,
    *,
    reference: int | None = None,
    keep_changes: bool = False,
) -> Books:
    """Accounts of every scenario at its prices.

    Parameters
    ----------
    base, cells, theta
        What was solved.
    x
        Log changes of factory-gate prices, (country, scenario), from `prices`.
    reference
        Country whose consumer price is the unit of account; world output if not given. It changes nominal figures only.
    keep_changes
        Whether to return the change of every flow.

    Returns
    -------
    books
        With certificate; `certified` refuses those that do not hold.

    Source
    ------
    Equations (3) to (9) of `docs/trade.md`; resistances [AndersonVanWincoop2003]_.
    """
    n = len(base.output)
    found = {
        name: np.empty((cells.n, n)) for name in ("output", "expenditure", "price", "outward", "exports", "imports")
    }
    ends = {name: np.zeros(cells.n) for name in ("residual", "clearing", "gap")}
    changes = np.empty((cells.n, n, n)) if keep_changes else None
    order = np.argsort(cells.scenario, kind="stable")
    start = np.searchsorted(cells.scenario[order], np.arange(cells.n + 1))
    room = np.empty_like(base.flows)
    for s in range(cells.n):
        at = order[start[s] : start[s + 1]]
        one = _Solution(base, cells, at, float(theta[s]), x[:, s], room)
        ends["residual"][s], ends["clearing"][s] = one.certificate()
        value = 1.0 if reference is None else 1 / float(one.price[reference])
        accounts, ends["gap"][s] = one.accounts(value)
        for name, row in found.items():
            row[s] = accounts[name]
        if changes is not None:
            changes[s] = one.changes(value)
    return Books(
        found["output"], found["expenditure"], found["price"], found["outward"], found["exports"], found["imports"],
        ends["residual"], ends["clearing"], ends["gap"], changes,
    )  # fmt: skip


class _Solution:
    """The matrix of one scenario in levels, at its prices and the numeraire that keeps world output.

    `room` is a buffer of the matrix's shape, which the next solution overwrites.
    """

    def __init__(self, base: World, cells: Cells, at: NDArray[np.int64], theta: float, x: Floats, room: Floats) -> None:
        self.base, self.theta, self.w = base, theta, np.exp(x)
        self.full = base.mode == "full"
        self.i, self.j = cells.exporter[at], cells.importer[at]
        self.factor, self.keep = cells.factor[at], cells.keep[at]
        self.u = np.exp(-theta * x)
        np.multiply(base.flows, self.u[:, None], out=room)
        room[self.i, self.j] *= self.factor
        offered = room.sum(axis=0)
        self.price = (offered / base.expenditure) ** (-1 / theta)
        lost = self._to_importer(room[self.i, self.j] * (1 - self.keep)) / offered
        self.earned = income(base, x[:, None])[:, 0]
        self.spent = self.earned / (1 - lost) if self.full else self.earned
        room *= self.spent / offered
        self.trade = room
        self.leak = room[self.i, self.j] * (1 - self.keep)

    def _to_importer(self, of_cells: Floats) -> Floats:
        found: Floats = np.bincount(self.j, of_cells, len(self.w)).astype(float, copy=False)
        return found

    def _to_exporter(self, of_cells: Floats) -> Floats:
        found: Floats = np.bincount(self.i, of_cells, len(self.w)).astype(float, copy=False)
        return found

    def certificate(self) -> tuple[float, float]:
        """Largest relative gap between sales and output, and in all accounts together."""
        rows, columns = self.trade.sum(axis=1) - self._to_exporter(self.leak), self.trade.sum(axis=0)
        output = self.base.output * self.w if self.full else self.base.output
        revenue = self._to_importer(self.leak)
        budget = self.earned + revenue if self.full else self.spent
        total = output.sum() + revenue.sum() if self.full else self.spent.sum()
        with np.errstate(invalid="ignore", divide="ignore"):
            residual = np.abs(rows / output - 1).max()
            others = (np.abs(columns / self.spent - 1).max(), np.abs(budget / self.spent - 1).max())
        if not (self.spent > 0).all():
            return float(residual), np.inf
        return float(residual), float(np.max([residual, *others, abs(columns.sum() / total - 1)]))

    def accounts(self, value: float) -> tuple[dict[str, Floats], float]:
        """Changes of each country's figures in a unit of account, and how far revalued flows are from revalued output."""
        base, w, own = self.base, self.w, self.base.flows.diagonal()
        home = self.i == self.j
        sold = self.trade.sum(axis=1) - self._to_exporter(self.leak)
        bought = self.trade.sum(axis=0) - self._to_importer(self.leak)
        inside = self.trade.diagonal() - np.bincount(self.i[home], self.leak[home], len(w))
        gap = 0.0
        if not self.full:  # held flows, valued once at the new prices
            sold, bought, inside = w * (self.trade @ w), w * (w @ self.trade), w * w * inside
            gap = float(np.abs(sold / (base.output * w) - 1).max())
        with np.errstate(invalid="ignore", divide="ignore"):
            exports, imports = (sold - inside) / (base.output - own), (bought - inside) / (base.expenditure - own)
        part = w / (base.weight @ w) if self.full else 1.0
        found = {
            "output": w * value,
            "expenditure": (self.spent / base.expenditure if self.full else w) * value,
            "price": self.price * value,
            "outward": part ** (-1 / self.theta) / (w * value),
            "exports": exports * value,
            "imports": imports * value,
        }
        return found, gap

    def changes(self, value: float) -> Floats:
        """Change of every flow at the seller's price, also of those that are 0."""
        spent = self.spent / self.base.expenditure * (1.0 if self.full else self.w)
        change = np.outer(self.u if self.full else self.u * self.w, self.price**self.theta * spent * value)
        change[self.i, self.j] *= self.factor * self.keep
        return change


def certified(found: Books, *, tolerance: float = 1e-12) -> Books:
    """Return the books if they close, else raise.

    Parameters
    ----------
    found
        Accounts.
    tolerance
        Largest relative gap that a certificate may show.

    Raises
    ------
    RunError
        If a residual or a market is open by more: no certificate, no numbers.
    """
    worst = np.maximum(found.residual, found.clearing)
    bad = ~(worst <= tolerance)
    if bad.any():
        raise RunError(
            f"{int(bad.sum())} of {len(worst)} solutions do not close: the largest relative gap is {np.nanmax(worst):.1e}, "
            f"allowed is {tolerance:.0e}. No numbers are given. The baseline may hold countries of very unlike size, or "
            "changes so large that rounding shows: use a milder factor."
        )
    return found
