"""What each scenario would change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt

from tightrope.report.cast import Cast, cast
from tightrope.report.provenance import last_differences, reference
from tightrope.report.style import FAINT, Rows, finished, layered, panel_width
from tightrope.report.words import outcome, plain
from tightrope.result import Result

__all__ = ["scenario_differences"]

FIRST = ("room", "alignment", "dependence")


def scenario_differences(result: Result) -> alt.FacetChart:
    """Difference to the baseline with its interval, by scenario and state; a selector picks the outcome."""
    actors = cast(result)
    differences = list(_differences(result, actors))
    shown = _selector(differences)
    titles = list(dict.fromkeys(row["title"] for row in differences))
    names = [actors.name(s) for s in actors.states]
    colour = alt.Scale(domain=names, range=[actors.colour(s) for s in actors.states])
    rows = Rows()
    base = (
        alt.Chart()
        .transform_filter("datum.series == shown")
        .encode(
            y=alt.Y("title:N", sort=titles, title=None, axis=alt.Axis(labelLimit=320, grid=True)),
            color=alt.Color("state_name:N", scale=colour, legend=None),
            tooltip=[
                alt.Tooltip("title:N", title="Scenario"),
                alt.Tooltip("series:N", title="Outcome"),
                alt.Tooltip("quarter:N", title="Quarter"),
                alt.Tooltip("value:Q", title="Difference", format="+.3f"),
                alt.Tooltip("low:Q", title="Low", format="+.3f"),
                alt.Tooltip("high:Q", title="High", format="+.3f"),
            ],
        )
    )
    x = alt.X("value:Q", title="Difference to the baseline", axis=alt.Axis(tickCount=3, format="~g"))
    zero = alt.Chart(rows.named("zero", [{"none": 0}])).mark_rule(color=FAINT, strokeDash=[3, 3]).encode(x="none:Q")
    ranges = base.mark_rule(strokeWidth=2.4, opacity=0.55).encode(x="low:Q", x2="high:Q")
    dots = base.mark_circle(size=58, opacity=1).encode(x=x)
    panels = layered(zero, ranges, dots, over=rows.named("differences", differences))
    width = panel_width(len(actors.states), left=332)
    chart = panels.properties(width=width, height=24 * max(1, len(titles))).facet(
        column=alt.Column("state_name:N", sort=names, title=None),
        spacing=16,
    )
    return finished(chart.add_params(shown), result, rows)


def _differences(result: Result, actors: Cast) -> Iterator[dict[str, Any]]:
    for row in last_differences(result):
        whom = row.get("power")
        name = outcome(result, str(row["outcome"])).title
        yield {
            "title": row.get("title") or plain(row["scenario"]),
            "series": f"{name}, {actors.name(whom)}" if whom else name,
            "state_name": actors.name(row["state"]),
            "quarter": row["quarter"],
            "value": row["difference"],
            "low": row.get("low"),
            "high": row.get("high"),
            "ref": reference("s", row["scenario"], row["outcome"]),
        }


def _selector(rows: list[dict[str, Any]]) -> alt.Parameter:
    """Outcomes to choose from, room first where there is one."""
    rank = {name: n for n, name in enumerate(FIRST)}
    ordered = sorted(rows, key=lambda row: rank.get(row["ref"].rpartition(":")[2], len(rank)))
    options = list(dict.fromkeys(row["series"] for row in ordered)) or [""]
    bind = alt.binding_select(options=options, name="Outcome ")
    return alt.param(name="shown", value=options[0], bind=bind)
