"""Decisions: a question that one state faced, coded into numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tightrope.base import Frozen, FrozenDict, period

from .coding import Coded, coded, offers
from .documents import Answer, Conflict, KindEntry, QuestionEntry

__all__ = ["UNKNOWN", "Decision", "Frame", "Question", "decisions", "in_order"]

UNKNOWN = "unknown"
"""Answer of a state that faced the question, where the answer was not found."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """What the coding of every question shares.

    Parameters
    ----------
    states, powers, channels
        Labels.
    affinity
        (power, power), how alike two powers see things.
    """

    states: tuple[str, ...]
    powers: tuple[str, ...]
    channels: tuple[str, ...]
    affinity: Array


@dataclass(frozen=True)
class Question:
    """A question put to one or more states.

    Parameters
    ----------
    id
        Its name.
    date
        When it was put, as written.
    kind
        Entry of the codebook that codes it.
    roles
        Powers that fill each role of the kind.
    text
        The question in words.
    options
        Possible answers, in order.
    ledger, source, note
        As in the file.
    file, line
        Where it stands.
    """

    id: str
    date: str
    kind: str
    roles: FrozenDict[str, tuple[str, ...]] = field(hash=False)
    text: str
    options: tuple[str, ...]
    ledger: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    note: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, eq=False)
class Decision(Frozen):
    """A question that one state faced, and what it answered.

    Parameters
    ----------
    id
        Question and state, such as `question:AAA`.
    question
        The question.
    state
        Who faced it.
    date, quarter
        When; the quarter is that of the middle day.
    options
        Possible answers.
    stance
        (option, power), how each power sees each option, -1 to 1.
    degree
        (option,), how far each option goes.
    ties
        (power, channel), change of shares at degree 1, share points.
    flags
        (option, flag), in the order of `coding.FLAGS`.
    offers
        (power,), what is offered with the question, 0 to 1.
    scale
        Factor of the utilities for this kind of question.
    chosen
        Option that was chosen, None where it is not known.
    sources, ledger, note, why
        Of the answer.
    conflicts
        What other sources say was answered.
    file, line
        Where the answer stands.
    """

    id: str
    question: Question
    state: str
    date: str
    quarter: str
    options: tuple[str, ...]
    stance: Array
    degree: Array
    ties: Array
    flags: Array
    offers: Array
    scale: float
    chosen: str | None
    sources: tuple[str, ...] = ()
    ledger: tuple[str, ...] = ()
    note: str = ""
    why: str = ""
    conflicts: tuple[Conflict, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def kind(self) -> str:
        """Kind of the question."""
        return self.question.kind


def decisions(questions: Iterable[QuestionEntry], kinds: Mapping[str, KindEntry], frame: Frame) -> tuple[Decision, ...]:
    """Code questions, one decision for each state that faced one, sorted by date.

    Parameters
    ----------
    questions
        As read; they passed the checks.
    kinds
        The codebook.
    frame
        Labels and affinity.

    Returns
    -------
    decisions
        By date, question, state.
    """
    made: list[Decision] = []
    for entry in questions:
        made += _of_question(entry, kinds[entry.kind], frame)
    return in_order(made, frame.states)


def _of_question(entry: QuestionEntry, kind: KindEntry, frame: Frame) -> Iterator[Decision]:
    question = Question(
        id=entry.id,
        date=entry.date,
        kind=entry.kind,
        roles=FrozenDict(entry.roles),
        text=entry.question,
        options=entry.options or tuple(kind.options),
        ledger=entry.ledger,
        source=entry.source,
        note=entry.note,
        file=entry.file,
        line=entry.line,
    )
    numbers = coded(
        kind, entry.roles, question.options, powers=frame.powers, channels=frame.channels, affinity=frame.affinity
    )
    given = offers(entry.offers, frame.powers)
    for state in frame.states:
        if state in entry.answers:
            yield _of_answer(entry.answers[state], state, question, numbers, given, kind.scale)


def _of_answer(answer: Answer, state: str, question: Question, numbers: Coded, given: Array, scale: float) -> Decision:
    date = answer.date or question.date
    return Decision(
        id=f"{question.id}:{state}",
        question=question,
        state=state,
        date=date,
        quarter=period(date).quarter,
        options=question.options,
        stance=numbers.stance,
        degree=numbers.degree,
        ties=numbers.ties,
        flags=numbers.flags,
        offers=given,
        scale=scale,
        chosen=None if answer.option == UNKNOWN else answer.option,
        sources=answer.source,
        ledger=answer.ledger,
        note=answer.note,
        why=answer.why,
        conflicts=answer.conflicts,
        file=question.file,
        line=answer.line,
    )


def in_order(made: Iterable[Decision], states: Sequence[str]) -> tuple[Decision, ...]:
    """Decisions sorted by date, question and state.

    Parameters
    ----------
    made
        In any order.
    states
        Labels; their order is that of decisions on one question.

    Returns
    -------
    decisions
        Sorted.
    """

    def key(decision: Decision) -> tuple[object, ...]:
        span = period(decision.date)
        return span.start, span.end, decision.question.id, states.index(decision.state)

    return tuple(sorted(made, key=key))
