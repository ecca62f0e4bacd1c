"""How well founded the numbers are."""

from __future__ import annotations

import altair as alt

from tightrope.report.provenance import KIND_MEANINGS, reference
from tightrope.report.style import WIDTH, Rows, finished, layered
from tightrope.report.words import number, percent
from tightrope.result import Result

__all__ = ["kinds_of_numbers"]

TONES = {"measured": "#1f4e79", "estimated": "#5b8db8", "coded": "#a9bccb", "assumed": "#d9a441"}


def kinds_of_numbers(result: Result) -> alt.LayerChart:
    """The share of the case's numbers that is measured, estimated, coded and assumed."""
    start, parts = 0.0, []
    for row in result.table("numbers"):
        share = float(row.get("share") or 0)
        parts.append(
            {
                "kind": row["kind"],
                "value": share,
                "start": start,
                "end": start + share,
                "middle": start + share / 2,
                "label": f"{percent(share)} {row['kind']}" if share > 0.07 else "",
                "count": number(row.get("count"), 0),
                "meaning": KIND_MEANINGS.get(str(row["kind"]), ""),
                "ref": reference("n", row["kind"]),
            }
        )
        start += share
    rows = Rows()
    base = alt.Chart(rows.named("kinds", parts)).encode(
        tooltip=[
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("count:N", title="Numbers"),
            alt.Tooltip("value:Q", title="Share", format=".0%"),
            alt.Tooltip("meaning:N", title="Meaning"),
        ]
    )
    scale = alt.Scale(domain=list(TONES), range=list(TONES.values()))
    x = alt.X("start:Q", title=None, axis=None, scale=alt.Scale(domain=[0, max(start, 1e-9)], nice=False))
    bars = base.mark_bar(stroke="#ffffff").encode(x=x, x2="end:Q", color=alt.Color("kind:N", scale=scale, legend=None))
    dark = alt.FieldOneOfPredicate(field="kind", oneOf=["measured", "estimated"])
    words = base.mark_text(fontSize=12).encode(
        x=alt.X("middle:Q"),
        text="label:N",
        color=alt.when(dark).then(alt.value("#ffffff")).otherwise(alt.value("#1d2733")),
    )
    return finished(layered(bars, words).properties(width=WIDTH, height=38), result, rows)
