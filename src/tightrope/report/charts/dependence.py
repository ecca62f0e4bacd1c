"""What dependence is made of, and the sparkline of alignment."""

from __future__ import annotations

from typing import Any

import altair as alt

from tightrope.report.cast import Cast, cast, channel_colours
from tightrope.report.provenance import pictured, reference, source_label
from tightrope.report.style import INK, Rows, finished, layered, panel_width
from tightrope.report.time import year_of
from tightrope.report.words import outcome
from tightrope.result import Result

__all__ = ["alignment_sparkline", "dependence_by_channel"]


def dependence_by_channel(result: Result) -> alt.FacetChart:
    """Dependence of each state on each power, stacked by channel; the whisker is its range."""
    actors = cast(result)
    rows = Rows()
    drawn = rows.named("channels", [*_contributions(result, actors), *_totals(result, actors)])
    base = alt.Chart(drawn).encode(y=alt.Y("power_name:N", sort=[actors.name(p) for p in actors.powers], title=None))
    panels = layered(_bars(base, actors), *_whiskers(base))
    width = panel_width(len(actors.states), left=104)
    chart = panels.properties(width=width, height=26 * len(actors.powers)).facet(
        column=alt.Column("state_name:N", sort=[actors.name(s) for s in actors.states], title=None),
        spacing=16,
    )
    return finished(chart, result, rows)


def _contributions(result: Result, actors: Cast) -> list[dict[str, Any]]:
    label = source_label(result)
    rank = {channel: n for n, channel in enumerate(actors.channels)}
    return [
        {
            "is_total": False,
            "state_name": actors.name(row["state"]),
            "power_name": actors.name(row["power"]),
            "channel": actors.channel(row["channel"]),
            "rank": rank[str(row["channel"])],
            "adds": row["contribution"],
            "share": row.get("share"),
            "kind": row.get("kind"),
            "source": label(row.get("source")),
            "ref": reference("c", row["channel"], row["state"], row["power"]),
        }
        for row in pictured(result, "channels")
        if row.get("contribution")
    ]


def _totals(result: Result, actors: Cast) -> list[dict[str, Any]]:
    return [
        {
            "is_total": True,
            "state_name": actors.name(row["state"]),
            "power_name": actors.name(row["power"]),
            "value": row["mean"],
            "low": row.get("low"),
            "high": row.get("high"),
            "kind": row.get("kind") or "estimated",
            "ref": reference("m", "dependence", row["state"], row["power"]),
        }
        for row in pictured(result, "measures")
        if row["measure"] == "dependence" and row.get("mean") is not None
    ]


def _bars(base: alt.Chart, actors: Cast) -> alt.Chart:
    titles = [actors.channel(c) for c in actors.channels]
    colour = alt.Scale(domain=titles, range=channel_colours(actors.channels))
    bars: alt.Chart = (
        base.transform_filter("!datum.is_total")
        .mark_bar(stroke="#ffffff", strokeWidth=0.25)
        .encode(
            x=alt.X("adds:Q", title="Dependence", axis=alt.Axis(tickCount=4, format=".1f")),
            color=alt.Color(
                "channel:N",
                scale=colour,
                legend=alt.Legend(orient="top", title="Channel", columns=0, symbolType="square"),
            ),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("channel:N", title="Channel"),
                alt.Tooltip("adds:Q", title="Adds to dependence", format=".3f"),
                alt.Tooltip("share:Q", title="Share", format=".2f"),
                alt.Tooltip("kind:N", title="Kind"),
                alt.Tooltip("source:N", title="Source"),
            ],
        )
    )
    return bars


def _whiskers(base: alt.Chart) -> list[alt.Chart]:
    totals = base.transform_filter("datum.is_total")
    words = [
        alt.Tooltip("value:Q", title="Dependence", format=".2f"),
        alt.Tooltip("low:Q", title="Low", format=".2f"),
        alt.Tooltip("high:Q", title="High", format=".2f"),
        alt.Tooltip("kind:N", title="Kind"),
    ]
    rule = totals.mark_rule(color=INK, strokeWidth=1.2).encode(x="low:Q", x2="high:Q", tooltip=words)
    dot = totals.mark_circle(color=INK, size=22, opacity=1).encode(x="value:Q", tooltip=words)
    return [rule, dot]


def alignment_sparkline(result: Result, state: str, *, width: float = 190, height: float = 84) -> alt.LayerChart:
    """Alignment of one state with each power over the quarters of the baseline, small."""
    actors = cast(result)
    baseline = result.manifest.get("baseline", "history")
    paths = [
        {
            "t": year_of(str(row["quarter"])),
            "quarter": row["quarter"],
            "power": row["power"],
            "power_name": actors.name(row["power"]),
            "value": row["mean"],
            "low": row.get("low90"),
            "high": row.get("high90"),
            "ref": reference("p", "alignment", state, row["power"]),
        }
        for row in result.table("paths")
        if row["state"] == state and row["outcome"] == "alignment" and row.get("scenario") == baseline
    ]
    colour = alt.Scale(domain=list(actors.powers), range=[actors.colour(p) for p in actors.powers])
    rows = Rows()
    zero = alt.Chart(rows.named("zero", [{"y": 0}])).mark_rule(color="#b8c0c8", strokeDash=[2, 2]).encode(y="y:Q")
    base = alt.Chart(rows.named("paths", paths)).encode(
        x=alt.X("t:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1, tickCount=3, grid=False)),
        y=alt.Y(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=[-1, 1]),
            axis=alt.Axis(values=[-1, 0, 1], grid=False),
        ),
        color=alt.Color("power:N", scale=colour, legend=None),
    )
    words = [
        alt.Tooltip("power_name:N", title=f"{outcome(result, 'alignment').title} with"),
        alt.Tooltip("quarter:N", title="Quarter"),
        alt.Tooltip("value:Q", title="Mean", format=".2f"),
    ]
    lines = base.mark_line(strokeWidth=1.6)
    touch = base.mark_circle(size=50, opacity=0).encode(tooltip=words)
    chart = layered(zero, lines, touch).properties(
        width=width, height=height, autosize=alt.AutoSizeParams(type="fit", contains="padding")
    )
    return finished(chart, result, rows)
