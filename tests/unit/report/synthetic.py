"""A made-up Result in the shape that a run produces: real actors, invented numbers and sources."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from tightrope.result import Result

Row = dict[str, Any]

STATES = {
    "KAZ": ("Kazakhstan", 51.2, 71.4, "#1f4e79"),
    "KGZ": ("Kyrgyzstan", 42.9, 74.6, "#c94a4a"),
    "TJK": ("Tajikistan", 38.6, 68.8, "#7d5ba6"),
    "TKM": ("Turkmenistan", 37.9, 58.4, "#4a8f3c"),
    "UZB": ("Uzbekistan", 41.3, 69.2, "#e08a1e"),
}
POWERS = {
    "RUS": ("Russia", 55.8, 37.6, "#b8433b"),
    "CHN": ("China", 39.9, 116.4, "#c98a1b"),
    "USA": ("United States", 38.9, -77.0, "#2f6fb0"),
    "EU": ("European Union", 50.8, 4.4, "#6a5acd"),
    "TUR": ("Türkiye", 39.9, 32.9, "#1f8a7d"),
    "IRN": ("Iran", 35.7, 51.4, "#5f7f2e"),
}
PULL = {"RUS": 0.42, "CHN": 0.27, "USA": 0.05, "EU": 0.12, "TUR": 0.07, "IRN": 0.04}
BOUND = {"KAZ": 0.95, "KGZ": 1.15, "TJK": 1.12, "TKM": 0.7, "UZB": 0.85}
CHANNELS = {
    "trade": ("Trade", 0.22),
    "energy": ("Energy", 0.13),
    "remittances": ("Remittances", 0.14),
    "finance": ("Finance", 0.11),
    "security": ("Security", 0.13),
    "transport": ("Transport", 0.1),
    "diplomacy": ("Diplomacy", 0.07),
    "culture": ("Culture", 0.06),
    "people": ("People", 0.04),
}
KINDS = ("measured", "estimated", "coded", "assumed")
POSTURES = ("bandwagon", "balance", "hedge", "neutral", "omnibalance")
QUARTERS = [f"{year}Q{q}" for year in range(2021, 2027) for q in range(1, 5)][3:]
YEARS = range(2018, 2025)
SCENARIOS = {
    "russia_wins": "Russia wins and presses further",
    "russia_humiliated": "Russia is humiliated",
    "us_returns": "The United States returns with larger investment",
    "china_deepens": "China deepens its road, rail and security offers",
    "secondary_sanctions": "Secondary sanctions are extended to more firms",
    "remittances_cut": "Remittances are cut and migrants expelled",
    "railway_opens": "The railway from China to Uzbekistan opens",
}
DYADIC = ("dependence", "threat", "leverage", "alignment")
ALONE = ("room", "growth", "remittances", "trade", "food_price", "evasion")
QUESTIONS = {
    "vote_condemn": ("Demand that the invader withdraw?", ("yes", "no", "abstain", "absent")),
    "vote_rights": ("Suspend a power from the council?", ("yes", "no", "abstain", "absent")),
    "join_sanctions": ("Join the sanctions of the coalition?", ("join", "comply", "refuse", "stall")),
    "host_base": ("Host a base of a power?", ("host", "refuse", "stall")),
    "close_base": ("Close the base of a rival?", ("close", "keep")),
    "exercise": ("Hold a joint exercise on own soil?", ("host", "join", "refuse")),
    "admit_migrants": ("Admit those who leave the war?", ("admit", "restrict")),
    "recognise": ("Recognise the annexed regions?", ("recognise", "refuse", "silent")),
    "gas_union": ("Join the proposed gas union?", ("join", "refuse", "negotiate")),
    "payment_cards": ("Keep taking the sanctioned cards?", ("keep", "restrict", "stop")),
    "re_export": ("Control the re-export of listed goods?", ("control", "monitor", "allow")),
    "alphabet": ("Leave the script of the former centre?", ("adopt", "delay", "keep")),
    "summit": ("Send the head of state to the summit?", ("attend", "deputy", "stay away")),
    "railway": ("Sign the agreement on the railway?", ("sign", "delay", "refuse")),
}


def synthetic_result(seed: int = 7) -> Result:
    """The whole made-up Result; the same seed gives the same one."""
    dice = random.Random(seed)
    sources = list(source_rows(dice))
    keys = [row["key"] for row in sources]
    channels = list(channel_rows(dice, keys))
    measures = list(measure_rows(dice, channels, keys))
    room = list(room_rows(measures))
    tables: dict[str, list[Row]] = {
        "actors": actor_rows(),
        "measures": measures,
        "room": room,
        "concentration": list(concentration_rows(channels)),
        "channels": channels,
        "paths": list(path_rows(dice, measures, room)),
        "posture": list(posture_rows(dice)),
        "spectrum": list(spectrum_rows(dice)),
        "decisions": list(decision_rows(dice, keys)),
        "scenarios": list(scenario_rows(dice)),
        "votes_in_scenarios": list(vote_rows(dice)),
        "events": list(event_rows(dice, keys)),
        "audit": list(audit_rows(dice, keys)),
        "rankings": list(ranking_rows(dice, keys)),
        "sources": sources,
        "inputs": list(input_rows(dice, channels)),
        "coefficients": list(coefficient_rows(dice)),
    }
    tables["numbers"] = list(number_rows(tables["inputs"]))
    return Result(datasets={"history": history()}, tables=tables, manifest=manifest())


def manifest() -> Row:
    channels = [
        {"id": key, "title": title, "meaning": f"{title} with each power as a share of all {title.lower()}"}
        for key, (title, _) in CHANNELS.items()
    ]
    case = {"name": "central_asia", "title": "Central Asia between the powers", "digest": "0123456789ab"}
    return {
        "case": case | {"start": QUARTERS[0], "end": QUARTERS[-1], "channels": channels},
        "seed": 7,
        "members": 2000,
        "baseline": "history",
        "scenarios": ["history", *SCENARIOS],
        "parameters": {"noise": 0.02, "attention_half_life": 6},
        "versions": {"tightrope": "0.1.0", "jax": "0.10.2", "numpy": "2.4.6"},
        "time": "2026-01-31T12:00:00Z",
        "command": "tightrope run --scenario all",
        "seconds": 11.4,
    }


def actor_rows() -> list[Row]:
    roles = {"state": STATES, "power": POWERS}
    rows = [
        {"id": key, "name": name, "role": role, "lat": lat, "lon": lon, "colour": colour, "members": None}
        for role, group in roles.items()
        for key, (name, lat, lon, colour) in group.items()
    ]
    return [row | {"members": "DEU;FRA;ITA;POL;ESP;NLD;BEL;AUT"} if row["id"] == "EU" else row for row in rows]


def source_rows(dice: random.Random) -> Iterator[Row]:
    publishers = ("Statistical office", "Journal of made-up studies", "Development bank", "Daily paper", "Institute")
    for n in range(36):
        year = dice.randint(2012, 2025)
        title = f"Made-up source {n:02d} on ties, trade and votes between small states and larger powers"
        yield {
            "key": f"source_{year}_{n:02d}",
            "title": title,
            "publisher": publishers[n % 5],
            "year": year,
            "date": f"{year}-{dice.randint(1, 12):02d}",
            "url": f"https://example.org/{n:02d}",
            "note": None,
            "licence": "CC-BY-4.0" if n % 4 == 0 else None,
        }


def channel_rows(dice: random.Random, keys: list[str]) -> Iterator[Row]:
    for state in STATES:
        for channel, (title, stake) in CHANNELS.items():
            weights = {p: PULL[p] * BOUND[state] * dice.uniform(0.3, 1.7) for p in POWERS}
            total = max(1.05, sum(weights.values()) * 1.05)
            for power in POWERS:
                for year in YEARS:
                    share = weights[power] / total * (1 + 0.02 * (year - 2021) * (1 if power == "CHN" else -1))
                    kind = dice.choices(KINDS, (5, 3, 1, 2))[0]
                    yield {
                        "state": state,
                        "power": power,
                        "channel": channel,
                        "year": year,
                        "share": round(share, 4),
                        "low": round(share * 0.85, 4),
                        "high": round(min(1, share * 1.15), 4),
                        "contribution": round(share * stake * 0.8, 5),
                        "kind": kind,
                        "source": None if kind == "assumed" else ";".join(dice.sample(keys, dice.randint(1, 2))),
                        "how": f"{title} with the power over the total row",
                        "stake": stake,
                        "stake_kind": "assumed",
                        "stake_source": None,
                        "replaceability": 0.2,
                        "replaceability_kind": "estimated",
                        "replaceability_source": keys[0],
                    }


def measure_rows(dice: random.Random, channels: list[Row], keys: list[str]) -> Iterator[Row]:
    for year in YEARS:
        for state in STATES:
            for power in POWERS:
                own = [r for r in channels if (r["state"], r["power"], r["year"]) == (state, power, year)]
                dependence = sum(r["contribution"] for r in own)
                threat = {"RUS": 0.3, "CHN": 0.15}.get(power, 0.04) * BOUND[state]
                values = {
                    "dependence": dependence,
                    "threat": threat,
                    "leverage": 1 - (1 - dependence) * (1 - threat),
                    "alignment": {"RUS": 0.35, "CHN": 0.45, "USA": -0.4, "EU": -0.2}.get(power, 0.2)
                    + dice.uniform(-0.1, 0.1),
                    "bandwidth": PULL[power] * 1.3,
                    "export_dependence": PULL[power] * dice.uniform(0.3, 1.2),
                    "import_dependence": PULL[power] * dice.uniform(0.3, 1.2),
                }
                for measure, mean in values.items():
                    is_sum = measure == "dependence"
                    yield {
                        "state": state,
                        "power": power,
                        "measure": measure,
                        "year": year,
                        "mean": round(mean, 4),
                        "low": round(mean - 0.15 * abs(mean) - 0.01, 4),
                        "high": round(mean + 0.15 * abs(mean) + 0.01, 4),
                        "kind": "estimated",
                        "source": None if is_sum else dice.choice(keys),
                        "how": None if is_sum else f"{measure} from the case's tables",
                    }


def room_rows(measures: list[Row]) -> Iterator[Row]:
    for year in YEARS:
        for state in STATES:
            held = [r for r in measures if (r["state"], r["year"], r["measure"]) == (state, year, "leverage")]
            most = max(held, key=lambda r: r["mean"])
            mean = 1 - most["mean"]
            yield {
                "state": state,
                "year": year,
                "mean": mean,
                "low": 1 - most["high"],
                "high": 1 - most["low"],
                "limiting_power": most["power"],
            }


def concentration_rows(channels: list[Row]) -> Iterator[Row]:
    for state in STATES:
        for channel in CHANNELS:
            shares = [r["share"] for r in channels if (r["state"], r["channel"], r["year"]) == (state, channel, 2021)]
            hhi = sum(s * s for s in shares)
            yield {"state": state, "channel": channel, "year": 2021, "hhi": hhi, "low": hhi * 0.8, "high": hhi * 1.2}


def band(mean: float, spread: float, low: float = -math.inf, high: float = math.inf) -> Row:
    ends = {"low50": -0.67, "high50": 0.67, "low90": -1.64, "high90": 1.64}
    cut = {key: round(min(high, max(low, mean + z * spread)), 4) for key, z in ends.items()}
    return {"mean": round(min(high, max(low, mean)), 4)} | cut


def path_rows(dice: random.Random, measures: list[Row], room: list[Row]) -> Iterator[Row]:
    start = {(r["state"], r["power"], r["measure"]): r["mean"] for r in measures if r["year"] == 2021}
    start |= {(r["state"], None, "room"): r["mean"] for r in room if r["year"] == 2021}
    levels = {"growth": 4.0, "remittances": 1.0, "trade": 1.0, "food_price": 1.0, "evasion": 0.1}
    pairs = [(o, s, p) for o in DYADIC for s in STATES for p in POWERS] + [(o, s, None) for o in ALONE for s in STATES]
    for scenario in ("history", "russia_wins"):
        for outcome, state, power in pairs:
            at = start.get((state, power, outcome), levels.get(outcome, 0.0))
            size = abs(at) if outcome in levels else 0.12
            drift = dice.uniform(-0.012, 0.012) * max(size, 0.1) * 8
            for n, quarter in enumerate(QUARTERS):
                at += drift / 8 + dice.gauss(0, 0.015 * size) - (0.05 * size if quarter == "2022Q2" else 0)
                place = {"scenario": scenario, "state": state, "power": power, "quarter": quarter, "outcome": outcome}
                low = -1 if outcome == "alignment" else 0 if outcome in {*DYADIC, "room"} else -math.inf
                yield place | band(at, 0.04 * size * math.sqrt(n), low, 1 if low > -2 else math.inf)


def posture_rows(dice: random.Random) -> Iterator[Row]:
    for basis in ("simulated", "observed"):
        for state in STATES:
            weights = [dice.gammavariate(a, 1) for a in (2, 0.7, 5, 6 if state == "TKM" else 1, 1.5)]
            for posture, weight in zip(POSTURES, weights, strict=True):
                prob = weight / sum(weights)
                low, high = max(0, prob - 0.08), min(1, prob + 0.08)
                yield {"state": state, "posture": posture, "prob": prob, "low": low, "high": high, "basis": basis}


def spectrum_rows(dice: random.Random) -> Iterator[Row]:
    for basis in ("simulated", "observed"):
        for state in STATES:
            at = dice.uniform(-0.2, 0.5)
            yield {"state": state, "position": at, "low": at - 0.15, "high": at + 0.18, "basis": basis}


def decision_rows(dice: random.Random, keys: list[str]) -> Iterator[Row]:
    kinds = list(QUESTIONS)
    for number in range(90):
        kind = kinds[number % len(kinds)]
        question, options = QUESTIONS[kind]
        year = dice.randint(2014, 2025)
        date = f"{year}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
        for state in dice.sample(list(STATES), dice.choice((1, 2, 3, 5))):
            yield from option_rows(dice, f"{kind}_{number:02d}:{state}", date, kind, question, options, keys)


def option_rows(
    dice: random.Random, name: str, date: str, kind: str, question: str, options: tuple[str, ...], keys: list[str]
) -> Iterator[Row]:
    weights = [dice.gammavariate(0.9, 1) + 0.02 for _ in options]
    probs = [w / sum(weights) for w in weights]
    chosen = None if dice.random() < 0.12 else dice.choices(range(len(options)), probs)[0]
    quarter = f"{date[:4]}Q{(int(date[5:7]) + 2) // 3}"
    shared = {"id": name, "state": name[-3:], "date": date, "quarter": quarter, "kind": kind, "question": question}
    score = None if chosen is None else math.log(probs[chosen])
    for n, (option, prob) in enumerate(zip(options, probs, strict=True)):
        yield shared | {
            "option": option,
            "prob": prob,
            "observed": n == chosen,
            "log_score": score,
            "in_window": "2021Q4" <= quarter <= "2026Q4",
            "sources": None if chosen is None else keys[n],
            "ledger": None,
        }


def scenario_rows(dice: random.Random) -> Iterator[Row]:
    scale = {"growth": 1.5, "remittances": 0.15, "trade": 0.1, "food_price": 0.05, "evasion": 0.04}
    for scenario, title in SCENARIOS.items():
        shared = {"scenario": scenario, "title": title, "asks": f"{title}: what would the republics do?"}
        for state in STATES:
            cells = [(o, p) for o in DYADIC for p in POWERS] + [(o, None) for o in ALONE]
            for outcome, power in cells:
                size = scale.get(outcome, 0.05) * (1.6 if power in ("RUS", None) else 0.6)
                mean = dice.gauss(0, size)
                place = {"state": state, "power": power, "outcome": outcome, "quarter": QUARTERS[-1]}
                ends = {"difference": mean, "low": mean - size * 0.7, "high": mean + size * 0.8}
                yield shared | place | ends


def vote_rows(dice: random.Random) -> Iterator[Row]:
    put = {"russia_wins": "recognise", "us_returns": "host_base", "remittances_cut": "join_sanctions"}
    for scenario, kind in put.items():
        question, options = QUESTIONS[kind]
        for state in STATES:
            before = [dice.gammavariate(1.2, 1) for _ in options]
            after = [w * dice.uniform(0.5, 1.8) for w in before]
            for n, option in enumerate(options):
                yield {
                    "scenario": scenario,
                    "id": f"{kind}_asked:{state}",
                    "question": question,
                    "state": state,
                    "option": option,
                    "baseline": before[n] / sum(before),
                    "prob": after[n] / sum(after),
                }


def event_rows(dice: random.Random, keys: list[str]) -> Iterator[Row]:
    kinds = ("event", "pressure", "offer")
    deeds = {"event": "acts in the neighbourhood", "pressure": "asks for a clearer stand", "offer": "offers investment"}
    for n in range(42):
        kind = kinds[n % 3]
        actor = dice.choice(list(POWERS))
        year, month = dice.randint(2021, 2025), dice.randint(1, 12)
        date = "2022-02-24" if n == 0 else f"{year}-{month:02d}" if n % 4 else f"{year}"
        yield {
            "id": f"{kind[0].upper()}{n:02d}",
            "date": date,
            "type": kind,
            "actor": "RUS" if n == 0 else actor,
            "toward": "UKR" if n == 0 else dice.choice(["all", *STATES]),
            "channel": dice.choice(list(CHANNELS)),
            "what": "full-scale invasion begins" if n == 0 else deeds[kind],
            "source": keys[n % len(keys)],
        }


def audit_rows(dice: random.Random, keys: list[str]) -> Iterator[Row]:
    for n in range(60):
        verdict = dice.choices(("supported", "contradicted", "not_checkable"), (6, 2, 2))[0]
        yield {
            "id": f"F{n + 1:02d}",
            "verdict": verdict,
            "text": f"Made-up claim {n + 1}: the share of one power in a state's imports stood at about half in 2021",
            "asserted": "0.50 of imports, 2021",
            "found": None if verdict == "not_checkable" else f"{dice.uniform(0.2, 0.6):.2f} (0.38 to 0.46)",
            "why": "no figure in the case" if verdict == "not_checkable" else "the range and the claim were compared",
            "sources": None if verdict == "not_checkable" else ";".join(dice.sample(keys, 2)),
            "ledger": f"F{n + 1:02d}",
        }


def ranking_rows(dice: random.Random, keys: list[str]) -> Iterator[Row]:
    texts = (
        "Uzbekistan has the least room of the five",
        "Tajikistan depends most on Russia's economy",
        "Kazakhstan has the largest Russian population",
        "Turkmenistan is the most isolated of the five",
        "Kyrgyzstan committed itself most to the United States after 2001",
        "American ties with the republics are weaker than Chinese ones",
    )
    for n, text in enumerate(texts, 1):
        prob = dice.random()
        yield {
            "id": f"Q{n:02d}",
            "text": text,
            "verdict": "borne out" if prob > 0.6 else "not borne out",
            "why": "0.31 against 0.36 for the next in the ordering",
            "probability": prob,
            "sources": keys[n],
        }


def input_rows(dice: random.Random, channels: list[Row]) -> Iterator[Row]:
    for n, row in enumerate(r for r in channels if r["year"] in (2021, 2022, 2023)):
        assumed = row["kind"] == "assumed"
        yield {
            "what": f"{row['channel']} share of {row['power']} in {row['state']}, {row['year']}",
            "where": f"ties.csv:{n + 2}",
            "value": row["share"],
            "low": row["low"],
            "high": row["high"],
            "unit": "1",
            "kind": row["kind"],
            "source": row["source"],
            "how": row["how"],
            "why": "no source gives it; taken from the neighbours' range" if assumed else None,
        }


def number_rows(inputs: list[Row]) -> Iterator[Row]:
    for kind in KINDS:
        count = sum(row["kind"] == kind for row in inputs)
        yield {"kind": kind, "count": count, "share": count / len(inputs)}


def coefficient_rows(dice: random.Random) -> Iterator[Row]:
    for name in ("b_dep", "b_thr", "b_offer", "b_ali", "b_room", "b_reg", "b_norm", "b_sq"):
        mean = dice.uniform(-1, 2)
        about = {"name": name, "state": None, "meaning": "weight in the utility of an option", "basis": "prior"}
        yield about | {"mean": mean, "low": mean - 1, "high": mean + 1}


def history() -> xr.Dataset:
    noise = np.random.default_rng(7)
    sizes = {"quantile": 5, "quarter": len(QUARTERS), "state": len(STATES), "power": len(POWERS)}
    labels = {
        "quantile": [0.05, 0.25, 0.5, 0.75, 0.95],
        "quarter": QUARTERS,
        "state": list(STATES),
        "power": list(POWERS),
    }
    values = np.sort(noise.uniform(0, 0.5, tuple(sizes.values())), axis=0)
    about = {"unit": "1", "long_name": "dependence of state on power"}
    return xr.Dataset({"dependence": (tuple(sizes), values, about)}, coords=labels)
