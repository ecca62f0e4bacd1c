"""What `tightrope votes` prints for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from .console import _console

if TYPE_CHECKING:
    from tightrope.votes.ideal import IdealPoints
    from tightrope.votes.similarity import Similarity

__all__ = ["show_ideal", "show_similarity"]

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


def show_ideal(found: IdealPoints) -> None:
    """Print the points of the last session, the highest first; many states are cut to both ends."""
    console = _console()
    dims = found.points.shape[2]
    table = Table(
        title=f"ideal points, session {found.sessions[-1]}; --json has all", show_edge=False, title_justify="left"
    )
    for name in ("state", *(f"dimension {d + 1}, ± sd" for d in range(dims)), "chance of absence"):
        table.add_column(name)
    last, sd = found.points[-1], found.sd[-1]
    ranked = sorted((k for k in range(len(found.states)) if last[k, 0] == last[k, 0]), key=lambda k: -last[k, 0])
    for k in ranked[:MOST] + ranked[max(MOST, len(ranked) - MOST) :]:
        away = "" if found.absence is None else f"{found.absence.chance[-1, k]:.2f}"
        table.add_row(found.states[k], *(f"{last[k, d]:+.2f} [dim]± {sd[k, d]:.2f}[/]" for d in range(dims)), away)
    console.print(table)
    fit = found.fit
    console.print(
        f"Converged in {fit.iterations} Newton steps, {fit.seconds:.1f} s; log likelihood {fit.log_likelihood:,.1f}."
    )
