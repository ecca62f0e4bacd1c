"""Synthetic control: a flow from a weighted mean of flows that sanctions did not touch, moving as one before the event."""

from __future__ import annotations

import numpy as np

from .panel import Array, Panel

__all__ = ["simplex_weights", "synthetic_control"]


def simplex_weights(series: Array, donors: Array, *, steps: int = 300, ridge: float = 0.02) -> Array:
    """Weights >= 0 that sum to 1 and bring a mean of donors close to each series, all series at once.

    Parameters
    ----------
    series
        (series, month).
    donors
        (series, donor, month), or (1, donor, month) where all series share them.
    steps
        Multiplicative gradient steps.
    ridge
        Pull towards equal weights, as a part of the mean square of the donors.

    Returns
    -------
    weights
        (series, donor).

    Source
    ------
    Weights on a simplex: [AbadieDiamondHainmueller2010]_. Multiplicative steps: [KivinenWarmuth1997]_.

    Examples
    --------
    >>> donors = np.array([[[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]])
    >>> simplex_weights(np.array([[1.0, 2.0, 3.0]]), donors, ridge=0.0).round(2)
    array([[1., 0.]])
    """
    months = series.shape[-1]
    gram = np.einsum("sit,sjt->sij", donors, donors, optimize=True) / months
    cross = np.einsum("sit,st->si", np.broadcast_to(donors, (len(series), *donors.shape[1:])), series) / months
    scale = np.einsum("sii->s", gram)[:, None] / donors.shape[1]
    gram = gram + ridge * scale[:, None] * np.eye(donors.shape[1])
    step = 1.0 / np.maximum(np.abs(gram).sum(-1).max(-1, keepdims=True), 1e-12)
    weights = np.full(cross.shape, 1 / donors.shape[1])
    for _ in range(steps):
        gradient = (
            (weights @ gram[0] if len(gram) == 1 else np.einsum("sij,sj->si", gram, weights)) - cross
        )  # fmt: skip
        weights = weights * np.exp(-4 * step * (gradient - gradient.min(axis=1, keepdims=True)))
        weights = weights / weights.sum(axis=1, keepdims=True)
    return weights


def synthetic_control(panel: Panel, *, fewest: int = 2) -> Array:
    """Inflow as a synthetic control would have it, (hub, product, month), the file's currency.

    Donors are what the coalition sells of the same product to partners that are neither hub nor target, and the hub's own
    trade outside the sanctions; all as multiples of their mean before the event. NaN where there are fewer than `fewest`
    donors, or the pair never traded before.

    Assumes
    -------
    What moved series together before the event does so after it, and donors get no diverted trade.

    Source
    ------
    [AbadieDiamondHainmueller2010]_.
    """
    hubs, products, months = panel.shape
    own = panel.inflow[:, ~panel.listed].sum(axis=1) if (~panel.listed).any() else np.zeros((0, months))
    found = np.full(panel.shape, np.nan)
    before = slice(0, panel.event)
    for h in range(hubs):
        donors = [_relative(panel.controls, panel.event)] if len(panel.controls) else []
        mine = [own[h], *np.delete(own, h, axis=0)] if len(own) else []
        shared = _relative(np.array(mine), panel.event) if mine else np.zeros((0, months))
        if not donors:
            pool = shared[None]
        else:
            pool = np.concatenate(
                [donors[0].transpose(1, 0, 2), np.broadcast_to(shared[:1], (products, len(shared[:1]), months))], axis=1
            )
        if pool.shape[1] < fewest:
            continue
        level = panel.inflow[h, :, before].mean(axis=-1, keepdims=True)
        series = np.where(level > 0, panel.inflow[h] / np.maximum(level, 1e-12), np.nan)
        rows = np.nonzero(level[:, 0] > 0)[0]
        some = pool if len(pool) == 1 else pool[rows]
        weights = simplex_weights(series[rows][:, before], some[..., before])
        path = np.einsum("sd,sdt->st", weights, np.broadcast_to(some, (len(rows), *some.shape[1:])), optimize=True)
        found[h, rows] = path * level[rows]
    return found


def _relative(flow: Array, event: int) -> Array:
    """A flow as a multiple of its mean before the event; flat where it was 0."""
    mean = flow[..., :event].mean(axis=-1, keepdims=True)
    return np.where(mean > 0, flow / np.where(mean > 0, mean, 1.0), 1.0)
