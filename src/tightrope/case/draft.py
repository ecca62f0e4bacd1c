"""Everything that could be read from a case folder, before it is checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tightrope.base import Problem, Source, read_sources

from .documents import (
    CaseEntry,
    Entry,
    KindEntry,
    ParameterEntry,
    QuestionEntry,
    ScenarioEntry,
    entry,
)
from .files import FILE_LIMIT, Folder
from .rows import Row
from .schema import OPTIONAL, TABLES
from .tables import read_table
from .yaml_text import YamlMapping, read_yaml

__all__ = ["Draft", "read_draft"]

E_ = TypeVar("E_", bound=Entry)


@dataclass
class Draft:
    """The readable part of a case, and what was wrong with the rest.

    Parameters
    ----------
    path
        The case folder.
    case
        case.yaml, None where it cannot be used.
    tables, kinds, questions, parameters, scenarios, sources
        What the other files hold.
    problems
        Found while reading.
    """

    path: Path
    case: CaseEntry | None = None
    tables: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    kinds: dict[str, KindEntry] = field(default_factory=dict)
    questions: tuple[QuestionEntry, ...] = ()
    parameters: dict[str, ParameterEntry] = field(default_factory=dict)
    scenarios: dict[str, ScenarioEntry] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def actors_of(self, role: str) -> tuple[str, ...]:
        """Ids of the actors in a role, in the order of actors.csv.

        Parameters
        ----------
        role
            state, power or other.

        Returns
        -------
        ids
            Each once.
        """
        rows = self.tables.get("actors", ())
        return tuple(dict.fromkeys(row.id for row in rows if row.role == role))

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Ids of the states."""
        return self.actors_of("state")

    @cached_property
    def powers(self) -> tuple[str, ...]:
        """Ids of the powers."""
        return self.actors_of("power")

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """Ids of all actors."""
        return (*self.states, *self.powers, *self.actors_of("other"))

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Ids of the channels."""
        return tuple(dict.fromkeys(channel.id for channel in self.case.channels)) if self.case else ()

    def is_whole(self, *files: str) -> bool:
        """Whether no problem was met while reading some files or folders.

        Parameters
        ----------
        files
            Names such as `ties.csv`, or `parameters` for a folder.

        Returns
        -------
        whole
            False if any of them has a problem.
        """
        return not any(
            problem.file == file or problem.file.startswith(f"{file}/") for problem in self.problems for file in files
        )


def read_draft(path: Path, *, limit: int = FILE_LIMIT) -> Draft:
    """Read every file of a case folder.

    Parameters
    ----------
    path
        The folder; it must exist.
    limit
        Bytes that a file may have.

    Returns
    -------
    draft
        With a problem for each thing that could not be read.
    """
    folder = Folder(path, limit=limit)
    draft = Draft(path, problems=folder.problems)
    draft.case = _only(folder, draft, "case.yaml", CaseEntry)
    _read_sources(folder, draft)
    for table in TABLES:
        file = f"{table}.csv"
        text = folder.text(file) if table not in OPTIONAL or folder.has(file) else None
        if table in OPTIONAL:
            draft.tables[table] = ()
        if text is not None:
            draft.tables[table], problems = read_table(text, table)
            draft.problems += problems
    draft.kinds = _entries(folder, draft, "codebook.yaml", "kinds", KindEntry)
    _read_questions(folder, draft)
    _read_parameters(folder, draft)
    _read_scenarios(folder, draft)
    return draft


def _read_sources(folder: Folder, draft: Draft) -> None:
    text = folder.text("sources.bib")
    if text is not None:
        draft.sources, problems = read_sources(text)
        draft.problems += problems


def _yaml(folder: Folder, draft: Draft, file: str) -> YamlMapping | None:
    text = folder.text(file)
    if text is None:
        return None
    mapping, problems = read_yaml(text, file)
    draft.problems += problems
    return mapping


def _only(folder: Folder, draft: Draft, file: str, model: type[E_]) -> E_ | None:
    mapping = _yaml(folder, draft, file)
    if mapping is None:
        return None
    found, problems = entry(model, mapping, file)
    draft.problems += problems
    return found


def _under(folder: Folder, draft: Draft, file: str, key: str) -> object:
    """What stands under the one key that a file may have."""
    mapping = _yaml(folder, draft, file)
    if mapping is None:
        return None
    for other in mapping:
        if other != key:
            line = mapping.lines[other]
            draft.problems.append(Problem(file, line, other, f"only the key `{key}`", "Move or delete it.", "key"))
    if mapping.get(key) is None:
        draft.problems.append(
            Problem(file, 1, "missing", f"a key `{key}`", f"Write `{key}:` and what belongs there.", "key")
        )
    return mapping.get(key)


def _entries(folder: Folder, draft: Draft, file: str, key: str, model: type[E_]) -> dict[str, E_]:
    found = _under(folder, draft, file, key)
    if found is None:
        return {}
    if not isinstance(found, YamlMapping):
        draft.problems.append(
            Problem(file, 1, "no mapping", "names with entries", "Write `name: {...}` below it.", key)
        )
        return {}
    return _named(found, draft, file, model)


def _named(found: YamlMapping, draft: Draft, file: str, model: type[E_]) -> dict[str, E_]:
    named: dict[str, E_] = {}
    for name, data in found.items():
        if isinstance(data, YamlMapping):
            data.line = found.lines[name]  # readers look for the name, not for the first key below it
        made, problems = entry(model, data, file, name)
        # an entry that is empty has no line of its own, so the line of its name stands in
        draft.problems += [
            p if p.line else Problem(p.file, found.lines[name], p.value, p.expected, p.remedy, p.what) for p in problems
        ]
        if made is not None:
            named[name] = made
    return named


def _read_questions(folder: Folder, draft: Draft) -> None:
    file = "decisions.yaml"
    found = _under(folder, draft, file, "questions")
    if found is None:
        return
    if not isinstance(found, list):
        draft.problems.append(
            Problem(file, 1, "no list", "a list of questions", "Begin each with a dash.", "questions")
        )
        return
    questions = []
    for number, data in enumerate(found, 1):
        name = data.get("id") if isinstance(data, YamlMapping) else None
        made, problems = entry(QuestionEntry, data, file, name if isinstance(name, str) else f"question {number}")
        draft.problems += problems
        if made is not None:
            questions.append(made)
    draft.questions = tuple(questions)


def _read_parameters(folder: Folder, draft: Draft) -> None:
    for file in folder.names("parameters", ".yaml"):
        mapping = _yaml(folder, draft, file)
        if mapping is None:
            continue
        for name, made in _named(mapping, draft, file, ParameterEntry).items():
            if name in draft.parameters:
                first = draft.parameters[name]
                said = f"each parameter once; {first.file} line {first.line} has it"
                draft.problems.append(Problem(file, made.line, name, said, "Delete one of the two.", "parameter"))
            else:
                draft.parameters[name] = made


def _read_scenarios(folder: Folder, draft: Draft) -> None:
    for file in folder.names("scenarios", ".yaml"):
        made = _only(folder, draft, file, ScenarioEntry)
        if made is not None:
            draft.scenarios[file.removeprefix("scenarios/").removesuffix(".yaml")] = made
