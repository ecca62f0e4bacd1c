"""Ledger: every id that the case promises has a place."""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.base import Problem, suggestion

from ..draft import Draft
from ..places import draft_places
from ..schema import TABLES
from .check import check

_FILES = (
    "case.yaml",
    "codebook.yaml",
    "decisions.yaml",
    "parameters",
    "scenarios",
    *(f"{table}.csv" for table in TABLES),
)


@check("case.yaml")
def ledger_ids_are_known(draft: Draft) -> Iterator[Problem]:
    """An id that a row is the place of is in the ledger of case.yaml."""
    known = draft.case.ledger if draft.case else ()
    admitted = frozenset(known)
    for place in draft_places(draft):
        if place.id not in admitted:
            said = f"{suggestion(place.id, known)} Or add it to the ledger of case.yaml."
            yield Problem(place.file, place.line, place.id[:80], "an id of the ledger in case.yaml", said, "ledger")


@check(*_FILES)
def ledger_ids_are_placed(draft: Draft) -> Iterator[Problem]:
    """Every id of the ledger is the content of some row."""
    placed = {place.id for place in draft_places(draft)}
    for id_ in draft.case.ledger if draft.case else ():
        if id_ not in placed:
            line = draft.case.line_of("ledger") if draft.case else 0
            said = "a row, entry or mechanism that is its place"
            yield Problem("case.yaml", line, id_, said, "Name it under `ledger` where it belongs.", "ledger")
