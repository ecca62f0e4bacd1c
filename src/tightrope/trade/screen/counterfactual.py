"""What flows would have been: Poisson pseudo-maximum likelihood with fixed effects, fitted where nothing was treated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .panel import Array, Panel
from .tail import mean_known

__all__ = ["Counterfactual", "counterfactual", "poisson_effects", "season"]


@dataclass(frozen=True)
class Counterfactual:
    """Expected flows and the growth that explains part of what was seen.

    Parameters
    ----------
    inflow, onward, mirror
        Expected flow, (hub, product, month), the file's currency; NaN where the flow itself is never known.
    direct
        Expected coalition to target flow, (product, month).
    hub_growth
        Log growth of the hub in trade that is not under sanctions against its months before the event, (hub, month);
        NaN if the file has no such trade.
    error
        Standard error of the log of `inflow`'s level, (hub, product).
    """

    inflow: Array
    onward: Array
    mirror: Array
    direct: Array
    hub_growth: Array
    error: Array


def poisson_effects(
    flow: Array,
    weight: Array,
    group: NDArray[np.int64],
    period: NDArray[np.int64],
    *,
    sweeps: int = 60,
    tol: float = 1e-8,
) -> tuple[Array, Array, Array]:
    """Poisson pseudo-maximum likelihood of ``exp(a[d,p] + b[d,t] + c[group[p], period[t]])``, as factors.

    With nothing but categories on the right-hand side the score equations say that fitted and observed sums agree over
    each category; each sweep makes them agree for one set of categories after the other, in closed form.

    Parameters
    ----------
    flow
        (partner, product, month), the file's currency, >= 0.
    weight
        1 for cells to fit, 0 for cells to leave out, same shape.
    group
        Group of each product, (product,).
    period
        Period of each month, (month,): the month itself, or its month of the year for a season.
    sweeps, tol
        Stop after so many sweeps, or when no factor of partner and month changes by more than this part of itself.

    Returns
    -------
    a, b, c
        Factors (partner, product), (partner, month), (group, period). 0 in `a` where all fitted cells are 0; 1 in `b`
        and `c` where no cell was fitted.

    Assumes
    -------
    Only the mean is right: values need not be Poisson counts.

    Source
    ------
    PPML: [SantosSilvaTenreyro2006]_. Sums by category as its solution: iterative proportional fitting,
    [DarrochRatcliff1972]_.
    """
    n_group, n_period = int(group.max()) + 1, int(period.max()) + 1
    by_group = np.eye(n_group)[group]  # (product, group)
    by_period = np.eye(n_period)[period]
    seen = np.where(weight > 0, flow, 0.0)
    a, b = np.ones(flow.shape[:2]), np.ones((flow.shape[0], flow.shape[2]))
    c = np.ones((n_group, n_period))
    of_pair, of_month = seen.sum(2), seen.sum(1)
    of_group = by_group.T @ seen.sum(0) @ by_period
    for _ in range(sweeps):
        factor = by_group @ c @ by_period.T
        a = _over(of_pair, np.einsum("dpt,dt,pt->dp", weight, b, factor, optimize=True), 0.0)
        fresh = _over(of_month, np.einsum("dpt,dp,pt->dt", weight, a, factor, optimize=True), 1.0)
        moved = float(np.max(np.abs(fresh - b) / np.maximum(b, 1e-12), initial=0.0))
        b = fresh
        fitted = np.einsum("dpt,dp,dt->pt", weight, a, b, optimize=True)
        c = _over(of_group, by_group.T @ fitted @ by_period, 1.0)
        if moved < tol:
            break
    return a, b, c


def _over(top: Array, bottom: Array, otherwise: float) -> Array:
    known = bottom > 0
    out: Array = np.where(known, top / np.where(known, bottom, 1.0), otherwise)
    return out


def counterfactual(panel: Panel, *, cap: float = 6.0, rounds: int = 2, prior: float = 1.0) -> Counterfactual:
    """Flows as expected from each pair's past, the season or the growth of the category, and the hub's own growth.

    Fitted on cells that sanctions did not touch: all before the event, and from then on the flows to partners that are
    neither hub nor target and the products that are not under sanctions. The factor of hub and month of the latter is the
    hub's own growth; that of group and month is the growth of the whole category. Where the file has no control
    partners, group and month of the year (the season) takes its place.

    Parameters
    ----------
    panel
        What to explain.
    cap, rounds
        Fitted cells further above their expectation than so many times their usual spread are brought down to it, and the
        fit is repeated so many times: one boom shall not pass for the growth of a hub.
    prior
        Weight, in months, of what hub and product together would suggest in the level of a pair; keeps the level of a pair
        that never traded above 0.

    Source
    ------
    Fit on untreated cells, then impute the treated: [BorusyakJaravelSpiess2024]_, in the Poisson form. Levels of sparse
    pairs are drawn towards independence of partner and product; that prior is ours.
    """
    hubs = len(panel.hubs)
    flows = np.concatenate([panel.inflow, panel.controls])
    weight = np.ones_like(flows)
    weight[:hubs, panel.listed, panel.event :] = 0.0
    period = np.arange(len(panel.months)) if len(panel.controls) else panel.season
    _, b, c = _robust(flows, weight, panel.groups, period, panel.event, cap, rounds)
    exposure = b[:, None, :] * (c[panel.groups][:, period])[None]
    has_control = bool((~panel.listed).any())
    if not has_control:
        exposure[:hubs, :, panel.event :] = (c[panel.groups][:, period])[None][:, :, panel.event :] * _usual(
            b[:hubs], panel
        )
    level, error = _level(flows, exposure, panel.event, prior)
    expected = level[:, :, None] * exposure
    before = b[:hubs, : panel.event].mean(axis=1, keepdims=True)
    growth = np.log(np.maximum(b[:hubs], 1e-9) / before) if has_control else np.full_like(b[:hubs], np.nan)
    return Counterfactual(
        expected[:hubs],
        _carried(panel.onward, panel, expected[:hubs], prior),
        _carried(panel.mirror, panel, expected[:hubs], prior),
        _seasonal(panel.direct, panel, prior),
        growth,
        error[:hubs],
    )


def _robust(
    flows: Array,
    weight: Array,
    group: NDArray[np.int64],
    period: NDArray[np.int64],
    event: int,
    cap: float,
    rounds: int,
) -> tuple[Array, Array, Array]:
    capped = np.nan_to_num(flows)
    a, b, c = poisson_effects(capped, weight, group, period)
    for _ in range(rounds):
        fitted = np.maximum(a[:, :, None] * b[:, None, :] * c[group][:, period][None], 1e-9)
        spread = np.sqrt(np.mean((capped - fitted)[..., :event] ** 2 / fitted[..., :event] ** 1.5, axis=-1))
        capped = np.minimum(flows, fitted + cap * spread[..., None] * fitted**0.75)
        a, b, c = poisson_effects(np.nan_to_num(capped), weight, group, period)
    return a, b, c


def _usual(b: Array, panel: Panel) -> Array:
    """A hub's factor in the months from the event on if no trade outside the sanctions tells it: that of its last year."""
    last = b[:, max(panel.event - 12, 0) : panel.event].mean(axis=1)
    return np.repeat(last[:, None, None], len(panel.months) - panel.event, axis=2)


