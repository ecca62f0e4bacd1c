"""Dates: not before living memory, not after the case ends."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from tightrope.base import Problem, period, quarter_index, quarter_name

from ..draft import Draft
from ..schema import TABLES, columns
from .check import check
from .questions import all_questions

EARLIEST = datetime.date(1850, 1, 1)
"""Dates before this are taken for slips of the pen."""


def _dates(draft: Draft) -> Iterator[tuple[str, str, int, str]]:
    for table in TABLES:
        names = [
            column.name for column in columns(table) if column.type in ("period", "date") and column.name != "until"
        ]
        for row in draft.tables.get(table, ()):
            for name in names:
                if getattr(row, name):
                    yield getattr(row, name), row.file, row.line, name
    for question in all_questions(draft):
        yield question.date, question.file, question.line_of("date"), f"{question.id}.date"
        for state, answer in question.answers.items():
            if answer.date:
                yield answer.date, question.file, answer.line, f"{question.id}.{state}.date"


@check("case.yaml")
def dates_are_sensible(draft: Draft) -> Iterator[Problem]:
    """Nothing is dated long before or after the case."""
    if draft.case is None or not draft.case.period.runs_forward:
        return
    last = period(quarter_name(quarter_index(draft.case.period.end))).end
    for text, file, line, name in _dates(draft):
        span = period(text)
        if not span.is_static and not (span.start >= EARLIEST and span.start <= last):
            said = f"a date from {EARLIEST.year} to {draft.case.period.end}, the end of the case"
            yield Problem(file, line, text, said, "Correct the date, or move the period in case.yaml.", name)
