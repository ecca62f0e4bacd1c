"""The model as a user of Mesa would write it: a model a history, an agent for each state and power, plain numbers.

No DataCollector; each state keeps its own path, which costs less. All mechanisms are on. The equations are those of
docs/model.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, prod, sqrt
from statistics import NormalDist
from typing import Any, Protocol

import mesa
import numpy as np
from numpy.typing import NDArray

from tightrope.base.random import uniform
from tightrope.simulate.world import CHANNELS

from .problem import Problem, decision_list

__all__ = ["KeyedDice", "OwnDice", "Setting", "World", "outcome", "setting"]

TRADE, ENERGY, REMITTANCES, FINANCE, SECURITY, TRANSPORT, DIPLOMACY, CULTURE, PEOPLE = range(len(CHANNELS))
IGNORE, REWARD, BARRIER, MIGRANTS, EXTEND = range(5)
Row = list[float]


def clip(x: float, low: float = 0.0, high: float = 1.0) -> float:
    return low if x < low else high if x > high else x


class Dice(Protocol):
    """Where a history's draws come from; indices are quarter, state, power or factor, decision."""

    def inputs(self) -> NDArray[Any]: ...
    def places(self) -> NDArray[Any]: ...
    def weights(self) -> float: ...
    def common(self, t: int, k: int) -> float: ...
    def own(self, t: int, i: int, k: int) -> float: ...
    def decision(self, k: int) -> float: ...
    def answer(self, t: int, i: int, p: int) -> float: ...


class OwnDice:
    """Mesa's own generators."""

    def __init__(self, given: Problem, model: mesa.Model) -> None:
        self.given, self.rng, self.random = given, model.rng, model.random

    def inputs(self) -> NDArray[Any]:
        return self.rng.random(len(self.given.ranges))

    def places(self) -> NDArray[Any]:
        return self.rng.random(len(self.given.levels))

    def weights(self) -> float:
        return self.random.random()

    def common(self, t: int, k: int) -> float:
        return self.random.gauss()

    def own(self, t: int, i: int, k: int) -> float:
        return self.random.gauss()

    def decision(self, k: int) -> float:
        return self.random.random()

    def answer(self, t: int, i: int, p: int) -> float:
        return self.random.random()


class KeyedDice:
    """The very draws that Tightrope gives a member, so that its history can be compared number by number."""

    def __init__(self, given: Problem, member: int) -> None:
        self.given, self.member = given, np.array([member], dtype=np.uint32)
        self._common = self._normal(given.common_keys)
        self._own = self._normal(given.own_keys)
        self._answer = self._uniform(given.answer_keys)
        self._decision = self._uniform(decision_list(given.inside)["key"])

    def _uniform(self, keys: NDArray[Any]) -> NDArray[Any]:
        return uniform(keys, self.member)[..., 0].astype(float)

    def _normal(self, keys: NDArray[Any]) -> NDArray[Any]:
        return np.vectorize(NormalDist().inv_cdf)(self._uniform(keys))

    def inputs(self) -> NDArray[Any]:
        return self._uniform(self.given.range_keys)

    def places(self) -> NDArray[Any]:
        return self._uniform(self.given.place_keys)

    def weights(self) -> float:
        return float(self._uniform(self.given.draw_key)[0])

    def common(self, t: int, k: int) -> float:
        return float(self._common[t, k])

    def own(self, t: int, i: int, k: int) -> float:
        return float(self._own[t, i, k])

    def decision(self, k: int) -> float:
        return float(self._decision[k])

    def answer(self, t: int, i: int, p: int) -> float:
        return float(self._answer[t, i, p])


@dataclass(frozen=True)
class Question:
    """A decision put to a state, in plain numbers."""

    number: int
    scale: float
    stance: list[Row]
    degree: Row
    regime: Row
    norm: Row
    statusquo: Row
    isolation: Row
    placate: Row
    evasion: Row
    admission: Row
    turnout: Row
    habit: list[int]
    offers: Row
    reach: Row
    ties: list[tuple[int, int, float]]


@dataclass(frozen=True)
class Setting:
    """What all histories share."""

    given: Problem
    fields: NDArray[Any]
    questions: list[list[list[Question]]]
    """By quarter and state."""


