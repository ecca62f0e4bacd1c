"""What `tightrope bargain` prints for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from .console import _console

__all__ = ["show_bargain"]

_STOPS = {
    "settled": "Nobody would move any more.",
    "cycle": "The positions are those of {period} rounds before, and would repeat for ever.",
    "rounds": "It was not settled: more rounds would move them further.",
}


def show_bargain(answer: Mapping[str, Any]) -> None:
    """Print each round's outcome and moves, the forecast with its interval, and the chances of the election."""
    console = _console()
    table = Table(title=f"Bargaining, variant {answer['variant']}", show_edge=False, title_justify="left")
    for name in ("round", "weighted mean", "median"):
        table.add_column(name, justify="right")
    table.add_column("who moved", overflow="fold")
    for one in answer["rounds"]:
        moves = ", ".join(
            f"{m['actor']} to {one['positions'][m['actor']]:.2f} [dim]({m['kind']}, {m['rival']})[/]"
            for m in one["moves"]
        )
        table.add_row(str(one["round"]), f"{one['weighted_mean']:.6f}", f"{one['median']:.6f}", moves)
    console.print(table)
    stop, ensemble = answer["stop"], answer["ensemble"]
    console.print(f"Stopped after round {stop['round']}. " + _STOPS[stop["reason"]].format(**stop))
    for name, of in answer["forecast"].items():
        console.print(
            f"{name.replace('_', ' ')}: {of['value']:.2f} on the inputs as stated; {of['low']:.2f} to {of['high']:.2f} in 90% of "
            f"{ensemble['members']:,} bargains with inputs up to {ensemble['spread']:.0%} off."
        )
    elected = answer["condorcet"]
    title = f"Probabilistic Condorcet: {elected['voting']} votes, {elected['victory']} victory, {elected['election']} election"
    table = Table(title="\n" + title.replace("_", " "), show_edge=False, title_justify="left")
    for name in ("position", "probability", "held by"):
        table.add_column(name)
    for option in elected["options"]:
        table.add_row(f"{option['position']:g}", f"{option['probability']:.3f}", ", ".join(option["actors"]))
    console.print(table)
    console.print(f"Mean {elected['mean']:.2f}, standard deviation {elected['sd']:.2f}.")
    if answer["salience"] == "per cent":
        console.print("Saliences were read as per cent, since some are above 1.")
