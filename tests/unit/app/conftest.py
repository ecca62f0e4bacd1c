"""The command line without a new process for every command."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from tightrope.app.cli import main


class Said(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def tightrope(*words: object) -> Said:
    """Run a command as the console script would."""
    out, err = io.StringIO(), io.StringIO()
    with patch.object(sys, "argv", ["tightrope", *map(str, words)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def shell() -> Callable[..., Said]:
    """Runs a command and gives back its exit code and what it wrote."""
    return tightrope


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case as `tightrope new` makes it, which runs in a moment."""
    folder = tmp_path_factory.mktemp("cases") / "small"
    said = tightrope("new", folder, "--states", "AAA,BBB", "--powers", "PPP,QQQ,RRR")
    assert (said.code, said.out) == (0, "")
    return folder


@pytest.fixture(scope="session")
def runs(small: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of three runs: two with the same seed, one with another."""
    root = tmp_path_factory.mktemp("runs")
    folders = {"one": root / "one", "again": root / "again", "other": root / "other"}
    for name, seed in (("one", 7), ("again", 7), ("other", 8)):
        said = tightrope("simulate", small, "--members", 32, "--seed", seed, "--out", folders[name])
        assert said.code == 0, said.err
    return folders
