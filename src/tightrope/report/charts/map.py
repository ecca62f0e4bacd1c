"""The map of ties: a line from each power to each state, as wide as the tie is strong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from tightrope.report.cast import Cast, cast
from tightrope.report.geography import Place, View, seen, view
from tightrope.report.provenance import pictured, reference, source_label
from tightrope.report.style import INK, QUIET, WIDTH, Rows, finished, layered
from tightrope.result import Record, Result

__all__ = ["tie_map"]

HEIGHT = 480
WIDEST = 17  # pixels of the strongest tie
LETTER, LINE_HEIGHT = 6.3, 13  # of a label, in pixels
LAND, SEA = "#eef1f3", "#ffffff"


@dataclass(frozen=True)
class Spot:
    """An actor on the map: its pixel, and whether it stands at the edge for a place outside."""

    actor: str
    at: Place
    is_outside: bool = False


def tie_map(result: Result) -> alt.LayerChart:
    """Ties between states and powers on the map; a selector switches from dependence to a channel."""
    actors = cast(result)
    places = {a: p for a in (*actors.states, *actors.powers) if (p := actors.place(a)) is not None}
    window = view(
        [places[s] for s in actors.states if s in places],
        [places[p] for p in actors.powers if p in places],
        WIDTH,
        HEIGHT,
    )
    spots = {spot.actor: spot for spot in _spots(actors, places, window)}
    ties = list(_ties(result, actors, spots))
    tie = alt.param(name="tie", value="dependence", bind=_selector(actors, ties))
    rows = Rows()
    layers = [
        _land(rows, actors, window),
        _lines(rows, actors, spots, window, ties),
        *_points(rows, actors, spots, window),
    ]
    chart = layered(*layers).add_params(tie).project(**_projection(window))
    return finished(chart.properties(width=WIDTH, height=HEIGHT), result, rows)


def _projection(window: View) -> dict[str, Any]:
    return {
        "type": "azimuthalEqualArea",
        "rotate": [-window.centre[0], -window.centre[1], 0],
        "scale": window.scale,
        "translate": list(window.shift),
        "clipExtent": [[0, 0], [window.width, window.height]],
    }


def _selector(actors: Cast, ties: Sequence[Mapping[str, Any]]) -> alt.BindRadioSelect:
    present = {tie["tie"] for tie in ties}
    options = ["dependence", *(channel for channel in actors.channels if channel in present)]
    labels = ["Dependence", *(f"Share of {actors.channel(c).lower()}" for c in options[1:])]
    return alt.binding_select(options=options, labels=labels, name="Width of a line ")


# --- where actors stand ---------------------------------------------------------------------------


def _spots(actors: Cast, places: Mapping[str, Place], window: View) -> Iterator[Spot]:
    """Each actor at its place, or at the edge on the side from which it is reached."""
    outside = 0
    for actor, place in places.items():
        at = window.pixel(place)
        if window.holds(at, 8) or actor in actors.states:
            yield Spot(actor, at)
            continue
        west = (place[0] - window.centre[0] + 180) % 360 < 180
        x = 16 if west else window.width - 16
        yield Spot(actor, (x, window.height * (0.16 + 0.12 * outside)), is_outside=True)
        outside += 1


def _curve(start: Place, end: Place, bend: float = 0.13, steps: int = 18) -> list[Place]:
    """Pixels of an arc from one point to another."""
    (x0, y0), (x1, y1) = start, end
    side = -1 if x0 < x1 else 1
    mx = (x0 + x1) / 2 + side * bend * (y1 - y0)
    my = (y0 + y1) / 2 - side * bend * (x1 - x0)
    points = []
    for n in range(steps + 1):
        t = n / steps
        weights = ((1 - t) ** 2, 2 * t * (1 - t), t**2)
        x = weights[0] * x0 + weights[1] * mx + weights[2] * x1
        y = weights[0] * y0 + weights[1] * my + weights[2] * y1
        points.append((x, y))
    return points


# --- layers ---------------------------------------------------------------------------------------


def _land(rows: Rows, actors: Cast, window: View) -> alt.Chart:
    """Countries near the window; those of the cast in a pale tone of their colour."""
    tone = {m: actors.colour(a) for a in (*actors.powers, *actors.states) for m in actors.members(a)}
    shapes = [
        {"type": "Feature", "geometry": shape["geometry"], "tone": tone.get(shape["id"], "")} for shape in seen(window)
    ]
    toned = alt.datum.tone != ""
    chart: alt.Chart = (
        alt.Chart(rows.named("land", shapes))
        .mark_geoshape(stroke=SEA, strokeWidth=0.6)
        .encode(
            fill=alt.when(toned).then(alt.Fill("tone:N", scale=None)).otherwise(alt.value(LAND)),
            fillOpacity=alt.when(toned).then(alt.value(0.2)).otherwise(alt.value(1)),
        )
    )
    return chart


def _ties(result: Result, actors: Cast, spots: Mapping[str, Spot]) -> Iterator[dict[str, Any]]:
    """Dependence and the share of each channel, by pair."""
    for row in pictured(result, "measures"):
        if row["measure"] == "dependence":
            yield from _tie(result, actors, spots, row, "dependence", row.get("mean"))
    for row in pictured(result, "channels"):
        yield from _tie(result, actors, spots, row, str(row["channel"]), row.get("share"))


def _tie(
    result: Result, actors: Cast, spots: Mapping[str, Spot], row: Record, tie: str, value: Any
) -> Iterator[dict[str, Any]]:
    state, power = str(row["state"]), str(row["power"])
    if value is None or state not in spots or power not in spots:
        return
    letter = ("m", "dependence") if tie == "dependence" else ("c", tie)
    yield {
        "key": f"{state}|{power}|{tie}",
        "tie": tie,
        "pair": f"{actors.name(state)} and {actors.name(power)}",
        "value": value,
        "low": row.get("low"),
        "high": row.get("high"),
        "kind": row.get("kind") or "estimated",
        "source": source_label(result)(row.get("source")) if row.get("source") else "see its channels",
        "ref": reference(*letter, state, power),
    }


def _lines(
    rows: Rows, actors: Cast, spots: Mapping[str, Spot], window: View, ties: Sequence[Mapping[str, Any]]
) -> alt.Chart:
    arcs = [
        {
            "type": "Feature",
            "geometry": {
                "type": "LineString",
                "coordinates": [
                    [round(degree, 3) for degree in window.place(pixel)]
                    for pixel in _curve(spots[power].at, spots[state].at)
                ],
            },
            "ends": f"{state}|{power}",
            "power": power,
        }
        for power in actors.powers
        for state in actors.states
        if power in spots and state in spots
    ]
    top = f"tie == 'dependence' ? {_most(ties, of_shares=False)} : {_most(ties, of_shares=True)}"
    columns = ["tie", "pair", "value", "low", "high", "kind", "source", "ref"]
    chart: alt.Chart = (
        alt.Chart(rows.named("arcs", arcs))
        .transform_calculate(key="datum.ends + '|' + tie")
        .transform_lookup("key", from_=alt.LookupData(rows.named("ties", ties), "key", columns))
        .transform_filter("isValid(datum.value)")
        .mark_geoshape(filled=False, strokeCap="round")
        .encode(
            stroke=alt.Stroke("power:N", scale=_colours(actors, actors.powers), legend=None),
            strokeOpacity=alt.value(0.55),
            strokeWidth=alt.StrokeWidth(
                "value:Q",
                scale=alt.Scale(domain=[0, alt.ExprRef(top)], range=[0.4, WIDEST]),
                legend=_widths(),
            ),
            tooltip=[
                alt.Tooltip("pair:N", title="Tie"),
                alt.Tooltip("value:Q", title="Value", format=".2f"),
                alt.Tooltip("low:Q", title="Low", format=".2f"),
                alt.Tooltip("high:Q", title="High", format=".2f"),
                alt.Tooltip("kind:N", title="Kind"),
                alt.Tooltip("source:N", title="Source"),
            ],
        )
    )
    return chart


def _most(ties: Sequence[Mapping[str, Any]], *, of_shares: bool) -> float:
    """The strongest tie, up to the next twentieth: what the widest line stands for."""
    values = [float(tie["value"]) for tie in ties if (tie["tie"] != "dependence") == of_shares]
    return math.ceil(max(values, default=1.0) * 20) / 20


def _widths() -> alt.Legend:
    return alt.Legend(
        title="Width",
        orient="none",
        legendX=14,
        legendY=HEIGHT - 168,
        tickCount=3,
        symbolType="stroke",
        symbolStrokeColor=QUIET,
        symbolSize=500,
        format=".1f",
    )


def _colours(actors: Cast, who: Sequence[str]) -> alt.Scale:
    return alt.Scale(domain=list(who), range=[actors.colour(a) for a in who])


# --- points and labels ----------------------------------------------------------------------------


def _points(rows: Rows, actors: Cast, spots: Mapping[str, Spot], window: View) -> list[alt.Chart]:
    standing = []
    for spot, centre in zip(spots.values(), _label_places(actors, spots, window), strict=True):
        (lon, lat), (label_lon, label_lat) = window.place(spot.at), window.place(centre)
        standing.append(
            {
                "actor": spot.actor,
                "label": _label(actors, spot),
                "lon": lon,
                "lat": lat,
                "label_lon": label_lon,
                "label_lat": label_lat,
                "size": 90 if spot.actor in actors.powers else 60,
            }
        )
    stand = rows.named("actors", standing)
    who = [*actors.powers, *actors.states]
    dots = (
        alt.Chart(stand)
        .mark_circle(stroke="#ffffff", strokeWidth=1.5, opacity=1)
        .encode(
            longitude="lon:Q",
            latitude="lat:Q",
            size=alt.Size("size:Q", scale=None),
            color=alt.Color("actor:N", scale=_colours(actors, who), legend=None),
        )
    )
    words = alt.Chart(stand).encode(longitude="label_lon:Q", latitude="label_lat:Q", text="label:N")
    style: dict[str, Any] = {"fontSize": 11.5, "fontWeight": "bold", "baseline": "middle", "align": "center"}
    halo = words.mark_text(stroke="#ffffff", strokeWidth=3.5, strokeOpacity=0.9, **style)
    return [dots, halo, words.mark_text(color=INK, **style)]


def _label(actors: Cast, spot: Spot) -> str:
    return f"{actors.name(spot.actor)} (off the map)" if spot.is_outside else actors.name(spot.actor)


Box = tuple[float, float, float, float]


def _label_places(actors: Cast, spots: Mapping[str, Spot], window: View) -> list[Place]:
    """Centres of the labels: beside each point, where they cover no other point or label."""
    taken = [_box(spot.at, 12, 12) for spot in spots.values()]
    places = {}
    for spot in sorted(spots.values(), key=lambda s: s.actor in actors.powers):
        wide = LETTER * len(_label(actors, spot))
        choices = list(_beside(spot.at, wide))
        costs = [_covered(_box(c, wide, LINE_HEIGHT), taken, window) + 0.5 * n for n, c in enumerate(choices)]
        best = choices[costs.index(min(costs))]
        taken.append(_box(best, wide, LINE_HEIGHT))
        places[spot.actor] = best
    return [places[actor] for actor in spots]


def _beside(at: Place, wide: float) -> Iterator[Place]:
    """Right, left, above and below a point, then the corners, then farther off."""
    x, y = at
    for off in (9, 16):
        across = wide / 2 + off
        for dx, dy in ((across, 0), (-across, 0), (0, -off - 6), (0, off + 6)):
            yield x + dx, y + dy
        for dx, dy in ((across, -off), (across, off), (-across, -off), (-across, off)):
            yield x + dx, y + dy


def _box(centre: Place, wide: float, high: float) -> Box:
    return centre[0] - wide / 2, centre[1] - high / 2, centre[0] + wide / 2, centre[1] + high / 2


def _covered(box: Box, taken: Sequence[Box], window: View) -> float:
    """Square pixels of a box that are taken already or lie outside the window."""
    over = sum(_overlap(box, other) for other in taken)
    inside = _overlap(box, (2, 2, window.width - 2, window.height - 2))
    return over + 10 * ((box[2] - box[0]) * (box[3] - box[1]) - inside)


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)
