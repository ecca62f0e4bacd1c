from __future__ import annotations

import csv
import gzip
import itertools
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

from tightrope.app.cli import app
from tightrope.base import TightropeError
from tightrope.trade.simulated import simulated_flows, simulated_panel

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "json.md"
CODES = ("CHN", "EU", "KAZ", "RUS", "USA")
VALUE = simulated_flows(5, 9)


def write(path: Path, header: str, rows: Any) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(header.split(","))
        out.writerows(rows)
    return str(path)


def cells() -> list[tuple[str, str, float]]:
    return [(a, b, float(VALUE[i, j])) for (i, a), (j, b) in itertools.product(enumerate(CODES), repeat=2)]


@pytest.fixture
def flows(tmp_path: Path) -> str:
    return write(tmp_path / "flows.csv", "exporter,importer,value", cells())


@pytest.fixture
def changes(tmp_path: Path) -> str:
    rows = [("EU", "RUS", 30), ("USA", "RUS", 60), ("RUS", "EU", 20)]
    return write(tmp_path / "changes.csv", "exporter,importer,cost_percent", rows)


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = simulated_panel(8, 3, 5)
    at = np.arange(8)
    made.value[:, at, at] += 20.0  # domestic trade is never 0
    t, i, j = np.nonzero(made.there)
    rows = zip(
        np.array(made.countries)[i], np.array(made.countries)[j], np.array(made.years)[t], made.value[t, i, j],
        made.regressors["x1"][t, i, j], made.regressors["x2"][t, i, j], strict=True,
    )  # fmt: skip
    return write(tmp_path_factory.mktemp("panel") / "panel.csv", "exporter,importer,year,trade,x1,x2", rows)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["trade", *words])


def shock(flows: str, changes: str, *more: str) -> Result:
    return run("shock", "--flows", flows, "--changes", changes, "--blocs", "EU", *more)


def answer(done: Result) -> dict[str, Any]:
    assert done.exit_code == 0, (done.output, done.exception)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refused(done: Result) -> str:
    assert isinstance(done.exception, TightropeError), done.exception
    return str(done.exception)


def promised(section: str) -> dict[str, Any]:
    text = PAGE.read_text(encoding="utf-8").split(f"## trade {section}\n")[1]
    found: dict[str, Any] = json.loads(re.findall(r"^```json\n(.*?)^```", text, re.M | re.S)[0])
    return found


def test_shock_prints_what_is_promised(flows: str, changes: str) -> None:
    found, example = answer(shock(flows, changes, "--json")), promised("shock")
    assert set(found) == set(example) - {"draws", "intervals"}
    assert set(found["certificate"]) == set(example["certificate"])
    assert max(found["certificate"].values()) <= 1e-12
    assert set(found["countries"]) == set(CODES)
    assert set(found["countries"]["KAZ"]) == set(example["countries"]["KAZ"])
    assert found["countries"]["RUS"]["real_expenditure_pct"] < 0 < found["countries"]["KAZ"]["exports_pct"]
    drawn = answer(shock(flows, changes, "--json", "--draws", "20", "--sigma-range", "4,8"))
    assert set(drawn) == set(example)
    assert set(drawn["intervals"]["KAZ"]) == set(example["intervals"]["KAZ"]) | set(found["countries"]["KAZ"])
    ends = drawn["intervals"]["RUS"]["exports_pct"]
    assert ends["low"] < drawn["countries"]["RUS"]["exports_pct"] < ends["high"]


def test_several_scenarios_stand_beside_each_other(flows: str, changes: str, tmp_path: Path) -> None:
    rows = [("mild", "EU", "RUS", 10), ("hard", "EU", "RUS", 90)]
    both = write(tmp_path / "both.csv", "scenario,exporter,importer,cost_percent", rows)
    found = answer(shock(flows, both, "--json"))
    assert set(found["scenarios"]) == {"mild", "hard"}
    assert "countries" not in found
    alone = write(tmp_path / "alone.csv", "exporter,importer,cost_percent", [("EU", "RUS", 90)])
    assert found["scenarios"]["hard"]["countries"]["RUS"] == pytest.approx(
        answer(shock(flows, alone, "--json"))["countries"]["RUS"]
    )
    done = shock(flows, both, "--out", str(tmp_path / "out"))
    assert done.exit_code == 0
    assert (tmp_path / "out" / "bilateral.csv").read_text(encoding="utf-8").startswith("scenario,exporter,importer,")


