"""The codebook and the questions coded by it."""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.base import Problem, suggestion

from ..coding import FLAGS, OFFER_SIZES, RIVALS
from ..decisions import UNKNOWN
from ..documents import Answer, KindEntry, QuestionEntry
from ..draft import Draft
from .check import check


def all_questions(draft: Draft) -> Iterator[QuestionEntry]:
    """Questions of decisions.yaml and of the scenarios.

    Parameters
    ----------
    draft
        What was read.

    Yields
    ------
    question
        In the order of the files.
    """
    yield from draft.questions
    for scenario in draft.scenarios.values():
        yield from scenario.decisions


@check("case.yaml")
def kinds_use_known_names(draft: Draft) -> Iterator[Problem]:
    """Roles, channels and flags of the codebook are declared."""
    for name, kind in draft.kinds.items():
        for tie in kind.ties:
            known = (*kind.roles, RIVALS)
            if tie.role not in known:
                yield Problem(
                    kind.file,
                    tie.line,
                    tie.role,
                    f"a role of {name}, or {RIVALS}",
                    suggestion(tie.role, known),
                    "ties.role",
                )
            if tie.channel not in draft.channels:
                said = suggestion(tie.channel, draft.channels)
                yield Problem(kind.file, tie.line, tie.channel, "a channel of case.yaml", said, "ties.channel")
        for option, rule in kind.options.items():
            for role in rule.stance:
                if role not in kind.roles:
                    yield Problem(
                        kind.file,
                        rule.line,
                        role,
                        f"a role of {name}",
                        suggestion(role, kind.roles),
                        f"{name}.{option}.stance",
                    )
            for flag in rule.flags:
                if flag not in FLAGS:
                    yield Problem(
                        kind.file, rule.line, flag, "a known flag", suggestion(flag, FLAGS), f"{name}.{option}.flags"
                    )


@check()
def options_have_a_stance_for_each_role(draft: Draft) -> Iterator[Problem]:
    """An option says something to everyone that the kind knows a role for."""
    for name, kind in draft.kinds.items():
        for option, rule in kind.options.items():
            for role in kind.roles:
                if role not in rule.stance:
                    remedy = f"Add `{role}: ...` from -1 to 1; 0 if the option leaves it cold."
                    yield Problem(
                        kind.file, rule.line, "missing", f"a stance towards {role}", remedy, f"{name}.{option}.stance"
                    )


@check()
def codebook_numbers_are_in_range(draft: Draft) -> Iterator[Problem]:
    """Stances, degrees and flags lie in [-1, 1], spill in [0, 1], scale above 0, changes of ties in [-1, 1]."""
    for name, kind in draft.kinds.items():
        for label, value, line, low, high in _codebook_numbers(name, kind):
            if not low <= value <= high:
                yield Problem(kind.file, line, f"{value:g}", f"a number from {low:g} to {high:g}", "Correct it.", label)
        if kind.scale <= 0:
            yield Problem(
                kind.file, kind.line_of("scale"), f"{kind.scale:g}", "a number above 0", "Correct it.", f"{name}.scale"
            )


def _codebook_numbers(name: str, kind: KindEntry) -> Iterator[tuple[str, float, int, float, float]]:
    yield f"{name}.spill", kind.spill, kind.line_of("spill"), 0, 1
    for tie in kind.ties:
        yield f"{name}.ties.{tie.channel}", tie.change, tie.line, -1, 1
    for option, rule in kind.options.items():
        yield f"{name}.{option}.degree", rule.degree, rule.line_of("degree"), -1, 1
        for role, stance in rule.stance.items():
            yield f"{name}.{option}.stance.{role}", stance, rule.line_of("stance"), -1, 1
        for flag, value in rule.flags.items():
            yield f"{name}.{option}.flags.{flag}", value, rule.line_of("flags"), -1, 1


@check()
def kinds_leave_a_choice(draft: Draft) -> Iterator[Problem]:
    """A kind has two to six options, none of them called `unknown`."""
    for name, kind in draft.kinds.items():
        if not 2 <= len(kind.options) <= 6:
            said = f"{len(kind.options)} options"
            yield Problem(
                kind.file,
                kind.line_of("options"),
                said,
                "two to six options",
                "Join or split options.",
                f"{name}.options",
            )
        if UNKNOWN in kind.options:
            remedy = "Rename the option; `unknown` says that an answer was not found."
            yield Problem(kind.file, kind.line_of("options"), UNKNOWN, "another name", remedy, f"{name}.options")


