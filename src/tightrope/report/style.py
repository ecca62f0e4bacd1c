"""The one style of all charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt

from tightrope.result import Result

__all__ = ["FONT", "INK", "WIDTH", "data", "finished", "panel_width"]

FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"
INK, QUIET, FAINT, LINE = "#1d2733", "#5b6672", "#98a2ad", "#e3e7eb"
WARNING = "#a3261c"
WIDTH = 1128  # of the report's column, in pixels

CONFIG: Mapping[str, Any] = {
    "font": FONT,
    "background": "#ffffff",
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": "#b8c0c8",
        "tickColor": "#b8c0c8",
        "tickSize": 4,
        "labelLimit": 240,
    },
    "header": {
        "labelColor": INK,
        "labelFontSize": 12,
        "labelFontWeight": "bold",
        "titleColor": QUIET,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelPadding": 6,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": QUIET,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "symbolStrokeWidth": 0,
    },
    "title": {"color": INK, "fontSize": 12, "anchor": "start"},
    "text": {"color": INK, "fontSize": 11},
}


def data(rows: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Rows inside the chart itself, so that it needs no file and no network."""
    return alt.InlineData(values=[dict(row) for row in rows])


def panel_width(panels: int, *, left: float = 60, gap: float = 16, right: float = 0) -> float:
    """Width of each of several panels side by side that together fill the report's column."""
    free = WIDTH - left - right - gap * (panels - 1)
    return max(96, round(free / max(1, panels)))


def finished(chart: Any, result: Result) -> Any:
    """The chart in the style of the report, with a mark where the Result carries a warning."""
    warnings = [str(text) for text in result.manifest.get("warnings") or []]
    if warnings:
        more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
        caution = alt.TitleParams(f"Caution: {warnings[0]}{more}", color=WARNING, fontSize=11)
        chart = chart.properties(title=caution)
    return chart.configure(**CONFIG)
