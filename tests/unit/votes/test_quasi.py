from __future__ import annotations

import numpy as np
import pytest

from tightrope.votes.ideal import maximum
from tightrope.votes.ordinal import Prior, log_posterior, panel
from tightrope.votes.quasi import approached
from tightrope.votes.simulated import simulated


@pytest.mark.parametrize("dims", [1, 2])
def test_the_climb_ends_on_the_peak_and_never_goes_down(dims: int) -> None:
    p, prior = panel(simulated(5, states=15, sessions=3, rolls=20, dims=dims)[0]), Prior()
    draw = np.random.default_rng(1)
    points = draw.normal(size=(3, 15, dims))
    rolls = np.column_stack([draw.normal(size=(60, dims)), np.full(60, -1.0), np.full(60, 1.0)])
    heights = [log_posterior(p, points, rolls, prior)]
    for promise in (100.0, 1.0, 0.01, 1e-6):
        points, rolls, steps = approached(p, points, rolls, prior, promise=promise)
        assert steps < 400
        heights.append(log_posterior(p, points, rolls, prior))
    assert (np.diff(heights) >= 0).all()
    top = maximum(p, dims, prior, start=(points, rolls))
    assert heights[-1] == pytest.approx(top.at.log_likelihood + top.at.log_prior, abs=1e-5)


def test_it_stops_after_as_many_steps_as_allowed() -> None:
    p, prior = panel(simulated(5, states=15)[0]), Prior()
    rolls = np.tile([1.0, -1.0, 1.0], (len(p.yes), 1))
    points = np.zeros((4, 15, 1))
    assert approached(p, points, rolls, prior, promise=0.0, most=3)[2] == 3
