"""Read roll calls from the four formats in which people keep them, as one tidy table of who voted how on what."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from tightrope.base import FrozenDict, Problem, TightropeError

__all__ = ["RollCalls", "opening", "roll_calls", "session_of", "state_codes"]

CODES = {
    **dict.fromkeys(("y", "yes", "1"), 1),
    **dict.fromkeys(("a", "abstain", "abstention", "2"), 2),
    **dict.fromkeys(("n", "no", "3"), 3),
    **dict.fromkeys(("x", "nv", "absent", "non-voting", "not voting", "8"), 8),
    "9": 9,
}
"""What a file may call a vote, and what it is here: 1 yes, 2 abstain, 3 no, 8 absent, 9 no member."""

# What the columns are called in one release or another, the best first.
NAMES: dict[str, tuple[str, ...]] = {
    "roll": ("undl_id", "rcid", "resid", "roll", "roll_call", "resolution"),
    "iso3": ("ms_code", "iso3", "iso3c", "iso_code", "countrycode", "state"),
    "cow": ("ccode", "cow", "cown"),
    "vote": ("ms_vote", "vote"),
    "date": ("date", "vote_date", "voting_date"),
    "session": ("session",),
    "resolution": ("resolution", "unres", "symbol"),
    "title": ("title", "descr", "description"),
    "item": ("agenda_title", "short", "item", "agenda"),
    "issue": ("issue", "subjects", "topic"),
    "para": ("para", "paragraph"),
    "amend": ("amend", "amendment"),
}
TEXTS = ("resolution", "title", "item", "issue")
FLAGS = ("me", "nu", "di", "hr", "co", "ec")
"""Issue flags of the wide Bailey-Strezhnev-Voeten file: Middle East, nuclear, disarmament, human rights, colonialism, economy."""

EXPECTED = (
    "the UN Digital Library CSV (undl_id, ms_code, ms_vote, date, ...), the Bailey-Strezhnev-Voeten long (rcid or resid, "
    "ccode, date, vote) or wide file (rcid, date, one column per ISO-3 state), or a tidy table (resolution, date, iso3, vote)"
)


@dataclass(frozen=True)
class RollCalls:
    """Roll calls as two tidy tables.

    Parameters
    ----------
    rolls
        One row per roll call: `id, date, session, resolution, title, item, issue, part`; text is empty where the file has
        none; `part` is True for a vote on a paragraph or an amendment, as far as the file says so.
    votes
        One row per recorded vote: `roll` (position in `rolls`), `state` (ISO-3), `vote` (1, 2, 3, 8 or 9).
    set_aside
        What was not used: reason and count. A reason says what it counts, votes or roll calls.
    format
        Which of the formats the file is in.
    """

    rolls: pd.DataFrame
    votes: pd.DataFrame
    set_aside: Mapping[str, int]
    format: str


@cache
def state_codes() -> tuple[Mapping[str, str], Mapping[int, str]]:
    """Return the ISO-3 code now in use for each ISO-3 code, and for each Correlates of War number.

    A state that was renamed keeps one code, as in the Bailey-Strezhnev-Voeten files: SUN is RUS, YUG and SCG are SRB.
    """
    by_iso: dict[str, str] = {}
    by_cow: dict[int, str] = {}
    with (Path(__file__).parent / "state_codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_iso[row["iso3"]] = row["now"] or row["iso3"]
            if row["cow"]:
                by_cow[int(row["cow"])] = row["iso3"]
    return FrozenDict(by_iso), FrozenDict(by_cow)


@cache
def opening(year: int) -> dt.date:
    """Day on which the Assembly's session of a year opens.

    Tuesday of the third week of September, counting from the first week that has a working day: rule 1 of the rules of
    procedure of the General Assembly. Before 2003 the rule named the third Tuesday; the two differ by a week at most.

    >>> opening(2011).isoformat(), opening(2018).isoformat()
    ('2011-09-13', '2018-09-18')
    """
    first = dt.date(year, 9, 1)
    tuesday = first + dt.timedelta(days=1 - first.weekday())
    return tuesday + dt.timedelta(weeks=3 if first.weekday() >= 5 else 2)


def session_of(date: dt.date) -> int:
    """Session of the General Assembly that a day belongs to: session n opens in September of 1945 + n.

    >>> session_of(dt.date(2022, 3, 2)), session_of(dt.date(2022, 10, 12)), session_of(dt.date(1992, 9, 3))
    (76, 77, 46)
    """
    return date.year - 1945 - (date < opening(date.year))


def roll_calls(path: Path, *, titles: Path | None = None, issues: Path | None = None) -> RollCalls:
    """Read roll calls from CSV, CSV.gz or Parquet in any of the four formats.

    Parameters
    ----------
    path
        The votes.
    titles
        Descriptions to join on `rcid` and date: `rcid, date, session, unres, amend, para, short, descr`.
    issues
        Issue codes to join on `rcid`: `rcid, short_name`, one row per roll call and issue.

    Returns
    -------
    roll_calls
        Rolls in the order of their dates, then of their ids.

    Assumes
    -------
    One id and one date are one roll call; an id that comes again with another date is another one (ids are not unique over
    the years) and carries its date. Two different votes of one state on one roll call are both set aside: nobody knows
    which is right.

    Source
    ------
    Codes and columns: [Voeten2013]_ and the codebooks beside the files.
    """
    sheet = _Sheet.read(path)
    found = _wide(sheet) if sheet.is_wide else _long(sheet)
    if titles is not None:
        _join_titles(found.rolls, _Sheet.read(titles))
    if issues is not None:
        _join_issues(found.rolls, _Sheet.read(issues))
    return found


class _Sheet:
    """A file as columns of text, with the names that its columns go by here."""

    def __init__(self, path: Path, columns: Mapping[str, np.ndarray], bad_lines: int) -> None:
        self.path = path
        self.columns = columns
        self.bad_lines = bad_lines
        lower = {name.strip().lower(): name for name in reversed(list(columns))}
        self.named = {
            ours: next(lower[name] for name in theirs if name in lower)
            for ours, theirs in NAMES.items()
            if any(name in lower for name in theirs)
        }
        known = state_codes()[0]
        self.states = [name for name in columns if name.strip() in known]

    @property
    def is_wide(self) -> bool:
        return bool(self.states) and "vote" not in self.named and {"roll", "date"} <= set(self.named)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[self.named[name]]

    def refuse(self, row: int, what: str, value: str, expected: str, remedy: str) -> TightropeError:
        line = row + (1 if self.path.suffix == ".parquet" else 2)
        return TightropeError(
            f"{self.path.name} cannot be used.", [Problem(str(self.path), line, value, expected, remedy, what)]
        )

    @classmethod
    def read(cls, path: Path) -> _Sheet:
        remedy = "Save it again as UTF-8 CSV, CSV.gz or Parquet."
        if not path.is_file():
            problem = Problem(str(path), 0, "no such file", "roll calls", "Check the path.", "file")
            raise TightropeError(f"{path} cannot be read.", [problem])
        database = duckdb.connect()
        try:
            if path.suffix == ".parquet":
                query = "SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)"
            else:
                query = "SELECT * FROM read_csv(?, all_varchar=true, header=true, store_rejects=true)"
            columns = database.execute(query, [str(path)]).fetchnumpy()
            bad = 0
            if path.suffix != ".parquet":
                counted = database.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchone()
                bad = counted[0] if counted else 0
        except duckdb.Error as error:
            problem = Problem(str(path), 0, str(error).splitlines()[0], "a table", remedy, "file")
            raise TightropeError(f"{path.name} cannot be read.", [problem]) from None
        finally:
            database.close()
        text = {name: _texts(values) for name, values in columns.items()}
        sheet = cls(path, text, bad)
        if not len(sheet):
            raise sheet.refuse(-1, "rows", "none", "at least one row", "Check that the export was not empty.")
        return sheet


def _texts(values: np.ndarray) -> np.ndarray:
    """Text or None, from the masked array that DuckDB gives."""
    text = np.array(np.ma.getdata(values), dtype=object)
    text[np.ma.getmaskarray(values)] = None
    return text


def _parsed(values: np.ndarray, parse: Callable[[str], Any]) -> tuple[np.ndarray, list[Any], list[str]]:
    """Parse each distinct text once: position per row (-1 for none), what it means (None if unknown), and the texts."""
    position, texts = pd.factorize(values)
    known = [str(text).strip() for text in texts]
    return np.asarray(position), [parse(text) for text in known], known


def _date(text: str) -> dt.date | None:
    found = re.match(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)", text)
    try:
        return dt.date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _iso(text: str) -> str | None:
    return state_codes()[0].get(text.upper())


def _cow(text: str) -> str | None:
    whole = text.removesuffix(".0")
    return state_codes()[1].get(int(whole)) if whole.isdigit() else None


def _whole(text: str) -> int | None:
    # `11emsp` is the eleventh emergency special session, and no number of a regular one
    found = re.fullmatch(r"(\d+)(?:\.0)?", text.strip())
    return int(found[1]) if found else None


def _vote(text: str) -> int | None:
    return CODES.get(text.lower().removesuffix(".0"))


class _Aside:
    """Rows that cannot be used: the first reason that applies to each, counted by what stood there."""

    def __init__(self, sheet: _Sheet) -> None:
        self.sheet = sheet
        self.good = np.ones(len(sheet), dtype=bool)
        self.count: Counter[str] = Counter()
        self.first: tuple[int, str, str] | None = None
        if sheet.bad_lines:
            self.count["lines that are no row of the table"] = sheet.bad_lines

    def unknown(self, what: str, position: np.ndarray, meaning: Sequence[Any], texts: Sequence[str]) -> None:
        bad = np.array([value is None for value in meaning] + [True])
        rows = self.good & bad[position]
        for at in (np.flatnonzero(np.bincount(position[rows] + 1, minlength=1)) - 1).tolist():
            value = texts[at] if at >= 0 else "empty"
            self.count[f"votes with an unknown {what}: {value[:40]}"] += int((position[rows] == at).sum())
        if rows.any() and self.first is None:
            row = int(rows.argmax())
            self.first = (row, what, texts[position[row]] if position[row] >= 0 else "empty")
        self.good &= ~rows

    def some_left(self) -> None:
        if not self.good.any():
            row, what, value = self.first or (0, "row", "unknown")
            raise self.sheet.refuse(
                row, what, value, EXPECTED, "No row of the file can be used; this is the first bad one."
            )


def _column(sheet: _Sheet, name: str) -> np.ndarray:
    return sheet[name] if name in sheet.named else np.full(len(sheet), None, dtype=object)


def _long(sheet: _Sheet) -> RollCalls:
    missing = [name for name in ("roll", "vote", "date") if name not in sheet.named]
    if missing or not {"iso3", "cow"} & set(sheet.named):
        raise sheet.refuse(
            -1, "columns", ", ".join(sheet.columns), EXPECTED, f"Rename its columns: {NAMES['roll'][-1]} etc."
        )
    aside = _Aside(sheet)
    by_cow = "cow" in sheet.named and "ms_code" not in sheet.columns
    roll_at, _, roll_texts = _parsed(sheet["roll"], str)
    aside.unknown("roll call", roll_at, [text or None for text in roll_texts], roll_texts)
    date_at, dates, date_texts = _parsed(sheet["date"], _date)
    aside.unknown("date", date_at, dates, date_texts)
    state_at, states, state_texts = _parsed(sheet["cow" if by_cow else "iso3"], _cow if by_cow else _iso)
    aside.unknown("state code", state_at, states, state_texts)
    vote_at, votes, vote_texts = _parsed(sheet["vote"], _vote)
    aside.unknown("vote code", vote_at, votes, vote_texts)
    aside.some_left()
    rows = np.flatnonzero(aside.good)
    ordinal = np.array([0 if day is None else day.toordinal() for day in dates], dtype=np.int64)
    key = roll_at[rows].astype(np.int64) * 4_000_000 + ordinal[date_at[rows]]
    roll, first = _first_rows(key)
    rolls = _rolls(sheet, rows[first], [dates[date_at[row]] for row in rows[first]])
    names = sorted({state for state in states if state})
    index = {name: k for k, name in enumerate(names)}
    state = np.array([index.get(name, -1) for name in states])[state_at[rows]]
    vote = np.array([code or 0 for code in votes], dtype=np.int8)[vote_at[rows]]
    keep = _once(roll, state, vote, len(names), aside.count)
    table = pd.DataFrame(
        {"roll": roll[keep], "state": pd.Categorical.from_codes(state[keep], names), "vote": vote[keep]}
    )
    kind = "undl" if "ms_code" in sheet.columns else "bsv_long" if by_cow else "tidy"
    return _ordered(RollCalls(rolls, table, FrozenDict(aside.count), kind))


def _first_rows(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the distinct keys: number per row, and the first row of each."""
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return number, first


