"""`tightrope trade`: what shocks to trade costs do, and what gravity says of flows, from files of the user's."""

from __future__ import annotations

import typer

__all__ = ["app"]

app = typer.Typer(
    name="trade", help="Sanctions and trade: shocks in general equilibrium, and gravity.", no_args_is_help=True
)
