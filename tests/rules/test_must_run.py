"""In CI a whole run fails whose `data` or `browser` tests did not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1]

SETTINGS = """
[tool.pytest.ini_options]
testpaths = ["tests"]
markers = ["data: x", "browser: x", "slow: x"]
"""
TESTS = """
import pytest

@pytest.mark.data
def test_data(): {data}

@pytest.mark.browser
def test_browser(): {browser}
"""


@pytest.fixture
def outcome(tmp_path: Path):
    """Run pytest on two tests of a small project with our conftest; exit code and output."""

    def run(
        *, data: str = "pass", browser: str = "pass", ci: str = "true", has_data: bool = True, has_browser: bool = True
    ) -> tuple[int, str]:
        (tmp_path / "tests").mkdir()
        (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
        shutil.copy(HERE / "conftest.py", tmp_path / "tests")
        text = TESTS.format(data=data, browser=browser)
        (tmp_path / "tests" / "test_two.py").write_text(text, encoding="utf-8")
        (tmp_path / "data").mkdir()
        (tmp_path / "bin").mkdir()
        env = {
            "CI": ci,
            "PATH": str(tmp_path / "bin"),
            "TIGHTROPE_DATA": str(tmp_path / ("data" if has_data else "nowhere")),
            "TIGHTROPE_CHROMIUM": sys.executable if has_browser else "",
        }
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            cwd=tmp_path, env={**os.environ, **env}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    return run


def test_passes_when_both_ran(outcome) -> None:
    assert outcome()[0] == 0


def test_passes_without_the_data_folder(outcome) -> None:
    code, said = outcome(has_data=False)
    assert code == 0
    assert "1 skipped" in said


def test_fails_when_a_data_test_skips_itself(outcome) -> None:
    code, said = outcome(data="pytest.skip('no time')")
    assert code == 1
    assert "marked `data` must run" in said


def test_fails_without_a_browser(outcome) -> None:
    code, said = outcome(has_browser=False)
    assert code == 1
    assert "marked `browser` must run" in said


def test_outside_ci_both_may_skip(outcome) -> None:
    code, said = outcome(ci="", has_data=False, has_browser=False)
    assert code == 0
    assert "2 skipped" in said
