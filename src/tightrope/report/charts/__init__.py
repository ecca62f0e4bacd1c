"""Charts of a Result: each is a function that takes it and returns an Altair chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tightrope.result import Result

from .decisions import calibration, decisions
from .dependence import alignment_sparkline, dependence_by_channel
from .map import tie_map
from .numbers import kinds_of_numbers
from .posture import postures, spectrum
from .scenarios import scenario_differences
from .timeline import timeline

__all__ = [
    "CHARTS",
    "NEEDS",
    "alignment_sparkline",
    "calibration",
    "decisions",
    "dependence_by_channel",
    "kinds_of_numbers",
    "postures",
    "scenario_differences",
    "spectrum",
    "tie_map",
    "timeline",
]

CHARTS: Mapping[str, Callable[[Result], Any]] = MappingProxyType(
    {
        chart.__name__: chart
        for chart in (
            tie_map,
            dependence_by_channel,
            timeline,
            postures,
            spectrum,
            decisions,
            calibration,
            scenario_differences,
            kinds_of_numbers,
        )
    }
)

# The tables that a chart cannot do without.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "tie_map": ("actors",),
    "dependence_by_channel": ("channels",),
    "timeline": ("paths",),
    "postures": ("posture",),
    "spectrum": ("spectrum",),
    "decisions": ("decisions",),
    "calibration": ("decisions",),
    "scenario_differences": ("scenarios",),
    "kinds_of_numbers": ("numbers",),
}
