from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tightrope.base import RunError
from tightrope.report import CHARTS, chart_spec, save_chart
from tightrope.report.cast import cast
from tightrope.report.charts import NEEDS, alignment_sparkline
from tightrope.report.charts.decisions import wilson
from tightrope.report.charts.map import _label_places, _overlap
from tightrope.result import Result


def rows(result: Result, chart: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chart_spec(result, chart)["datasets"][name]
    return found


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_valid_vega_lite(name: str, result: Result) -> None:
    spec = CHARTS[name](result).to_dict(validate=True)
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert json.loads(json.dumps(chart_spec(result, name)))["datasets"] == json.loads(json.dumps(spec["datasets"]))


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_names_no_file_and_no_address(name: str, result: Result) -> None:
    spec = chart_spec(result, name)
    assert spec.pop("$schema")
    assert "http" not in json.dumps({key: value for key, value in spec.items() if key != "datasets"})
    assert '"url"' not in json.dumps(spec)


@pytest.mark.parametrize("name", CHARTS)
def test_a_warning_of_the_result_stands_on_every_chart(name: str, result: Result) -> None:
    warned = replace(result, manifest={**result.manifest, "warnings": ["12 divergences", "r-hat 1.02"]})
    title = chart_spec(warned, name)["title"]["text"]
    assert title == "Caution: 12 divergences (and 1 more)"
    assert "title" not in chart_spec(result, name)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_without_its_table_is_refused_by_name(name: str) -> None:
    with pytest.raises(RunError, match=NEEDS[name][0]):
        chart_spec(Result(), name)


def test_a_wrong_name_gets_the_nearest_one(result: Result) -> None:
    with pytest.raises(RunError, match="timeline"):
        chart_spec(result, "timelines")


def test_charts_are_written_as_svg_png_and_json(result: Result, tmp_path: Path) -> None:
    assert "<svg" in save_chart(result, "spectrum", tmp_path / "a.svg").read_text(encoding="utf-8")[:200]
    assert save_chart(result, "spectrum", tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    assert json.loads(save_chart(result, "spectrum", tmp_path / "a.json").read_text())["datasets"]
    with pytest.raises(RunError, match="gif"):
        save_chart(result, "spectrum", tmp_path / "a.gif")


def test_the_tie_map_has_every_pair_and_channel_and_puts_far_powers_at_the_edge(result: Result) -> None:
    ties = rows(result, "tie_map", "ties")
    assert {tie["tie"] for tie in ties} == {"dependence", *cast(result).channels}
    assert len(ties) == 5 * 6 * 10
    labels = [row["label"] for row in rows(result, "tie_map", "actors")]
    assert [label for label in labels if "off the map" in label] == ["United States (off the map)"]


def test_labels_of_the_map_do_not_cover_each_other(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    from tightrope.report.charts import map as module

    boxes = []

    def kept(actors: Any, spots: Any, window: Any) -> Any:
        places = _label_places(actors, spots, window)
        for spot, place in zip(spots.values(), places, strict=True):
            boxes.append(module._box(place, module.LETTER * len(module._label(actors, spot)), module.LINE_HEIGHT))
        return places

    monkeypatch.setattr(module, "_label_places", kept)
    chart_spec(result, "tie_map")
    assert len(boxes) == 11
    assert all(_overlap(one, other) == 0 for n, one in enumerate(boxes) for other in boxes[:n])


def test_stacked_channels_add_up_to_dependence(result: Result) -> None:
    drawn = rows(result, "dependence_by_channel", "channels")
    for total in (row for row in drawn if row["is_total"]):
        pair = (total["state_name"], total["power_name"])
        parts = [row["adds"] for row in drawn if not row["is_total"] and (row["state_name"], row["power_name"]) == pair]
        assert sum(parts) == pytest.approx(total["value"], abs=2e-4)


def test_the_timeline_draws_the_baseline_only(result: Result) -> None:
    drawn = [row for row in rows(result, "timeline", "room") if not row["is_event"]]
    assert len(drawn) == 5 * 21
    others = [row | {"scenario": "other"} for row in result.table("paths")]
    silent = replace(result, tables={**result.tables, "paths": others})
    assert chart_spec(silent, "timeline")["vconcat"] == []


def test_an_event_marks_the_state_it_is_directed_at_else_all(result: Result) -> None:
    events = [
        {
            "id": "A",
            "date": "2022-02-24",
            "type": "event",
            "actor": "RUS",
            "toward": "UKR",
            "what": "x",
            "source": None,
        },
        {
            "id": "B",
            "date": "2023-05",
            "type": "offer",
            "actor": "CHN",
            "toward": "KGZ UZB",
            "what": "y",
            "source": None,
        },
        {
            "id": "C",
            "date": "2023",
            "type": "offer",
            "actor": "CHN",
            "toward": "KGZ",
            "what": "no month",
            "source": None,
        },
        {
            "id": "D",
            "date": "2001-09",
            "type": "offer",
            "actor": "CHN",
            "toward": "KGZ",
            "what": "before",
            "source": None,
        },
    ]
    told = replace(result, tables={**result.tables, "events": events})
    marks = [row for row in rows(told, "timeline", "room") if row["is_event"]]
    assert sorted(row["state_name"] for row in marks if row["quarter"] == "2022Q1") == [
        "Kazakhstan",
        "Kyrgyzstan",
        "Tajikistan",
        "Turkmenistan",
        "Uzbekistan",
    ]
    assert {row["state_name"] for row in marks if row["quarter"] == "2023Q2"} == {"Kyrgyzstan", "Uzbekistan"}
    assert {ref for row in marks for ref in row["refs"]} == {"e:A", "e:B"}


def test_decisions_without_a_known_answer_are_not_scored(result: Result) -> None:
    answered = {row["id"] for row in result.table("decisions") if row["observed"]}
    asked = {row["id"] for row in result.table("decisions")}
    assert answered < asked
    assert {row["ref"] for row in rows(result, "decisions", "answered")} == {f"d:{name}" for name in answered}


def test_calibration_of_a_perfect_model_lies_on_the_diagonal() -> None:
    sure = [
        {"id": f"q{n}:AAA", "state": "AAA", "kind": "k", "option": option, "prob": prob, "observed": prob == 1}
        for n in range(40)
        for option, prob in (("yes", 1.0), ("no", 0.0))
    ]
    bins = rows(Result(tables={"decisions": sure}), "calibration", "bins")
    assert all(row["given"] == row["happened"] for row in bins)
    assert all(row["low"] <= row["happened"] <= row["high"] for row in bins)


def test_wilsons_interval_agrees_with_a_published_example() -> None:
    # Newcombe 1998, table I: 81 of 263, two-sided 95 %.
    assert wilson(81, 263, z=1.959964) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_scenarios_are_compared_in_their_last_quarter(result: Result) -> None:
    earlier = [row | {"quarter": "2022Q4", "difference": 9.0} for row in result.table("scenarios")]
    told = replace(result, tables={**result.tables, "scenarios": [*earlier, *result.table("scenarios")]})
    drawn = rows(told, "scenario_differences", "differences")
    assert len(drawn) == len(result.table("scenarios"))
    assert max(row["value"] for row in drawn) < 9


def test_a_sparkline_shows_one_state(result: Result) -> None:
    paths = alignment_sparkline(result, "KAZ").to_dict()["datasets"]["paths"]
    assert len(paths) == 6 * 21
    assert {row["ref"].split(":")[2] for row in paths} == {"KAZ"}


@pytest.mark.parametrize("name", CHARTS)
def test_other_casts_are_drawn_too(name: str, result: Result) -> None:
    """Two states and two powers without places, colours or channels' titles."""
    few = {"KAZ", "UZB", "RUS", "CHN"}
    tables = {
        table: [
            row
            for row in found
            if all(row.get(who) in few or row.get(who) is None for who in ("state", "power"))
            and (table != "actors" or row["id"] in few)
        ]
        for table, found in result.tables.items()
    }
    tables["actors"] = [row | {"colour": None} for row in tables["actors"]]
    manifest = {**result.manifest, "case": {"name": "x"}}
    spec = CHARTS[name](replace(result, tables=tables, manifest=manifest)).to_dict()
    assert spec["datasets"]
