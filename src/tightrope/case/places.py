"""Where each id of the ledger lives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .documents import QuestionEntry
from .draft import Draft
from .rows import Row
from .schema import TABLES, columns

__all__ = ["Place", "draft_places"]

WITH_ID = frozenset(table for table in TABLES if any(column.name == "id" for column in columns(table)))
"""Tables whose rows have a name; rows of the others are named by their line."""


@dataclass(frozen=True)
class Place:
    """One place of one ledger id.

    Parameters
    ----------
    id
        The ledger id.
    text
        The place in words that a reader can follow, such as `decisions.yaml:question:AAA`.
    file, line
        Where it stands.
    """

    id: str
    text: str
    file: str
    line: int


def draft_places(draft: Draft) -> Iterator[Place]:
    """Every place of every ledger id.

    Parameters
    ----------
    draft
        What was read.

    Yields
    ------
    place
        In the order of the files.
    """
    ledger = frozenset(draft.case.ledger) if draft.case else frozenset()
    for table in TABLES:
        for row in draft.tables.get(table, ()):
            yield from _of_row(row, table, ledger)
    for name, kind in draft.kinds.items():
        yield from _of(kind, f"{kind.file}:{name}")
    for question in draft.questions:
        yield from _of_question(question)
    for name, parameter in draft.parameters.items():
        yield from _of(parameter, f"{parameter.file}:{name}")
        for rows in parameter.values.values():
            for one in rows:
                yield from _of(one, f"{parameter.file}:{name}[{', '.join(one.at)}]")
    for scenario in draft.scenarios.values():
        yield from _of(scenario, scenario.file)
        for shock in scenario.shocks:
            yield from _of(shock, f"{scenario.file}:{shock.what}")
        for question in scenario.decisions:
            yield from _of_question(question)


def _of(entry: Any, text: str) -> Iterator[Place]:
    for id_ in entry.ledger:
        yield Place(id_, text, entry.file, entry.line)


def _of_row(row: Row, table: str, ledger: frozenset[str]) -> Iterator[Place]:
    if table == "mechanisms":
        text = f"{row.file}:{row.id} -> {'; '.join(row.where)}"
        if row.id in ledger and row.id not in row.ledger:
            yield Place(row.id, text, row.file, row.line)
        yield from _of(row, text)
    elif row.ledger:
        yield from _of(row, f"{row.file}:{row.id if table in WITH_ID else row.line}")


def _of_question(question: QuestionEntry) -> Iterator[Place]:
    yield from _of(question, f"{question.file}:{question.id}")
    for state, answer in question.answers.items():
        yield from _of(answer, f"{question.file}:{question.id}:{state}")
