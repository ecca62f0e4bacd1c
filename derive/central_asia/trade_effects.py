"""Derive what sanctions do to trade in the case `central_asia`: their direct effect, diversion and re-exports.

    python derive/central_asia/trade_effects.py --data DATA [--case CASE] [--show]

DATA is the folder with the third-party files (or the environment variable TIGHTROPE_DATA). Run it after trade.py, which
writes the matrix. It writes parameters/trade.yaml and the sources that it cites; `--show` prints the file instead.

Direct effect: PPML of trade in manufactures of 69 countries, 1986-2006, on complete and partial trade sanctions of the
Global Sanctions Data Base, with trade agreements, exporter-year, importer-year and pair effects and an effect of borders
in each year. No state of the case's region is in it.

Diversion: every tie of a state with a power is made dearer in the case's matrix, in general equilibrium, and what other
foreign partners gain is set against what the tie lost.

Re-exports: exports of the EU to hubs, screened product by product and month by month up to November 2022. What is expected
to be diverted goods in the last quarter is measured in parts of the hub's trade with the sanctioned power before.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from economy import write_sources
from rows import Sources, read
from ruamel.yaml import YAML

from tightrope.app.trade_screen import screened
from tightrope.case import Case, load_case
from tightrope.ingest.countries import country
from tightrope.simulate.forcing import forcing
from tightrope.simulate.mechanisms import mechanisms
from tightrope.trade.baseline import baseline
from tightrope.trade.gravity import gravity
from tightrope.trade.hats import trade_changes
from tightrope.trade.panel import Panel

HERE = Path(__file__).parent
CASE = HERE.parents[1] / "src/tightrope/cases/central_asia"
Z = 1.6448536  # half a 90% interval of a normal distribution
SANCTIONS_KEY, GRAVITY_KEY, RATE_KEY = "felbermayr_2022_81f00e", "wto_2016_9c713c", "federal_2025_882f91"


# --- direct effect of sanctions ---------------------------------------------------------------------------------------


def members(name: str, year: int, groups: dict[str, dict[int, list[str]]]) -> list[str]:
    """Countries that a name in the list of sanctions stands for in a year.

    >>> members("Norway, EU", 1975, {"EU": {1958: ["FRA"], 1973: ["DNK"], 1995: ["SWE"]}})
    ['NOR', 'FRA', 'DNK']
    """
    found: list[str] = []
    for part in name.split(", "):
        if part in groups:
            found += [c for joined, some in groups[part].items() if joined <= year for c in some]
        elif code := country(part):
            found.append(code)
    return found


def sanctioned(path: Path, panel: Panel, groups: dict[str, dict[int, list[str]]]) -> tuple[np.ndarray, np.ndarray]:
    """Flows under complete and under (only) partial sanctions, each (year, exporter, importer), 0 or 1."""
    place = {c: k for k, c in enumerate(panel.countries)}
    found = {"compl": np.zeros_like(panel.value), "part": np.zeros_like(panel.value)}
    for row in read(path):
        if row["trade"] != "1":
            continue
        for t, year in enumerate(panel.years):
            if not int(row["begin"]) <= year <= int(row["end"]):
                continue
            targets = [c for c in members(row["sanctioned_state"], year, groups) if c in place]
            senders = [c for c in members(row["sanctioning_state"], year, groups) if c in place]
            for word in row["descr_trade"].replace(" ", "").split(","):
                side, _, extent = word.partition("_")
                for sender in senders:
                    for target in targets:
                        i, j = (sender, target) if side == "exp" else (target, sender)
                        if i != j and extent in found:
                            found[extent][t, place[i], place[j]] = 1
    return found["compl"], found["part"] * (1 - found["compl"])


def direct_effect(data: Path, rules: dict[str, Any]) -> dict[str, Any]:
    """Coefficient of complete sanctions, its error, and on how many flows it rests."""
    import pandas as pd

    table = pd.read_parquet(data / rules["gravity"]["file"])
    table = table.assign(**{side: table[side].replace(rules["gravity"]["codes"]) for side in ("exporter", "importer")})
    countries, years = sorted(set(table.exporter)), sorted(set(table.year.astype(int)))
    at = (
        table.year.astype(int).map(years.index),
        table.exporter.map(countries.index),
        table.importer.map(countries.index),
    )

    def block(column: Any) -> np.ndarray:
        found = np.zeros((len(years), len(countries), len(countries)))
        found[at] = column
        return found

    there = block(1.0) > 0
    empty = Panel(tuple(countries), tuple(years), block(table.trade), there, {})
    complete, partial = sanctioned(data / rules["sanctions"]["file"], empty, rules["sanctions"]["groups"])
    regressors = {"complete": complete, "partial": partial, "rta": block(table.rta)}
    panel = Panel(empty.countries, empty.years, empty.value, there, regressors).with_borders()
    fit = gravity(panel, errors="corrected")
    k = fit.names.index("complete")
    moved = (complete * (panel.value > 0)) > 0
    return {
        "effect": float(-fit.fit.coefficients[k]),
        "error": float(fit.errors[k]),
        "partial": float(fit.fit.coefficients[fit.names.index("partial")]),
        "flows": int(moved.sum()),
        "pairs": int(moved.any(axis=0).sum()),
    }


# --- diversion --------------------------------------------------------------------------------------------------------


def diversion(case: Case, rules: dict[str, Any]) -> tuple[float, float, float]:
    """Part of trade lost with one power that foreign partners take: median over ties, 5 and 95 % over ties and elasticities."""
    matrix = baseline(case, int(case.start[:4]))
    assert matrix is not None
    ties = [(s, p) for s in matrix.at(case.states) for p in matrix.at(case.powers)]
    factor = np.ones((len(ties), *matrix.flows.shape))
    for one, (s, p) in zip(factor, ties, strict=True):
        one[s, p] = one[p, s] = rules["diversion"]["cut"]
    parts = np.array([_diverted(matrix.flows, factor, ties, sigma) for sigma in rules["diversion"]["substitution"]])
    low, high = np.quantile(parts, (0.05, 0.95))
    return float(np.median(parts[0])), float(low), float(high)


def _diverted(flows: np.ndarray, factor: np.ndarray, ties: Sequence[tuple[int, int]], sigma: float) -> list[float]:
    change = trade_changes(flows, factor, sigma=sigma) - 1
    found = []
    for one, (s, p) in zip(change, ties, strict=True):
        moved = flows[s] * one[s] + flows[:, s] * one[:, s]
        moved[s] = 0  # at home
        found.append(float(1 - moved.sum() / moved[p]))
    return found


# --- re-exports -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Diverted:
    """Goods that are expected to be diverted, by hub and quarter; means of the quarter's months, the file's currency.

    Parameters
    ----------
    hubs, quarters
        Labels.
    value, low, high
        (hub, quarter). Value: gains weighted by their probability; low: by its low end; high: the whole gain.
    sources
        One line per file.
    """

    hubs: tuple[str, ...]
    quarters: tuple[str, ...]
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    sources: tuple[str, ...]


def diverted(data: Path, rules: dict[str, Any]) -> Diverted:
    """Screen the EU's exports of goods under sanctions."""
    rule = rules["screening"]
    folder = data / rule["folder"]
    answer = screened(
        folder / rule["flows"], rule["coalition"], rule["target"], rule["hubs"], rule["event"],
        totals=folder / rule["totals"], apart=rule["apart"],
    )  # fmt: skip
    s = answer.screening
    months = s.panel.months[s.panel.event :]
    quarter_of = [f"{m[:4]}Q{(int(m[5:]) + 2) // 3}" for m in months]
    quarters = tuple(dict.fromkeys(quarter_of))
    place = np.array([quarters.index(q) for q in quarter_of])
    count = np.bincount(place)

    def sums(weight: np.ndarray) -> np.ndarray:
        found = np.zeros((len(s.panel.hubs), len(quarters)))
        np.add.at(found, (s.rows.hub, place[s.rows.month]), s.rows.value_at_stake * weight)
        return found / count

    return Diverted(
        tuple(s.panel.hubs), quarters, sums(s.rows.probability), sums(s.rows.low), sums(np.ones(len(s.rows))),
        tuple(answer.flows.sources),
    )  # fmt: skip


