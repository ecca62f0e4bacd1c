"""Names in tables that must be declared elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tightrope.base import Problem, suggestion

from ..draft import Draft
from ..parameters import ALL
from ..schema import TABLES, columns
from .check import check

WORLD = "WLD"
"""Partner that stands for all partners together."""


def known_names(draft: Draft) -> dict[str, tuple[Sequence[str], str]]:
    """Names that a column type admits, and where they are declared.

    Parameters
    ----------
    draft
        What was read.

    Returns
    -------
    known
        By column type.
    """
    attributes = tuple(draft.case.attributes) if draft.case else ()
    return {
        "state": (draft.states, "a state of actors.csv"),
        "power": (draft.powers, "a power of actors.csv"),
        "actor": (draft.actors, "an actor of actors.csv"),
        "actors": ((*draft.actors, ALL), "actors of actors.csv, or `all` for every state"),
        "partner": ((*draft.actors, WORLD), "an actor of actors.csv, or WLD for all partners"),
        "channel": (draft.channels, "a channel of case.yaml"),
        "attribute": (attributes, "an attribute of case.yaml"),
    }


@check("actors.csv", "case.yaml")
def names_in_tables_are_declared(draft: Draft) -> Iterator[Problem]:
    """Every actor, channel and attribute that a row names is declared."""
    known = known_names(draft)
    for table in TABLES:
        for column in columns(table):
            if column.type not in known:
                continue
            names, what = known[column.type]
            admitted = frozenset(names)
            for row in draft.tables.get(table, ()):
                given = getattr(row, column.name)
                for name in (given,) if isinstance(given, str) else given:
                    if name and name not in admitted:
                        yield Problem(row.file, row.line, name[:80], what, suggestion(name, names), column.name)
