"""What `tightrope fit` prints for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from .console import _console
from .fit import fit_json

if TYPE_CHECKING:
    from tightrope.decide.fit import Posterior
    from tightrope.decide.layers import Data

__all__ = ["show_fit"]


def show_fit(data: Data, posterior: Posterior, path: Path) -> None:
    """Print coefficients, diagnostics, and where the draws are."""
    console, found = _console(), fit_json(data, posterior)
    table = Table(title="Weights in the log odds of a choice", title_justify="left")
    table.add_column("consideration")
    table.add_column("prior")
    table.add_column("all states")
    for state in data.states:
        table.add_column(state)
    for name, row in found["coefficients"].items():
        prior = row["prior"]
        table.add_row(
            name + ("*" if row["prior_dominated"] else ""),
            f"{prior['mean']:.2f} ± {prior['sd']:.2f}",
            f"{row['mean']:.2f} {row['low']:.2f} to {row['high']:.2f}",
            *(f"{row['states'][state]['mean']:.2f}" for state in data.states),
        )
    console.print(table)
    fit = found["fit"]
    console.print(
        f"{found['n']} decisions and {found['votes']} votes of other states; {fit['chains']} chains of {fit['draws']} draws, "
        f"{fit['divergences']} divergent, r-hat {fit['worst_rhat']:.3f} at worst, {fit['least_ess']:.0f} effective draws at least."
    )
    if posterior.prior_dominated:
        console.print(f"* hardly informed by the data: {', '.join(posterior.prior_dominated)}")
    for why, n in found["set_aside"].items():
        console.print(f"set aside: {n} {why}")
    for mark in posterior.marks:
        console.print(f"[bold red]Do not trust this fit:[/] {mark}")
    console.print(f"Draws: {path}", soft_wrap=True)
