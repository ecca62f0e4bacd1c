"""What each state is doing about it: postures, and the spectrum between balancing and bandwagoning."""

from __future__ import annotations

from typing import Any

import altair as alt

from tightrope.report.cast import cast
from tightrope.report.provenance import reference
from tightrope.report.style import FAINT, WIDTH, Rows, finished, layered, panel_width
from tightrope.report.words import plain
from tightrope.result import Result

__all__ = ["postures", "spectrum"]

BASES = ("simulated", "observed")


def postures(result: Result) -> alt.FacetChart:
    """Probability of each posture by state; filled as simulated, hollow as observed."""
    actors = cast(result)
    marked = [
        _marked(row, actors.name(row["state"]), actors.colour(row["state"]))
        | {
            "posture": plain(row["posture"]),
            "value": row["prob"],
            "ref": reference("o", row["state"], row["posture"], row.get("basis") or "simulated"),
        }
        for row in result.table("posture")
    ]
    order = list(dict.fromkeys(row["posture"] for row in marked))
    rows = Rows()
    base = alt.Chart(rows.named("postures", marked)).encode(
        y=alt.Y("posture:N", sort=order, title=None, axis=alt.Axis(grid=True, domain=False, ticks=False)),
        yOffset=alt.YOffset("basis:N", sort=list(BASES), scale=alt.Scale(paddingOuter=0.55)),
        color=alt.Color("colour:N", scale=None),
        tooltip=_words("Probability", ".0%"),
    )
    axis = alt.Axis(format="%", values=[0, 0.5, 1], grid=True)
    x = alt.X("value:Q", title="Probability", scale=alt.Scale(domain=[0, 1]), axis=axis)
    panels = layered(*_dots_and_ranges(base, x))
    width = panel_width(len(actors.states), left=108)
    chart = panels.properties(width=width, height=30 * max(1, len(order))).facet(
        column=alt.Column("state_name:N", sort=[actors.name(s) for s in actors.states], title=None),
        spacing=16,
    )
    return finished(chart, result, rows)


def spectrum(result: Result) -> alt.LayerChart:
    """Each state's position between pure balancing (-1) and pure bandwagoning (1), with its interval."""
    actors = cast(result)
    marked = [
        _marked(row, actors.name(row["state"]), actors.colour(row["state"]))
        | {"value": row["position"], "ref": reference("k", row["state"], row.get("basis") or "simulated")}
        for row in result.table("spectrum")
    ]
    rows = Rows()
    base = alt.Chart(rows.named("spectrum", marked)).encode(
        y=alt.Y("state_name:N", sort=[actors.name(s) for s in actors.states], title=None),
        yOffset=alt.YOffset("basis:N", sort=list(BASES), scale=alt.Scale(paddingOuter=0.55)),
        color=alt.Color("colour:N", scale=None),
        tooltip=_words("Position", ".2f"),
    )
    labels = {-1: "balancing −1", 0: "hedging 0", 1: "1 bandwagoning"}
    picked = " : ".join(f"datum.value == {at} ? '{text}'" for at, text in labels.items())
    axis = alt.Axis(values=list(labels), labelExpr=f"{picked} : ''", grid=True, labelFlush=True)
    x = alt.X("value:Q", title=None, scale=alt.Scale(domain=[-1, 1]), axis=axis)
    layers = layered(*_dots_and_ranges(base, x))
    chart = layers.properties(width=WIDTH - 100, height=26 * max(1, len(actors.states)))
    return finished(chart, result, rows)


def _marked(row: Any, name: str, colour: str) -> dict[str, Any]:
    return {
        "state_name": name,
        "colour": colour,
        "basis": row.get("basis") or "simulated",
        "low": row.get("low"),
        "high": row.get("high"),
    }


def _words(title: str, form: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("state_name:N", title="State"),
        alt.Tooltip("value:Q", title=title, format=form),
        alt.Tooltip("low:Q", title="Low", format=form),
        alt.Tooltip("high:Q", title="High", format=form),
        alt.Tooltip("basis:N", title="Basis"),
    ]


def _dots_and_ranges(base: alt.Chart, x: alt.X) -> list[alt.Chart]:
    """Ranges below, then dots: filled where simulated, hollow where observed."""
    filled = alt.when(alt.datum.basis == "simulated")
    fill = filled.then(alt.Fill("colour:N", scale=None)).otherwise(alt.value("#ffffff"))
    zero = base.mark_rule(color=FAINT, opacity=0).encode(x=x)
    ranges = base.mark_rule(strokeWidth=2, opacity=0.55).encode(x=alt.X("low:Q"), x2="high:Q")
    dots = base.mark_point(size=62, opacity=1, strokeWidth=1.8).encode(x=x, fill=fill)
    return [zero, ranges, dots]
