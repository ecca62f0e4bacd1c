"""All states on roll calls: votes that the codebook knows, told alike everywhere, and one figure per cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tightrope.base import Problem, suggestion

from ..draft import Draft
from ..rows import Row
from .check import check

_SAME = ("date", "resolution", "kind", "roles")


@check("codebook.yaml", "actors.csv", "peer_votes.csv")
def peer_votes_follow_the_codebook(draft: Draft) -> Iterator[Problem]:
    """The kind of a roll call is in the codebook, its roles belong to the kind and powers fill them."""
    for rows in _roll_calls(draft).values():
        first = rows[0]
        kind = draft.kinds.get(first.kind)
        if kind is None:
            said = suggestion(first.kind, draft.kinds)
            yield Problem(first.file, first.line, first.kind[:80], "a kind of codebook.yaml", said, "kind")
            continue
        for role, named in first.roles:
            if role not in kind.roles:
                said = suggestion(role, kind.roles)
                yield Problem(first.file, first.line, role[:80], f"a role of {first.kind}", said, "roles")
            for power in named:
                if power not in draft.powers:
                    said = suggestion(power, draft.powers)
                    yield Problem(first.file, first.line, power[:80], "a power of actors.csv", said, "roles")
        for row in rows:
            if row.vote not in kind.options:
                said = f"{suggestion(row.vote, kind.options)} Leave the row out where the vote is not known."
                yield Problem(row.file, row.line, row.vote[:80], f"an option of {first.kind}", said, "vote")


@check("peer_votes.csv")
def a_roll_call_is_told_once(draft: Draft) -> Iterator[Problem]:
    """All rows of a roll call say the same about it, and each state votes once."""
    for rows in _roll_calls(draft).values():
        first, seen = rows[0], dict[str, int]()
        for row in rows:
            for name in _SAME:
                if getattr(row, name) != getattr(first, name):
                    said = f"the {name} of {first.question} in line {first.line}"
                    yield Problem(row.file, row.line, str(getattr(row, name))[:80], said, "Correct one.", name)
            if row.state in seen:
                said = f"each state once in {first.question}; line {seen[row.state]} has it"
                yield Problem(row.file, row.line, row.state, said, "Delete one of the two.", "state")
            seen.setdefault(row.state, row.line)


@check("decisions.yaml", "peer_votes.csv")
def peer_votes_agree_with_decisions(draft: Draft) -> Iterator[Problem]:
    """A roll call that is also a question of decisions.yaml has its date, kind and roles, and no other answer."""
    questions = {question.id: question for question in draft.questions}
    for id_, rows in _roll_calls(draft).items():
        question, first = questions.get(id_), rows[0]
        if question is None:
            continue
        coded = tuple((role, tuple(named)) for role, named in question.roles.items() if named)
        for name, here, there in (
            ("date", first.date, question.date),
            ("kind", first.kind, question.kind),
            ("roles", sorted(first.roles), sorted(coded)),
        ):
            if here != there:
                said = f"{there}, as {question.file} line {question.line} has it"
                yield Problem(first.file, first.line, str(here)[:80], said[:200], "Correct one of the two.", name)
        for row in rows:
            answer = question.answers.get(row.state)
            if answer is not None and answer.option != row.vote:
                said = f"{answer.option}, as {question.file} line {answer.line} has it"
                yield Problem(row.file, row.line, row.vote[:80], said, "Correct one, or drop the row.", "vote")


@check("peers.csv")
def one_figure_per_cell_of_peers(draft: Draft) -> Iterator[Problem]:
    """A state has one figure of an attribute towards a power in a period."""
    seen: dict[tuple[str, ...], int] = {}
    for row in draft.tables.get("peers", ()):
        cell = (row.state, row.partner, row.attribute, row.period)
        if cell in seen:
            shown = " ".join(part for part in cell if part)
            said = f"one row per cell; line {seen[cell]} has it"
            yield Problem(row.file, row.line, shown, said, "Delete one of the two.", "cell")
        seen.setdefault(cell, row.line)


def _roll_calls(draft: Draft) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in draft.tables.get("peer_votes", ()):
        groups[row.question].append(row)
    return groups