def _once(roll: np.ndarray, state: np.ndarray, vote: np.ndarray, n_states: int, count: Counter[str]) -> np.ndarray:
    """Rows to keep so that each state votes once on each roll call."""
    cell = roll.astype(np.int64) * n_states + state
    _, first, number, times = np.unique(cell, return_index=True, return_inverse=True, return_counts=True)
    keep = np.zeros(len(cell), dtype=bool)
    keep[first] = True
    if (times > 1).any():
        differs = np.zeros(len(first), dtype=bool)
        np.logical_or.at(differs, number, vote != vote[first][number])
        keep[first[differs]] = False
        count["votes given twice, once kept"] += int((times - 1)[~differs].sum())
        count["votes of a state that differ on one roll call, none kept"] += int(times[differs].sum())
    return keep


def _rolls(sheet: _Sheet, rows: np.ndarray, dates: Sequence[dt.date | None]) -> pd.DataFrame:
    """One row per roll call, read at the row of the file where it first stands."""
    days = [day for day in dates if day is not None]
    text = {name: ["" if v is None else str(v).strip() for v in _column(sheet, name)[rows]] for name in TEXTS}
    given = [None if v is None else _whole(str(v)) for v in _column(sheet, "session")[rows]]
    raw = [str(v).strip().removesuffix(".0") for v in sheet["roll"][rows]]
    seen = Counter(raw)
    both = Counter(zip(raw, days, strict=True))
    again: Counter[tuple[str, dt.date]] = Counter()
    ids = []
    for name, day in zip(raw, days, strict=True):
        again[name, day] += 1
        one = name if seen[name] == 1 else f"{name}@{day.isoformat()}"
        ids.append(one if both[name, day] == 1 else f"{one}#{again[name, day]}")
    part = [False] * len(rows)
    for flag in ("para", "amend"):
        part = [p or str(v) in ("1", "1.0", "true") for p, v in zip(part, _column(sheet, flag)[rows], strict=True)]
    return pd.DataFrame(
        {
            "id": ids,
            "key": raw,
            "date": pd.to_datetime(days).to_numpy(dtype="datetime64[s]"),
            "session": [g or session_of(day) for g, day in zip(given, days, strict=True)],
            **text,
            "part": part,
        }
    )


