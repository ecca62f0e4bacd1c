"""The report in a real browser: it opens offline, draws everything and tells where numbers come from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Pairs of texts of one chart that cover each other by more than a pixel, as [one, other].
COVERED = """
chart => {
  const texts = [...chart.querySelectorAll('svg text')].filter(t => t.textContent.trim() && +getComputedStyle(t).opacity > 0);
  const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([one, a], n) => boxes.slice(n + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    // A halo is the same text in the same place.
    if (wide > 1 && high > 3 && !(one === other && Math.abs(a.left - b.left) < 3)) found.push([one, other]);
  }));
  return found;
}
"""

# Texts that stick out of their chart, or end in the sign for cut text.
CUT = """
chart => [...chart.querySelectorAll('svg text')].filter(t => {
  const a = t.getBoundingClientRect(), b = chart.getBoundingClientRect();
  const out = a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1;
  return t.textContent.trim() && (out || t.textContent.endsWith('…'));
}).map(t => t.textContent)
"""


class Opened:
    """An open report with what it asked for and complained about."""

    def __init__(self, browser: Any, path: Path) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page = browser.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.address = path.as_uri()
        self.page.goto(self.address)
        self.page.wait_for_selector("body[data-ready=yes]", timeout=60_000)


@pytest.fixture(scope="module")
def opened(browser: Any, report: Path) -> Iterator[Opened]:
    it = Opened(browser, report)
    yield it
    it.page.close()


@pytest.fixture
def page(opened: Opened) -> Any:
    """The open page with no note open."""
    opened.page.keyboard.press("Escape")
    opened.page.mouse.move(2, 2)
    return opened.page


def note(page: Any) -> str:
    page.wait_for_selector("#note:not([hidden])")
    return str(page.inner_text("#note"))


def test_the_report_asks_for_nothing_but_itself(opened: Opened) -> None:
    assert opened.asked == [opened.address]


def test_the_browser_has_no_complaint(opened: Opened) -> None:
    assert opened.complaints == []


def test_every_chart_is_drawn(page: Any) -> None:
    drawn = {e.get_attribute("data-chart"): e.get_attribute("data-drawn") for e in page.query_selector_all(".chart")}
    assert len(drawn) == 14
    assert set(drawn.values()) == {"yes"}
    assert all(chart.query_selector("svg") for chart in page.query_selector_all(".chart"))


def test_nothing_is_wider_than_the_window(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    wide = "e => e.scrollWidth - e.clientWidth"
    over = {e.get_attribute("data-chart"): e.evaluate(wide) for e in page.query_selector_all(".chart")}
    assert {name: pixels for name, pixels in over.items() if pixels > 6} == {}


def test_no_label_covers_another_or_is_cut(page: Any) -> None:
    for chart in page.query_selector_all(".chart"):
        name = chart.get_attribute("data-chart")
        assert chart.evaluate(COVERED) == [], name
        assert chart.evaluate(CUT) == [], name


def test_a_number_tells_its_sources_and_keeps_the_note_open(page: Any) -> None:
    number = page.query_selector('.card .fig[data-ref="m:dependence:KAZ:RUS"]')
    number.hover()
    assert "Dependence: Kazakhstan and Russia" in note(page)
    number.click()
    page.mouse.move(2, 2)
    said = note(page)
    assert "estimated" in said
    assert "Trade" in said
    link = page.query_selector("#note a")
    assert link.get_attribute("href").startswith("https://example.org/")
    page.keyboard.press("Escape")
    assert page.query_selector("#note").get_attribute("hidden") is not None


def test_a_part_leads_on_to_its_own_origin(page: Any) -> None:
    page.click('.card .fig[data-ref="m:dependence:KAZ:RUS"]')
    page.click('#note [data-ref="c:trade:KAZ:RUS"]')
    assert "Trade: share of Russia in Kazakhstan" in note(page)
    assert "Replaceability" in note(page)


def test_the_keyboard_opens_a_note_too(page: Any) -> None:
    page.focus('.card .fig[data-ref="m:room:KAZ"]')
    page.keyboard.press("Enter")
    assert "Room: Kazakhstan" in note(page)


@pytest.mark.parametrize(
    ("chart", "mark", "says"),
    [
        ("dependence_by_channel", "path[aria-roledescription=bar]", "share of"),
        ("postures", "path[aria-roledescription=point]", "probability of the posture"),
        ("spectrum", "path[aria-roledescription=point]", "balancing"),
        ("decisions", "path[aria-roledescription=circle]", "given"),
        ("scenario_differences", "path[aria-roledescription=circle]", "difference to history"),
        ("kinds_of_numbers", "path[aria-roledescription=bar]", "measured"),
        ("timeline", "path[aria-roledescription=point]", "2022"),
    ],
)
def test_a_mark_tells_where_it_comes_from(chart: str, mark: str, says: str, page: Any) -> None:
    drawn = page.query_selector(f"[data-chart={chart}]")
    drawn.scroll_into_view_if_needed()
    drawn.query_selector(mark).hover(force=True)
    assert says in note(page)


def test_a_line_of_the_map_tells_its_tie_and_the_selector_changes_its_width(page: Any) -> None:
    drawn = page.query_selector("[data-chart=tie_map]")
    drawn.scroll_into_view_if_needed()
    line = drawn.query_selector("g.mark-shape path[stroke-opacity='0.55']")
    middle = """e => { const p = e.getPointAtLength(e.getTotalLength() / 2).matrixTransform(e.getScreenCTM()); return [p.x, p.y]; }"""
    page.mouse.move(*line.evaluate(middle))
    assert "Dependence:" in note(page)
    before = [p.get_attribute("stroke-width") for p in drawn.query_selector_all("g.mark-shape path")]
    page.select_option("[data-chart=tie_map] select", "remittances")
    page.wait_for_timeout(200)
    after = [p.get_attribute("stroke-width") for p in drawn.query_selector_all("g.mark-shape path")]
    assert before != after
    page.select_option("[data-chart=tie_map] select", "dependence")


def test_the_timeline_shows_the_power_chosen(page: Any) -> None:
    first = page.query_selector("[data-chart=timeline] svg").inner_html()
    page.select_option("[data-chart=timeline] select", "CHN")
    page.wait_for_timeout(200)
    assert page.query_selector("[data-chart=timeline] svg").inner_html() != first
    page.select_option("[data-chart=timeline] select", "RUS")


def test_claims_are_sifted_by_verdict_and_word(page: Any) -> None:
    shown = "document.querySelectorAll('#claims tbody tr:not([hidden])').length"
    every = page.evaluate(shown)
    page.click("[data-choices=claims] [data-value=contradicted]")
    assert 0 < page.evaluate(shown) < every
    page.fill("[data-filter=claims]", "no such word")
    assert page.evaluate(shown) == 0
    page.fill("[data-filter=claims]", "")
    page.click("[data-choices=claims] [data-value='']")
    assert page.evaluate(shown) == every


def test_every_number_that_the_model_used_can_be_found(page: Any) -> None:
    page.fill("#inputs input", "trade share of RUS in KAZ, 2021")
    assert page.inner_text("#inputs .count") == "1 of 1 shown"
    page.click("#inputs .fig")
    assert "ties.csv:2" in note(page)
    page.keyboard.press("Escape")
    page.click("#bibliography [data-cites]")
    assert "from Made-up source" in page.inner_text("#inputs .count")
    page.select_option("#inputs select", "assumed")
    assert page.inner_text("#inputs .count").startswith("0 of 0")


def test_it_prints_with_all_tables_open(page: Any, tmp_path: Path) -> None:
    printed = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True, print_background=True)
    assert printed[:4] == b"%PDF"
    assert page.evaluate("[...document.querySelectorAll('main details')].length") > 1


def test_a_screen_of_a_laptop_and_a_narrow_one_need_no_sideways_scroll(page: Any) -> None:
    for width in (1440, 1280, 800):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
