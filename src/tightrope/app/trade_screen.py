"""`tightrope trade screen`: which flows to hubs look like goods on their way around sanctions, and why."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from tightrope.base import RunError, TightropeError

from .trade import app
from .votes import print_set_aside, write_json

if TYPE_CHECKING:
    from tightrope.ingest.product_flows import ProductFlows
    from tightrope.trade.screen import Screening

__all__ = ["Answer", "screen", "screen_json", "screened"]


@dataclass(frozen=True)
class Answer:
    """A screening with what its files were.

    Parameters
    ----------
    screening
        Ranked rows and all behind them.
    flows
        What was read.
    tiers, labels
        Tier and name by product, where a file gives them.
    question
        What was asked: coalition, target, hubs, event.
    set_aside
        All that was not used: reason and count.
    """

    screening: Screening
    flows: ProductFlows
    tiers: Mapping[str, str]
    labels: Mapping[str, str]
    question: Mapping[str, str]
    set_aside: Mapping[str, int]


@app.command()
def screen(
    flows: Annotated[
        Path,
        typer.Option(
            help="Monthly product flows: Eurostat, UN Comtrade, or exporter,importer,product,month,value; "
            "CSV, CSV.gz or Parquet.",
            show_default=False,
        ),
    ],
    coalition: Annotated[str, typer.Option(help="Who has sanctions: countries or EU, G7, joined by commas.")],
    target: Annotated[str, typer.Option(help="Who is under sanctions.")],
    hubs: Annotated[str, typer.Option(help="Where goods may pass through, joined by commas.")],
    event: Annotated[str, typer.Option(help="First month under sanctions, such as 2022-03.")],
    products: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Codes under sanctions; all products if not said."),
    ] = None,
    tiers: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Codes with a column tier, to show beside a product; no part of the probability."),
    ] = None,
    totals: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Total trade of the same countries and months: tells a hub's own growth."),
    ] = None,
    apart: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Partners that are no fit comparison, joined by commas: those under sanctions themselves."),
    ] = None,
    level: Annotated[
        int | None, typer.Option(min=2, max=10, help="Digits of the products; 6 if the file has them.")
    ] = None,
    rate: Annotated[
        float, typer.Option(min=0.001, max=0.5, help="Rate of false discoveries at which rows are flagged.")
    ] = 0.1,
    prior: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(min=0.0001, max=0.9, help="Part of rows that divert, if it is known."),
    ] = None,
    cards: Annotated[int, typer.Option(min=0, max=5000, help="Evidence cards to write, of the first rows.")] = 50,
    out: Annotated[Optional[Path], typer.Option(help="Folder for rows.csv and cards.html.")] = None,  # noqa: UP045
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Rank hub, product and month by the chance that goods went around sanctions, with the evidence."""
    answer = screened(
        flows, coalition, target, hubs, event,
        products=products, tiers=tiers, totals=totals, apart=apart or "", level=level, rate=rate, prior=prior,
    )  # fmt: skip
    if out is not None:
        write_screening(answer, out, cards)
    if as_json:
        write_json(screen_json(answer))
    else:
        show_screening(answer)
        print_set_aside(answer.set_aside)
        if out is not None:
            print(f"{out}: rows.csv and cards.html.", file=sys.stderr)


def screened(
    flows: Path,
    coalition: str,
    target: str,
    hubs: str,
    event: str,
    *,
    products: Path | None = None,
    tiers: Path | None = None,
    totals: Path | None = None,
    apart: str = "",
    level: int | None = None,
    rate: float = 0.1,
    prior: float | None = None,
) -> Answer:
    """Read the files, make the panel and screen it; arguments are those of the command."""
    from tightrope.ingest.product_flows import listed_products, members, product_flows
    from tightrope.trade.screen import Flows, panel
    from tightrope.trade.screen import screen as screening

    label, pool = coalition.strip().upper().replace(",", "+"), members(coalition)
    one, many = members(target), members(hubs)
    _check(pool, one, many, event)
    found = product_flows(flows, level=level, totals=totals, together=dict.fromkeys(pool, label))
    listed = None if products is None else listed_products(products)
    shown = listed if tiers is None else listed_products(tiers)
    rows = Flows(
        found.exporter, found.importer, found.by_importer, found.product, found.month, found.value, found.weight
    )
    made, more = panel(
        rows,
        coalition=label,
        target=one[0],
        hubs=many,
        event=event,
        listed=None if listed is None else listed.codes,
        apart=[*pool, *members(apart)],
    )
    result = screening(made, rate=rate, prior=prior)
    tier = {} if shown is None else {code[: found.level]: text for code, text in sorted(shown.tiers.items())}
    names = _names([] if listed is None else listed.labels.items(), found.level) | dict(found.labels)
    question = {"coalition": coalition, "target": one[0], "hubs": ",".join(many), "event": event}
    aside = {} if listed is None else listed.set_aside
    return Answer(result, found, tier, names, question, {**found.set_aside, **aside, **more, **result.set_aside})


def _names(labels: Iterable[tuple[str, str]], level: int) -> dict[str, str]:
    """Name of each product of the level: that of its first finer code, and how many more there are."""
    inside: dict[str, list[str]] = {}
    for code, name in sorted(labels):
        inside.setdefault(code[:level], []).append(name)
    return {code: some[0] + (f" (and {len(some) - 1} more)" if len(some) > 1 else "") for code, some in inside.items()}


