"""What `tightrope votes score` prints for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from .console import _console

__all__ = ["show_score"]


def show_score(found: Mapping[str, Any]) -> None:
    """Print the scores of the model and the baselines, by kind of roll call, and the gain over the best baseline."""
    console = _console()
    given = ", ".join(found["given"]) or "no power"
    table = Table(
        title=f"{found['mode']}, {found['n']:,} votes cast, given {given}", show_edge=False, title_justify="left"
    )
    kinds = [kind for kind, some in found["by_kind"].items() if some["n"]]
    for name in ("", "log loss", "Brier", "accuracy", *(f"log loss, {kind}" for kind in kinds)):
        table.add_column(name)
    for name, scores in {"model": found["model"], **found["baselines"]}.items():
        some = [found["by_kind"][kind] for kind in kinds]
        split = [s["model"] if name == "model" else s["baselines"][name] for s in some]
        table.add_row(
            name.replace("_", " "),
            *(f"{scores[metric]:.3f}" for metric in ("log_loss", "brier", "accuracy")),
            *(f"{one['log_loss']:.3f}" for one in split),
        )
    console.print(table)
    best = found["best_baseline"]
    low, high = best["share_95"] or (None, None)
    within = "no interval from one session" if low is None else f"95% interval {low:.1%} to {high:.1%}"
    console.print(f"Log loss {best['share']:.1%} below {best['name'].replace('_', ' ')}; {within}.")
    if found["mode"] == "forecast":
        console.print(
            "Matched: voted before; switched: and this time otherwise by the state; new: not voted on before."
        )