@check()
def questions_are_there_once(draft: Draft) -> Iterator[Problem]:
    """No question stands twice, be it in decisions.yaml or in a scenario."""
    first: dict[str, QuestionEntry] = {}
    for question in all_questions(draft):
        if question.id in first:
            other = first[question.id]
            said = f"each id once; {other.file} line {other.line} has it"
            yield Problem(question.file, question.line, question.id, said, "Rename one of the two.", "id")
        first.setdefault(question.id, question)


@check("codebook.yaml")
def questions_have_a_known_kind(draft: Draft) -> Iterator[Problem]:
    """The kind of a question, its roles and its options are in the codebook."""
    for question in all_questions(draft):
        kind = draft.kinds.get(question.kind)
        if kind is None:
            said = suggestion(question.kind, draft.kinds)
            yield Problem(
                question.file,
                question.line_of("kind"),
                question.kind,
                "a kind of codebook.yaml",
                said,
                f"{question.id}.kind",
            )
            continue
        for role in question.roles:
            if role not in kind.roles:
                said = suggestion(role, kind.roles)
                yield Problem(
                    question.file,
                    question.line_of("roles"),
                    role,
                    f"a role of {question.kind}",
                    said,
                    f"{question.id}.roles",
                )
        for option in question.options:
            if option not in kind.options:
                said = suggestion(option, kind.options)
                yield Problem(
                    question.file,
                    question.line_of("options"),
                    option,
                    f"an option of {question.kind}",
                    said,
                    f"{question.id}.options",
                )
        if question.options and not 2 <= len(question.options) <= 6:
            shown = ", ".join(question.options)
            yield Problem(
                question.file,
                question.line_of("options"),
                shown,
                "two to six options",
                "Add one.",
                f"{question.id}.options",
            )


@check("actors.csv")
def questions_name_known_actors(draft: Draft) -> Iterator[Problem]:
    """Powers fill roles and make offers, states answer."""
    for question in all_questions(draft):
        for role, named in question.roles.items():
            for power in named:
                if power not in draft.powers:
                    said = suggestion(power, draft.powers)
                    yield Problem(
                        question.file,
                        question.line_of("roles"),
                        power,
                        "a power of actors.csv",
                        said,
                        f"{question.id}.roles.{role}",
                    )
        for power, size in question.offers.items():
            line, name = question.line_of("offers"), f"{question.id}.offers"
            if power not in draft.powers:
                yield Problem(
                    question.file, line, power, "a power of actors.csv", suggestion(power, draft.powers), name
                )
            if size not in OFFER_SIZES:
                yield Problem(question.file, line, size, "a size of offer", suggestion(size, OFFER_SIZES), name)
        for state in question.answers:
            if state not in draft.states:
                said = suggestion(state, draft.states)
                line = question.answers[state].line
                yield Problem(question.file, line, state, "a state of actors.csv", said, f"{question.id}.answers")


@check("codebook.yaml")
def answers_are_options_with_a_source(draft: Draft) -> Iterator[Problem]:
    """An answer is an option of the question or `unknown`; a known one has a source."""
    for question in all_questions(draft):
        options = question_options(draft, question)
        if not question.answers:
            yield Problem(
                question.file,
                question.line_of("answers"),
                "none",
                "a state that faces the question",
                "Add `AAA: {option: unknown}`.",
                f"{question.id}.answers",
            )
        for state, answer in question.answers.items():
            name = f"{question.id}.{state}"
            if options:
                yield from _unknown_options(question.file, answer, (*options, UNKNOWN), name)
            if answer.option != UNKNOWN and not answer.source:
                remedy = "Cite the source, or write `option: unknown`."
                yield Problem(question.file, answer.line, "none", "a source for the answer", remedy, f"{name}.source")


def question_options(draft: Draft, question: QuestionEntry) -> tuple[str, ...]:
    """Options of a question: its own, else those of its kind.

    Parameters
    ----------
    draft
        What was read.
    question
        The question.

    Returns
    -------
    options
        None where the kind is unknown and the question lists none.
    """
    kind = draft.kinds.get(question.kind)
    return question.options or (tuple(kind.options) if kind else ())


def _unknown_options(file: str, answer: Answer, known: tuple[str, ...], name: str) -> Iterator[Problem]:
    given = [(answer.option, answer.line_of("option"), name)]
    given += [(conflict.option, conflict.line, f"{name}.conflicts") for conflict in answer.conflicts]
    for option, line, what in given:
        if option not in known:
            yield Problem(file, line, option, "an option of the question, or unknown", suggestion(option, known), what)
