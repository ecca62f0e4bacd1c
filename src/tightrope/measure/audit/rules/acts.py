"""Checks of what states did, belong to and lived through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tightrope.base.time import Period, period

from ..claim import Claim, parts
from ..evidence import Evidence, is_within
from ..registry import Judgement, checks, verdict_of
from ..verdict import Found

__all__ = ["decision", "event", "joined", "membership", "visited", "vote"]


@checks.register("vote")
def vote(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether each subject's recorded vote is (or is not) the asserted one: `resolution|question`.

    The resolution is looked up in the votes, the question in the decisions.
    """
    resolution, question = claim.readings

    def answers(state: str) -> Iterator[Found]:
        for row, source in evidence.rows("votes"):
            if row.resolution == resolution and row.state == state and row.vote != "unknown":
                yield _act(row.vote, row.date, f"{row.file}:{row.line}", source, f"vote of {state} on {resolution}")
        yield from _answers(question, evidence, state)

    return _compared(claim, [list(answers(state)) for state in claim.subject])


@checks.register("decision")
def decision(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether each subject's answer to the question is (or is not) the asserted one, also where sources conflict."""
    questions = {held.question.id: held.question.text for held in evidence.case.decisions}
    judgement = _compared(claim, [list(_answers(claim.measure, evidence, state)) for state in claim.subject])
    return replace(judgement, why=f"{questions[claim.measure]} {judgement.why}")


@checks.register("membership")
def membership(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether each subject has (or has not) the asserted standing in the organisation in the claim's time."""

    def standings(actor: str) -> Iterator[Found]:
        for row, source in _memberships(claim, evidence, actor):
            for text in claim.period:
                if status := _status(row, period(text)):
                    what = f"standing of {actor} in {claim.measure}"
                    yield _act(status, text, f"{row.file}:{row.line}", source, what)

    return _compared(claim, [list(standings(actor)) for actor in claim.subject])


@checks.register("joined")
def joined(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether each subject's standing in the organisation began within the claim's time."""
    return _dated(
        claim,
        [
            [
                _act(row.status, row.since, f"{row.file}:{row.line}", source, f"{actor} in {claim.measure} since")
                for row, source in _memberships(claim, evidence, actor)
                if row.since and (not claim.value or row.status in claim.answers)
            ]
            for actor in claim.subject
        ],
    )


@checks.register("event")
def event(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether what the measure names happened within the claim's time, by sources other than the text.

    The measure is an event, an answer (`question:state`) or an attribute that counts dated acts of subject and object;
    of the attribute, counts of the years that the claim touches. Several joined by `;` must all have happened then.
    """
    return _dated(claim, [list(_dates(name, claim, evidence)) for name in parts(claim.measure)])


@checks.register("visited")
def visited(claim: Claim, evidence: Evidence) -> Judgement:
    """Whether the object visited every subject within the claim's time, by dated counts of visits.

    A positive count inside the time is a visit. A count of zero whose period covers the time is none.
    """
    groups = []
    for subject in claim.subject:
        group = []
        for partner in claim.object:
            for one in evidence.figures(claim.measure, subject, partner):
                for asked in map(period, claim.period):
                    is_none = not one.found.value and is_within(asked, one.period)
                    if is_none or (one.found.value and is_within(one.period, asked)):
                        group.append(replace(one.found, agrees=not is_none))
        groups.append(group)
    verdict = verdict_of([[bool(one.agrees) for one in group] for group in groups])
    seen = [s for s, group in zip(claim.subject, groups, strict=True) if any(one.agrees for one in group)]
    none = [s for s, group in zip(claim.subject, groups, strict=True) if group and s not in seen]
    unknown = [s for s in claim.subject if s not in seen and s not in none]
    told = [
        f"{label} {', '.join(names)}"
        for label, names in (
            ("a visit is recorded in", seen),
            ("none took place in", none),
            ("nothing is known of", unknown),
        )
        if names
    ]
    why = f"Asserted are visits of {', '.join(claim.object)} in {', '.join(claim.period)}; {'; '.join(told)}."
    return Judgement(verdict, tuple(one for group in groups for one in group), why)


def _answers(question: str, evidence: Evidence, state: str) -> Iterator[Found]:
    for held in evidence.case.decisions:
        if held.question.id != question or held.state != state:
            continue
        where, what = f"{held.file}:{held.line}", f"answer of {state} to {question}"
        if held.chosen and (source := evidence.independent(held.sources)):
            yield _act(held.chosen, held.date, where, source, what)
        for conflict in held.conflicts:
            if source := evidence.independent(conflict.source):
                yield _act(conflict.option, held.date, where, source, f"{what}, by another source")


def _memberships(claim: Claim, evidence: Evidence, actor: str) -> Iterator[tuple[Any, tuple[str, ...]]]:
    for row, source in evidence.rows("memberships"):
        named = parts(row.actor)
        belongs = actor in named or ("all" in named and actor in evidence.case.states)
        if row.organisation == claim.measure and belongs:
            yield row, source


def _status(row: Any, asked: Period) -> str:
    """Standing at some time: a row that ended says nothing about later, unless the actor left."""
    has_begun = not row.since or period(str(row.since)).start <= asked.end
    has_ended = bool(row.until) and period(str(row.until)).end < asked.start
    if row.status == "left":
        return "left" if has_ended else "member" if has_begun else ""
    return str(row.status) if has_begun and not has_ended else ""


def _dates(name: str, claim: Claim, evidence: Evidence) -> Iterator[Found]:
    years = {year for text in claim.period for year in (period(text).start.year, period(text).end.year)}
    if evidence.is_attribute(name):
        for one in evidence.figures(name, claim.subject[0], claim.object[0]):
            if one.found.value and one.period.start.year in years:
                yield one.found
    for row, source in evidence.rows("events"):
        if row.id == name:
            yield _act("happened", row.date, f"{row.file}:{row.line}", source, row.what)
    for held in evidence.case.decisions:
        if held.id == name and held.chosen and (source := evidence.independent(held.sources)):
            yield _act(held.chosen, held.date, f"{held.file}:{held.line}", source, f"answer of {held.state}")


def _act(value: str, when: object, where: str, source: tuple[str, ...], what: str) -> Found:
    return Found(str(value), "", str(when), (where,), source, what)


def _compared(claim: Claim, groups: list[list[Found]]) -> Judgement:
    """Verdict on answers: each subject's must be (or not be) one of the asserted ones."""
    wanted = claim.relation != "is_not"
    weighed = [[replace(one, agrees=(one.value in claim.answers) == wanted) for one in group] for group in groups]
    verdict = verdict_of([[bool(one.agrees) for one in group] for group in weighed])
    asserted = f"{'' if wanted else 'not '}{' or '.join(claim.answers)}"
    told = [
        f"{subject} {' or '.join(dict.fromkeys(str(one.value) for one in group)) or 'unknown'}"
        for subject, group in zip(claim.subject, weighed, strict=True)
    ]
    record = f"recorded is {', '.join(told)}" if any(weighed) else "besides the text itself the case has no record"
    why = f"Asserted is {asserted} ({claim.readings[0]}); {record}."
    return Judgement(verdict, tuple(one for group in weighed for one in group), why)


def _dated(claim: Claim, groups: list[list[Found]]) -> Judgement:
    """Verdict on dates: each must lie within the claim's time; one that only reaches into it is no evidence."""
    asked = [period(text) for text in claim.period]

    def weighed(one: Found) -> Found | None:
        when = period(one.period)
        inside = any(is_within(when, time) for time in asked)
        outside = all(when.end < time.start or time.end < when.start for time in asked)
        return replace(one, agrees=inside) if inside or outside else None

    judged = [[done for one in group if (done := weighed(one)) is not None] for group in groups]
    verdict = verdict_of([[bool(one.agrees) for one in group] for group in judged])
    told = ", ".join(dict.fromkeys(one.period for group in groups for one in group))
    why = f"Asserted is {', '.join(claim.period)}; recorded is {told}."
    if not told:
        why = f"Asserted is {', '.join(claim.period)}; besides the text itself the case has no date."
    return Judgement(verdict, tuple(one for group in judged for one in group), why)
