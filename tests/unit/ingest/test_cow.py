from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tightrope.ingest import cow

CODES = {1: "AAA", 2: "BBB", 3: "CCC"}


def saved(path: Path, **columns: list) -> Path:
    pd.DataFrame(columns).to_parquet(path)
    return path


def test_states_without_an_iso_code_are_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path / "nmc.parquet", ccode=[1.0, 9.0], year=[2020.0, 2020.0], milex=[5.0, 6.0], cinc=[0.1, 0.2])
    table = cow.capabilities(path, CODES)
    assert table.to_dict("records") == [{"state": "AAA", "year": 2020, "milex": 5.0, "cinc": 0.1}]


def test_a_distance_holds_in_both_directions(tmp_path: Path) -> None:
    path = saved(tmp_path / "mindist.parquet", ccode1=[1.0], ccode2=[2.0], year=[2019.0], mindist=[12.5])
    km = cow.border_distances(path, CODES).set_index(["state", "partner"])["km"]
    assert km["AAA", "BBB"] == km["BBB", "AAA"] == 12.5


def test_only_land_borders_of_the_last_date_count(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "contdir.parquet",
        ccode1=[1.0, 1.0, 2.0],
        ccode2=[2.0, 3.0, 3.0],
        conttype=[1.0, 5.0, 1.0],
        enddate=["2016-12-01", "2016-12-01", "1990-01-01"],
    )
    assert cow.land_borders(path, CODES) == {("AAA", "BBB"), ("BBB", "AAA")}


def test_the_capital_is_the_last_one(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "capitals.parquet",
        ccode=[1.0, 1.0],
        enddate=["1998-05-05", "2024-12-31"],
        lat=[43.2, 51.1],
        lng=[76.9, 71.4],
    )
    assert cow.capitals(path, CODES) == {"AAA": (51.1, 71.4)}


def test_a_quarter_of_the_equator() -> None:
    assert cow.great_circle((0, 0), (0, 90), radius_km=2.0) == pytest.approx(3.14159, abs=1e-4)


def test_obligations_keep_their_direction(tmp_path: Path) -> None:
    kinds = {f"atop_{kind}": [0.0] for kind in ("offense", "neutral", "nonagg", "consul")}
    path = saved(tmp_path / "atop.parquet", ccode1=[1.0], ccode2=[2.0], year=[2018.0], atop_defense=[1.0], **kinds)
    (row,) = cow.alliances(path, CODES).to_dict("records")
    assert (row["state"], row["partner"], row["defense"], row["consul"]) == ("AAA", "BBB", 1.0, 0.0)
