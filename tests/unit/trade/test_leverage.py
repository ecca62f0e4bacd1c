from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.trade.gravity import gravity
from tightrope.trade.simulated import simulated_panel


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
