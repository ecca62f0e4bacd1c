"""The conditional logit against two independent programs."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from tightrope.decide.conditional import conditional_logit


def choices(n: int, options: int, features: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, options, features))
    available = rng.random((n, options)) > 0.15
    utility = x @ np.linspace(-1, 1, features) + rng.gumbel(size=(n, options))
    available[np.arange(n), :2] = True
    return x, np.where(available, utility, -np.inf).argmax(axis=1), available


@pytest.mark.parametrize(("options", "features"), [(2, 3), (4, 5)])
@pytest.mark.parametrize("robust", [False, True])
def test_coefficients_and_errors_are_those_of_xlogit(options: int, features: int, robust: bool) -> None:
    xlogit = pytest.importorskip("xlogit")
    x, y, available = choices(1500, options, features, 4)
    model, start = xlogit.MultinomialLogit(), None
    for _ in range(4):  # it stops a thousandth of a standard error from the top, wherever it started
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(
                x.reshape(-1, features),
                (y[:, None] == np.arange(options)).ravel(),
                varnames=[f"x{k}" for k in range(features)],
                alts=np.tile(np.arange(options), 1500),
                ids=np.repeat(np.arange(1500), options),
                avail=available.ravel().astype(float),
                robust=robust,
                init_coeff=start,
                verbose=0,
            )
        start = model.coeff_
    fit = conditional_logit(x, y, available=available)
    assert fit.coefficients == pytest.approx(model.coeff_, abs=1e-6)
    assert fit.log_likelihood == pytest.approx(model.loglikelihood, abs=1e-6)
    assert (fit.robust_error if robust else fit.error) == pytest.approx(model.stderr, rel=1e-3)


def test_a_multinomial_logit_is_one_with_features_of_the_chooser_for_each_option() -> None:
    sklearn = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(3)
    z = rng.normal(size=(600, 2))
    utility = z @ rng.normal(size=(2, 3)) + rng.gumbel(size=(600, 3))
    y = utility.argmax(axis=1)
    # Option 0 is what the others are compared with; each other has a constant and two coefficients of its own.
    of_chooser = np.concatenate([np.ones((600, 1)), z], axis=1)
    x = np.zeros((600, 3, 6))
    for k in (1, 2):
        x[:, k, 3 * (k - 1) : 3 * k] = of_chooser
    fit = conditional_logit(x, y)
    model = sklearn.LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(z, y)
    b = np.concatenate([model.intercept_[:, None], model.coef_], axis=1)
    assert fit.coefficients == pytest.approx((b[1:] - b[0]).ravel(), abs=1e-5)
    assert fit.probabilities(x) == pytest.approx(model.predict_proba(z), abs=1e-5)
