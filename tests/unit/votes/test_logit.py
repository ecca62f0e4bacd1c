from __future__ import annotations

import numpy as np
import pytest

from tightrope.base import FitError
from tightrope.votes.logit import fit_pooled_logit, log_probabilities


def planted(n_states: int = 30, n_rolls: int = 400, seed: int = 1) -> tuple[np.ndarray, ...]:
    dice = np.random.default_rng(seed)
    terms = dice.normal(size=(n_states, n_rolls, 3, 2))
    truth = np.array([1.0, -0.5]) + 0.5 * dice.normal(size=(n_states, 2))
    p = np.exp(log_probabilities(terms, truth))
    chosen = (dice.random(p.shape[:2])[..., None] > p.cumsum(-1)).sum(-1)
    return terms, chosen, truth


def fit(terms: np.ndarray, chosen: np.ndarray, weight: np.ndarray | None = None, own: float = 4.0, **more: float):
    return fit_pooled_logit(
        terms,
        chosen,
        np.ones(chosen.shape) if weight is None else weight,
        common_penalty=np.full(terms.shape[-1], 0.01),
        own_penalty=np.full(terms.shape[-1], own),
        **more,
    )


def test_planted_coefficients_are_found_within_their_errors() -> None:
    terms, chosen, truth = planted()
    found = fit(terms, chosen)
    z = (found.coefficients - truth) / found.error
    assert 0.8 < z.std() < 1.25
    assert abs(found.common - truth.mean(axis=0)).max() < 0.1


def test_the_slope_at_the_answer_is_nought() -> None:
    terms, chosen, _ = planted(n_states=5, n_rolls=60)
    found = fit(terms, chosen, tolerance=1e-8)
    hit = chosen[..., None] == np.arange(3)
    p = np.exp(log_probabilities(terms, found.coefficients))
    slope = np.einsum("srok,sro->sk", terms, hit - p)
    np.testing.assert_allclose(slope, 4.0 * found.own, atol=1e-6)
    np.testing.assert_allclose(slope.sum(axis=0), 0.01 * found.common, atol=1e-6)


def test_cells_without_weight_do_not_count() -> None:
    terms, chosen, _ = planted(n_states=5, n_rolls=60)
    weight = np.ones(chosen.shape)
    weight[:, 40:] = 0
    other = np.where(weight > 0, chosen, 2 - chosen)
    a, b = fit(terms, chosen, weight, tolerance=1e-8), fit(terms, other, weight, tolerance=1e-8)
    np.testing.assert_array_equal(a.coefficients, b.coefficients)


def test_a_stiff_penalty_makes_all_states_alike() -> None:
    terms, chosen, _ = planted(n_states=5, n_rolls=60)
    assert abs(fit(terms, chosen, own=1e7).own).max() < 1e-4


def test_a_fit_that_does_not_converge_is_an_error() -> None:
    terms, chosen, _ = planted(n_states=5, n_rolls=60)
    with pytest.raises(FitError, match="did not converge"):
        fit(terms, chosen, tolerance=1e-12, most_steps=1)
