"""From rows of trade statistics to the panel that is screened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import TightropeError, suggestion

from .panel import Array, Panel

__all__ = ["OTHER", "TOTAL", "Flows", "panel"]

TOTAL = "TOTAL"
OTHER = "OTHER"
"""The product that stands for all trade of a pair that is not in the file product by product."""


@dataclass(frozen=True)
class Flows:
    """Rows of trade statistics, arrays of one length.

    Parameters
    ----------
    exporter, importer
        Codes; a coalition stands under one code.
    by_importer
        Whether the importer reports the row.
    product
        Code, or `TOTAL` for all products together.
    month
        Such as `2022-03`.
    value
        In one currency, >= 0.
    weight
        kg; NaN where not given.
    """

    exporter: NDArray[np.str_]
    importer: NDArray[np.str_]
    by_importer: NDArray[np.bool_]
    product: NDArray[np.str_]
    month: NDArray[np.str_]
    value: Array
    weight: Array


def panel(
    flows: Flows,
    *,
    coalition: str,
    target: str,
    hubs: Sequence[str],
    event: str,
    listed: Collection[str] | None = None,
    apart: Collection[str] = (),
    most_partners: int = 12,
) -> tuple[Panel, dict[str, int]]:
    """Arrays by hub, product and month.

    Parameters
    ----------
    flows
        All rows.
    coalition, target, hubs
        Codes in `flows`.
    event
        First month under sanctions.
    listed
        Codes of the products under sanctions, longer or shorter than those of the flows; all products if `None`.
    apart
        Partners that are no fit comparison: the coalition's members, states that are under sanctions themselves.
    most_partners
        Partners beyond the largest so many are added up to one.

    Returns
    -------
    panel, set_aside
        And what was not used: reason and count.

    Assumes
    -------
    A reporter with any row in a month reported all it had; otherwise its flows of the month are unknown. A coarse code
    counts as under sanctions if any finer one in it is.
    """
    axes = _Axes(flows, coalition, target, hubs, event)
    aside = Counter[str]()
    exports, imports = ~flows.by_importer, flows.by_importer
    from_w, to_target = flows.exporter == coalition, flows.importer == target
    goods = flows.product != TOTAL
    told = exports if (exports & from_w & goods).any() else imports
    if told is imports:
        aside["flows that only the importing side reports: no mirror to compare"] = int(
            (imports & from_w & goods).sum()
        )
    inflow, kilo = axes.hubs_by_importer(told & from_w)
    mirror = axes.hubs_by_importer(imports & from_w)[0]
    mirror = _unless(axes.heard(imports, flows.importer) & (told is exports), mirror)
    onward, onward_kilo = axes.hubs_by_exporter(exports & to_target)
    onward = _unless(axes.heard(exports, flows.exporter), onward)
    if np.isnan(onward).all() and (imports & to_target & np.isin(flows.exporter, hubs)).any():
        onward, onward_kilo = axes.hubs_by_exporter(imports & to_target)
    others = ~np.isin(flows.exporter, [coalition, target])
    abroad = ~np.isin(flows.importer, [coalition, target])
    other_imports = _unless(axes.heard(imports & others, flows.importer), axes.hubs_by_importer(imports & others)[0])
    other_exports = _unless(axes.heard(exports & abroad, flows.exporter), axes.hubs_by_exporter(exports & abroad)[0])
    direct = axes.by_product(told & from_w & to_target)
    controls, partners = axes.controls(told & from_w, {*apart, *hubs, target, coalition}, most_partners)
    made = Panel(
        tuple(hubs), axes.products, axes.months, axes.event, _is_listed(axes.products, listed), inflow, direct, onward, mirror,
        controls, other_imports, other_exports, kilo, onward_kilo, partners,
    )  # fmt: skip
    return _with_other(made, axes, told & from_w, aside), dict(aside)


class _Axes:
    """Positions of each row on the axes of hub, product and month."""

    def __init__(self, flows: Flows, coalition: str, target: str, hubs: Sequence[str], event: str) -> None:
        self.flows, self.target = flows, target
        ours = (flows.exporter == coalition) & np.isin(flows.importer, [target, *hubs]) & (flows.product != TOTAL)
        if not ours.any():
            raise TightropeError(
                f"No product flow from {coalition} to {target} or {', '.join(hubs)}. Check --coalition, --target and --hubs."
            )
        lacking = [hub for hub in hubs if not (ours & (flows.importer == hub)).any()]
        if not (ours & (flows.importer == target)).any():
            lacking.append(target)
        if lacking:
            there = sorted(set(flows.importer[(flows.exporter == coalition) & (flows.product != TOTAL)].tolist()))
            raise TightropeError(f"No flow to {', '.join(lacking)} in the file. {suggestion(lacking[0], there)}")
        self.months = tuple(sorted(set(flows.month[ours].tolist())))
        self.products = tuple(sorted(set(flows.product[ours].tolist())))
        if not self.months[0] < event <= self.months[-1]:
            raise TightropeError(
                f"--event {event}: the file has months from {self.months[0]} to {self.months[-1]}. Give one after the first."
            )
        self.event = sum(month < event for month in self.months)
        self.hub = np.array(list(hubs))
        self.row_month = _position(flows.month, self.months)
        self.row_product = _position(flows.product, self.products)

    @property
    def size(self) -> tuple[int, int, int]:
        return len(self.hub), len(self.products), len(self.months)

    def hubs_by_importer(self, rows: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Value and weight by importing hub, product and month."""
        return self._hubs(rows, self.flows.importer)

    def hubs_by_exporter(self, rows: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Value and weight by exporting hub, product and month."""
        return self._hubs(rows, self.flows.exporter)

    def _hubs(self, rows: NDArray[np.bool_], side: NDArray[np.str_]) -> tuple[Array, Array]:
        at = _position(side, tuple(self.hub.tolist()))
        value = self._sum(rows, at, len(self.hub), self.flows.value)
        weight = self._sum(rows, at, len(self.hub), self.flows.weight)
        return value, np.where(weight > 0, weight, np.nan)

    def _sum(self, rows: NDArray[np.bool_], at: NDArray[np.int64], count: int, amount: Array) -> Array:
        keep = rows & (at >= 0) & (self.row_month >= 0) & (self.row_product >= 0)
        shape = (count, len(self.products), len(self.months))
        cell = np.ravel_multi_index((at[keep], self.row_product[keep], self.row_month[keep]), shape)
        total = np.bincount(cell, amount[keep], minlength=int(np.prod(shape)))
        return np.asarray(total.reshape(shape), dtype=float)

    def by_product(self, rows: NDArray[np.bool_]) -> Array:
        """Value by product and month."""
        return np.asarray(self._sum(rows, np.zeros(len(rows), dtype=np.int64), 1, self.flows.value)[0])

    def total(self, rows: NDArray[np.bool_], partners: Iterable[str]) -> Array:
        """Value of the rows of all products together, (partner, month); NaN where there is none."""
        names = tuple(partners)
        at = _position(self.flows.importer, names)
        keep = rows & (self.flows.product == TOTAL) & (at >= 0) & (self.row_month >= 0)
        shape = (len(names), len(self.months))
        cell = np.ravel_multi_index((at[keep], self.row_month[keep]), shape)
        value = np.bincount(cell, self.flows.value[keep], minlength=int(np.prod(shape))).reshape(shape)
        count = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)
        return np.where(count > 0, value, np.nan)

    def heard(self, rows: NDArray[np.bool_], side: NDArray[np.str_]) -> NDArray[np.bool_]:
        """Whether a hub reports anything in a month, (hub, month)."""
        at = _position(side, tuple(self.hub.tolist()))
        keep = rows & (at >= 0) & (self.row_month >= 0) & (self.flows.product != TOTAL)
        found = np.zeros((len(self.hub), len(self.months)), dtype=bool)
        found[at[keep], self.row_month[keep]] = True
        return found

    def controls(self, rows: NDArray[np.bool_], apart: set[str], most: int) -> tuple[Array, tuple[str, ...]]:
        """Flows to partners that may serve for comparison, the largest first and the rest together."""
        flows = self.flows
        keep = rows & (self.row_product >= 0) & ~np.isin(flows.importer, sorted(apart))
        names, at = np.unique(flows.importer[keep], return_inverse=True)
        if not len(names):
            return np.zeros((0, len(self.products), len(self.months))), ()
        order = np.argsort(-np.bincount(at, flows.value[keep]))
        place = np.empty(len(names), dtype=np.int64)
        place[order] = np.minimum(np.arange(len(names)), most)
        every = np.full(len(keep), -1, dtype=np.int64)
        every[keep] = place[at]
        count = min(len(names), most + 1)
        labels = [str(names[k]) for k in order[:most]] + (["rest"] if len(names) > most else [])
        return self._sum(keep, every, count, flows.value), tuple(labels)


def _position(values: NDArray[np.str_], labels: tuple[str, ...]) -> NDArray[np.int64]:
    """Place of each value among labels; -1 where it is none of them."""
    names, at = np.unique(values, return_inverse=True)
    place = {label: k for k, label in enumerate(labels)}
    return np.array([place.get(name, -1) for name in names.tolist()], dtype=np.int64)[at]


def _unless(heard: NDArray[np.bool_], flow: Array) -> Array:
    return np.where(heard[:, None, :], flow, np.nan)


def _is_listed(products: tuple[str, ...], listed: Collection[str] | None) -> NDArray[np.bool_]:
    if listed is None:
        return np.ones(len(products), dtype=bool)
    level = len(products[0])
    cut, short = {code[:level] for code in listed}, {code for code in listed if len(code) < level}
    found = [code in cut or any(code[:n] in short for n in range(2, level)) for code in products]
    if not any(found):
        raise TightropeError(
            f"None of the {len(listed):,} listed products is among the {len(products):,} of the flows. "
            "Check that both use the same nomenclature (HS or CN codes)."
        )
    return np.array(found)


def _with_other(made: Panel, axes: _Axes, rows: NDArray[np.bool_], aside: Counter[str]) -> Panel:
    """The panel with one more product: what totals hold beyond the products of the file."""
    whole = axes.total(rows, [*made.hubs, axes.target])
    if np.isnan(whole).any():
        if not np.isnan(whole).all():
            aside["totals that lack some hub or month: not used"] = int((~np.isnan(whole)).sum())
        return made
    rest = whole - np.concatenate([made.inflow.sum(axis=1), made.direct.sum(axis=0, keepdims=True)])
    if below := int((rest < -0.01 * whole).sum()):
        aside["totals below the sum of their products: taken as no other trade"] = below
    rest = np.maximum(rest, 0.0)

    def more(array: Array, last: Array | float) -> Array:
        extra = np.broadcast_to(np.asarray(last), (*array.shape[:-2], 1, array.shape[-1]))
        return np.concatenate([array, extra], axis=-2)

    return Panel(
        made.hubs, (*made.products, OTHER), made.months, made.event, np.append(made.listed, False),
        more(made.inflow, rest[:-1, None]), more(made.direct, rest[-1:]), more(made.onward, np.nan), more(made.mirror, np.nan),
        more(made.controls, 0.0), more(made.other_imports, np.nan), more(made.other_exports, np.nan),
        more(made.inflow_weight, np.nan), more(made.onward_weight, np.nan), made.partners,
    )  # fmt: skip
