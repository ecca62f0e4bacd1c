from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tightrope.report import CHARTS, chart_spec
from tightrope.report.findings import Figure, findings
from tightrope.report.provenance import pictured_year, provenance, source_label
from tightrope.result import Result

COUNTS = {"t:score", "t:audit", "t:rankings"}  # the page adds the origin of what it counts


def references(value: Any) -> Iterator[str]:
    """Every reference in a chart."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "ref" and isinstance(item, str):
                yield item
            elif key == "refs":
                yield from item
            else:
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


@pytest.mark.parametrize("name", CHARTS)
def test_every_mark_has_an_origin(name: str, result: Result) -> None:
    found = provenance(result)
    named = set(references(chart_spec(result, name)["datasets"]))
    assert named - set(found) == set()
    assert named or name == "calibration"


def test_every_number_of_the_findings_has_an_origin(result: Result) -> None:
    figures = [part for finding in findings(result) for part in finding if isinstance(part, Figure)]
    assert {figure.ref for figure in figures} - set(provenance(result)) - COUNTS == set()


def test_every_part_leads_to_an_origin_and_every_key_to_a_source(result: Result) -> None:
    found = provenance(result)
    sources = {row["key"] for row in result.table("sources")}
    for key, entry in found.items():
        assert set(entry.get("source", [])) <= sources, key
        assert all(part[3] in found for part in entry.get("parts", []) if part[3] and key[0] != "p"), key


def test_dependence_is_shown_with_what_each_channel_adds(result: Result) -> None:
    entry = provenance(result)["m:dependence:KAZ:RUS"]
    assert sum(float(part[1]) for part in entry["parts"]) == pytest.approx(float(entry["value"]), abs=0.01)
    assert entry["source"]
    assert entry["range"]


def test_a_channel_is_shown_with_its_three_factors(result: Result) -> None:
    entry = provenance(result)["c:trade:KAZ:RUS"]
    assert [part[0] for part in entry["parts"]] == ["Stake", "Replaceability"]
    assert entry["kind"] in {"measured", "estimated", "coded", "assumed"}


def test_the_picture_is_of_the_newest_year_in_which_all_rooms_are_known(result: Result) -> None:
    assert pictured_year(result) == 2024
    rooms = [
        row | {"mean": None} if row["year"] == 2024 and row["state"] == "UZB" else row for row in result.table("room")
    ]
    assert pictured_year(replace(result, tables={**result.tables, "room": rooms})) == 2023


def test_without_rooms_the_picture_is_of_the_newest_known_share(result: Result) -> None:
    assert pictured_year(Result(tables={"channels": result.table("channels")})) == 2024
    assert pictured_year(Result()) is None


def test_a_chart_names_the_first_source_and_counts_the_others(result: Result) -> None:
    first, second = result.table("sources")[:2]
    label = source_label(result)
    assert label(f"{first['key']};{second['key']}") == f"{first['publisher']} {first['year']} and 1 more"
    assert label(None) == "none"
