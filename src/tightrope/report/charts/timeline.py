"""The timeline: dependence, room and alignment through the quarters, with what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt

from tightrope.report.cast import Cast, cast
from tightrope.report.provenance import reference
from tightrope.report.style import FAINT, INK, QUIET, Rows, finished, layered, panel_width
from tightrope.report.time import quarter_of, year_of
from tightrope.report.words import keys, outcome
from tightrope.result import Record, Result

__all__ = ["baseline_paths", "timeline"]

ROWS = ("dependence", "room", "alignment")
ALONE = ("room", "growth", "remittances", "trade", "food_price", "evasion")


def timeline(result: Result) -> alt.VConcatChart:
    """One panel per state and outcome; the power chosen is drawn with its bands, the others thin."""
    actors = cast(result)
    paths = baseline_paths(result)
    names = [name for name in ROWS if any(row["outcome"] == name for row in paths)]
    first = actors.powers[0] if actors.powers else ""
    power = alt.param(
        name="power",
        value=first,
        bind=alt.binding_select(
            options=list(actors.powers), labels=[actors.name(p) for p in actors.powers], name="Power "
        ),
    )
    rows = Rows()
    panels = [_row(rows, result, actors, name, paths, is_first=n == 0) for n, name in enumerate(names)]
    chosen: list[Any] = [power.param]
    chart: alt.VConcatChart = alt.VConcatChart(vconcat=panels, spacing=14, params=chosen).resolve_scale(
        color="independent"
    )
    return finished(chart, result, rows)


def baseline_paths(result: Result) -> list[Record]:
    """The rows of `paths` that belong to the baseline."""
    baseline = result.manifest.get("baseline", "history")
    return [row for row in result.table("paths") if row.get("scenario") == baseline]


def _row(
    rows: Rows, result: Result, actors: Cast, name: str, paths: Sequence[Record], *, is_first: bool
) -> alt.FacetChart:
    """The panels of one outcome side by side."""
    drawn = rows.named(name, [*_points(actors, name, paths), *_happenings(result, actors, paths)])
    about = outcome(result, name)
    title = about.title if name in ALONE else f"{about.title}, power chosen"
    base = alt.Chart(drawn).encode(
        x=alt.X("t:Q", title=None, scale=_period(paths), axis=_years(paths)),
        color=alt.Color("power_name:N", scale=_colours(actors), legend=_legend(actors) if is_first else None),
    )
    first, *others = [*_events(base, is_first), *_bands(base), *_lines(base, title)]
    # Altair 6.3 counts views by the name of the first layer and stumbles where it has none.
    layers = layered(first.properties(name=f"{name}_events"), *others)
    header = alt.Header(labels=is_first)
    panel = layers.properties(width=panel_width(len(actors.states), left=52), height=118)
    return panel.facet(
        column=alt.Column(
            "state_name:N",
            sort=[actors.name(s) for s in actors.states],
            title=None,
            header=header,
        ),
        spacing=16,
    )


def _points(actors: Cast, name: str, paths: Sequence[Record]) -> Iterator[dict[str, Any]]:
    for row in paths:
        if row["outcome"] == name:
            yield {
                "is_event": False,
                "state_name": actors.name(row["state"]),
                "power": row.get("power") or "",
                "power_name": actors.name(row.get("power")),
                "t": year_of(str(row["quarter"])),
                "quarter": row["quarter"],
                "value": row["mean"],
                "low50": row.get("low50"),
                "high50": row.get("high50"),
                "low": row.get("low90"),
                "high": row.get("high90"),
                "ref": reference("p", name, row["state"], row.get("power")),
            }


def _happenings(result: Result, actors: Cast, paths: Sequence[Record]) -> Iterator[dict[str, Any]]:
    """Quarters in which something happened that touches a state, with what it was."""
    period = {str(row["quarter"]) for row in paths}
    touched: dict[tuple[str, str], list[Record]] = {}
    for row in result.table("events"):
        quarter = quarter_of(str(row["date"]))
        if quarter not in period:
            continue
        for state in _touched(actors, row):
            touched.setdefault((state, quarter), []).append(row)
    for (state, quarter), rows in touched.items():
        yield {
            "is_event": True,
            "state_name": actors.name(state),
            "power": "",
            "power_name": "",
            "t": year_of(quarter),
            "quarter": quarter,
            "count": len(rows),
            "what": "; ".join(f"{actors.names(row.get('actor'))}: {row['what']}" for row in rows),
            "refs": [reference("e", row["id"]) for row in rows],
        }


def _touched(actors: Cast, row: Record) -> Sequence[str]:
    """The states that an event is directed at; all where it is directed at nobody among them."""
    named = [name for cell in (row.get("toward"), row.get("actor")) for name in keys(_split(cell))]
    states = [state for state in actors.states if state in named]
    return states or actors.states


def _split(cell: Any) -> str:
    return str(cell or "").replace(" ", ";")


def _period(paths: Sequence[Record]) -> alt.Scale:
    times = [t for row in paths if (t := year_of(str(row["quarter"]))) is not None]
    return alt.Scale(domain=[min(times) - 0.125, max(times) + 0.125], nice=False) if times else alt.Scale()


def _years(paths: Sequence[Record]) -> alt.Axis:
    years = sorted({int(str(row["quarter"])[:4]) for row in paths})
    step = 2 if len(years) > 4 else 1
    return alt.Axis(values=years[1::step], format="d", grid=False)


def _colours(actors: Cast) -> alt.Scale:
    names = [actors.name(p) for p in actors.powers]
    return alt.Scale(domain=["", *names], range=[INK, *(actors.colour(p) for p in actors.powers)])


def _legend(actors: Cast) -> alt.Legend:
    names = [actors.name(p) for p in actors.powers]
    return alt.Legend(
        orient="top", title=None, values=names, symbolType="stroke", symbolStrokeWidth=2.5, symbolOpacity=1, offset=14
    )


def _events(base: alt.Chart, is_first: bool) -> list[alt.Chart]:
    """A dotted rule for each quarter with events; the marks on top of the first row tell them."""
    happened = base.transform_filter("datum.is_event")
    words = [alt.Tooltip("quarter:N", title="Quarter"), alt.Tooltip("what:N", title="What happened")]
    rule = happened.mark_rule(strokeDash=[1, 3], opacity=0.75).encode(color=alt.value(FAINT))
    mark = happened.mark_point(shape="triangle-down", filled=True, opacity=1).encode(
        y=alt.value(-3 if is_first else 2),
        size=alt.Size("count:Q", scale=alt.Scale(domain=[1, 5], range=[26, 90], clamp=True), legend=None),
        color=alt.value(QUIET),
        tooltip=words,
    )
    return [rule, mark] if is_first else [rule]


CHOSEN = "!datum.is_event && (datum.power == '' || datum.power == power)"


def _bands(base: alt.Chart) -> list[alt.Chart]:
    chosen = base.transform_filter(CHOSEN)
    wide = chosen.mark_area(opacity=0.16).encode(y="low:Q", y2="high:Q")
    half = chosen.mark_area(opacity=0.28).encode(y="low50:Q", y2="high50:Q")
    return [wide, half]


def _lines(base: alt.Chart, title: str) -> list[alt.Chart]:
    y = alt.Y("value:Q", title=title, axis=alt.Axis(tickCount=4), scale=alt.Scale(zero=False, nice=True))
    words = [
        alt.Tooltip("power_name:N", title="With"),
        alt.Tooltip("quarter:N", title="Quarter"),
        alt.Tooltip("value:Q", title="Mean", format=".3f"),
        alt.Tooltip("low:Q", title="Low (90 %)", format=".3f"),
        alt.Tooltip("high:Q", title="High (90 %)", format=".3f"),
    ]
    every = base.transform_filter("!datum.is_event")
    thin = every.mark_line(strokeWidth=1, opacity=0.4).encode(y=y, detail="power:N")
    thick = base.transform_filter(CHOSEN).mark_line(strokeWidth=2.2).encode(y=y)
    touch = every.mark_circle(size=60, opacity=0).encode(y=y, tooltip=words)
    return [thin, thick, touch]
