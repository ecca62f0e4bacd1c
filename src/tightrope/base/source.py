"""Sources, read from BibTeX, each with the line where it stands.

The reader is strict: what it does not understand becomes a problem with its line, because a lenient
one drops a broken entry without a word. LaTeX letters are turned into plain ones by `bibtexparser`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .errors import Problem
from .frozen import FrozenDict

__all__ = ["Source", "read_sources"]

_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_KEY = re.compile(r"\s*([^\s,{}()\"#%'=]+)\s*(?=[,})])")
_FIELD = re.compile(r"[\s,]*([A-Za-z][\w:.+/-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,{}()\"#]+")
_SKIPPED = ("comment", "preamble")


@dataclass(frozen=True)
class Source:
    """Where something can be looked up.

    Parameters
    ----------
    key
        What the case cites it by.
    title, author, publisher, year, date, url, note
        As in the BibTeX entry; empty where it says nothing.
    type
        BibTeX type, such as `article`.
    fields
        All fields of the entry.
    line
        Line of the entry in its file.
    """

    key: str
    title: str
    author: str = ""
    publisher: str = ""
    year: str = ""
    date: str = ""
    url: str = ""
    note: str = ""
    type: str = "misc"
    fields: FrozenDict[str, str] = field(default_factory=FrozenDict, repr=False)
    line: int = field(default=0, compare=False)


class _BrokenError(Exception):
    """Reading an entry cannot go on at a position."""

    def __init__(self, position: int, value: str, expected: str, remedy: str) -> None:
        super().__init__(value)
        self.position, self.value, self.expected, self.remedy = position, value, expected, remedy


def read_sources(text: str, file: str = "sources.bib") -> tuple[dict[str, Source], list[Problem]]:
    """Read a BibTeX file.

    Parameters
    ----------
    text
        Its contents.
    file
        Its name, for messages.

    Returns
    -------
    sources
        By key, in the order of the file; broken entries are left out.
    problems
        What was wrong.
    """
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    strings: dict[str, str] = {}
    starts = list(re.finditer(r"^[ \t]*@", text, re.MULTILINE))
    bounds = [match.end() - 1 for match in starts] + [len(text)]
    lines = _line_numbers(text, bounds)
    for start, stop, line in zip(bounds, bounds[1:], lines, strict=False):
        try:
            source = _entry(text[start:stop], line, strings)
            if source is not None and source.key in sources:
                first = sources[source.key].line
                raise _BrokenError(
                    0, source.key, f"each key once; line {first} has it", "Delete or rename one of the two."
                )
        except _BrokenError as broken:
            at = line + text.count("\n", start, start + broken.position)
            problems.append(Problem(file, at, broken.value[:80], broken.expected, broken.remedy, "BibTeX entry"))
            continue
        if source is not None:
            sources[source.key] = source
    return sources, problems


def _line_numbers(text: str, positions: list[int]) -> list[int]:
    numbers, line, last = [], 1, 0
    for position in positions:
        line += text.count("\n", last, position)
        last = position
        numbers.append(line)
    return numbers


def _entry(text: str, line: int, strings: dict[str, str]) -> Source | None:
    head = _ENTRY.match(text)
    if head is None:
        raise _BrokenError(
            0, text.split("\n", 1)[0], "an entry such as @misc{key, title = {...}}", "Write type and brace after the @."
        )
    kind = head[1].lower()
    if kind in _SKIPPED:
        return None
    if kind == "string":
        strings.update(_fields(text, head.end(), strings))
        return None
    key = _KEY.match(text, head.end())
    if key is None:
        raise _BrokenError(0, text.split("\n", 1)[0], "a key and a comma after the brace", "Give the entry a key.")
    fields = dict(_fields(text, key.end(), strings))
    if not fields.get("title"):
        raise _BrokenError(0, key[1], "a title", "Add title = {...}.")
    year = fields.get("year", "") or fields.get("date", "")[:4]
    publisher = next(
        (fields[name] for name in ("publisher", "institution", "journal", "organization") if fields.get(name)), ""
    )
    return Source(
        key=key[1],
        title=fields["title"],
        author=fields.get("author", ""),
        publisher=publisher,
        year=year,
        date=fields.get("date", ""),
        url=fields.get("url", ""),
        note=fields.get("note", ""),
        type=kind,
        fields=FrozenDict(fields),
        line=line,
    )


def _fields(text: str, position: int, strings: dict[str, str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    while True:
        rest = re.compile(r"[\s,]*").match(text, position)
        position = rest.end() if rest else position
        if position >= len(text):
            raise _BrokenError(
                0,
                text.split("\n", 1)[0],
                "a closing brace at the end of the entry",
                "Close every brace that is opened.",
            )
        if text[position] in "})":
            return
        name = _FIELD.match(text, position)
        if name is None:
            value = text[position : position + 40].split("\n", 1)[0]
            raise _BrokenError(
                position, value, "name = {value}, ...", "Separate fields with commas and put values in braces."
            )
        label = name[1].lower()
        if label in seen:
            raise _BrokenError(position, label, "each field once in an entry", "Delete one of the two.")
        seen.add(label)
        value, position = _value(text, name.end(), strings)
        yield label, _plain(value)


def _value(text: str, position: int, strings: dict[str, str]) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        opening = text[position : position + 1]
        if opening in ("{", '"') and opening:
            end = _closing(text, position)
            parts.append(text[position + 1 : end])
            position = end + 1
        else:
            bare = _BARE.match(text, position)
            if bare is None:
                raise _BrokenError(position, opening or "end of file", "a value in braces", "Write name = {value}.")
            word = bare[0]
            if not word.isdigit() and word.lower() not in strings:
                raise _BrokenError(
                    position, word, "a value in braces", "Put the value in braces, or define it with @string."
                )
            parts.append(strings.get(word.lower(), word))
            position = bare.end()
        joined = re.compile(r"\s*#\s*").match(text, position)
        if joined is None:
            return "".join(parts), position
        position = joined.end()


def _closing(text: str, position: int) -> int:
    """Position of the brace or quote that ends the value which begins at `position`."""
    quoted = text[position] == '"'
    depth = 0 if quoted else 1
    for mark in re.compile(r'\\.|[{}"]', re.DOTALL).finditer(text, position + 1):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0 and not quoted:
                return mark.start()
        elif mark[0] == '"' and quoted and depth == 0:
            return mark.start()
    raise _BrokenError(
        position,
        text[position : position + 40].split("\n", 1)[0],
        "a value that is closed",
        "Close the brace or quote.",
    )


def _plain(value: str) -> str:
    if "\\" in value:
        from bibtexparser.latexenc import latex_to_unicode  # only where an entry needs it

        value = latex_to_unicode(value)
    return " ".join(value.replace("{", "").replace("}", "").split())
