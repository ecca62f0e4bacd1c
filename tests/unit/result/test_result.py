from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
import xarray as xr

from tightrope.base import RunError
from tightrope.result import Result


def test_a_result_is_frozen(result: Result) -> None:
    with pytest.raises(FrozenInstanceError):
        result.tables = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        result.tables["room"] = []  # type: ignore[index]
    with pytest.raises(TypeError):
        result.manifest["seed"] = 8  # type: ignore[index]


def test_results_differ_where_a_number_a_unit_or_the_seed_differs(result: Result) -> None:
    history = result.datasets["history"]
    room = [{**row, "mean": 0.5} for row in result.table("room")]
    other_unit = history.assign(dependence=history.dependence.assign_attrs(unit="%"))
    assert result == replace(result)
    assert result != replace(result, manifest={**result.manifest, "seed": 8})
    assert result != replace(result, tables={**result.tables, "room": room})
    assert result != replace(result, datasets={"history": other_unit})
    assert result != replace(result, datasets={})
    assert result != "a result"


def test_a_frame_has_the_described_columns_even_without_rows(result: Result) -> None:
    assert len(result.frame("room")) == len(result.table("room"))
    assert list(Result().frame("room").columns)[:3] == ["state", "year", "mean"]


def test_manifest_refuses_what_json_cannot_hold() -> None:
    with pytest.raises(RunError, match="plain JSON"):
        Result(manifest={"noise": float("nan")})
    with pytest.raises(RunError, match="format"):
        Result(manifest={"format": 1})


def test_case_is_empty_where_the_manifest_names_none() -> None:
    assert Result().case == {}
    assert Result(manifest={"case": {"name": "x"}}, datasets={"a": xr.Dataset()}).case["name"] == "x"
