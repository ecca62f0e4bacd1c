"""Derive the matrix of goods trade of the case `central_asia` from conflicting reports.

    python derive/central_asia/trade.py [DATA] [--case FOLDER] [--out FOLDER]

DATA is the folder of source data sets (or the environment variable TIGHTROPE_DATA). With --out, the tidy tables that
`tightrope trade reconcile` reads are written there: reports.csv, totals.csv, gdp.csv, pairs.csv. Without it, the script writes
`trade.csv` of the case, in which the members of the European Union are one, and `trade_readings.csv`, and adds the sources
that they cite.

The model is fitted on the reports up to 2022; those of 2023 are weighed with what it learned and teach it nothing.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp, fsum, log
from pathlib import Path
from typing import Any

from economy import cited, write_sources
from figures import TRADE, Figures, _with_lost_cell, _years, evaluate, gather
from rows import Row, Sources, read, text, write
from ruamel.yaml import YAML

from tightrope.ingest import cepii, eurostat, national_trade, worldbank
from tightrope.trade.reconcile import Cell, Matrix, Report, Total, domestic, grouped, reconcile

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
YEARS = range(2018, 2024)
FITTED_UNTIL = 2022
ALL = "WLD"
COLUMNS = ["exporter", "importer", "year", "value", "unit", "low", "high", "kind", "source", "how", "why"]


@dataclass
class Inputs:
    """What the engine takes, and the source of each part."""

    reports: list[Report] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    sizes: dict[tuple[str, int], float] = field(default_factory=dict)
    pairs: dict[str, dict[tuple[str, str], float]] = field(default_factory=dict)
    sources: dict[tuple[str, str, str, int], str] = field(default_factory=dict)
    total_sources: list[str] = field(default_factory=list)
    gravity: str = ""
    output: tuple[float, float, float] = (0.0, 0.0, 0.0)
    output_source: str = ""
    why_home: str = ""

    def report(self, source: str, reporter: str, at: tuple[str, str, int], value: float, basis: str) -> None:
        """Add a report."""
        self.reports.append(Report(reporter, *at, value, basis))
        self.sources[(reporter, *at)] = source

    def total(self, source: str, total: Total) -> None:
        """Add a total."""
        self.totals.append(total)
        self.total_sources.append(source)


@dataclass(frozen=True)
class Setting:
    """Who is in the matrix, and the rules file."""

    rules: dict[str, Any]
    members: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """Countries that stand for themselves."""
        return (*self.rules["around"], *self.members)

    @property
    def rest(self) -> str:
        """Code of all others together."""
        return str(self.rules["rest"])


def armenian_codes(data: Path, rules: dict[str, Any]) -> dict[str, str]:
    """ISO-3 codes by the names that the Armenian office uses, as far as they are the usual ones."""
    names = {row["name"]: row["cca3"] for row in read(data / "geography" / "countries_mledoze.csv")}
    return names | dict(rules["armenian_partners"])


def offices(
    data: Path, figures: Figures, sources: Sources, setting: Setting
) -> dict[str, tuple[list[dict[str, Any]], str]]:
    """Tables of the national offices by reporter, with their sources."""
    folder = data / "national_trade"
    kyrgyz = national_trade.kyrgyzstan(*_years(folder, "kgz_trade_by_partner_annual.csv"))
    tables = {
        "KAZ": national_trade.kazakhstan(*_years(folder, "kaz_trade_by_partner_annual.csv")),
        "KGZ": _with_lost_cell(kyrgyz),
        "UZB": national_trade.uzbekistan(*_years(folder, "uzb_trade_by_partner_annual.csv")),
        "RUS": national_trade.russia(*_years(folder, "rus_trade_by_partner_monthly.csv")),
    }
    found = {r: (t, figures.named(f"{r} CHN 2021 | turnover, national").source) for r, t in tables.items()}
    months = _years(folder, "arm_trade_by_partner_monthly.csv.gz")
    where = "github.com/tavad/tvyal_newsletter @ ebe9402a6c10bb41b99eb970d2e82c1001d11e8c"
    key = sources.key("Foreign trade of Armenia by country, months", "Statistical Committee of Armenia", "2024", where)
    codes, imports = armenian_codes(data, setting.rules), setting.rules["armenian_imports"]
    found["ARM"] = national_trade.armenia(*months, codes=codes, imports=imports), key
    return found


def national(inputs: Inputs, table: list[dict[str, Any]], reporter: str, source: str, setting: Setting) -> None:
    """Reports of one office: named partners, and the rest as the total less these.

    A partner that is listed with one flow only has none of the other. One that is not listed at all is unknown: its trade
    stands with the rest in a known sum.
    """
    others = [c for c in setting.named if c != reporter]
    for year in YEARS:
        lines = {line["partner"]: line for line in table if line["year"] == year and line["partner"]}
        known = [c for c in others if c in lines]
        lost = [c for c in others if c not in lines]
        for flow, basis in (("exports", "fob"), ("imports", "cif")):
            for partner in known:
                at = (reporter, partner, year) if flow == "exports" else (partner, reporter, year)
                inputs.report(source, reporter, at, lines[partner][flow] or 0.0, basis)
            if "WLD" not in lines:
                continue
            left = max(0.0, lines["WLD"][flow] - fsum(lines[c][flow] or 0.0 for c in known))
            rest = (*lost, setting.rest)
            if not lost:
                at = (reporter, setting.rest, year) if flow == "exports" else (setting.rest, reporter, year)
                inputs.report(source, reporter, at, left, basis)
            elif flow == "exports":
                inputs.total(source, Total((reporter,), rest, year, left, basis, None))
            else:
                inputs.total(source, Total(rest, (reporter,), year, left, basis, None))


def union(inputs: Inputs, data: Path, figures: Figures, sources: Sources, setting: Setting) -> None:
    """Reports of the members where there are months, sums of the 27 where there are years only."""
    folder, members = data / "eu_exports_monthly", setting.members
    place = TRADE + "kazakhstan_export_eurostat and its sisters"
    key = sources.key("EU trade since 1988: monthly exports of the members", "Eurostat", "2024-11", place)
    rate = {year: figures.named(f"EU USA {year} | euro per dollar") for year in YEARS}
    paths = _years(folder, "eu_total_trade_monthly.csv.gz")
    monthly: set[tuple[str, int]] = set()
    for table, basis in ((eurostat.monthly_exports(*paths), "fob"), (eurostat.monthly_imports(*paths), "cif")):
        sums: dict[tuple[str, str, int], float] = {}
        months: dict[tuple[str, int], set[str]] = {}
        for (member, partner, month), value in table.items():
            year = int(month[:4])
            sums[member, partner, year] = sums.get((member, partner, year), 0.0) + value
            months.setdefault((partner, year), set()).add(month)
        for (partner, year), seen in sorted(months.items()):
            if len(seen) < 12 or year not in YEARS:
                continue
            if basis == "fob":
                monthly.add((partner, year))
            for member in members:
                at = (member, partner, year) if basis == "fob" else (partner, member, year)
                value = sums.get((member, partner, year), 0.0) / rate[year].value
                inputs.report(f"{key};{rate[year].source}", member, at, value, basis)
    annual = eurostat.annual_exports(*_years(folder, "eu27_exports_annual_all_partners.csv.gz"))
    key = figures.named("KAZ EU 2021 | exports of partner").source
    for year in YEARS:
        of_year = {p: v for (p, y), v in annual.items() if y == year}
        rest = fsum(v for p, v in of_year.items() if p not in setting.named)
        for partner in (*setting.rules["around"], setting.rest):
            value = rest if partner == setting.rest else of_year.get(partner)
            if value is not None and (partner, year) not in monthly:
                total = Total(members, (partner,), year, value / rate[year].value, "fob", None)
                inputs.total(f"{key};{rate[year].source}", total)


def single_figures(inputs: Inputs, figures: Figures, setting: Setting) -> None:
    """Reports and sums that documents state one by one."""

    def side(code: str) -> tuple[str, ...]:
        return {"EU": setting.members, "WLD": ()}.get(code, (code,))

    for rule in (*setting.rules["reports"], *setting.rules["totals"]):
        used = {name: figures.named(figure) for name, figure in rule["with"].items()}
        value = evaluate(rule["value"], {name: figure.value for name, figure in used.items()})
        source = ";".join(dict.fromkeys(figure.source for figure in used.values()))
        one, other, year = rule["at"]
        if "report" in rule:
            inputs.report(source, rule["report"], (one, other, year), value, rule["basis"])
        else:
            both, basis = rule.get("both", False), rule.get("basis", "fob")
            inputs.total(source, Total(side(one), side(other), year, value, basis, rule["sd"], both))


def sizes(data: Path, setting: Setting) -> tuple[dict[tuple[str, int], float], dict[str, float]]:
    """GDP of every country of the matrix in million dollars, and of the others in 2021."""
    cells = worldbank.indicator(*_years(data / "macro", "gdp_current_usd_wdi.csv.gz"))
    found = {(c, y): cells[c, y] / 1e6 for c in setting.named for y in YEARS}
    for year in YEARS:
        found[setting.rest, year] = cells["WLD", year] / 1e6 - fsum(found[c, year] for c in setting.named)
    countries = {row["cca3"] for row in read(data / "geography" / "countries_mledoze.csv")}
    others = {c: v for (c, y), v in cells.items() if y == 2021 and c in countries and c not in setting.named}
    return found, others


def pairs(data: Path, setting: Setting, others: dict[str, float]) -> dict[str, dict[tuple[str, str], float]]:
    """What lies between two countries; for the rest, the mean over its countries weighted with their GDP."""
    cells = cepii.between(data / "geography" / "dist_cepii.csv.gz")
    codes = {c: setting.rules["cepii_codes"].get(c, c) for c in setting.named}
    weights = {c: v for c, v in others.items() if (c, c) in cells}
    all_of_it = fsum(weights.values())
    found: dict[str, dict[tuple[str, str], float]] = {}
    for name in ("distance", "contiguity", "language", "past"):
        plain = (lambda x: x) if name != "distance" else log
        column = {}
        for one in setting.named:
            for other in setting.named:
                if one != other:
                    column[one, other] = cells[codes[one], codes[other]][name]
            mean = fsum(v * plain(cells[codes[one], c][name]) for c, v in weights.items()) / all_of_it
            column[one, setting.rest] = column[setting.rest, one] = exp(mean) if name == "distance" else mean
        found[name] = column
    return found


@dataclass(frozen=True)
class Old:
    """Manufactures over GDP in the teaching data of one year."""

    output: tuple[float, float, float]
    exports: dict[str, float]
    imports: dict[str, float]


def old_ratios(data: Path, rules: dict[str, Any]) -> Old:
    """Output, exports and imports of manufactures over GDP; of output the median and the first and last tenth."""
    import duckdb
    import numpy as np

    path, year = str(data / "gravity_teaching" / "agtpa_applications.parquet"), rules["year"]
    gdp = worldbank.indicator(data / "macro" / "gdp_current_usd_wdi.csv.gz")
    codes = {old: new for new, old in rules["codes"].items()}

    def over_gdp(side: str, condition: str) -> dict[str, float]:
        query = f"select {side}, sum(trade) from read_parquet(?) where year = ? and {condition} group by {side}"
        rows = duckdb.execute(query, [path, year]).fetchall()
        named = {codes.get(code, code): float(value) for code, value in rows}
        return {c: value * 1e6 / gdp[c, year] for c, value in sorted(named.items()) if (c, year) in gdp}

    low, middle, high = np.quantile(list(over_gdp("exporter", "true").values()), (0.1, 0.5, 0.9))
    output = round(float(middle), 3), round(float(low), 3), round(float(high), 3)
    abroad = "exporter <> importer"
    return Old(output, over_gdp("exporter", abroad), over_gdp("importer", abroad))


def old_totals(inputs: Inputs, old: Old, setting: Setting, source: str) -> None:
    """Exports and imports of those who do not report, with a large error."""
    rules = setting.rules["old_ratios"]
    for country in (*rules["of"], *setting.members):
        for year in YEARS if country in old.exports else ():
            size = inputs.sizes[country, year]
            inputs.total(source, Total((country,), (), year, size * old.exports[country], "fob", rules["sd"]))
            inputs.total(source, Total((), (country,), year, size * old.imports[country], "cif", rules["sd"]))


def gathered(data: Path, case: Path) -> tuple[Inputs, Setting, Sources]:
    """Everything that the engine needs."""
    yaml = YAML(typ="safe")
    rules = yaml.load((HERE / "trade.yaml").read_text(encoding="utf-8"))
    ties = yaml.load((HERE / "economy_ties.yaml").read_text(encoding="utf-8"))
    actors = read(case / "actors.csv")
    members = tuple(sorted(next(row for row in actors if row["id"] == "EU")["members"].split(";")))
    setting, sources, inputs = Setting(rules, members), Sources(), Inputs()
    figures = gather(
        data, sources, members=frozenset(members), actors=[row["id"] for row in actors], inputs=ties["inputs"]
    )
    for reporter, (table, source) in offices(data, figures, sources, setting).items():
        national(inputs, table, reporter, source, setting)
    union(inputs, data, figures, sources, setting)
    single_figures(inputs, figures, setting)
    inputs.sizes, others = sizes(data, setting)
    inputs.pairs = pairs(data, setting, others)
    where = "github.com/pachadotdev/cepiigeodist @ 534f1711d59d2a0bce46a48876fa2ab91e4bedaa"
    distance = sources.key("GeoDist: distances and other measures of two countries", "CEPII", "2011", where)
    gdp = figures.named("KAZ - 2021 | GDP").source
    inputs.gravity = f"{gdp};{distance}"
    where = "github.com/pachadotdev/tradepolicy @ 342a6553e67f53912212a35674e066f9344dd655, data/agtpa_applications.rda"
    title = "An Advanced Guide to Trade Policy Analysis: trade of manufactures with internal trade"
    inputs.output_source = f"{sources.key(title, 'WTO and UNCTAD', '2016', where)};{gdp}"
    old = old_ratios(data, rules["old_ratios"])
    inputs.output = old.output
    inputs.why_home = " ".join(rules["old_ratios"]["why"].split())
    old_totals(inputs, old, setting, inputs.output_source)
    return inputs, setting, sources


def log_pairs(inputs: Inputs) -> dict[str, dict[tuple[str, str], float]]:
    """Covariates as the engine takes them."""
    return {
        name: {pair: log(value) if name == "distance" else value for pair, value in column.items()}
        for name, column in inputs.pairs.items()
    }


def matrix(inputs: Inputs) -> Matrix:
    """The matrix of single countries."""
    return reconcile(
        inputs.reports, totals=inputs.totals, sizes=inputs.sizes, pairs=log_pairs(inputs), until=FITTED_UNTIL
    )


def case_rows(inputs: Inputs, setting: Setting, found: Matrix) -> list[Row]:
    """The matrix of the case: the members of the Union as one, and each actor's trade with itself."""
    of = {c: "EU" if c in setting.members else c for c in found.countries}
    cells = grouped(found, {"EU": setting.members})
    together: dict[tuple[str, int], float] = {}
    for (country, year), value in inputs.sizes.items():
        together[of[country], year] = together.get((of[country], year), 0.0) + value
    sold: dict[tuple[str, int], float] = {}
    for cell in cells:
        sold[cell.exporter, cell.year] = sold.get((cell.exporter, cell.year), 0.0) + cell.value
    home = domestic(together, sold, output_per_gdp=inputs.output)
    keys = _source_keys(inputs, of)
    return [_row(cell, keys, inputs) for cell in (*cells, *home)]


