"""Rows of the case's tables: numbers as text, source keys, and replacing the rows that a script owns."""

from __future__ import annotations

import csv
import hashlib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

QUANTITY = ["value", "unit", "low", "high", "kind", "source", "how", "why", "chosen", "ledger"]
TIES = ["state", "power", "channel", "period", *QUANTITY]
ATTRIBUTES = ["attribute", "actor", "partner", "period", *QUANTITY]

Row = dict[str, str]


def text(number: float | str | None, digits: int = 6) -> str:
    """Write a number, whole ones in full, others with at most `digits` significant digits; unknown becomes empty.

    >>> [text(x) for x in (1 / 3, 1234567.0, 1234567.8, None, float("nan"), "x")]
    ['0.333333', '1234567', '1234570', '', '', 'x']
    """
    if number is None or isinstance(number, str):
        return number or ""
    if math.isnan(number):
        return ""
    number = float(number) if number == int(number) else float(f"{number:.{digits}g}")
    return str(int(number)) if number == int(number) else repr(number)


@dataclass
class Sources:
    """BibTeX entries by key; a source is known by its title and the place where it was found."""

    entries: dict[str, str] = field(default_factory=dict)

    def key(self, title: str, publisher: str, date: str, where: str, note: str = "") -> str:
        """Return the key of a source and remember its entry."""
        year = found.group(0) if (found := re.search(r"(1[89]|20)\d\d", date or "")) else ""
        words = [word for word in re.findall(r"\w+", publisher) if word.lower() not in ("the", "a", "of")]
        digest = hashlib.sha256(f"{title.strip()}|{where.strip()}".encode()).hexdigest()[:6]
        key = f"{_slug(words[0] if words else 'anon')}_{year or 'nd'}_{digest}"
        fields = {"title": title, "publisher": publisher, "year": year, "date": date, "url": where, "note": note}
        body = ",\n".join(f"  {name} = {{{_tex(value)}}}" for name, value in fields.items() if value)
        self.entries[key] = f"@misc{{{key},\n{body}\n}}\n"
        return key


def _slug(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    return "".join(re.findall(r"[a-z0-9]+", plain)[:1]) or "anon"


def _tex(value: str) -> str:
    return re.sub(r"\s+", " ", value.replace("{", "(").replace("}", ")").replace("\\", "/")).strip()


def write(path: Path, header: list[str], rows: Iterable[Row]) -> None:
    """Write a table with the given header; cells that a row lacks stay empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, header, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def read(path: Path) -> list[Row]:
    """Read a table; an absent file has no rows."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def replace(path: Path, header: list[str], rows: list[Row], owned: Callable[[Row], bool]) -> None:
    """Put `rows` in the place of the owned rows of a table; the table stays sorted by its first four columns."""
    kept = [row for row in read(path) if not owned(row)]
    write(
        path,
        header,
        sorted(kept + rows, key=lambda row: (*(row[name] for name in header[:4]), row["source"], row["value"])),
    )
