from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tightrope.base import FitError
from tightrope.votes.evidence import estimated, log_evidence
from tightrope.votes.ideal import Peak, maximum
from tightrope.votes.ordinal import Panel, Prior, derivatives, panel
from tightrope.votes.simulated import simulated

PRIOR = Prior(drift=0.3, discrimination=1.5, middle=3.0, rate=0.8)


@pytest.fixture(scope="module")
def p() -> Panel:
    return panel(simulated(2, states=6, sessions=3, rolls=6, prior=PRIOR)[0])


@pytest.fixture(scope="module")
def peak(p: Panel) -> Peak:
    return maximum(p, 1, PRIOR, tolerance=1e-10)


@pytest.fixture(scope="module")
def hessian(p: Panel, peak: Peak) -> np.ndarray:
    """Of minus the log posterior, whole, by differences of the gradient."""
    n = peak.points.size

    def gradient(x: np.ndarray) -> np.ndarray:
        at = derivatives(p, x[:n].reshape(peak.points.shape), x[n:].reshape(peak.rolls.shape), PRIOR)
        return np.concatenate([at.points.ravel(), at.rolls.ravel()])

    x = np.concatenate([peak.points.ravel(), peak.rolls.ravel()])
    return np.array([(gradient(x - e) - gradient(x + e)) / 2e-5 for e in 1e-5 * np.eye(len(x))])


def test_the_evidence_is_that_of_the_whole_matrix_and_of_normalised_priors(
    p: Panel, peak: Peak, hessian: np.ndarray
) -> None:
    points, (b, low, high) = peak.points[:, :, 0], peak.rolls.T
    prior = stats.norm.logpdf(points[0]).sum() + stats.norm.logpdf(np.diff(points, axis=0), scale=0.3).sum()
    prior += stats.norm.logpdf(b, scale=1.5).sum() + stats.norm.logpdf((low + high) / 2, scale=3).sum()
    prior += stats.gamma.logpdf(high - low, 2, scale=1 / 0.8).sum()
    around = len(hessian) * np.log(2 * np.pi) / 2 - np.linalg.slogdet(hessian)[1] / 2
    assert log_evidence(p, peak, PRIOR) == pytest.approx(peak.at.log_likelihood + prior + around, abs=1e-3)


@pytest.mark.slow
def test_the_drift_comes_back_from_votes_drawn_with_it() -> None:
    for drift in (0.25, 0.5):
        made = replace(PRIOR, drift=drift)
        votes, _ = simulated(7, states=80, sessions=6, rolls=100, prior=made)
        assert estimated(panel(votes), prior=PRIOR).prior.drift == pytest.approx(drift, rel=0.25)


def test_the_estimate_has_more_evidence_than_its_neighbours() -> None:
    p = panel(simulated(7, states=30, sessions=5, rolls=40, prior=PRIOR)[0])
    found = estimated(p, prior=PRIOR)
    assert found.prior == replace(PRIOR, drift=found.prior.drift)
    for factor in (0.8, 1.25):
        other = replace(found.prior, drift=found.prior.drift * factor)
        assert log_evidence(p, maximum(p, 1, other), other) < found.log_evidence


def test_a_drift_that_votes_do_not_tell_is_refused() -> None:
    with pytest.raises(FitError, match="one session"):
        estimated(panel(simulated(1, sessions=1)[0]))
    with pytest.raises(FitError, match=r"from 1\.5 to 2 ends"):
        estimated(panel(simulated(7, states=30, sessions=5, prior=PRIOR)[0]), prior=PRIOR, between=(1.5, 2))