def growth_path(level: np.ndarray, rate: float) -> np.ndarray:
    """Evasion after each quarter, from none, towards a level: eq. 12 of docs/model.md.

    >>> growth_path(np.ones(3), 0.5)
    array([0.5  , 0.75 , 0.875])
    """
    found, now = [], 0.0
    for one in level:
        now += rate * (one - now)
        found.append(now)
    return np.array(found)


def levels(case: Case, rules: dict[str, Any], quarters: Sequence[str]) -> np.ndarray:
    """How strongly the target is sanctioned in these quarters."""
    now = forcing(case, rules["screening"]["scenario"], dict.fromkeys(mechanisms, 1.0))
    power = case.powers.index(rules["screening"]["target"])
    return np.array([now.sanctioned[case.quarters.index(q), power, 0] for q in quarters])


def re_exports(case: Case, rules: dict[str, Any], found: Diverted) -> dict[str, tuple[float, float, float]]:
    """Level of re-exports at full sanctions and free passage by state: value, low and high.

    From the last quarter, in parts of the state's trade with the target, both ways, in the year of the matrix. How far
    evasion has come by then is taken from equation 12 at the stated rate; three quarters cannot tell the rate itself.
    """
    matrix = baseline(case, int(case.start[:4]))
    assert matrix is not None
    level, rate = levels(case, rules, found.quarters), case.parameter("evasion_rate", case.start)
    reached = [growth_path(level, float(one))[-1] for one in (rate.value, rate.high, rate.low)]
    enforcement = float(case.parameter("enforcement", case.start).value)
    land = case.dyad("land_route", int(case.start[:4])).value
    euro = float(case.attribute("exchange_rate", int(found.quarters[-1][:4]), actors=["EU"], partner="USA").value[0])
    target = rules["screening"]["target"]
    t = matrix.actors.index(target)
    sizes = {}
    for k, hub in enumerate(found.hubs):
        if hub not in case.states:
            continue
        s = matrix.actors.index(hub)
        trade = (matrix.flows[s, t] + matrix.flows[t, s]) * 1e6 * euro
        passage = 1 - enforcement * (1 - land[case.states.index(hub), case.powers.index(target)])
        ends = zip((found.value, found.low, found.high), reached, strict=True)
        value, low, high = (float(min(12 * x[k, -1] / trade / passage / part, 1)) for x, part in ends)
        sizes[hub] = (value, low, high)
    return sizes


