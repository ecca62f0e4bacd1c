"""What a case's own figures say happened after the start of its period, and how things had moved before it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from tightrope.base import period
from tightrope.base.errors import RunError
from tightrope.base.nearest import suggestion

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.case.rows import Row

__all__ = ["FLOWS", "Fact", "Happened", "circular", "happened", "is_log", "outcomes"]

FLOWS = ("trade", "energy", "remittances")
"""Channels whose yearly share is that of what passed in the year; a share of any other is how things stood at its end."""

ALL = "WLD"
"""All partners together, in attributes.csv."""

TOTALS = {"remittances": "remittances", "trade": "turnover"}
"""Outcomes that are totals over all partners relative to the year of the start, and their attribute."""

Fetch = Callable[[int], "Row | None"]


@dataclass(frozen=True)
class Fact:
    """One figure that a simulated history can be held against.

    Parameters
    ----------
    outcome
        Such as `share/trade`, `remittances`, `growth`.
    state, power
        Whose; the power is None for what a state has with all.
    year
        The year.
    value, low, high
        What happened, with the range of its row. A total is relative to the year of the start.
    kind
        Of the row: measured, estimated or coded.
    base
        The same figure in the year of the start (1 for a total), for the baselines; NaN if unknown.
    place
        File and line.
    """

    outcome: str
    state: str
    power: str | None
    year: int
    value: float
    low: float
    high: float
    kind: str
    base: float
    place: str


@dataclass(frozen=True)
class Happened:
    """All such figures of a case.

    Parameters
    ----------
    facts
        One for each outcome, state, power and year that the case's rows know.
    changes
        Yearly changes up to the start, by outcome; of the logarithm for shares and totals.
    set_aside
        What could not be compared, counted by reason.
    """

    facts: tuple[Fact, ...]
    changes: dict[str, tuple[float, ...]]
    set_aside: dict[str, int]


@dataclass(frozen=True)
class _Series:
    outcome: str
    state: str
    power: str | None
    fetch: Fetch
    is_total: bool
    is_log: bool


def outcomes(case: Case) -> tuple[str, ...]:
    """Names of what is compared, in the order of the report.

    Parameters
    ----------
    case
        Any case.

    Returns
    -------
    outcomes
        A share for each channel, then totals, growth and alignment.
    """
    return (*(f"share/{channel}" for channel in case.channels), *TOTALS, "growth", "alignment")


def is_log(outcome: str) -> bool:
    """Whether an outcome is positive and moves in proportion.

    Parameters
    ----------
    outcome
        Of `outcomes`.
    """
    return outcome.startswith("share/") or outcome in TOTALS


def circular(case: Case) -> dict[str, str]:
    """Outcomes that some number of the case was set knowing, with the reason; they cannot judge the model.

    Parameters
    ----------
    case
        Any case; rows of parameters/ may say `set_knowing`.

    Returns
    -------
    circular
        Reason by outcome.

    Raises
    ------
    RunError
        If a row names no outcome.
    """
    known = outcomes(case)
    found: dict[str, list[str]] = defaultdict(list)
    wrong = []
    for name, entry in case.parameters.items():
        for row in (row for rows in entry.values.values() for row in rows):
            for outcome in row.set_knowing:
                if outcome not in known:
                    wrong.append(f"parameter {name}: `set_knowing` names `{outcome}`. {suggestion(outcome, known)}")
                elif name not in found[outcome]:
                    found[outcome].append(name)
    if wrong:
        raise RunError(f"{case.name}: " + "\n  ".join(wrong))
    return {outcome: f"{', '.join(names)}: set knowing what became of it" for outcome, names in found.items()}


def happened(case: Case, years: Sequence[int], *, least_share: float = 0.02) -> Happened:
    """Every figure of the given years that a history can be held against.

    Parameters
    ----------
    case
        Any case.
    years
        Years after that of the start of its period.
    least_share
        Changes of smaller shares do not count among `changes`: below it the floor and the rounding of a source decide
        how much a share changes in proportion.

    Returns
    -------
    happened
        With the changes from the first year of data to the start, and what was set aside.

    Assumes
    -------
    A row of kind `assumed` is not an observation. Only the chosen row of exactly the year counts, for a whole year.

    Source
    ------
    ties.csv and attributes.csv.
    """
    facts: list[Fact] = []
    changes: dict[str, list[float]] = defaultdict(list)
    aside: Counter[str] = Counter()
    start = int(case.start[:4])
    for one in _series(case):
        values = {year: _value(one.fetch(year), year) for year in range(case.years[0], start + 1)}
        changes[one.outcome] += _changes(one, values, least_share)
        first = one.fetch(start)
        whole = _value(first, start)
        if whole is None and not one.is_total:
            whole = None if first is None or first.value is None else float(first.value)  # an older row that holds
        for year in years:
            row = one.fetch(year)
            value = _value(row, year)
            if row is None or value is None:
                kind = "assumed" if row is not None and row.kind == "assumed" and _is_of(row, year) else "no row"
                aside[
                    f"{one.outcome}: {'assumed, not observed' if kind == 'assumed' else 'no figure of the year'}"
                ] += 1
            elif one.is_total and not whole:
                aside[f"{one.outcome}: no figure of {start} to compare with"] += 1
            else:
                facts.append(_fact(one, year, row, whole))
    return Happened(tuple(facts), {name: tuple(found) for name, found in changes.items()}, dict(aside))


def _fact(one: _Series, year: int, row: Row, whole: float | None) -> Fact:
    unit = whole if one.is_total and whole else 1.0
    low, high = (row.value if x is None else x for x in (row.low, row.high))
    base = 1.0 if one.is_total else float("nan") if whole is None else whole
    return Fact(
        one.outcome,
        one.state,
        one.power,
        year,
        float(row.value) / unit,
        float(low) / unit,
        float(high) / unit,
        row.kind,
        base,
        f"{row.file}:{row.line}",
    )


def _series(case: Case) -> Iterator[_Series]:
    def tie(state: str, power: str, channel: str) -> Fetch:
        return lambda year: case.tie(state, power, channel, year)

    def attribute(name: str, state: str, partner: str) -> Fetch:
        return lambda year: case.reading(name, state, partner, year)

    for channel, state, power in product(case.channels, case.states, case.powers):
        yield _Series(f"share/{channel}", state, power, tie(state, power, channel), is_total=False, is_log=True)
    for outcome, name in TOTALS.items():
        if name in case.attributes:
            for state in case.states:
                yield _Series(outcome, state, None, attribute(name, state, ALL), is_total=True, is_log=True)
    if "growth" in case.attributes:
        for state in case.states:
            yield _Series("growth", state, None, attribute("growth", state, ""), is_total=False, is_log=False)
    if "alignment" in case.attributes:
        for state, power in product(case.states, case.powers):
            yield _Series("alignment", state, power, attribute("alignment", state, power), is_total=False, is_log=False)


def _is_of(row: Row, year: int) -> bool:
    span = period(row.period)
    return not span.is_static and span.start.year == span.end.year == year


def _value(row: Row | None, year: int) -> float | None:
    """The observed value of exactly this year."""
    if row is None or row.value is None or row.kind == "assumed" or not _is_of(row, year):
        return None
    return float(row.value)


def _changes(one: _Series, values: dict[int, float | None], least_share: float) -> list[float]:
    found = []
    for year, now in values.items():
        before = values.get(year - 1)
        if now is None or before is None:
            continue
        if not one.is_log:
            found.append(now - before)
        elif min(now, before) > 0 and (one.is_total or (now + before) / 2 >= least_share):
            found.append(float(np.log(now / before)))
    return found
