"""What `tightrope trade reconcile` prints for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table

from .console import _console

if TYPE_CHECKING:
    from tightrope.trade.reconcile import Matrix

__all__ = ["show"]

MOST = 15


def show(found: Matrix, answer: Mapping[str, Any]) -> None:
    """Print how far each reporter disagrees, and the flows of the last year that totals or mirrors leave least sure."""
    console = _console()
    table = Table(title="reporters, against their mirrors; % of the flow", show_edge=False, title_justify="left")
    for name in ("reporter", "reports of", "n", "mirrored", "gap", "spread", "mean error", "error", "weight"):
        table.add_column(name)
    for r in answer["reporters"]:
        table.add_row(
            r["reporter"],
            r["direction"],
            f"{r['n']:,}",
            f"{r['mirrored']:,}",
            *("" if r[key] is None else f"{r[key]:+.0f}" for key in ("gap_pct",)),
            "" if r["spread_pct"] is None else f"{r['spread_pct']:.0f}",
            f"{r['bias_pct']:+.0f} [dim]± {r['bias_sd_pct']:.0f}[/]",
            f"{r['error_pct']:.0f}",
            f"{r['weight']:.2f}",
        )
    console.print(table)
    year = found.years[-1]
    cells = sorted((c for c in found.cells if c.year == year), key=lambda c: -c.value)
    table = Table(
        title=f"largest flows of {year}, millions; --json or --out has all", show_edge=False, title_justify="left"
    )
    for name in ("from", "to", "value", f"{found.level:.0%} range", "how"):
        table.add_column(name)
    for c in cells[:MOST]:
        table.add_row(c.exporter, c.importer, f"{c.value:,.1f}", f"{c.low:,.1f} to {c.high:,.1f}", c.how)
    console.print(table)
    kinds = {
        kind: sum(c.kind == kind for c in found.cells) for kind in ("mirrored", "single", "other years", "gravity")
    }
    console.print(
        f"{len(found.cells):,} flows: "
        + ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
        + f". Freight margin {answer['margin_pct']:.1f}% ± {answer['margin_sd_pct']:.1f}."
    )
    console.print(
        f"{len(answer['conflicts']):,} reports lie outside the range of their flow; --json or --out lists them."
    )
    if found.certificates:
        worst = max(found.certificates.values())
        console.print(f"{len(found.totals):,} totals met; the balance is exact to {worst:.1e} of the largest.")
