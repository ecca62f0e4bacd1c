"""A new case that checks clean and runs, to be filled with figures."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tightrope.base import CaseError, Source

from .case import Case
from .documents import ParameterRow
from .load import built_in_cases, check_case, load_case
from .neutral import REGIONAL, neutral_attributes, neutral_parameter, neutral_ties
from .schema import OPTIONAL, TABLES, columns
from .values import Identifier

__all__ = ["new_case"]


def new_case(
    directory: str | Path, states: Sequence[str], powers: Sequence[str], *, like: str | Path | Case | None = None
) -> Path:
    """Write a case for other states and powers.

    What belongs to no region (codebook, mechanisms, most parameters) is copied; every number about a state or a
    power is a placeholder, `assumed` with a range and a reason. The folder appears whole or not at all.

    Parameters
    ----------
    directory
        Folder to make; it may exist if it is empty.
    states, powers
        Ids in capitals, such as ISO 3166 codes.
    like
        Case to copy from; the first built-in one by default.

    Returns
    -------
    path
        The folder.
    """
    if "\0" in str(directory):
        raise CaseError("The name of a folder cannot hold a NUL character. Choose another.")
    target = Path(directory).absolute()
    _check_ids(states, powers)
    _check_target(target)
    case = like if isinstance(like, Case) else load_case(like or next(iter(built_in_cases())))
    draft = target.parent / f".{target.name}.{os.getpid()}.part"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir()
        for name, text in _texts(case, target.name, states, powers).items():
            path = draft / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        problems = check_case(draft)
        if problems:
            raise CaseError(f"A case made from {case.name} does not check clean; repair {case.name} first:", problems)
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except OSError as error:
        raise CaseError(f"Cannot write {target}: {error.strerror or error}. Choose another folder.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _check_ids(states: Sequence[str], powers: Sequence[str]) -> None:
    ids = [*states, *powers]
    if not states or not powers:
        raise CaseError("A case needs at least one state and one power.")
    for one in ids:
        try:
            TypeAdapter(Identifier).validate_python(one)
        except ValidationError as invalid:
            what = invalid.errors(include_url=False)[0].get("ctx", {}).get("what", "an id")
            raise CaseError(f"`{one}` cannot be the id of an actor. Expected {what}.") from None
        if ids.count(one) > 1:
            raise CaseError(f"`{one}` is named twice. An actor is either a state or a power, once.")


def _check_target(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise CaseError(f"{target} is there and no folder. Choose another name.")
    if target.is_dir() and any(target.iterdir()):
        raise CaseError(f"{target} is not empty. Choose another folder, or empty this one.")


def _texts(case: Case, name: str, states: Sequence[str], powers: Sequence[str]) -> dict[str, str]:
    """Contents of every file of the new case."""
    year = int(case.start[:4])
    parameters = _parameters(case, states, powers)
    tables: dict[str, Iterable[Mapping[str, str]]] = {table: () for table in TABLES if table not in OPTIONAL}
    tables["actors"] = _actors(case, states, powers)
    tables["ties"] = neutral_ties(case, states, powers, year)
    tables["attributes"] = neutral_attributes(case, states, powers, year)
    tables["mechanisms"] = [_cells(row, "mechanisms") for row in case.tables["mechanisms"]]
    cited = {key for row in case.tables["mechanisms"] for key in row.source}
    cited |= {key for kind in case.kinds.values() for key in kind.source}
    cited |= {key for entry in case.parameters.values() for row in _copied(entry) for key in row.source}
    return {
        "case.yaml": _case_yaml(case, name, year),
        "sources.bib": _bibtex(case.sources[key] for key in sorted(cited)),
        "codebook.yaml": (case.path / "codebook.yaml").read_text(encoding="utf-8"),
        "decisions.yaml": _decisions_yaml(case, states, powers),
        "scenarios/history.yaml": _HISTORY,
        **parameters,
        **{f"{table}.csv": _csv(table, rows) for table, rows in tables.items()},
    }


_HISTORY = """# What happened. Add the shocks that came from outside, for instance:
#   - {what: aggression, power: AAA, set: 2.0, low: 1.5, high: 3.0, from: 2022Q1, kind: assumed, why: ...}
name: history
title: What happened
shocks: []
"""


def _case_yaml(case: Case, name: str, year: int) -> str:
    lines = [
        f"name: {_text(name)}",
        f"title: {_text(name)}",
        "about: To be written. Figures are placeholders until they have a source.",
        f"period: {{start: {case.start}, end: {case.end}}}",
        f"years: [{year}, {year}]",
        "ledger: []",
        f"rest: {_text('the share of all partners that are no power of the case')}",
        "channels:",
    ]
    for channel in case.channel_entries:
        lines.append(f"  - {_flow(channel, ('id', 'title', 'carry', 'meaning'))}")
    lines.append("attributes:")
    for attribute, entry in case.attributes.items():
        lines.append(f"  {attribute}: {_flow(entry, ('unit', 'partner', 'meaning'))}")
    return "\n".join(lines) + "\n"


def _decisions_yaml(case: Case, states: Sequence[str], powers: Sequence[str]) -> str:
    kind, entry = next(iter(case.kinds.items()))
    roles = ", ".join(f"{role}: [{powers[0] if place == 0 else ''}]" for place, role in enumerate(entry.roles))
    return "\n".join(
        [
            "# One question as an example; replace it.",
            "questions:",
            "  - id: example",
            f"    date: {case.start}",
            f"    kind: {kind}",
            f"    roles: {{{roles}}}",
            f"    question: {_text(entry.meaning)}",
            "    answers:",
            f"      {states[0]}: {{option: unknown, why: example}}",
            "",
        ]
    )


def _parameters(case: Case, states: Sequence[str], powers: Sequence[str]) -> dict[str, str]:
    """Texts of the parameter files, under the names they have in the case copied from."""
    files: dict[str, list[str]] = {}
    for name, entry in case.parameters.items():
        lines = files.setdefault(entry.file, [])
        lines += [f"{name}:", f"  meaning: {_text(entry.meaning)}", f"  unit: {_text(entry.unit)}"]
        lines += [f"  dims: [{', '.join(entry.dims)}]", *(["  symmetric: true"] if name == "affinity" else [])]
        lines.append("  values:")
        if _is_regional(entry):
            lines.append("    always:")
            for at, cells in neutral_parameter(case, name, states, powers):
                lines.append(f"      - {_flow({'at': at, **cells})}")
        else:
            for date, rows in entry.values.items():
                lines += [f"    {date}:", *(f"      - {_flow(row, _ROW)}" for row in rows)]
    return {file: "\n".join(lines) + "\n" for file, lines in files.items()}


_ROW = ("at", "value", "low", "high", "kind", "source", "how", "why", "note")


def _is_regional(entry: Any) -> bool:
    return any(dim in REGIONAL for dim in entry.dims)


def _copied(entry: Any) -> list[ParameterRow]:
    return [] if _is_regional(entry) else [row for rows in entry.values.values() for row in rows]


def _actors(case: Case, states: Sequence[str], powers: Sequence[str]) -> list[dict[str, str]]:
    rows = []
    for role, ids in (("state", states), ("power", powers)):
        colours = cycle(row.colour for row in case.tables["actors"] if row.role == role)
        rows += [{"id": one, "name": one, "role": role, "colour": next(colours)} for one in ids]
    return rows


def _cells(row: Any, table: str) -> dict[str, str]:
    values = {column.name: getattr(row, column.name) for column in columns(table) if column.name != "ledger"}
    return {name: ";".join(value) if isinstance(value, tuple) else str(value) for name, value in values.items()}


def _csv(table: str, rows: Iterable[Mapping[str, str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, [column.name for column in columns(table)], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _bibtex(sources: Iterable[Source]) -> str:
    entries = []
    for source in sources:
        fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in source.fields.items())
        entries.append(f"@{source.type}{{{source.key},\n{fields}\n}}\n")
    return "% Each source once; every key that a file cites, and no other.\n\n" + "\n".join(entries)


def _flow(entry: Any, names: Sequence[str] = ()) -> str:
    """A mapping in one line of YAML; empty values are left out."""
    values = {name: getattr(entry, name) for name in names} if names else entry
    parts = [f"{name}: {_value(name, value)}" for name, value in values.items() if value not in (None, "", ())]
    return "{" + ", ".join(parts) + "}"


def _value(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_text(one) for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.12g}"
    return value if name in ("value", "low", "high") else _text(value)


def _text(value: str) -> str:
    """A text as YAML reads it back: plain words stay plain, all else is quoted."""
    plain = value.isidentifier() and value.isascii() and value not in ("null", "Null", "NULL")
    return value if plain else json.dumps(value, ensure_ascii=False)
