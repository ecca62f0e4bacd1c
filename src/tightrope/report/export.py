"""Charts as files: SVG and PNG without a browser and without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from altair.utils.schemapi import debug_mode

from tightrope.base import RunError, suggestion
from tightrope.result import Result

from .charts import CHARTS

__all__ = ["chart_spec", "save_chart"]


def chart_spec(result: Result, name: str) -> dict[str, Any]:
    """A chart as Vega-Lite, ready for JSON."""
    if name not in CHARTS:
        raise RunError(f"There is no chart named {name!r}. {suggestion(name, CHARTS)}")
    with debug_mode(False):  # our own charts are valid: tests check each, and checking takes a second
        spec: dict[str, Any] = CHARTS[name](result).to_dict(validate=False)
    return spec


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
