"""`tightrope trade`: sanctions and trade, from files of the user's."""

from __future__ import annotations

import typer

__all__ = ["app"]

app = typer.Typer(
    name="trade", help="Sanctions and trade: shocks in general equilibrium, and gravity.", no_args_is_help=True
)


@app.callback()
def main() -> None:
    """Sanctions and trade."""
