"""Attributes computed from data sets: capability, geography, alignment, influence, arms."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from alignment import affinities, alignments
from political_tables import Tables

from tightrope.ingest import cow, fbic, gdelt, sipri, unga

INFLUENCE = {
    "fbic": "fbic",
    "econb": "fbic_economic_bandwidth",
    "econd": "fbic_economic_dependence",
    "polb": "fbic_political_bandwidth",
    "secb": "fbic_security_bandwidth",
    "secd": "fbic_security_dependence",
}
MEANS = {
    "fbic_bandwidth": (["econb", "polb", "secb"], "mean of economic, political and security bandwidth as published"),
    "fbic_dependence": (["econd", "secd"], "mean of economic and security dependence as published"),
}
STRENGTH = ("defense", "consul", "neutral", "nonagg")  # obligations, the strongest first


def codes(data: Path) -> dict[int, str]:
    """Return ISO-3 codes by Correlates of War number."""
    return cow.country_codes(data / "cinc/country_codes.csv")


def membership(tables: Tables) -> dict[str, str]:
    """Return the power that a state is or belongs to."""
    return {member: power for power, members in tables.powers.items() for member in members}


def capabilities(tables: Tables, data: Path) -> None:
    """Add capability and military spending of states and powers from 2010; a bloc is the sum of its members."""
    nmc = cow.capabilities(data / "cinc/cow_nmc.parquet", codes(data)).set_index(["state", "year"])
    source = tables.cite("nmc")
    for actor, members in ({state: [state] for state in tables.states} | tables.powers).items():
        kind, bloc = ("estimated", "sum of the members; ") if len(members) > 1 else ("measured", "")
        for year in range(2010, int(nmc.index.get_level_values("year").max()) + 1):
            part = nmc.reindex([(member, year) for member in members])
            if part["cinc"].notna().all():
                how = bloc + "composite index as published"
                tables.attribute(
                    "capability", actor, "", year, part["cinc"].sum(), "1", kind=kind, source=source, how=how
                )
            if part["milex"].notna().all():
                how = bloc + "thousand current dollars divided by 1000"
                spent = part["milex"].sum() / 1000
                tables.attribute("milex", actor, "", year, spent, "USD m", kind=kind, source=source, how=how)


def geography(tables: Tables, data: Path) -> None:
    """Add border distance, capital distance and land route for every state and power."""
    numbers = codes(data)
    distances = cow.border_distances(data / "cinc/cow_mindist.parquet", numbers)
    last = int(distances["year"].max())
    km = distances[distances["year"] == last].set_index(["state", "partner"])["km"]
    borders = cow.land_borders(data / "cinc/cow_contdir.parquet", numbers)
    place = cow.capitals(data / "cinc/cow_capitals.parquet", numbers)
    for state in tables.states:
        for power, members in tables.powers.items():
            bloc = len(members) > 1
            near = km.reindex([(state, member) for member in members]).dropna()
            how = "shortest distance between the borders" + (f"; nearest member {near.idxmin()[1]}" if bloc else "")
            source = tables.cite("mindist")
            tables.attribute("distance", state, power, last, near.min(), "km", kind="measured", source=source, how=how)
            away = {member: cow.great_circle(place[state], place[member]) for member in members}
            first = min(away, key=lambda member: away[member])
            how = "great circle between the capitals' coordinates" + (f"; nearest member {first}" if bloc else "")
            source = tables.cite("capitals")
            tables.attribute(
                "capital_distance", state, power, "always", away[first], "km", kind="estimated", source=source, how=how
            )
            ease, how = land_route(state, members, borders)
            source, ledger = tables.cite("contdir"), tables.place("land_route", state, power)
            tables.attribute(
                "land_route", state, power, 2016, ease, "1", kind="coded", source=source, how=how, ledger=ledger
            )


def land_route(state: str, members: list[str], borders: set[tuple[str, str]]) -> tuple[float, str]:
    """Return the ease of going overland to any of the members, and how it was told.

    >>> land_route("A", ["C"], {("A", "B"), ("B", "C")})
    (0.5, 'one state between: B')
    """
    if any((state, member) in borders for member in members):
        return 1.0, "common land border"
    between = sorted(
        {via for here, via in borders if here == state and any((via, member) in borders for member in members)}
    )
    return (0.5, f"one state between: {', '.join(between)}") if between else (0.0, "two or more states between, or sea")


def votes(tables: Tables, data: Path) -> list[tuple]:
    """Add alignment for every year; return the affinities between the powers."""
    calls = unga.roll_calls(data / "unga_votes/bsv_rollcalls_wide_1991_2022.parquet")
    source = tables.cite("unga")
    notes = {
        2021: "; roll calls of February, March and December only",
        2022: "; roll calls of November and December only",
    }
    for state, power, year, mean, low, high, n in alignments(calls, tables.states, tables.powers, range(2010, 2023)):
        if n:
            bloc = "; mean over the members" if len(tables.powers[power]) > 1 else ""
            how = f"Scott's pi over {n} roll calls, absences dropped{bloc}{notes.get(year, '')}; 90 % bootstrap"
            tables.attribute(
                "alignment", state, power, year, mean, "1", low=low, high=high, kind="estimated", source=source, how=how
            )
    return affinities(calls, tables.powers, 2015, 2021)


def absences(tables: Tables, data: Path, window: int = 3) -> None:
    """Add the share of roll calls that each state missed in the years up to each year from 2018."""
    counts = unga.absences(data / "unga_votes/bsv_rollcalls_wide_1991_2022.parquet", tables.states)
    source = tables.cite("unga")
    for state in tables.states:
        for year in range(2018, 2023):
            missed, every = counts.loc[[(y, state) for y in range(year - window + 1, year + 1)]].sum()
            low, high = wilson(int(missed), int(every))
            how = f"{missed} of {every} roll calls of {year - window + 1}-{year}; 90 % Wilson interval"
            rest = {"low": low, "high": high, "kind": "estimated", "source": source, "how": how}
            tables.attribute("absence", state, "", year, missed / every, "1", **rest)


def wilson(hits: int, n: int, z: float = 1.6448536) -> tuple[float, float]:
    """Return the ends of Wilson's interval for a share.

    >>> [round(x, 3) for x in wilson(0, 10)]
    [0.0, 0.213]
    """
    share, slack = hits / n, z**2 / n
    middle = (share + slack / 2) / (1 + slack)
    half = z / (1 + slack) * (share * (1 - share) / n + slack / (4 * n)) ** 0.5
    return max(middle - half, 0.0), min(middle + half, 1.0)


def influence(tables: Tables, data: Path) -> None:
    """Add the published influence capacity of Russia and China, its parts, and their means, from 2010."""
    published = fbic.influence(data / "fbic/fbic_chn_rus_influence_1960_2020.csv.gz", {"rus": "RUS", "chn": "CHN"})
    published = published[published["state"].isin(tables.states) & (published["year"] >= 2010)]
    source = tables.cite("fbic")
    wide = published.pivot_table(index=["state", "partner", "year"], columns="part", values="value")
    for (state, partner, year), row in wide.iterrows():
        figures = {name: (row[part], "as published") for part, name in INFLUENCE.items()}
        figures |= {name: (row[parts].mean(), how) for name, (parts, how) in MEANS.items()}
        for name, (value, how) in figures.items():
            tables.attribute(name, state, partner, year, value, "1", kind="estimated", source=source, how=how)


def arms(tables: Tables, data: Path) -> pd.DataFrame:
    """Add shares of arms deliveries over a window of years; return the deliveries by state, power and year."""
    folder = data / "arms_transfers"
    deals = sipri.register([folder / "sipri_trade_register.csv.gz", *sorted((folder / "after_2022").glob("*.csv.gz"))])
    names = pd.read_csv(data / "geography/countries_mledoze.csv").set_index("name")["cca3"].to_dict() | {
        "Turkiye": "TUR"
    }
    delivered = sipri.deliveries(deals[deals["recipient"].map(names).isin(tables.states)])
    delivered["state"] = delivered["recipient"].map(names)
    delivered["power"] = delivered["supplier"].map(names).map(membership(tables)).fillna("OTH")
    source, window = tables.cite("sipri"), tables.rules["security"]["window"]
    spread = "deals spread evenly over their delivery years"
    for state in tables.states:
        for year in tables.rules["years"]:
            part = delivered[(delivered["state"] == state) & delivered["year"].between(year - window + 1, year)]
            period, total = f"{year - window + 1}/{year}", part["tiv"].sum()
            rest = {"kind": "estimated", "source": source}
            tables.attribute(
                "arms_total", state, "WLD", period, total, "SIPRI TIV m", how=f"volume delivered; {spread}", **rest
            )
            for power in tables.powers if total > 0 else ():
                share = part.loc[part["power"] == power, "tiv"].sum() / total
                tables.attribute(
                    "arms", state, power, period, share, "1", how=f"part of the volume delivered; {spread}", **rest
                )
    return delivered[["state", "power", "year", "tiv"]]


def obligations(tables: Tables, data: Path) -> pd.DataFrame:
    """Return the strongest treaty obligation of each state with each power in the last year of the alliance data.

    A treaty with one member does not bind a bloc: with a bloc no more than non-aggression is counted.
    """
    treaties = cow.alliances(data / "cinc/atop_alliance.parquet", codes(data))
    treaties = treaties[(treaties["year"] == treaties["year"].max()) & treaties["state"].isin(tables.states)]
    treaties = treaties.assign(power=treaties["partner"].map(membership(tables))).dropna(subset=["power"])
    rows = {}
    for treaty in treaties.itertuples():
        kind = next((kind for kind in STRENGTH if getattr(treaty, kind) == 1), None)
        if kind:
            bloc = len(tables.powers[treaty.power]) > 1
            rows[treaty.state, treaty.power] = "nonagg" if bloc else kind
    return pd.DataFrame([(*pair, kind) for pair, kind in rows.items()], columns=["state", "power", "kind"])


def cooperation(tables: Tables, data: Path) -> pd.DataFrame:
    """Return each power's part of the year's cooperative events of a state with all partners."""
    scores = gdelt.cooperation(data / "gdelt_daily_ties/car_partner_daily.parquet")
    totals = scores.groupby(["state", "year"])["score"].transform("sum")
    scores = scores.assign(power=scores["partner"].map(membership(tables)), share=scores["score"] / totals)
    return scores.dropna(subset=["power"]).groupby(["state", "power", "year"], as_index=False)["share"].sum()
