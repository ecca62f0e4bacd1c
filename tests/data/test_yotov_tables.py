"""Published gravity estimates from the data they were made with.

Yotov, Piermartini, Monteiro and Larch (2016), An Advanced Guide to Trade Policy Analysis, tables 1 and 3, manufacturing
trade of 69 countries in every fourth year from 1986 to 2006, errors clustered by pair. The figures are those that the
companion to the book prints to four decimals when it repeats it (Vargas Sepulveda, pachadotdev/tradepolicy, chapter 1);
it says that they match the book's three. Columns (a) to (f) are named as in the book's program.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tightrope.app.trade_gravity import read_panel
from tightrope.trade.bias import Bias
from tightrope.trade.gravity import gravity

YEARS = "1986,1990,1994,1998,2002,2006"
FILE = Path("gravity_teaching") / "agtpa_applications.parquet"
USUAL = "log(dist),cntg,lang,clny"
PHASED = "rta,rta_lag4,rta_lag8,rta_lag12"

TABLES = {
    "table 1, PPML": (USUAL, "none", False, [(-0.8409, 0.0317), (0.4374, 0.0832), (0.2475, 0.0765), (-0.2225, 0.1162)]),
    "table 3 (a), PPML": (
        USUAL + ",rta", "none", False,
        [(-0.8216, 0.0310), (0.4155, 0.0828), (0.2499, 0.0767), (-0.2054, 0.1143), (0.1907, 0.0658)],
    ),
    "table 3 (c), pair effects": ("rta", "symmetric", True, [(0.5572, 0.1022)]),
    "table 3 (d), lead": ("rta,rta_lead4", "symmetric", True, [(0.5200, 0.0859), (0.0774, 0.0921)]),
    "table 3 (e), phasing in": (
        PHASED, "symmetric", True, [(0.2914, 0.0892), (0.4135, 0.0672), (0.1687, 0.0431), (0.1189, 0.0301)],
    ),
    "table 3 (f), globalization": (
        PHASED, "symmetric", True,
        [(0.1157, 0.0867), (0.2877, 0.0617), (0.0693, 0.0482), (0.0024, 0.0291), (-0.7056, 0.0478), (-0.4803, 0.0429),
         (-0.3665, 0.0335), (-0.1581, 0.0233), (-0.1409, 0.0169)],
    ),
}  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize("name", TABLES)
def test_published_coefficients_and_errors_come_out(data: Path, name: str) -> None:
    on, pairs, domestic, published = TABLES[name]
    panel = read_panel(data / FILE, on, years=YEARS)
    if not domestic:
        panel = panel.abroad()
    if "globalization" in name:
        panel = panel.with_borders()
    found = gravity(panel, pairs=pairs, cluster="symmetric")
    said = np.stack([found.fit.coefficients, found.errors], axis=1)
    np.testing.assert_allclose(said, published, atol=5.1e-5)
    assert found.fit.n == (28_482 if domestic else 28_152)


@pytest.mark.data
@pytest.mark.parametrize(("domestic", "error", "exactly"), [(True, 0.218, 0.226), (False, 0.115, 0.116)])
def test_corrected_errors_are_those_of_leaving_out_the_largest_pairs(
    data: Path, domestic: bool, error: float, exactly: float
) -> None:
    panel = read_panel(data / FILE, "rta", years=YEARS)
    panel = panel if domestic else panel.abroad()
    corrected, off = gravity(panel, errors="corrected"), []
    for pair in np.argsort(panel.value.sum(axis=0).ravel())[::-1][:150]:
        there = panel.there.copy()
        there[:, *np.unravel_index(pair, there.shape[1:])] = False
        rest = replace(panel, there=there, value=np.where(there, panel.value, 0.0))
        off.append(gravity(rest).fit.coefficients[0] - corrected.fit.coefficients[0])
    assert corrected.errors[0] == pytest.approx(error, abs=5e-4)
    assert np.sqrt(np.sum(np.square(off))) == pytest.approx(exactly, abs=1e-3)


@pytest.mark.data
@pytest.mark.parametrize(("domestic", "jackknife", "analytical"), [(True, 0.684, 0.643), (False, -0.078, -0.073)])
def test_coefficients_without_bias_are_those_of_the_page(
    data: Path, domestic: bool, jackknife: float, analytical: float
) -> None:
    panel = read_panel(data / FILE, "rta", years=YEARS)
    panel = panel if domestic else panel.abroad()
    found = [gravity(panel, bias=Bias(how)).fit.coefficients[0] for how in ("jackknife", "analytical")]
    assert found == pytest.approx([jackknife, analytical], abs=5e-4)
