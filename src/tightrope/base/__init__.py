"""What everything else stands on: errors, quantities, periods, sources, registries."""

from .errors import CaseError, FitError, Problem, RunError, ScenarioError, SourceError, TightropeError
from .estimate import Estimate
from .frozen import Frozen, FrozenDict, read_only
from .nearest import nearest, suggestion
from .quantity import KINDS, Quantity
from .registry import Registry
from .source import Source, read_sources
from .time import ALWAYS, Period, period, quarter_index, quarter_name, quarters

__all__ = [
    "ALWAYS",
    "KINDS",
    "CaseError",
    "Estimate",
    "FitError",
    "Frozen",
    "FrozenDict",
    "Period",
    "Problem",
    "Quantity",
    "Registry",
    "RunError",
    "ScenarioError",
    "Source",
    "SourceError",
    "TightropeError",
    "nearest",
    "period",
    "quarter_index",
    "quarter_name",
    "quarters",
    "read_only",
    "read_sources",
    "suggestion",
]
