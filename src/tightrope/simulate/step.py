"""One quarter of a history, as a list of stages.

Everything in a quarter is computed from the world as it stood at the quarter's start, so the order of the stages does
not matter to the result. Pure functions of arrays; the equations are docs/model.md, section "Submodels".
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.base.arrays import kept, total
from tightrope.base.random import uniform
from tightrope.decide.answer import ANSWERS, answers
from tightrope.decide.utility import Agenda, picked, probabilities, pull, utilities
from tightrope.measure.threat import capability_ratio, exposure, threat

from .draw import normal
from .mechanisms import culture, people, sanctions, security, trade
from .world import CHANNELS, Forcing, Member, Outcome, World

__all__ = ["ODDS_UNIT", "Acted", "Dice", "act", "begin", "follow", "look", "quarter"]

TRADE, ENERGY, REMITTANCES, FINANCE, SECURITY, TRANSPORT, DIPLOMACY, CULTURE, PEOPLE = range(len(CHANNELS))
ODDS_UNIT = 2.0**-16
IGNORE, REWARD, BARRIER, MIGRANTS, EXTEND = range(len(ANSWERS))

Switches = dict[str, Any]


class Dice(NamedTuple):
    """Keys of a quarter's draws."""

    answer: Any
    """(state, power, 2)."""
    common: Any
    """Shocks common to all states: one for each power, then one for each channel, (power + channel, 2)."""
    own: Any
    """Shocks of each state: one with each power, then one in each channel, (state, power + channel, 2)."""


class Sight(NamedTuple):
    """What a state sees at the start of a quarter."""

    dependence: Any
    hold_trade: Any
    hold_migrants: Any
    culture: Any
    threat: Any
    credibility: Any
    offer: Any


class Taken(NamedTuple):
    """What was taken in each slot."""

    picks: Any
    """The option's number, (slot, state, member), ``int8``; -1 where there was nothing to decide."""
    degree: Any
    """How far it moves the ties at stake, (slot, state, member), -1 to 1."""
    odds: Any
    """See `Outcome`, (slot, state, option)."""


class Choices(NamedTuple):
    """Sums over what the states chose in a quarter."""

    toward: Any
    away: Any
    placate: Any
    welcome: Any
    facilitation: Any
    quiet: Any
    regime: Any

    @property
    def acts(self) -> Any:
        """Each power's stances on what each state chose, summed, (state, power, member)."""
        return self.toward - self.away


class Acted(NamedTuple):
    """What states and powers did in a quarter."""

    choices: Choices
    taken: Taken
    answer: Any
    """What each power did, index into `ANSWERS`, (state, power, member)."""


def begin(member: Member) -> World:
    """World of the histories before their first quarter."""
    pairs = jnp.zeros_like(member.alignment)
    states = jnp.zeros_like(member.growth_trend)
    return World(
        volume=member.share,
        recent=(total(member.share[REMITTANCES], 1), total(member.share[TRADE], 1)),
        alignment=member.alignment,
        arrivals=pairs,
        evasion=pairs,
        facilitation=states,
        penalty=pairs,
        placated=pairs,
        reward=pairs,
        barrier=pairs,
        harsh=pairs,
        food=states,
        toward=pairs,
        away=pairs,
        quiet=states,
        regime=states,
    )


def quarter(
    world: World,
    member: Member,
    now: Forcing,
    agenda: Agenda,
    dice: Dice,
    on: Switches,
    numbers: Any,
    live: Any,
    *,
    shares: bool = False,
) -> tuple[World, Outcome]:
    """Carry every history of a block through one quarter.

    Parameters
    ----------
    world, member, now, agenda, dice
        See `tightrope.simulate.world`; the member is the last axis.
    on
        Switch of each mechanism, 0 or 1.
    numbers
        Member numbers of the block, (member,), ``uint32``.
    live
        Which of them count in sums over members, (member,), bool.
    shares
        Whether to keep the shares of all ties.

    Returns
    -------
    world, outcome
        The world at the end of the quarter, and what is kept of it.

    Source
    ------
    docs/model.md, eq. 1 to 14.
    """
    sight = look(world, member, now, on)  # 1 dependence, threat, offers
    acted = act(world, member, now, agenda, sight, dice, on, numbers, live)  # 2 and 3 states choose, powers answer
    after, kept = follow(world, member, now, agenda, sight, acted, dice, on, numbers)  # 4 to 7 what comes of it
    if shares:
        kept = kept._replace(share=after.volume / (total(after.volume, 2) + member.rest)[:, :, None])
    return after, kept


