"""Bargaining over one issue on a continuum: a second way to forecast it, beside the logit."""

from __future__ import annotations

from .actors import Actors, read_actors
from .bargaining import Bargaining, Ensemble, Round, bargain, ensemble
from .election import Election, condorcet
from .forecast import Forecast, beside, crps, log_score, of_members, of_options
from .variants import VARIANTS, Rules, rules

__all__ = [
    "VARIANTS",
    "Actors",
    "Bargaining",
    "Election",
    "Ensemble",
    "Forecast",
    "Round",
    "Rules",
    "bargain",
    "beside",
    "condorcet",
    "crps",
    "ensemble",
    "log_score",
    "of_members",
    "of_options",
    "read_actors",
    "rules",
]
