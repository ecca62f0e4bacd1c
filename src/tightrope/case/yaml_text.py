"""YAML to plain mappings, lists and texts that know their line.

Every scalar stays the text that was written: the model that takes it says whether it is a number. So
`NO`, `2021Q4` and `1e3` cannot turn into something else on the way. Anchors, aliases, tags and deep
nesting are refused: a case needs none, and they are how a small file becomes a huge one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tightrope.base import Problem

__all__ = ["DEPTH_LIMIT", "YamlList", "YamlMapping", "YamlText", "read_yaml"]

DEPTH_LIMIT = 24
"""Levels of nesting that a file may have."""

_NULL = ("", "~", "null", "Null", "NULL")


class YamlText(str):
    """A scalar with its place."""

    line: int
    column: int


class YamlList(list[Any]):
    """A sequence with its place."""

    line: int
    column: int


class YamlMapping(dict[str, Any]):
    """A mapping with its place and the line of each key."""

    file: str
    line: int
    column: int
    lines: dict[str, int]


class _RefusedError(Exception):
    def __init__(self, line: int, value: str, expected: str, remedy: str) -> None:
        super().__init__(value)
        self.line, self.value, self.expected, self.remedy = line, value, expected, remedy


def read_yaml(text: str, file: str, *, pure: bool = False) -> tuple[YamlMapping | None, list[Problem]]:
    """Read one YAML document whose top is a mapping.

    Parameters
    ----------
    text
        Contents of the file.
    file
        Its name, for messages.
    pure
        Whether to use the parser in Python even where the one in C is installed.

    Returns
    -------
    mapping
        None where the file is refused.
    problems
        Why, or keys that stand twice.
    """
    problems: list[Problem] = []
    try:
        top = _build(YAML(typ="safe", pure=pure).parse(text), file, problems)
    except _RefusedError as refused:
        problems.append(Problem(file, refused.line, refused.value, refused.expected, refused.remedy, "YAML"))
        return None, problems
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        problems.append(Problem(file, line, _source_line(text, line), f"YAML ({said})", _remedy(said), "YAML"))
        return None, problems
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # the parser in Python gives up on some broken texts with a bare built-in error
        problems.append(
            Problem(file, 0, f"{type(error).__name__} {error}"[:120], "YAML 1.2", "Correct the file.", "YAML")
        )
        return None, problems
    if not isinstance(top, YamlMapping):
        shown = "an empty file" if top is None else f"a {'list' if isinstance(top, list) else 'text'}"
        problems.append(Problem(file, 1, shown, "keys with values, such as `name: ...`", "Write the keys.", "YAML"))
        return None, problems
    return top, problems


def _source_line(text: str, line: int) -> str:
    lines = text.split("\n", line)
    return lines[line - 1].strip()[:60] if 0 < line <= len(lines) else "end of file"


def _remedy(said: str) -> str:
    if "\\t" in said or "tab" in said:
        return "Indent with spaces."
    if "mapping values" in said:
        return "Quote a text that holds a colon followed by a space."
    return "Check indentation, brackets, quotes and colons up to here."


def _build(events: Iterator[Any], file: str, problems: list[Problem]) -> Any:
    top: Any = None
    documents = 0
    stack: list[tuple[Any, Any]] = []  # (container, key that waits for its value)
    for event in events:
        kind = type(event)
        if kind is ScalarEvent:
            line = event.start_mark.line + 1
            _refuse_extras(event, line)
            value: Any = None
            if event.value not in _NULL or event.style:
                value = YamlText(event.value)
                value.line, value.column = line, event.start_mark.column + 1
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            line = event.start_mark.line + 1
            _refuse_extras(event, line)
            if len(stack) >= DEPTH_LIMIT:
                raise _RefusedError(line, f"more than {DEPTH_LIMIT} levels", "shallow nesting", "Write it flatter.")
            container: Any = YamlMapping() if kind is MappingStartEvent else YamlList()
            container.line, container.column = line, event.start_mark.column + 1
            if kind is MappingStartEvent:
                container.file, container.lines = file, {}
            stack.append((container, _NO_KEY))
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            value, _ = stack.pop()
        elif kind is AliasEvent:
            raise _RefusedError(event.start_mark.line + 1, f"*{event.anchor}", "no aliases", "Write the value out.")
        else:
            documents += kind is DocumentStartEvent
            if documents > 1:
                raise _RefusedError(event.start_mark.line + 1, "---", "one document in a file", "Delete the line.")
            continue
        if not stack:
            top = value
        else:
            stack[-1] = _placed(stack[-1], value, event, file, problems)
    return top


_NO_KEY = object()


def _placed(level: tuple[Any, Any], value: Any, event: Any, file: str, problems: list[Problem]) -> tuple[Any, Any]:
    container, key = level
    if isinstance(container, YamlList):
        container.append(value)
        return level
    line = event.start_mark.line + 1
    if key is _NO_KEY:
        if not isinstance(value, str | None):
            raise _RefusedError(line, "a key that is a list or mapping", "a word before the colon", "Write one word.")
        key = "" if value is None else str(value)
        if key in container.lines:
            first = container.lines[key]
            problems.append(
                Problem(file, line, key, f"each key once; line {first} has it", "Delete or rename one.", "key")
            )
        container.lines[key] = line
        return container, key
    container[key] = value
    return container, _NO_KEY


def _refuse_extras(event: Any, line: int) -> None:
    if event.anchor:
        raise _RefusedError(line, f"&{event.anchor}", "no anchors", "Write the value out where it is needed.")
    tag = event.tag
    if tag is not None and str(tag) != "!":
        raise _RefusedError(line, str(tag)[:60], "no tags", "Delete the tag.")
