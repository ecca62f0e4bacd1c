"""Penalised logits: gradients, an independent program, and planted coefficients."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression

from tightrope.base import FitError
from tightrope.decide import ridge
from tightrope.decide.ridge import binary, multinomial, ordinal


@pytest.fixture
def table():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(150, 3))
    return (
        x,
        softmax(x @ rng.normal(size=(3, 4)), axis=1).cumsum(axis=1).__ge__(rng.random((150, 1))).argmax(axis=1),
        rng,
    )


def with_ones(x):
    return np.column_stack([np.ones(len(x)), x])


def test_multinomial_agrees_with_scikit_learn(table):
    x, y, rng = table
    weight = rng.uniform(0.2, 1, len(y))
    mine = multinomial(with_ones(x), y, weight, np.array([0.0, 2.0, 2.0, 2.0]), 4)
    theirs = LogisticRegression(C=0.5, tol=1e-8, max_iter=10_000).fit(x, y, sample_weight=weight)
    np.testing.assert_allclose(
        softmax(with_ones(x) @ mine, axis=1), theirs.predict_proba(x), atol=2e-4
    )  # an intercept without penalty is free up to a constant, probabilities are not


def test_binary_agrees_with_scikit_learn(table):
    x, y, rng = table
    weight, one = rng.uniform(0.2, 1, len(y)), (y == 1) * 1.0
    mine = binary(with_ones(x), one, weight, np.array([0.0, 2.0, 2.0, 2.0]))
    theirs = LogisticRegression(C=0.5, tol=1e-8).fit(x, one, sample_weight=weight)
    np.testing.assert_allclose(mine, [*theirs.intercept_, *theirs.coef_[0]], atol=2e-4)


def planted(n, rng, slope=(1.0, -0.5), cut=((-1.0, 1.0), (0.5, 1.0))):
    x, group = rng.normal(size=(n, 2)), rng.integers(0, 2, n)
    below = expit(np.array(cut)[group] - (x @ np.array(slope))[:, None])
    return x, group, (rng.random((n, 1)) > below).sum(axis=1)


def test_planted_slopes_and_cuts_come_back():
    x, group, y = planted(20_000, np.random.default_rng(1))
    found = ordinal(x, group, y, np.ones(len(y)), np.zeros(2), width_penalty=0.0, cut_penalty=0.0)
    np.testing.assert_allclose(found.slope, [1.0, -0.5], atol=0.06)
    np.testing.assert_allclose(found.cut, [[-1.0, 1.0], [0.5, 1.0]], atol=0.08)


@pytest.mark.parametrize("model", ["multinomial", "binary", "ordinal"])
def test_no_step_away_from_the_solution_is_better(model):
    rng = np.random.default_rng(2)
    x, group, y = planted(200, rng)
    weight, penalty = rng.uniform(0.2, 1, 200), np.array([0.3, 2.0])

    def worth(b):
        if model == "multinomial":
            return (weight * np.log(softmax(x @ b, axis=1)[np.arange(200), y])).sum() - (
                penalty[:, None] * b**2
            ).sum() / 2
        if model == "binary":
            p = expit(x @ b)
            return (weight * np.log(np.where(y == 1, p, 1 - p))).sum() - (penalty * b**2).sum() / 2
        slope, low, gap = b[:2], b[2:4], b[4:6]
        below = expit(np.stack([low, low + np.exp(gap)], 1)[group] - (x @ slope)[:, None])
        p = np.choose(y, [below[:, 0], below[:, 1] - below[:, 0], 1 - below[:, 1]])
        taken = (penalty * slope**2).sum() + 0.05 * (low**2).sum() + 0.5 * ((gap - 1) ** 2).sum()
        return (weight * np.log(p)).sum() - taken / 2

    if model == "multinomial":
        best = multinomial(x, y, weight, penalty, 3)
    elif model == "binary":
        best = binary(x, (y == 1) * 1.0, weight, penalty)
    else:
        found = ordinal(x, group, y, weight, penalty)
        best = np.concatenate([found.slope, found.cut[:, 0], np.log(np.diff(found.cut, axis=1)[:, 0])])
    for _ in range(30):
        assert worth(best + rng.normal(scale=0.05, size=best.shape)) < worth(best)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.1, 100))
def test_probabilities_are_probabilities(seed, size):
    rng = np.random.default_rng(seed)
    x, group, y = planted(30, rng)
    found = ordinal(x, group, y, np.ones(30), np.full(2, size))
    p = found.probability(10 * x, 1)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1)


def test_a_heavier_penalty_draws_to_zero():
    x, group, y = planted(200, np.random.default_rng(3))
    sizes = [np.abs(ordinal(x, group, y, np.ones(200), np.full(2, s)).slope).sum() for s in (0.1, 10, 1000)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 0.2


def test_a_fit_that_does_not_converge_is_refused(monkeypatch):
    monkeypatch.setattr(ridge, "MOST", 1)
    x, group, y = planted(200, np.random.default_rng(4))
    with pytest.raises(FitError, match="ordered logit did not converge"):
        ordinal(x, group, y, np.ones(200), np.ones(2))
    with pytest.raises(FitError, match="multinomial logit did not converge"):
        multinomial(x, y, np.ones(200), np.ones(2), 3)