def setting(given: Problem) -> Setting:
    """Read a problem once, for any number of histories."""
    questions: list[list[list[Question]]] = [[[] for _ in given.states] for _ in given.quarters]
    for k, d in enumerate(decision_list(given.inside)):
        n = int(d["options"])
        plain = {
            name: d[name][:n].tolist()
            for name in (
                "stance",
                "degree",
                "regime",
                "norm",
                "statusquo",
                "isolation",
                "placate",
                "evasion",
                "admission",
                "turnout",
                "habit",
            )
        }
        ties = [(int(c), int(p), float(d["ties"][c, p])) for c, p in np.argwhere(d["ties"] != 0)]
        questions[d["quarter"]][d["state"]].append(
            Question(k, float(d["scale"]), offers=d["offers"].tolist(), reach=d["reach"].tolist(), ties=ties, **plain)
        )
    fields = np.concatenate([np.full(prod(shape), k) for k, (_, shape) in enumerate(given.levels.values())])
    return Setting(given, fields, questions)


def within(place: NDArray[Any], ranges: NDArray[Any]) -> NDArray[Any]:
    """The draws from ranges at places in (0, 1); half of it below the stated value, half above."""
    side = 2 * place - 1
    value, low, high = (ranges[..., k].astype(float) for k in range(3))
    return value + np.minimum(side, 0) * (value - low) + np.maximum(side, 0) * (high - value)


