"""What sanctions do to trade in the built-in case is what the derivation makes of the data."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tightrope.case import load_case

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "src/tightrope/cases/central_asia/parameters/trade.yaml"

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def script(derivation: Any) -> Any:
    return derivation("trade_effects")


def test_the_file_of_parameters_is_derived(script: Any, data: Path) -> None:
    found, _ = script.derived(data, load_case("central_asia"))
    kept = FILE.read_text(encoding="utf-8")
    number = r"-?\d+(?:\.\d+)?"
    assert re.sub(number, "#", found) == re.sub(number, "#", kept)
    ours, theirs = ([float(x) for x in re.findall(number, text)] for text in (found, kept))
    np.testing.assert_allclose(ours, theirs, rtol=0.011)  # two digits are kept


def test_examples_of_the_script(script: Any) -> None:
    found = doctest.testmod(script)
    assert found.attempted
    assert not found.failed
