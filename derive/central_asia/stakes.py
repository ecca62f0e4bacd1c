"""Derive `parameters/stakes.yaml` and `parameters/economy.yaml` of the case `central_asia`.

    python derive/central_asia/stakes.py [--case FOLDER]

Run it after `economy.py`, whose ties and attributes it reads from the case. The rules and guesses stand in `economy_stakes.yaml`.
No figure of a later year than the one named there is used.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from figures import POWERS, STATES, evaluate
from rows import Row, read
from ruamel.yaml import YAML

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CHANNELS = ("trade", "energy", "remittances", "finance", "security", "transport", "diplomacy", "culture", "people")
ECONOMIC = ("trade", "energy", "remittances", "finance", "transport")
Entry = dict[str, Any]


class Known:
    """The chosen rows of a case, as far as a year."""

    def __init__(self, case: Path, year: int) -> None:
        self.year = year
        self.attributes = [r for r in read(case / "attributes.csv") if r["chosen"] == "yes"]
        self.ties = [r for r in read(case / "ties.csv") if r["chosen"] == "yes"]

    def attribute(self, name: str, actor: str, partner: str = "") -> Row:
        """Return the row of the last whole year not after `year`."""
        rows = [
            r
            for r in self.attributes
            if (r["attribute"], r["actor"], r["partner"]) == (name, actor, partner)
            and r["period"].isdigit()
            and int(r["period"]) <= self.year
        ]
        return max(rows, key=lambda r: int(r["period"]))

    def series(self, name: str, actor: str, first: int, last: int) -> list[Row]:
        """Return the rows of whole years in a span."""
        years = {str(y) for y in range(first, last + 1)}
        return [r for r in self.attributes if (r["attribute"], r["actor"]) == (name, actor) and r["period"] in years]

    def largest_share(self, state: str) -> Row:
        """Return the tie with the largest share of the state's trade in the year."""
        rows = [r for r in self.ties if (r["state"], r["channel"], r["period"]) == (state, "trade", str(self.year))]
        return max((r for r in rows if r["power"] in POWERS), key=lambda r: float(r["value"]))


def sources(rows: Iterable[Row]) -> list[str]:
    """Keys that rows cite, each once."""
    return list(dict.fromkeys(key for row in rows for key in row["source"].split(";") if key))


def flows(known: Known, state: str, rules: dict[str, Any]) -> tuple[dict[str, float], list[Row]]:
    """Weights of the economic channels in a state's output, and the rows that they come from."""
    # Where no office publishes goods by partner, the newest totals are of goods and services.
    sold, bought = ("exports_gs", "imports_gs") if state in ("TJK", "TKM") else ("exports", "imports")
    rows = {
        "x": known.attribute(sold, state, "WLD"),
        "m": known.attribute(bought, state, "WLD"),
        "g": known.attribute("gdp", state),
        "e": known.attribute("energy_exporter", state),
        "r": known.attribute("remittances_gdp", state),
        "a": known.attribute("oda", state),
    }
    values = {name: float(row["value"]) for name, row in rows.items()}
    values |= {name: guess["value"] for name, guess in rules["guesses"].items()}
    values["i"] = rules["fuel_in_imports"][state]
    values["u"] = rules["unrecorded_remittances"].get(state, {}).get("value", 0.0)
    return {c: max(evaluate(rule, values), 0.0) for c, rule in rules["flow"].items()}, list(rows.values())


def stakes(known: Known, rules: dict[str, Any]) -> list[Entry]:
    """Stakes that add up to exactly one for each state."""
    entries = []
    for state in STATES:
        weights, rows = flows(known, state, rules)
        assumed = {c: rules["assumed"][c][state] for c in CHANNELS if c not in ECONOMIC}
        left = 1000 - sum(round(1000 * v[0]) for v in assumed.values())
        shares = {c: round(left * weights[c] / sum(weights.values())) for c in ECONOMIC}
        shares["trade"] += left - sum(shares.values())
        for channel in CHANNELS:
            if channel in assumed:
                value, low, high, why = assumed[channel]
                entries.append(
                    {"at": [state, channel], "value": value, "low": low, "high": high, "kind": "assumed", "why": why}
                )
                continue
            value = shares[channel] / 1000
            if channel == "remittances" and (unseen := rules["unrecorded_remittances"].get(state)):
                bounds = {bound: unseen[bound] for bound in ("low", "high")}
                entries.append(
                    {"at": [state, channel], "value": value, **bounds, "kind": "assumed", "why": unseen["why"]}
                )
                continue
            guess = {"finance": "c", "transport": "f"}.get(channel)
            entries.append(
                {
                    "at": [state, channel],
                    "value": value,
                    "low": round(rules["reach"]["low"] * value, 4),
                    "high": round(min(1.0, rules["reach"]["high"] * value), 4),
                    "kind": "estimated",
                    "source": sources(rows),
                    "how": f"{rules['names'][channel]} over output, {known.year}; the economic channels share {left / 1000:.2f} "
                    "in proportion to such weights",
                    "why": rules["guesses"][guess]["why"]
                    if guess
                    else "a channel matters as much as it weighs in output",
                }
            )
    return entries


