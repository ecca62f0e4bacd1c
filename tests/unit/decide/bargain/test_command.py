from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tightrope.app.cli import app
from tightrope.base import TightropeError

ROOT = Path(__file__).resolve().parents[4]
FILE = str(ROOT / "tests" / "fixtures" / "emission_standards.csv")


def printed(*options: str):
    done = CliRunner().invoke(app, ["bargain", FILE, "--members", "20", "--json", *options], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_json_has_the_keys_that_the_page_promises() -> None:
    section = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8").split("## bargain\n")[1]
    example = json.loads(re.findall(r"^```json\n(.*?)^```", section, re.M | re.S)[0])
    found = printed()
    assert set(found) == set(example)
    for key in ("rules", "stop", "forecast", "ensemble", "condorcet"):
        assert set(found[key]) == set(example[key])
    assert set(found["forecast"]["median"]) == set(example["forecast"]["median"])
    assert set(found["condorcet"]["options"][0]) == set(example["condorcet"]["options"][0])
    assert all(set(one) == set(example["rounds"][0]) for one in found["rounds"])
    assert all(set(m) == set(example["rounds"][0]["moves"][0]) for one in found["rounds"] for m in one["moves"])
    assert set(example["rounds"][0]["positions"]) <= set(found["rounds"][0]["positions"])


def test_the_replication_is_one_of_the_variants() -> None:
    found = printed("--variant", "replication")
    assert [round(one["weighted_mean"], 6) for one in found["rounds"]][-1] == 7.242131
    assert found["stop"] == {"reason": "rounds", "round": 10, "period": 0}
    assert found["salience"] == "per cent"


def test_options_reach_the_model() -> None:
    plain = printed("--rounds", "2")
    assert len(plain["rounds"]) == 3
    assert printed("--rounds", "2", "--stays", "0.5")["rules"]["stays"] == 0.5
    assert printed("--rounds", "2", "--stays", "0.5")["rounds"] != plain["rounds"]
    elected = printed("--rounds", "0", "--voting", "binary", "--victory", "binary", "--election", "markov_uniform")
    chances = {o["position"]: o["probability"] for o in elected["condorcet"]["options"]}
    assert chances[7.0] == pytest.approx(1, abs=1e-4)
    narrow, wide = (printed("--spread", s)["forecast"]["median"] for s in ("0", "0.3"))
    assert narrow["low"] == narrow["value"] == narrow["high"]
    assert wide["low"] < wide["high"]


def test_people_get_rounds_interval_and_chances() -> None:
    done = CliRunner().invoke(app, ["bargain", FILE, "--members", "20", "--rounds", "1"])
    assert done.exit_code == 0
    for words in ("Netherlands to 6.81", "in 90% of 20 bargains", "Probabilistic Condorcet", "per cent"):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--variant", "scholtz"], "scholz"),
        (["--voting", "cubical"], "cubic"),
        (["--victory", "lineal"], "linear"),
        (["--election", "markov"], "markov_uniform"),
        (["--stays", "2"], "probability"),
    ],
)
def test_wrong_options_are_refused_with_the_right_ones(options: list[str], says: str) -> None:
    done = CliRunner().invoke(app, ["bargain", FILE, *options])
    assert isinstance(done.exception, TightropeError)
    assert says in str(done.exception)


def test_a_column_that_is_not_used_is_told(tmp_path: Path) -> None:
    path = tmp_path / "actors.csv"
    path.write_text("actor,capability,position,salience,source\nA,1,0,1,x\nB,2,1,1,y\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["bargain", str(path), "--members", "5"])
    assert "set aside: 2 column not used: source" in done.stderr
