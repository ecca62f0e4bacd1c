"""The keys that `docs/reference/json.md` promises are those that the commands print."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tightrope.app.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")


def promised(section: str) -> Any:
    """The example of a section of the page."""
    text = re.split(rf"^## {section}\n", PAGE, flags=re.M)[1]
    return json.loads(re.findall(r"^```json\n(.*?)^```", text, re.M | re.S)[0])


def printed(*words: str) -> Any:
    """What a command prints, which is one JSON object and nothing else."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout, parse_constant=refuse)


def missing(wanted: Any, there: Any, path: str = "") -> list[str]:
    """Paths of the example that what was printed lacks, or that are of another sort.

    Items of a list are alike: each printed one has exactly the keys of the example's.
    """
    if isinstance(wanted, dict):
        if not isinstance(there, dict):
            return [f"{path} is {type(there).__name__}"]
        lacking = [f"{path}.{key} is missing" for key in wanted if key not in there]
        return lacking + [
            m for key in wanted if key in there for m in missing(wanted[key], there[key], f"{path}.{key}")
        ]
    if isinstance(wanted, list):
        if not isinstance(there, list):
            return [f"{path} is {type(there).__name__}"]
        if wanted and isinstance(wanted[0], dict):
            return [f"{path}[{k}] has {sorted(x)}" for k, x in enumerate(there) if set(x) != set(wanted[0])]
        return []
    is_number = isinstance(wanted, int | float) and not isinstance(wanted, bool)
    sort = (int, float) if is_number else type(wanted)
    return [] if there is None or isinstance(there, sort) else [f"{path} is {there!r}"]


@pytest.fixture(scope="module")
def run() -> Any:
    return printed("run", "--members", "32", "--scenario", "russia_wins")


@pytest.mark.slow
def test_run_prints_what_is_promised(run: Any) -> None:
    wanted = promised("run and simulate")
    assert set(run) == set(wanted)
    run_by_id = {decision["id"]: decision for decision in run["decisions"]}
    example = wanted["decisions"][0]
    assert missing(wanted, run) == []
    assert missing(example, run_by_id[example["id"]]) == []
    assert set(run_by_id[example["id"]]["options"]) == set(example["options"])


@pytest.mark.slow
def test_probabilities_that_are_printed_sum_to_one(run: Any) -> None:
    sums = [sum(state["posture"].values()) for state in run["states"].values()]
    sums += [sum(decision["options"].values()) for decision in run["decisions"]]
    assert sums == pytest.approx([1.0] * len(sums), abs=1e-3)


@pytest.mark.slow
def test_compare_prints_what_is_promised(tmp_path: Path) -> None:
    for name, seed in (("a", "7"), ("b", "8")):
        printed("run", "--members", "16", "--seed", seed, "--out", str(tmp_path / name))
    wanted, there = promised("compare"), printed("compare", str(tmp_path / "a"), str(tmp_path / "b"))
    assert set(there) == set(wanted)
    assert there["manifest"]["seed"] == [7, 8]
    assert missing(wanted, there) == []


@pytest.mark.slow
def test_measure_prints_what_is_promised() -> None:
    wanted, there = promised("measure"), printed("measure")
    assert set(there) == set(wanted)
    assert missing(wanted, there) == []


@pytest.mark.parametrize("command", ["sources", "audit"])
def test_sources_and_audit_print_what_is_promised(command: str) -> None:
    wanted, there = promised(command), printed(command)
    assert set(there) == set(wanted)
    assert missing(wanted, there) == []


@pytest.mark.slow
@pytest.mark.parametrize("rivals", [(), ("--against", "RUS")])
def test_solve_prints_what_is_promised(rivals: tuple[str, ...]) -> None:
    words = ("solve", "--for", "USA", "--move", "KGZ:B16=accept", "--to", "0.1", "--members", "64", "--lead", "3")
    wanted, there = promised("solve"), printed(*words, *rivals)
    assert set(there) == set(wanted)
    # Stability is of one power, and `null` among several, as the page says.
    assert missing(wanted, there) == ([".stability is NoneType"] if rivals else [])


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("account", "--scenario", "russia_wins", "--members", "16"),
        ("sensitivity", "--scenario", "russia_wins", "--trajectories", "2", "--top", "1", "--members", "8"),
    ],
    ids=lambda words: words[0],
)
def test_accounts_and_sensitivity_print_what_is_promised(words: tuple[str, ...]) -> None:
    wanted, there = promised(words[0]), printed(*words)
    assert set(there) == set(wanted)
    assert missing(wanted, there) == []
    for name in {"accounts", "headlines"} & set(there):
        within = {key: cell for key, cell in wanted[name][0].items() if isinstance(cell, list)}
        assert [missing(within, row) for row in there[name]] == [[]] * len(there[name])


def test_a_missing_key_and_a_changed_sort_are_seen() -> None:
    wanted = {"a": 1.0, "b": [{"c": ""}]}
    assert missing(wanted, {"b": [{"c": "x", "d": 1}]}) == [".a is missing", ".b[0] has ['c', 'd']"]
    assert missing(wanted, {"a": "1", "b": []}) == [".a is '1'"]


def test_trade_screen_prints_what_is_promised(tmp_path: Path) -> None:
    months = [f"{2020 + k // 12}-{k % 12 + 1:02d}" for k in range(30)]
    flows = [
        f"DEU,{to},{product},{month},{100 + 7 * (k % 5)}"
        for k, month in enumerate(months)
        for to in ("RUS", "KGZ")
        for product in ("854231", "850440")
    ]
    file = tmp_path / "flows.csv"
    file.write_text("exporter,importer,product,month,value\n" + "\n".join(flows) + "\nDEU,Atlantis,854231,2020-01,1\n")
    words = ("--coalition", "EU", "--target", "RUS", "--hubs", "KGZ", "--event", "2022-01")
    wanted, there = promised("trade screen"), printed("trade", "screen", "--flows", str(file), *words)
    assert set(there) == set(wanted)
    counts = {key: wanted[key] for key in ("set_aside", "known")}  # their keys are reasons and patterns
    assert missing(wanted, there | counts) == []
    assert there["set_aside"] == {"rows whose reporter or partner is no known country": 1}
    assert len(there["rows"]) == 12
