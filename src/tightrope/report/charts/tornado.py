"""How far each assumption moves a headline from one end of its range to the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from tightrope.report.style import CONFIG, FAINT, INK, Rows, layered

__all__ = ["tornado"]

LOW, HIGH = "#5b8db8", "#d9a441"
"""Bars towards the low and the high end of an assumption's range."""


def tornado(headline: Mapping[str, Any]) -> alt.LayerChart:
    """Tornado chart of a headline.

    Parameters
    ----------
    headline
        An item of `headlines` as `tightrope sensitivity --json` prints it.

    Returns
    -------
    chart
        A bar for each assumption, from the headline's number at stated values to that with the assumption at an end of its
        range; a rule at the stated values and, for a conclusion, one at zero, where it turns.
    """
    central = headline["central"]
    bars = [
        {
            "number": bar["number"],
            "end": end,
            "from": central,
            "to": bar[f"at_{end}"],
            "at": bar[end],
            "where": bar["where"],
        }
        for bar in headline["tornado"]
        for end in ("low", "high")
    ]
    rows = Rows()
    unit = "" if headline["unit"] == "1" else f" ({headline['unit']})"
    order = [bar["number"] for bar in headline["tornado"]]
    drawn = (
        alt.Chart(rows.named("bars", bars))
        .mark_bar(height=11)
        .encode(
            y=alt.Y("number:N", sort=order, title=None, axis=alt.Axis(labelLimit=330)),
            x=alt.X("from:Q", title=f"{headline['quantity']}{unit}", scale=alt.Scale(zero=False)),
            x2="to:Q",
            color=alt.Color(
                "end:N",
                scale=alt.Scale(domain=["low", "high"], range=[LOW, HIGH]),
                legend=alt.Legend(title="at the end of its range", orient="top"),
            ),
            tooltip=["number:N", "end:N", alt.Tooltip("at:Q", format=".4g"), alt.Tooltip("to:Q", format="+.4f")],
        )
    )
    marks = [alt.Chart(rows.named("stated", [{"at": central}])).mark_rule(color=INK).encode(x="at:Q")]
    if headline["is_conclusion"]:
        zero = alt.Chart(rows.named("turn", [{"at": 0.0}]))
        marks.insert(0, zero.mark_rule(color=FAINT, strokeDash=[3, 3]).encode(x="at:Q"))
    chart: alt.LayerChart = (
        layered(*marks, drawn).properties(width=520, height=18 * max(1, len(order))).configure(**CONFIG)
    )
    chart.datasets = dict(rows)
    return chart
