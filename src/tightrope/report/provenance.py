"""Where each number of the report comes from: value, range, kind, sources, and its parts.

Every mark of a chart and every number in the text carries a reference, such as
`m:dependence:KAZ:RUS`; `provenance` tells what stands behind each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from tightrope.result import Cell, Record, Result

from .cast import Cast, cast
from .words import keys, newest, number, outcome, percent, plain, span

__all__ = ["Entry", "pictured_year", "provenance", "reference"]

Entry: TypeAlias = dict[str, Any]

SIMULATED = "estimated"


def reference(letter: str, *parts: Cell) -> str:
    """The name under which a number's origin is kept.

    Examples
    --------
    >>> reference("m", "room", "KAZ", None)
    'm:room:KAZ'
    """
    return ":".join([letter, *(str(part) for part in parts if part is not None)])


def provenance(result: Result) -> dict[str, Entry]:
    """The origin of every number that the report shows, by reference."""
    actors = cast(result)
    parts: tuple[Callable[[Result, Cast], Iterator[tuple[str, Entry]]], ...] = (
        _channels,
        _measures,
        _rooms,
        _paths,
        _postures,
        _spectrum,
        _decisions,
        _scenarios,
        _votes,
        _events,
        _audit,
        _rankings,
        _numbers,
        _coefficients,
    )
    return {key: _filled(entry) for part in parts for key, entry in part(result, actors)}


def pictured_year(result: Result) -> int | None:
    """The year of the picture: the newest in which the room of every state is known.

    Without a table of room it is the newest year in which some dependence, else some share, is known.
    """
    rooms = result.table("room")
    unknown = {row["year"] for row in rows_without(rooms, "mean")}
    dependences = [row for row in result.table("measures") if row.get("measure") == "dependence"]
    for rows in ([row for row in rooms if row["year"] not in unknown], known(dependences, "mean")):
        if rows:
            return newest(rows)
    return newest(known(result.table("channels"), "share"))


def known(rows: Iterable[Record], column: str) -> list[Record]:
    """The rows whose cell in a column is known."""
    return [row for row in rows if row.get(column) is not None]


def rows_without(rows: Iterable[Record], column: str) -> list[Record]:
    """The rows whose cell in a column is not known."""
    return [row for row in rows if row.get(column) is None]


def pictured(result: Result, table: str) -> list[Record]:
    """The rows of a yearly table in the year of the picture."""
    year = pictured_year(result)
    return [row for row in result.table(table) if row.get("year") == year]


def combined(sources: Iterable[Cell]) -> list[str]:
    """Source keys of several cells, each once, in order."""
    return list(dict.fromkeys(key for cell in sources for key in keys(cell)))


def _filled(entry: Entry) -> Entry:
    return {key: value for key, value in entry.items() if value not in (None, "", [])}


def _channels(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in pictured(result, "channels"):
        about = f"{actors.channel(row['channel'])}: share of {actors.name(row['power'])}"
        yield (
            reference("c", row["channel"], row["state"], row["power"]),
            {
                "what": f"{about} in {actors.name(row['state'])}, {row['year']}",
                "value": number(row.get("share")),
                "range": span(row.get("low"), row.get("high")),
                "kind": row.get("kind"),
                "how": row.get("how"),
                "source": combined(row.get(f"{part}source") for part in ("", "stake_", "replaceability_")),
                "adds": number(row.get("contribution"), 3),
                "parts": [
                    [plain(part), number(row.get(part)), row.get(f"{part}_kind") or "", ""]
                    for part in ("stake", "replaceability")
                    if row.get(part) is not None
                ],
            },
        )


def _measures(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    channels: dict[tuple[Cell, Cell], list[Record]] = {}
    for row in pictured(result, "channels"):
        channels.setdefault((row["state"], row["power"]), []).append(row)
    for row in pictured(result, "measures"):
        made_of = channels.get((row["state"], row["power"]), [])
        about = outcome(result, str(row["measure"]))
        entry = {
            "what": f"{about.title}: {actors.name(row['state'])} and {actors.name(row['power'])}, {row['year']}",
            "value": number(row.get("mean")),
            "range": span(row.get("low"), row.get("high")),
            "kind": row.get("kind") or SIMULATED,
            "how": row.get("how") or about.meaning,
            "source": keys(row.get("source")),
        }
        if row["measure"] == "dependence" and made_of:
            entry |= _sum_of_channels(entry, made_of, actors)
        yield reference("m", row["measure"], row["state"], row["power"]), entry


def _sum_of_channels(entry: Entry, rows: list[Record], actors: Cast) -> Entry:
    """What dependence is made of: each channel with what it adds, the largest first."""
    order = sorted(rows, key=lambda row: -float(row.get("contribution") or 0))
    own = "sum over channels of stake × (1 − replaceability) × share"
    return {
        "how": entry["how"] if entry["source"] else own,
        "source": combined([";".join(entry["source"]), *(row.get("source") for row in order)]),
        "parts": [
            [
                actors.channel(row["channel"]),
                number(row.get("contribution"), 3),
                f"share {number(row.get('share'))}, {row.get('kind')}",
                reference("c", row["channel"], row["state"], row["power"]),
            ]
            for row in order
            if row.get("contribution")
        ],
    }


def _rooms(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in pictured(result, "room"):
        power = row.get("limiting_power")
        pair = (row["state"], power)
        yield (
            reference("m", "room", row["state"]),
            {
                "what": f"Room: {actors.name(row['state'])}, {row['year']}",
                "value": number(row.get("mean")),
                "range": span(row.get("low"), row.get("high")),
                "kind": SIMULATED,
                "how": f"1 minus the largest leverage, which is {actors.name(power)}'s" if power else "",
                "parts": [
                    [outcome(result, name).title, "", actors.name(power), reference("m", name, *pair)]
                    for name in ("leverage", "dependence", "threat")
                    if power
                ],
            },
        )


def _histories(result: Result) -> str:
    members = result.manifest.get("members")
    return f"{number(members, 0)} simulated histories" if isinstance(members, int) else "simulated histories"


def _paths(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    """One entry per line of the timeline; the value at a quarter is the mark's own."""
    seen = set()
    for row in result.table("paths"):
        key = (row["outcome"], row["state"], row.get("power"))
        if key in seen or row.get("scenario") not in (None, result.manifest.get("baseline"), "history"):
            continue
        seen.add(key)
        whom = f" and {actors.name(row['power'])}" if row.get("power") else ""
        yield (
            reference("p", *key),
            {
                "what": f"{outcome(result, str(row['outcome'])).title}: {actors.name(row['state'])}{whom}",
                "kind": SIMULATED,
                "how": f"mean over {_histories(result)}; range of the middle nine tenths",
                "parts": [["Where it starts", "", "the case's figures", reference("m", *key)]],
            },
        )


