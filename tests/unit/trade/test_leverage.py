from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.trade.gravity import gravity
from tightrope.trade.simulated import noisy_panel, simulated_panel


def test_corrected_errors_are_about_those_of_leaving_out_each_pair() -> None:
    panel = simulated_panel(12, 5, 1, spread=0.5, unlike=0.3)
    plain, corrected, off = gravity(panel), gravity(panel, errors="corrected"), []
    for i, j in np.ndindex(12, 12):
        there = panel.there.copy()
        there[:, i, j] = False
        rest = replace(panel, there=there, value=np.where(there, panel.value, 0.0))
        off.append(gravity(rest).fit.coefficients - plain.fit.coefficients)
    left_out = np.sqrt((np.array(off) ** 2).sum(axis=0))
    np.testing.assert_allclose(corrected.errors, left_out, rtol=0.12)
    assert (plain.errors < 0.75 * left_out).all()


def test_corrected_errors_are_larger_and_need_directed_pairs() -> None:
    panel = simulated_panel(15, 5, 4)
    plain, corrected = gravity(panel), gravity(panel, errors="corrected")
    assert (corrected.errors > plain.errors).all()
    np.testing.assert_array_equal(corrected.fit.coefficients, plain.fit.coefficients)
    for other in ({"pairs": "symmetric"}, {"cluster": "exporter"}, {"engine": "pyfixest"}):
        with pytest.raises(TightropeError, match="goes with"):
            gravity(panel, errors="corrected", **other)


def test_corrected_errors_stay_near_the_plain_ones_where_domestic_trade_is_most_of_trade() -> None:
    panel = noisy_panel(12, 5, 1, home=40.0)
    plain, corrected, off = gravity(panel), gravity(panel, errors="corrected"), []
    for i, j in np.ndindex(12, 12):
        there = panel.there.copy()
        there[:, i, j] = False
        rest = replace(panel, there=there, value=np.where(there, panel.value, 0.0))
        off.append(gravity(rest).fit.coefficients - plain.fit.coefficients)
    left_out = np.sqrt((np.array(off) ** 2).sum(axis=0))
    assert (plain.errors < corrected.errors).all()
    np.testing.assert_allclose(corrected.errors, left_out, rtol=0.25)


def test_two_countries_that_trade_with_nobody_else_tell_nothing_and_break_nothing() -> None:
    panel = noisy_panel(8, 4, 2)
    there, apart = panel.there.copy(), np.arange(8) < 2
    there[:, apart[:, None] != apart] = False
    some = replace(panel, there=there, value=np.where(there, panel.value, 0.0))
    there = there & ~(apart[:, None] & apart)
    rest = replace(panel, there=there, value=np.where(there, panel.value, 0.0))
    one, two = (gravity(of, errors="corrected") for of in (some, rest))
    np.testing.assert_allclose(one.fit.coefficients, two.fit.coefficients, rtol=1e-8)
    np.testing.assert_allclose(one.errors, two.errors, rtol=1e-6)
