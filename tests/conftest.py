"""What all tests share: a quiet JAX, the Hypothesis profiles, and the tests that must not be skipped in CI."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]

# Set before anything imports JAX: tests need no accelerator, and compiled code may be kept between runs.
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(ROOT / ".pytest_cache" / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.1")

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.simulate import Histories

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if IN_CI else "here")


def data_folder() -> Path | None:
    """The folder of source data sets that some tests recompute the case's figures from."""
    named = os.environ.get("TIGHTROPE_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def chromium() -> str | None:
    """Path of the Chromium that the browser tests drive."""
    names = (os.environ.get("TIGHTROPE_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def data() -> Path:
    """The data folder; a test that asks for it is marked `data`."""
    folder = data_folder()
    if folder is None:
        pytest.skip(_missing("data"))
    return folder


@pytest.fixture(scope="session")
def derivation() -> Callable[[str], ModuleType]:
    """Import a script of derive/central_asia by its name; the scripts import each other from their own folder."""
    folder = str(ROOT / "derive" / "central_asia")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser's executable; a test that asks for it is marked `browser`."""
    path = chromium()
    if path is None:
        pytest.skip(_missing("browser"))
    return path


@pytest.fixture(scope="session")
def central_asia() -> Case:
    """The built-in case."""
    from tightrope.case import load_case

    return load_case("central_asia")


@pytest.fixture(scope="session")
def history(central_asia: Case) -> Histories:
    """512 histories of the built-in case, seed 7."""
    from tightrope.simulate import simulate

    return simulate(central_asia, members=512)


def _missing(mark: str) -> str:
    return {
        "data": "the data folder is not here: set TIGHTROPE_DATA, or put it at shared/data beside the checkout",
        "browser": "no Chromium found: install one, or set TIGHTROPE_CHROMIUM to its path",
    }[mark]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what this machine lacks the means for."""
    absent = {"data": data_folder() is None, "browser": chromium() is None}
    for item in items:
        for mark, is_absent in absent.items():
            if is_absent and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=_missing(mark)))


class MustRun:
    """Fail a whole run in CI whose `data` or `browser` tests were skipped or are not there.

    Data tests may skip where the data folder is absent; browser tests may not.
    """

    def __init__(self) -> None:
        self.ran: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.complaints: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for mark in ("data", "browser"):
            if mark in report.keywords:
                if report.when == "call" and not report.skipped:
                    self.ran[mark] += 1
                elif report.skipped:
                    self.skipped[mark] += 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        must = ["browser"] if data_folder() is None else ["browser", "data"]
        for mark in must:
            if self.skipped[mark] or not self.ran[mark]:
                self.complaints.append(
                    f"CI: tests marked `{mark}` must run; {self.ran[mark]} ran, {self.skipped[mark]} were skipped."
                )
        if self.complaints and session.exitstatus in (0, 5):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for complaint in self.complaints:
            terminalreporter.write_line(complaint, red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Watch whole runs only: a run of chosen files says nothing about the others."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    is_worker = hasattr(config, "workerinput")
    if IN_CI and is_whole and not is_worker:
        config.pluginmanager.register(MustRun(), "must-run")
