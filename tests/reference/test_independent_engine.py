"""The engine against the same model written again from docs/model.md.

`History` below is one history in 64-bit NumPy, written from the equations without the engine's kernels; it shares with
the engine only the inputs and the random numbers. Versions in C and for Mesa, which the benchmark times, are held against
the engine too.
"""

import importlib
import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from tightrope.base.random import uniform
from tightrope.case import load_case
from tightrope.simulate import simulate

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SCENARIOS = ("history", "russia_wins")
MEMBERS, FIRST = 3, 510  # members of two blocks
TRADE, ENERGY, REMITTANCES, FINANCE, SECURITY, TRANSPORT, DIPLOMACY, CULTURE, PEOPLE = range(9)
IGNORE, REWARD, BARRIER, MIGRANTS, EXTEND = range(5)


@pytest.fixture(scope="module")
def reference():
    sys.path.insert(0, str(BENCHMARKS))
    yield lambda name: importlib.import_module(f"reference.{name}")
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def case():
    return load_case("central_asia")


@pytest.fixture(scope="module", params=SCENARIOS)
def pair(request, case, reference):
    """A scenario's flat inputs, and what the engine makes of them."""
    given = reference("problem").problem(case, request.param, 7)
    return given, simulate(case, request.param, members=MEMBERS, first=FIRST, seed=7)


def unit(x):
    return np.clip(x, 0, 1)


