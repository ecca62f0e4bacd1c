"""Numbers: range, kind, unit, source."""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.base import Problem, Quantity

from ..draft import Draft
from ..rows import Row
from .check import check
from .names import WORLD


def quantities(draft: Draft) -> Iterator[tuple[Quantity, str, int, str]]:
    """Every number of the case.

    Parameters
    ----------
    draft
        What was read.

    Yields
    ------
    quantity, file, line, name
        The number and where it stands.
    """
    for table in ("ties", "attributes", "peers", "trade", "trade_readings"):
        for row in draft.tables.get(table, ()):
            yield row.quantity(), row.file, row.line, ""
    for name, entry in draft.parameters.items():
        for values in entry.values.values():
            for one in values:
                quantity = Quantity(one.value, entry.unit, one.kind, one.low, one.high, one.source, one.how, one.why)
                yield quantity, entry.file, one.line, f"{name}[{', '.join(one.at)}]."
    for scenario in draft.scenarios.values():
        for shock in scenario.shocks:
            given = [value for value in (shock.set, shock.multiply, shock.add) if value is not None]
            if len(given) == 1:
                quantity = Quantity(
                    given[0], "1", shock.kind, shock.low, shock.high, shock.source, shock.how, shock.why
                )
                yield quantity, scenario.file, shock.line, f"{shock.what}."


@check()
def numbers_say_where_they_are_from(draft: Draft) -> Iterator[Problem]:
    """Low <= value <= high; assumed numbers have a range and a reason, all others a source."""
    for quantity, file, line, name in quantities(draft):
        for part, value, expected, remedy in quantity.faults():
            yield Problem(file, line, value, expected, remedy, f"{name}{part}")


@check("case.yaml")
def units_are_those_declared(draft: Draft) -> Iterator[Problem]:
    """The unit of a row is that of its attribute; shares have the unit 1."""
    declared = draft.case.attributes if draft.case else {}
    for row in _rows(draft, "attributes"):
        wanted = declared[row.attribute].unit if row.attribute in declared else row.unit
        if row.unit != wanted:
            remedy = f"Convert the number, or declare the attribute {row.attribute} in {row.unit}."
            yield Problem(
                row.file, row.line, row.unit, f"{wanted}, the unit of {row.attribute} in case.yaml", remedy, "unit"
            )
    for row in _rows(draft, "ties"):
        if row.unit != "1":
            yield Problem(row.file, row.line, row.unit, "1, as shares have", "Give the share of the total.", "unit")


@check()
def flows_are_not_negative(draft: Draft) -> Iterator[Problem]:
    """Trade is 0 or more; a zero is a flow known to be none."""
    for row in (*_rows(draft, "trade"), *_rows(draft, "trade_readings")):
        if row.value is not None and row.value < 0:
            remedy = "Give sales and purchases apart; leave an unknown flow empty."
            yield Problem(row.file, row.line, f"{row.value:g}", "0 or more", remedy, "value")


@check("case.yaml")
def partners_are_given_where_needed(draft: Draft) -> Iterator[Problem]:
    """A row names a partner if its attribute is about two actors, and only then."""
    declared = draft.case.attributes if draft.case else {}
    for row in _rows(draft, "attributes"):
        if row.attribute not in declared:
            continue
        if declared[row.attribute].partner and not row.partner:
            yield Problem(
                row.file,
                row.line,
                "empty",
                f"a partner, because {row.attribute} is about two actors",
                f"Name it; {WORLD} for all partners.",
                "partner",
            )
        elif row.partner and not declared[row.attribute].partner:
            remedy = "Leave it empty, or declare the attribute with `partner: true`."
            yield Problem(row.file, row.line, row.partner, f"no partner for {row.attribute}", remedy, "partner")
        elif row.partner == row.actor:
            yield Problem(
                row.file, row.line, row.partner, "a partner other than the actor", "Correct one of the two.", "partner"
            )


@check()
def shares_are_between_zero_and_one(draft: Draft) -> Iterator[Problem]:
    """A tie is a share."""
    for row in _rows(draft, "ties"):
        for name in ("low", "value", "high"):
            value = getattr(row, name)
            if value is not None and not 0 <= value <= 1:
                yield Problem(
                    row.file, row.line, f"{value:g}", "a share from 0 to 1", "Divide percentages by 100.", name
                )


def _rows(draft: Draft, table: str) -> tuple[Row, ...]:
    return draft.tables.get(table, ())
