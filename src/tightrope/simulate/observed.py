"""What each state of a case saw, quarter by quarter, by the case's own figures and not by a simulated history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tightrope.base.estimate import Estimate
from tightrope.decide.evidence import Seen
from tightrope.decide.utility import log_odds
from tightrope.measure import central

from .forcing import forcing
from .mechanisms import mechanisms, sanctions, security, trade

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["observed"]


def observed(case: Case, scenario: str = "history") -> Seen:
    """What the states saw in each quarter of the period.

    Parameters
    ----------
    case
        Any case with the figures that the model reads.
    scenario
        Says what the powers did: aggression, attention, offers, withdrawal. Without one of that name nothing happened.

    Returns
    -------
    observed
        Central values. Ties, capabilities and alignment are those of the year before the quarter, or of the year in
        which the period starts if that is later; what the powers do is that of the quarter.

    Assumes
    -------
    A quarter's ties and alignment are those of the year before, so that a choice does not explain itself. No rewards,
    and no evasion that diverts threat: these are outcomes of the simulation and in no figure.

    Source
    ------
    The same functions as the simulation's `look`; docs/model.md eq. 1 to 5.
    """
    on = dict.fromkeys(mechanisms, 1.0)
    name = scenario if scenario in case.scenarios else next(iter(case.scenarios))
    now = forcing(case, name, on)
    first, last = int(case.start[:4]), max(case.years)
    figures: dict[str, list[np.ndarray]] = {}
    for t, quarter in enumerate(case.quarters):
        year = int(np.clip(int(quarter[:4]) - 1, first, last))
        levels = {
            part: Estimate(x[t, :, 0], x[t, :, 1], x[t, :, 2], ("power",), "1", part)
            for part, x in (
                ("aggression", now.aggression),
                ("attention", now.attention),
                ("capability", now.capability),
            )
        }
        found = central(case, year, levels=levels) | {
            "alignment": case.dyad("alignment", year).value,
            "away": log_odds(case.attribute("absence", year, actors=case.states).value),
        }
        for part in ("dependence", "threat", "alignment", "away"):
            figures.setdefault(part, []).append(found[part])
    credibility = security.commitment_credibility(
        on["commitment_credibility"],
        case.parameter("credibility", case.start).value,
        np.clip(now.withdrawal[..., 0], 0, 1),
    )
    food = sanctions.food_prices(
        on["food_prices"],
        float(case.parameter("food_price_size", case.start).value),
        now.invasion[..., 0].max(axis=1)[:, None],
        now.sanctioned[..., 0].max(axis=1)[:, None],
        case.attribute("food_import", first, actors=case.states).value,
    )
    # As in the simulation, a state decides by the prices at the quarter's start.
    before = np.concatenate([np.zeros_like(food[:1]), food[:-1]])
    return Seen(
        quarters=tuple(case.quarters),
        offer=np.clip(now.offer[..., 0].sum(axis=1), 0, 1) * credibility[:, None],
        credibility=credibility,
        stress=1 + float(case.parameter("food_stress", case.start).value) * before / 100,
        isolation_cost=trade.exporters_openness(
            on["exporters_openness"],
            float(case.parameter("exporters_openness_size", case.start).value),
            case.attribute("energy_exporter", first, actors=case.states).value,
        ),
        **{part: np.stack(rows) for part, rows in figures.items()},
    )