def reading_rows(inputs: Inputs, setting: Setting, found: Matrix) -> list[Row]:
    """What else the case reads from the matrix: each actor's trade with all others, and kept flows of single members.

    The range of a sum knows what the errors of its flows have in common.
    """
    of = {c: "EU" if c in setting.members else c for c in found.countries}
    sums: list[Cell] = []
    for actor in dict.fromkeys(of.values()):
        own = [c for c in of if of[c] == actor]
        sums += grouped(found, {actor: own, ALL: [c for c in of if c not in own]})
    kept = {tuple(pair) for pair in setting.rules["members_kept"]}
    single = [cell for cell in found.cells if (cell.exporter, cell.importer) in kept]
    keys, own_keys = _source_keys(inputs, of), _source_keys(inputs, {c: c for c in of})
    return [*(_row(cell, keys, inputs) for cell in sums), *(_row(cell, own_keys, inputs) for cell in single)]


def _source_keys(inputs: Inputs, of: dict[str, str]) -> dict[tuple[str, str, int], dict[str, None]]:
    """Sources by flow; year 0 for reports of whatever year, which weigh on the others too."""
    found: dict[tuple[str, str, int], dict[str, None]] = {}
    for (_, exporter, importer, _year), source in inputs.sources.items():
        found.setdefault((of[exporter], of[importer], 0), {}).update(dict.fromkeys(source.split(";")))
    for total, source in zip(inputs.totals, inputs.total_sources, strict=True):
        for one in dict.fromkeys(of[c] for c in total.exporters or of):
            for other in dict.fromkeys(of[c] for c in total.importers or of):
                for at in ((one, other), (other, one))[: 1 + total.both]:
                    found.setdefault((*at, total.year), {}).update(dict.fromkeys(source.split(";")))
    for (exporter, importer, year), sources in list(found.items()):
        for pair in ((exporter, ALL), (ALL, importer)):
            found.setdefault((*pair, year), {}).update(sources)
    return found


