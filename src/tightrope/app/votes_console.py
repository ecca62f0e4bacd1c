"""What `tightrope votes` prints for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from .console import _console

if TYPE_CHECKING:
    from tightrope.votes.similarity import Similarity

__all__ = ["show_similarity"]

MOST = 20


def show_similarity(found: Similarity, measure: str, by: str | None) -> None:
    """Print the matrix of a few states, or the most and least alike pairs of many, for the last group of roll calls."""
    console = _console()
    group, value = found.groups[-1], found.value[-1]
    when = (
        "all roll calls"
        if group is None
        else f"{by} {group}" + (", the last; --json has all" if len(found.groups) > 1 else "")
    )
    table = Table(title=f"{measure}, {when}", show_edge=False, title_justify="left")
    if len(found.states) <= MOST // 2:
        for name in ("", *found.states):
            table.add_column(name)
        for a, state in enumerate(found.states):
            table.add_row(state, *("" if x != x else f"{x:+.2f}" for x in value[a].tolist()))
    else:
        for name in ("a", "b", measure, "roll calls"):
            table.add_column(name)
        pairs = [
            (float(value[a, b]), a, b) for a in range(len(found.states)) for b in range(a) if value[a, b] == value[a, b]
        ]
        ranked = sorted(pairs, reverse=True)
        for at, a, b in ranked[: MOST // 2] + ranked[max(MOST // 2, len(ranked) - MOST // 2) :]:
            table.add_row(found.states[b], found.states[a], f"{at:+.2f}", f"{found.n[-1, a, b]:.0f}")
    console.print(table)
