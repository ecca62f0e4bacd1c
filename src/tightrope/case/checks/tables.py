"""Rows against each other: one chosen per cell, shares that fit into one, ties that a start needs."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from tightrope.base import Problem

from ..draft import Draft
from ..readings import Readings
from ..rows import Row
from .check import check

_CELLS = {"ties": ("state", "power", "channel", "period"), "attributes": ("attribute", "actor", "partner", "period")}
_ROUNDING = 1e-6
_MOST_TIES = 10_000_000


@check()
def one_row_is_chosen_per_cell(draft: Draft) -> Iterator[Problem]:
    """Of conflicting rows the case uses one and says why."""
    for table, names in _CELLS.items():
        groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in draft.tables.get(table, ()):
            groups[tuple(getattr(row, name) for name in names)].append(row)
        for cell, rows in groups.items():
            chosen = [row for row in rows if row.chosen == "yes"]
            shown = " ".join(part for part in cell if part)
            for row in chosen[1:]:
                said = f"one chosen row per cell; line {chosen[0].line} is chosen too"
                yield Problem(row.file, row.line, shown, said, "Write `no` under chosen in one, and why.", "chosen")
            if (len(rows) > 1 or not chosen) and not any(row.why for row in rows):
                row = rows[-1]
                yield Problem(
                    row.file, row.line, shown, "a reason for the choice", "Fill in why in one of the rows.", "why"
                )


@check()
def chosen_shares_fit_into_one(draft: Draft) -> Iterator[Problem]:
    """The shares of a channel in one period leave no less than nothing for the rest of the world."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in draft.tables.get("ties", ()):
        if row.chosen == "yes" and row.value is not None and 0 <= row.value <= 1:
            groups[row.state, row.channel, row.period].append(row)
    for cell, rows in groups.items():
        total = math.fsum(row.value for row in rows)
        if total > 1 + _ROUNDING:
            parts = ", ".join(f"{row.power} {row.value:g} (line {row.line})" for row in rows)
            yield Problem(
                rows[-1].file,
                rows[-1].line,
                f"{total:.4g} = {parts}",
                f"at most 1 over the powers of {' '.join(cell)}",
                "Check the rows, and that all are shares of one total.",
                "value",
            )


@check("actors.csv", "case.yaml", "ties.csv")
def ties_of_the_start_are_known(draft: Draft) -> Iterator[Problem]:
    """Every state has a share of every power in every channel when the simulated time starts."""
    if draft.case is None or "ties" not in draft.tables:
        return
    if len(draft.states) * len(draft.powers) * len(draft.channels) > _MOST_TIES:
        return  # too many actors or channels, which `case.checks.setup` says
    year = int(draft.case.period.start[:4])
    readings = Readings.of_ties(draft.tables["ties"])
    for state in draft.states:
        for channel in draft.case.channels:
            found = {
                power: readings.at((state, power, channel.id), year, carry=channel.carry) for power in draft.powers
            }
            missing = [power for power, row in found.items() if row is None or row.value is None]
            if missing:
                remedy = (
                    f"Add rows for {year} or up to {channel.carry:g} years earlier; if no source tells, kind assumed."
                )
                yield Problem(
                    "ties.csv",
                    0,
                    ", ".join(missing),
                    f"a chosen share for {state} {channel.id} in {year}",
                    remedy,
                    "missing tie",
                )
                continue
            rows = [row for row in found.values() if row is not None]
            total = math.fsum(row.value for row in rows)
            # rows of one period are judged above; here only those that meet because they are carried forward
            if (
                total > 1 + _ROUNDING
                and len({row.period for row in rows}) > 1
                and all(0 <= row.value <= 1 for row in rows)
            ):
                parts = ", ".join(f"{row.power} {row.value:g} (line {row.line})" for row in rows)
                said = f"at most 1 for {state} {channel.id} in {year}, earlier years carried forward"
                yield Problem("ties.csv", 0, f"{total:.4g} = {parts}", said, "Add rows of the same year.", "value")
