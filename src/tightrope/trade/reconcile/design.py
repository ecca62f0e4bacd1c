"""Which coefficients bear on which reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .panel import Panel

__all__ = ["Blocks", "blocks", "columns", "with_only", "with_pairs"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Blocks:
    """Local design of pairs that have reports: columns of each pair and their values, (P, m, l)."""

    x: Floats
    at: Ints
    columns: dict[str, slice]
    q: int


def columns(panel: Panel) -> dict[str, slice]:
    """Place of each group of coefficients."""
    sizes = {
        "gravity": len(panel.covariates),
        "margin": 1,
        "year": len(panel.years),
        "exporter": len(panel.countries),
        "importer": len(panel.countries),
        "bias": len(panel.series),
    }
    ends = np.cumsum([0, *sizes.values()])
    return {name: slice(int(ends[k]), int(ends[k + 1])) for k, name in enumerate(sizes)}


def blocks(panel: Panel) -> Blocks:
    """The columns that matter to each pair: all of gravity, margin and years, its two countries, a slot per report."""
    place = columns(panel)
    pairs, m = panel.there.shape
    k, years = len(panel.covariates), len(panel.years)
    pair = np.arange(pairs)[:, None]
    x = np.zeros((pairs, m, k + 1 + years + 2 + m))
    at = np.zeros((pairs, x.shape[2]), dtype=np.int64)
    x[:, :, :k] = panel.x[pair, panel.when]
    at[:, : k + 1 + years] = np.arange(k + 1 + years)
    x[:, :, k] = panel.cif
    x[pair, np.arange(m)[None, :], k + 1 + panel.when] = 1.0
    x[:, :, k + 1 + years : k + 3 + years] = 1.0
    at[:, k + 1 + years] = place["exporter"].start + panel.origin
    at[:, k + 2 + years] = place["importer"].start + panel.destination
    slot = np.arange(m)
    x[:, slot, k + 3 + years + slot] = panel.of >= 0
    at[:, k + 3 + years :] = place["bias"].start + np.maximum(panel.of, 0) if panel.series else 0
    x *= panel.there[:, :, None]
    return Blocks(x, at, place, place["bias"].stop)


def with_only(panel: Panel, keep: NDArray[np.bool_]) -> Panel:
    """The panel with the observations of `keep` only."""
    there = panel.there & keep
    return replace(
        panel,
        there=there,
        of=np.where(there, panel.of, -1),
        cif=np.where(there, panel.cif, 0.0),
        stated=np.where(there, panel.stated, np.nan),
        y=np.where(there, panel.y, 0.0),
    )


def with_pairs(panel: Panel, keep: NDArray[np.bool_]) -> Panel:
    """The same, and only the pairs that have an observation left."""
    found = with_only(panel, keep)
    pairs = found.there.any(axis=1)
    names = ("origin", "destination", "y", "value", "there", "when", "of", "stated", "cif", "x", "size")
    parts: dict[str, Any] = {name: getattr(found, name)[pairs] for name in names}
    return replace(found, **parts)
