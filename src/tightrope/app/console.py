"""What commands print for people."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .answer import newest_year

if TYPE_CHECKING:
    from types import TracebackType

    from tightrope.base import Estimate
    from tightrope.case import Case
    from tightrope.result import Result

__all__ = [
    "ProgressBar",
    "show_audit",
    "show_check",
    "show_comparison",
    "show_measures",
    "show_run",
    "show_scenarios",
    "show_sources",
]

Row = Mapping[str, Any]
COLOURS = {"supported": "green", "contradicted": "red", "not_checkable": "yellow"}


def _console() -> Console:
    console = Console()
    # A pipe has no width; tables that are cut at 80 columns would lose numbers.
    return console if console.is_terminal else Console(width=max(console.width, 120))


class ProgressBar:
    """Progress of the histories on standard error."""

    def __init__(self, total: int | None) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("histories", total=total)

    def __enter__(self) -> ProgressBar:
        """Begin to draw."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop drawing and clear the line."""
        self._bar.stop()

    def __call__(self, stage: str, done: int) -> None:
        """Move on by a number of histories."""
        self._bar.update(self._task, advance=done, description=stage)


def _span(mean: float | None, low: float | None, high: float | None, digits: int = 2) -> str:
    if mean is None or low is None or high is None:
        return "unknown"
    return f"{mean:.{digits}f} [dim]{low:.{digits}f}–{high:.{digits}f}[/]"


def show_run(result: Result, folder: Path) -> None:
    """Print the picture of a run: a table for each state, decisions, scenarios, and where the report is."""
    console = _console()
    case = result.manifest["case"]
    console.print(
        f"\n[bold]{case['title']}[/]  {result.manifest['members']} histories, {case['start']} to {case['end']}"
    )
    names = {row["id"]: row["name"] for row in result.table("actors")}
    for state in [row["id"] for row in result.table("actors") if row["role"] == "state"]:
        _show_state(console, result, state, names)
    _show_decisions(console, result)
    if result.table("scenarios"):
        show_scenarios(result)
    claims = [row["verdict"] for row in result.table("audit")]
    if claims:
        console.print(
            "\n[bold]Claims[/]  "
            + ", ".join(f"{claims.count(v)} [{COLOURS[v]}]{v.replace('_', ' ')}[/]" for v in COLOURS)
            + "  (tightrope audit)"
        )
    console.print(f"\nReport: [bold]{folder / 'report.html'}[/]")


def _show_state(console: Console, result: Result, state: str, names: Mapping[str, str]) -> None:
    year = newest_year(result)
    baseline = result.manifest["baseline"]
    room = next(row for row in result.table("room") if row["state"] == state and row["year"] == year)
    shapes = [r for r in result.table("posture") if r["state"] == state and r["basis"] == "simulated"]
    done = [r for r in result.table("posture") if r["state"] == state and r["basis"] == "observed"]
    console.print(
        f"\n[bold]{names[state]}[/]  room to manoeuvre {_span(room['mean'], room['low'], room['high'])}"
        + (f", limited by {names[room['limiting_power']]}" if room["limiting_power"] else "")
    )
    for title, rows in (("simulated", shapes), ("observed", done)):
        ranked = sorted((r for r in rows if r["prob"] is not None), key=lambda r: -r["prob"])
        console.print(f"  posture {title}: " + ", ".join(f"{r['posture']} {r['prob']:.2f}" for r in ranked))
    table = Table(show_edge=False, pad_edge=False)
    first, last = result.manifest["case"]["start"], result.manifest["case"]["end"]
    for name in ("power", f"dependence {year}", f"threat {year}", f"dependence {last}", f"alignment {first} → {last}"):
        table.add_column(name)
    of = {(r["measure"], r["power"]): r for r in result.table("measures") if r["state"] == state and r["year"] == year}
    path = {
        (r["outcome"], r["power"], r["quarter"]): r
        for r in result.table("paths")
        if r["scenario"] == baseline and r["state"] == state and r["quarter"] in (first, last)
    }
    for power in [row["id"] for row in result.table("actors") if row["role"] == "power"]:
        at_end = path["dependence", power, last]
        table.add_row(
            names[power],
            *(_span(*(of[m, power][k] for k in ("mean", "low", "high"))) for m in ("dependence", "threat")),
            _span(at_end["mean"], at_end["low90"], at_end["high90"]),
            " → ".join(f"{path['alignment', power, q]['mean']:+.2f}" for q in (first, last)),
        )
    console.print(table)