def _postures(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in result.table("posture"):
        basis = str(row.get("basis") or "simulated")
        yield (
            reference("o", row["state"], row["posture"], basis),
            {
                "what": f"{actors.name(row['state'])}: probability of the posture {plain(row['posture']).lower()}",
                "value": percent(row.get("prob")),
                "range": " to ".join(percent(row[end]) for end in ("low", "high") if row.get(end) is not None),
                "kind": SIMULATED,
                "how": _basis(result, basis),
            },
        )


def _basis(result: Result, basis: str) -> str:
    if basis == "observed":
        return "posture rule applied to what the state did"
    return f"posture rule applied to {_histories(result)}"


def _spectrum(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in result.table("spectrum"):
        basis = str(row.get("basis") or "simulated")
        yield (
            reference("k", row["state"], basis),
            {
                "what": f"{actors.name(row['state'])}: position between balancing (-1) and bandwagoning (1)",
                "value": number(row.get("position")),
                "range": span(row.get("low"), row.get("high")),
                "kind": SIMULATED,
                "how": _basis(result, basis),
            },
        )


def decisions(result: Result) -> dict[str, list[Record]]:
    """The options of each decision by its id, in order."""
    found: dict[str, list[Record]] = {}
    for row in result.table("decisions"):
        found.setdefault(str(row["id"]), []).append(row)
    return found


def _decisions(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for name, options in decisions(result).items():
        row = options[0]
        chosen = next((option for option in options if option.get("observed")), None)
        answer = f"{plain(chosen['option'])}, given {percent(chosen.get('prob'))}" if chosen else "answer not known"
        yield (
            reference("d", name),
            {
                "what": f"{actors.name(row['state'])}, {row['date']}: {row['question']}",
                "value": answer,
                "kind": "coded",
                "how": "answer as the sources tell it; probabilities from the decision model",
                "source": combined(option.get("sources") for option in options),
                "parts": [
                    [plain(o["option"]), percent(o.get("prob")), "chosen" if o.get("observed") else "", ""]
                    for o in options
                ],
            },
        )


def last_differences(result: Result) -> list[Record]:
    """The rows of `scenarios` in each scenario's last quarter."""
    rows = result.table("scenarios")
    last: dict[Cell, str] = {}
    for row in rows:
        last[row["scenario"]] = max(last.get(row["scenario"], ""), str(row["quarter"]))
    return [row for row in rows if row["quarter"] == last[row["scenario"]]]


def _scenarios(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    """One entry per scenario and outcome; state, power and value are the mark's own."""
    base = plain(result.manifest.get("baseline") or "baseline").lower()
    for row in last_differences(result):
        about = outcome(result, str(row["outcome"]))
        yield (
            reference("s", row["scenario"], row["outcome"]),
            {
                "what": f"{row.get('title') or plain(row['scenario'])}: {about.title.lower()}",
                "unit": about.unit,
                "kind": SIMULATED,
                "how": f"difference to {base} in {row['quarter']}, same dice, over {_histories(result)}",
            },
        )


def _votes(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in result.table("votes_in_scenarios"):
        question = row.get("question") or row["id"]
        yield (
            reference("v", row["scenario"], row["id"], row["option"]),
            {
                "what": f"{actors.name(row['state'])}: {question} {plain(row['option'])}",
                "value": percent(row.get("prob")),
                "kind": SIMULATED,
                "how": f"decision model; {percent(row.get('baseline'))} without the scenario",
            },
        )


def _events(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in result.table("events"):
        yield (
            reference("e", row["id"]),
            {
                "what": f"{row['date']}: {actors.names(row.get('actor'))}, {row['what']}",
                "kind": "coded",
                "how": f"{row.get('type') or 'event'} of the case",
                "source": keys(row.get("source")),
            },
        )


def _audit(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in result.table("audit"):
        yield (
            reference("a", row["id"]),
            {
                "what": row.get("text"),
                "value": row.get("found"),
                "kind": "" if row.get("found") is None else SIMULATED,
                "how": row.get("why"),
                "source": keys(row.get("sources")),
            },
        )


def _rankings(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in result.table("rankings"):
        yield (
            reference("q", row["id"]),
            {
                "what": row.get("text"),
                "value": percent(row.get("probability")),
                "kind": SIMULATED,
                "how": row.get("why"),
                "source": keys(row.get("sources")),
            },
        )


KIND_MEANINGS: Mapping[str, str] = {
    "measured": "as an office or statistic publishes it",
    "estimated": "a published estimate, or derived by a calculation with judgement",
    "coded": "by a written coding rule",
    "assumed": "no source gives it: a range and a reason stand in for one",
}


def _numbers(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in result.table("numbers"):
        yield (
            reference("n", row["kind"]),
            {
                "what": f"Numbers of the kind {row['kind']}",
                "value": f"{number(row.get('count'), 0)} ({percent(row.get('share'))})",
                "how": KIND_MEANINGS.get(str(row["kind"]), ""),
            },
        )


def _coefficients(result: Result, actors: Cast) -> Iterator[tuple[str, Entry]]:
    for row in result.table("coefficients"):
        if not row.get("state"):
            basis = "fitted" if row.get("basis") == "posterior" else "prior, not fitted"
            yield (
                reference("b", row["name"]),
                {
                    "what": f"Coefficient: {plain(row['name']).lower()}",
                    "value": number(row.get("mean")),
                    "range": span(row.get("low"), row.get("high")),
                    "kind": row.get("kind") or ("estimated" if row.get("basis") == "posterior" else "assumed"),
                    "how": "; ".join(str(text) for text in (row.get("meaning"), basis) if text),
                    "source": keys(row.get("source")),
                },
            )


def source_label(result: Result) -> Callable[[Cell], str]:
    """How a chart names the sources in a cell: the first publisher and year, and how many more."""
    rows = {row["key"]: row for row in result.table("sources")}

    def label(cell: Cell) -> str:
        named = keys(cell)
        if not named:
            return "none"
        row = rows.get(named[0], {})
        first = f"{row.get('publisher') or named[0]} {row.get('year') or ''}".strip()
        return first if len(named) == 1 else f"{first} and {len(named) - 1} more"

    return label
