"""A channel that only the case knows."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tightrope.base import RunError
from tightrope.case import load_case, new_case
from tightrope.measure import measures
from tightrope.simulate import simulate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new case whose trade is called water throughout, so that it has eight channels of the nine and one of its own."""
    place = new_case(tmp_path / "rivers", ("AAA", "BBB"), ("CCC", "DDD"))
    for name in (
        "case.yaml",
        "ties.csv",
        "codebook.yaml",
        *(f"parameters/{n}.yaml" for n in ("stakes", "dynamics", "corridors")),
    ):
        path = place / name
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"(?<=id: )trade\b|(?<=[,\[ ])trade(?=[,\]])|(?<=channel: )trade\b", "water", text)
        path.write_text(text, encoding="utf-8")
    return place


def test_a_channel_of_the_case_is_simulated_as_it_is_measured(folder: Path) -> None:
    case = load_case(folder)
    assert "water" in case.channels
    assert "trade" not in case.channels
    measured = measures(case)["dependence"]
    start = simulate(case, members=512).outcome["dependence"][0].mean(axis=-1)
    np.testing.assert_allclose(start, measured.value, atol=0.06)


def test_a_channel_without_its_speed_is_refused_by_name(folder: Path) -> None:
    path = folder / "parameters" / "dynamics.yaml"
    text = path.read_text(encoding="utf-8")
    speeds, rest = text.split("volatility:", 1)
    lines = [line for line in speeds.splitlines() if "[water]" not in line]
    path.write_text("\n".join(lines) + "\nvolatility:" + rest, encoding="utf-8")
    with pytest.raises(RunError, match="reversion is unknown"):
        simulate(load_case(folder), members=64)
