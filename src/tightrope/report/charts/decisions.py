"""Decisions predicted and observed: what the model gave to what was really chosen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt

from tightrope.report.cast import Cast, cast
from tightrope.report.provenance import decisions as options_by_decision
from tightrope.report.provenance import reference
from tightrope.report.style import FAINT, INK, QUIET, WIDTH, Rows, finished, layered
from tightrope.report.words import plain
from tightrope.result import Record, Result

__all__ = ["calibration", "decisions"]

SCORES = 200  # width of the bars, in pixels


def decisions(result: Result) -> alt.HConcatChart:
    """A dot for each answered question at the probability of what was chosen, and the score by kind."""
    actors = cast(result)
    answered = list(_answered(result, actors))
    order = _by_score(answered)
    rows = Rows()
    kinds = alt.Y("kind_name:N", sort=order, title=None, axis=alt.Axis(grid=True, labelLimit=230))
    chart = alt.hconcat(_dots(rows, answered, actors, kinds), _scores(rows, answered, order), spacing=18)
    return finished(chart.properties(bounds="flush"), result, rows)


def _answered(result: Result, actors: Cast) -> Iterator[dict[str, Any]]:
    for name, options in options_by_decision(result).items():
        chosen = next((row for row in options if row.get("observed")), None)
        if chosen is None or chosen.get("prob") is None:
            continue
        yield {
            "kind_name": plain(chosen["kind"]),
            "state_name": actors.name(chosen["state"]),
            "state": chosen["state"],
            "date": chosen["date"],
            "question": chosen["question"],
            "option": plain(chosen["option"]),
            "value": chosen["prob"],
            "score": chosen.get("log_score"),
            "guess": -math.log(len(options)),
            "ref": reference("d", name),
        }


def _by_score(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Kinds of question from the best to the worst predicted."""
    scores: dict[str, list[float]] = {}
    for row in rows:
        scores.setdefault(row["kind_name"], []).append(float(row["value"]))
    return sorted(scores, key=lambda kind: -sum(scores[kind]) / len(scores[kind]))


def _height(rows: Sequence[dict[str, Any]]) -> float:
    kinds = len({row["kind_name"] for row in rows})
    return max(1, kinds) * (23 if kinds <= 20 else 17)


def _free_width(rows: Sequence[dict[str, Any]]) -> float:
    """What the names of the kinds and the bars leave of the report's column."""
    longest = max((len(row["kind_name"]) for row in rows), default=0)
    return WIDTH - SCORES - 80 - min(230, 6 * longest)


def _dots(rows: Rows, answered: Sequence[dict[str, Any]], actors: Cast, kinds: alt.Y) -> alt.Chart:
    names = [actors.name(s) for s in actors.states]
    colour = alt.Scale(domain=names, range=[actors.colour(s) for s in actors.states])
    dots: alt.Chart = (
        alt.Chart(rows.named("answered", answered))
        .mark_circle(size=58, opacity=0.75, stroke="#ffffff", strokeWidth=0.6)
        .encode(
            y=kinds,
            yOffset=alt.YOffset("state_name:N", sort=names, scale=alt.Scale(paddingOuter=0.4)),
            x=alt.X(
                "value:Q",
                title="Probability that the model gave to what was chosen",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", tickCount=5),
            ),
            color=alt.Color("state_name:N", scale=colour, legend=alt.Legend(orient="top", title=None, symbolSize=90)),
            tooltip=[
                alt.Tooltip("state_name:N", title="State"),
                alt.Tooltip("date:N", title="Date"),
                alt.Tooltip("question:N", title="Question"),
                alt.Tooltip("option:N", title="Chosen"),
                alt.Tooltip("value:Q", title="Probability", format=".0%"),
            ],
        )
        .properties(width=_free_width(answered), height=_height(answered))
    )
    return dots


