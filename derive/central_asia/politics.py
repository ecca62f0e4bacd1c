"""Derive the case's non-economic rows: security, diplomacy and culture ties, capabilities, distances, votes, visits.

    python derive/central_asia/politics.py --data DATA [--case CASE]

DATA is the folder with the third-party files (or the environment variable TIGHTROPE_DATA). The rows that this script
owns are replaced in the case's ties.csv and attributes.csv, parameters/affinity.yaml is rewritten, missing sources are
added to sources.bib. Rules and assumptions are in politics.yaml; found.csv and visits.csv hold facts found by hand.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import political_facts as facts  # noqa: E402
import political_figures as figures  # noqa: E402
from political_tables import Tables  # noqa: E402
from political_ties import Data, allied, culture, diplomacy, mixed, security  # noqa: E402
from rows import ATTRIBUTES, TIES, Row, read, replace, text  # noqa: E402

CASE = HERE.parents[1] / "src/tightrope/cases/central_asia"
CHANNELS = ("security", "diplomacy", "culture")
HOW = {
    "security": "weighted mean of parts ({}): arms delivered in five years, treaty obligations, bases, exercises",
    "diplomacy": "weighted mean of parts ({}): organisations led, visits and summits of five years, cooperative events",
    "culture": "weighted mean of parts ({}): language followed, study abroad, schools and media",
}
WHY = {
    "security": "no published share exists; range from redrawn weights, windows and counts",
    "diplomacy": "no complete count of visits exists; range from redrawn weights and counts",
    "culture": "no source measures the channel; language and students are partly sourced, the rest is judgement",
}
MET = ("visits", "summits", "visits_out", "visits_foreign_minister", "visits_other")


def cited(tables: Tables, data: Data, channel: str, state: str, power: str, year: int) -> str:
    """Return the sources of one tie: those of its data sets, and of the sites and meetings that count in that year."""
    rules = tables.rules
    if channel == "security":
        rule = rules["security"]
        sites = [s for s in rule["presence"] if (s["state"], s["power"]) == (state, power) and s["since"] <= year]
        exercises = (
            rule["yearly"]["from"] if power == rule["yearly"]["leader"] and allied(state, year, data, rule) else []
        )
        return tables.cite("sipri", "atop", *(name for site in sites for name in site["from"]), *exercises)
    if channel == "diplomacy":
        window = range(year - rules["diplomacy"]["window"] + 1, year + 1)
        met = [
            row["source"]
            for row in tables.attributes
            if (row["actor"], row["partner"]) == (state, power)
            and row["attribute"] in MET
            and row["period"].isdigit()
            and int(row["period"]) in window
        ]
        return ";".join([tables.cite("gdelt"), *sorted({key for keys in met for key in keys.split(";")})])
    known = power in ("RUS", "TUR")
    return tables.cite(*rules["study_from"][year], *rules["presence_from"][year]) if known else ""


def ties(tables: Tables, data: Data) -> None:
    """Add the shares of the three channels for every state, power and year."""
    rules = tables.rules
    make = {
        "security": lambda state, year: security(state, year, data, rules["security"]),
        "diplomacy": lambda state, year: diplomacy(state, year, data, rules["diplomacy"]),
        "culture": lambda state, year: culture(state, data.powers, rules),
    }
    for channel in CHANNELS:
        weights = rules[channel]["weights"]
        for state in tables.states:
            for year in rules[channel].get("years", rules["years"]):
                parts = make[channel](state, year)
                known = ", ".join(f"{name} {weights[name]:g}" for name, part in parts.items() if part(None) is not None)
                seed = [*map(ord, state + channel), *([] if channel == "culture" else [year])]
                share = mixed(parts, weights, seed)
                for i, power in enumerate(data.powers):
                    source = cited(tables, data, channel, state, power, year)
                    rest = {"source": source, "ledger": tables.place(channel, state, power)}
                    rest |= {"how": HOW[channel].format(known), "why": WHY[channel]}
                    kind = "assumed" if channel == "culture" else "coded"
                    value, low, high = share[:, i]
                    tables.tie(state, power, channel, year, value, low=low, high=high, kind=kind, **rest)


def affinity_yaml(rows: list[tuple], source: str) -> str:
    """Return parameters/affinity.yaml as text."""
    lines = [
        "affinity:",
        "  meaning: how alike two powers vote in the General Assembly beyond chance (Scott's pi), from -1 through 0 as chance would have it to 1",
        '  unit: "1"',
        "  dims: [power, power]",
        "  values:",
        "    always:",
    ]
    for one, other, mean, low, high, n in rows:
        how = f"Scott's pi over {n} roll calls of 2015-2021; a bloc is the mean over its members; 90 % bootstrap"
        numbers = (
            f"value: {text(mean, 4)}, low: {text(low, 4)}, high: {text(high, 4)}, kind: estimated, source: [{source}]"
        )
        how = "by definition" if one == other else how
        lines.append(f"      - {{at: [{one}, {other}], {numbers}, how: {how}, ledger: []}}")
    return "\n".join(lines) + "\n"


def derive(data: Path, case: Path = CASE) -> tuple[Tables, str]:
    """Return all rows that this script owns and the text of parameters/affinity.yaml."""
    actors = read(case / "actors.csv")
    tables = Tables(
        states=[row["id"] for row in actors if row["role"] == "state"],
        powers={row["id"]: (row["members"] or row["id"]).split(";") for row in actors if row["role"] == "power"},
        rules=YAML(typ="safe").load(HERE / "politics.yaml"),
        facts=pd.read_csv(data / "facts/ties.csv", dtype=str).fillna(""),
        decisions=pd.read_csv(data / "facts/decisions.csv", dtype=str).fillna(""),
    )
    figures.capabilities(tables, data)
    figures.geography(tables, data)
    affinity = affinity_yaml(figures.votes(tables, data), tables.cite("unga"))
    figures.absences(tables, data)
    figures.influence(tables, data)
    delivered = figures.arms(tables, data)
    facts.found(tables)
    facts.collected(tables)
    facts.russians(tables, data)
    facts.assumed(tables)
    facts.bases(tables)
    known = Data(
        powers=list(tables.powers),
        deliveries=delivered,
        obligations=figures.obligations(tables, data),
        exercises=facts.exercises(tables),
        meetings=facts.visits(tables),
        memberships=pd.DataFrame(read(case / "memberships.csv")),
        events=figures.cooperation(tables, data),
    )
    ties(tables, known)
    return tables, affinity


def owned(tables: Tables) -> Callable[[Row], bool]:
    """Return the test for a row of attributes.csv that this script makes: its attribute and all its sources are ours."""
    names = {row["attribute"] for row in tables.attributes}
    sources = {key for row in tables.attributes for key in row["source"].split(";")}
    return lambda row: row["attribute"] in names and sources.issuperset(row["source"].split(";"))


def add_sources(path: Path, entries: dict[str, str]) -> None:
    """Add the entries whose keys the bibliography lacks."""
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    missing = [entry for key, entry in sorted(entries.items()) if f"{{{key}," not in known]
    if missing:
        path.write_text("\n".join([known.rstrip("\n") + "\n", *missing]).lstrip("\n"), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Derive and write."""
    given = os.environ.get("TIGHTROPE_DATA")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=given and Path(given), required=not given)
    parser.add_argument("--case", type=Path, default=CASE)
    options = parser.parse_args(arguments)
    tables, affinity = derive(options.data, options.case)
    replace(options.case / "ties.csv", TIES, tables.ties, lambda row: row["channel"] in CHANNELS)
    replace(options.case / "attributes.csv", ATTRIBUTES, tables.attributes, owned(tables))
    (options.case / "parameters/affinity.yaml").write_text(affinity, encoding="utf-8")
    add_sources(options.case / "sources.bib", tables.sources.entries)
    print(len(tables.ties), "ties,", len(tables.attributes), "attributes,", len(tables.sources.entries), "sources")


if __name__ == "__main__":
    main()