def _level(flow: Array, exposure: Array, event: int, prior: float) -> tuple[Array, Array]:
    """Level of each pair from the months before the event, and the standard error of its log."""
    y = np.nansum(flow[..., :event], axis=-1)
    e = np.where(np.isnan(flow[..., :event]), 0.0, exposure[..., :event]).sum(axis=-1)
    rate = y.sum(axis=1, keepdims=True) / np.maximum(e.sum(axis=1, keepdims=True), 1e-12)
    product = y.sum(axis=0, keepdims=True)
    shape = product / max(float(product.mean()), 1e-12)
    strength = prior * e / max(event, 1)
    start = np.maximum(rate * (0.5 * shape + 0.5 * np.minimum(shape, 1.0)) * 0.5, 1e-6 * rate)
    level = (y + strength * start) / np.maximum(e + strength, 1e-12)
    fitted = np.maximum(level[..., None] * exposure[..., :event], 1e-9)
    square = mean_known((flow[..., :event] - fitted) ** 2)[..., 0]
    cv2 = np.nan_to_num(square) / np.maximum(fitted.mean(axis=-1) ** 2, 1e-12)
    return level, np.sqrt(np.minimum(cv2 / max(event, 1), 4.0))


def _carried(flow: Array, panel: Panel, shape: Array, prior: float) -> Array:
    """A flow that hubs report, expected from its own past and the growth expected of what the coalition reports."""
    known = ~np.isnan(flow).all(axis=-1, keepdims=True)
    before = shape[..., : panel.event].mean(axis=-1, keepdims=True)
    exposure = shape / np.maximum(before, 1e-12)
    level, _ = _level(flow, exposure, panel.event, prior)
    return np.where(known, level[..., None] * exposure, np.nan)


def _seasonal(direct: Array, panel: Panel, prior: float) -> Array:
    """Direct flow as expected from its own past and the season of its group."""
    exposure = season(direct, panel.groups, panel.season, panel.event)[panel.groups][:, panel.season]
    level, _ = _level(direct[None], exposure[None], panel.event, prior * 0.1)
    return np.asarray(level[0][:, None] * exposure)


def season(flow: Array, group: NDArray[np.int64], month: NDArray[np.int64], event: int, *, own: float = 0.5) -> Array:
    """Factor of each group and month of the year, (group, 12), 1 on average; 1 for months never seen before the event.

    Parameters
    ----------
    flow
        (product, month), the file's currency.
    group, month
        Group of each product; month of the year of each month, from 0.
    event
        Only months before this position are used.
    own
        Weight of the group's own season; the rest is that of all groups together, which is better known.

    Source
    ------
    Ratio of the mean of a month of the year to the mean of all months; the pooling is ours.
    """
    of_month = np.eye(12)[month[:event]]
    days = of_month.sum(axis=0)
    total = np.eye(int(group.max()) + 1)[group].T @ np.nan_to_num(flow[:, :event])

    def ratio(series: Array) -> Array:
        mean = _over(series @ of_month, np.broadcast_to(days, (len(series), 12)), np.nan)
        middle = np.maximum(series.mean(axis=1, keepdims=True), 1e-9)
        return np.where(np.isnan(mean), 1.0, mean / middle)

    mixed = own * ratio(total) + (1 - own) * ratio(total.sum(axis=0, keepdims=True))
    return np.maximum(np.asarray(mixed), 0.05)