class State(mesa.Agent):
    """A small state between the powers."""

    def __init__(self, model: World, i: int) -> None:
        super().__init__(model)
        x = model.x
        powers = range(model.size)
        self.i, self.x = i, x
        self.weight = [row[i] for row in model.coefficients]
        self.share0 = [x["share"][c][i] for c in range(len(CHANNELS))]
        for c, row in enumerate(self.share0):
            total = max(sum(row), 1.0)
            self.share0[c] = [share / total for share in row]
        self.rest = [1 - sum(row) for row in self.share0]
        stake = [row[i] for row in x["stake"]]
        self.hold = [k / sum(stake) * (1 - x["replaceability"][c][i]) for c, k in enumerate(stake)]
        self.nearness = [exp(-x["distance"][i][p] / x["distance_scale"]) for p in powers]
        self.volume = [list(row) for row in self.share0]
        self.sent, self.traded = sum(self.volume[REMITTANCES]), sum(self.volume[TRADE])
        self.alignment = list(x["alignment"][i])
        for name in ("arrivals", "evasion", "penalty", "placated", "reward", "barrier", "harsh", "toward", "away"):
            setattr(self, name, [0.0] * model.size)
        self.facilitation = self.food = self.quiet = self.regime = 0.0
        self.path: list[dict[str, Any]] = []

    def look(self) -> None:
        """See shares, dependence, threat and offers; begin the quarter's sums."""
        now, x, i = self.model.now, self.x, self.i
        self.share = []
        for volumes, rest in zip(self.volume, self.rest, strict=True):
            total = sum(volumes) + rest
            self.share.append([volume / total for volume in volumes])
        self.dependence, self.threat, self.pull = [], [], []
        self.penalty_now = [clip(old + new) for old, new in zip(self.penalty, now["extension"][i], strict=True)]
        b_dependence, b_threat, b_offer, b_alignment = self.weight[:4]
        for power in self.model.powers:
            p = power.p
            bound = sum(hold * share[p] for hold, share in zip(self.hold, self.share, strict=True))
            capability = x["capability"][p] * now["capability"][p]
            exposure = (
                x["exposure_base"]
                + x["exposure_coethnic"] * (x["coethnic"][i][p] + self.arrivals[p])
                + x["exposure_asset"] * x["asset"][i][p]
                + x["exposure_border"] * x["land"][i][p]
            )
            menace = (
                capability
                / (capability + x["capability_state"][i])
                * self.nearness[p]
                * now["aggression"][p]
                * exposure
                * now["attention"][p]
            )
            threat = (1 - exp(-menace)) * (1 - x["diverted_threat_size"] * self.evasion[p])
            offer = clip(sum(channel[i][p] for channel in now["offer"])) * power.credibility + self.reward[p]
            self.dependence.append(bound)
            self.threat.append(threat)
            self.pull.append(
                b_dependence * bound + b_threat * threat + b_offer * offer + b_alignment * self.alignment[p]
            )
        self.toward_now = [0.0] * self.model.size
        self.away_now = [0.0] * self.model.size
        self.placate_now = [0.0] * self.model.size
        self.change = [[0.0] * self.model.size for _ in CHANNELS]
        self.welcome = self.facilitation_now = 0.0

    def decide(self) -> None:
        """Answer every question of the quarter."""
        self.picks = []
        for question in self.model.setting.questions[self.model.t][self.i]:
            odds = self.weigh(question)
            pick = choose(odds, self.model.dice.decision(question.number))
            self.picks.append(pick)
            for p, stance in enumerate(question.stance[pick]):
                if stance > 0:
                    self.toward_now[p] += stance
                    self.placate_now[p] += question.placate[pick]
                else:
                    self.away_now[p] -= stance
            self.welcome += question.admission[pick]
            self.facilitation_now += question.evasion[pick]
            self.quiet += question.statusquo[pick]
            self.regime += max(question.regime[pick], 0.0)
            for c, p, tie in question.ties:
                self.change[c][p] += question.degree[pick] * tie
        self.welcome = clip(self.welcome, -1.0, 1.0)

    def weigh(self, question: Question) -> Row:
        """Probability of every option."""
        b_offer, (b_room, b_regime, b_norm, b_statusquo, b_turnout) = self.weight[2], self.weight[4:]
        stress = 1 + self.x["food_stress"] * self.food / 100
        cost = self.x["exporters_openness_size"] * self.x["energy_exporter"][self.i]
        safe = [1 - threat for threat in self.threat]
        now = min((1 - bound) * s for bound, s in zip(self.dependence, safe, strict=True))
        wanted = [
            pull + b_offer * power.credibility * offer
            for pull, power, offer in zip(self.pull, self.model.powers, question.offers, strict=True)
        ]
        worth = []
        for o, stances in enumerate(question.stance):
            step = question.degree[o]
            after = min(
                (1 - bound - step * reach) * s
                for bound, reach, s in zip(self.dependence, question.reach, safe, strict=True)
            )
            worth.append(
                question.scale
                * (
                    sum(stance * want for stance, want in zip(stances, wanted, strict=True))
                    + b_room * (after - now)
                    + b_regime * stress * question.regime[o]
                    + b_norm * question.norm[o]
                    + b_statusquo * question.statusquo[o]
                    - cost * question.isolation[o]
                    + b_turnout * question.turnout[o]
                    + self.model.habits[question.habit[o]]
                )
            )
        top = max(worth)
        weights = [exp(u - top) for u in worth]
        total = sum(weights)
        return [w / total for w in weights]

    def move(self) -> None:
        """Grow by the ties as they stand; then let the ties move."""
        model, x, i = self.model, self.x, self.i
        target = self.targets()
        growth = self.growth()
        spread = sqrt((1 - x["common_share"]) / 2)
        factors = [common + spread * model.dice.own(model.t, i, k) for k, common in enumerate(model.common)]
        self.sent += (sum(self.volume[REMITTANCES]) - self.sent) / 4
        self.traded += (sum(self.volume[TRADE]) - self.traded) / 4
        for c, volumes in enumerate(self.volume):
            back, sd, shock = x["reversion"][c], x["volatility"][c], factors[model.size + c]
            for p, old in enumerate(volumes):
                new = old * (1 + sd * (factors[p] + shock)) + back * (target[c][p] - old) + self.change[c][p]
                if c == FINANCE and self.answer[p] == REWARD:
                    new += x["reward_size"]
                volumes[p] = max(new, 0.0)
        self.update()
        self.keep(growth)

    def targets(self) -> list[Row]:
        """Where ties tend to."""
        now, x, i, start = self.model.now, self.x, self.i, self.share0
        target = [
            [
                max(share + corridor + x["offer_uptake"] * power.credibility * offer, 0.0)
                for share, corridor, offer, power in zip(
                    start[c], now["corridor"][c][i], now["offer"][c][i], self.model.powers, strict=True
                )
            ]
            for c in range(len(CHANNELS))
        ]
        for p in range(self.model.size):
            barrier = clip(now["barrier"][i][p] + self.barrier[p])
            cut = clip(now["remittance_cut"][i][p] + self.harsh[p])
            stay = 1 - now["expulsion"][i][p]
            penalty = self.penalty_now[p]
            target[TRADE][p] *= (
                now["trade_change"][i][p]
                * (1 - barrier)
                * (1 - x["penalty_trade"] * self.penalty[p])
                * (1 + self.evasion[p])
            )
            target[REMITTANCES][p] *= (1 - cut) * stay
            target[FINANCE][p] *= (1 - x["penalty_finance"] * penalty) * (
                1 - x["sanctions_spillover_size"] * now["sanctioned"][p]
            )
            target[CULTURE][p] *= 1 + x["kinship_size"] * x["language"][i][p] * (1 - x["fear_weight"] * x["fear"][i][p])
            target[PEOPLE][p] *= stay * (1 - x["drafted_migrants_size"] * now["invasion"][p])
        traded = [share * change for share, change in zip(start[TRADE], now["trade_change"][i], strict=True)]
        takers = [p for p, share in enumerate(traded) if target[TRADE][p] >= share]
        loss = sum(max(share - target[TRADE][p], 0.0) for p, share in enumerate(traded))
        able = max(sum(traded[p] for p in takers) + self.rest[TRADE], 1e-6)
        for p in takers:
            target[TRADE][p] += x["balancing_cost_size"] * loss * traded[p] / able
        passed = sum(share * evasion for share, evasion in zip(traded, self.evasion, strict=True))
        sellers = [level * share for level, share in zip(now["sanctioner"], traded, strict=True)]
        for p, share in enumerate(sellers):
            target[TRADE][p] += passed * share / max(sum(sellers), 1e-6)
        return target

    def growth(self) -> float:
        """Growth of the economy in per cent a year."""
        x, i = self.x, self.i
        remitted = 100 * (sum(self.volume[REMITTANCES]) - self.sent) / max(self.sent + self.rest[REMITTANCES], 1e-6)
        traded = 100 * (sum(self.volume[TRADE]) - self.traded) / max(self.traded + self.rest[TRADE], 1e-6)
        moved = sum(s * v for s, v in zip(self.model.now["sanctioned"], self.volume[TRADE], strict=True))
        return (
            x["growth_trend"][i]
            + x["remittance_elasticity"] * x["remittances_gdp"][i] * remitted
            + x["trade_elasticity"] * x["trade_gdp"][i] * traded
            + x["business_relocation_size"] * moved
            + x["arrivals_growth"] * sum(self.arrivals)
            + x["evasion_growth"] * sum(self.evasion)
            - x["penalty_growth"] * sum(self.penalty_now)
        )

    def update(self) -> None:
        """Alignment, arrivals, evasion, prices and the stocks of acts and answers."""
        now, x, i = self.model.now, self.x, self.i
        fade = 1 - x["answer_fade"]
        for p in range(self.model.size):
            toward, away, a = self.toward_now[p], self.away_now[p], self.alignment[p]
            land, answer = x["land"][i][p], self.answer[p]
            a += (
                x["alignment_rate"] * (toward - away - a * (toward + away))
                + x["alignment_return"] * (x["alignment"][i][p] - a)
                + x["soft_power"][p] * self.share[CULTURE][p]
            )
            self.alignment[p] = clip(a, -1.0, 1.0)
            passage = 1 - x["enforcement"] * (1 - land)
            level = clip(x["re_export_size"][i] * now["sanctioned"][p] * passage * (1 + self.facilitation))
            self.arrivals[p] += x["skilled_arrivals_size"] * now["invasion"][p] * land * (1 + self.welcome)
            self.evasion[p] += x["evasion_rate"] * (level - self.evasion[p])
            self.penalty[p] = clip(fade * self.penalty[p] + x["penalty_size"] * (answer == EXTEND))
            self.reward[p] = clip(fade * self.reward[p] + x["reward_offer"] * (answer == REWARD))
            self.barrier[p] = clip(fade * self.barrier[p] + x["barrier_size"] * (answer == BARRIER))
            self.harsh[p] = clip(fade * self.harsh[p] + x["harsh_size"] * (answer == MIGRANTS))
            self.placated[p] = fade * self.placated[p] + self.placate_now[p]
            self.toward[p] += toward
            self.away[p] += away
        self.facilitation = clip(fade * self.facilitation + self.facilitation_now, -1.0, 1.0)
        pressure = (max(now["invasion"]) + max(now["sanctioned"])) / 2
        self.food = x["food_price_size"] * pressure * x["food_import"][i]

    def keep(self, growth: float) -> None:
        """Write the quarter down."""
        self.path.append(
            {
                "dependence": self.dependence,
                "threat": self.threat,
                "alignment": list(self.alignment),
                "growth": growth,
                "remittances": sum(self.volume[REMITTANCES]) + self.rest[REMITTANCES],
                "trade": sum(self.volume[TRADE]) + self.rest[TRADE],
                "food_price": self.food,
                "evasion": sum(self.evasion),
                "picks": self.picks,
                "answer": self.answer,
            }
        )


