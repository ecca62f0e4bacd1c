"""Sources: every cited key exists, every source is cited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tightrope.base import Problem, suggestion

from ..draft import Draft
from ..schema import TABLES
from .check import check
from .questions import all_questions


def citations(draft: Draft) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Every list of source keys in the case.

    Parameters
    ----------
    draft
        What was read.

    Yields
    ------
    keys, file, line
        The keys and where they stand.
    """
    entries: list[Any] = [row for table in TABLES if table != "actors" for row in draft.tables.get(table, ())]
    entries += draft.kinds.values()
    for question in all_questions(draft):
        entries += [question, *question.answers.values()]
        entries += [conflict for answer in question.answers.values() for conflict in answer.conflicts]
    entries += [row for parameter in draft.parameters.values() for rows in parameter.values.values() for row in rows]
    for scenario in draft.scenarios.values():
        entries += [scenario, *scenario.shocks]
    for one in entries:
        yield one.source, one.file, one.line


@check("sources.bib")
def cited_sources_exist(draft: Draft) -> Iterator[Problem]:
    """Every key that is cited stands in sources.bib."""
    known = tuple(draft.sources)
    for keys, file, line in citations(draft):
        for key in keys:
            if key not in draft.sources:
                said = f"{suggestion(key, known)} Or add the entry."
                yield Problem(file, line, key[:80], "a key of sources.bib", said, "source")


@check(
    "sources.bib", "codebook.yaml", "decisions.yaml", "parameters", "scenarios", *(f"{table}.csv" for table in TABLES)
)
def sources_are_cited(draft: Draft) -> Iterator[Problem]:
    """Every source is used."""
    cited = {key for keys, _, _ in citations(draft) for key in keys}
    for key, source in draft.sources.items():
        if key not in cited:
            yield Problem(
                "sources.bib",
                source.line,
                key,
                "a source that something cites",
                "Cite it or delete it.",
                "unused source",
            )