def act(
    world: World,
    member: Member,
    now: Forcing,
    agenda: Agenda,
    sight: Sight,
    dice: Dice,
    on: Switches,
    numbers: Any,
    live: Any,
) -> Acted:
    """What the states choose and the powers answer in a quarter; arguments as in `quarter`, and what is seen."""
    choices, taken = _decide(world, member, agenda, sight, on, numbers, live)  # 2 the states choose
    answer = _answer(world, member, now, choices, sight, dice, on, numbers)  # 3 the powers answer
    return Acted(choices, taken, answer)


def follow(
    world: World,
    member: Member,
    now: Forcing,
    agenda: Agenda,
    sight: Sight,
    acted: Acted,
    dice: Dice,
    on: Switches,
    numbers: Any,
) -> tuple[World, Outcome]:
    """What comes of a quarter in which this was done.

    Apart from `quarter`, so that the effect of a change can be traced with every choice and answer held as it was: there
    is no draw of an act here, and the result is differentiable almost everywhere.

    Parameters
    ----------
    world, member, now, agenda, dice, on, numbers
        As in `quarter`.
    sight
        From `look`.
    acted
        From `act`.

    Returns
    -------
    world, outcome
        As of `quarter`.

    Source
    ------
    docs/model.md, eq. 9 to 14.
    """
    choices, taken, answer = acted
    target = _targets(world, member, now, sight, on)  # 4 where ties tend to
    volume = _move(world, member, target, agenda, taken, answer, dice, numbers)  # 5 ties move
    growth = _growth(world, member, now, on)  # 6 what it means for the economy
    after = _update(world, member, now, choices, answer, sight, volume, on)  # 7 everything else
    kept = Outcome(
        dependence=sight.dependence,
        threat=sight.threat,
        alignment=after.alignment,
        growth=growth,
        remittances=total(volume[REMITTANCES], 1) + member.rest[REMITTANCES],
        trade=total(volume[TRADE], 1) + member.rest[TRADE],
        food_price=after.food,
        evasion=total(after.evasion, 1),
        picks=taken.picks,
        answer=answer.astype(jnp.int8),
        odds=taken.odds,
        credibility=sight.credibility,
        share=None,
    )
    return after, kept


def look(world: World, member: Member, now: Forcing, on: Switches) -> Sight:
    """What the states see at the start of a quarter: shares, dependence, threat, credibility, offers."""
    k = member.strength
    whole = total(world.volume, 2) + member.rest
    # One division for each state and channel instead of one for each tie.
    hold = jnp.where(_at(whole, TRADE)[..., 0], trade.coercive_trade(on["coercive_trade"], member.hold), member.hold)
    bound = kept(hold / whole)
    menace = threat(
        capability_ratio(member.capability * now.capability, member.capability_state),
        member.nearness,
        now.aggression,
        exposure(
            base=k["exposure_base"],
            coethnic_weight=security.pretext(on["pretext"], k["exposure_coethnic"]),
            coethnic=security.arrivals_exposure(on["arrivals_exposure"], member.coethnic, world.arrivals),
            asset_weight=k["exposure_asset"],
            asset=member.asset,
            border_weight=k["exposure_border"],
            border=member.land,
        ),
        now.attention,
    )
    credibility = security.commitment_credibility(
        on["commitment_credibility"], member.credibility, jnp.clip(now.withdrawal, 0, 1)
    )
    return Sight(
        dependence=total(bound[:, :, None] * world.volume, 0),
        hold_trade=bound[TRADE][:, None] * world.volume[TRADE],
        hold_migrants=bound[REMITTANCES][:, None] * world.volume[REMITTANCES],
        culture=world.volume[CULTURE] / whole[CULTURE][:, None],
        threat=menace * security.diverted_threat(on["diverted_threat"], k["diverted_threat_size"], world.evasion),
        credibility=credibility,
        offer=jnp.clip(total(now.offer, 0), 0, 1) * credibility + world.reward,
    )


