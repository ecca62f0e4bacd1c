"""Two priors of the decision model are those that the pulls of powers on all states' votes give."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "src" / "tightrope" / "cases" / "central_asia"

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def script(derivation: Any) -> Any:
    return derivation("pulls")


def test_priors_of_dependence_and_alignment_are_derived(script: Any, data: Path) -> None:
    kept = (CASE / "parameters/coefficients.yaml").read_text(encoding="utf-8")
    assert script.written(kept, script.priors(data, CASE)) == kept


def test_the_rows_of_the_spread_between_states_are_left_alone(script: Any) -> None:
    kept = (CASE / "parameters/coefficients.yaml").read_text(encoding="utf-8")
    changed = script.written(kept, {"dependence": "      - {at: [dependence], made: anew}"})
    assert changed.count("made: anew") == 1
    assert changed.split("coefficient_spread:")[1] == kept.split("coefficient_spread:")[1]


def test_examples_of_the_script(script: Any) -> None:
    found = doctest.testmod(script)
    assert found.attempted
    assert not found.failed
