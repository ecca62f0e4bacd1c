"""How well and how fast re-exports are screened: planted worlds, the false ones among the flagged, and a real file.

    python benchmarks/trade_screen.py [DATA] [--worlds 24]

Worlds 1 to 24, 301 to 308, 401 to 424 and 601 to 624 are judged; the weights were fitted on worlds 1000 to 1031 and
calibrated on 2000 to 2031. With DATA, the folder of source data sets, EU exports of goods under sanctions, January 2020 to
November 2022, are screened too. Prints the tables of docs/trade-screening.md.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from scipy.special import expit

from tightrope.ingest.product_flows import ProductFlows, listed_products, members, product_flows
from tightrope.trade.screen import Flows, Screening, panel, planted, screen
from tightrope.trade.screen.discovery import q_values
from tightrope.trade.screen.evidence import evidence, seen
from tightrope.trade.screen.fitting import known_only
from tightrope.trade.screen.score import known, pattern_name, score, weights
from tightrope.trade.screen.triangle_rule import triangle_rule

HUBS = ("ARM", "GEO", "KAZ", "KGZ", "UZB")
SHOWN = (
    (True, True, True, True, True),
    (True, True, False, True, True),
    (True, False, False, True, True),
    (False, True, False, True, True),
    (False, False, False, False, True),
    (False, False, False, False, False),
)
SETS = (range(1, 25), range(301, 309), range(401, 425), range(601, 625))
REPORTED = ("ARM", "KAZ", "KGZ")


def average_precision(truth: np.ndarray, value: np.ndarray) -> float:
    """Area under the curve of precision against recall, ties taken together."""
    order = np.argsort(-value, kind="stable")
    hit, level = np.cumsum(truth[order]), value[order]
    last = np.append(level[1:] != level[:-1], True)
    precision, recall = (hit / np.arange(1, len(hit) + 1))[last], (hit / max(hit[-1], 1))[last]
    return float(np.sum(np.diff(np.append(0.0, recall)) * precision))


@dataclass(frozen=True)
class Judged:
    """Rows of worlds, (row,): truth, log odds, their spread between worlds, the triangle rule, and the seed of the world."""

    truth: np.ndarray
    log_odds: np.ndarray
    spread: np.ndarray
    triangle: np.ndarray
    world: np.ndarray

    def within(self, seeds: range) -> Judged:
        here = np.isin(self.world, seeds)
        return Judged(*(getattr(self, field.name)[here] for field in fields(self)))

    def q_values(self) -> np.ndarray:
        """Each world by itself, as a file is screened."""
        found = np.empty(len(self.truth))
        for seed in np.unique(self.world):
            here = self.world == seed
            found[here] = q_values(self.log_odds[here], self.spread[here])
        return found

    def false(self, flagged: np.ndarray) -> tuple[float, np.ndarray]:
        """Part of false rows among all that are flagged, and in each world."""
        each = [
            (flagged & ~self.truth)[self.world == seed].sum() / max(flagged[self.world == seed].sum(), 1)
            for seed in np.unique(self.world)
        ]
        return float((~self.truth[flagged]).mean()), np.array(each)


def judged(flags: tuple[bool, ...], seeds: Iterable[int]) -> Judged:
    """All rows of worlds to judge on, with what a pattern lets be known."""
    parts = []
    for seed in seeds:
        made = planted(seed)
        some = known_only(made.panel, flags)
        truth = made.truth if flags[4] else made.truth[:, made.panel.listed]
        found = score(evidence(seen(some)), known(some), weights())
        columns = (truth, found.log_odds, found.spread, triangle_rule(some), np.full(truth.shape, seed))
        parts.append([column.ravel() for column in columns])
    return Judged(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def accuracy(sets: Sequence[range]) -> None:
    """Print how well the planted diversions of each set of worlds are found."""
    every = [seed for seeds in sets for seed in seeds]
    kept = {flags: judged(flags, every) for flags in SHOWN}
    for seeds in sets:
        print(f"\n## Planted worlds {seeds[0]} to {seeds[-1]}\n")
        print(
            "| known | rows | divert | triangle rule | score | flagged | false | worst world | worlds within | found |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for flags, all_rows in kept.items():
            got = all_rows.within(seeds)
            flagged = got.q_values() <= 0.1
            false, each = got.false(flagged)
            print(
                f"| {pattern_name(flags)} | {len(got.truth):,} | {got.truth.mean():.1%} "
                f"| {average_precision(got.truth, got.triangle):.3f} | {average_precision(got.truth, got.log_odds):.3f} "
                f"| {flagged.sum():,} | {false:.1%} | {each.max():.0%} | {(each <= 0.1).mean():.0%} "
                f"| {(flagged & got.truth).sum() / got.truth.sum():.0%} |"
            )
    print(
        "\nFalse among the flagged of all these worlds, and part of the worlds within the rate, by the rate asked for:\n"
    )
    print("| known | 5 % | worlds | 10 % | worlds | 20 % | worlds |\n| --- | --- | --- | --- | --- | --- | --- |")
    for flags, got in kept.items():
        q, cells = got.q_values(), []
        for rate in (0.05, 0.1, 0.2):
            false, each = got.false(q <= rate)
            cells += [f"{false:.1%}", f"{(each <= rate).mean():.0%}"]
        print(f"| {pattern_name(flags)} | " + " | ".join(cells) + " |")
    print("\nProbability told, and part that did divert (all known; first leg only):\n")
    print("| told | rows | did | rows | did |\n| --- | --- | --- | --- | --- |")
    for low, high in itertools.pairwise((0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0001)):
        cells = []
        for flags in (SHOWN[0], SHOWN[-1]):
            told = expit(kept[flags].log_odds)
            here = (told >= low) & (told < high)
            cells += [f"{here.sum():,}", f"{kept[flags].truth[here].mean():.1%}" if here.any() else ""]
        print(f"| {low:.2f} to {min(high, 1):.2f} | " + " | ".join(cells) + " |")


def timed(data: Path) -> Screening:
    folder = data / "eu_sanctioned_goods_cn8"
    start, cpu = time.perf_counter(), time.process_time()
    flows = product_flows(
        folder / "eu_exports_sanctioned_monthly.parquet",
        totals=folder / "eu_total_and_hs27_monthly.csv.gz",
        together=dict.fromkeys(members("EU"), "EU"),
    )
    read = time.perf_counter() - start
    made, _ = panel(
        as_flows(flows), coalition="EU", target="RUS", hubs=HUBS, event="2022-03", apart=[*members("EU"), "BLR"]
    )
    found = screen(made)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"\n## The real file\n\n1,141,670 rows: {time.perf_counter() - start:.1f} s, of which reading {read:.1f} s; "
        f"{time.process_time() - cpu:.1f} s of CPU; {peak:.2f} GB at most."
    )
    p, rows = found.placebo, found.rows
    print(f"\nRows above a probability, after the event ({len(rows):,} rows)", end="")
    print(f" and in the placebo months {p.months[0]} to {p.months[1]} ({len(p.probability):,} rows):\n" if p else ":\n")
    print("| probability | after | placebo | ratio per row |\n| --- | --- | --- | --- |")
    for bar in (0.1, 0.3, 0.5, 0.7, 0.9, 0.97):
        after, null = (rows.probability > bar).sum(), (p.probability > bar).sum() if p else 0
        rate = null / len(p.probability) / max(after / len(rows), 1e-9) if p else float("nan")
        print(f"| {bar} | {after:,} | {null:,} | {rate:.1%} |")
    stake = rows.value_at_stake[rows.flagged].sum() / 1e6
    print(f"\nFlagged at 10 %: {rows.flagged.sum():,} of {len(rows):,}, {stake:,.0f} m EUR at stake in them.")
    return found


def as_flows(flows: ProductFlows) -> Flows:
    return Flows(
        flows.exporter, flows.importer, flows.by_importer, flows.product, flows.month, flows.value, flows.weight
    )


def by_group(found: Screening, data: Path) -> None:
    high = set(listed_products(data / "eu_sanctioned_goods_cn8" / "common_high_priority_hs6.csv").codes)
    is_high = np.array([code in high for code in found.panel.products])[found.rows.product]
    print("\nHigh-priority codes beside other goods under sanctions:\n")
    print("| hub | rows, high | mean probability | flagged | rows, other | mean probability | flagged |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for h, hub in enumerate(found.panel.hubs):
        cells = []
        for group in (is_high, ~is_high):
            here = group & (found.rows.hub == h)
            cells += [
                f"{here.sum():,}", f"{found.rows.probability[here].mean():.2f}", f"{found.rows.flagged[here].mean():.1%}"
            ]  # fmt: skip
        print(f"| {hub} | " + " | ".join(cells) + " |")


def against_remainder(data: Path) -> None:
    """High-priority codes against all that each member sells outside the sanctions, scored in the same way."""
    folder = data / "eu_sanctioned_goods_cn8"
    flows = product_flows(
        folder / "eu_exports_sanctioned_monthly.parquet", totals=folder / "eu_total_and_hs27_monthly.csv.gz"
    )
    high = set(listed_products(folder / "common_high_priority_hs6.csv").codes)
    exports = ~flows.by_importer & np.isin(flows.importer, (*HUBS, "RUS"))
    total = exports & (flows.product == "TOTAL")
    names = [np.unique(x, return_inverse=True) for x in (flows.exporter, flows.importer, flows.month)]
    cell = np.ravel_multi_index([at for _, at in names], [len(labels) for labels, _ in names])
    size = int(np.prod([len(labels) for labels, _ in names]))
    goods = exports & ~total
    rest = np.bincount(cell[total], flows.value[total], size) - np.bincount(cell[goods], flows.value[goods], size)
    where = np.nonzero(np.bincount(cell[total], minlength=size) > 0)[0]
    at = np.unravel_index(where, [len(labels) for labels, _ in names])
    member, importer, month = (labels[k] for (labels, _), k in zip(names, at, strict=True))
    print("\n## High-priority codes against the remainder outside the sanctions\n")
    print("Each member's sales outside the list are one row beside the high-priority codes, scored alike.\n")
    for title, control in (("nothing known of a hub's own growth", False), ("the remainder as a whole known", True)):
        products = [flows.product[goods], np.char.add("XX", member)]
        columns = [
            (flows.importer[goods], importer),
            (flows.month[goods], month),
            (flows.value[goods], np.maximum(rest[where], 0)),
        ]
        if control:
            products.append(np.full(len(member), "TOTAL"))
            columns = [(*pair, last) for pair, last in zip(columns, (importer, month, None), strict=True)]
            whole = 2 * np.maximum(rest[where], 0) + np.bincount(cell[goods], flows.value[goods], size)[where]
            columns[2] = (*columns[2][:2], whole)
        product = np.concatenate(products)
        to, when, value = (np.concatenate(parts) for parts in columns)
        many = Flows(
            np.full(len(value), "EU"), to, np.zeros(len(value), dtype=bool), product, when, value,
            np.full(len(value), np.nan),
        )  # fmt: skip
        made, _ = panel(many, coalition="EU", target="RUS", hubs=HUBS, event="2022-03")
        curve(screen(made), high, title)


def curve(found: Screening, high: set[str], title: str) -> None:
    codes = np.array(found.panel.products)[found.rows.product]
    is_high, is_rest = np.isin(codes, sorted(high)), np.char.startswith(codes, "XX")
    print(f"\n{title.capitalize()}:\n")
    print(
        "| hub | rows, high | rows, rest | rank odds | average precision | base | precision of the first 10 | 25 | 50 | 100 |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for h, hub in enumerate(found.panel.hubs):
        here = (found.rows.hub == h) & (is_high | is_rest)
        truth, value = is_high[here], found.rows.probability[here]
        order = np.argsort(-value, kind="stable")
        above = (value[truth][:, None] > value[~truth][None]).mean() + 0.5 * (
            value[truth][:, None] == value[~truth][None]
        ).mean()
        first = [f"{truth[order[:k]].mean():.0%}" for k in (10, 25, 50, 100)]
        star = "**" if hub in REPORTED else ""
        print(
            f"| {star}{hub}{star} | {truth.sum()} | {(~truth).sum()} | {above:.2f} | {average_precision(truth, value):.2f} "
            f"| {truth.mean():.2f} | " + " | ".join(first) + " |"
        )


def report(data: Path | None, sets: Sequence[range] = SETS) -> None:
    """Print the tables: of the real file where there is one, and of the planted worlds."""
    if data is not None:
        found = timed(data)
        by_group(found, data)
        against_remainder(data)
    accuracy(sets)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--worlds", type=int, help="the first so many worlds only")
    asked = parser.parse_args()
    report(asked.data, SETS if asked.worlds is None else [range(1, asked.worlds + 1)])


if __name__ == "__main__":
    main()
