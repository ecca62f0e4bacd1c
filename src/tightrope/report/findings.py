"""The headline findings: sentences with numbers, each of which reveals where it comes from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tightrope.result import Cell, Record, Result

from .cast import Cast, cast
from .charts.timeline import baseline_paths
from .provenance import decisions, last_differences, pictured, reference
from .words import number, outcome, percent, plain, signed, span

__all__ = ["Figure", "Finding", "findings", "score"]


@dataclass(frozen=True)
class Figure:
    """A number in a sentence, and the reference under which its origin is kept."""

    text: str
    ref: str = ""


Finding: TypeAlias = list["str | Figure"]


def findings(result: Result) -> list[Finding]:
    """What the Result says, most important first; what it has no tables for is left out."""
    actors = cast(result)
    told: tuple[Callable[[Result, Cast], Iterator[Finding]], ...] = (
        _most_bound,
        _room,
        _change,
        _postures,
        _decisions,
        _scenarios,
        _claims,
        _rankings,
        _numbers,
    )
    return [finding for tell in told for finding in tell(result, actors)]


def _value(row: Record) -> str:
    ends = span(row.get("low"), row.get("high"))
    return f"{number(row.get('mean'))} ({ends})" if ends else number(row.get("mean"))


def _size(row: Record, column: str) -> float:
    value = row.get(column)
    return float(value) if isinstance(value, int | float) else -math.inf


def _most_bound(result: Result, actors: Cast) -> Iterator[Finding]:
    rows = [row for row in pictured(result, "measures") if row["measure"] == "dependence"]
    known = [row for row in rows if row.get("mean") is not None]
    if not known:
        return
    most = max(known, key=lambda row: _size(row, "mean"))
    ref = reference("m", "dependence", most["state"], most["power"])
    yield [
        f"{actors.name(most['state'])} is bound most closely to one power: {actors.name(most['power'])} could take away ",
        Figure(_value(most), ref),
        f" of its stakes ({most['year']}).",
    ]
    yield from _leans(known, actors)


def _leans(rows: Sequence[Record], actors: Cast) -> Iterator[Finding]:
    """Which power each state depends on most, grouped by power."""
    tops = [
        max((row for row in rows if row["state"] == state), key=lambda row: _size(row, "mean"))
        for state in actors.states
        if any(row["state"] == state for row in rows)
    ]
    sentence: Finding = []
    for power in dict.fromkeys(row["power"] for row in tops):
        group = [row for row in tops if row["power"] == power]
        sentence.append(f"{'; on ' if sentence else 'Most dependence falls on '}{actors.name(power)} for ")
        for n, row in enumerate(group):
            comma = "" if n == 0 else " and " if n == len(group) - 1 else ", "
            figure = Figure(number(row["mean"]), reference("m", "dependence", row["state"], power))
            sentence += [f"{comma}{actors.name(row['state'])} ", figure]
    if sentence:
        yield [*sentence, "."]


def _room(result: Result, actors: Cast) -> Iterator[Finding]:
    rows = [row for row in pictured(result, "room") if row.get("mean") is not None]
    if len(rows) < 2:
        return
    most, least = (pick(rows, key=lambda row: _size(row, "mean")) for pick in (max, min))
    limit = f", limited by {actors.name(least['limiting_power'])}" if least.get("limiting_power") else ""
    yield [
        f"{actors.name(most['state'])} has the most room to manoeuvre, ",
        Figure(_value(most), reference("m", "room", most["state"])),
        f"; {actors.name(least['state'])} has the least, ",
        Figure(_value(least), reference("m", "room", least["state"])),
        f"{limit}.",
    ]


def _change(result: Result, actors: Cast) -> Iterator[Finding]:
    """The largest change of dependence in the baseline from its first to its last quarter."""
    rows = [row for row in baseline_paths(result) if row["outcome"] == "dependence" and row.get("mean") is not None]
    if not rows:
        return
    first, last = min(str(row["quarter"]) for row in rows), max(str(row["quarter"]) for row in rows)
    start = {(row["state"], row["power"]): row for row in rows if row["quarter"] == first}
    ends = [row for row in rows if row["quarter"] == last and (row["state"], row["power"]) in start]
    if not ends:
        return

    def change(row: Record) -> float:
        return _size(row, "mean") - _size(start[row["state"], row["power"]], "mean")

    most = max(ends, key=lambda row: abs(change(row)))
    ref = reference("p", "dependence", most["state"], most["power"])
    yield [
        f"From {first} to {last} the simulated history moves no dependence further than {actors.name(most['state'])}'s "
        f"on {actors.name(most['power'])}: from ",
        Figure(number(start[most["state"], most["power"]]["mean"]), ref),
        " to ",
        Figure(f"{number(most['mean'])} ({span(most.get('low90'), most.get('high90'))})", ref),
        ".",
    ]


def _postures(result: Result, actors: Cast) -> Iterator[Finding]:
    rows = [row for row in result.table("posture") if (row.get("basis") or "simulated") == "simulated"]
    sentence: Finding = []
    for state in actors.states:
        own = [row for row in rows if row["state"] == state and row.get("prob") is not None]
        if own:
            top = max(own, key=lambda row: _size(row, "prob"))
            ref = reference("o", state, top["posture"], top.get("basis") or "simulated")
            lead = ", " if sentence else "Likeliest postures: "
            name = plain(top["posture"]).lower()
            sentence += [f"{lead}{actors.name(state)} {name} ", Figure(percent(top["prob"]), ref)]
    if sentence:
        yield [*sentence, "."]


@dataclass(frozen=True)
class Score:
    """How well the decision model predicts answered questions, beside guessing all options alike."""

    count: int
    mean_prob: float
    log_score: float
    guess_log_score: float
    brier: float
    hits: float


def score(result: Result) -> Score | None:
    """Scores over answered questions that the coefficients were not fitted to; None where there are none.

    The log score is the mean of ln p(chosen), 0 at best; Brier's is the mean squared distance of the
    probabilities to what happened, summed over options, 0 at best; a hit gives the chosen option most.
    """
    answered = [
        options
        for options in decisions(result).values()
        if any(option.get("observed") for option in options)
        and all(option.get("prob") is not None for option in options)
        and not any(option.get("fitted") for option in options)
    ]
    if not answered:
        return None
    n = len(answered)
    chosen = [next(_size(o, "prob") for o in options if o.get("observed")) for options in answered]
    brier = [sum((_size(o, "prob") - bool(o.get("observed"))) ** 2 for o in options) for options in answered]
    hits = [p >= max(_size(o, "prob") for o in options) for p, options in zip(chosen, answered, strict=True)]
    return Score(
        count=n,
        mean_prob=sum(chosen) / n,
        log_score=sum(math.log(max(p, 1e-6)) for p in chosen) / n,
        guess_log_score=-sum(math.log(len(options)) for options in answered) / n,
        brier=sum(brier) / n,
        hits=sum(hits) / n,
    )


def _decisions(result: Result, actors: Cast) -> Iterator[Finding]:
    found = score(result)
    if found is None:
        return
    yield [
        "In ",
        Figure(number(found.count, 0), "t:score"),
        " answered questions that it was not fitted to, the model gave ",
        Figure(percent(found.mean_prob), "t:score"),
        " on average to what was really chosen (mean log score ",
        Figure(number(found.log_score), "t:score"),
        f"; guessing all options alike would score {number(found.guess_log_score)}).",
    ]


def _scenarios(result: Result, actors: Cast) -> Iterator[Finding]:
    """The scenario that moves room most."""
    rows = [row for row in last_differences(result) if row["outcome"] == "room" and row.get("difference") is not None]
    if not rows:
        return
    most = max(rows, key=lambda row: abs(_size(row, "difference")))
    count = len({row["scenario"] for row in rows})
    ref = reference("s", most["scenario"], "room")
    title = most.get("title") or plain(most["scenario"])
    yield [
        f"Of {count} scenarios, “{title}” moves {outcome(result, 'room').title.lower()} most: "
        f"{actors.name(most['state'])} ",
        Figure(f"{signed(most['difference'])} ({span(most.get('low'), most.get('high'))})", ref),
        f" by {most['quarter']}.",
    ]


def _claims(result: Result, actors: Cast) -> Iterator[Finding]:
    verdicts = Counter(str(row.get("verdict")) for row in result.table("audit"))
    if not verdicts:
        return
    names = {
        "supported": "are supported by",
        "contradicted": "are contradicted by",
        "not_checkable": "cannot be checked with",
    }
    told = [key for key in names if verdicts[key]]
    sentence: Finding = [f"Of {sum(verdicts.values())} claims of the text, "]
    for n, key in enumerate(told):
        comma = "" if n == 0 else " and " if n == len(told) - 1 else ", "
        sentence += [comma, Figure(str(verdicts[key]), "t:audit"), f" {names[key]}"]
    yield [*sentence, " the case's data."]


def _rankings(result: Result, actors: Cast) -> Iterator[Finding]:
    rows = result.table("rankings")
    if not rows:
        return
    held = [row for row in rows if is_borne_out(row.get("verdict"))]
    yield [
        "Of the rankings that the text asserts, ",
        Figure(str(len(held)), "t:rankings"),
        f" of {len(rows)} {'is' if len(held) == 1 else 'are'} borne out by the numbers.",
    ]


def is_borne_out(verdict: Cell) -> bool:
    """Whether a verdict on a ranking says that it holds."""
    return str(verdict).replace("_", " ").lower() in {"borne out", "supported", "true", "yes"}


def _numbers(result: Result, actors: Cast) -> Iterator[Finding]:
    rows = result.table("numbers")
    if not rows:
        return
    total = sum(int(_size(row, "count")) for row in rows if row.get("count") is not None)
    sentence: Finding = [f"Behind all this stand {number(total, 0)} numbers: "]
    for n, row in enumerate(rows):
        comma = "" if n == 0 else " and " if n == len(rows) - 1 else ", "
        sentence += [comma, Figure(percent(row.get("share")), reference("n", row["kind"])), f" {row['kind']}"]
    yield [*sentence, "."]
