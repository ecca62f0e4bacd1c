"""From prices back to the whole matrix: every flow, the countries' accounts, and whether they close.

Nothing here uses the solver's own sums. The matrix is built in levels, and the certificate is read off it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import RunError

from .hats import Cells, World, income

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
    shape = (cells.n, n)
    found = {name: np.empty(shape) for name in ("output", "expenditure", "price", "outward", "exports", "imports")}
    ends = {name: np.zeros(cells.n) for name in ("residual", "clearing", "gap")}
    changes = np.empty((cells.n, n, n)) if keep_changes else None
    order = np.argsort(cells.scenario, kind="stable")
    start = np.searchsorted(cells.scenario[order], np.arange(cells.n + 1))
    frame = _Frame(base)
    for s in range(cells.n):
        at = order[start[s] : start[s + 1]]
        one = frame.account(cells, at, float(theta[s]), x[:, s], reference)
        for name, row in found.items():
            row[s] = one[name]
        for name, end in ends.items():
            end[s] = one[name]
        if changes is not None:
            changes[s] = frame.changes(cells, at, one)
    return Books(
        found["output"], found["expenditure"], found["price"], found["outward"], found["exports"], found["imports"],
        ends["residual"], ends["clearing"], ends["gap"], changes,
    )  # fmt: skip


class _Frame:
    """Buffers and constants of a baseline, used for one scenario after the other."""

    def __init__(self, base: World) -> None:
        self.base = base
        self.trade = np.empty_like(base.flows)
        self.diagonal = np.ascontiguousarray(np.diag(base.flows))
        self.exports = base.output - self.diagonal
        self.imports = base.expenditure - self.diagonal

    def account(
        self, cells: Cells, at: NDArray[np.int64], theta: float, x: Floats, reference: int | None
    ) -> dict[str, Floats | float]:
        base, trade = self.base, self.trade
        i, j = cells.exporter[at], cells.importer[at]
        w = np.exp(x)
        np.multiply(base.flows, np.exp(-theta * x)[:, None], out=trade)
        trade[i, j] *= cells.factor[at]
        offered = trade.sum(axis=0)
        price = (offered / base.expenditure) ** (-1 / theta)
        full = base.mode == "full"
        output = base.output * w if full else base.output
        lost = np.bincount(j, trade[i, j] * (1 - cells.keep[at]), len(x)) / offered
        earned = income(base, x[:, None])[:, 0]
        spent = earned / (1 - lost) if full else earned
        trade *= spent / offered
        leak = trade[i, j] * (1 - cells.keep[at])
        rows = trade.sum(axis=1) - np.bincount(i, leak, len(x))
        revenue = np.bincount(j, leak, len(x))
        columns = trade.sum(axis=0)
        budget = earned + revenue if full else spent
        total = output.sum() + revenue.sum() if full else spent.sum()
        with np.errstate(invalid="ignore"):
            residual = np.abs(rows / output - 1).max()
            clearing = max(
                residual,
                np.abs(columns / spent - 1).max(),
                np.abs(budget / spent - 1).max(),
                abs(columns.sum() / total - 1),
            )
        value = 1.0 if reference is None else 1 / float(price[reference])
        scale = np.full(len(x), value)
        own = trade.diagonal() - np.bincount(i[i == j], leak[i == j], len(x))
        abroad = columns - np.bincount(j, leak, len(x))
        gap = 0.0
        if not full:  # held flows, valued once at the new prices
            np.multiply(trade, (w * value)[None, :], out=trade)
            np.multiply(trade, w[:, None], out=trade)
            rows, own, scale = trade.sum(axis=1), trade.diagonal(), np.ones(len(x))
            abroad = trade.sum(axis=0)
            gap = float(np.abs(rows / (base.output * w * value) - 1).max())
        with np.errstate(invalid="ignore", divide="ignore"):
            exports, imports = scale * (rows - own) / self.exports, scale * (abroad - own) / self.imports
        part = w / (base.weight @ w) if full else np.ones(len(x))
        return {
            "output": w * value,
            "expenditure": (spent / base.expenditure if full else w) * value,
            "price": price * value,
            "outward": part ** (-1 / theta) / (w * value),
            "exports": exports,
            "imports": imports,
            "residual": float(residual),
            "clearing": float(clearing),
            "gap": gap,
            "value": value if full else 1.0,
            "x": x,
            "theta": theta,
        }

    def changes(self, cells: Cells, at: NDArray[np.int64], one: dict[str, Floats | float]) -> Floats:
        """Change of every flow, also of those that are 0, at the seller's price."""
        theta = float(one["theta"])
        u, price, spent = np.exp(-theta * np.asarray(one["x"])), np.asarray(one["price"]), np.asarray(one["expenditure"])
        value = float(one["value"])
        if self.base.mode == "full":
            change = np.outer(u, (price / value) ** theta * spent)
        else:
            w = np.exp(np.asarray(one["x"]))
            plain = price * (w / np.asarray(one["output"]))
            change = np.outer(u * w, plain**theta * spent)
        change[cells.exporter[at], cells.importer[at]] *= cells.factor[at] * cells.keep[at]
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