def _show_decisions(console: Console, result: Result) -> None:
    chosen = [row for row in result.table("decisions") if row["observed"]]
    if not chosen:
        return
    inside = [row for row in chosen if row["in_window"]]
    score = sum(row["log_score"] for row in chosen) / len(chosen)
    count: dict[str, int] = {}
    for row in result.table("decisions"):
        count[row["id"]] = count.get(row["id"], 0) + 1
    even = -sum(math.log(count[row["id"]]) for row in chosen) / len(chosen)
    console.print(
        f"\n[bold]Decisions[/]  {len(chosen)} with known answers, {len(inside)} within the period; mean log score "
        f"{score:.3f} (even odds {even:.3f}){_apart(chosen)}"
    )
    table = Table(show_edge=False, pad_edge=False, title_justify="left")
    for name in ("date", "state", "question", "chosen", "probability"):
        table.add_column(name, overflow="fold", max_width=70 if name == "question" else None)
    unseen = [row for row in inside if not row["fitted"]]
    ranked = sorted(unseen or inside, key=lambda row: row["prob"])
    least, most = ranked[:5], ranked[5:][-5:]
    for row in least:
        table.add_row(row["date"], row["state"], row["question"], row["option"], f"{row['prob']:.2f}")
    table.add_row("", "", "[dim]least expected above, most expected below[/]", "", "")
    for row in most:
        table.add_row(row["date"], row["state"], row["question"], row["option"], f"{row['prob']:.2f}")
    console.print(table)


def _apart(chosen: list[dict[str, Any]]) -> str:
    """Scores of the answers that the model was fitted to, and of those it was not, where there are both."""
    seen, unseen = ([row["log_score"] for row in chosen if row["fitted"] is fitted] for fitted in (True, False))
    if not seen or not unseen:
        return ""
    return (
        f";\nfitted to {len(seen)} of them, {sum(seen) / len(seen):.3f} on these and "
        f"{sum(unseen) / len(unseen):.3f} on the {len(unseen)} it had not seen"
    )


def show_scenarios(result: Result) -> None:
    """Print the largest differences that each scenario makes in the last quarter."""
    console = _console()
    rows = result.table("scenarios")
    last = max((row["quarter"] for row in rows), default="")
    for name in result.manifest["scenarios"][1:]:
        some = [row for row in rows if row["scenario"] == name and row["quarter"] == last]
        console.print(f"\n[bold]{some[0]['title']}[/] [dim]({name}, against {result.manifest['baseline']}, {last})[/]")
        table = Table(show_edge=False, pad_edge=False)
        for column in ("state", "outcome", "power", "difference, 90% interval"):
            table.add_column(column)
        # Room, growth and alignment in every state would fill pages: what moves most, measured by its own interval.
        for row in _largest(some):
            table.add_row(
                row["state"],
                row["outcome"].replace("_", " "),
                row["power"] or "",
                _signed(row["difference"], row["low"], row["high"]),
            )
        console.print(table)


def _largest(rows: Sequence[Row], count: int = 8) -> list[Row]:
    """The differences that are largest relative to the largest of their outcome."""
    top: dict[str, float] = {}
    for row in rows:
        top[row["outcome"]] = max(top.get(row["outcome"], 0.0), abs(row["difference"]))
    best: dict[str, Row] = {}
    for row in rows:
        if abs(row["difference"]) == top[row["outcome"]] and top[row["outcome"]] > 5e-4:
            best.setdefault(row["outcome"], row)
    return list(best.values())[:count]


def _signed(mean: float, low: float, high: float) -> str:
    return f"{mean:+.3f} [dim]{low:+.3f} to {high:+.3f}[/]"


