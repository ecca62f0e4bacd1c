"""Worlds with planted diversions: monthly flows in which it is known who diverted what, among look-alikes that did not.

There are no labels for re-exports in evasion of sanctions, so the score is fitted on made-up worlds. What makes them hard
is what makes the real ones hard: series are sparse and autocorrelated, hubs are small beside the direct flow, a second
leg may go unreported, and much that is innocent looks alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .panel import Array, Panel

__all__ = ["Planted", "Recipe", "planted"]

HUBS = ("AAA", "BBB", "CCC", "DDD", "EEE")
PARTNERS = ("PPP", "QQQ", "RRR", "SSS")


@dataclass(frozen=True)
class Recipe:
    """How a world is made. All ranges are uniform in the number or, where said, in its logarithm.

    Parameters
    ----------
    products
        Number of products, four to a heading and twenty to a chapter.
    before, after
        Ranges of the number of months before the event and from it on.
    hub_size
        Range of a hub's trade with the coalition beside the direct flow, uniform in the logarithm.
    size_spread
        Standard deviation of the log of that ratio over the products of a hub.
    share_idle
        Part of hub and product pairs that never traded before.
    shipments
        Range of the mean number of shipments in a month of one hub and product, uniform in the logarithm.
    diverted
        Range of the part of the lost direct flow that one planted pair diverts, 0.01 to 0.08.
    share_planted
        Part of hub and listed product pairs that divert.
    share_listed
        Part of products under sanctions.
    share_unreported
        Part of planted diversions whose second leg nobody reports.
    share_misclassified
        Part of planted diversions that travel under the code of an unlisted product of the same heading, where there is one.
    share_demand, share_exports, share_boom, share_spike, share_dearer
        Parts of all hub and product pairs with growing local demand, growing own exports, both legs booming, one spike, and
        the same goods at two to four times the price.
    chance_partial
        Chance that a hub's trade with third countries is not in the file.
    chance_silent, chance_no_mirror
        Chance that a hub reports no exports to the target, and that it reports no imports.
    """

    products: int = 160
    before: tuple[int, int] = (24, 36)
    after: tuple[int, int] = (8, 20)
    hub_size: tuple[float, float] = (0.002, 0.05)
    size_spread: float = 1.2
    share_idle: float = 0.12
    shipments: tuple[float, float] = (0.2, 12.0)
    diverted: tuple[float, float] = (0.01, 0.08)
    share_planted: float = 0.10
    share_listed: float = 0.6
    share_unreported: float = 0.1
    share_misclassified: float = 0.1
    share_demand: float = 0.03
    share_exports: float = 0.03
    share_boom: float = 0.02
    share_spike: float = 0.03
    share_dearer: float = 0.02
    chance_silent: float = 0.0
    chance_no_mirror: float = 0.0
    chance_partial: float = 0.3


@dataclass(frozen=True)
class Planted:
    """A made-up world and the truth about it.

    Parameters
    ----------
    panel
        What a screener sees.
    diverted
        Value that was diverted, (hub, product, month); 0 where none was.
    decoy
        What look-alike was planted, (hub, product): 0 none, 1 local demand, 2 own exports, 3 both legs boom, 4 one-off
        spike, 5 dearer goods.
    """

    panel: Panel
    diverted: Array
    decoy: NDArray[np.int64]

    @property
    def truth(self) -> NDArray[np.bool_]:
        """Whether a hub, product and month diverts, from the event on."""
        return self.diverted[..., self.panel.event :] > 0


def planted(seed: int, recipe: Recipe | None = None) -> Planted:
    """One made-up world; the same seed gives the same world.

    Assumes
    -------
    Values of a month are a Poisson number of gamma shipments whose intensity follows an autoregression of one month; the
    sizes of hubs beside the direct flow span those of EU exports to Kyrgyzstan and Kazakhstan beside those to Russia in
    2020 and 2021. All else is a guess, and the probabilities of the score are only as good as it.

    Examples
    --------
    >>> world = planted(1)
    >>> world.panel.shape[0], bool(world.truth.any())
    (5, True)
    """
    return _World(seed, recipe or Recipe()).made()


class _World:
    """The dice of one world and what has been decided so far."""

    def __init__(self, seed: int, recipe: Recipe) -> None:
        self.recipe, self.dice = recipe, np.random.Generator(np.random.Philox(seed))
        self.before, self.after = (
            int(self.dice.integers(low, high + 1)) for low, high in (recipe.before, recipe.after)
        )
        self.months = self.before + self.after
        self.hubs, self.products = len(HUBS), recipe.products
        self.pairs = (self.hubs, self.products)
        self.start = int(self.dice.integers(12))

    def log_uniform(self, low: float, high: float, size: tuple[int, ...]) -> Array:
        return np.exp(self.dice.uniform(np.log(low), np.log(high), size))

    def lively(self, mean: Array, shipments: Array, *, persistence: float = 0.6, swing: float = 0.35) -> Array:
        """Sparse autocorrelated values with a mean by month; `shipments` at the pair's usual level."""
        wave = np.zeros(mean.shape)
        for t in range(mean.shape[-1]):
            fresh = self.dice.normal(0, swing, mean.shape[:-1])
            past = wave[..., t - 1] if t else 0.0
            wave[..., t] = persistence * past + np.sqrt(1 - persistence**2) * fresh
        usual = np.maximum(mean[..., : self.before].mean(-1, keepdims=True), 1e-9)
        rate = shipments[..., None] * mean / usual * np.exp(wave - swing**2 / 2)
        count = self.dice.poisson(np.minimum(rate, 1e6))
        size = usual / shipments[..., None]
        return np.where(count > 0, self.dice.gamma(np.maximum(1.5 * count, 1e-9)) / 1.5 * size, 0.0)

    def made(self) -> Planted:
        r, dice = self.recipe, self.dice
        month = (self.start + np.arange(self.months)) % 12
        post = np.arange(self.months) >= self.before
        listed = dice.random(self.products) < r.share_listed
        codes = tuple(f"{10 + k // 20:02d}{10 + k // 4 % 5:02d}{10 + k % 4:02d}" for k in range(self.products))
        chapter = np.arange(self.products) // 20
        season = 1 + 0.3 * np.sin(2 * np.pi * (month[None] / 12 + dice.random((chapter[-1] + 1, 1))))[chapter]
        category = np.exp(dice.normal(0.05, 0.25, (self.products, 1)) * post)  # the whole category grows or shrinks
        world = season * category
        scale = self.log_uniform(1e5, 3e7, (self.products,))
        loss = np.where(listed, dice.uniform(0.6, 0.99, self.products), dice.uniform(-0.1, 0.5, self.products))
        usual_direct = scale[:, None] * world
        ramp = np.clip((np.arange(self.months) - self.before + 1) / 2, 0, 1)
        direct = self.lively(usual_direct * (1 - loss[:, None] * ramp), np.full(self.products, 200.0))
        lost = usual_direct * loss[:, None] * ramp * listed[:, None]

        growth = np.where(
            dice.random(self.hubs) < 0.3, dice.uniform(0.4, 1.0, self.hubs), dice.normal(0.05, 0.1, self.hubs)
        )
        hub = np.exp(growth[:, None] * ramp)[:, None, :]  # some hubs boom in everything
        size = self.log_uniform(*r.hub_size, (self.hubs, 1)) * np.exp(
            dice.normal(-(r.size_spread**2) / 2, r.size_spread, self.pairs)
        )
        base = np.where(dice.random(self.pairs) < r.share_idle, 1e-6, size) * scale
        shipments = self.log_uniform(*r.shipments, self.pairs)
        usual = base[..., None] * world * hub

        decoy = self.decoys()
        start = self.before + dice.integers(0, max(self.after - 3, 1), self.pairs)
        since = np.arange(self.months) >= start[..., None]
        more = np.exp(dice.uniform(np.log(2.5), np.log(9), self.pairs))[..., None]
        dearer = np.where((decoy == 5)[..., None] & since, dice.uniform(2, 4, (*self.pairs, 1)), 1.0)
        factor = np.where(((decoy == 1) | (decoy == 3))[..., None] & since, more, dearer)
        own_inflow = self.lively(usual * factor, shipments)
        spike = (decoy == 4)[..., None] & (np.arange(self.months) == start[..., None])
        own_inflow = own_inflow + spike * base[..., None] * more * dice.uniform(1.5, 4, (*self.pairs, 1))

        diverted, unreported = self.diversions(lost, listed, codes, decoy)
        inflow = own_inflow + diverted
        onward = self.onward(own_inflow, base, shipments, decoy, since, more, spike)
        reported = diverted * ~unreported[..., None]
        for lag in range(3):
            part = dice.dirichlet(np.array([4.0, 3.0, 1.5]), self.pairs)[..., lag, None]
            moved = np.roll(reported, lag, axis=-1)
            moved[..., :lag] = 0
            onward = onward + part * moved * dice.uniform(0.6, 1.0, (*self.pairs, 1)) * dice.uniform(
                1.05, 1.5, (*self.pairs, 1)
            )
        seen = np.where(unreported[..., None] & (dice.random(self.pairs) < 0.7)[..., None], own_inflow, inflow)
        mirror = seen * dice.uniform(0.75, 1.05, (self.hubs, 1, 1)) * 1.06 * np.exp(dice.normal(0, 0.3, seen.shape))
        mirror[dice.random(self.hubs) < r.chance_no_mirror] = np.nan
        onward[dice.random(self.hubs) < r.chance_silent] = np.nan
        sizes = self.log_uniform(0.02, 0.3, (len(PARTNERS), 1)) * np.exp(
            dice.normal(0, 0.5, (len(PARTNERS), self.products))
        )
        controls = self.lively(
            (sizes * scale)[..., None] * world, self.log_uniform(3, 40, (len(PARTNERS), self.products))
        )
        wanted = np.where((decoy == 1)[..., None] & since, more ** dice.uniform(0.3, 1.0, (*self.pairs, 1)), 1.0)
        others = self.lively(usual * wanted * dice.uniform(0.3, 1.5, (*self.pairs, 1)), shipments * 1.5)
        abroad = np.where((decoy == 2)[..., None] & since, more ** dice.uniform(0.2, 1.0, (*self.pairs, 1)), 1.0)
        exports = self.lively(usual * abroad * dice.uniform(0.05, 0.3, (*self.pairs, 1)), shipments)
        alone = dice.random(self.hubs) < r.chance_partial
        others[alone], exports[alone] = np.nan, np.nan
        kilo, onward_kilo = self.weights(inflow, onward, reported, dearer)
        panel = Panel(
            HUBS, codes, self.labels(), self.before, listed, inflow, direct, onward, mirror, controls, others, exports,
            kilo, onward_kilo, PARTNERS,
        )  # fmt: skip
        return Planted(panel, diverted, decoy)

    def decoys(self) -> NDArray[np.int64]:
        r = self.recipe
        draw, ends = (
            self.dice.random(self.pairs),
            np.cumsum([r.share_demand, r.share_exports, r.share_boom, r.share_spike, r.share_dearer]),
        )
        kind = np.searchsorted(ends, draw)
        return np.where(kind == 5, 0, kind + 1)

    def diversions(
        self, lost: Array, listed: NDArray[np.bool_], codes: tuple[str, ...], decoy: NDArray[np.int64]
    ) -> tuple[Array, NDArray[np.bool_]]:
        """Diverted value by the code that it travels under, and which pairs' second leg goes unreported."""
        r, dice = self.recipe, self.dice
        chosen = (dice.random(self.pairs) < r.share_planted) & listed & (decoy == 0)
        begin = self.before + dice.integers(0, 5, self.pairs)
        length = np.where(dice.random(self.pairs) < 0.75, self.months, dice.integers(3, 9, self.pairs))
        t = np.arange(self.months)
        active = (t >= begin[..., None]) & (t < (begin + length)[..., None])
        share = dice.uniform(*r.diverted, self.pairs)[..., None]
        mean = share * lost * np.clip((t - begin[..., None] + 1) / 3, 0, 1)
        rate = self.log_uniform(0.7, 8.0, self.pairs)
        flow = (
            self.lively(np.where(t < self.before, share * lost.mean(-1)[:, None], mean), rate)
            * active
            * chosen[..., None]
        )
        unreported = chosen & (dice.random(self.pairs) < r.share_unreported)
        slips = chosen & (dice.random(self.pairs) < r.share_misclassified)
        moved = flow.copy()
        for h, p in zip(*np.nonzero(slips), strict=True):
            near = [
                q for q, code in enumerate(codes) if code[:4] == codes[p][:4] and not listed[q] and decoy[h, q] == 0
            ]
            if near:
                q = near[0]
                moved[h, p] -= flow[h, p]
                moved[h, q] += flow[h, p]
                unreported[h, q] |= unreported[h, p]
        return np.maximum(moved, 0.0), unreported

    def onward(
        self, inflow: Array, base: Array, shipments: Array, decoy: NDArray[np.int64], since: NDArray[np.bool_],
        more: Array, spike: NDArray[np.bool_],
    ) -> Array:  # fmt: skip
        """Hub to target without diversions: own products and usual re-exports, and what the look-alikes add."""
        dice = self.dice
        own = np.exp(dice.normal(-2.5, 1.2, self.pairs)) * base
        rise = np.where(((decoy == 2) | (decoy == 3))[..., None] & since, more, 1.0)
        drift = np.exp(dice.normal(0.1, 0.3, (self.hubs, 1, 1)) * (np.arange(self.months) >= self.before))
        flow = self.lively(own[..., None] * rise * drift, shipments)
        boom = (decoy == 3)[..., None] & since
        passed = inflow * dice.uniform(0.3, 0.8, (*self.pairs, 1))
        half = dice.random((*self.pairs, 1)) < 0.5
        return np.asarray(flow + boom * passed + (spike & half) * passed)

    def weights(self, inflow: Array, onward: Array, reported: Array, dearer: Array) -> tuple[Array, Array]:
        """Net weights in kg: diverted goods leave the hub dearer than other goods."""
        dice = self.dice
        price = self.log_uniform(2, 200, (1, self.products, 1)) * np.exp(dice.normal(0, 0.25, (*self.pairs, 1)))
        paid = price * dearer * np.exp(dice.normal(0, 0.3, inflow.shape))
        asked = paid * np.exp(dice.normal(0.05, 0.25, inflow.shape))
        share = np.where(onward > 0, np.minimum(reported / np.maximum(onward, 1e-9), 1.0), 0.0)
        kilo = np.where(inflow > 0, inflow / paid, np.nan)
        return kilo, np.where(onward > 0, onward / (asked * (1 + 0.3 * share)), np.nan)

    def labels(self) -> tuple[str, ...]:
        count = 12 * 2020 + self.start + np.arange(self.months)
        return tuple(f"{k // 12}-{k % 12 + 1:02d}" for k in count)
