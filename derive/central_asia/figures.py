"""Every published figure that the economic rows of the case are derived from, in one shape and under one name each."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import fsum
from pathlib import Path
from typing import Any

from rows import Sources

from tightrope.ingest import eurostat, facts, national_trade, oecd, worldbank

STATES = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
POWERS = ("RUS", "CHN", "USA", "EU", "TUR", "IRN")


@dataclass(frozen=True)
class Figure:
    """One number that somebody published about an actor, perhaps towards a partner, in a period."""

    actor: str
    partner: str
    measure: str
    period: str
    value: float
    unit: str
    source: str
    publisher: str
    date: str = ""
    note: str = ""
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """Name the figure as a rule does."""
        return f"{self.actor} {self.partner or '-'} {self.period} | {self.measure} | {self.publisher}"


@dataclass
class Figures:
    """All figures, found by a name such as `TJK RUS 2021 | turnover with partner | Trend`."""

    all: list[Figure] = field(default_factory=list)

    def __iter__(self) -> Iterator[Figure]:
        """Run over the figures in the order of their files."""
        return iter(self.all)

    def named(self, name: str) -> Figure:
        """Return the one figure of that name; the last part may be any piece of the publisher, title key or note, or absent."""
        head, measure, *piece = (part.strip() for part in name.split("|"))
        actor, partner, period = head.split()
        found = [
            f
            for f in self.all
            if (f.actor, f.partner or "-", f.period, f.measure) == (actor, partner, period, measure)
            and (not piece or piece[0] in f"{f.publisher} {f.date} {f.note}")
        ]
        if len(found) != 1:
            near = [
                str(f) for f in self.all if (f.actor, f.partner or "-") == (actor, partner) and f.measure == measure
            ]
            raise ValueError(f"`{name}` names {len(found)} figures, one was expected; near: {near[:8]}")
        return found[0]


OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def evaluate(expression: str | float, values: dict[str, float]) -> float:
    """Return the value of an arithmetic expression over named values.

    >>> evaluate("min(a / (a + b), 0.9) - 0.05", {"a": 3.0, "b": 1.0})
    0.7
    """

    def walk(node: ast.AST) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name):
                return values[name]
            case ast.BinOp(left=left, op=sign, right=right):
                return OPERATORS[type(sign)](walk(left), walk(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -walk(operand)
            case ast.Call(func=ast.Name(id="min" | "max" as name), args=arguments):
                return (min if name == "min" else max)(walk(a) for a in arguments)
        raise ValueError(f"`{expression}`: only numbers, names, + - * /, min and max are understood")

    return walk(ast.parse(str(expression), mode="eval").body)


TRADE = "github.com/mary-lev/eu-export-sanctions @ 4b6a5dfc864ab3352104974a4516458fd7347b38, data/"
MIGRATION = "github.com/hbenveniste/mig-scenarios @ 38feb3672bc6b8dfd35d1cb047f3b49dccff1109, data/rem_wb"


def _years(folder: Path, name: str) -> list[Path]:
    """Return a data set's file and the file of its later years."""
    return [path for path in (folder / name, folder / "after_2022" / name) if path.exists()]


def _national(data: Path, sources: Sources, members: frozenset[str]) -> Iterable[Figure]:
    folder = data / "national_trade"
    offices = {
        "KAZ": (
            national_trade.kazakhstan(*_years(folder, "kaz_trade_by_partner_annual.csv")),
            "Foreign trade of the Republic of Kazakhstan by country",
            "Bureau of National Statistics of Kazakhstan",
            "kazakhstan_data",
        ),
        "KGZ": (
            national_trade.kyrgyzstan(*_years(folder, "kgz_trade_by_partner_annual.csv")),
            "Exports and imports by country, tables 4.03.00.18 and 4.03.00.20",
            "National Statistical Committee of the Kyrgyz Republic",
            "kyrgyzstan_data",
        ),
        "UZB": (
            national_trade.uzbekistan(*_years(folder, "uzb_trade_by_partner_annual.csv")),
            "Exports and imports by country, SDMX data sets 1105 and 1176",
            "Statistics Agency of Uzbekistan",
            "uzbekistan_data",
        ),
        "RUS": (
            national_trade.russia(*_years(folder, "rus_trade_by_partner_monthly.csv")),
            "Foreign trade of the Russian Federation by main countries, months",
            "Federal Customs Service of Russia",
            "russian_data",
        ),
    }
    for reporter, (table, title, office, place) in offices.items():
        key = sources.key(title, office, "2024", TRADE + place)
        if reporter == "KGZ":
            table = _with_lost_cell(table)
        for line in [*table, *_union(table, members)]:
            if not line["partner"] or line["partner"] == reporter or line["year"] < 2017:
                continue
            exports, imports = line["exports"] or 0.0, line["imports"] or 0.0
            flows = {"exports": exports, "imports": imports, "turnover": exports + imports}
            lost = "zero in the table" in line.get("note", "")
            for flow, value in flows.items():
                yield Figure(
                    reporter, line["partner"], f"{flow}, national", str(line["year"]), value, "USD m", key, office,
                    note="" if lost and flow == "exports" else line.get("note", ""),
                    high=value if lost and flow != "exports" else None,
                )  # fmt: skip


