"""One quarter of a history, as a list of stages.

Everything in a quarter is computed from the world as it stood at the quarter's start, so the order of the stages does
not matter to the result. Pure functions of arrays; the equations are docs/model.md, section "Submodels".
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from tightrope.base.random import uniform
from tightrope.decide.answer import ANSWERS, answers
from tightrope.decide.utility import Agenda, chosen, probabilities, pull, utilities
from tightrope.measure.threat import capability_ratio, exposure, threat

from .mechanisms import culture, people, sanctions, security, trade
from .world import CHANNELS, Forcing, Member, Outcome, World

__all__ = ["ODDS_UNIT", "Dice", "begin", "look", "quarter"]

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

    share: tuple[Any, ...]
    dependence: Any
    hold_trade: Any
    hold_migrants: Any
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


def begin(member: Member) -> World:
    """World of the histories before their first quarter."""
    pairs = jnp.zeros_like(member.alignment)
    states = jnp.zeros_like(member.growth_trend)
    return World(
        volume=member.share,
        recent=(member.share[REMITTANCES].sum(axis=1), member.share[TRADE].sum(axis=1)),
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
    world: World, member: Member, now: Forcing, agenda: Agenda, dice: Dice, on: Switches, numbers: Any, live: Any
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

    Returns
    -------
    world, outcome
        The world at the end of the quarter, and what is kept of it.

    Source
    ------
    docs/model.md, eq. 1 to 14.
    """
    sight = look(world, member, now, on)  # 1 dependence, threat, offers
    choices, taken = _decide(world, member, agenda, sight, on, numbers, live)  # 2 the states choose
    answer = _answer(world, member, now, choices, sight, dice, on, numbers)  # 3 the powers answer
    target = _targets(world, member, now, sight, on)  # 4 where ties tend to
    volume = _move(world, member, target, agenda, taken, answer, dice, numbers)  # 5 ties move
    growth = _growth(world, member, now, on)  # 6 what it means for the economy
    after = _update(world, member, now, choices, answer, sight, volume, on)  # 7 everything else
    kept = Outcome(
        dependence=sight.dependence,
        threat=sight.threat,
        alignment=after.alignment,
        growth=growth,
        remittances=volume[REMITTANCES].sum(axis=1) + member.rest[REMITTANCES],
        trade=volume[TRADE].sum(axis=1) + member.rest[TRADE],
        food_price=after.food,
        evasion=after.evasion.sum(axis=1),
        picks=taken.picks,
        answer=sum(k * pick for k, pick in enumerate(answer)).astype(jnp.int8),
        odds=taken.odds,
        credibility=sight.credibility,
    )
    return after, kept


def look(world: World, member: Member, now: Forcing, on: Switches) -> Sight:
    """What the states see at the start of a quarter: shares, dependence, threat, credibility, offers."""
    k = member.strength
    share = tuple(
        volume / (volume.sum(axis=1, keepdims=True) + rest[:, None])
        for volume, rest in zip(world.volume, member.rest, strict=True)
    )
    hold = list(member.hold)
    hold[TRADE] = trade.coercive_trade(on["coercive_trade"], hold[TRADE])
    parts = [part * weight[:, None] for part, weight in zip(share, hold, strict=True)]
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
        share=share,
        dependence=sum(parts[1:], parts[0]),
        hold_trade=parts[TRADE],
        hold_migrants=parts[REMITTANCES],
        threat=menace * security.diverted_threat(on["diverted_threat"], k["diverted_threat_size"], world.evasion),
        credibility=credibility,
        offer=jnp.clip(sum(now.offer[1:], now.offer[0]), 0, 1) * credibility + world.reward,
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

    def decide(total: Choices, slot: Agenda) -> tuple[Choices, Taken]:
        worth = utilities(
            slot,
            member.coefficients,
            wanted,
            dependence=sight.dependence,
            threat=sight.threat,
            credibility=sight.credibility,
            stress=stress,
            isolation_cost=isolation_cost,
        )
        odds = probabilities(slot, worth)
        result, taken = _taken(slot, odds, chosen(odds, uniform(slot.key, numbers)), live)
        return jax.tree.map(jnp.add, total, result), taken

    pairs, states = jnp.zeros_like(world.alignment), jnp.zeros_like(world.food)
    start = Choices(pairs, pairs, pairs, states, states, states, states)
    nobody = Taken(
        jnp.full(states.shape, -1, jnp.int8), states, jnp.zeros((states.shape[0], agenda.open.shape[-1]), jnp.int32)
    )

    def step(total: Choices, slot: Agenda) -> tuple[Choices, Taken]:
        # Most quarters fill few slots; an empty one costs nothing.
        result: tuple[Choices, Taken] = jax.lax.cond(
            slot.open.any(), decide, lambda total, _: (total, nobody), total, slot
        )
        return result

    total, taken = jax.lax.scan(step, start, agenda)
    return total._replace(welcome=jnp.clip(total.welcome, -1, 1)), taken


