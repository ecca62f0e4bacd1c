"""What each option of a decision is worth to a state, and how likely it is to be taken.

All functions are pure, in NumPy or JAX, with the member (a simulated history, or a draw of the posterior) as last axis.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tightrope.base.arrays import kept, namespace, total

__all__ = [
    "COEFFICIENTS",
    "Agenda",
    "Coefficients",
    "chosen",
    "log_odds",
    "log_probabilities",
    "picked",
    "probabilities",
    "pull",
    "utilities",
]


class Coefficients(NamedTuple):
    """Weights of the considerations in a state's decisions, each (state, member), in units of log odds."""

    dependence: Any
    threat: Any
    offer: Any
    alignment: Any
    room: Any
    regime: Any
    norm: Any
    statusquo: Any
    turnout: Any


COEFFICIENTS = Coefficients._fields


class Agenda(NamedTuple):
    """Decisions put to the states at one time, one to each state; all arrays but `habit` and `key` are floats.

    Coded from the kind of question alone (docs/codebook.md). Further axes may lead, such as (quarter, slot) when several
    decisions meet a state at a time. Where there is nothing to decide no option is open.
    """

    stance: Any
    """How each power sees each option, (state, option, power), -1 to 1."""
    degree: Any
    """How far each option moves the ties at stake, (state, option), -1 to 1."""
    regime: Any
    """Flag: serves the regime's security, (state, option)."""
    norm: Any
    """Flag: upholds the norm of sovereignty, (state, option)."""
    statusquo: Any
    """Flag: leaves things as they are, (state, option)."""
    isolation: Any
    """Flag: withdraws from the outside, (state, option)."""
    placate: Any
    """Flag: limits at home what a power dislikes, (state, option)."""
    evasion: Any
    """Flag: helps round sanctions, (state, option)."""
    admission: Any
    """Flag: lets a power's people in, (state, option)."""
    turnout: Any
    """Flag for staying out of the room times the log odds that the state does so as a rule, (state, option)."""
    habit: Any
    """Which row of the habits the option has, (state, option), ``int32``; 0 for none."""
    offers: Any
    """Size of what each power offers with the question, (state, power), 0 to 1."""
    ties: Any
    """Ties at stake: change at degree one, (channel, state, power), share points; for the simulation alone."""
    reach: Any
    """The same as a change of dependence at central stakes, (state, power), unit 1."""
    scale: Any
    """How decided choices of this kind are, (state)."""
    open: Any
    """1 where the option exists, (state, option)."""
    key: Any
    """Key of the draw that decides, (state, 2), ``uint32``."""


def pull(coefficients: Coefficients, *, dependence: Any, threat: Any, offer: Any, alignment: Any) -> Any:
    """Worth to a state of one unit of what each power wants.

    Parameters
    ----------
    coefficients
        Each (state, member).
    dependence, threat
        (state, power, member), unit 1.
    offer
        Standing offers times the power's credibility, (state, power, member), unit 1.
    alignment
        (state, power, member), -1 to 1.

    Returns
    -------
    pull
        (state, power, member), log odds. Negative where threat makes the state balance rather than bandwagon.

    Source
    ------
    The bracket of docs/model.md eq. 5: b_dep D + b_thr H + b_off offer x credibility + b_ali a. Ours.
    """
    weight = Coefficients(*(part[:, None] for part in coefficients))
    return weight.dependence * dependence + weight.threat * threat + weight.offer * offer + weight.alignment * alignment


def utilities(
    agenda: Agenda,
    coefficients: Coefficients,
    pull: Any,
    *,
    dependence: Any,
    threat: Any,
    credibility: Any,
    stress: Any,
    isolation_cost: Any,
    habits: Any = None,
) -> Any:
    """Worth of every option on the agenda.

    Parameters
    ----------
    agenda
        Leading axes (state).
    coefficients
        Each (state, member).
    pull
        From `pull`, (state, power, member).
    dependence, threat
        (state, power, member), unit 1.
    credibility
        Of each power's offers, (power, member), 0 to 1.
    stress
        How pressing regime security is, (state, member); 1 in ordinary times.
    isolation_cost
        Loss from withdrawing from the outside, (state, member), log odds.
    habits
        What is usual on each kind of question whoever is asked, (habit, member), log odds, the first row zero; nothing
        is usual by default.

    Returns
    -------
    utilities
        (option, state, member), log odds before the kind's scale; meaningless where the option is not open.

    Assumes
    -------
    Considerations add up; the effect of an option on room is judged at the case's central stakes.

    Source
    ------
    Random utility: [McFadden1974]_. The considerations are docs/model.md eq. 5. The regime term is omnibalancing
    [David1991]_, the room term hedging [Kuik2008]_.
    """
    xp = namespace(pull)

    def each(x: Any) -> Any:
        """What an option has, with the option as first axis."""
        return xp.moveaxis(x, -1, 0)[..., None]

    worth = (
        coefficients.regime * stress * each(agenda.regime)
        + coefficients.norm * each(agenda.norm)
        + coefficients.statusquo * each(agenda.statusquo)
        + coefficients.turnout * each(agenda.turnout)
        - isolation_cost * each(agenda.isolation)
    )
    if habits is not None:
        worth = worth + xp.moveaxis(habits[agenda.habit], -2, 0)
    step = each(agenda.degree)
    now = after = xp.inf
    for p in range(pull.shape[1]):
        loose, safe = 1 - dependence[:, p], 1 - threat[:, p]
        # What a power wants is worth more when it comes with an offer.
        wanted = pull[:, p] + coefficients.offer * credibility[p] * agenda.offers[..., p, None]
        worth = worth + each(agenda.stance[..., p]) * wanted
        now = xp.minimum(now, loose * safe)
        after = xp.minimum(after, (loose - step * agenda.reach[..., p, None]) * safe)
    return worth + coefficients.room * (after - now)


