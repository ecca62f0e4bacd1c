"""Charts as files: SVG and PNG without a browser and without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from tightrope.base import RunError, suggestion
from tightrope.result import Result

from .charts import CHARTS, NEEDS

__all__ = ["chart_spec", "drawing", "save_chart"]


def chart_spec(result: Result, name: str) -> dict[str, Any]:
    """A chart as Vega-Lite, ready for JSON."""
    if name not in CHARTS:
        raise RunError(f"There is no chart named {name!r}. {suggestion(name, CHARTS)}")
    if lacks := [table for table in NEEDS[name] if not result.table(table)]:
        raise RunError(f"The chart {name} needs the table {lacks[0]}, of which this result has no rows.")
    return drawing(CHARTS[name], result)


def drawing(chart: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """A chart of ours as Vega-Lite, without the checks that tests make and that take a second.

    The rows are taken out while Altair walks through the chart: they are plain already.
    """
    with debug_mode(False):
        drawn = chart(*arguments)
        rows, drawn.datasets = drawn.datasets, alt.Undefined
        spec: dict[str, Any] = drawn.to_dict(validate=False)
    return {**spec, "datasets": {**spec.get("datasets", {}), **rows}}


def save_chart(result: Result, name: str, path: str | Path, *, scale: float = 2) -> Path:
    """Write a chart as SVG, PNG or Vega-Lite JSON, by the ending of `path`.

    Parameters
    ----------
    result
        What to draw.
    name
        A name in `CHARTS`.
    path
        File to write; its folder must exist.
    scale
        Pixels of a PNG per pixel on the screen.
    """
    import vl_convert

    target = Path(path).expanduser()
    spec = json.dumps(chart_spec(result, name))
    if target.suffix == ".svg":
        target.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    elif target.suffix == ".png":
        target.write_bytes(vl_convert.vegalite_to_png(spec, scale=scale))
    elif target.suffix == ".json":
        target.write_text(spec, encoding="utf-8")
    else:
        raise RunError(f"{target.name}: expected a name that ends in .svg, .png or .json.")
    return target
