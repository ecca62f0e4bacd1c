"""PPML on the block beside pyfixest, which absorbs effects in another way."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.trade.gravity import gravity
from tightrope.trade.simulated import simulated_panel

pytest.importorskip("pyfixest")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("pairs", "cluster"), [("none", "pair"), ("directed", "pair"), ("symmetric", "pair"), ("directed", "exporter")]
)
def test_coefficients_and_clustered_errors_agree(pairs: str, cluster: str) -> None:
    panel = simulated_panel(15, 5, 21, (0.4, -0.2, 0.1))
    own, other = (gravity(panel, pairs=pairs, cluster=cluster, engine=engine) for engine in ("own", "pyfixest"))
    assert (own.fit.n, own.fit.clusters) == (other.fit.n, other.fit.clusters)
    np.testing.assert_allclose(own.fit.coefficients, other.fit.coefficients, rtol=0, atol=1e-8)
    np.testing.assert_allclose(own.errors, other.errors, rtol=0, atol=1e-8)
    np.testing.assert_allclose(own.fit.covariance, other.fit.covariance, rtol=0, atol=1e-8)
    np.testing.assert_allclose(own.fit.deviance, other.fit.deviance, rtol=1e-8)
