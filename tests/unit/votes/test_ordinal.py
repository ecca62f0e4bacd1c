from __future__ import annotations

import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.votes.ordinal import Prior, derivatives, log_posterior, panel
from tightrope.votes.simulated import simulated


def at_random(dims: int) -> tuple[object, ...]:
    votes, _ = simulated(3, states=4, sessions=3, rolls=3, dims=dims, absent=0.1)
    draw = np.random.default_rng(4)
    p = panel(votes)
    points = draw.normal(size=(3, 4, dims))
    rolls = np.column_stack([draw.normal(size=(9, dims)), draw.normal(size=9) - 1, draw.normal(size=9) + 3])
    return p, points, rolls, Prior()


@pytest.mark.parametrize("dims", [1, 2])
def test_derivatives_are_those_of_finite_differences(dims: int) -> None:
    p, points, rolls, prior = at_random(dims)
    at = derivatives(p, points, rolls, prior)  # type: ignore[arg-type]
    assert at.log_likelihood + at.log_prior == pytest.approx(log_posterior(p, points, rolls, prior))  # type: ignore[arg-type]
    step = 1e-5
    for which, found, own in ((1, at.points, at.points_by_points), (2, at.rolls, at.rolls_by_rolls)):
        for index in np.ndindex(found.shape):
            shifted = []
            for sign in (1, -1):
                both = [points.copy(), rolls.copy()]  # type: ignore[attr-defined]
                both[which - 1][index] += sign * step
                shifted.append(derivatives(p, *both, prior))  # type: ignore[arg-type]
            up, down = shifted
            slope = (up.log_likelihood + up.log_prior - down.log_likelihood - down.log_prior) / (2 * step)
            assert slope == pytest.approx(found[index], abs=1e-5)
            name = "points" if which == 1 else "rolls"
            bend = -(getattr(up, name)[index[:-1]] - getattr(down, name)[index[:-1]]) / (2 * step)
            assert bend == pytest.approx(own[index], abs=1e-5)


def test_states_that_never_vote_and_lone_states_are_told() -> None:
    votes, _ = simulated(1, states=3)
    cast = votes.votes.copy()
    cast[:, 1:] = 8
    from dataclasses import replace

    with pytest.raises(TightropeError, match="two states that vote; here 1 of 3"):
        panel(replace(votes, votes=cast))


def test_unanimous_roll_calls_alone_are_refused() -> None:
    from dataclasses import replace

    votes, _ = simulated(1, states=3)
    with pytest.raises(TightropeError, match="unanimous"):
        panel(replace(votes, votes=np.ones_like(votes.votes)))


def test_prior_must_be_positive() -> None:
    with pytest.raises(TightropeError, match="drift"):
        Prior(drift=0)
