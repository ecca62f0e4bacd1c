from __future__ import annotations

import csv
import json
import math
import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.base import RunError
from tightrope.result import Result, described_fields

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
COLUMNS = st.sampled_from(
    [
        TEXT,
        st.floats(allow_nan=True, allow_infinity=True),
        st.integers(-(2**62), 2**62),
        st.booleans(),
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(
        st.lists(TEXT.filter(str.strip).filter(str.isprintable), min_size=1, max_size=4, unique_by=str.casefold)
    )
    columns = {name: st.none() | draw(COLUMNS) for name in names}
    return draw(st.lists(st.fixed_dictionaries(columns), max_size=6))


@pytest.fixture(scope="session")
def saved(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return result.save(tmp_path_factory.mktemp("saved") / "out", files={"report.html": "<p>x"})


@pytest.fixture
def copy(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "out"))


def test_a_column_name_with_a_line_break_is_refused() -> None:
    with pytest.raises(RunError, match="a name on one line"):
        Result(tables={"other": [{"a\rb": 1}]})


def test_what_is_saved_comes_back_equal(result: Result, saved: Path) -> None:
    assert Result.load(saved) == result


@settings(max_examples=60)
@given(rows=tables())
def test_any_table_comes_back_equal(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    result = Result(tables={"other": rows})
    folder = tmp_path_factory.mktemp("any") / "out"
    assert Result.load(result.save(folder)) == result
    shutil.rmtree(folder)


def test_known_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    result = Result(tables={"room": []})
    folder = result.save(tmp_path / "out")
    assert (folder / "tables/room.csv").read_text().startswith("state,year,mean")
    assert Result.load(folder) == result


def test_csv_and_parquet_hold_the_same_numbers(result: Result, saved: Path) -> None:
    with (saved / "tables/paths.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    read = duckdb.execute("select mean from read_parquet(?)", [str(saved / "tables/paths.parquet")]).fetchall()
    assert [float(line["mean"]) for line in lines] == [row[0] for row in read]
    assert len(lines) == len(result.table("paths"))


def test_xarray_opens_every_group(result: Result, saved: Path) -> None:
    tree = xr.open_datatree(saved / "results.nc", engine="h5netcdf")
    assert set(tree.children) == set(result.datasets)
    assert tree.attrs["case_digest"] == result.case["digest"]
    assert tree["history"]["dependence"].attrs["unit"] == "1"
    tree.close()


def test_datapackage_describes_every_column(result: Result, saved: Path) -> None:
    package = json.loads((saved / "datapackage.json").read_text(encoding="utf-8"))
    paths = {resource["path"]: resource for resource in package["resources"]}
    for name in result.tables:
        resource = paths[f"tables/{name}.csv"]
        with (saved / resource["path"]).open(encoding="utf-8") as stream:
            header = next(csv.reader(stream))
        described = resource["schema"]["fields"]
        assert [column["name"] for column in described] == header
        if name in described_fields():
            assert all(column["description"] for column in described), name
        assert resource["bytes"] == (saved / resource["path"]).stat().st_size
    assert package["sources"][0]["path"].startswith("https://")


def test_infinite_scores_are_written_as_the_table_schema_asks(tmp_path: Path) -> None:
    folder = Result(tables={"other": [{"score": -math.inf}]}).save(tmp_path / "out")
    assert (folder / "tables/other.csv").read_text() == "score\n-INF\n"
    assert Result.load(folder).table("other") == [{"score": -math.inf}]


def test_a_later_result_replaces_an_earlier_one_and_leaves_other_files(copy: Path) -> None:
    (copy / "notes").mkdir()
    (copy / "notes/mine.txt").write_text("keep")
    Result(manifest={"seed": 8}).save(copy)
    assert Result.load(copy).manifest["seed"] == 8
    assert (copy / "notes/mine.txt").read_text() == "keep"
    assert not (copy / "report.html").exists()
    assert not (copy / "tables/room.csv").exists()
    assert [path.name for path in copy.parent.iterdir()] == ["out"]


def test_a_folder_of_somebody_else_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match=r"thesis\.txt"):
        Result().save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(RunError, match="a file"):
        Result().save(tmp_path / "out")
    with pytest.raises(RunError, match="cannot be written"):
        Result().save(tmp_path / "out" / "deeper")


def test_nothing_is_left_where_writing_fails(copy: Path) -> None:
    before = (copy / "manifest.json").read_bytes()
    mixed = xr.Dataset({"a": ("x", np.array([1, "b", None], dtype=object))})
    with pytest.raises(RunError, match="dataset broken"):
        Result(datasets={"broken": mixed}).save(copy)
    assert (copy / "manifest.json").read_bytes() == before
    assert [path.name for path in copy.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["../escaped.html", "results.nc", "manifest.json"])
def test_further_files_stay_inside_and_replace_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="new name inside"):
        Result().save(tmp_path / "out", files={name: "x"})
    assert list(tmp_path.iterdir()) == []


def damaged(copy: Path, change: str) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    match change:
        case "no manifest":
            (copy / "manifest.json").unlink()
            return
        case "cut manifest":
            (copy / "manifest.json").write_text('{"format": {')
            return
        case "deep manifest":
            (copy / "manifest.json").write_text("[" * 100_000)
            return
        case "latin manifest":
            (copy / "manifest.json").write_bytes(b'{"a": "\xe9"}')
            return
        case "foreign":
            manifest["format"] = {"name": "other"}
        case "newer":
            manifest["format"]["version"] = 99
        case "outside":
            manifest["format"]["tables"] = ["../../secret"]
        case "unlisted":
            manifest["format"]["files"].pop("results.nc")
        case "not a list":
            manifest["format"]["datasets"] = 3
        case "cut table":
            path = copy / "tables/room.parquet"
            path.write_bytes(path.read_bytes()[:-10])
        case "missing arrays":
            (copy / "results.nc").unlink()
    (copy / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("no manifest", "manifest.json"),
        ("cut manifest", "manifest.json"),
        ("deep manifest", "manifest.json"),
        ("latin manifest", "manifest.json"),
        ("foreign", "format"),
        ("newer", "99"),
        ("outside", "../../secret"),
        ("unlisted", "results.nc"),
        ("not a list", "datasets"),
        ("cut table", "room.parquet"),
        ("missing arrays", "results.nc"),
    ],
)
def test_a_damaged_folder_is_refused_with_the_place_and_a_remedy(change: str, named: str, copy: Path) -> None:
    damaged(copy, change)
    with pytest.raises(RunError) as refused:
        Result.load(copy)
    (found,) = refused.value.problems
    assert named in f"{found.file} {found.what} {found.value} {found.expected}"
    assert found.remedy
    assert found.expected


def test_unreadable_parts_with_fitting_checksums_are_refused(copy: Path) -> None:
    import hashlib

    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    for part in ("tables/room.parquet", "results.nc"):
        (copy / part).write_bytes(b"no such format")
        manifest["format"]["files"][part] = "sha256:" + hashlib.sha256(b"no such format").hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(RunError, match=r"room\.parquet"):
        Result.load(copy)
    manifest["format"]["tables"] = []
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(RunError, match=r"results\.nc"):
        Result.load(copy)
