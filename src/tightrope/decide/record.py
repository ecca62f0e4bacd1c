"""What the states really did, summed like the acts of a simulated history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tightrope.measure.posture import Acts

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["record"]


def record(case: Case) -> Acts:
    """Acts of each state over the case's period, from the coded decisions.

    Parameters
    ----------
    case
        Any case. Decisions with unknown answers, and those outside the period, are left out.

    Returns
    -------
    record
        Sums with a last axis of length one, as for one history.

    Assumes
    -------
    The coded decisions are a fair sample of what each state was asked.

    Source
    ------
    Codebook of the case; docs/codebook.md.
    """
    states, powers = len(case.states), len(case.powers)
    toward, away = np.zeros((states, powers, 1)), np.zeros((states, powers, 1))
    quiet, regime, count = (np.zeros((states, 1)) for _ in range(3))
    flags = case.labels("flag")
    for decision in case.decisions:
        if decision.chosen is None or decision.quarter not in case.quarters:
            continue
        i, o = case.states.index(decision.state), decision.options.index(decision.chosen)
        toward[i, :, 0] += np.maximum(decision.stance[o], 0)
        away[i, :, 0] += np.maximum(-decision.stance[o], 0)
        quiet[i] += decision.flags[o, flags.index("statusquo")]
        regime[i] += max(decision.flags[o, flags.index("regime")], 0)
        count[i] += 1
    return Acts(toward, away, quiet, regime, count)
