"""Volatility is found again in shares made by the tie equation, and the case's rows are those that its shares give."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tightrope.case import Case

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "src" / "tightrope" / "cases" / "central_asia"
PAGE = ROOT / "docs" / "explain" / "dynamics.md"


@pytest.fixture(scope="module")
def script(derivation: Any) -> Any:
    return derivation("dynamics")


@pytest.fixture(scope="module")
def passthrough(derivation: Any) -> Any:
    return derivation("passthrough")


STATES, POWERS, YEARS = 5, 6, 4


def planted(sigma: float, reversion: float, common: float, error: float, seed: int) -> list[dict[str, str]]:
    """Rows of ties.csv made by eq. 10, step by step and without any of the script's algebra."""
    draws = np.random.default_rng(seed)
    start = draws.dirichlet([2.0] * (POWERS + 1), size=STATES)
    target, rest = start[:, :POWERS], start[:, POWERS]
    volume, yearly = target.copy(), []
    for t in range(20 + 4 * YEARS):  # twenty quarters to settle
        both = draws.normal(size=POWERS), draws.normal(), draws.normal(size=(STATES, POWERS)), draws.normal(size=STATES)
        shock = np.sqrt(common / 2) * (both[0] + both[1]) + np.sqrt((1 - common) / 2) * (both[2] + both[3][:, None])
        volume = np.maximum(volume * (1 + sigma * shock) + reversion * (target - volume), 0)
        if t >= 20:
            yearly.append(volume / (volume.sum(axis=1) + rest)[:, None])
    shares = np.array(yearly).reshape(YEARS, 4, STATES, POWERS).mean(axis=1)
    noise = np.exp(error * draws.normal(size=shares.shape))
    half = 1.6448536 * error
    return [
        {
            "state": f"S{i}",
            "power": f"P{p}",
            "channel": "trade",
            "period": str(2018 + y),
            "value": repr(float(v)),
            "low": repr(float(v * (1 - half))),
            "high": repr(float(v * (1 + half))),
            "kind": "measured",
            "source": "planted",
            "chosen": "yes",
        }
        for (y, i, p), v in np.ndenumerate(np.minimum(shares * noise, 1.0))
    ]


def toy(reversion: float, common: float) -> Any:
    """As much of a case as the estimate reads."""

    def parameter(name: str) -> Any:
        if name == "reversion":
            low, value, high = (np.array([reversion * k]) for k in (0.5, 1.0, 2.0))
        else:
            low, value, high = (np.array(common + k) for k in (-0.2, 0.0, 0.2))
        return SimpleNamespace(low=low, value=value, high=high)

    return SimpleNamespace(
        states=tuple(f"S{i}" for i in range(STATES)),
        powers=tuple(f"P{p}" for p in range(POWERS)),
        channels=("trade",),
        start="2021Q4",
        parameter=parameter,
    )


@pytest.mark.parametrize(("sigma", "error"), [(0.1, 0.02), (0.2, 0.02), (0.2, 0.1)])
def test_planted_volatility_lies_in_its_interval_as_often_as_it_says(script, sigma, error):
    case, runs = toy(0.15, 0.5), 12
    found = []
    for seed in range(runs):
        rows = planted(sigma, 0.15, 0.5, error, seed)
        found.append(script.estimate(case, script.shares(case, rows, "trade"), "trade").volatility)
    low, middle, high = np.array(found).T
    # Twelve trials at 0.9: nine or more within in 97 of 100 sets.
    assert ((low <= sigma) & (sigma <= high)).sum() >= 9
    assert np.median(middle) == pytest.approx(sigma, rel=0.25)


def test_errors_that_are_new_each_year_are_not_taken_for_volatility(script):
    case = toy(0.15, 0.5)
    rows = planted(0.05, 0.15, 0.5, 0.15, 3)
    exact = [row | {"low": "", "high": ""} for row in rows]
    told = script.estimate(case, script.shares(case, rows, "trade"), "trade").volatility[1]
    naive = script.estimate(case, script.shares(case, exact, "trade"), "trade").volatility[1]
    assert told < 0.75 * naive


def test_rows_of_the_case_are_those_that_its_own_shares_give(script, central_asia: Case) -> None:
    kept = (CASE / "parameters/dynamics.yaml").read_text(encoding="utf-8")
    assert script.written(kept, script.estimates(central_asia, CASE), 2021) == kept


def test_nothing_after_the_start_is_used(script, central_asia: Case) -> None:
    rows = script.read(CASE / "ties.csv")
    before = [row for row in rows if row["period"] <= "2021"]
    assert len(before) < len(rows)
    for channel in central_asia.channels:
        one, other = (script.shares(central_asia, some, channel) for some in (rows, before))
        assert one.sources == other.sources
        np.testing.assert_array_equal(one.value, other.value)
        assert (one.year <= 2021).all()


def test_what_the_page_says_of_the_pass_through_is_what_the_rows_give(passthrough, central_asia: Case) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for one in passthrough.fits(central_asia):
        assert passthrough.line(one) in text


def test_slopes_of_the_pass_through_are_found_in_planted_rows(passthrough, central_asia: Case, monkeypatch) -> None:
    draws = np.random.default_rng(5)
    made = [
        (state, year, 3 + k + 0.4 * sent + 0.2 * traded + (2.0 if year == 2020 else 0.0), sent, traded)
        for k, state in enumerate(central_asia.states)
        for year in range(2018, 2022)
        for sent, traded in [draws.normal(size=2)]
    ]
    monkeypatch.setattr(passthrough, "rows", lambda case: made)
    fit = passthrough.fit(central_asia, ("remittances", "trade"), years=True)
    assert [slope.value for slope in fit.slopes] == pytest.approx([0.4, 0.2])
    assert all(slope.error < 1e-9 for slope in fit.slopes)


def test_examples_of_the_script(script: Any) -> None:
    found = doctest.testmod(script)
    assert found.attempted
    assert not found.failed