def replaceability(known: Known, rules: dict[str, Any]) -> list[Entry]:
    """What others could take over within a year."""
    entries = []
    for state in STATES:
        for channel in CHANNELS:
            rule = rules["replaceability"][channel]
            if channel != "trade":
                value, low, high, why = rule[state]
                entries.append(
                    {"at": [state, channel], "value": value, "low": low, "high": high, "kind": "assumed", "why": why}
                )
                continue
            top = known.largest_share(state)
            value = round(evaluate(rule["rule"], {"q": rule["q"], "top": float(top["value"])}), 3)
            entries.append(
                {
                    "at": [state, channel],
                    "value": value,
                    "low": round(evaluate(rule["rule"], {"q": rule["low"], "top": float(top["value"])}), 3),
                    "high": round(evaluate(rule["rule"], {"q": rule["high"], "top": float(top["value"])}), 3),
                    "kind": "estimated",
                    "source": sources([top]),
                    "how": f"{rule['q']} of the trade that is not with the largest power, {top['power']} in {known.year}",
                    "why": rule["why"],
                }
            )
    return entries


def growth_trend(known: Known, rules: dict[str, Any]) -> list[Entry]:
    """Mean growth over the years before the case begins."""
    first, last = rules["growth_trend"]["years"]
    entries = []
    for state in STATES:
        rows = known.series("growth", state, first, last)
        values = [float(r["value"]) for r in rows]
        half = rules["growth_trend"]["spread"] * stdev(values) / len(values) ** 0.5
        years = ", ".join(r["period"] for r in rows)
        entries.append(
            {
                "at": [state],
                "value": round(mean(values), 2),
                "low": round(mean(values) - half, 2),
                "high": round(mean(values) + half, 2),
                "kind": "estimated",
                "source": sources(rows),
                "how": f"mean of the chosen growth of {years}; the range is one standard error",
                "why": "the years before the attack, with the fall of 2020 in them",
            }
        )
    return entries


def line(entry: Entry) -> str:
    """Return one entry as a line of YAML."""

    def cell(value: object) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(map(str, value)) + "]"
        return (
            json.dumps(value, ensure_ascii=False)
            if isinstance(value, str) and set(value) & set(":,#{}[]'\"")
            else str(value)
        )

    return "      - {" + ", ".join(f"{name}: {cell(value)}" for name, value in entry.items()) + "}"


def parameter(name: str, meaning: str, unit: str, dims: list[str], entries: list[Entry]) -> str:
    """Return one parameter as YAML."""
    head = [
        f"{name}:",
        f"  meaning: {meaning}",
        f'  unit: "{unit}"',
        f"  dims: [{', '.join(dims)}]",
        "  values:",
        "    always:",
    ]
    return "\n".join(head + [line(entry) for entry in entries]) + "\n"


def derive(case: Path) -> dict[str, str]:
    """Return the two files as text."""
    rules = YAML(typ="safe").load((HERE / "economy_stakes.yaml").read_text(encoding="utf-8"))
    known = Known(case, rules["year"])
    note = "# Written by derive/central_asia/stakes.py from the case's own rows; change the rules there, not the numbers here.\n"
    passed = {"at": [], **rules["remittance_elasticity"]}
    passed = {
        **{k: passed[k] for k in ("at", "value", "low", "high")},
        "kind": "assumed",
        "why": passed["why"].strip(),
        "ledger": ["M02"],
    }
    return {
        "stakes.yaml": note
        + parameter(
            "stake",
            "what a channel is worth to a state; adds up to one over channels",
            "1",
            ["state", "channel"],
            stakes(known, rules),
        )
        + parameter(
            "replaceability",
            "part of a channel that other partners could take over within a year",
            "1",
            ["state", "channel"],
            replaceability(known, rules),
        ),
        "economy.yaml": note
        + parameter(
            "growth_trend",
            "growth of output that a state would have without shocks",
            "%/yr",
            ["state"],
            growth_trend(known, rules),
        )
        + parameter(
            "remittance_elasticity",
            "points of growth for a change of remittances by one percent of output",
            "1",
            [],
            [passed],
        ),
    }


def main() -> None:
    """Write the two files into the case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", type=Path, default=ROOT / "src" / "tightrope" / "cases" / "central_asia")
    folder = parser.parse_args().case
    for name, text in derive(folder).items():
        (folder / "parameters" / name).write_text(text, encoding="utf-8")
        print(folder.name, name)


if __name__ == "__main__":
    main()
