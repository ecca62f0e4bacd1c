"""From a folder to a Case, or to a list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib.resources import files
from pathlib import Path

from tightrope.base import (
    KINDS,
    CaseError,
    FrozenDict,
    Problem,
    ScenarioError,
    SourceError,
    TightropeError,
    period,
    suggestion,
)

from .case import Case
from .checks import run_checks
from .checks.quantities import quantities
from .decisions import Frame, decisions
from .digest import digest
from .documents import CaseEntry
from .draft import Draft, read_draft
from .files import FILE_LIMIT
from .labels import draft_labels
from .parameters import in_force
from .places import draft_places
from .readings import Readings
from .scenarios import Scenario, shock_of

__all__ = ["built_in_cases", "case_path", "check_case", "load_case"]


def load_case(name_or_path: str | Path, *, limit: int = FILE_LIMIT, skip: Collection[str] = ()) -> Case:
    """Read a case and check it.

    Parameters
    ----------
    name_or_path
        Name of a built-in case, or a folder.
    limit
        Bytes that a file of the case may have.
    skip
        Names of checks to leave out, for work on an unfinished case.

    Returns
    -------
    case
        Frozen.

    Raises
    ------
    CaseError
        With every problem of every file; `SourceError` or `ScenarioError` if all of them are of that sort.
    """
    path = case_path(name_or_path)
    draft = read_draft(path, limit=limit)
    problems = _found(draft, skip)
    if problems:
        raise _error(path, problems)
    return _case(draft)


def check_case(name_or_path: str | Path, *, limit: int = FILE_LIMIT, skip: Collection[str] = ()) -> tuple[Problem, ...]:
    """Everything that is wrong with a case.

    Parameters
    ----------
    name_or_path
        Name of a built-in case, or a folder.
    limit
        Bytes that a file of the case may have.
    skip
        Names of checks to leave out.

    Returns
    -------
    problems
        By file and line; none for a sound case.
    """
    return tuple(_found(read_draft(case_path(name_or_path), limit=limit), skip))


def built_in_cases() -> dict[str, Path]:
    """Cases that come with Tightrope.

    Returns
    -------
    cases
        Folders by name.
    """
    folder = Path(str(files("tightrope"))) / "cases"
    return {path.name: path for path in sorted(folder.iterdir()) if path.is_dir() and path.name.isidentifier()}


def case_path(name_or_path: str | Path) -> Path:
    """Folder of a case.

    Parameters
    ----------
    name_or_path
        Name of a built-in case, or a folder.

    Returns
    -------
    path
        It exists.
    """
    known = built_in_cases()
    if str(name_or_path) in known:
        return known[str(name_or_path)]
    path = Path(name_or_path)
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):  # a name too long, or with a NUL
        is_folder = False
    if not is_folder:
        shown = str(name_or_path)[:200]
        raise CaseError(f"There is no case `{shown}`: neither built in nor a folder. {suggestion(shown, known)}")
    return path


def _found(draft: Draft, skip: Collection[str]) -> list[Problem]:
    return sorted(dict.fromkeys([*draft.problems, *run_checks(draft, skip=skip)]))


def _error(path: Path, problems: Sequence[Problem]) -> TightropeError:
    sort: type[TightropeError] = CaseError
    if all(problem.file == "sources.bib" for problem in problems):
        sort = SourceError
    elif all(problem.file.startswith("scenarios") for problem in problems):
        sort = ScenarioError
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return sort(f"{count} in the case {path}:", problems)


def _case(draft: Draft) -> Case:
    entry = draft.case
    if entry is None or "actors" not in draft.tables:  # checks refuse such a draft
        raise CaseError(f"The case {draft.path} has no case.yaml or actors.csv.")
    labels = draft_labels(draft)
    affinity = in_force(draft.parameters["affinity"], labels, period(entry.period.start).end)[0]
    frame = Frame(draft.states, draft.powers, draft.channels, affinity)
    return Case(
        name=entry.name,
        title=entry.title,
        about=entry.about,
        rest=entry.rest,
        path=draft.path,
        digest=digest(draft),
        states=draft.states,
        powers=draft.powers,
        channels=draft.channels,
        actors=FrozenDict({row.id: row for row in draft.tables["actors"]}),
        start=entry.period.start,
        end=entry.period.end,
        years=tuple(range(int(entry.years[0]), int(entry.years[-1]) + 1)),
        tables=FrozenDict(draft.tables),
        channel_entries=entry.channels,
        attributes=entry.attributes,
        kinds=FrozenDict(draft.kinds),
        parameters=FrozenDict(draft.parameters),
        decisions=decisions(draft.questions, draft.kinds, frame),
        scenarios=_scenarios(draft, entry, frame),
        sources=FrozenDict(draft.sources),
        ledger=entry.ledger,
        dimensions=labels,
        _numbers=_numbers(draft),
        _places=_places(draft),
        _ties=Readings.of_ties(draft.tables["ties"]),
        _attributes=Readings.of_attributes(draft.tables["attributes"]),
    )


def _scenarios(draft: Draft, entry: CaseEntry, frame: Frame) -> FrozenDict[str, Scenario]:
    first, last = entry.period.start, entry.period.end
    return FrozenDict(
        {
            name: Scenario(
                name=name,
                title=scenario.title,
                asks=scenario.asks,
                extends=scenario.extends,
                shocks=tuple(shock_of(shock, scenario, first, last) for shock in scenario.shocks),
                decisions=decisions(scenario.decisions, draft.kinds, frame),
                ledger=scenario.ledger,
                source=scenario.source,
                note=scenario.note,
            )
            for name, scenario in draft.scenarios.items()
        }
    )


def _numbers(draft: Draft) -> FrozenDict[str, int]:
    counts = dict.fromkeys(KINDS, 0)
    for quantity, *_ in quantities(draft):
        if quantity.value is not None:
            counts[quantity.kind] += 1
    return FrozenDict(counts)


def _places(draft: Draft) -> FrozenDict[str, tuple[str, ...]]:
    places: dict[str, list[str]] = {id_: [] for id_ in draft.case.ledger} if draft.case else {}
    for place in draft_places(draft):
        places.setdefault(place.id, []).append(place.text)
    return FrozenDict({id_: tuple(dict.fromkeys(texts)) for id_, texts in places.items()})