def _scores(rows: Rows, answered: Sequence[dict[str, Any]], order: Sequence[str]) -> alt.LayerChart:
    """Mean log score by kind as a bar, beside the score of guessing every option alike."""
    base = alt.Chart(rows.named("scores", _mean_scores(answered))).encode(
        y=alt.Y("kind_name:N", sort=order, axis=None),
        tooltip=[
            alt.Tooltip("kind_name:N", title="Kind of question"),
            alt.Tooltip("count:Q", title="Answers"),
            alt.Tooltip("score:Q", title="Mean log score", format=".2f"),
            alt.Tooltip("guess:Q", title="If all options were alike", format=".2f"),
        ],
    )
    title = "Mean log score (0 is best; tick: guessing)"
    bars = base.mark_bar(color="#9fb0c0", size=10).encode(x=alt.X("score:Q", title=title, axis=alt.Axis(tickCount=4)))
    ticks = base.mark_tick(color=INK, thickness=1.6, size=14).encode(x="guess:Q")
    count = base.mark_text(align="left", dx=4, color=QUIET, fontSize=10).encode(
        x=alt.datum(0), text=alt.Text("label:N")
    )
    return layered(bars, ticks, count).properties(width=SCORES, height=_height(answered))


def _mean_scores(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for kind in dict.fromkeys(row["kind_name"] for row in rows):
        own = [row for row in rows if row["kind_name"] == kind and row["score"] is not None]
        if own:
            yield {
                "kind_name": kind,
                "count": len(own),
                "label": f"n = {len(own)}",
                "score": sum(max(row["score"], math.log(1e-6)) for row in own) / len(own),
                "guess": sum(row["guess"] for row in own) / len(own),
            }


# --- calibration ----------------------------------------------------------------------------------


def calibration(result: Result, *, bins: int = 8) -> alt.LayerChart:
    """How often options were chosen against the probability given to them.

    On the diagonal, what was given 30 % happened in 30 % of cases. The interval is Wilson's of nine
    tenths; a bin holds as many options as any other.

    Source
    ------
    Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    rows = Rows()
    binned = rows.named("bins", _binned(result, bins))
    one = alt.Scale(domain=[0, 1])
    diagonal = (
        alt.Chart(rows.named("diagonal", [{"a": 0, "b": 0}, {"a": 1, "b": 1}]))
        .mark_line(color=FAINT, strokeDash=[4, 3], strokeWidth=1.2)
        .encode(x="a:Q", y="b:Q")
    )
    base = alt.Chart(binned).encode(
        x=alt.X("given:Q", title="Probability given", scale=one, axis=alt.Axis(format="%", tickCount=4)),
        tooltip=[
            alt.Tooltip("given:Q", title="Given", format=".0%"),
            alt.Tooltip("happened:Q", title="Happened", format=".0%"),
            alt.Tooltip("low:Q", title="Low", format=".0%"),
            alt.Tooltip("high:Q", title="High", format=".0%"),
            alt.Tooltip("count:Q", title="Options"),
        ],
    )
    y = alt.Y("happened:Q", title="How often chosen", scale=one, axis=alt.Axis(format="%", tickCount=4))
    ranges = base.mark_rule(color=INK, strokeWidth=1.2, opacity=0.6).encode(y="low:Q", y2="high:Q")
    dots = base.mark_circle(color=INK, size=70, opacity=1).encode(y=y)
    return finished(layered(diagonal, ranges, dots).properties(width=300, height=300), result, rows)


def _binned(result: Result, bins: int) -> Iterator[dict[str, Any]]:
    """Options of answered questions by the probability given to them, in bins of equal count."""
    answered = [
        row
        for options in options_by_decision(result).values()
        if any(option.get("observed") for option in options)
        for row in options
        if row.get("prob") is not None
    ]
    answered.sort(key=lambda row: float(row["prob"] or 0))
    size = max(1, math.ceil(len(answered) / bins))
    for start in range(0, len(answered), size):
        yield _bin(answered[start : start + size])


def _bin(rows: Sequence[Record]) -> dict[str, Any]:
    count, hits = len(rows), sum(bool(row.get("observed")) for row in rows)
    low, high = wilson(hits, count)
    given = sum(float(row["prob"] or 0) for row in rows) / count
    return {"given": given, "happened": hits / count, "low": low, "high": high, "count": count}


def wilson(hits: int, count: int, z: float = 1.645) -> tuple[float, float]:
    """Wilson's interval of a share; `z` = 1.645 holds nine tenths.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0, 10)]
    [0.0, 0.213]
    """
    share, spread = hits / count, z * z / count
    centre = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)
