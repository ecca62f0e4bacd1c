"""`tightrope solve` from the command line: what is refused, and what a solution says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MOVE = ("--for", "PPP", "--move", "AAA:example=accept")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "solve needs --for POWER and --move"),
        (("--for", "USA", "--move", "KGZ:B16=acept"), "has no option `acept`"),
        (("--for", "UAS", "--move", "KGZ:B16=sign"), "Did you mean `USA`"),
        (("--for", "USA", "--move", "KGZ:B16=sign", "--budget", "USA=1,USA=2"), "USA has two budgets"),
        (("--for", "USA", "--move", "KGZ:B16=sign", "--budget", "RUS=1"), "RUS does not play"),
        (("--for", "USA", "--move", "KGZ:B16=sign", "--to", "2"), "--to 2"),
        (("--for", "USA", "--move", "KGZ:B16=sign", "--scenario", "nowhere"), "nowhere"),
    ],
)
def test_bad_input_ends_in_a_message(shell: Callable[..., Any], words: tuple[str, ...], said: str) -> None:
    done = shell("solve", *words)
    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert "Traceback" not in done.err


def test_an_unreachable_target_is_a_marked_result(shell: Callable[..., Any], small: Path) -> None:
    done = shell("solve", small, *MOVE, "--to", "0.999", "--members", 16, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["reachable"] is False
    assert found["best"] < 0.999
    assert found["exploitability"] is None
    assert any("the best is" in note for note in found["notes"])
    assert sum(option["after"] for option in found["options"]) == pytest.approx(1, abs=1e-5)


def test_people_are_told_the_probability_and_the_cost(shell: Callable[..., Any], small: Path) -> None:
    done = shell("solve", small, *MOVE, "--against", "QQQ", "--budget", "0.5", "--members", 16)
    assert done.code == 0, done.err
    assert "exploitability" in done.out
    assert "Probability" in done.out
