"""What a simulated history carries from quarter to quarter, and what drives it.

Shapes name the axes (state, power, channel, member); the member, one simulated history, is the last axis of every array,
because that is the axis over which a processor's lanes run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tightrope.decide.utility import Coefficients

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["CHANNELS", "STRENGTHS", "Forcing", "Member", "Outcome", "World", "channels"]

CHANNELS = (
    "trade",
    "energy",
    "remittances",
    "finance",
    "security",
    "transport",
    "diplomacy",
    "culture",
    "people",
)
"""The channels on which mechanisms act, in the order in which the simulation keeps them."""


def channels(case: Case) -> tuple[str, ...]:
    """Every channel that the simulation of a case keeps: `CHANNELS`, then those of the case's own.

    A case without one of `CHANNELS` has no stake in it; no mechanism acts on a channel of a case's own, which moves by
    decisions, offers, corridors, chance, and back to where it was.
    """
    return (*CHANNELS, *(channel for channel in case.channels if channel not in CHANNELS))


STRENGTHS = (
    "answer_cost",
    "answer_extend",
    "answer_extend_base",
    "answer_fade",
    "answer_hold",
    "answer_punish",
    "answer_punish_base",
    "answer_reward",
    "answer_reward_base",
    "alignment_rate",
    "alignment_return",
    "arrivals_growth",
    "balancing_cost_size",
    "barrier_size",
    "business_relocation_size",
    "common_share",
    "distance_scale",
    "diverted_threat_size",
    "drafted_migrants_size",
    "enforcement",
    "evasion_growth",
    "evasion_rate",
    "exporters_openness_size",
    "exposure_asset",
    "exposure_base",
    "exposure_border",
    "exposure_coethnic",
    "fear_weight",
    "food_price_size",
    "food_stress",
    "harsh_size",
    "kinship_size",
    "offer_uptake",
    "penalty_finance",
    "penalty_growth",
    "penalty_size",
    "penalty_trade",
    "placation_size",
    "remittance_elasticity",
    "reward_offer",
    "reward_size",
    "sanctions_spillover_size",
    "skilled_arrivals_size",
    "trade_elasticity",
)
"""Scalar parameters that every case has to give."""


class Member(NamedTuple):
    """What one history draws once: the uncertain inputs of the case."""

    coefficients: Coefficients
    habits: Any
    """What is usual on each kind of question, (habit, member), log odds."""
    share: Any
    """The powers' shares at the start, (channel, state, power, member), unit 1."""
    rest: Any
    """Share of all others at the start, (channel, state, member), unit 1."""
    hold: Any
    """Stake less what could be replaced, (channel, state, member), unit 1."""
    capability: Any
    """Composite capability of the powers, (power, member), unit 1."""
    capability_state: Any
    """Composite capability of the states, (state, member), unit 1."""
    nearness: Any
    """Strength left at a power's distance, exp(-distance / scale), (state, power, member), unit 1."""
    alignment: Any
    """At the start, (state, power, member), -1 to 1."""
    coethnic: Any
    asset: Any
    land: Any
    language: Any
    fear: Any
    own_cost: Any
    """(state, power, member), unit 1: co-ethnic share, coveted assets, land route, common language, fear of radicals,
    trade with the state as part of the power's economy."""
    remittances_gdp: Any
    trade_gdp: Any
    energy_exporter: Any
    food_import: Any
    growth_trend: Any
    re_export_size: Any
    """(state, member): parts of output, part of exports, part of staple food, per cent a year, part of trade with a fully
    sanctioned power."""
    credibility: Any
    soft_power: Any
    """(power, member), unit 1."""
    reversion: Any
    volatility: Any
    """(channel, member): part of the way back in a quarter; standard deviation of a quarter's change."""
    strengths: Any
    """Every scalar parameter of the model, (parameter, member), in the order of `STRENGTHS`."""

    @property
    def strength(self) -> dict[str, Any]:
        """Every scalar parameter of the model by name, each (member,)."""
        return dict(zip(STRENGTHS, self.strengths, strict=True))


class Forcing(NamedTuple):
    """What the world does to the states in a quarter: the outcome of the scenario's shocks."""

    aggression: Any
    attention: Any
    capability: Any
    invasion: Any
    sanctioned: Any
    sanctioner: Any
    withdrawal: Any
    """Each (power, member)."""
    extension: Any
    barrier: Any
    remittance_cut: Any
    expulsion: Any
    """Each (state, power, member), 0 to 1; `barrier` is the part of trade stopped beyond `trade_change`."""
    trade_change: Any
    """Trade after the scenario's sanctions, extensions and barriers over trade without, (state, power, member)."""
    offer: Any
    """(channel, state, power, member), 0 to 1."""
    corridor: Any
    """Change of ties by corridors opened or closed since the start, (channel, state, power, member), share points."""


class World(NamedTuple):
    """State of the simulated histories at the end of a quarter."""

    volume: Any
    """Ties, (channel, state, power, member), in parts of the state's channel at the start."""
    recent: tuple[Any, Any]
    """Remittances and trade as they were about a year ago, (state, member), in parts of the start."""
    alignment: Any
    """(state, power, member), -1 to 1."""
    arrivals: Any
    """People of each power who arrived since the start, (state, power, member), part of the population."""
    evasion: Any
    """Re-exports to each sanctioned power in parts of trade with it before, (state, power, member), 0 to 1."""
    facilitation: Any
    """Policy towards evasion, (state, member): above 0 helps, below 0 controls."""
    penalty: Any
    """Sanctions of each power on the state's own firms, (state, power, member), 0 to 1."""
    placated: Any
    """Stock of placating acts, (state, power, member)."""
    reward: Any
    """Stock of rewards by each power, (state, power, member)."""
    barrier: Any
    harsh: Any
    """Each power's own barriers to trade and harsh treatment of migrants in force, (state, power, member), 0 to 1."""
    food: Any
    """Food prices over the path without war and sanctions, (state, member), per cent."""
    toward: Any
    away: Any
    """Sums over what the state chose of each power's positive and negative stances, (state, power, member)."""
    quiet: Any
    regime: Any
    """Counts of choices that left things as they were, and that served the regime's security, (state, member)."""


class Outcome(NamedTuple):
    """What is kept of a quarter of each history."""

    dependence: Any
    threat: Any
    alignment: Any
    """Each (state, power, member)."""
    growth: Any
    remittances: Any
    trade: Any
    food_price: Any
    evasion: Any
    """Each (state, member): per cent a year; parts of the start; parts of the start; per cent; 0 to 1."""
    picks: Any
    """The option taken, (slot, state, member), ``int8``; -1 in empty slots."""
    answer: Any
    """What each power did, index into `tightrope.decide.answer.ANSWERS`, (state, power, member), ``int8``."""
    odds: Any
    """Probability of each option summed over the block's members, (slot, state, option), in units of 2**-16: whole
    numbers, so that the sum does not depend on how members are split into blocks."""
    credibility: Any
    """(power, member), 0 to 1."""
    share: Any = None
    """The powers' shares at the quarter's end, (channel, state, power, member), unit 1; None unless asked for."""