def _wide(sheet: _Sheet) -> RollCalls:
    aside = _Aside(sheet)
    roll_at, _, roll_texts = _parsed(sheet["roll"], str)
    aside.unknown("roll call", roll_at, [text or None for text in roll_texts], roll_texts)
    date_at, dates, date_texts = _parsed(sheet["date"], _date)
    aside.unknown("date", date_at, dates, date_texts)
    aside.some_left()
    rows = np.flatnonzero(aside.good)
    matrix = np.empty((len(rows), len(sheet.states)), dtype=np.int8)
    for k, state in enumerate(sheet.states):
        at, votes, texts = _parsed(sheet.columns[state][rows], _vote)
        bad = np.array([vote is None for vote in votes] + [False])[at]
        for text in sorted({texts[j] for j in at[bad]}):
            aside.count[f"votes with an unknown vote code: {text[:40]}"] += int(sum(texts[j] == text for j in at[bad]))
        matrix[:, k] = np.array([vote or 9 for vote in votes] + [9], dtype=np.int8)[at]
    ordinal = np.array([0 if day is None else day.toordinal() for day in dates], dtype=np.int64)
    key = np.column_stack([roll_at[rows], ordinal[date_at[rows]], matrix])
    _, first = np.unique(key, axis=0, return_index=True)
    if len(first) < len(rows):
        aside.count["roll calls given twice, once kept"] += len(rows) - len(first)
    first = np.sort(first)
    rolls = _rolls(sheet, rows[first], [dates[date_at[row]] for row in rows[first]])
    flags = {flag: _column_lower(sheet, flag) for flag in FLAGS}
    on = {f: np.isin(v[rows[first]].astype(str), ["true", "True", "1"]) for f, v in flags.items() if v is not None}
    if on:
        rolls["issue"] = [";".join(f for f in on if on[f][k]) for k in range(len(rolls))]
    by_iso = state_codes()[0]
    names = [by_iso[state.strip()] for state in sheet.states]
    kept = matrix[first]
    roll, column = np.nonzero(kept != 9)
    states = sorted(set(names))
    index = np.array([states.index(name) for name in names])
    cast, whose = kept[roll, column], index[column]
    keep = _once(roll, whose, cast, len(states), aside.count)
    table = pd.DataFrame(
        {"roll": roll[keep], "state": pd.Categorical.from_codes(whose[keep], states), "vote": cast[keep]}
    )
    return _ordered(RollCalls(rolls, table, FrozenDict(aside.count), "bsv_wide"))


