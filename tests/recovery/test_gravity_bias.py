"""The bias of a planted coefficient is what the corrections say, and they take most of it off."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.trade.bias import Bias, analytical_bias, halved, sides
from tightrope.trade.gravity import gravity
from tightrope.trade.ppml import ppml
from tightrope.trade.simulated import noisy_panel
from tightrope.trade.within import Within


@pytest.mark.slow
@pytest.mark.parametrize(("uneven", "left"), [(False, 0.35), (True, 0.6)])
def test_corrections_are_the_second_order_bias_of_small_disturbances(uneven: bool, left: float) -> None:
    """Means over disturbances and their mirror images, whose first order cancels."""
    n, years, size, draws, rng = 24, 3, 0.05, 30, np.random.default_rng(3)
    panel = noisy_panel(n, years, 5, unlike=0.3)
    x, there = np.stack([panel.regressors["x1"]]), panel.there
    mean = np.where(there, np.nan_to_num(gravity(panel).fit.fitted), 0.0)
    truth = ppml(mean, x, there).coefficients[0]
    spread = mean * np.exp(x[0]) if uneven else np.where(there, mean[there].min(), 0.0)
    halves = sides(n, 3, 3)
    off: dict[str, list[float]] = {"plain": [], "jackknife": [], "formula": []}
    for _ in range(draws):
        shock = size * spread * rng.choice([-1.0, 1.0], mean.shape)
        for y in (mean + shock, mean - shock):
            plain = ppml(y, x, there, tolerance=1e-12).coefficients[0]
            off["plain"].append((plain - truth) / size**2)
            twice = np.mean([halved(y, x, there, side)[0] for side in halves])
            off["jackknife"].append((2 * plain - twice - truth) / size**2)
            # what pairs are fitted to if their effects alone are estimated, which is without bias
            total = mean.sum(axis=0)
            mu = mean * np.divide(y.sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
            rest = np.where(there, Within(mean, "directed").off(x)[0], 0.0)
            off["formula"].append(analytical_bias(rest, mu, y - mu)[0] / size**2)
    of = {name: np.reshape(some, (draws, 2)).mean(axis=1) for name, some in off.items()}
    plain = of["plain"].mean()
    assert abs(plain) > 5 * of["plain"].std() / np.sqrt(draws)
    assert abs(of["jackknife"].mean()) < left * abs(plain)
    assert of["formula"].mean() == pytest.approx(plain, rel=0.3)


@pytest.mark.slow
def test_the_planted_coefficient_comes_back_with_less_bias() -> None:
    panels = 70
    found: dict[str, list[float]] = {"none": [], "jackknife": [], "analytical": []}
    errors = []
    for seed in range(panels):
        panel = noisy_panel(20, 5, seed)
        for how, some in found.items():
            fit = gravity(panel, bias=Bias(how, splits=4, seed=seed))
            some.append(fit.fit.coefficients[0] - 1)
        errors.append(fit.errors[0])
    off = {how: np.mean(some) / np.std(some) for how, some in found.items()}
    held = {how: (np.abs(some) < 1.96 * np.array(errors)).mean() for how, some in found.items()}
    assert off["none"] > 0.4
    assert abs(off["jackknife"]) < 0.35
    assert abs(off["analytical"]) < 0.35
    assert min(held.values()) > 0.75
