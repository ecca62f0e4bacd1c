"""case.yaml and actors.csv: the frame that everything else stands in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tightrope.base import Problem

from ..draft import Draft
from .check import check

_MOST_ACTORS = 400
_MOST_CHANNELS = 100


@check("case.yaml")
def period_runs_forward(draft: Draft) -> Iterator[Problem]:
    """The simulated time has an end after its start, and not absurdly many quarters."""
    entry = draft.case
    if entry is None:
        return
    start, end = entry.period.start, entry.period.end
    if not entry.period.runs_forward:
        yield Problem(
            "case.yaml",
            entry.line_of("period"),
            f"{start} to {end}",
            "1 to 400 quarters",
            "Put the earlier quarter first.",
            "period",
        )


@check("case.yaml")
def years_are_first_and_last(draft: Draft) -> Iterator[Problem]:
    """`years` names the first and the last year with data."""
    entry = draft.case
    if entry is None:
        return
    years = entry.years
    sound = len(years) in (1, 2) and all(re.fullmatch(r"(19|20)\d\d", year, re.ASCII) for year in years)
    if not sound or years[0] > years[-1]:
        shown = ", ".join(years) or "empty"
        yield Problem(
            "case.yaml",
            entry.line_of("years"),
            shown,
            "first and last year, such as [2018, 2024]",
            "Correct it.",
            "years",
        )


@check("case.yaml")
def channels_are_there_once(draft: Draft) -> Iterator[Problem]:
    """There is a channel, none twice, and none is carried for less than no time."""
    entry = draft.case
    if entry is None:
        return
    if not entry.channels:
        yield Problem("case.yaml", entry.line_of("channels"), "none", "at least one channel", "Add one.", "channels")
    if len(entry.channels) > _MOST_CHANNELS:
        said = f"{len(entry.channels)} channels"
        yield Problem(
            "case.yaml", entry.line_of("channels"), said, f"at most {_MOST_CHANNELS}", "Join channels.", "channels"
        )
    counts = Counter(channel.id for channel in entry.channels)
    for channel in entry.channels:
        if counts[channel.id] > 1:
            yield Problem(
                "case.yaml", channel.line, channel.id, "each channel once", "Delete or rename one.", "channels.id"
            )
        if not re.fullmatch(r"[a-z][a-z0-9_]*", channel.id, re.ASCII) or channel.id == "all":
            yield Problem(
                "case.yaml", channel.line, channel.id, "a word of small letters, not `all`", "Rename it.", "channels.id"
            )
        if channel.carry < 0:
            yield Problem(
                "case.yaml", channel.line_of("carry"), f"{channel.carry:g}", "0 or more years", "Correct it.", "carry"
            )


@check("actors.csv")
def there_are_states_and_powers(draft: Draft) -> Iterator[Problem]:
    """A case needs a state and a power, and has not so many that arrays of them burst the memory."""
    if len(draft.actors) > _MOST_ACTORS:
        said = f"{len(draft.actors)} actors"
        yield Problem("actors.csv", 0, said, f"at most {_MOST_ACTORS}", "Keep those that the case is about.", "id")
    for role, ids in (("state", draft.states), ("power", draft.powers)):
        if "actors" in draft.tables and not ids:
            yield Problem("actors.csv", 0, f"no {role}", f"at least one actor with role {role}", "Add a row.", "role")


@check()
def ids_are_there_once(draft: Draft) -> Iterator[Problem]:
    """No id stands twice in a table."""
    flow = ("exporter", "importer", "year")
    keys = {"votes": ("resolution", "state"), "trade": flow, "trade_readings": flow}
    for table in ("actors", "votes", "events", "memberships", "mechanisms", "claims", "trade", "trade_readings"):
        first: dict[tuple[str, ...], int] = {}
        for row in draft.tables.get(table, ()):
            key = tuple(getattr(row, name) for name in keys.get(table, ("id",)))
            if key in first:
                said = f"each {' and '.join(keys.get(table, ('id',)))} once; line {first[key]} has it"
                yield Problem(row.file, row.line, " ".join(key), said, "Delete or rename one of the two.", "id")
            first.setdefault(key, row.line)


@check()
def places_are_on_the_globe(draft: Draft) -> Iterator[Problem]:
    """Latitude and longitude are degrees."""
    for row in draft.tables.get("actors", ()):
        for name, limit in (("lat", 90.0), ("lon", 180.0)):
            value = getattr(row, name)
            if value is not None and abs(value) > limit:
                yield Problem(
                    row.file,
                    row.line,
                    f"{value:g}",
                    f"degrees from -{limit:g} to {limit:g}",
                    "Check that lat and lon are not swapped.",
                    name,
                )
