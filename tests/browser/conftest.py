from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tightrope.result import Result

SYNTHETIC = Path(__file__).parents[1] / "unit" / "report" / "synthetic.py"


@pytest.fixture(scope="session")
def result() -> Result:
    """A made-up Result of five states and six powers."""
    made: Result = runpy.run_path(str(SYNTHETIC))["synthetic_result"]()
    return made
