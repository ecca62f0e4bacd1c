"""A copy of the made-up case that a test may break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tightrope.base import Problem
from tightrope.case import check_case

TWO_BY_TWO = Path(__file__).resolve().parents[2] / "fixtures" / "two_by_two"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the made-up case of two states and two powers."""
    return Path(shutil.copytree(TWO_BY_TWO, tmp_path / "two_by_two"))


@pytest.fixture
def edit(folder: Path) -> Callable[[str, str, str], None]:
    """Replace a text that stands exactly once in a file."""

    def replace(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def only_problem(folder: Path) -> Callable[[], Problem]:
    """The one problem of the copy."""

    def find() -> Problem:
        problems = check_case(folder)
        assert len(problems) == 1, "\n".join(map(str, problems))
        return problems[0]

    return find
