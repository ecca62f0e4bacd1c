"""Twelve characters that say which data a case holds.

They do not depend on line ends, spaces, comments, or the order of rows and keys where order means nothing.
Order means something in actors.csv (it is the order of states and powers), among channels, kinds, options and
shocks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from .documents import KindEntry
from .draft import Draft
from .rows import Row
from .schema import OPTIONAL

__all__ = ["digest"]

_PLACE = ("file", "line", "lines")


def digest(draft: Draft) -> str:
    """Digest of everything in a draft.

    Parameters
    ----------
    draft
        What was read; it passed the checks.

    Returns
    -------
    digest
        First 12 hexadecimal digits of a SHA-256.
    """
    total = hashlib.sha256()
    for part in _parts(draft):
        total.update(part.encode())
        total.update(b"\n")
    return total.hexdigest()[:12]


def _parts(draft: Draft) -> Iterator[str]:
    yield _text(draft.case)
    for table, rows in draft.tables.items():
        if table == "actors":
            yield from map(_text, rows)
        elif rows or table not in OPTIONAL:
            yield from _sorted(table, rows)
    yield _text({source.key: dict(source.fields) | {"type": source.type} for source in draft.sources.values()})
    yield _text(list(draft.kinds.items()))
    yield from _sorted("questions", draft.questions)
    for name, parameter in sorted(draft.parameters.items()):
        yield _text([name, parameter.meaning, parameter.unit, parameter.dims, parameter.symmetric, parameter.note])
        for date, values in sorted(parameter.values.items()):
            yield from _sorted(date, values)
    for name, scenario in sorted(draft.scenarios.items()):
        yield _text([name, scenario.model_copy(update={"decisions": ()})])
        yield from _sorted(name, scenario.decisions)


def _sorted(name: str, entries: Iterable[BaseModel]) -> Iterator[str]:
    texts = sorted(_text(entry) for entry in entries)
    yield f"{name} {len(texts)}"
    yield from texts


def _text(value: Any) -> str:
    if isinstance(value, Row):  # thousands of them, so the short way
        return repr([item for name, item in value.__dict__.items() if name not in _PLACE]).replace("\\r\\n", "\\n")
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Lists, dicts, texts and numbers only, without places."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, BaseModel):
        plain = {name: _plain(item) for name, item in value.__dict__.items() if name not in _PLACE}
        if isinstance(value, KindEntry):
            plain["options"] = [[name, _plain(option)] for name, option in value.options.items()]
        return plain
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
