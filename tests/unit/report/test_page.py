from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tightrope.base import RunError
from tightrope.report import report_html, write_report
from tightrope.result import Result

SECTIONS = [
    "findings",
    "states",
    "ties",
    "dependence",
    "timeline",
    "posture",
    "decisions",
    "scenarios",
    "audit",
    "rankings",
    "sources",
    "method",
]


class Page(HTMLParser):
    """What a page holds: elements with attributes, and the texts of its data blocks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: dict[str, str] = {}
        self._open: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = dict(attrs).get("id") if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._open:
            self.blocks[self._open] = self.blocks.get(self._open, "") + data

    def values(self, attribute: str) -> list[str]:
        return [about[attribute] or "" for _, about in self.elements if attribute in about]

    def data(self, name: str) -> Any:
        return json.loads(self.blocks[f"data-{name}"])


@pytest.fixture(scope="module")
def text(result: Result) -> str:
    return report_html(result)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_sections_stand_in_their_order(page: Page) -> None:
    assert [about["id"] for tag, about in page.elements if tag == "section"] == SECTIONS


def test_the_page_loads_nothing(page: Page) -> None:
    assert page.values("src") == []
    assert not [about for tag, about in page.elements if tag in {"link", "iframe", "img", "object", "form"}]
    (policy,) = [about["content"] for _, about in page.elements if "http-equiv" in about]
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "connect-src" not in policy


def test_every_number_of_the_page_reveals_its_origin(page: Page) -> None:
    origins = page.data("origins")
    refs = set(page.values("data-ref"))
    assert len(refs) > 300
    assert refs - set(origins) == set()
    assert {key for entry in origins.values() for key in entry.get("source", [])} <= set(page.data("sources"))


def test_every_chart_place_has_a_chart(page: Page) -> None:
    assert set(page.values("data-chart")) == set(page.data("specs"))
    assert len(page.data("specs")) == 14


def test_every_input_can_be_read_back(page: Page, result: Result) -> None:
    inputs = page.data("inputs")
    first = {
        name: inputs["pool"][cells[0]] if name in inputs["texts"] and cells[0] is not None else cells[0]
        for name, cells in inputs["columns"].items()
    }
    assert inputs["count"] == len(result.table("inputs"))
    assert first == result.table("inputs")[0]


def test_the_same_result_gives_the_same_page(text: str, result: Result) -> None:
    assert report_html(result) == text


def test_no_text_of_the_result_becomes_code(result: Result) -> None:
    evil = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>"
    texts = ("text", "title", "question", "what", "name", "note", "why", "how", "publisher", "meaning", "option")
    tables = {
        name: [row | {key: evil for key in texts if key in row} for row in rows] for name, rows in result.tables.items()
    }
    manifest = {**result.manifest, "command": evil, "warnings": [evil], "case": {**result.case, "title": evil}}
    harmed = Page(report_html(replace(result, tables=tables, manifest=manifest)))
    assert sum(tag == "script" for tag, _ in harmed.elements) == 6
    assert not [tag for tag, _ in harmed.elements if tag == "img"]
    assert not harmed.values("onerror")
    assert harmed.data("specs")


def test_only_addresses_of_the_web_become_links(result: Result) -> None:
    rows = [row | {"url": "javascript:alert(1)"} for row in result.table("sources")]
    harmed = Page(report_html(replace(result, tables={**result.tables, "sources": rows})))
    assert not [link for link in harmed.values("href") if not link.startswith("#")]
    assert all("url" not in source for source in harmed.data("sources").values())


def test_warnings_stand_at_the_top_and_on_every_chart(result: Result) -> None:
    warned = Page(report_html(replace(result, manifest={**result.manifest, "warnings": ["12 divergences"]})))
    assert [about for tag, about in warned.elements if tag == "aside" and about.get("role") == "alert"]
    named = {name: spec for name, spec in warned.data("specs").items() if not name.startswith("sparkline")}
    assert all("12 divergences" in spec["title"]["text"] for spec in named.values())


def test_an_empty_result_gives_a_page_that_says_so() -> None:
    text = report_html(Result())
    assert text.count("This result has no numbers for this chart.") == 9
    assert re.search(r"<title>Tightrope: report</title>", text)


def test_tables_may_lack_columns(result: Result) -> None:
    spare = {"note", "sources", "source", "how", "why", "ledger", "members", "asks", "question", "low", "high"}
    tables = {
        name: [{key: cell for key, cell in row.items() if key not in spare} for row in rows]
        for name, rows in result.tables.items()
    }
    assert len(Page(report_html(replace(result, tables=tables))).data("specs")) == 14


@pytest.mark.parametrize("table", ["measures", "actors", "sources"])
def test_a_result_may_lack_a_table(table: str, result: Result) -> None:
    tables = {name: rows for name, rows in result.tables.items() if name != table}
    page = Page(report_html(replace(result, tables=tables)))
    assert set(page.values("data-chart")) == set(page.data("specs"))


def test_an_infinite_log_score_is_no_obstacle(result: Result) -> None:
    rows = [row | {"log_score": float("-inf"), "prob": 0.0} for row in result.table("decisions")]
    assert Page(report_html(replace(result, tables={**result.tables, "decisions": rows}))).data("specs")


def test_the_report_is_written_whole_or_not_at_all(result: Result, tmp_path: Path) -> None:
    target = write_report(result, tmp_path / "report.html")
    assert target.read_text(encoding="utf-8").endswith("</html>\n")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(RunError, match="cannot be written"):
        write_report(result, tmp_path / "missing" / "report.html")