class History:
    """One history. Arrays are (channel, state, power), (state, power), (state,) or (power,)."""

    def __init__(self, given, member):
        self.given, self.number = given, np.array([member], dtype=np.uint32)
        flat = self.within(self.uniform(given.range_keys), given.ranges)
        x = self.x = self.named(flat, given.inputs)
        which = int(self.uniform(given.draw_key)[0] * given.habits.shape[1])
        self.b, self.usual = given.coefficients[..., which], given.habits[:, which]  # (7)
        self.s0 = x["share"] / np.maximum(x["share"].sum(axis=2, keepdims=True), 1)
        self.w = 1 - self.s0.sum(axis=2)
        self.hold = x["stake"] / x["stake"].sum(axis=0) * (1 - x["replaceability"])
        self.v = self.s0.copy()
        self.a = x["alignment"].copy()
        self.year_ago = self.v[[REMITTANCES, TRADE]].sum(axis=2)
        for name in ("arrivals", "evasion", "penalty", "placated", "reward", "barrier", "harsh", "toward", "away"):
            setattr(self, name, np.zeros_like(self.a))
        for name in ("policy", "food", "quiet", "regime"):
            setattr(self, name, np.zeros(len(self.a)))

    def uniform(self, keys):
        return uniform(keys, self.number)[..., 0].astype(float)

    def normal(self, keys):
        return np.vectorize(NormalDist().inv_cdf)(self.uniform(keys))

    @staticmethod
    def within(u, ranges):
        value, low, high = np.moveaxis(ranges.astype(float), -1, 0)
        return np.where(u < 0.5, low + 2 * u * (value - low), value + (2 * u - 1) * (high - value))

    @staticmethod
    def named(flat, where):
        return {name: flat[at : at + int(np.prod(shape))].reshape(shape) for name, (at, shape) in where.items()}

    def quarter(self, t):
        given, x = self.given, self.x
        blocks = {}
        for k, (name, (at, shape)) in enumerate(given.levels.items()):
            level = given.forced[t, at : at + int(np.prod(shape))]
            u = self.uniform(given.place_keys[k])
            blocks[name] = self.within(np.full(len(level), u), level).reshape(shape)
        self.now = now = blocks
        share = self.v / (self.v.sum(axis=2) + self.w)[:, :, None]  # (1)
        self.d = (self.hold[:, :, None] * share).sum(axis=0)  # (2)
        q = x["capability"] * now["capability"]
        q = q / (q + x["capability_state"][:, None])
        exposed = (
            x["exposure_base"]
            + x["exposure_coethnic"] * (x["coethnic"] + self.arrivals)
            + x["exposure_asset"] * x["asset"]
            + x["exposure_border"] * x["land"]
        )
        near = np.exp(-x["distance"] / x["distance_scale"])
        menace = 1 - np.exp(-q * near * now["aggression"] * exposed * now["attention"])
        self.h = menace * (1 - x["diverted_threat_size"] * self.evasion)  # (3)
        self.c = x["credibility"] * (1 - now["withdrawal"])
        self.choose(t)
        answer = self.answers(t, share)
        target = self.targets()
        growth = self.growth()
        seen = {"dependence": self.d, "threat": self.h, "credibility": self.c, "growth": growth, "answer": answer}
        self.year_ago = self.year_ago + (self.v[[REMITTANCES, TRADE]].sum(axis=2) - self.year_ago) / 4
        self.move(t, target, answer)
        self.update(share, answer)
        return seen | {
            "alignment": self.a,
            "remittances": self.v[REMITTANCES].sum(axis=1) + self.w[REMITTANCES],
            "trade": self.v[TRADE].sum(axis=1) + self.w[TRADE],
            "food_price": self.food,
            "evasion": self.evasion.sum(axis=1),
            "picks": self.picks,
        }

    def choose(self, t):
        agenda, x = self.given.inside.agenda, self.x
        standing = unit(self.now["offer"].sum(axis=0)) * self.c + self.reward
        zeros = np.zeros_like(self.a)
        self.s_toward, self.s_away, self.s_placate = zeros.copy(), zeros.copy(), zeros.copy()
        self.change, self.s_policy, self.welcome = 0 * self.v, 0 * self.food, 0 * self.food
        self.picks = np.full(agenda.scale.shape[1:], -1)
        for slot, i in np.argwhere(agenda.open[t].sum(axis=-1) > 0):
            put = type(agenda)(*(None if part is agenda.ties else part[t, slot, i] for part in agenda))
            b_dep, b_thr, b_off, b_ali, b_room, b_reg, b_norm, b_sq, b_out = self.b[:, i]
            want = b_dep * self.d[i] + b_thr * self.h[i] + b_ali * self.a[i]
            want = want + b_off * (standing[i] + put.offers * self.c)
            room = ((1 - self.d[i]) * (1 - self.h[i])).min()  # (4)
            u = []
            for o in range(int(put.open.sum())):
                after = ((1 - self.d[i] - put.degree[o] * put.reach) * (1 - self.h[i])).min()
                flags = (
                    b_reg * (1 + x["food_stress"] * self.food[i] / 100) * put.regime[o]
                    + b_norm * put.norm[o]
                    + b_sq * put.statusquo[o]
                    + b_out * put.turnout[o]
                    + self.usual[put.habit[o]]
                    - x["exporters_openness_size"] * x["energy_exporter"][i] * put.isolation[o]
                )
                u.append(put.stance[o] @ want + b_room * (after - room) + flags)  # (5)
            odds = np.exp(put.scale * (np.array(u) - max(u)))
            o = self.pick(odds / odds.sum(), self.uniform(put.key))  # (6)
            self.picks[slot, i] = o
            self.s_toward[i] += np.maximum(put.stance[o], 0)
            self.s_away[i] += np.maximum(-put.stance[o], 0)
            self.s_placate[i] += put.placate[o] * (put.stance[o] > 0)
            self.s_policy[i] += put.evasion[o]
            self.welcome[i] += put.admission[o]
            self.quiet[i] += put.statusquo[o]
            self.regime[i] += max(put.regime[o], 0)
            self.change[:, i] += put.degree[o] * agenda.ties[t, slot, :, i]

    @staticmethod
    def pick(odds, u):
        return min(int(np.searchsorted(np.cumsum(odds), u, side="right")), len(odds) - 1)

    def answers(self, t, share):
        x, now = self.x, self.now
        s = self.s_toward - self.s_away
        calm = 1 - unit(x["placation_size"] * self.placated)
        punish = x["answer_punish"] * now["attention"] * np.maximum(-s, 0) * calm
        punish = punish + x["answer_punish_base"] - x["answer_cost"] * x["own_cost"]
        hold = x["answer_hold"] * self.hold[:, :, None] * share
        y = now["sanctioner"]
        weight = np.stack(
            [
                np.ones_like(s),
                np.exp(x["answer_reward_base"] + x["answer_reward"] * now["attention"] * np.maximum(s, 0)),
                np.exp(punish + hold[TRADE]),
                np.exp(punish + hold[REMITTANCES]),
                y * np.exp(x["answer_extend_base"] + x["answer_extend"] * y * self.evasion.sum(axis=1)[:, None]),
            ]
        )
        odds = weight / weight.sum(axis=0)  # (8)
        u = self.uniform(self.given.answer_keys[t])
        return np.array([[self.pick(odds[:, i, p], u[i, p]) for p in range(s.shape[1])] for i in range(len(s))])

    def targets(self):
        x, now = self.x, self.now
        target = np.maximum(self.s0 + now["corridor"] + x["offer_uptake"] * self.c * now["offer"], 0)  # (9)
        self.p = unit(self.penalty + now["extension"])
        stay = 1 - now["expulsion"]
        target[TRADE] *= 1 - unit(now["barrier"] + self.barrier)
        target[TRADE] *= now["trade_change"]
        target[TRADE] *= (1 - x["penalty_trade"] * self.penalty) * (1 + self.evasion)
        g = self.s0[TRADE] * now["trade_change"]
        lost = np.maximum(g - target[TRADE], 0).sum(axis=1)
        taker = np.where(target[TRADE] >= g, g, 0)
        part = taker / (taker.sum(axis=1) + self.w[TRADE])[:, None]
        target[TRADE] += x["balancing_cost_size"] * lost[:, None] * part
        sellers = now["sanctioner"] * g
        target[TRADE] += (g * self.evasion).sum(axis=1, keepdims=True) * sellers / sellers.sum(axis=1, keepdims=True)
        target[REMITTANCES] *= (1 - unit(now["remittance_cut"] + self.harsh)) * stay
        target[FINANCE] *= 1 - x["penalty_finance"] * self.p
        target[FINANCE] *= 1 - x["sanctions_spillover_size"] * now["sanctioned"]
        target[CULTURE] *= 1 + x["kinship_size"] * x["language"] * (1 - x["fear_weight"] * x["fear"])
        target[PEOPLE] *= stay * (1 - x["drafted_migrants_size"] * now["invasion"])
        return target

    def growth(self):  # (13)
        x = self.x
        whole = self.v[[REMITTANCES, TRADE]].sum(axis=2) + self.w[[REMITTANCES, TRADE]]
        rem, trade = 100 * (whole / (self.year_ago + self.w[[REMITTANCES, TRADE]]) - 1)
        return (
            x["growth_trend"]
            + x["remittance_elasticity"] * x["remittances_gdp"] * rem
            + x["trade_elasticity"] * x["trade_gdp"] * trade
            + x["business_relocation_size"] * self.v[TRADE] @ self.now["sanctioned"]
            + x["arrivals_growth"] * self.arrivals.sum(axis=1)
            + x["evasion_growth"] * self.evasion.sum(axis=1)
            - x["penalty_growth"] * self.p.sum(axis=1)
        )

    def move(self, t, target, answer):  # (10)
        x, powers = self.x, self.a.shape[1]
        common = np.sqrt(x["common_share"] / 2) * self.normal(self.given.common_keys[t])
        z = common + np.sqrt((1 - x["common_share"]) / 2) * self.normal(self.given.own_keys[t])
        shock = z[None, :, :powers] + z[:, powers:].T[:, :, None]
        sd, rho = x["volatility"][:, None, None], x["reversion"][:, None, None]
        after = self.v * (1 + sd * shock) + rho * (target - self.v) + self.change
        after[FINANCE] += x["reward_size"] * (answer == REWARD)
        self.v = np.maximum(after, 0)

    def update(self, share, answer):
        x, now = self.x, self.now
        self.a = np.clip(
            self.a
            + x["alignment_rate"] * (self.s_toward - self.s_away - self.a * (self.s_toward + self.s_away))
            + x["alignment_return"] * (x["alignment"] - self.a)
            + x["soft_power"] * share[CULTURE],
            -1,
            1,
        )  # (11)
        passage = 1 - x["enforcement"] * (1 - x["land"])
        level = unit((x["re_export_size"] * (1 + self.policy))[:, None] * now["sanctioned"] * passage)
        self.evasion = self.evasion + x["evasion_rate"] * (level - self.evasion)  # (12)
        welcome = 1 + np.clip(self.welcome, -1, 1)[:, None]
        self.arrivals = self.arrivals + x["skilled_arrivals_size"] * now["invasion"] * x["land"] * welcome
        war = (now["invasion"].max() + now["sanctioned"].max()) / 2
        self.food = x["food_price_size"] * war * x["food_import"]  # (14)
        fade = 1 - x["answer_fade"]
        self.penalty = unit(fade * self.penalty + x["penalty_size"] * (answer == EXTEND))
        self.reward = unit(fade * self.reward + x["reward_offer"] * (answer == REWARD))
        self.barrier = unit(fade * self.barrier + x["barrier_size"] * (answer == BARRIER))
        self.harsh = unit(fade * self.harsh + x["harsh_size"] * (answer == MIGRANTS))
        self.placated = fade * self.placated + self.s_placate
        self.policy = np.clip(fade * self.policy + self.s_policy, -1, 1)
        self.toward, self.away = self.toward + self.s_toward, self.away + self.s_away