def _column_lower(sheet: _Sheet, name: str) -> np.ndarray | None:
    return next((v for k, v in sheet.columns.items() if k.strip().lower() == name), None)


def _ordered(found: RollCalls) -> RollCalls:
    """Put roll calls in the order of their dates, then of their ids, so that the order of the file does not matter."""
    order = np.lexsort((found.rolls["id"].to_numpy(dtype=str), found.rolls["date"].to_numpy()))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    votes = found.votes.assign(roll=place[found.votes["roll"].to_numpy()])
    return RollCalls(found.rolls.iloc[order].reset_index(drop=True), votes, found.set_aside, found.format)


def _join_titles(rolls: pd.DataFrame, sheet: _Sheet) -> None:
    """Fill text, session and part from a table of descriptions, in place, where `rcid` and date agree."""
    days = [_date(str(v)) for v in sheet["date"]]
    given = [None if v is None else _whole(str(v)) for v in _column(sheet, "session")]
    key = [str(v).strip().removesuffix(".0") for v in sheet["roll"]]
    at = {(name, day): row for row, (name, day) in enumerate(zip(key, days, strict=True))}
    here = [at.get(pair) for pair in zip(rolls["key"], [day.date() for day in rolls["date"]], strict=True)]
    for name in ("resolution", "title", "item"):
        texts = _column(sheet, name)
        rolls[name] = [
            old if row is None or texts[row] is None else str(texts[row]).strip()
            for old, row in zip(rolls[name], here, strict=True)
        ]
    rolls["session"] = [
        old if row is None else given[row] or old for old, row in zip(rolls["session"], here, strict=True)
    ]
    for flag in ("para", "amend"):
        values = _column(sheet, flag)
        rolls["part"] = [
            bool(old) or (row is not None and str(values[row]) in ("1", "1.0", "true"))
            for old, row in zip(rolls["part"], here, strict=True)
        ]


def _join_issues(rolls: pd.DataFrame, sheet: _Sheet) -> None:
    code = _column_lower(sheet, "short_name")
    if code is None or "roll" not in sheet.named:
        raise sheet.refuse(
            -1, "columns", ", ".join(sheet.columns), "rcid, short_name", "Give the table of issue codes."
        )
    by_roll: dict[str, list[str]] = {}
    for name, issue in zip(sheet["roll"], code, strict=True):
        by_roll.setdefault(str(name).strip().removesuffix(".0"), []).append(str(issue))
    rolls["issue"] = [
        old or ";".join(sorted(by_roll.get(name, ()))) for name, old in zip(rolls["key"], rolls["issue"], strict=True)
    ]