def probabilities(agenda: Agenda, utility: Any) -> Any:
    """Probability of each option.

    Parameters
    ----------
    agenda
        Its `scale` and `open` are used.
    utility
        From `utilities`, or a (state, member) array for each option.

    Returns
    -------
    probabilities
        (option, state, member); zero where not open; sum to one where there is a decision and to zero where there is
        none.

    Source
    ------
    Logit choice: [McFadden1974]_; read as a quantal response, [McKelvey1995]_ eq. 3.

    Examples
    --------
    >>> import numpy as np
    >>> blank = {name: None for name in Agenda._fields}
    >>> two = Agenda(**(blank | {"open": np.ones((1, 2)), "scale": np.ones(1)}))
    >>> [float(p[0, 0]) for p in probabilities(two, [np.zeros((1, 1))] * 2)]
    [0.5, 0.5]
    """
    xp = namespace(utility[0])
    is_open = xp.moveaxis(agenda.open, -1, 0)[..., None]
    scaled = kept(agenda.scale[..., None] * xp.asarray(utility) - 1e9 * (1 - is_open))
    top = scaled[0]
    for worth in scaled[1:]:
        top = xp.maximum(top, worth)
    weight = kept(is_open * xp.exp(scaled - top))
    sum_ = total(weight, 0)
    return weight / xp.where(sum_ > 0, sum_, 1)


def picked(probability: Any, u: Any) -> Any:
    """The option that a uniform draw picks.

    Parameters
    ----------
    probability
        From `probabilities`, or any array for each option.
    u
        Uniform draws in (0, 1), of the shape of one option's array.

    Returns
    -------
    picked
        Number of the option, in the float type of `probability`; -1 where there is no decision.

    Source
    ------
    Inversion of the cumulative distribution: one draw a decision, so scenarios that share dice differ only where
    probabilities do.
    """
    xp = namespace(u)
    edge, edges = 0 * probability[0], []
    for part in probability:
        edge = edge + part
        edges.append(edge)
    # The draw is held against what the probabilities add up to, which rounding may leave just beside one.
    passed = [(u * edge >= lower).astype(edge.dtype) for lower in edges[:-1]]
    return xp.where(edge > 0, sum(passed, 0 * edge), -1)


def chosen(probability: Any, u: Any) -> list[Any]:
    """The option that a uniform draw picks, as a 0-1 indicator of each option.

    Parameters
    ----------
    probability, u
        As in `picked`.

    Returns
    -------
    chosen
        One array for each option, same float type; all zero where there is no decision.

    Source
    ------
    `picked`.
    """
    pick = picked(probability, u)
    return [(pick == o).astype(pick.dtype) for o in range(len(probability))]


def log_odds(share: Any, least: float = 0.005) -> Any:
    """Log odds of a share, kept away from none and all.

    Parameters
    ----------
    share
        Any shape, unit 1. NaN stays NaN.
    least
        Shares nearer to 0 or 1 than this count as this; no state is seen on enough roll calls to tell them apart.

    Returns
    -------
    log_odds
        Same shape.

    Source
    ------
    Definition of the logit; the bound is ours.

    Examples
    --------
    >>> import numpy as np
    >>> log_odds(np.array([0.5, 0.0])).round(2)
    array([ 0.  , -5.29])
    """
    xp = namespace(share)
    kept_share = xp.clip(share, least, 1 - least)
    return xp.log(kept_share / (1 - kept_share))


def log_probabilities(agenda: Agenda, utility: Any) -> Any:
    """Natural logarithm of the probability of each option.

    Parameters
    ----------
    agenda, utility
        As in `probabilities`.

    Returns
    -------
    log_probabilities
        (option, state, member); hugely negative where not open.

    Source
    ------
    `probabilities`; written apart because the logarithm of a tiny probability is lost in its rounding.
    """
    xp = namespace(utility[0])
    is_open = xp.moveaxis(agenda.open, -1, 0)[..., None]
    scaled = agenda.scale[..., None] * xp.asarray(utility) - 1e9 * (1 - is_open)
    top = scaled.max(axis=0)
    return scaled - top - xp.log(xp.exp(scaled - top).sum(axis=0))
