"""A published counterfactual: world trade without NAFTA.

Yotov, Piermartini, Monteiro and Larch (2016), An Advanced Guide to Trade Policy Analysis, chapter 2, application 2: trade
costs of 1994 from the panel estimate with pair effects, agreements between Canada, Mexico and the United States taken
away, sigma 7. The figures are those that the companion to the book prints (Vargas Sepulveda, pachadotdev/tradepolicy,
chapter 2), in percent of the world *without* the agreement, to two decimals.

The conditional equilibrium is determined, and comes out. The book's full equilibrium is an iteration that stops when prices
move by less than 0.01, after three rounds, so its figures are near the equilibrium but not at it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tightrope.app.trade_gravity import read_panel
from tightrope.trade.books import Books, books, certified
from tightrope.trade.gravity import gravity
from tightrope.trade.hats import prices
from tightrope.trade.shock import fitted
from tightrope.trade.world import cells_of, world

MEMBERS = ("CAN", "MEX", "USA")
# country: exports in conditional equilibrium, real output in full equilibrium
PUBLISHED = {
    "CAN": (35.00, 3.40), "MEX": (41.65, 3.81), "USA": (14.49, 0.33), "ARG": (-0.66, -0.01), "AUS": (-0.49, -0.01),
    "BRA": (-0.65, -0.01), "CHL": (-0.81, -0.03), "CHN": (-0.34, -0.01), "COL": (-1.80, -0.03), "CRI": (-1.03, -0.07),
    "DEU": (-0.14, -0.01), "JPN": (-0.35, -0.01), "KOR": (-0.41, -0.02), "ZAF": (-0.31, -0.01),
}  # fmt: skip


@pytest.fixture(scope="module")
def nafta(data: Path) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Countries, the world of 1994 as gravity fits it, and what K is multiplied by."""
    file = data / "gravity_teaching" / "agtpa_applications.parquet"
    panel = read_panel(file, "rta", years="1986,1990,1994,1998,2002,2006")
    found = gravity(panel, pairs="symmetric")
    t = panel.years.index(1994)
    mu, flow = np.nan_to_num(found.fit.fitted[t]), panel.value[t]
    # seven pairs never trade; the book predicts their costs from distance, here they are only very high
    flows = fitted(flow.sum(axis=1), flow.sum(axis=0), np.log(np.where(mu > 0, mu, 1e-9)))
    at = [panel.countries.index(code) for code in MEMBERS]
    factor = np.ones_like(flows)
    factor[np.ix_(at, at)] = np.exp(-found.fit.coefficients[0] * panel.regressors["rta"][t][np.ix_(at, at)])
    return panel.countries, flows, factor


def without(flows: np.ndarray, factor: np.ndarray, mode: str, reference: int) -> Books:
    base, cells, theta = world(flows, mode=mode), cells_of(factor[None]), np.array([6.0])
    return certified(books(base, cells, theta, prices(base, cells, theta), reference=reference))


@pytest.mark.data
def test_exports_in_conditional_equilibrium_are_those_published(nafta: tuple) -> None:
    countries, flows, factor = nafta
    found = without(flows, factor, "conditional", countries.index("DEU"))
    trade = flows * factor * np.outer(found.outward[0], found.inward[0]) ** 6
    before, after = (of.sum(axis=1) - np.diag(of) for of in (flows, trade))
    said = [100 * (before[k] / after[k] - 1) for k in map(countries.index, PUBLISHED)]
    np.testing.assert_allclose(said, [row[0] for row in PUBLISHED.values()], atol=0.02)


@pytest.mark.data
def test_real_output_in_full_equilibrium_is_near_what_is_published(nafta: tuple) -> None:
    countries, flows, factor = nafta
    found = without(flows, factor, "full", countries.index("DEU"))
    real = found.output[0] / found.consumer_price[0]
    said = [100 * (1 / real[k] - 1) for k in map(countries.index, PUBLISHED)]
    np.testing.assert_allclose(said, [row[1] for row in PUBLISHED.values()], atol=0.05)