def _decide(
    world: World, member: Member, agenda: Agenda, sight: Sight, on: Switches, numbers: Any, live: Any
) -> tuple[Choices, Taken]:
    k = member.strength
    wanted = pull(
        member.coefficients,
        dependence=sight.dependence,
        threat=sight.threat,
        offer=sight.offer,
        alignment=world.alignment,
    )
    stress = 1 + k["food_stress"] * world.food / 100
    isolation_cost = trade.exporters_openness(
        on["exporters_openness"], k["exporters_openness_size"], member.energy_exporter
    )

    def decide(s: Any, so_far: tuple[Choices, Taken]) -> tuple[Choices, Taken]:
        slot = jax.tree.map(lambda x: x[s], agenda)
        worth = utilities(
            slot,
            member.coefficients,
            wanted,
            dependence=sight.dependence,
            threat=sight.threat,
            credibility=sight.credibility,
            stress=stress,
            isolation_cost=isolation_cost,
            habits=member.habits,
        )
        odds = probabilities(slot, worth)
        pick = kept(picked(odds, uniform(slot.key, numbers)))
        choices, degree = _effects(slot, pick)
        taken = Taken(pick.astype(jnp.int8), degree, whole(odds, live))
        return jax.tree.map(jnp.add, so_far[0], choices), jax.tree.map(
            lambda x, one: x.at[s].set(one), so_far[1], taken
        )

    pairs, states = jnp.zeros_like(world.alignment), jnp.zeros_like(world.food)
    slots, _, options = agenda.open.shape
    start = Choices(pairs, pairs, pairs, states, states, states, states)
    nobody = Taken(
        jnp.full((slots, *states.shape), -1, jnp.int8),
        jnp.zeros((slots, *states.shape), states.dtype),
        jnp.zeros((slots, states.shape[0], options), jnp.int32),
    )
    # Slots are filled from the first on, and most quarters fill few.
    used = agenda.open.any(axis=(1, 2)).sum()
    choices, taken = jax.lax.fori_loop(0, used, decide, (start, nobody))
    return choices._replace(welcome=jnp.clip(choices.welcome, -1, 1)), taken


def whole(odds: Any, live: Any) -> Any:
    """Odds of the options summed over the live members, (state, option), in whole numbers of `ODDS_UNIT`.

    Parameters
    ----------
    odds
        (option, state, member).
    live
        Which members count, (member,), bool.
    """
    return (jnp.round(odds / ODDS_UNIT).astype(jnp.int32) * live).sum(axis=-1).T


def _effects(slot: Agenda, pick: Any) -> tuple[Choices, Any]:
    """What follows from the options picked in one slot, and how far they move the ties at stake."""
    taken = [(pick == o).astype(pick.dtype) for o in range(slot.open.shape[-1])]

    def of(flag: Any) -> Any:
        return sum(one * flag[:, o, None] for o, one in enumerate(taken))

    stance = sum(one[:, None] * slot.stance[:, o, :, None] for o, one in enumerate(taken))
    choices = Choices(
        toward=jnp.maximum(stance, 0),
        away=jnp.maximum(-stance, 0),
        # Placating acts placate the powers that like them.
        placate=of(slot.placate)[:, None] * (stance > 0),
        welcome=of(slot.admission),
        facilitation=of(slot.evasion),
        quiet=of(slot.statusquo),
        regime=of(jnp.maximum(slot.regime, 0)),
    )
    return choices, of(slot.degree)