def test_every_outcome_is_that_of_an_independent_engine(pair):
    given, ours = pair
    for m in range(MEMBERS):
        history = History(given, FIRST + m)
        path = [history.quarter(t) for t in range(len(given.quarters))]
        assert set(path[0]) == set(ours.outcome)
        for name in ours.outcome:
            theirs = np.stack([seen[name] for seen in path])
            np.testing.assert_allclose(ours.outcome[name][..., m], theirs, rtol=1e-4, atol=1e-5, err_msg=name)
        for name, total in ours.acts.items():
            np.testing.assert_allclose(total[..., m], getattr(history, name), rtol=1e-5, atol=1e-5, err_msg=name)


def test_compiled_engine_gives_the_same_histories(pair, case, reference):
    native = reference("native")
    if native.compiler() is None:
        pytest.skip("no C compiler")
    given, _ = pair
    compiled = native.Native(given)
    members = 32
    ours, theirs = simulate(case, given.scenario, members=members, seed=7), compiled.run(members)
    for name, x in (ours.outcome | ours.acts).items():
        np.testing.assert_allclose(x, theirs[name], rtol=1e-3, atol=1e-4, err_msg=name)
    for key, odds in compiled.odds(theirs).items():
        np.testing.assert_allclose(ours.odds[key], odds, atol=1e-4)


def test_mesa_model_gives_the_same_histories(pair, reference):
    pytest.importorskip("mesa")
    agents = reference("mesa_model")
    given, ours = pair
    shared = agents.setting(given)
    world = agents.World(shared, member=FIRST)
    for _ in given.quarters:
        world.step()
    for name, theirs in agents.outcome(world).items():
        np.testing.assert_allclose(ours.outcome[name][..., 0], theirs, rtol=1e-4, atol=1e-5, err_msg=name)
