"""Planted coefficients of gravity come back."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.trade.gravity import gravity
from tightrope.trade.simulated import simulated_panel


@pytest.mark.slow
def test_planted_coefficients_come_back_without_bias_and_mostly_within_their_intervals() -> None:
    truth, hits, off = np.array([0.4, -0.2]), [], []
    for seed in range(80):
        found = gravity(simulated_panel(40, 6, seed, tuple(truth), spread=0.5, unlike=0.3))
        off.append(found.fit.coefficients - truth)
        hits.append(np.abs(off[-1]) < 1.645 * found.errors)
    share = np.mean(hits, axis=0)
    # clustered errors are too small where countries are few: `docs/trade.md` has the shares that were measured
    assert (share > 0.7).all()
    assert (share < 0.99).all()
    assert (np.abs(np.mean(off, axis=0)) < 4 * np.std(off, axis=0) / np.sqrt(80)).all()
