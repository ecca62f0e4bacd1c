"""Attributes that stand in sources as they are: collected facts, bases, visits, exercises, and what is assumed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
from political_tables import HERE, Tables
from rows import read, text

SPANS = {  # words of an indicator -> first and last part of the period within the year
    "Jan-Mar": ("01", "03"),
    "Jan-Jun": ("01", "06"),
    "Jan-Sep": ("01", "09"),
    "Jan to early Oct": ("01", "10"),
    "since 21 Sept, by end Nov": ("09-21", "11-30"),
    "21 Sept to 4 Oct": ("09-21", "10-04"),
}
RANKS = {
    "head": "visits",
    "minister": "visits_foreign_minister",
    "other": "visits_other",
    "out": "visits_out",
    "summit": "summits",
}
LEDGER = {
    ("visits", "RUS", 2023): "P09",
    ("visits_foreign_minister", "USA", 2023): "O02",
    ("summits", "CHN", 2023): "O05",
}


def found(tables: Tables) -> None:
    """Add the facts of found.csv that carry an attribute."""
    for row in read(HERE / "found.csv"):
        if row["attribute"]:
            low, high = (float(row[side]) if row[side] else None for side in ("low", "high"))
            rest = {name: row[name] for name in ("kind", "how", "why", "chosen", "ledger")}
            cell = (row["attribute"], row["actor"], row["partner"], row["period"])
            source = tables.cite(row["id"])
            tables.attribute(*cell, float(row["value"]), row["unit"], low=low, high=high, source=source, **rest)


def period_of(indicator: str, year: str, note: str = "") -> str | None:
    """Return the period of a collected fact: its year, a span of years, or the months that the indicator names.

    >>> period_of("naturalised in Russia, Jan-Mar", "2023"), period_of("students in Russia", "2016/17")
    ('2023-01/2023-03', '2016')
    >>> period_of("times host", "2004-2022"), period_of("share", "undated")
    ('2004/2022', None)
    """
    if year == "undated" and "1989" in note:
        return "1989"  # the page repeats the head count of that year
    if not re.match(r"\d{4}", year):
        return None
    span = next((span for words, span in SPANS.items() if words in indicator), None)
    if span:
        return f"{year[:4]}-{span[0]}/{year[:4]}-{span[1]}"
    return year.replace("-", "/") if re.fullmatch(r"\d{4}-\d{4}", year) else year[:4]


def collected(tables: Tables) -> None:
    """Add the hand-collected facts that have an attribute; where a cell is taken the row stands as not chosen."""
    for _, fact in tables.facts[tables.facts["state"].isin(tables.states)].iterrows():
        rule = next((rule for rule in tables.rules["facts"] if re.search(rule["indicator"], fact["indicator"])), None)
        period = period_of(fact["indicator"], fact["year"], fact["note"])
        if rule is None or period is None:
            continue
        factor = rule.get("factor", 1)
        value = float(rule.get("value", 0) or fact["value"]) * factor
        low = min(float(fact["low"]) * factor, value) if fact["low"] else None
        high = max(float(fact["high"]) * factor, value) if fact["high"] else None
        ledger = rule.get("ledger", "")
        cell = (rule["attribute"], fact["state"], fact["power"], period)
        taken = tables.chosen(*cell) is not None
        tables.attribute(
            *cell,
            value,
            rule["unit"],
            low=low,
            high=high,
            kind=rule["kind"],
            source=tables.cite_fact(fact),
            how=fact["note"] or fact["indicator"],
            why="the other source of the same cell is newer, official or names its count" if taken else "",
            chosen="no" if taken else "yes",
            ledger=ledger.get(fact["state"], "") if isinstance(ledger, dict) else ledger,
        )


def russians(tables: Tables, data: Path) -> None:
    """Add shares of ethnic Russians where only heads are known: heads divided by the population of the same year."""
    people = pd.read_csv(data / "macro/population_wdi.csv.gz").set_index(["Country Code", "Year"])["Value"]
    for rule in tables.rules["russians"]:
        state, year = rule["state"], rule["year"]
        row = tables.chosen("coethnic_people", state, "RUS", str(year))
        if row is None:
            raise ValueError(f"no head count of Russians in {state} for {year}; see facts in politics.yaml")
        share = float(row["value"]) / people[state, year]
        tables.attribute(
            "coethnic",
            state,
            "RUS",
            year,
            share,
            "1",
            low=share if "high" in rule else None,
            high=rule.get("high"),
            kind="estimated",
            source=f"{row['source']};{tables.cite('wdi')}",
            how=f"{text(float(row['value']))} heads divided by the population of the year",
            why=rule.get("why", ""),
            ledger="Q03",
        )


def assumed(tables: Tables) -> None:
    """Add shared language, and co-ethnics of the powers other than Russia."""
    rules = tables.rules
    for state in tables.states:
        for power in tables.powers:
            known = rules["shared_language"][state][power]
            rest = {"low": known["low"], "high": known["high"], "kind": known.get("kind", "assumed")}
            rest |= {
                "source": tables.cite(*known.get("from", [])),
                "ledger": tables.place("shared_language", state, power),
            }
            how, why = known.get("how", "judgement"), rules["shared_language_why"][power]
            tables.attribute("shared_language", state, power, "always", known["value"], "1", how=how, why=why, **rest)
            if power in rules["coethnic"]:
                value, low, high = rules["coethnic"][power][state]
                rest = {
                    "low": low,
                    "high": high,
                    "kind": "assumed",
                    "how": "judgement",
                    "why": rules["coethnic_why"][power],
                }
                tables.attribute("coethnic", state, power, "always", value, "1", **rest)


def bases(tables: Tables) -> None:
    """Add counts of military bases, their opening and closing years, and the Iranian plant for drones."""
    for rule in tables.rules["bases"]:
        if "question" in rule:
            source = tables.cite_facts(tables.decisions[tables.decisions["question"] == rule["question"]])
        else:
            source = tables.cite(*rule["from"])
        rest = {"source": source, "how": rule["how"], "ledger": rule.get("ledger", "")}
        for power in tables.powers if rule["power"] == "all" else [rule["power"]]:
            cell = (rule["state"], power, rule["period"])
            low, high = rule.get("low"), rule.get("high")
            tables.attribute("bases", *cell, rule["count"], "count", low=low, high=high, kind="coded", **rest)
            for name in (name for name in ("opened", "closed") if rule.get(name)):
                tables.attribute(f"base_{name}", *cell, float(rule["period"]), "year", kind="measured", **rest)
            if "years" in rule:
                cell = (rule["state"], power, "2001/2014")
                used = {"source": source, "how": "years in use as given by the source", "ledger": "Q05"}
                tables.attribute("base_years", *cell, rule["years"], "year", kind="measured", **used)
    plant = tables.cite_facts(tables.decisions[tables.decisions["question"] == "Host Iranian drone plant"])
    how = "an Iranian plant for drones opened in Tajikistan on 17 May; Iran is the supplier"
    tables.attribute("drone_licence", "TJK", "IRN", 2022, 1, "1", kind="coded", source=plant, how=how, ledger="X10")


def visits(tables: Tables) -> pd.DataFrame:
    """Add counts of visits and summits by year; return every meeting found: state, power, year, rank."""
    meetings: list[dict[str, Any]] = []
    for row in read(HERE / "visits.csv"):
        key = row["title"].removeprefix("@")
        if not row["title"].startswith("@"):
            key = tables.sources.key(row["title"], row["publisher"], row["published"], row["url"])
        meetings.append({name: row[name] for name in ("state", "power", "rank", "date")} | {"source": key})
    rule = tables.rules["visits_out"]
    for power in ("CHN", "RUS"):
        for _, fact in tables.asked(rule[power], rule["went"]).iterrows():
            key = tables.cite_fact(fact)
            meetings.append(
                {"state": fact["state"], "power": power, "rank": "out", "date": fact["date"], "source": key}
            )
    frame = pd.DataFrame(meetings)
    frame["year"] = frame["date"].str[:4].astype(int)
    everybody = (
        frame[frame["state"] == "all"].drop(columns="state").merge(pd.DataFrame({"state": tables.states}), how="cross")
    )
    each = pd.concat([frame[frame["state"] != "all"], everybody])
    for (state, power, year, rank), part in each.groupby(["state", "power", "year", "rank"]):
        how = f"found with a source: {', '.join(sorted(part['date']))}; there may have been more"
        rest = {
            "source": ";".join(sorted(set(part["source"]))),
            "how": how,
            "ledger": LEDGER.get((RANKS[rank], power, year), ""),
        }
        tables.attribute(RANKS[rank], state, power, year, len(part), "count", low=len(part), kind="measured", **rest)
    return each[["state", "power", "year", "rank"]]


def exercises(tables: Tables) -> pd.DataFrame:
    """Add joint exercises that the decisions tell of, where no count stands; return them: state, power, year."""
    rule = tables.rules["military_exercises"]
    held = []
    for power in ("RUS", "USA"):
        joined = tables.asked(rule[power], rule["joined"])
        joined = joined.assign(power=power, year=joined["date"].str[:4].astype(int))
        held.append(joined)
        for (state, year), part in joined.groupby(["state", "year"]):
            if tables.chosen("exercises", state, power, str(year)) is None:
                rest = {"source": tables.cite_facts(part), "ledger": "B06" if (state, year) == ("KGZ", 2023) else ""}
                how = "hosted or joined, found with a source; there may have been more"
                tables.attribute(
                    "exercises", state, power, year, len(part), "count", low=len(part), kind="measured", how=how, **rest
                )
    return pd.concat(held)[["state", "power", "year"]]
