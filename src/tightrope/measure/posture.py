"""A state's posture between the powers, read from what it did."""

from __future__ import annotations

from typing import Any, NamedTuple

from tightrope.base.arrays import namespace

__all__ = ["MEANINGS", "POSTURES", "Acts", "posture", "spectrum"]

MEANINGS = {
    "bandwagon": "sides with the power that threatens most",
    "balance": "sides against the power that threatens most",
    "hedge": "serves both that power and its rivals",
    "neutral": "leaves things as they are",
    "omnibalance": "serves the regime's own security",
}
"""Each posture, and what it says of a state."""

POSTURES = tuple(MEANINGS)


class Acts(NamedTuple):
    """What a state did over a window, summed over its decisions."""

    toward: Any
    """Positive stances of each power on what was chosen, (state, power, ...)."""
    away: Any
    """Negative stances, as positive numbers, (state, power, ...)."""
    quiet: Any
    """Choices that left things as they were, (state, ...)."""
    regime: Any
    """Choices that served the regime's security, (state, ...)."""
    count: Any
    """Decisions in all, (state, ...)."""


def _sides(acts: Acts, threat: Any) -> tuple[Any, Any, Any]:
    """Acts towards and away from the power that threatens most, and towards the others, per decision."""
    xp = namespace(acts.toward)
    chief = (threat >= threat.max(axis=1, keepdims=True)).astype(acts.toward.dtype)
    chief = chief / chief.sum(axis=1, keepdims=True)
    count = xp.maximum(acts.count, 1)
    toward = (chief * acts.toward).sum(axis=1) / count
    away = (chief * acts.away).sum(axis=1) / count
    others = ((1 - chief) * acts.toward).sum(axis=1) / count
    return toward, away, others


def posture(acts: Acts, threat: Any) -> Any:
    """Degree to which a state's conduct is each of `POSTURES`.

    The rule, for the power that threatens the state most: let T and A be the mean stance, for and against, of that power
    on what was chosen, O the favour shown to all others together, and B = 2 min(T, O) / (T + O) how evenly favours are
    spread, whatever their size. Then bandwagoning is max(T - A, 0)(1 - B); balancing max(A - T, 0); hedging B times the share of decisions
    that changed something; neutrality the share that left things as they were; omnibalancing the share that served the
    regime's own security. The five are scaled to add up to one.

    Parameters
    ----------
    acts
        Summed over the window.
    threat
        Mean threat over the window, (state, power, ...), unit 1.

    Returns
    -------
    posture
        (posture, state, ...), unit 1, summing to one; NaN for a state without decisions, or whose choices no power
        cared about while they neither left things as they were nor served the regime.

    Assumes
    -------
    Every decision of the window counts the same.

    Source
    ------
    Bandwagon and balance as responses to threat: [Walt1987]_; hedging as returns from both sides: [Kuik2008]_;
    omnibalancing: [David1991]_. The rule is ours; planted histories test it.
    """
    xp = namespace(acts.toward)
    toward, away, others = _sides(acts, threat)
    count = xp.maximum(acts.count, 1)
    quiet, regime = acts.quiet / count, acts.regime / count
    both = 2 * xp.minimum(toward, others) / xp.maximum(toward + others, 1e-9)
    degree = xp.stack(
        [
            xp.maximum(toward - away, 0) * (1 - both),
            xp.maximum(away - toward, 0),
            both * (1 - quiet),
            quiet,
            regime,
        ]
    )
    total = degree.sum(axis=0)
    known = (acts.count > 0) & (total > 0)
    return xp.where(known, degree / xp.where(known, total, 1.0), xp.nan)


def spectrum(acts: Acts, threat: Any) -> Any:
    """Place on the line from balancing to bandwagoning against the power that threatens most.

    -1 is pure balancing, 0 what hedging looks like from afar, 1 pure bandwagoning.

    Parameters
    ----------
    acts
        Summed over the window.
    threat
        Mean threat over the window, (state, power, ...), unit 1.

    Returns
    -------
    spectrum
        (state, ...), -1 to 1: (T - A) / (T + A) of `posture`; 0 where the power cared about nothing that was chosen; NaN
        for a state without decisions.

    Assumes
    -------
    As `posture`.

    Source
    ------
    The spectrum of responses from pure balancing to pure bandwagoning: [Kuik2008]_ fig. 1.
    """
    xp = namespace(acts.toward)
    toward, away, _ = _sides(acts, threat)
    place = (toward - away) / xp.maximum(toward + away, 1e-9)
    return xp.where(acts.count > 0, place, xp.nan)
