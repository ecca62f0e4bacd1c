"""Imports run one way: data -> case -> engines -> result -> report."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tightrope

PACKAGE = Path(tightrope.__file__).parent

# What each part may import of ours, besides itself.
_DATA = {"base", "case", "result"}
ALLOWED: dict[str, set[str]] = {
    "base": set(),
    "case": {"base"},
    "result": {"base", "case"},
    "ingest": {"base", "case"},
    "measure": _DATA,
    "votes": _DATA,
    "trade": _DATA,
    "decide": _DATA | {"measure", "votes"},
    "simulate": _DATA | {"measure", "votes", "trade", "decide"},
    "solve": _DATA | {"measure", "votes", "trade", "decide", "simulate"},
    "report": _DATA,
}
ALLOWED["app"] = set(ALLOWED)
ALLOWED[""] = set(ALLOWED)  # tightrope/__init__.py, which imports when a name is first used
ALLOWED["__main__"] = {"app"}

# `tightrope --help` starts without these. NumPy is let in: the data side is made of its arrays, and it loads fast.
HEAVY = ("altair", "duckdb", "jax", "pandas", "vl_convert", "xarray")


def part(path: Path) -> str:
    """The part of the package that a file belongs to: `measure`, `result`, ..."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py").removeprefix("__init__")


def imported(tree: ast.Module, path: Path) -> Iterator[tuple[int, str]]:
    """Line and part of each import of ours in a file, also of those inside functions."""
    package = ("tightrope", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, node.module or "")).strip(".")
            # `from tightrope import base` imports the part `base`.
            names = [f"{module}.{a.name}" for a in node.names] if module == "tightrope" else [module]
        for name in names:
            if name.startswith("tightrope."):
                yield node.lineno, name.split(".")[1]


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    here = part(path)
    assert here in ALLOWED, f"{path.name}: the part {here!r} has no row in the table of allowed imports"
    known = {part(p) for p in sources()} - {""}
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line} imports {name}"
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8")), path)
        if name in known and name not in ALLOWED[here] | {here}
    ]
    assert not wrong, f"{here or 'tightrope'} may import only {sorted(ALLOWED[here])}"


def test_the_walk_sees_relative_absolute_and_hidden_imports() -> None:
    code = "from ..app import cli\nimport tightrope.report.page\nfrom tightrope import decide\ndef f():\n    from . import x\n"
    path = PACKAGE / "measure" / "room.py"
    assert set(imported(ast.parse(code), path)) == {
        (1, "app"),
        (2, "report"),
        (3, "decide"),
        (5, "measure"),
    }


def modules_after(code: str) -> set[str]:
    """Top names of the modules that are loaded after the code ran in a fresh interpreter."""
    tail = "\nimport sys; print('MODULES', *sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_help_starts_without_heavy_libraries() -> None:
    code = (
        "from tightrope.app.cli import app\n"
        "try:\n    app(['--help'], standalone_mode=False)\n"
        "except SystemExit:\n    pass"
    )
    assert not modules_after(code) & set(HEAVY)


@pytest.mark.parametrize("module", ["tightrope.base", "tightrope.case"])
def test_data_side_starts_without_array_engines(module: str) -> None:
    assert not modules_after(f"import {module}") & {"jax", "pandas", "xarray"}