KGZ_SUMS = {
    "The EU",
    "European Union (EU)",
    "EAEU",
    "CIS",
    "SCO",
    "Europe",
    "Asia",
    "America",
    "Africa",
    "Australia and Oceania",
}


def _with_lost_cell(table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Kyrgyz imports from Iran in 2021 stand as zero between two years with imports; the total shows what is missing."""
    of_year = [line for line in table if line["year"] == 2021 and line["label"] not in KGZ_SUMS]
    total = next(line["imports"] for line in of_year if line["partner"] == "WLD")
    listed = sum(line["imports"] or 0.0 for line in of_year if line["partner"] != "WLD")
    note = "imports stand as zero in the table: what the total has over the sum of all lines"
    return [
        {**line, "imports": total - listed, "note": note}
        if (line["year"], line["partner"]) == (2021, "IRN") and not line["imports"]
        else line
        for line in table
    ]


def _union(table: list[dict[str, Any]], members: frozenset[str]) -> Iterable[dict[str, Any]]:
    """The European Union as the sum of its 27 members, with the same membership in all years."""
    for year in sorted({line["year"] for line in table if line["year"] >= 2017}):
        of_year = {line["partner"]: line for line in table if line["year"] == year and line["partner"]}
        aggregate = next((x for x in table if x["year"] == year and x["label"] == "Страны ЕС"), None)
        lacking = sorted(members - set(of_year))
        note = "sum of the 27 members"
        if aggregate and lacking:
            # The sheet of that year lost some members' lines; its own aggregate counts the United Kingdom in.
            outside = of_year["GBR"]
            flows = {f: aggregate[f] - (outside[f] or 0.0) for f in ("exports", "imports")}
            note = (
                f"published sum for the Union less the United Kingdom; the sheet lacks lines for {', '.join(lacking)}"
            )
        else:
            flows = {f: fsum(of_year[m][f] or 0.0 for m in members if m in of_year) for f in ("exports", "imports")}
        yield {"year": year, "partner": "EU", "label": "", "note": note, **flows}


def _lost_line(data: Path, sources: Sources) -> Iterable[Figure]:
    """Kazakhstan's trade with China in 2018, whose line the sheet lost: what Asia's sum leaves, in the proportions of 2019."""
    table = national_trade.kazakhstan(*_years(data / "national_trade", "kaz_trade_by_partner_annual.csv"))

    def asia(year: int) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        lines = [line for line in table if line["year"] == year]
        labels = [line["label"] for line in lines]
        first, last = labels.index("Азия"), labels.index("Америка")
        return lines[first], {line["partner"] or line["label"]: line for line in lines[first + 1 : last]}

    (total, listed), (_, whole) = asia(2018), asia(2019)
    lost = [line for name, line in whole.items() if name not in listed]
    key = next(k for k, e in sources.entries.items() if "Foreign trade of the Republic of Kazakhstan by country" in e)
    both, bound = 0.0, 0.0
    for flow in ("exports", "imports"):
        left = total[flow] - sum(line[flow] or 0.0 for line in listed.values())
        value = left * (whole["CHN"][flow] or 0.0) / sum(line[flow] or 0.0 for line in lost)
        both, bound = both + value, bound + left
        yield Figure(
            "KAZ", "CHN", f"{flow}, national", "2018", value, "USD m", key, "Bureau of National Statistics of Kazakhstan",
            note="line lost in the sheet: what the sum for Asia leaves, shared out in the proportions of 2019", high=left,
        )  # fmt: skip
    yield Figure(
        "KAZ", "CHN", "turnover, national", "2018", both, "USD m", key, "Bureau of National Statistics of Kazakhstan",
        note="line lost in the sheet: what the sum for Asia leaves, shared out in the proportions of 2019", high=bound,
    )  # fmt: skip


def _eurostat(data: Path, sources: Sources) -> Iterable[Figure]:
    folder, office = data / "eu_exports_monthly", "Eurostat"
    annual = eurostat.annual_exports(*_years(folder, "eu27_exports_annual_all_partners.csv.gz"))
    key = sources.key("EU trade since 1988: yearly exports of the 27 members", office, "2024", TRADE + "eu_year_export")
    for (partner, year), value in annual.items():
        if year >= 2018 and partner in (*STATES, "RUS", "TUR", "IRN", "ARM", "GEO", "AZE", "BLR", "UKR"):
            yield Figure(partner, "EU", "exports of partner", str(year), value, "EUR m", key, office)
    monthly = eurostat.monthly_exports(*_years(folder, "eu_total_trade_monthly.csv.gz"))
    place = TRADE + "kazakhstan_export_eurostat and its sisters"
    key = sources.key("EU trade since 1988: monthly exports of the members", office, "2024-11", place)
    sums: dict[tuple[str, str], list[float]] = {}
    for (member, partner, month), value in monthly.items():
        if member == "DEU":
            sums.setdefault((partner, month[:4]), []).append(value)
    for (partner, year), months in sums.items():
        if len(months) == 12 and (partner in STATES or partner in ("RUS", "ARM", "GEO")):
            yield Figure(
                partner,
                "DEU",
                "exports of partner",
                year,
                sum(months),
                "EUR m",
                key,
                office,
                note="sum of twelve months",
            )


def _worldbank(data: Path, sources: Sources, members: frozenset[str], actors: Iterable[str]) -> Iterable[Figure]:
    bank = "World Bank"
    places = {
        "GDP": (
            "gdp_current_usd_wdi.csv.gz",
            "github.com/datasets/gdp @ 822019c80142c162e4ca4eb1a63699ae36075078",
            1e6,
            "USD m",
        ),
        "population": (
            "population_wdi.csv.gz",
            "github.com/datasets/population @ 425fc447a53a26c767a15a7de60c4cc2478a0595",
            1.0,
            "people",
        ),
    }
    titles = {
        "GDP": "World Development Indicators: GDP, current US dollars",
        "population": "World Development Indicators: population, total",
    }
    for measure, (name, where, per, unit) in places.items():
        cells = worldbank.indicator(*_years(data / "macro", name))
        key = sources.key(titles[measure], bank, "2024", where)
        for year in range(2017, 2025):
            for actor in actors:
                if (actor, year) in cells:
                    yield Figure(actor, "", measure, str(year), cells[actor, year] / per, unit, key, bank)
            if all((m, year) in cells for m in members):
                value = fsum(cells[m, year] for m in members) / per
                yield Figure("EU", "", measure, str(year), value, unit, key, bank, note="sum of the 27 members")
    folder = data / "remittances_migration"
    title, where = "Bilateral remittance matrix 2017 (version of April 2018)", MIGRATION
    key = sources.key(title, "World Bank, KNOMAD", "2018-04", where)
    yield from _matrix(
        worldbank.remittances(folder / "wb_bilateral_remittances_2017.csv"), members, "remittance matrix", "USD m", key
    )
    title = "Bilateral migration matrix 2017 (version of April 2018)"
    key = sources.key(title, "World Bank, KNOMAD", "2018-04", where)
    yield from _matrix(
        worldbank.migrants(folder / "wb_bilateral_migrant_stock_2017.csv"), members, "migrant matrix", "people", key
    )
    panel = worldbank.remittance_share(*_years(folder, "remittance_share_panel_kgz_tjk_uzb.csv"))
    where = "github.com/Fozich/remittances-central-asia @ b0a7081baf6862c74ded65e955e5ee0420cc2eaf, data/panel.csv"
    key = sources.key("World Development Indicators: personal remittances received, part of GDP", bank, "2025", where)
    for (actor, year), value in panel.items():
        if year >= 2017:
            yield Figure(actor, "", "remittances per GDP, panel", str(year), value, "1", key, bank, date="2025")
    where = "github.com/tavad/tvyal_newsletter @ ebe9402a6c10bb41b99eb970d2e82c1001d11e8c, 2024/2024_03_01_transfers"
    title, compiler = (
        "Remittances to the Caucasus and Central Asia by quarter",
        "Tvyal Newsletter (compiler of national figures)",
    )
    key = sources.key(title, compiler, "2024-03-01", where)
    codes = {"Kazakhstan": "KAZ", "Kyrgyz Republic": "KGZ", "Uzbekistan": "UZB"}
    years: dict[tuple[str, str], list[float]] = {}
    for row in worldbank.quarterly_remittances(*_years(folder, "quarterly_remittances_caucasus_central_asia.csv")):
        if actor := codes.get(row["country"]):
            yield Figure(actor, "WLD", "remittances received", row["quarter"], row["value"], "USD m", key, compiler)
            years.setdefault((actor, row["quarter"][:4]), []).append(row["value"])
    for (actor, year), quarters in years.items():
        if len(quarters) == 4:
            value, note = sum(quarters), "sum of four quarters"
            yield Figure(actor, "WLD", "remittances received, quarters", year, value, "USD m", key, compiler, note=note)


def _matrix(
    cells: dict[tuple[str, str], float], members: frozenset[str], measure: str, unit: str, key: str
) -> Iterable[Figure]:
    for state in STATES:
        for partner in (*POWERS, *STATES, "DEU", "WLD"):
            if partner == "EU":
                value = fsum(cells.get((state, member), 0.0) for member in members)
            else:
                value = cells.get((state, partner), 0.0)
            if partner != state:
                yield Figure(state, partner, measure, "2017", value, unit, key, "World Bank, KNOMAD")


def _aid(data: Path, sources: Sources) -> Iterable[Figure]:
    where = "github.com/Henning-Aasheim/Authoritarian-Diffusion-MA-Thesis @ 3405e20277f921e8337f1ed4f1428020812e19f5, data/oda.csv"
    key = sources.key("Official development assistance, net, all official donors (DAC2a)", "OECD", "2024", where)
    for (actor, year), value in oecd.aid(*_years(data / "aid", "oecd_net_oda_all_donors_by_recipient.csv.gz")).items():
        if actor in STATES and year >= 2018:
            yield Figure(actor, "WLD", "net aid received", str(year), value, "USD m", key, "OECD")


def _facts(data: Path, sources: Sources) -> Iterable[Figure]:
    units = {"USD million": "USD m", "EUR million": "EUR m"}
    for row in facts.economic(data / "facts" / "economic.csv"):
        key = sources.key(row["title"], row["publisher"], row["date"], row["where"])
        yield Figure(
            row["actor"], row["partner"], row["measure"], row["period"], row["value"], units.get(row["unit"], row["unit"]),
            key, row["publisher"], row["date"], row["note"], row["low"], row["high"],
        )  # fmt: skip


def _inputs(inputs: list[dict[str, Any]], sources: Sources) -> Iterable[Figure]:
    """Figures found one by one outside the data sets; they stand with their source in the rules."""
    for item in inputs:
        at = item["source"]
        key = sources.key(at["title"], at["publisher"], at["date"], at["where"])
        for period, value in item["values"].items():
            yield Figure(
                item["actor"],
                item["partner"],
                item["measure"],
                str(period),
                float(value),
                item["unit"],
                key,
                at["publisher"],
            )


def gather(
    data: Path, sources: Sources, *, members: frozenset[str], actors: Iterable[str], inputs: list[dict[str, Any]]
) -> Figures:
    """Return every figure of the data folder and of the rules' own inputs."""
    return Figures(
        [
            *_national(data, sources, members),
            *_lost_line(data, sources),
            *_eurostat(data, sources),
            *_worldbank(data, sources, members, actors),
            *_aid(data, sources),
            *_facts(data, sources),
            *_inputs(inputs, sources),
        ]
    )
