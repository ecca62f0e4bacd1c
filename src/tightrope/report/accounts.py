"""The account of a scenario as a page of plain sentences, every number of which is in its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .words import enumeration, number, percent, plain, signed, span

__all__ = ["account_markdown"]

Row = Mapping[str, Any]

DIGITS = {"%/yr": 2, "%": 1}
"""Digits after the point by unit; three for others."""

SMALLEST = "0.001 (growth 0.01, prices 0.1)"
"""The last digits."""

NAMES = {
    "room": "room",
    "growth": "growth",
    "remittances": "remittances",
    "trade": "trade",
    "dependence": "dependence on",
    "threat": "threat from",
    "alignment": "alignment with",
    "evasion": "re-exports to sanctioned powers",
    "food_price": "food prices",
    "reward": "rewards by",
    "barrier": "new trade barriers by",
    "migrants": "harsh measures against migrants by",
    "extend": "sanctions extended by",
}
"""Outcomes in a sentence."""

UNITS = {"%/yr": " points a year", "%": " per cent", "quarters": " quarters of the period"}

COLUMNS = ("room", "growth", "remittances", "trade")
"""Outcomes of a state alone that the table shows for all."""


def account_markdown(found: Row, account: Row, *, told: int = 3) -> str:
    """The page of one scenario.

    Parameters
    ----------
    found
        What `tightrope account --json` prints.
    account
        One of its `accounts`.
    told
        How many changes of each state, and how many parts of a change, are told.

    Returns
    -------
    markdown
        A page.
    """
    names = found["names"]
    lines = [
        f"# {account['title']}",
        "",
        *([account["asks"], ""] if account["asks"] else []),
        f"`{found['command']}`: {number(found['members'], 0)} histories of the case {found['case']['name']} "
        f"({found['case']['digest']}) with this scenario, each held against `{found['baseline']}` with the same numbers drawn "
        f"and the same dice, in {found['quarter']}. Ranges hold nine tenths of the histories.",
        "",
        "## What changes for whom",
        "",
        *_changes(account, names, told),
        "",
        *_table(account, names),
        "",
        "## Through what",
        "",
        *_through(account, names, told),
        "",
        "## What the states would choose",
        "",
        *_choices(account, names),
        "",
    ]
    return "\n".join(lines)


def _digits(row: Row) -> int:
    return DIGITS.get(row["unit"], 3)


def _shows(row: Row) -> bool:
    """Whether a change is more than rounding leaves of it."""
    return bool(abs(row["mean"]) >= 10 ** -_digits(row))


def _what(row: Row, names: Row) -> str:
    name = NAMES.get(row["outcome"], plain(row["outcome"]).lower())
    return f"{name} {names[row['power']]}" if row["power"] else name


def _by(row: Row) -> str:
    return f"{signed(row['mean'], _digits(row))}{UNITS.get(row['unit'], '')}"


def _states(account: Row, names: Row) -> list[str]:
    there = {row["state"] for row in account["changes"]}
    return [actor for actor in names if actor in there]


def _changes(account: Row, names: Row, told: int) -> Iterator[str]:
    quiet = []
    for state in _states(account, names):
        rows = [row for row in account["changes"] if row["state"] == state and _shows(row)][:told]
        if not rows:
            quiet.append(names[state])
            continue
        parts = [
            f"{_what(row, names)} {_by(row)} ({span(row['low'], row['high'], _digits(row))}; higher in "
            f"{percent(row['higher'])} of the histories, lower in {percent(row['lower'])})"
            for row in rows
        ]
        yield f"- {names[state]}: {'; '.join(parts)}."
    if quiet:
        yield f"- {enumeration(quiet)}: nothing moves by as much as {SMALLEST}."


def _table(account: Row, names: Row) -> Iterator[str]:
    cells = {(row["state"], row["outcome"]): row for row in account["changes"] if row["power"] is None}
    yield "| | " + " | ".join(COLUMNS) + " |"
    yield "| --- |" + " ---: |" * len(COLUMNS)
    for state in _states(account, names):
        row = [cells[state, outcome] for outcome in COLUMNS]
        told = [f"{signed(x['mean'], _digits(x))} ({span(x['low'], x['high'], _digits(x))})" for x in row]
        yield f"| {names[state]} | " + " | ".join(told) + " |"


def _through(account: Row, names: Row, told: int) -> Iterator[str]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in account["contributions"]:
        groups.setdefault((row["state"], row["power"], row["outcome"]), []).append(row)
    changes = {(row["state"], row["power"], row["outcome"]): row for row in account["changes"]}
    said = [
        sentence
        for key, rows in groups.items()
        if _shows(changes[key])
        for sentence in _carried(changes[key], rows, names, told)
    ]
    if not said:
        yield f"Nothing moves by as much as {SMALLEST}."
        return
    yield from said
    yield ""
    yield (
        "Each figure is what the mean change loses when that one thing is taken away, a mechanism from both worlds and a part "
        "of the scenario from the scenario; after ± stands the standard error. What works through each other is lost with either, "
        "so figures need not add up."
    )


def _carried(change: Row, rows: Sequence[Row], names: Row, told: int) -> Iterator[str]:
    digits = _digits(change)
    yield f"- {names[change['state']]}, {_what(change, names)} {_by(change)}."
    for title, sorts in (("Of the scenario", ("shock", "questions")), ("Of the model", ("mechanism",))):
        some = [row for row in rows if row["sort"] in sorts and abs(row["mean"]) >= 10**-digits][:told]
        parts = [f"{_part(row, names)} {signed(row['mean'], digits)} ± {number(row['error'], digits)}" for row in some]
        if parts:
            yield f"  {title}: {'; '.join(parts)}."
        elif title == "Of the model":
            yield f"  Of the model: no mechanism with a switch carries {number(10**-digits, digits)} of it."


def _part(row: Row, names: Row) -> str:
    if row["sort"] == "mechanism":
        return f"`{row['name']}`"
    kind, _, whence = row["name"].partition(" ")
    if row["sort"] == "questions":
        return "its questions"
    return f"{plain(kind).lower()} {names.get(whence, whence)}".strip()


def _choices(account: Row, names: Row) -> Iterator[str]:
    groups: dict[str, list[Row]] = {}
    for row in account["options"]:
        groups.setdefault(row["id"], []).append(row)
    if not groups:
        yield "No option of any question moves by five points in a hundred, and none is added."
    for rows in groups.values():
        parts = [
            f"{plain(row['option']).lower()} {percent(row['prob'])}"
            + ("" if row["baseline"] is None else f" instead of {percent(row['baseline'])}")
            for row in rows
        ]
        yield f"- {names[rows[0]['state']]}, “{rows[0]['question']}”: {enumeration(parts)}."