def test_out_holds_the_whole_matrix(flows: str, changes: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = answer(shock(flows, changes, "--json", "--out", str(out)))
    with (out / "bilateral.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["exporter", "importer", "baseline", "counterfactual", "pct"]
    assert len(rows) == 25
    sold = sum(float(r["counterfactual"]) for r in rows if r["exporter"] == "RUS")
    before = sum(float(r["baseline"]) for r in rows if r["exporter"] == "RUS")
    assert 100 * (sold / before - 1) == pytest.approx(found["countries"]["RUS"]["output_pct"])
    assert sorted(p.name for p in out.iterdir()) == ["bilateral.csv", "countries.csv"]


def test_no_change_and_another_unit_change_nothing(flows: str, tmp_path: Path) -> None:
    none = write(tmp_path / "none.csv", "exporter,importer,trade_cost_factor", [("EU", "RUS", 1)])
    found = answer(shock(flows, none, "--json", "--imbalance", "additive"))
    assert all(abs(x) < 1e-9 for of in found["countries"].values() for x in of.values())
    some = write(tmp_path / "some.csv", "exporter,importer,trade_cost_factor", [("EU", "RUS", 0.2)])
    larger = write(tmp_path / "l.csv", "exporter,importer,value", [(a, b, 1e6 * v) for a, b, v in cells()])
    one, two = (answer(shock(of, some, "--json"))["countries"]["RUS"] for of in (flows, larger))
    assert one == pytest.approx(two)


def test_the_same_table_reads_from_csv_gz_and_parquet(flows: str, changes: str, tmp_path: Path) -> None:
    packed, columnar = tmp_path / "flows.csv.gz", tmp_path / "flows.parquet"
    packed.write_bytes(gzip.compress(Path(flows).read_bytes()))
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{flows}')) TO '{columnar}'")
    first = answer(shock(flows, changes, "--json"))
    for path in (packed, columnar):
        assert answer(shock(str(path), changes, "--json"))["countries"] == first["countries"]


def test_one_year_of_several_is_used(changes: str, tmp_path: Path) -> None:
    rows = [(a, b, y, v * (1 + (y == 2020) * (a == "RUS"))) for a, b, v in cells() for y in (2019, 2020)]
    both = write(tmp_path / "years.csv", "exporter,importer,year,value", rows)
    assert "has 2019, 2020" in refused(shock(both, changes))
    one, two = (answer(shock(both, changes, "--year", y, "--json"))["countries"]["RUS"] for y in ("2019", "2020"))
    assert one != two


def test_a_fitted_baseline_is_an_option_of_its_own(flows: str, changes: str, tmp_path: Path) -> None:
    same = write(tmp_path / "same.csv", "exporter,importer,log_k", [(a, b, float(np.log(v))) for a, b, v in cells()])
    other = write(tmp_path / "other.csv", "exporter,importer,log_k", [(a, b, -2.0 * (a != b)) for a, b, _ in cells()])
    observed = answer(shock(flows, changes, "--json"))["countries"]["RUS"]
    fitted = [answer(shock(flows, changes, "--json", "--baseline", "fitted", "--costs", of)) for of in (same, other)]
    assert fitted[0]["countries"]["RUS"] == pytest.approx(observed, rel=1e-6)
    assert fitted[1]["countries"]["RUS"] != pytest.approx(observed, rel=1e-2)
    assert "together with --costs" in refused(shock(flows, changes, "--baseline", "fitted"))
    assert "together with --costs" in refused(shock(flows, changes, "--costs", same))
    few = write(tmp_path / "few.csv", "exporter,importer,log_k", [(a, b, 0) for a, b, _ in cells()[:-1]])
    assert "USA to USA: no row" in refused(shock(flows, changes, "--baseline", "fitted", "--costs", few))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--sigma", "1"], "greater than 1"),
        (["--mode", "partial"], "full or conditional"),
        (["--reference", "RUZ"], "Did you mean `RUS`"),
        (["--draws", "5"], "something to draw"),
        (["--sigma-range", "4-8"], "two numbers joined by a comma"),
        (["--missing", "guess"], "refuse or zero"),
    ],
)
def test_bad_options_are_refused_with_a_remedy(flows: str, changes: str, options: list[str], says: str) -> None:
    assert says in refused(shock(flows, changes, *options))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("exporter,importer\nA,B\n", "column value"),
        ("exporter,importer,value\n", "at least one row"),
        ("exporter,importer,value\nA,A,1\nA,B,1,000\n", "lines are no rows"),
        ("exporter,importer,value\nA,A,1\nB,B,1\nA,B,x\nB,A,1\n", "line 4: value of A to B: no number"),
        ("exporter,importer,value\nA,A,1\n,A,1\n", "line 3: exporter"),
    ],
)
def test_bad_files_are_refused_with_line_and_remedy(changes: str, tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    assert says in refused(shock(str(path), changes))


def test_files_that_are_none_are_refused(flows: str, changes: str, tmp_path: Path) -> None:
    assert "no such file" in refused(shock(str(tmp_path / "nowhere.csv"), changes))
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 not really")
    assert "cannot be read" in refused(shock(str(broken), changes))
    assert "European Union" in refused(run("shock", "--flows", flows, "--changes", changes))
    words = write(tmp_path / "words.csv", "exporter,importer,tariff", [("EU", "RUS", "much")])
    assert "words.csv line 2: tariff: much" in refused(shock(flows, words))
    bare = write(tmp_path / "bare.csv", "exporter,importer", [("EU", "RUS")])
    assert "one of trade_cost_factor" in refused(shock(flows, bare))
    assert "is not what" in refused(shock(flows, changes, "--gravity", flows))
    assert "cannot be written" in refused(shock(flows, changes, "--out", flows))


def test_people_get_a_table_certificate_and_notes(flows: str, changes: str) -> None:
    done = shock(flows, changes, "--draws", "10", "--sigma-range", "4,6")
    assert "welfare" in done.stdout
    assert "certificate: residual" in done.stdout
    revalued = shock(flows, changes, "--mode", "conditional")
    assert "off output valued so" in revalued.stdout
    lacking = run("shock", "--flows", flows, "--changes", changes, "--blocs", "EU,XXX")
    assert lacking.exit_code == 0


def test_gravity_prints_what_is_promised(panel: str) -> None:
    found, example = answer(run("gravity", "--flows", panel, "--on", "x1,x2", "--json")), promised("gravity")
    assert set(found) == set(example)
    assert set(found["fit"]) == set(example["fit"])
    assert set(found["coefficients"]["x1"]) == set(next(iter(example["coefficients"].values())))
    b, e = (found["coefficients"]["x2"][key] for key in ("estimate", "error"))
    assert found["covariance"]["x2"]["x2"] == pytest.approx(e**2)
    assert found["coefficients"]["x2"]["low"] == pytest.approx(b - 1.6449 * e, rel=1e-3)


def test_gravity_says_what_it_took_off_as_bias_and_nothing_of_it_if_not_asked(panel: str) -> None:
    words = ("gravity", "--flows", panel, "--on", "x1,x2")
    plain, found = answer(run(*words, "--json")), answer(run(*words, "--json", "--bias", "jackknife", "--splits", "3"))
    assert "bias" not in plain
    assert (found["bias"]["how"], found["bias"]["splits"], found["bias"]["seed"]) == ("jackknife", 3, 7)
    for name, off in found["bias"]["taken_off"].items():
        whole, left = plain["coefficients"][name], found["coefficients"][name]
        assert whole["estimate"] - left["estimate"] == pytest.approx(off)
        assert (left["error"], left["z"]) == (
            pytest.approx(whole["error"]),
            pytest.approx(left["estimate"] / left["error"]),
        )
    assert {key: found[key] for key in ("fit", "covariance")} == {key: plain[key] for key in ("fit", "covariance")}
    formula = answer(run(*words, "--json", "--bias", "analytical"))["bias"]
    assert set(formula) == {"how", "taken_off"}
    assert "bias taken off" in run(*words, "--bias", "analytical").stdout
    assert "bias" not in run(*words).stdout


def test_gravity_feeds_the_shock(panel: str, tmp_path: Path) -> None:
    told = run("gravity", "--flows", panel, "--on", "x1,x2", "--json", "--out", str(tmp_path)).stdout
    (tmp_path / "gravity.json").write_text(told, encoding="utf-8")
    coefficient = json.loads(told)["coefficients"]["x1"]
    options = ["--year", "2001", "--json", "--gravity", str(tmp_path / "gravity.json")]
    changes = write(tmp_path / "c.csv", "exporter,importer,coefficient,amount", [("C001", "C002", "x1", -1)])
    found = answer(run("shock", "--flows", panel, "--changes", changes, *options, "--draws", "200"))
    plain = write(
        tmp_path / "p.csv", "exporter,importer,trade_cost_factor", [("C001", "C002", np.exp(-coefficient["estimate"]))]
    )
    same = answer(run("shock", "--flows", panel, "--changes", plain, *options[:3]))
    assert found["countries"]["C001"] == pytest.approx(same["countries"]["C001"])
    assert found["intervals"]["C001"]["exports_pct"]["low"] < found["intervals"]["C001"]["exports_pct"]["high"]
    by_costs = ["--baseline", "fitted", "--costs", str(tmp_path / "fitted.csv")]
    fitted = answer(run("shock", "--flows", panel, "--changes", plain, *options[:3], *by_costs))
    assert fitted["countries"]["C001"] != pytest.approx(same["countries"]["C001"], rel=1e-3)
    assert (tmp_path / "coefficients.csv").read_text(encoding="utf-8").startswith("name,estimate,error")
    assert "a coefficient with an estimate" in refused(
        run("shock", "--flows", panel, "--changes", changes, *options[:3])
    )


def test_gravity_shows_a_table_and_counts(panel: str) -> None:
    done = run(
        "gravity",
        "--flows",
        panel,
        "--on",
        "x1,x2",
        "--no-domestic",
        "--borders",
        "--pairs",
        "none",
        "--years",
        "2000,2002",
    )
    assert isinstance(done.exception, TightropeError)  # abroad, the border is everywhere
    done = run("gravity", "--flows", panel, "--on", "x1,x2", "--no-domestic")
    assert "clusters" in done.stdout
    assert "set aside: 24 rows of domestic trade" in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--on", "x1,x9"], "column x9"),
        (["--on", "x1,x1"], "named twice"),
        (["--on", "log(x2)"], "logarithm"),
        (["--on", "x1", "--years", "1999"], "no rows of 1999"),
        (["--on", "x1", "--years", "two"], "years joined by commas"),
        (["--on", "x1", "--years", "2000"], "more years"),
        (["--on", "x1", "--engine", "stata"], "own, pyfixest"),
        (["--on", "x1", "--bias", "half"], "none, jackknife, analytical"),
        (["--on", "x1", "--bias", "jackknife", "--splits", "0"], "1 or more"),
        (["--on", "x1", "--bias", "analytical", "--pairs", "symmetric"], "Use --bias jackknife"),
    ],
)
def test_bad_gravity_is_refused_with_a_remedy(panel: str, options: list[str], says: str) -> None:
    assert says in refused(run("gravity", "--flows", panel, *options))
