"""Planted diversions are found, the probabilities mean what they say, and the weights are those that their script makes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.special import logit
from sklearn.metrics import average_precision_score

from tightrope.trade.screen import planted
from tightrope.trade.screen.discovery import q_values
from tightrope.trade.screen.evidence import evidence, seen
from tightrope.trade.screen.fitting import fit_weights, known_only
from tightrope.trade.screen.score import KNOWN, known, score, weights
from tightrope.trade.screen.triangle_rule import triangle_rule

ALL, FIRST_LEG = (True,) * len(KNOWN), (False,) * len(KNOWN)
JUDGED = range(301, 309)  # neither fitted nor calibrated on


@pytest.fixture(scope="module", params=[ALL, FIRST_LEG], ids=["all_known", "first_leg_only"])
def judged(request: pytest.FixtureRequest) -> tuple[tuple[bool, ...], np.ndarray, np.ndarray, np.ndarray]:
    truth, told, plain = [], [], []
    for seed in JUDGED:
        made = planted(seed)
        some = known_only(made.panel, request.param)
        truth.append((made.truth if request.param[4] else made.truth[:, made.panel.listed]).ravel())
        told.append(score(evidence(seen(some)), known(some), weights()).probability.ravel())
        plain.append(triangle_rule(some).ravel())
    return request.param, np.concatenate(truth), np.concatenate(told), np.concatenate(plain)


def test_the_score_finds_more_than_the_triangle(judged: tuple) -> None:
    flags, truth, told, plain = judged
    found, rule = average_precision_score(truth, told), average_precision_score(truth, plain)
    assert found > rule + 0.05
    assert found > (0.70 if flags == ALL else 0.45)  # worlds differ: these eight are hard ones


def test_false_ones_among_the_flagged_stay_within_the_rate(judged: tuple) -> None:
    _, truth, told, _ = judged
    flagged = q_values(told) <= 0.1
    assert flagged.sum() > 300
    assert (~truth[flagged]).mean() < 0.1 + 0.03  # 0.1 in the long run; eight worlds stray by a few hundredths


def test_probabilities_are_the_parts_that_divert(judged: tuple) -> None:
    _, truth, told, _ = judged
    for low, high in ((0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.0)):
        here = (told >= low) & (told <= high)
        assert truth[here].mean() == pytest.approx(told[here].mean(), abs=0.09), (low, high)


@pytest.mark.slow
def test_remade_weights_agree_with_those_that_are_shipped() -> None:
    made_by = script("derive/screening_weights.py")
    fresh = fit_weights(made_by.FIT_ON, made_by.CALIBRATE_ON, patterns=[FIRST_LEG])
    old, new = weights().patterns["inflow"], fresh.patterns["inflow"]
    for name in old.rises:
        np.testing.assert_allclose(fresh.knots[name], weights().knots[name], atol=2e-3)
    assert new.base == pytest.approx(old.base, abs=0.02)
    for name, rises in old.rises.items():
        np.testing.assert_allclose(new.rises[name].sum(), rises.sum(), atol=0.05)
    assert logit(new.prevalence) == pytest.approx(logit(old.prevalence), abs=0.01)


def script(path: str) -> ModuleType:
    place = Path(__file__).resolve().parents[2] / path
    spec = importlib.util.spec_from_file_location(place.stem, place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