class Power(mesa.Agent):
    """A larger power, which answers what each state does."""

    def __init__(self, model: World, p: int) -> None:
        super().__init__(model)
        self.p = p
        self.credibility = 1.0

    def prepare(self) -> None:
        """What its offers are worth in this quarter."""
        self.credibility = self.model.x["credibility"][self.p] * (1 - clip(self.model.now["withdrawal"][self.p]))

    def respond(self) -> None:
        """Answer each state."""
        x, p, now = self.model.x, self.p, self.model.now
        spare, sanctioner = now["attention"][p], now["sanctioner"][p]
        for state in self.model.states:
            acts = state.toward_now[p] - state.away_now[p]
            anger = spare * max(-acts, 0.0) * (1 - clip(x["placation_size"] * state.placated[p]))
            punish = x["answer_punish_base"] + x["answer_punish"] * anger - x["answer_cost"] * x["own_cost"][state.i][p]
            weights = [
                1.0,
                exp(x["answer_reward_base"] + x["answer_reward"] * spare * max(acts, 0.0)),
                exp(punish + x["answer_hold"] * state.hold[TRADE] * state.share[TRADE][p]),
                exp(punish + x["answer_hold"] * state.hold[REMITTANCES] * state.share[REMITTANCES][p]),
                sanctioner * exp(x["answer_extend_base"] + x["answer_extend"] * sanctioner * sum(state.evasion)),
            ]
            total = sum(weights)
            u = self.model.dice.answer(self.model.t, state.i, p)
            state.answer[p] = choose([w / total for w in weights], u)


