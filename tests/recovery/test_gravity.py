"""Planted coefficients of gravity come back, and their intervals hold them as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.trade.gravity import gravity
from tightrope.trade.simulated import simulated_panel


@pytest.mark.slow
def test_planted_coefficients_lie_in_their_intervals_nine_times_in_ten() -> None:
    truth, hits, off = np.array([0.4, -0.2]), [], []
    for seed in range(100):
        found = gravity(simulated_panel(20, 6, seed, tuple(truth)))
        off.append(found.fit.coefficients - truth)
        hits.append(np.abs(off[-1]) < 1.645 * found.errors)
    # with three sorts of effects intervals are known to be somewhat narrow in panels this small
    share = np.mean(hits, axis=0)
    assert (share > 0.78).all()
    assert (share < 0.98).all()
    error = np.std(off, axis=0) / 10
    assert (np.abs(np.mean(off, axis=0)) < 4 * error).all()