def show_measures(case: Case, year: int, found: Mapping[str, Estimate]) -> None:
    """Print the measures of a year."""
    console = _console()
    console.print(f"[bold]{case.title}[/]  {year}; 90% ranges from the ranges of the figures")
    for name, of in found.items():
        if of.dims == ("state",):
            table = Table(title=f"{name}: {of.meaning}", show_edge=False, title_justify="left")
            table.add_column("state")
            table.add_column(name)
            for i, state in enumerate(case.states):
                table.add_row(state, _estimate(of, (i,)))
        elif of.dims == ("state", "power"):
            table = Table(title=f"{name}: {of.meaning}", show_edge=False, title_justify="left")
            table.add_column("state")
            for power in case.powers:
                table.add_column(power)
            for i, state in enumerate(case.states):
                table.add_row(state, *(_estimate(of, (i, p)) for p in range(len(case.powers))))
        elif name == "concentration":
            table = Table(title=f"{name}: {of.meaning}", show_edge=False, title_justify="left")
            table.add_column("state")
            for channel in case.channels:
                table.add_column(channel)
            for i, state in enumerate(case.states):
                table.add_row(state, *(_estimate(of, (i, c)) for c in range(len(case.channels))))
        else:
            table = Table(title=f"{name}: {of.meaning}", show_edge=False, title_justify="left")
            for column in ("state", "power", *case.channels):
                table.add_column(column)
            for i, state in enumerate(case.states):
                for p, power in enumerate(case.powers):
                    table.add_row(state, power, *(f"{x:.3f}" for x in of.value[i, p]))
        console.print()
        console.print(table)


def _estimate(of: Estimate, at: tuple[int, ...]) -> str:
    value, low, high = (float(x[at]) for x in (of.value, of.low, of.high))
    return "unknown" if value != value else f"{value:.2f} [dim]{low:.2f}–{high:.2f}[/]"


def show_audit(verdicts: Sequence[Row]) -> None:
    """Print each claim with its verdict and why; and single figures where they are disputed or a matrix was made of them."""
    console = _console()
    table = Table(show_edge=False)
    for column in ("claim", "verdict", "what is claimed", "why"):
        table.add_column(column, overflow="fold")
    for v in verdicts:
        verdict = f"[{COLOURS[v['verdict']]}]{v['verdict'].replace('_', ' ')}[/]"
        in_full = v["disputed"] or any(one["basis"] == "matrix" for one in v["found"])
        figures = "".join(f"\n[dim]{escape(_figure(one))}[/]" for one in v["found"]) if in_full else ""
        table.add_row(v["id"], verdict, v["text"], escape(v["why"]) + figures)
    console.print(table)
    found = [v["verdict"] for v in verdicts]
    console.print(", ".join(f"{found.count(v)} {v.replace('_', ' ')}" for v in COLOURS))


def _figure(found: Row) -> str:
    """One figure of an audit, with whose it is."""
    from tightrope.measure.audit.weighing import shown

    number = shown(float(found["value"]), found["unit"])
    whose = "the matrix" if found["basis"] == "matrix" else ", ".join(found["source"])
    return f"{found['period']}: {number} by {whose}" + (f" ({found['how']})" if found["how"] else "")


def show_sources(case: Case) -> None:
    """Print where ledger ids live, and the numbers of the case by kind."""
    console = _console()
    places = case.places()
    if places:
        table = Table(show_edge=False)
        table.add_column("ledger")
        table.add_column("lives in", overflow="fold")
        for key, where in places.items():
            table.add_row(key, "; ".join(where))
        console.print(table)
    counts = case.numbers()
    total = sum(counts.values())
    console.print(
        f"\n{total} numbers from {len(case.sources)} sources: "
        + ", ".join(f"{n} {kind} ({n / max(total, 1):.0%})" for kind, n in counts.items())
    )


def show_check(case: Case) -> None:
    """Print what a sound case holds."""
    counts = case.numbers()
    answered = sum(d.chosen is not None for d in case.decisions)
    _console().print(
        f"{case.name}: sound. {len(case.states)} states, {len(case.powers)} powers, {sum(counts.values())} numbers, "
        f"{answered} answered decisions, {len(case.scenarios)} scenarios, {len(case.sources)} sources; digest {case.digest}"
    )


def show_comparison(found: Mapping[str, Any]) -> None:
    """Print what differs between two runs."""
    console = _console()
    for name, (a, b) in found["manifest"].items():
        console.print(f"{name}: {a} | {b}")
    if not found["differences"]:
        console.print("No outcome differs." if found["compared"] else "The runs share no outcome.")
        return
    table = Table(show_edge=False)
    for column in ("scenario", "state", "power", "outcome", "quarter", "a", "b", "difference"):
        table.add_column(column)
    for row in found["differences"][:40]:
        table.add_row(
            *(str(row[key] or "") for key in ("scenario", "state", "power", "outcome", "quarter")),
            *(f"{row[key]:.3f}" for key in ("a", "b")),
            f"{row['difference']:+.3f}",
        )
    console.print(table)
    more = len(found["differences"]) - 40
    if more > 0:
        console.print(f"{more} more; --json has all.")
