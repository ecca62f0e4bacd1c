"""What the tables of a case look like: read once from `schema/<table>.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["OPTIONAL", "TABLES", "Column", "columns"]

TABLES = (
    "actors",
    "ties",
    "attributes",
    "votes",
    "events",
    "memberships",
    "mechanisms",
    "claims",
    "peer_votes",
    "peers",
    "trade",
    "trade_readings",
)
"""Tables of a case, in the order in which they are read and checked."""

OPTIONAL = frozenset({"peer_votes", "peers", "trade", "trade_readings"})
"""Tables that a case may lack; without them it is as if they had no rows."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        Header of the column.
    type
        One of the types that `case.rows` knows, such as `number`, `period`, `state` or `choice:yes|no`.
    dims
        Names of the columns that say what a number is about.
    unit
        Unit that every value has; empty where each row says its own.
    required
        Whether a cell may not be empty.
    default
        Text that stands for an empty cell.
    meaning
        For readers.
    """

    name: str
    type: str
    dims: tuple[str, ...]
    unit: str
    required: bool
    default: str
    meaning: str


@cache
def columns(table: str) -> tuple[Column, ...]:
    """Columns of a table, in order.

    Parameters
    ----------
    table
        One of `TABLES`.

    Returns
    -------
    columns
        As the schema file says.
    """
    text = files("tightrope").joinpath("schema", f"{table}.csv").read_text(encoding="utf-8")
    return tuple(
        Column(
            name=row["name"],
            type=row["type"],
            dims=tuple(row["dims"].split()),
            unit=row["unit"],
            required=row["required"] == "yes",
            default=row["default"],
            meaning=row["meaning"],
        )
        for row in csv.DictReader(text.splitlines())
    )
