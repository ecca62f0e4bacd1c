from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tightrope.app.cli import app
from tightrope.base import TightropeError
from tightrope.votes.simulated import simulated

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "json.md"

VOTES = """resolution,date,iso3,vote
A/RES/76/1,2022-03-02,KAZ,yes
A/RES/76/1,2022-03-02,RUS,no
A/RES/76/1,2022-03-02,USA,yes
A/RES/77/1,2022-10-12,KAZ,abstain
A/RES/77/1,2022-10-12,RUS,no
A/RES/77/1,2022-10-12,TKM,absent
A/RES/77/1,2022-10-12,USA,perhaps
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "votes.csv"
    path.write_text(VOTES, encoding="utf-8")
    return str(path)


def test_similarity_prints_pairs_and_what_was_set_aside(file: str) -> None:
    done = CliRunner().invoke(app, ["votes", "similarity", file, "--by", "session", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["set_aside"] == {"votes with an unknown vote code: perhaps": 1}
    assert {"a": "KAZ", "b": "RUS", "session": 76, "value": -1.0, "n": 1} in found["pairs"]
    assert {"a": "KAZ", "b": "RUS", "session": 77, "value": 0.0, "n": 1} in found["pairs"]
    assert len(found["pairs"]) == 4  # Turkmenistan met nobody


def test_by_year_names_the_year(file: str) -> None:
    done = CliRunner().invoke(app, ["votes", "similarity", file, "--by", "year", "--states", "KAZ,RUS", "--json"])
    assert json.loads(done.stdout)["pairs"] == [
        {"a": "KAZ", "b": "RUS", "session": None, "year": 2022, "value": -0.5, "n": 2}
    ]


def test_people_get_a_table_and_what_was_set_aside(file: str) -> None:
    done = CliRunner().invoke(app, ["votes", "similarity", file, "--measure", "kappa"])
    assert "KAZ" in done.stdout
    assert "set aside: 1 votes with an unknown vote code: perhaps" in done.stderr


def test_wrong_names_are_refused_with_the_right_ones(file: str) -> None:
    for options, says in ((["--measure", "sigma"], "kappa"), (["--states", "KZA"], "KAZ"), (["--by", "month"], "year")):
        done = CliRunner().invoke(app, ["votes", "similarity", file, *options])
        assert isinstance(done.exception, TightropeError)
        assert says in str(done.exception)


@pytest.fixture
def many(tmp_path: Path) -> str:
    votes, _ = simulated(2, states=6, sessions=2, rolls=15, absent=0.1)
    names = ("CHN", "KAZ", "RUS", "TKM", "USA", "UZB")
    word = {1: "yes", 2: "abstain", 3: "no", 8: "absent"}
    rows = [
        f"R{j},{votes.dates[j]},{name},{word[int(votes.votes[j, k])]}"
        for j in range(len(votes.ids))
        for k, name in enumerate(names)
    ]
    path = tmp_path / "many.csv"
    path.write_text(
        "\n".join(["resolution,date,iso3,vote", *rows, "R0,2000-10-01,FRA,absent"]) + "\n", encoding="utf-8"
    )
    return str(path)


def test_ideal_prints_points_fit_and_what_was_set_aside(many: str) -> None:
    done = CliRunner().invoke(app, ["votes", "ideal", many, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert set(found) == {"points", "fit", "set_aside"}
    assert set(found["points"][0]) == {"state", "session", "dim1", "sd1", "absent"}
    assert set(found["fit"]) >= {"converged", "iterations", "seconds", "log_likelihood"}
    assert found["fit"]["converged"] is True
    assert found["set_aside"] == {
        "absences of a state that was absent all year, not known instead": 1,
        "states that cast no vote": 1,
    }
    assert len(found["points"]) == 12


def test_ideal_writes_a_table(many: str, tmp_path: Path) -> None:
    out = tmp_path / "points.csv"
    done = CliRunner().invoke(app, ["votes", "ideal", many, "--dims", "2", "--absence", "ignore", "--out", str(out)])
    assert done.exit_code == 0, done.output
    head, *rows = out.read_text(encoding="utf-8").splitlines()
    assert head == "state,session,dim1,sd1,dim2,sd2"
    assert len(rows) == 12
    assert isinstance(CliRunner().invoke(app, ["votes", "ideal", many, "--out", "x.xlsx"]).exception, TightropeError)


def test_ideal_takes_a_drift_or_estimates_one(many: str) -> None:
    told = {}
    for drift in ("usual", "0.4", "estimate"):
        done = CliRunner().invoke(app, ["votes", "ideal", many, "--drift", drift, "--absence", "ignore", "--json"])
        assert done.exit_code == 0, done.output
        told[drift] = json.loads(done.stdout)["fit"]["drift"]
    assert told["0.4"] == 0.4
    assert told["estimate"] not in (told["usual"], 0.4)
    for wrong in ("much", "-1"):
        done = CliRunner().invoke(app, ["votes", "ideal", many, "--drift", wrong])
        assert isinstance(done.exception, TightropeError)


def test_ideal_shows_a_table(many: str) -> None:
    done = CliRunner().invoke(app, ["votes", "ideal", many])
    assert "Converged in" in done.stdout
    assert "TKM" in done.stdout


@pytest.mark.parametrize("command", ["similarity", "ideal"])
def test_keys_are_those_that_the_reference_promises(many: str, command: str) -> None:
    section = PAGE.read_text(encoding="utf-8").split(f"## votes {command}\n")[1]
    example = json.loads(re.findall(r"^```json\n(.*?)^```", section, re.M | re.S)[0])
    found = json.loads(CliRunner().invoke(app, ["votes", command, many, "--json"]).stdout)
    assert set(found) == set(example)
    rows = "pairs" if command == "similarity" else "points"
    assert all(set(row) == set(example[rows][0]) for row in found[rows])
    assert set(found.get("fit", ())) == set(example.get("fit", ()))