class World(mesa.Model):
    """One history."""

    def __init__(self, setting: Setting, *, seed: int | None = None, member: int | None = None) -> None:
        super().__init__(seed=seed)
        given = setting.given
        self.setting, self.t, self.size = setting, 0, len(given.powers)
        self.dice: Dice = OwnDice(given, self) if member is None else KeyedDice(given, member)
        drawn = within(self.dice.inputs(), given.ranges)
        self.x = unflat(drawn, given.inputs)
        self.levels = within(self.dice.places()[setting.fields], given.forced)
        which = int(self.dice.weights() * given.habits.shape[1])
        self.coefficients = given.coefficients[..., which].tolist()
        self.habits = given.habits[:, which].tolist()
        self.powers = [Power(self, p) for p in range(self.size)]
        self.states = [State(self, i) for i in range(len(given.states))]

    def step(self) -> None:
        """One quarter."""
        self.now = unflat(self.levels[self.t], self.setting.given.levels)
        spread = sqrt(self.x["common_share"] / 2)
        self.common = [spread * self.dice.common(self.t, k) for k in range(self.size + len(CHANNELS))]
        powers, states = self.agents_by_type[Power], self.agents_by_type[State]
        powers.do("prepare")
        states.do("look")
        states.do("decide")
        for state in self.states:
            state.answer = [IGNORE] * self.size
        powers.do("respond")
        states.do("move")
        self.t += 1


def unflat(flat: NDArray[Any], where: dict[str, tuple[int, tuple[int, ...]]]) -> dict[str, Any]:
    """Named nested lists of plain numbers."""
    return {name: flat[at : at + prod(shape)].reshape(shape).tolist() for name, (at, shape) in where.items()}


def choose(odds: Row, u: float) -> int:
    """The option that a uniform draw picks."""
    edge = 0.0
    for o, p in enumerate(odds):
        edge += p
        if u < edge:
            return o
    return max(o for o, p in enumerate(odds) if p > 0)


def outcome(world: World) -> dict[str, NDArray[Any]]:
    """A finished history in the layout of `tightrope.simulate.world.Outcome`, without its member axis."""
    names = world.states[0].path[0]
    return {
        name: np.array([[state.path[t][name] for state in world.states] for t in range(world.t)])
        for name in names
        if name != "picks"
    }
