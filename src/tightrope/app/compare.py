"""What differs between two saved runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tightrope.result import Result

__all__ = ["compare"]

KEY = ("scenario", "state", "power", "outcome", "quarter")


def compare(a: Path, b: Path) -> dict[str, Any]:
    """Compare the means of every outcome that two runs share, in the last quarter that they share.

    Parameters
    ----------
    a, b
        Folders that runs wrote.

    Returns
    -------
    comparison
        ``manifest`` (what differs between the two: ``{name: [a, b]}``), ``compared`` (number of outcomes), ``differences``
        (those whose means differ by more than rounding, largest first relative to the outcome's interval).

    Raises
    ------
    RunError
        If a folder holds no result.
    """
    one, two = Result.load(a), Result.load(b)
    told = [_told(result.manifest) for result in (one, two)]
    manifest = {name: [part[name] for part in told] for name in told[0] if told[0][name] != told[1][name]}
    left, right = (_ends(result) for result in (one, two))
    shared = [key for key in left if key in right]
    differences = []
    for key in shared:
        x, y = left[key], right[key]
        gap = y["mean"] - x["mean"]
        if abs(gap) > 1e-9:
            wide = max(x["high90"] - x["low90"], y["high90"] - y["low90"], 1e-9)
            differences.append(
                dict(zip(KEY, key, strict=True)) | {"a": x["mean"], "b": y["mean"], "difference": gap, "of": gap / wide}
            )
    differences.sort(key=lambda row: -abs(row["of"]))
    return {"manifest": manifest, "compared": len(shared), "differences": differences}


def _told(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a run says of itself, as far as it bears on its numbers."""
    case = manifest.get("case") or {}
    told = {name: manifest.get(name) for name in ("seed", "members", "scenarios", "parameters", "versions")}
    return {"case": f"{case.get('name')} {case.get('digest')}"} | told


def _ends(result: Result) -> dict[tuple[Any, ...], Any]:
    last = max((row["quarter"] for row in result.table("paths")), default="")
    return {tuple(row[k] for k in KEY): row for row in result.table("paths") if row["quarter"] == last}
