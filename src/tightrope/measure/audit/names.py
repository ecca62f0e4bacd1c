"""Whether what a claim asks for exists in the case at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from tightrope.base.errors import Problem
from tightrope.base.nearest import suggestion

from .claim import Claim, parts
from .evidence import TIE, WORLD

__all__ = ["name_problems"]


def name_problems(claim: Claim, case: Any) -> Iterator[Problem]:
    """What a claim names that the case does not know, so that it could never be checked.

    Parameters
    ----------
    claim
        A row of claims.csv with a known check.
    case
        With actors, attributes, channels, decisions and tables.

    Yields
    ------
    problem
        One per unknown actor, attribute, question, answer, resolution, organisation or event.
    """

    def unknown(what: str, name: str, known: Collection[str]) -> Iterator[Problem]:
        if name not in known:
            expected = (
                f"one of the case's, such as {', '.join(list(known)[:3])}" if known else "none, the case has none"
            )
            yield Problem(claim.file, claim.line, name or "empty", expected, suggestion(name, known), what)

    for column, actors in (("subject", claim.subject), ("object", claim.object)):
        for actor in actors:
            yield from unknown(column, actor, (*case.actors, WORLD))
    questions = {held.question.id: held.question.options for held in case.decisions}
    match claim.check:
        case "decision":
            yield from unknown("measure", claim.measure, questions)
            for answer in claim.answers if claim.measure in questions else ():
                yield from unknown("value", answer, questions[claim.measure])
        case "vote":
            resolutions = {row.resolution for row in case.tables.get("votes", ())}
            if claim.readings[1] not in questions:
                yield from unknown("measure", claim.readings[0], resolutions)
        case "membership" | "joined":
            yield from unknown(
                "measure", claim.measure, {row.organisation for row in case.tables.get("memberships", ())}
            )
        case "event":
            happenings = [row.id for row in case.tables.get("events", ())] + [held.id for held in case.decisions]
            for name in parts(claim.measure):
                yield from unknown("measure", name, (*happenings, *case.attributes))
        case "rank" | "ahead":  # a measure may be handed to the audit under any name
            pass
        case _:
            channels = {TIE + channel for channel in case.channels}
            for name in re.split(r"[;|/]", re.sub(r"@\w+", "", claim.measure)):
                yield from unknown("measure", name.strip(), {*case.attributes, *channels})