def _answer(
    world: World,
    member: Member,
    now: Forcing,
    choices: Choices,
    sight: Sight,
    dice: Dice,
    on: Switches,
    numbers: Any,
) -> Any:
    """What each power does, index into `ANSWERS`, (state, power, member), float."""
    k = member.strength
    odds = answers(
        acts=choices.acts,
        attention=now.attention,
        placation=security.placation(on["placation"], k["placation_size"], world.placated),
        hold_trade=sight.hold_trade,
        hold_migrants=sight.hold_migrants,
        own_cost=member.own_cost,
        evasion=total(world.evasion, 1),
        sanctioner=now.sanctioner,
        can_barrier=trade.trade_barrier(on["trade_barrier"]),
        can_migrants=people.migrant_retaliation(on["migrant_retaliation"]),
        can_extend=sanctions.secondary_sanctions(on["secondary_sanctions"]),
        strength=k,
    )
    return kept(picked([kept(part) for part in odds], uniform(dice.answer, numbers)))


def _targets(world: World, member: Member, now: Forcing, sight: Sight, on: Switches) -> Any:
    """Where each tie tends to, (channel, state, power, member), in parts of the channel at the start."""
    k = member.strength
    target = jnp.maximum(member.share + now.corridor + k["offer_uptake"] * sight.credibility * now.offer, 0)
    # Only trade that powers cut by their own answers is left to be diverted by a fixed part.
    start = member.share[TRADE] * now.trade_change
    penalty = jnp.clip(world.penalty + now.extension, 0, 1)
    stopped = jnp.clip(now.barrier + world.barrier, 0, 1)
    cut = jnp.clip(now.remittance_cut + world.harsh, 0, 1)
    traded = now.trade_change * (1 - stopped) * (1 - k["penalty_trade"] * world.penalty) * (1 + world.evasion)
    spill = sanctions.sanctions_spillover(on["sanctions_spillover"], k["sanctions_spillover_size"], now.sanctioned)
    kinship = culture.kinship_and_fear(
        on["kinship_and_fear"], k["kinship_size"], member.language, k["fear_weight"], member.fear
    )
    drafted = people.drafted_migrants(on["drafted_migrants"], k["drafted_migrants_size"], now.invasion)
    target = (
        target
        * jnp.where(_at(member.share, TRADE) > 0, traded, 1)
        * (1 - _at(member.share, FINANCE) * k["penalty_finance"] * penalty)
        * (1 - _at(member.share, REMITTANCES) * cut)
        * (1 - _at(member.share, REMITTANCES, PEOPLE) * now.expulsion)
        * (1 - _at(member.share, FINANCE) * spill)
        * (1 + _at(member.share, CULTURE) * kinship)
        * (1 - _at(member.share, PEOPLE) * drafted)
    )
    gain = trade.balancing_cost(
        on["balancing_cost"], k["balancing_cost_size"], start, kept(target[TRADE]), member.rest[TRADE]
    )
    # What is passed on has to be bought first, from those who do not sell it to the sanctioned power themselves.
    sellers = now.sanctioner * start
    bought = total(start * world.evasion, 1, keepdims=True) * sellers
    bought = bought / jnp.maximum(total(sellers, 1, keepdims=True), 1e-6)
    return target + _at(member.share, TRADE) * kept(gain + bought)


def _at(arrays: Any, *channels: int) -> Any:
    """1 in these of the channels that the first axis holds, 0 in the others, (channel, 1, 1, 1)."""
    return np.isin(np.arange(len(arrays)), channels).astype(np.float32)[:, None, None, None]


