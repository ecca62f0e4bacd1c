"""The Poisson fit of the screening agrees with pyfixest, and an untreated cell is imputed as pyfixest would."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from tightrope.trade.screen.counterfactual import poisson_effects


@pytest.mark.slow
def test_fitted_flows_agree_with_pyfixest() -> None:
    dice = np.random.default_rng(9)
    flow = dice.gamma(0.8, 100.0, (3, 8, 15))
    group, period = np.arange(8) // 4, np.arange(15)
    weight = np.ones_like(flow)
    weight[0, :3, 10:] = 0.0
    a, b, c = poisson_effects(flow, weight, group, period, sweeps=5000, tol=1e-13)
    ours = a[:, :, None] * b[:, None, :] * c[group][:, period][None]
    # pyfixest needs a regressor. This one is orthogonal to our residuals, so if ours is the maximum, its coefficient is 0
    # and the fitted flows are ours; if not, both differ.
    gap, x = weight * (flow - ours), dice.normal(size=flow.shape)
    x = x - gap * (x * gap).sum() / (gap**2).sum()
    d, p, t = np.indices(flow.shape)
    frame = pd.DataFrame(
        {
            "y": flow.ravel(),
            "x": x.ravel(),
            "pair": (d * 8 + p).ravel(),
            "month": (d * 15 + t).ravel(),
            "category": (group[p] * 15 + t).ravel(),
        }
    )[weight.ravel() > 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, about other packages
        import pyfixest as pf

        fit = pf.fepois("y ~ x | pair + month + category", frame, iwls_tol=1e-12, fixef_tol=1e-12)
    assert abs(float(fit.coef()["x"])) < 1e-6
    np.testing.assert_allclose(ours[weight > 0], np.asarray(fit.predict(type="response")), rtol=1e-5)