def _taken(slot: Agenda, odds: list[Any], taken: list[Any], live: Any) -> tuple[Choices, Taken]:
    """What follows from the options taken in one slot."""

    def total(flag: Any) -> Any:
        return sum(pick * flag[:, o, None] for o, pick in enumerate(taken))

    stance = sum(pick[:, None] * slot.stance[:, o, :, None] for o, pick in enumerate(taken))
    degree = total(slot.degree)
    choices = Choices(
        toward=jnp.maximum(stance, 0),
        away=jnp.maximum(-stance, 0),
        # Placating acts placate the powers that like them.
        placate=total(slot.placate)[:, None] * (stance > 0),
        welcome=total(slot.admission),
        facilitation=total(slot.evasion),
        quiet=total(slot.statusquo),
        regime=total(jnp.maximum(slot.regime, 0)),
    )
    pick = sum(o * pick for o, pick in enumerate(taken)) + (sum(taken) - 1)
    whole = [(jnp.round(p / ODDS_UNIT).astype(jnp.int32) * live).sum(axis=-1) for p in odds]
    return choices, Taken(pick.astype(jnp.int8), degree, jnp.stack(whole, axis=-1))


def _answer(
    world: World,
    member: Member,
    now: Forcing,
    choices: Choices,
    sight: Sight,
    dice: Dice,
    on: Switches,
    numbers: Any,
) -> list[Any]:
    k = member.strength
    odds = answers(
        acts=choices.acts,
        attention=now.attention,
        placation=security.placation(on["placation"], k["placation_size"], world.placated),
        hold_trade=sight.hold_trade,
        hold_migrants=sight.hold_migrants,
        own_cost=member.own_cost,
        evasion=world.evasion.sum(axis=1),
        sanctioner=now.sanctioner,
        can_barrier=trade.trade_barrier(on["trade_barrier"]),
        can_migrants=people.migrant_retaliation(on["migrant_retaliation"]),
        can_extend=sanctions.secondary_sanctions(on["secondary_sanctions"]),
        strength=k,
    )
    return chosen(odds, uniform(dice.answer, numbers))


def _targets(world: World, member: Member, now: Forcing, sight: Sight, on: Switches) -> list[Any]:
    """Where each tie tends to, (state, power, member) for each channel, in parts of the channel at the start."""
    k = member.strength
    taken = k["offer_uptake"] * sight.credibility[None]
    target = [jnp.maximum(start + now.corridor[c] + taken * now.offer[c], 0) for c, start in enumerate(member.share)]
    penalty = jnp.clip(world.penalty + now.extension, 0, 1)
    stopped = jnp.clip(now.barrier + world.barrier, 0, 1)
    target[TRADE] = (
        target[TRADE] * (1 - stopped) * (1 - k["penalty_trade"] * penalty) * (1 + k["evasion_trade"] * world.evasion)
    )
    target[TRADE] = target[TRADE] + trade.balancing_cost(
        on["balancing_cost"], k["balancing_cost_size"], member.share[TRADE], target[TRADE]
    )
    left = (1 - jnp.clip(now.remittance_cut + world.harsh, 0, 1)) * (1 - now.expulsion)
    target[REMITTANCES] = target[REMITTANCES] * left
    target[FINANCE] = (
        target[FINANCE]
        * (1 - k["penalty_finance"] * penalty)
        * (1 - sanctions.sanctions_spillover(on["sanctions_spillover"], k["sanctions_spillover_size"], now.sanctioned))
    )
    target[CULTURE] = target[CULTURE] * (
        1
        + culture.kinship_and_fear(
            on["kinship_and_fear"], k["kinship_size"], member.language, k["fear_weight"], member.fear
        )
    )
    drafted = people.drafted_migrants(on["drafted_migrants"], k["drafted_migrants_size"], now.invasion)
    target[PEOPLE] = target[PEOPLE] * (1 - now.expulsion) * (1 - drafted)
    return target