# --- the file ---------------------------------------------------------------------------------------------------------

TEXT = """# What sanctions do to trade: written by derive/central_asia/trade_effects.py.
sanctions_trade:
  meaning: fall of the logarithm of what trade costs let pass between a fully sanctioning power and its target, both ways (M06)
  unit: "1"
  dims: []
  values:
    always:
      - {{at: [], value: {effect:.3g}, low: {effect_low:.3g}, high: {effect_high:.3g}, kind: estimated, source: [{sanctions_key}, {gravity_key}], how: "PPML of manufactures of 69 countries, 1986-2006, on complete trade sanctions ({flows} flows of {pairs} pairs), partial ones ({partial:.2f}), agreements, exporter-year, importer-year and pair effects and borders by year; 90% interval with errors corrected for leverage ({error:.2f})"}}
substitution:
  meaning: elasticity of substitution between goods of different origin
  unit: "1"
  dims: []
  values:
    always:
      - {{at: [], value: {sigmas[0]:g}, low: {sigmas[1]:g}, high: {sigmas[2]:g}, kind: assumed, why: "usual values of the field; the matrix cannot tell, and how ties move hardly depends on it"}}
balancing_cost_size:
  meaning: part of trade lost with one power that finds another foreign partner (M22)
  unit: "1"
  dims: []
  values:
    always:
      - {{at: [], value: {divert[0]:.2g}, low: {divert[1]:.2g}, high: {divert[2]:.2g}, kind: estimated, source: [{matrix_keys}], how: "trade.csv in general equilibrium: costs of each tie of a state with a power raised until its K halves; median over ties, range 5 to 95% over ties and elasticities of substitution {sigmas[1]:g} to {sigmas[2]:g}"}}
re_export_size:
  meaning: level of re-exports at full sanctions and free passage with neutral policy, in parts of trade with the sanctioned power before (M08)
  unit: "1"
  dims: [state]
  values:
    always:
{sizes}
"""
SCREENED = (
    "      - {{at: [{state}], value: {value:.2g}, low: {low:.2g}, high: {high:.2g}, kind: estimated, source: [{screen_key}, "
    '{rate_key}], how: "EU exports of goods under sanctions that screening expects to be diverted, October and November 2022, in '
    "parts of trade with Russia in 2021 (trade.csv), over sanctions, passage and the way that evasion has come by then in the "
    'model; low: low ends of the probabilities, fast evasion; high: the whole unexplained gain, slow evasion", set_knowing: [trade, share/trade]}}'
)
OTHER = (
    '      - {{at: [{state}], value: {value:.2g}, low: {low:.2g}, high: {high:.2g}, kind: assumed, why: "exports to it are not in the '
    'file that was screened: middle and greatest value, lowest end, of the states that are"}}'
)


