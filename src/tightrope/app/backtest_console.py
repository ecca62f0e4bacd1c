"""What `tightrope backtest` and `tightrope theories` print for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from .console import _console

__all__ = ["show_backtest", "show_theories"]


def show_backtest(found: Mapping[str, Any]) -> None:
    """Print scores of the model and of the baselines, by state and by fold."""
    console, rivals = _console(), list(found["baselines"])
    table = Table(
        title=f"{found['n']} decisions held out by {found['by']}: log score (higher is better)", title_justify="left"
    )
    for name in ("", "decisions", "model", *(name.replace("_", " ") for name in rivals)):
        table.add_column(name, justify="left" if not name else "right")

    def row(name: str, n: int, scores: Mapping[str, Any]) -> None:
        table.add_row(name, str(n), *(f"{scores[key]['log_score']:.3f}" for key in ("model", *rivals)))

    for group in ("by_state", "by_fold") if found["by"] == "time" else ("by_state",):
        for name, scores in found[group].items():
            row(name, scores["n"], scores)
    every = {"model": found["model"], **found["baselines"]}
    row("all", found["n"], every)
    table.add_row("Brier", str(found["n"]), *(f"{every[key]['brier']:.3f}" for key in ("model", *rivals)))
    console.print(table)
    best = max(rivals, key=lambda name: float(found["baselines"][name]["log_score"]))
    gap = found["difference"][best]
    console.print(
        f"Model less the best baseline ({best.replace('_', ' ')}): {gap['mean']:+.3f}, 90% interval {gap['low']:+.3f} to "
        f"{gap['high']:+.3f} over questions."
    )
    bins = ", ".join(f"{b['said']:.2f}: {b['seen']:.2f} ({b['n']})" for b in found["calibration"])
    console.print(f"Calibration, said: came true (options): {bins}")


def show_theories(found: Mapping[str, Any]) -> None:
    """Print the theories from the best to the worst."""
    table = Table(title=f"{found['n']} decisions held out by {found['by']}", title_justify="left")
    for name in ("theory", "log score", "less the best", "se", "what it says"):
        table.add_column(name)
    for row in found["theories"]:
        table.add_row(
            row["name"], f"{row['log_score']:.4f}", f"{row['difference']:+.4f}", f"{row['se']:.4f}", row["meaning"]
        )
    _console().print(table)
    shaky = {row["name"]: row["unreliable"] for row in found["theories"] if row["unreliable"]}
    if shaky:
        told = ", ".join(f"{name} {n}" for name, n in shaky.items())
        _console().print(f"Decisions whose weights cannot be trusted (tail index over 0.7): {told}")
