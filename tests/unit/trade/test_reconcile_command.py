"""`tightrope trade reconcile` on files as a user writes them."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tightrope.app.cli import app
from tightrope.trade.reconcile.simulated import simulated

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "json.md"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("trade")
    reports = simulated(countries=6, silent=1, years=3, seed=0).reports
    codes = sorted({r.exporter for r in reports})
    tables = {
        "reports": [
            "reporter,exporter,importer,year,value,unit,basis",
            *(f"{r.reporter},{r.exporter},{r.importer},{r.year},{r.value},USD m,{r.basis}" for r in reports),
            "AAB,AAB,AAC,2009,,USD m,fob",
        ],
        "totals": ["exporter,importer,year,value,unit,sd", "AAA,*,2001,600,USD m,0.1"],
        "gdp": ["country,year,value,unit", *(f"{c},{y},{1 + k},USD bn" for k, c in enumerate(codes) for y in (2001, 2002, 2003))],
        "pairs": ["exporter,importer,distance", *(f"{a},{b},{500 + 100 * k}" for k, a in enumerate(codes) for b in codes if a != b)],
    }  # fmt: skip
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {name: folder / f"{name}.csv" for name in tables}


def run(*words: object):
    return CliRunner().invoke(app, ["trade", "reconcile", *map(str, words)])


def everything(files: dict[str, Path]) -> list[object]:
    return [word for name, path in files.items() for word in (f"--{name}", path)]


def test_json_has_the_keys_that_the_page_promises(files) -> None:
    done = run(*everything(files), "--output-per-gdp", "0.8,0.5,1.2", "--fit-until", 2002, "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    section = re.split(r"^## trade reconcile\n", PAGE.read_text(encoding="utf-8"), flags=re.M)[1]
    promised = json.loads(re.findall(r"^```json\n(.*?)^```", section, re.M | re.S)[0])
    assert set(answer) == set(promised)
    for key in ("gravity", "reporters", "totals", "conflicts", "cells"):
        assert answer[key]
        assert all(set(item) == set(promised[key][0]) for item in answer[key])
    assert answer["set_aside"] == {"rows without a value": 1}
    assert answer["fitted_until"] == 2002
    assert sum(cell["kind"] == "domestic" for cell in answer["cells"]) == 6 * 3
    assert max(answer["certificate"].values()) < 1e-10


def test_the_folder_holds_the_tables_and_people_see_the_reporters(files, tmp_path: Path) -> None:
    done = run("--reports", files["reports"], "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "AAB" in done.stdout
    assert "rows without a value" in done.stderr
    with (tmp_path / "out" / "matrix.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6 * 5 * 3
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"matrix.csv", "reporters.csv", "totals.csv", "conflicts.csv", "reconcile.json"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--output-per-gdp", "0.8"], "--output-per-gdp 0.8: expected three numbers"),
        (["--output-per-gdp", "0.8,0.5,1.2"], "needs --gdp"),
        (["--level", "90"], "expected a probability such as 0.9"),
        (["--fit-until", "1990"], "No report up to 1990"),
    ],
)
def test_bad_options_are_refused_with_what_was_expected(files, words: list[str], said: str) -> None:
    done = run("--reports", files["reports"], *words)
    assert done.exit_code != 0
    assert said in str(done.exception)


def test_same_files_give_the_same_bytes(files) -> None:
    one, other = (run("--reports", files["reports"], "--json").stdout for _ in range(2))
    assert one == other


def test_codes_of_no_state_are_named_with_the_nearest(files, tmp_path: Path) -> None:
    text = files["reports"].read_text(encoding="utf-8")
    path = tmp_path / "reports.csv"
    path.write_text(text.replace("AAB", "KAX").replace("AAC", "EU").replace("AAD", "ROW"), encoding="utf-8")
    done = run("--reports", path, "--bloc", "EU", "--json")
    assert done.exit_code == 0, done.output
    note = next(line for line in done.stderr.splitlines() if "KAX" in line)
    assert note.startswith("note: `KAX` is the code of no state.")
    assert "`KAZ`" in note
    assert "`EU`" not in done.stderr
    assert "`ROW`" not in done.stderr
