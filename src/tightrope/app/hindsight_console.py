"""What is printed for people of simulated histories held against what happened."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from .console import _console

__all__ = ["show_hindsight"]

Row = dict[str, Any]


def show_hindsight(found: Row) -> None:
    """Print the scores of each outcome beside the two plain forecasts, then decisions, claims, and what was left out."""
    console = _console()
    years = found["years"]
    table = Table(
        title=f"{found['case']['name']}, {found['members']} histories of {found['scenario']}, {years[0]} to {years[-1]}",
        show_edge=False,
        title_justify="left",
    )
    heads = ("outcome", "figures", "CRPS", "within 50%", "within 90%", "90% width", "no change", "random walk")
    for head in heads:
        table.add_column(head, justify="left" if head == "outcome" else "right")
    for name, one in found["outcomes"].items():
        whole = one["overall"]
        table.add_row(
            name + (" *" if one["circular"] else ""),
            str(whole["n"]),
            f"{whole['crps']:.3g}",
            f"{whole['coverage_50']:.0%}",
            f"{whole['coverage_90']:.0%}",
            f"{whole['width_90']:.3g}",
            *(_rival(whole["baselines"][rival]) for rival in ("no_change", "random_walk")),
        )
    console.print(table)
    console.print("Baselines: their CRPS / the model's on the same figures; lower is better.")
    if any(one["circular"] for one in found["outcomes"].values()):
        console.print("* cannot judge the model: a number of the case was set knowing it (docs/explain/hindsight.md).")
    _decisions(found["decisions"])
    for claim in found["claims"]:
        if claim["mean"] is not None:
            console.print(
                f"{claim['id']} {claim['state']} {claim['power'] or ''} {claim['measure']} {claim['period']}: claimed "
                f"{claim['relation']} {claim['value']:g}%, histories {claim['mean']:.1f} "
                f"({claim['low90']:.1f} to {claim['high90']:.1f})",
                markup=False,
            )
    console.print(f"Set aside: {sum(found['set_aside'].values())} comparisons; --json says why.", markup=False)


def _rival(scores: Row | None) -> str:
    return "" if scores is None else f"{scores['crps']:.3g} / {scores['model_crps']:.3g}"


def _decisions(decisions: Row) -> None:
    whole = decisions["overall"]
    if whole["n"]:
        mark = " * " + decisions["why"] if decisions["circular"] else ""
        _console().print(
            f"{whole['n']} decisions: log score {whole['log_score']:.3f}, uniform {whole['uniform']['log_score']:.3f}; "
            f"likeliest chosen in {whole['hit']:.0%}{mark}",
            markup=False,
        )
