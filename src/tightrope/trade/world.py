"""A baseline of trade and the cells of it that change. Arrays only."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["IMBALANCES", "MODES", "Cells", "World", "cells_of", "income", "world"]

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]

MODES = ("full", "conditional")
IMBALANCES = ("multiplicative", "additive")


@dataclass(frozen=True)
class World:
    """A baseline matrix and what follows from it.

    Parameters
    ----------
    flows
        X, (exporter, importer), value, >= 0.
    shares
        Part of the importer's purchases, X / E, columns sum to 1.
    output, expenditure
        Y and E: row and column sums of X.
    mode
        `full`: output and expenditure follow prices. `conditional`: both are held.
    imbalance
        What happens to E - Y: `multiplicative` keeps E / Y up to one factor for all, `additive` keeps the difference as
        a part of world output.
    """

    flows: Floats
    shares: Floats
    output: Floats
    expenditure: Floats
    mode: str = "full"
    imbalance: str = "multiplicative"

    @property
    def weight(self) -> Floats:
        """Part of each country in world output."""
        part: Floats = self.output / self.output.sum()
        return part


def world(flows: Floats, *, mode: str = "full", imbalance: str = "multiplicative") -> World:
    """Baseline of a counterfactual.

    Parameters
    ----------
    flows
        (exporter, importer), any unit of value, with domestic trade on the diagonal. Not checked: see `flows`.
    mode, imbalance
        As in `World`.
    """
    x = np.ascontiguousarray(flows, dtype=float)
    expenditure = x.sum(axis=0)
    return World(x, x / expenditure, x.sum(axis=1), expenditure, mode, imbalance)


@dataclass(frozen=True)
class Cells:
    """The cells that change, as a list over all scenarios; every other cell stays.

    Parameters
    ----------
    scenario, exporter, importer
        Position of each change; no position twice.
    factor
        What K = t^(1 - sigma) is multiplied by; 0 is an embargo.
    keep
        Part of the buyer's payment that reaches the seller: 1 / (1 + tariff), else 1.
    n
        Number of scenarios.
    """

    scenario: Ints
    exporter: Ints
    importer: Ints
    factor: Floats
    keep: Floats
    n: int
    taxed: Ints = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "taxed", np.flatnonzero(self.keep != 1))

    def of(self, scenarios: Ints) -> Cells:
        """The cells of some scenarios, which are numbered anew in the order given."""
        place = np.full(self.n, -1)
        place[scenarios] = np.arange(len(scenarios))
        at = np.flatnonzero(place[self.scenario] >= 0)
        moved = place[self.scenario[at]]
        return Cells(moved, self.exporter[at], self.importer[at], self.factor[at], self.keep[at], len(scenarios))

    def dense(self, scenario: int, size: int) -> tuple[Floats, Floats]:
        """Factor and part kept of one scenario, each (exporter, importer)."""
        factor, keep = np.ones((size, size)), np.ones((size, size))
        at = self.scenario == scenario
        factor[self.exporter[at], self.importer[at]] = self.factor[at]
        keep[self.exporter[at], self.importer[at]] = self.keep[at]
        return factor, keep


def cells_of(factor: Floats, keep: Floats | None = None) -> Cells:
    """Cells from arrays over all pairs.

    Parameters
    ----------
    factor
        (scenario, exporter, importer): what K is multiplied by, 1 where nothing changes.
    keep
        Same shape: part of the payment that reaches the seller; 1 if not given.
    """
    kept = np.ones_like(factor) if keep is None else keep
    at = np.nonzero((factor != 1) | (kept != 1))
    s, i, j = (index.astype(np.int64) for index in at)
    return Cells(s, i, j, factor[at], kept[at], len(factor))


def income(base: World, x: Floats) -> Floats:
    """Expenditure without revenue of tariffs at log prices x, (country, scenario)."""
    if base.mode == "conditional":
        return np.broadcast_to(base.expenditure[:, None], x.shape)
    w = np.exp(x)
    if base.imbalance == "additive":
        deficit = base.expenditure - base.output
        return base.output[:, None] * w + deficit[:, None] * (base.weight @ w)
    spent: Floats = base.expenditure[:, None] * w * (base.output @ w / (base.expenditure @ w))
    return spent