def _row(cell: Cell, keys: dict[tuple[str, str, int], dict[str, None]], inputs: Inputs) -> Row:
    at = cell.exporter, cell.importer
    if cell.kind == "domestic":
        source = inputs.output_source
    else:
        own = [*keys.get((*at, 0), {}), *keys.get((*at, cell.year), {})]
        source = ";".join(dict.fromkeys([*own, *inputs.gravity.split(";")]))
    return {
        "exporter": cell.exporter,
        "importer": cell.importer,
        "year": str(cell.year),
        "value": text(cell.value, 5),
        "unit": "USD m",
        "low": text(min(cell.low, cell.value), 5),
        "high": text(max(cell.high, cell.value), 5),
        "kind": "assumed" if cell.kind == "domestic" else "estimated",
        "source": source,
        "how": cell.how,
        "why": inputs.why_home if cell.kind == "domestic" else "",
    }


def write_tidy(folder: Path, inputs: Inputs) -> None:
    """Write the tables that `tightrope trade reconcile` reads."""
    folder.mkdir(parents=True, exist_ok=True)

    def rows(name: str, header: list[str], lines: Iterable[Row]) -> None:
        write(folder / f"{name}.csv", header, lines)

    rows(
        "reports",
        ["reporter", "exporter", "importer", "year", "value", "unit", "basis", "source"],
        (
            {
                "reporter": r.reporter, "exporter": r.exporter, "importer": r.importer, "year": str(r.year),
                "value": repr(r.value), "unit": "USD m", "basis": r.basis,
                "source": inputs.sources[r.reporter, r.exporter, r.importer, r.year],
            }
            for r in inputs.reports
        ),
    )  # fmt: skip
    rows(
        "totals",
        ["exporter", "importer", "year", "value", "unit", "basis", "sd", "both", "source"],
        (
            {
                "exporter": "+".join(t.exporters) or "*", "importer": "+".join(t.importers) or "*", "year": str(t.year),
                "value": repr(t.value), "unit": "USD m", "basis": t.basis, "sd": text(t.sd), "both": "yes" if t.both else "",
                "source": source,
            }
            for t, source in zip(inputs.totals, inputs.total_sources, strict=True)
        ),
    )  # fmt: skip
    rows(
        "gdp",
        ["country", "year", "value", "unit"],
        (
            {"country": c, "year": str(y), "value": repr(v), "unit": "USD m"}
            for (c, y), v in sorted(inputs.sizes.items())
        ),
    )
    names = list(inputs.pairs)
    rows(
        "pairs",
        ["exporter", "importer", *names],
        (
            {"exporter": a, "importer": b, **{n: repr(inputs.pairs[n][a, b]) for n in names}}
            for a, b in sorted(inputs.pairs[names[0]])
        ),
    )


def main() -> None:
    """Write the tidy tables, or the table of the case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "data", type=Path, nargs="?", default=os.environ.get("TIGHTROPE_DATA"), help="folder of source data sets"
    )
    parser.add_argument("--case", type=Path, default=ROOT / "src" / "tightrope" / "cases" / "central_asia")
    parser.add_argument("--out", type=Path, help="folder for the tidy tables")
    asked = parser.parse_args()
    if asked.data is None:
        parser.error("name the data folder, or set TIGHTROPE_DATA")
    inputs, setting, sources = gathered(Path(asked.data), asked.case)
    print(f"{len(inputs.reports)} reports, {len(inputs.totals)} totals, output per GDP {inputs.output}")
    if asked.out is not None:
        write_tidy(asked.out, inputs)
        return
    found = matrix(inputs)
    rows, readings = case_rows(inputs, setting, found), reading_rows(inputs, setting, found)
    write(asked.case / "trade.csv", COLUMNS, rows)
    write(asked.case / "trade_readings.csv", COLUMNS, readings)
    write_sources(asked.case / "sources.bib", sources, cited([*rows, *readings]))
    print(f"{len(rows)} flows, {len(readings)} other readings, {len(cited(rows))} sources")


if __name__ == "__main__":
    main()
