"""The command that finds out which assumptions move the conclusions."""

from __future__ import annotations

import json
import re

import pytest

from tightrope.app.sensitivity import overturning, sensitivity, write_sensitivity
from tightrope.base import RunError
from tightrope.report.charts.tornado import tornado
from tightrope.report.sensitivity import overturns, sensitivity_html


@pytest.fixture(scope="module")
def found(central_asia):
    return sensitivity(central_asia, scenarios=["history"], method="sobol", top=2, trajectories=2, samples=2, members=8)


def test_all_assumed_numbers_are_accounted_for(found, central_asia):
    assumed = found["assumed"]
    assert assumed["all"] == central_asia.numbers()["assumed"] == assumed["varied"] + sum(assumed["set_aside"].values())
    assert len(found["numbers"]) == assumed["varied"]
    assert sum(row["share"] for row in found["numbers"]) == pytest.approx(1)


def test_rows_of_a_headline_agree(found):
    for one in found["headlines"]:
        assert len(one["effects"]) == len(one["tornado"]) <= 2
        assert {row["number"] for row in one["effects"]} == {row["number"] for row in one["tornado"]}
        assert (one["held"] is None) == (not one["is_conclusion"]) == (one["overturned_within_range"] is None)
        for row in one["overturned_by"]:
            assert row["within"] == (row["part"] <= 1)
        assert len(one["shares"]) in (0, 2 + len(found["groups"]) + 1, found["top"] + len(found["groups"]) + 1)
    assert any(one["shares"] for one in found["headlines"])


def test_it_is_plain_json(found):
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_what_overturns_is_said_in_words():
    row = {"number": "p", "from": 1.0, "to": 2.0, "part": 0.5, "within": True}
    far = row | {"to": 5.0, "part": 2.0, "within": False}
    assert overturning({"overturned_by": [row]}) == "p 1 → 2"
    assert overturning({"overturned_by": [far]}) == "none within the range; beyond it p 1 → 5"
    assert overturning({"overturned_by": []}) == "none within the range"
    assert overturns({"overturned_by": [row], "tornado": [{}, {}]}).startswith(
        "p at 2 instead of 1 overturns it, within"
    )
    assert overturns({"overturned_by": [far], "tornado": [{}, {}]}).startswith("None of the 2 ")


def test_the_chart_draws_both_ends_of_each_bar(found):
    one = next(h for h in found["headlines"] if h["tornado"])
    drawn = tornado(one)
    bars = drawn.datasets["bars"]
    assert len(bars) == 2 * len(one["tornado"])
    assert {bar["to"] for bar in bars} == {
        float(f"{bar[end]:.5g}") for bar in one["tornado"] for end in ("at_low", "at_high")
    }


def test_page_and_json_are_written(found, tmp_path):
    few = found | {"headlines": found["headlines"][:12]}
    page, data = write_sensitivity(few, tmp_path / "out", "tightrope sensitivity <x>")
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == sum(bool(one["tornado"]) for one in few["headlines"])
    assert "tightrope sensitivity &lt;x&gt;" in text
    assert "<script" not in text
    assert not re.search(r"""(src|href)=["']?https?:""", text)
    assert json.loads(data.read_text(encoding="utf-8")) == few
    assert sensitivity_html(few, "tightrope sensitivity <x>") == text


def test_an_unknown_method_is_refused_with_those_that_there_are(central_asia, shell):
    with pytest.raises(RunError, match="expected one of morris, sobol"):
        sensitivity(central_asia, scenarios=[], method="fast")
    said = shell("sensitivity", "--method", "fast")
    assert said.code == 2
    assert "morris, sobol" in said.err