def size_rows(case: Case, sizes: dict[str, tuple[float, float, float]], keys: dict[str, str]) -> str:
    """Rows of re_export_size; states that were not screened take the middle of those that were."""
    ends = np.array(list(sizes.values()))
    middle = (float(np.median(ends[:, 0])), float(ends[:, 1].min()), float(ends[:, 0].max()))
    rows = []
    for state in case.states:
        value, low, high = sizes.get(state, middle)
        text = SCREENED if state in sizes else OTHER
        rows.append(text.format(state=state, value=value, low=low, high=high, **keys))
    return "\n".join(rows)


def matrix_sources(case: Case) -> Iterable[str]:
    """Sources of the matrix of the starting year, in the order in which rows cite them."""
    rows = [row for row in case.tables["trade"] if row.year == case.start[:4]]
    return dict.fromkeys(key for row in rows for key in row.source)


def derived(data: Path, case: Case) -> tuple[str, Sources]:
    """The text of parameters/trade.yaml, and the sources that it may cite."""
    rules = YAML(typ="safe").load((HERE / "trade_effects.yaml").read_text(encoding="utf-8"))
    sources = Sources()
    where = "github.com/vzemlys/ruimpeks @ 5b5d97ccdfc2fc3ce418233fe340680fe192c18a"
    screen_key = sources.key(
        "EU exports of goods under sanctions to Russia and its neighbours by product, 2020 to November 2022",
        "Eurostat",
        "2023",
        where,
    )
    direct = direct_effect(data, rules)
    sizes = re_exports(case, rules, diverted(data, rules))
    keys = {"screen_key": screen_key, "rate_key": RATE_KEY}
    spread = Z * direct["error"]
    text = TEXT.format(
        **direct, effect_low=direct["effect"] - spread, effect_high=direct["effect"] + spread, sigmas=rules["diversion"]["substitution"],
        divert=diversion(case, rules), sizes=size_rows(case, sizes, keys), matrix_keys=", ".join(matrix_sources(case)),
        sanctions_key=SANCTIONS_KEY, gravity_key=GRAVITY_KEY, screen_key=screen_key,
    )  # fmt: skip
    return text, sources


def main(arguments: Sequence[str] | None = None) -> None:
    """Derive and write."""
    given = os.environ.get("TIGHTROPE_DATA")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=given and Path(given), required=not given)
    parser.add_argument("--case", type=Path, default=CASE)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args(arguments)
    text, sources = derived(options.data, load_case(options.case))
    if options.show:
        print(text)
        return
    (options.case / "parameters/trade.yaml").write_text(text, encoding="utf-8")
    write_sources(options.case / "sources.bib", sources, {key for key in sources.entries if key in text})


if __name__ == "__main__":
    main()
