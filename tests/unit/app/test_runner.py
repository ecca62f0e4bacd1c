"""The main job refuses what it cannot run, before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tightrope.app.runner import run
from tightrope.base import RunError
from tightrope.case import load_case


def test_a_case_without_the_models_parameters_is_refused_with_all_that_is_missing() -> None:
    fixture = Path(__file__).resolve().parents[2] / "fixtures" / "two_by_two"
    with pytest.raises(RunError) as refused:
        run(load_case(fixture), members=64)
    for name in ("replaceability", "coefficient_spread", "trade_elasticity", "remittances_gdp"):
        assert f" {name} (" in str(refused.value)
    assert "tightrope new" in str(refused.value)
