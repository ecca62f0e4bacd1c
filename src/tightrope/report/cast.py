"""Who is in the picture: the states, the powers and the channels, with names and colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tightrope.result import Record, Result

from .words import enumeration, keys, plain

__all__ = ["Cast", "cast"]

GREY = "#7a8490"

# Nine hues that colour-blind readers tell apart: Paul Tol's scheme `muted`.
CHANNEL_COLOURS = (
    "#332288",
    "#ddcc77",
    "#cc6677",
    "#117733",
    "#882255",
    "#88ccee",
    "#999933",
    "#aa4499",
    "#44aa99",
)


@dataclass(frozen=True)
class Cast:
    """Actors and channels in the order in which they are drawn."""

    states: tuple[str, ...]
    powers: tuple[str, ...]
    channels: tuple[str, ...]
    actors: Mapping[str, Record]
    titles: Mapping[str, str]

    def name(self, actor: Any) -> str:
        """Name of an actor; its code where the Result does not name it."""
        return str(self.actors.get(str(actor), {}).get("name") or actor or "")

    def names(self, cell: Any) -> str:
        """Names of the actors in a cell, which are separated by semicolons or spaces."""
        return enumeration([self.name(actor) for actor in keys(str(cell or "").replace(" ", ";"))])

    def colour(self, actor: Any) -> str:
        """Colour of an actor, grey where it has none."""
        return str(self.actors.get(str(actor), {}).get("colour") or GREY)

    def channel(self, channel: Any) -> str:
        """Title of a channel."""
        return self.titles.get(str(channel), plain(channel))

    def place(self, actor: str) -> tuple[float, float] | None:
        """Longitude and latitude of an actor, None where the Result does not tell them."""
        row = self.actors.get(actor, {})
        lon, lat = row.get("lon"), row.get("lat")
        return (float(lon), float(lat)) if lon is not None and lat is not None else None

    def members(self, actor: str) -> list[str]:
        """The actor itself and the members of a bloc."""
        return [actor, *keys(self.actors.get(actor, {}).get("members"))]


def cast(result: Result) -> Cast:
    """The cast of a Result: from its `actors`, else from whoever its measures name."""
    actors = {str(row["id"]): row for row in result.table("actors")}
    rows = [*result.table("measures"), *result.table("channels"), *result.table("paths")]
    told = result.case.get("channels") or []
    titles = {str(c["id"]): str(c.get("title") or plain(c["id"])) for c in told}
    channels = [*titles, *(str(row["channel"]) for row in result.table("channels"))]
    return Cast(
        states=_of_role(actors, "state") or _named(rows, "state"),
        powers=_of_role(actors, "power") or _named(rows, "power"),
        channels=tuple(dict.fromkeys(channels)),
        actors=actors,
        titles=titles,
    )


def _of_role(actors: Mapping[str, Record], role: str) -> tuple[str, ...]:
    return tuple(name for name, row in actors.items() if row.get("role") == role)


def _named(rows: list[Record], column: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(row[column]) for row in rows if row.get(column) is not None))


def channel_colours(channels: tuple[str, ...]) -> list[str]:
    """A colour for each channel, repeating after nine."""
    return [CHANNEL_COLOURS[n % len(CHANNEL_COLOURS)] for n in range(len(channels))]
