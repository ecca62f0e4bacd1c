"""Evidence cards in a real browser: they open offline, hold no script, and nothing runs over its edge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tightrope.report.screening import write_cards
from tightrope.trade.screen import planted, screen
from tightrope.trade.screen.card import cards

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = screen(planted(9).panel)
    about = {
        "title": "W to RRR <through> AAA", "target": "RRR", "currency": "EUR", "facts": [("Rows", "1")],
        "caveats": ["One & only."], "sources": ["a file"],
    }  # fmt: skip
    made = list(cards(found, 3, labels={found.panel.products[int(found.rows.product[0])]: "<b>Bearings</b>"}))
    return write_cards(made, about, tmp_path_factory.mktemp("cards") / "cards.html")


def test_cards_show_chart_reasons_and_explanations(file: Path, browser: Any) -> None:
    page = browser.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(file.as_uri())
    assert loaded == [file.as_uri()]
    assert page.locator("script").count() == 0
    assert page.locator(".card").count() == 3
    card = page.locator("#card1")
    assert card.locator("svg rect").count() > 30
    assert card.locator(".reasons tr").count() >= 2
    assert card.locator(".innocent li").count() == 6
    assert "<b>Bearings</b>" in card.inner_text()
    wide = card.locator(".reasons .bar i").first.bounding_box()
    assert wide is not None
    assert wide["width"] > 20
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
