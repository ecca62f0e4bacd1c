from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tightrope.base import FitError, TightropeError
from tightrope.votes import Ballots
from tightrope.votes.chain import covariances, factored, solved
from tightrope.votes.ideal import IdealPoints, ideal_points, maximum
from tightrope.votes.ordinal import Prior, derivatives, panel
from tightrope.votes.simulated import simulated


@pytest.fixture(scope="module")
def votes() -> Ballots:
    return simulated(5, states=12, sessions=3, rolls=25, absent=0.1)[0]


@pytest.fixture(scope="module")
def fit(votes: Ballots) -> IdealPoints:
    return ideal_points(votes)


def test_a_chain_is_solved_like_the_whole_matrix() -> None:
    draw = np.random.default_rng(0)
    n_sessions, n_states, dims = 3, 4, 2
    link = draw.random((n_sessions - 1, n_states)) * np.array([1, 1, 1, 0])
    own = np.eye(dims) * 8 + np.zeros((n_sessions, n_states, dims, dims))
    through = [draw.normal(size=(n_states * dims, 3)) * 0.7 for _ in range(n_sessions)]
    size = n_states * dims
    whole = np.zeros((n_sessions * size, n_sessions * size))
    for t in range(n_sessions):
        here = slice(t * size, (t + 1) * size)
        whole[here, here] = np.kron(np.eye(n_states), np.eye(dims) * 8) - through[t] @ through[t].T
        if t:
            before = slice((t - 1) * size, t * size)
            whole[here, before] = whole[before, here] = -np.diag(np.repeat(link[t - 1], dims))
    factor = factored(own, through, link)
    assert factor is not None
    right = draw.normal(size=(n_sessions, size))
    assert np.allclose(solved(factor, right).ravel(), np.linalg.solve(whole, right.ravel()))
    inverse = np.linalg.inv(whole)
    for t, block in enumerate(covariances(factor)):
        here = slice(t * size, (t + 1) * size)
        assert np.allclose(block, inverse[here, here])


def test_a_matrix_that_is_not_positive_definite_has_no_factor() -> None:
    assert factored(np.ones((1, 1, 1, 1)), [np.full((1, 1), 2.0)], np.zeros((0, 1))) is None


@pytest.mark.parametrize("dims", [1, 2])
def test_the_gradient_vanishes_at_the_maximum(votes: Ballots, dims: int) -> None:
    p, prior = panel(votes), Prior()
    peak = maximum(p, dims, prior)
    assert peak.gain < 1e-6
    assert np.abs(peak.at.points).max() < 0.01
    assert np.abs(derivatives(p, peak.points, peak.rolls, prior).rolls).max() < 0.01


def test_the_covariance_is_the_inverse_of_the_whole_hessian(votes: Ballots) -> None:
    p, prior = panel(votes), Prior()
    peak = maximum(p, 1, prior, tolerance=1e-10)
    points, rolls, factor = peak.points, peak.rolls, peak.factor
    n, m = points.size, rolls.size

    def gradient(x: np.ndarray) -> np.ndarray:
        at = derivatives(p, x[:n].reshape(points.shape), x[n:].reshape(rolls.shape), prior)
        return np.concatenate([at.points.ravel(), at.rolls.ravel()])

    x = np.concatenate([points.ravel(), rolls.ravel()])
    hessian = np.empty((n + m, n + m))
    for k in range(n + m):
        step = np.zeros(n + m)
        step[k] = 1e-5
        hessian[k] = -(gradient(x + step) - gradient(x - step)) / 2e-5
    expected = np.diag(np.linalg.inv(hessian))[:n]
    found = np.concatenate([np.diag(block) for block in covariances(factor)])
    assert np.allclose(found, expected, rtol=1e-3)


def test_every_session_has_mean_zero_and_spread_one(fit: IdealPoints) -> None:
    assert np.allclose(fit.points.mean(axis=1), 0)
    assert np.allclose(fit.points.std(axis=1), 1)
    assert (fit.sd > 0).all()
    assert fit.fit.converged
    assert fit.fit.gain < 1e-6


def test_order_of_states_and_roll_calls_does_not_matter(votes: Ballots, fit: IdealPoints) -> None:
    rows = np.random.default_rng(1).permutation(len(votes.ids))
    columns = np.random.default_rng(2).permutation(len(votes.states))
    turned = replace(
        votes,
        states=tuple(votes.states[k] for k in columns),
        ids=tuple(votes.ids[k] for k in rows),
        dates=votes.dates[rows],
        sessions=votes.sessions[rows],
        votes=votes.votes[np.ix_(rows, columns)],
    )
    assert np.allclose(ideal_points(turned).points, fit.points[:, columns], atol=1e-3)


def test_turning_every_question_round_changes_nothing(votes: Ballots, fit: IdealPoints) -> None:
    turned = replace(votes, votes=np.select([votes.votes == 1, votes.votes == 3], [3, 1], votes.votes).astype(np.int8))
    assert np.allclose(ideal_points(turned).points, fit.points, atol=1e-3)


def test_usa_are_above_russia(votes: Ballots) -> None:
    for names in (("RUS", "USA"), ("USA", "RUS")):
        named = replace(votes, states=(*names, *votes.states[2:]))
        found = ideal_points(named, absent="ignore")
        assert found.absence is None
        usa, russia = (found.points[:, found.states.index(name), 0].mean() for name in ("USA", "RUS"))
        assert usa > russia


def test_a_state_without_a_vote_in_a_session_has_no_point_there(votes: Ballots) -> None:
    cast = votes.votes.copy()
    cast[votes.sessions == 55, 0] = 9
    cast[:, 1] = 8
    found = ideal_points(replace(votes, votes=cast))
    assert np.isnan(found.points[0, 0]).all()
    assert not np.isnan(found.points[1:, 0]).any()
    assert votes.states[1] not in found.states


def test_a_gap_of_sessions_lets_points_move_further(votes: Ballots, fit: IdealPoints) -> None:
    later = replace(votes, sessions=votes.sessions + 20 * (votes.sessions > 55))
    found = ideal_points(later)
    assert found.sessions.tolist() == [55, 76, 77]
    assert found.sd[0].mean() > fit.sd[0].mean()


def test_a_unanimous_session_leaves_a_wider_interval(votes: Ballots, fit: IdealPoints) -> None:
    cast = votes.votes.copy()
    cast[votes.sessions == 56] = 1
    found = ideal_points(replace(votes, votes=cast))
    assert np.isfinite(found.points).all()
    assert found.sd[1].mean() > fit.sd[1].mean()


def test_absence_follows_how_often_a_state_is_away(votes: Ballots) -> None:
    cast = votes.votes.copy()
    cast[::2, 0] = 8
    found = ideal_points(replace(votes, votes=cast)).absence
    assert found is not None
    assert found.chance[:, 0].mean() == pytest.approx(0.5, abs=0.12)
    assert found.chance[:, 1:].mean() < 0.2
    assert (found.sd > 0).all()


def test_what_cannot_be_fitted_is_refused(votes: Ballots) -> None:
    with pytest.raises(TightropeError, match="1 to 5"):
        ideal_points(votes, 6)
    with pytest.raises(TightropeError, match="ignore"):
        ideal_points(votes, absent="drop")
    with pytest.raises(TightropeError, match="need more"):
        ideal_points(votes.of(votes.states[:2]), 2)
    with pytest.raises(FitError, match="did not converge"):
        ideal_points(votes, most=1)
