"""Coefficients of the decision model come back from choices that were simulated with them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tightrope.decide import COEFFICIENTS, Agenda, Coefficients, chosen, probabilities, pull, utilities

TRUE = np.array([2.0, -1.5, 1.0, 0.8, 6.0, 0.7, 0.5, 0.6, 0.9])
"""In the order of `COEFFICIENTS`; states that balance, love room, and are led by their regimes."""

OPTIONS, POWERS = 4, 6


def decisions(seed, n):
    """Decisions of n states, each asked once, in circumstances that vary over the whole range."""
    rng = np.random.default_rng(seed)
    flag = (rng.random((6, n, OPTIONS)) < 0.3) * 1.0
    is_open = rng.random((n, OPTIONS)) < 0.8
    is_open[:, :2] = True
    agenda = Agenda(
        stance=rng.uniform(-1, 1, (n, OPTIONS, POWERS)),
        degree=rng.uniform(-1, 1, (n, OPTIONS)),
        regime=flag[0] - flag[1],
        norm=flag[2] - flag[3],
        statusquo=flag[4],
        isolation=flag[5],
        placate=np.zeros((n, OPTIONS)),
        evasion=np.zeros((n, OPTIONS)),
        admission=np.zeros((n, OPTIONS)),
        turnout=rng.normal(0, 1, (n, OPTIONS)) * (rng.random((n, OPTIONS)) < 0.3),
        habit=np.zeros((n, OPTIONS), np.int32),
        offers=rng.uniform(0, 1, (n, POWERS)) * (rng.random((n, POWERS)) < 0.3),
        ties=np.zeros((9, n, POWERS)),
        reach=rng.uniform(-0.2, 0.2, (n, POWERS)),
        scale=rng.uniform(0.7, 1.3, n),
        open=is_open * 1.0,
        key=np.zeros((n, 2), np.uint32),
    )
    seen = {name: rng.uniform(0, 0.6, (n, POWERS, 1)) for name in ("dependence", "threat", "offer")}
    seen["alignment"] = rng.uniform(-1, 1, (n, POWERS, 1))
    rest = {"credibility": rng.uniform(0, 1, (POWERS, 1)), "stress": rng.uniform(1, 1.5, (n, 1))}
    return agenda, seen, rest | {"isolation_cost": rng.uniform(0, 1, (n, 1))}


def worth(weights, asked):
    """Utility of each option, (option, state)."""
    agenda, seen, rest = asked
    common = Coefficients(*(np.full((len(agenda.degree), 1), w) for w in weights))
    wanted = pull(common, **seen)
    found = utilities(agenda, common, wanted, dependence=seen["dependence"], threat=seen["threat"], **rest)
    return np.stack(found)[:, :, 0]


def odds(utility, asked):
    """Probability of each option, (option, state)."""
    return np.stack(probabilities(asked[0], list(utility[:, :, None])))[:, :, 0]


def simulated(seed, asked):
    """What states with the true coefficients choose, (option, state)."""
    p = odds(worth(TRUE, asked), asked)
    u = np.random.default_rng([seed, 1]).random((p.shape[1], 1))
    return np.stack(chosen(list(p[:, :, None]), u))[:, :, 0]


def fitted(picks, asked):
    """Maximum likelihood by Newton's method, its standard errors, and the log-likelihood.

    Utility is linear in the coefficients, so its slopes are its values at unit weights less its value at none.
    """
    none = worth(np.zeros(len(TRUE)), asked)
    slopes = np.stack([worth(unit, asked) - none for unit in np.eye(len(TRUE))], axis=-1) * asked[0].scale[:, None]
    best = np.zeros(len(TRUE))
    for _ in range(30):
        p = odds(worth(best, asked), asked)
        gradient = np.einsum("os,osk->k", picks - p, slopes)
        mean = np.einsum("os,osk->sk", p, slopes)
        information = np.einsum("os,osk,osl->kl", p, slopes, slopes) - mean.T @ mean
        step = np.linalg.solve(information, gradient)
        best = best + step
        if abs(step).max() < 1e-10:
            return best, np.sqrt(np.diag(np.linalg.inv(information))), score(best, picks, asked)
    raise AssertionError("Newton's method did not arrive")


def score(weights, picks, asked):
    return np.log((odds(worth(weights, asked), asked) * picks).sum(axis=0)).sum()


def test_known_coefficients_come_back_within_three_standard_errors():
    asked = decisions(1, 5000)
    best, error, _ = fitted(simulated(1, asked), asked)
    for name, z in zip(COEFFICIENTS, (best - TRUE) / error, strict=True):
        assert abs(z) < 3, name
    # And they are told apart from zero, so that the test can fail.
    assert (abs(best) > 5 * error).all()


def test_ninety_per_cent_intervals_hold_the_truth_nine_times_in_ten():
    tries = 200
    z = np.empty((tries, len(TRUE)))
    for seed in range(tries):
        asked = decisions(seed, 500)
        best, error, _ = fitted(simulated(seed, asked), asked)
        z[seed] = (best - TRUE) / error
    held = abs(z) < stats.norm.ppf(0.95)
    for name, column in zip(COEFFICIENTS, held.T, strict=True):
        assert stats.binomtest(int(column.sum()), tries, 0.9).pvalue > 1e-3, name
    assert stats.binomtest(int(held.sum()), held.size, 0.9).pvalue > 1e-3


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_a_wrong_sign_is_found_out(name):
    asked = decisions(3, 5000)
    picks = simulated(3, asked)
    _, _, likelihood = fitted(picks, asked)
    turned = np.where(np.array(COEFFICIENTS) == name, -TRUE, TRUE)
    assert likelihood > score(turned, picks, asked) + 10


def test_the_known_coefficients_are_likelier_than_chance_and_less_likely_than_the_fit():
    asked = decisions(4, 2000)
    picks = simulated(4, asked)
    _, _, likelihood = fitted(picks, asked)
    assert score(np.zeros(len(TRUE)), picks, asked) < score(TRUE, picks, asked) <= likelihood
