"""What `tightrope trade` prints for people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table

from .console import _console

if TYPE_CHECKING:
    from tightrope.trade.shock import Shock

__all__ = ["show_gravity", "show_shock"]

SHOWN = {
    "real_expenditure_pct": "welfare",
    "real_output_pct": "real output",
    "exports_pct": "exports",
    "imports_pct": "imports",
    "imr_pct": "consumer price",
}


def show_shock(found: Shock, mode: str, most: int = 30) -> None:
    """Print the countries whose welfare moves most, in percent, with 90 % intervals where there are draws."""
    console = _console()
    for s, scenario in enumerate(found.scenarios):
        title = f"{scenario or 'Change'}, percent of the baseline ({mode} equilibrium)"
        table = Table(title=title, show_edge=False, title_justify="left")
        # intervals take room: with them fewer measures fit a line
        names = [name for name in SHOWN if not found.n_draws or name in ("real_expenditure_pct", "exports_pct")]
        for name in ("country", *(SHOWN[name] for name in names)):
            table.add_column(name)
        welfare = found.measures["real_expenditure_pct"][s]
        ranked = sorted(range(len(found.countries)), key=lambda k: -abs(welfare[k]))
        for k in ranked[:most]:
            table.add_row(found.countries[k], *(_cell(found, name, s, k) for name in names))
        console.print(table)
        if len(ranked) > most:
            console.print(f"{len(ranked) - most} more that move less; --json has all.")
        console.print(f"certificate: residual {found.residual[s]:.1e}, clearing {found.clearing[s]:.1e}")
        if found.revalued_gap[s]:
            console.print(f"Flows valued at the new prices are up to {found.revalued_gap[s]:.1e} off output valued so.")


def _cell(found: Shock, name: str, s: int, k: int) -> str:
    value = found.measures[name][s, k]
    if value != value:
        return ""
    if not found.n_draws:
        return f"{value:+.3f}"
    return f"{value:+.3f} [dim]{found.low[name][s, k]:+.3f} to {found.high[name][s, k]:+.3f}[/]"


def show_gravity(told: Mapping[str, Any]) -> None:
    """Print the coefficients of a gravity estimate with their errors."""
    console = _console()
    title = f"PPML, {told['n']:,} observations, {told['clusters']:,} clusters; pair effects: {told['pairs']}"
    table = Table(title=title, show_edge=False, title_justify="left")
    off = told.get("bias", {}).get("taken_off", {})
    names = ("regressor", "coefficient", *(["bias taken off"] if off else []), "error", "z")
    for name in (*names, "trade changes by, if it rises by 1"):
        table.add_column(name)
    for name, of in told["coefficients"].items():
        change = 100 * (math.exp(min(of["estimate"], 50)) - 1)
        bias = [f"{off[name]:+.4f}"] if off else []
        table.add_row(
            name, f"{of['estimate']:+.4f}", *bias, f"{of['error']:.4f}", f"{of['z']:+.2f}", f"{change:+.1f} %"
        )
    console.print(table)
