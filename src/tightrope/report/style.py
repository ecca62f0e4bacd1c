"""The one style of all charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import altair as alt

from tightrope.result import Result

__all__ = ["FONT", "INK", "WIDTH", "Rows", "finished", "layered", "panel_width"]

Drawn = TypeVar("Drawn", alt.Chart, alt.LayerChart, alt.FacetChart, alt.HConcatChart, alt.VConcatChart)

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


class Rows(dict[str, list[dict[str, Any]]]):
    """The rows that a chart draws, by name: they stand once in it, so it needs no file and no network.

    Charts refer to them by name because Altair copies a chart with all that is in it each time that
    charts are put together.
    """

    def named(self, name: str, rows: Iterable[Mapping[str, Any]]) -> alt.NamedData:
        """Keep rows under a name and refer to them."""
        self[name] = [{key: _short(cell) for key, cell in row.items()} for row in rows]
        return alt.NamedData(name=name)


def panel_width(panels: int, *, left: float = 60, gap: float = 16, right: float = 0) -> float:
    """Width of each of several panels side by side that together fill the report's column."""
    free = WIDTH - left - right - gap * (panels - 1)
    return max(96, round(free / max(1, panels)))


def _short(cell: Any, figures: int = 5) -> Any:
    """A cell with no more figures than a drawing can show."""
    return float(f"{cell:.{figures}g}") if isinstance(cell, float) else cell


def layered(*charts: alt.Chart, over: Any = alt.Undefined) -> alt.LayerChart:
    """Charts on top of each other, the first at the bottom; `over` is the data of those without any."""
    return alt.LayerChart(data=over, layer=list(charts))


def finished(chart: Drawn, result: Result, rows: Rows) -> Drawn:
    """The chart with its rows, in the style of the report, marked where the Result carries a warning."""
    warnings = [str(text) for text in result.manifest.get("warnings") or []]
    if warnings:
        more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
        caution = alt.TitleParams(f"Caution: {warnings[0]}{more}", color=WARNING, fontSize=11)
        chart = chart.properties(title=caution)
    drawn: Drawn = chart.configure(**CONFIG)
    drawn.datasets = dict(rows)
    return drawn
