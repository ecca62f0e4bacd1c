"""What the tracked files may not say."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Spelled in pieces, so that this file does not name them itself.
REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js",
    "conda" + ".anaconda",
    "anaconda" + ".org",
)
MACHINE_PATHS = ("work", "tmp", "home", "root", "Users", "opt", "mnt")


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout: the list of tracked files is not known")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return ""


def lines_matching(pattern: str) -> list[str]:
    """`file:line: text` of each tracked line that matches."""
    rule = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{n}: {line.strip()[:120]}"
        for path in tracked()
        for n, line in enumerate(text_of(path).splitlines(), 1)
        if rule.search(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert lines_matching("|".join(map(re.escape, REGISTRIES))) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    # An absolute path: not part of an address, of a relative path or of a word.
    pattern = r"(?<![\w.:/~$})\-])/(?:" + "|".join(MACHINE_PATHS) + r")/\w"
    assert lines_matching(pattern) == []


def test_constraints_pin_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", pin)] == []


def test_every_requirement_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    asked = [requirement for group in groups for requirement in group]

    def plain(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    names = {plain(m.group(0)) for r in asked if (m := re.match(r"[A-Za-z0-9._-]+", r))}
    pins = {plain(line.split("==")[0]) for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    assert names - pins == set()


def test_version_is_the_same_wherever_it_stands() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
