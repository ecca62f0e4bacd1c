"""Who bargains: what each actor weighs, wants, and cares, read from a table."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tightrope.base import Problem, TightropeError, read_only, suggestion

__all__ = ["COLUMNS", "Actors", "read_actors"]

COLUMNS = ("actor", "capability", "position", "salience")


@dataclass(frozen=True, eq=False)
class Actors:
    """Actors in one bargain over one issue.

    Parameters
    ----------
    names
        One name for each actor.
    capability
        (actor,), what each could bring to bear, any unit; at least 0, and some above 0.
    position
        (actor,), what each wants, on the scale of the issue.
    salience
        (actor,), how much each cares, 0 to 1.
    is_percent
        Whether the file gave saliences per cent.
    set_aside
        What of the file was not used, and how often.

    Raises
    ------
    TightropeError
        If there are fewer than two actors, a number is out of bounds, or all want the same.
    """

    names: tuple[str, ...]
    capability: NDArray[np.float64]
    position: NDArray[np.float64]
    salience: NDArray[np.float64]
    is_percent: bool = False
    set_aside: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in COLUMNS[1:]:
            object.__setattr__(self, name, read_only(getattr(self, name)))
        shapes = {getattr(self, name).shape for name in COLUMNS[1:]}
        if shapes != {(len(self.names),)}:
            raise TightropeError(f"{len(self.names)} actors, but columns of shape {sorted(shapes)}; give one each.")
        if wrong := self._wrong():
            raise TightropeError(wrong)

    def _wrong(self) -> str:
        if len(self.names) < 2:
            return f"{len(self.names)} actors: bargaining takes at least two."
        numbers = np.stack([self.capability, self.position, self.salience])
        if not np.isfinite(numbers).all():
            return f"{self.names[int(np.argmin(np.isfinite(numbers).all(axis=0)))]}: every number must be known."
        if self.capability.min() < 0 or self.capability.max() <= 0:
            return "Capabilities must be at least 0, and one of them above 0."
        if self.salience.min() < 0 or self.salience.max() > 1:
            return "Saliences must lie between 0 and 1."
        if not (self.capability * self.salience).any():
            return "No actor has both capability and salience: none counts. Give at least one of them both."
        if self.range <= 0 or not math.isfinite(self.range):
            return f"All actors want {self.position[0]:g}: there is nothing to bargain over."
        return ""

    @property
    def range(self) -> float:
        """Distance between the two most distant positions, on the scale of the issue."""
        return float(np.ptp(self.position))

    @property
    def weight(self) -> NDArray[np.float64]:
        """(actor,), capability times salience: what an actor's voice counts."""
        found: NDArray[np.float64] = self.capability * self.salience
        return found


def read_actors(path: Path | str) -> Actors:
    """Read actors from a CSV file `actor,capability,position,salience`.

    Saliences are shares, 0 to 1, or, if any is above 1, all of them per cent; `Actors.is_percent` tells which.

    Parameters
    ----------
    path
        The file, UTF-8. Further columns are set aside with their names.

    Returns
    -------
    actors
        In the order of the file.

    Raises
    ------
    TightropeError
        With every problem of the file, by line.
    """
    rows = _rows(Path(path))
    file = Path(path).name
    header = [name.strip() for name in rows[0][1]]
    if missing := [name for name in COLUMNS if header.count(name) != 1]:
        raise TightropeError(f"{path}: the first line does not name the columns.", _columns(file, header, missing))
    place = {name: header.index(name) for name in COLUMNS}
    lines = [(line, cells) for line, cells in rows[1:] if any(cell.strip() for cell in cells)]
    problems = [problem for line, cells in lines for problem in _problems(file, line, cells, header, place)]
    if not problems:
        problems = list(_twice(file, lines, place["actor"]))
    if problems:
        raise TightropeError(f"{path} cannot be used as it is.", problems)
    numbers = {name: np.array([float(cells[place[name]]) for _, cells in lines]) for name in COLUMNS[1:]}
    aside = {f"column not used: {name or '(no name)'}": len(lines) for name in header if name not in COLUMNS}
    is_percent = bool(lines) and bool(numbers["salience"].max() > 1)
    if is_percent:
        numbers["salience"] = numbers["salience"] / 100
    names = tuple(cells[place["actor"]].strip() for _, cells in lines)
    try:
        return Actors(names, **numbers, is_percent=is_percent, set_aside=aside)
    except TightropeError as error:
        raise TightropeError(f"{path}: {error.message}") from None


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            rows = [(reader.line_num, cells) for cells in reader if cells]
    except OSError as error:
        raise TightropeError(f"{path} cannot be read: {error.strerror}. Name a CSV file {','.join(COLUMNS)}.") from None
    except UnicodeDecodeError as error:
        raise TightropeError(f"{path} is not UTF-8 (byte {error.start}). Save it as CSV, UTF-8.") from None
    except csv.Error as error:
        raise TightropeError(f"{path} is no CSV file: {error}. Save it as CSV, UTF-8.") from None
    if not rows:
        raise TightropeError(f"{path} is empty. Its first line must be {','.join(COLUMNS)}.")
    return rows


def _columns(file: str, header: list[str], missing: list[str]) -> Iterator[Problem]:
    for name in missing:
        often = header.count(name)
        value = f"stands {often} times" if often else "is missing"
        remedy = "Keep one of them." if often else suggestion(name, [h for h in header if h not in COLUMNS])
        if len(header) == 1 and ";" in header[0]:
            remedy = "Separate the cells by commas."
        yield Problem(file, 1, value, f"one column `{name}` among {','.join(header)}", remedy, name)


def _problems(file: str, line: int, cells: list[str], header: list[str], place: Mapping[str, int]) -> Iterator[Problem]:
    if len(cells) != len(header):
        yield Problem(file, line, f"{len(cells)} cells", f"{len(header)}", "Quote names with commas.", "row")
        return
    if not cells[place["actor"]].strip():
        yield Problem(file, line, "", "a name", "Name the actor.", "actor")
    for name, (low, high, wanted) in _BOUNDS.items():
        text = cells[place[name]].strip()
        number = _number(text)
        if number is None or not low <= number <= high:
            yield Problem(file, line, text, wanted, "Correct the cell, or leave the actor out.", name)


_BOUNDS = {
    "capability": (0.0, math.inf, "a number of at least 0"),
    "position": (-math.inf, math.inf, "a number"),
    "salience": (0.0, 100.0, "a share from 0 to 1, or per cent up to 100"),
}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _twice(file: str, lines: list[tuple[int, list[str]]], place: int) -> Iterator[Problem]:
    often = Counter(cells[place].strip() for _, cells in lines)
    seen: set[str] = set()
    for line, cells in lines:
        name = cells[place].strip()
        if often[name] > 1 and name in seen:
            yield Problem(file, line, name, "each actor once", "Keep one of the rows.", "actor")
        seen.add(name)
