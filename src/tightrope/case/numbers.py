"""Every number of a case by its place, and the case with other numbers in these places."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tightrope.base import CaseError, FrozenDict

from .readings import Readings

if TYPE_CHECKING:
    from .case import Case

__all__ = ["TABLES", "Number", "Place", "all_numbers", "with_numbers"]

Place = tuple[str, ...]
"""Sort of the number, the table, parameter or scenario that holds it, the date of a parameter, and its row in there."""

Ends = tuple[float, float, float]
"""Value, low and high."""

TABLES = {
    "ties": ("state", "power", "channel", "period"),
    "attributes": ("attribute", "actor", "partner", "period"),
    "peers": ("attribute", "state", "partner", "period"),
    "trade": ("exporter", "importer", "year"),
    "trade_readings": ("exporter", "importer", "year"),
}
"""Tables with numbers, and the columns that say what a number is of."""


@dataclass(frozen=True)
class Number:
    """A number of a case.

    Parameters
    ----------
    place
        Where it is kept; no two numbers share one.
    name
        What it is, for readers.
    value, low, high
        With its range; low and high equal the value where there is none.
    unit, kind, why
        As in the file.
    file, line
        Where it stands.
    """

    place: Place
    name: str
    value: float
    low: float
    high: float
    unit: str
    kind: str
    why: str
    file: str
    line: int

    @property
    def has_range(self) -> bool:
        """Whether it is uncertain at all."""
        return self.low < self.high

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"


def all_numbers(case: Case) -> tuple[Number, ...]:
    """Every number that a case holds: ties, attributes, parameters, shocks.

    Parameters
    ----------
    case
        Any case.

    Returns
    -------
    numbers
        As many as `Case.numbers` counts; rows without a value are none.
    """
    return tuple(_numbers(case))


def _numbers(case: Case) -> Iterator[Number]:
    for table, columns in TABLES.items():
        for k, line in enumerate(case.tables.get(table, ())):
            if line.value is not None:
                what = " ".join(str(getattr(line, name)) for name in columns if getattr(line, name))
                yield _number((table, str(k)), what, line, line.unit, line.file)
    for name, entry in case.parameters.items():
        for since, rows in entry.values.items():
            dated = "" if since == "always" else f" {since}"
            for k, row in enumerate(rows):
                what = " ".join((name, *row.at)) + dated
                yield _number(("parameter", name, since, str(k)), what, row, entry.unit, entry.file)
    for scenario in case.scenarios.values():
        for k, shock in enumerate(scenario.shocks):
            whom = " ".join(x for x in (shock.power, shock.state, shock.target, shock.corridor, shock.channel) if x)
            what = f"{scenario.name}: {shock.what} {whom} {shock.operation} {shock.start}"
            yield _number(("shock", scenario.name, str(k)), what, shock, "1", shock.file)


def _number(place: Place, name: str, row: Any, unit: str, file: str) -> Number:
    low = row.value if row.low is None else row.low
    high = row.value if row.high is None else row.high
    return Number(place, name, row.value, low, high, unit, row.kind, row.why, file, row.line)


def with_numbers(case: Case, values: Mapping[Place, Ends]) -> Case:
    """The case with other values and ranges of some numbers, for a run that asks what would be if.

    Parameters
    ----------
    case
        Any case.
    values
        Value, low and high by place. Nothing checks them: what lies outside its range is what such a run is for.

    Returns
    -------
    case
        All else as before. Its digest is made from that of the case and the change. Stances and ties of coded decisions
        stay as they were coded.

    Raises
    ------
    CaseError
        If a place is none of the case's.
    """
    if not values:
        return case
    known = {number.place for number in all_numbers(case)}
    if unknown := [place for place in values if place not in known]:
        raise CaseError(f"{case.name} holds no number at {unknown[0]}. Take places from `all_numbers(case)`.")

    def changed(place: Place, row: Any, made: Callable[[Any, dict[str, float]], Any]) -> Any:
        ends = values.get(place)
        return row if ends is None else made(row, dict(zip(("value", "low", "high"), ends, strict=True)))

    def entry(row: Any, ends: dict[str, float]) -> Any:
        return row.model_copy(update=ends)

    def rows(before: Iterable[Any], *place: str) -> tuple[Any, ...]:
        return tuple(changed((*place, str(k)), row, entry) for k, row in enumerate(before))

    tables = dict(case.tables) | {table: rows(case.tables[table], table) for table in TABLES if table in case.tables}
    parameters = {
        name: whole.model_copy(
            update={
                "values": FrozenDict({day: rows(some, "parameter", name, day) for day, some in whole.values.items()})
            }
        )
        for name, whole in case.parameters.items()
    }
    scenarios = {
        name: replace(
            one,
            shocks=tuple(
                changed(("shock", name, str(k)), shock, lambda row, ends: replace(row, **ends))
                for k, shock in enumerate(one.shocks)
            ),
        )
        for name, one in case.scenarios.items()
    }
    told = repr((case.digest, sorted(values.items())))
    return replace(
        case,
        digest=hashlib.sha256(told.encode()).hexdigest()[:12],
        tables=FrozenDict(tables),
        parameters=FrozenDict(parameters),
        scenarios=FrozenDict(scenarios),
        _ties=Readings.of_ties(tables["ties"]),
        _attributes=Readings.of_attributes(tables["attributes"]),
    )