def _move(
    world: World, member: Member, target: Any, agenda: Agenda, taken: Taken, answer: Any, dice: Dice, numbers: Any
) -> Any:
    k = member.strength
    powers = member.alignment.shape[1]
    common = normal(dice.common, numbers) * jnp.sqrt(k["common_share"] / 2)
    own = normal(dice.own, numbers) * jnp.sqrt((1 - k["common_share"]) / 2)
    factor = kept(own + common)  # (state, power + channel, member)
    shock = factor[:, :powers] + jnp.moveaxis(factor[:, powers:], 1, 0)[:, :, None]
    after = (
        world.volume * (1 + member.volatility[:, None, None] * shock)
        + member.reversion[:, None, None] * (target - world.volume)
        + jnp.einsum("sil,scip->cipl", taken.degree, agenda.ties)
        + _at(member.share, FINANCE) * k["reward_size"] * (answer == REWARD)
    )
    return kept(jnp.maximum(after, 0))


def _growth(world: World, member: Member, now: Forcing, on: Switches) -> Any:
    k = member.strength
    remittances, traded = total(world.volume[REMITTANCES], 1), total(world.volume[TRADE], 1)
    sent = 100 * (remittances - world.recent[0]) / jnp.maximum(world.recent[0] + member.rest[REMITTANCES], 1e-6)
    change = 100 * (traded - world.recent[1]) / jnp.maximum(world.recent[1] + member.rest[TRADE], 1e-6)
    return (
        member.growth_trend
        + people.remittance_growth(on["remittance_growth"], k["remittance_elasticity"], member.remittances_gdp, sent)
        + k["trade_elasticity"] * member.trade_gdp * change
        + people.business_relocation(
            on["business_relocation"], k["business_relocation_size"], now.sanctioned, world.volume[TRADE]
        )
        + k["arrivals_growth"] * total(world.arrivals, 1)
        + k["evasion_growth"] * total(world.evasion, 1)
        - k["penalty_growth"] * total(jnp.clip(world.penalty + now.extension, 0, 1), 1)
    )


def _update(
    world: World,
    member: Member,
    now: Forcing,
    choices: Choices,
    answer: Any,
    sight: Sight,
    volume: Any,
    on: Switches,
) -> World:
    k = member.strength
    fade = 1 - k["answer_fade"]
    alignment = (
        world.alignment
        + k["alignment_rate"] * (choices.acts - world.alignment * (choices.toward + choices.away))
        + k["alignment_return"] * (member.alignment - world.alignment)
        + culture.language_centres(on["language_centres"], member.soft_power, sight.culture)
    )
    passage = sanctions.land_routes(on["land_routes"], k["enforcement"], member.land)
    level = sanctions.re_export(on["re_export"], member.re_export_size, now.sanctioned, passage, world.facilitation)
    return World(
        volume=volume,
        recent=(
            world.recent[0] + (total(world.volume[REMITTANCES], 1) - world.recent[0]) / 4,
            world.recent[1] + (total(world.volume[TRADE], 1) - world.recent[1]) / 4,
        ),
        alignment=jnp.clip(alignment, -1, 1),
        arrivals=world.arrivals
        + people.skilled_arrivals(
            on["skilled_arrivals"], k["skilled_arrivals_size"], now.invasion, member.land, choices.welcome
        ),
        evasion=world.evasion + k["evasion_rate"] * (level - world.evasion),
        facilitation=jnp.clip(fade * world.facilitation + choices.facilitation, -1, 1),
        penalty=jnp.clip(fade * world.penalty + k["penalty_size"] * (answer == EXTEND), 0, 1),
        placated=fade * world.placated + choices.placate,
        reward=jnp.clip(fade * world.reward + k["reward_offer"] * (answer == REWARD), 0, 1),
        barrier=jnp.clip(fade * world.barrier + k["barrier_size"] * (answer == BARRIER), 0, 1),
        harsh=jnp.clip(fade * world.harsh + k["harsh_size"] * (answer == MIGRANTS), 0, 1),
        food=sanctions.food_prices(
            on["food_prices"],
            k["food_price_size"],
            now.invasion.max(axis=0),
            now.sanctioned.max(axis=0),
            member.food_import,
        ),
        toward=world.toward + choices.toward,
        away=world.away + choices.away,
        quiet=world.quiet + choices.quiet,
        regime=world.regime + choices.regime,
    )