def _check(pool: tuple[str, ...], target: tuple[str, ...], hubs: tuple[str, ...], event: str) -> None:
    import re

    if len(target) != 1:
        raise TightropeError(f"--target: expected one country, got {', '.join(target) or 'none'}.")
    if not hubs or not pool:
        raise TightropeError("--hubs and --coalition: expected at least one country each.")
    if twice := sorted({*target} & {*hubs} | {*pool} & {*target, *hubs}):
        raise TightropeError(
            f"{', '.join(twice)}: a country can be in the coalition, a hub, or the target, but only one."
        )
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", event):
        raise TightropeError(f"--event {event}: expected a month such as 2022-03.")


def screen_json(answer: Answer) -> dict[str, Any]:
    """What `trade screen --json` prints."""
    from tightrope.trade.screen.card import records

    s = answer.screening
    return {
        "rows": list(records(s, answer.tiers)),
        "set_aside": dict(answer.set_aside),
        "question": dict(answer.question),
        "currency": answer.flows.currency or None,
        "months": [s.panel.months[0], s.panel.months[-1]],
        "false_discovery": {
            "rate": s.rate,
            "flagged": int(s.rows.flagged.sum()),
            "method": METHOD,
            "placebo_months": None if s.placebo is None else list(s.placebo.months),
            "placebo_rows": 0 if s.placebo is None else len(s.placebo.probability),
        },
        "known": dict(s.patterns),
        "sources": list(answer.flows.sources),
    }


METHOD = (
    "greater of the mean chance of being false among rows at least as likely, such that it holds in nine of ten worlds, and of "
    "the part that months before the event would give"
)


def show_screening(answer: Answer, most: int = 20) -> None:
    """Print the head of the list."""
    from rich.console import Console
    from rich.table import Table

    from tightrope.report.screening import money
    from tightrope.trade.screen.card import records

    s, console = answer.screening, Console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("hub", "product", "month", "prob.", "range", "at stake", "false", "strongest evidence"):
        is_word = name in ("hub", "product", "month", "strongest evidence")
        table.add_column(name, justify="left" if is_word else "right", no_wrap=True)
    for row, _ in zip(records(s, answer.tiers), range(most), strict=False):
        known = {name: value for name, value in row["contributions"].items() if value}
        best = sorted(known, key=lambda name: -known[name])[:2]
        table.add_row(
            row["hub"], row["product"], row["month"], f"{row['probability']:.2f}", f"{row['low']:.2f}-{row['high']:.2f}",
            money(row["value_at_stake"]), f"{row['q_value']:.1%}", ", ".join(best).replace("_", " "),
        )  # fmt: skip
    console.print(table)
    flagged = int(s.rows.flagged.sum())
    stake = float(s.rows.value_at_stake[s.rows.flagged].sum())
    console.print(
        f"\n{flagged:,} of {len(s.rows):,} rows are flagged at a rate of false discoveries of {s.rate:.0%}; "
        f"{money(stake)} {answer.flows.currency} at stake in them."
    )
    for caveat in caveats(answer):
        console.print(caveat)


def caveats(answer: Answer) -> list[str]:
    """What could not be known from these files, in sentences."""
    s = answer.screening
    lacks = {
        "onward": "The hubs' exports to the target are not in the file: whether goods went on is not tested.",
        "mirror": "The hubs' own import reports are not in the file: goods lost in transit are not tested.",
        "controls": "Sales to other destinations are not in the file: growth of a whole category is not tested.",
        "growth": "Trade outside the sanctions is not in the file: a hub that grows in everything looks like one that diverts. Give --totals or --products.",
        "weights": "Net weights are not in the file: prices are not tested.",
    }
    found = [text for name, text in lacks.items() if not any(name in pattern.split("+") for pattern in s.patterns)]
    if s.placebo is None:
        found.append(
            "There are too few months before the event for a placebo: false discoveries rest on the probabilities alone."
        )
    return found


def write_screening(answer: Answer, folder: Path, cards: int) -> None:
    """Write rows.csv and cards.html."""
    from tightrope.report.screening import write_cards
    from tightrope.trade.screen.card import cards as made

    s = answer.screening
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_rows(answer, folder / "rows.csv")
    except OSError as error:
        raise RunError(f"{folder} cannot be written: {error.strerror}. Give --out another place.") from None
    question, currency = answer.question, answer.flows.currency or "value"
    flagged = int(s.rows.flagged.sum())
    about = {
        "title": f"{question['coalition']} to {question['target']} through {question['hubs']}, from {question['event']}",
        "target": question["target"],
        "currency": currency,
        "facts": [
            ("Rows", f"{len(s.rows):,} scored; {flagged:,} flagged at a rate of false discoveries of {s.rate:.0%}"),
            ("Months", f"{s.panel.months[0]} to {s.panel.months[-1]}; sanctions from {question['event']}"),
            ("False discoveries", METHOD),
            ("Data", "; ".join(answer.flows.sources)),
            ("Set aside", "; ".join(f"{count:,} {reason}" for reason, count in answer.set_aside.items()) or "nothing"),
        ],
        "caveats": caveats(answer),
        "sources": answer.flows.sources,
    }
    write_cards(list(made(s, cards, tiers=answer.tiers, labels=answer.labels)), about, folder / "cards.html")


def _write_rows(answer: Answer, path: Path) -> None:
    from tightrope.trade.screen.card import records

    names = list(answer.screening.rows.contributions)
    head = [
        "rank", "hub", "product", "month", "probability", "low", "high", "value_at_stake", "q_value", "flagged", "tier",
        "listed", "base", *names,
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, head)
        writer.writeheader()
        for rank, row in enumerate(records(answer.screening, answer.tiers), 1):
            parts = row.pop("contributions")
            cells = {"rank": rank, **row, **parts}
            writer.writerow({k: round(v, 6) if isinstance(v, float) else v for k, v in cells.items()})