def _normal(key: Any, numbers: Any) -> Any:
    # The inverse error function is a polynomial; sines and cosines cost this processor several times as much.
    return jax.lax.erf_inv(2 * uniform(key, numbers) - 1) * jnp.float32(2**0.5)


def _move(
    world: World,
    member: Member,
    target: list[Any],
    agenda: Agenda,
    taken: Taken,
    answer: list[Any],
    dice: Dice,
    numbers: Any,
) -> tuple[Any, ...]:
    k = member.strength
    powers = member.alignment.shape[1]
    common = _normal(dice.common, numbers) * jnp.sqrt(k["common_share"] / 2)
    own = _normal(dice.own, numbers) * jnp.sqrt((1 - k["common_share"]) / 2)
    with_power = own[:, :powers] + common[:powers]
    result = []
    for c, volume in enumerate(world.volume):
        shock = member.volatility[c] * (with_power + (own[:, powers + c] + common[powers + c])[:, None])
        after = volume * (1 + shock) + member.reversion[c] * (target[c] - volume)
        after = after + (taken.degree[:, :, None] * agenda.ties[:, c, :, :, None]).sum(axis=0)
        if c == FINANCE:
            after = after + k["reward_size"] * answer[REWARD]
        result.append(jnp.maximum(after, 0))
    return tuple(result)


def _growth(world: World, member: Member, now: Forcing, on: Switches) -> Any:
    k = member.strength
    remittances = world.volume[REMITTANCES].sum(axis=1)
    traded = world.volume[TRADE].sum(axis=1)
    sent = 100 * (remittances - world.recent[0]) / jnp.maximum(world.recent[0] + member.rest[REMITTANCES], 1e-6)
    change = 100 * (traded - world.recent[1]) / jnp.maximum(world.recent[1] + member.rest[TRADE], 1e-6)
    return (
        member.growth_trend
        + people.remittance_growth(on["remittance_growth"], k["remittance_elasticity"], member.remittances_gdp, sent)
        + k["trade_elasticity"] * member.trade_gdp * change
        + people.business_relocation(
            on["business_relocation"], k["business_relocation_size"], now.sanctioned, world.volume[TRADE]
        )
        + k["arrivals_growth"] * world.arrivals.sum(axis=1)
        + k["evasion_growth"] * world.evasion.sum(axis=1)
        - k["penalty_growth"] * jnp.clip(world.penalty + now.extension, 0, 1).sum(axis=1)
    )


def _update(
    world: World,
    member: Member,
    now: Forcing,
    choices: Choices,
    answer: list[Any],
    sight: Sight,
    volume: tuple[Any, ...],
    on: Switches,
) -> World:
    k = member.strength
    fade = 1 - k["answer_fade"]
    alignment = (
        world.alignment
        + k["alignment_rate"] * (choices.acts - world.alignment * (choices.toward + choices.away))
        + k["alignment_return"] * (member.alignment - world.alignment)
        + culture.language_centres(on["language_centres"], member.soft_power, sight.share[CULTURE])
    )
    passage = sanctions.land_routes(on["land_routes"], k["enforcement"], member.land)
    level = sanctions.re_export(on["re_export"], k["re_export_size"], now.sanctioned, passage, world.facilitation)
    return World(
        volume=volume,
        recent=(
            world.recent[0] + (world.volume[REMITTANCES].sum(axis=1) - world.recent[0]) / 4,
            world.recent[1] + (world.volume[TRADE].sum(axis=1) - world.recent[1]) / 4,
        ),
        alignment=jnp.clip(alignment, -1, 1),
        arrivals=world.arrivals
        + people.skilled_arrivals(
            on["skilled_arrivals"], k["skilled_arrivals_size"], now.invasion, member.land, choices.welcome
        ),
        evasion=world.evasion + k["evasion_rate"] * (level - world.evasion),
        facilitation=jnp.clip(fade * world.facilitation + choices.facilitation, -1, 1),
        penalty=jnp.clip(fade * world.penalty + k["penalty_size"] * answer[EXTEND], 0, 1),
        placated=fade * world.placated + choices.placate,
        reward=jnp.clip(fade * world.reward + k["reward_offer"] * answer[REWARD], 0, 1),
        barrier=jnp.clip(fade * world.barrier + k["barrier_size"] * answer[BARRIER], 0, 1),
        harsh=jnp.clip(fade * world.harsh + k["harsh_size"] * answer[MIGRANTS], 0, 1),
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
