"""Row models of the tables, made from the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, create_model

from tightrope.base import Quantity

from .schema import TABLES, Column, columns
from .values import Colour, DateText, Identifier, Keys, Ledger, Number, Paths, PeriodText, Roles, Text, Trader, choice

__all__ = ["MODELS", "Row"]

_TYPES: dict[str, Any] = {
    "text": Text,
    "unit": Text,
    "id": Identifier,
    "trader": Trader,
    "number": Number,
    "period": PeriodText,
    "date": DateText,
    "colour": Colour,
    "list": Keys,
    "paths": Paths,
    "sources": Keys,
    "ledger": Ledger,
    "roles": Roles,
    # names of things declared elsewhere; `case.checks.names` looks them up
    "state": Text,
    "power": Text,
    "actor": Text,
    "partner": Text,
    "channel": Text,
    "attribute": Text,
    "actors": Keys,
}

_EMPTY = {"number": None, "list": (), "paths": (), "sources": (), "ledger": (), "actors": (), "roles": ()}


class Row(BaseModel):
    """One row of a table, with the place where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    line: int

    if TYPE_CHECKING:  # the columns come from the schema

        def __getattr__(self, name: str) -> Any: ...

    def quantity(self) -> Quantity:
        """The number of the row; only for tables whose rows hold one.

        Returns
        -------
        quantity
            With unit, kind, range and sources.
        """
        return Quantity(self.value, self.unit, self.kind, self.low, self.high, self.source, self.how, self.why)


def _field(column: Column) -> tuple[Any, Any]:
    sort, _, options = column.type.partition(":")
    kind = choice(*options.split("|")) if sort == "choice" else _TYPES[sort]
    if column.required:
        return kind, ...
    if column.default:
        return kind, column.default
    empty = _EMPTY.get(sort, "")
    return (kind | None if empty is None else kind), empty


def _model(table: str) -> type[Row]:
    fields: dict[str, Any] = {column.name: _field(column) for column in columns(table)}
    name = f"{table.title().replace('_', '')}Row"
    model = create_model(name, __base__=Row, __module__=__name__, __doc__=f"One row of {table}.csv.", **fields)
    globals()[name] = model  # so that a pickled row finds its class in a worker
    return model


MODELS: dict[str, type[Row]] = {table: _model(table) for table in TABLES}
"""Row model of each table."""
