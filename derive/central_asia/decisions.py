"""Turn the hand-written questions and the table of sourced decisions into the case's decisions.yaml.

The mapping from an answer in the sources to an option of the codebook stands in questions.yaml and is made from the
question alone. This script only gathers: it groups the rows of a state-question, keeps every source, records answers
that differ as conflicts, and refuses to go on when a row of the table is used by no question or by two.

    python derive/central_asia/decisions.py --data DATA --case CASE [--bib FILE]

DATA holds `facts/decisions.csv` and `unga_votes/`; CASE is the case folder; FILE receives the sources as BibTeX.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from rows import Sources  # noqa: E402

STATES = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
VOTES = {1: "yes", 2: "abstain", 3: "no", 8: "absent"}
VOTE_LETTERS = {"Y": "yes", "A": "abstain", "N": "no", "NV": "absent"}
ARTICLE = "lynch_pierce_article"
HEADER = """\
# Decisions of the five republics: question by question, who answered what and who says so.
# Written by derive/central_asia/decisions.py from derive/central_asia/questions.yaml; edit there.
# Stances, effects and flags are not here: they follow from the kind (codebook.yaml, docs/codebook.md).
questions:
"""


def read_yaml(path: Path) -> dict:
    """Read a YAML 1.2 file, in which `no` is a word."""
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


# ---- sources -------------------------------------------------------------------------------------------------------


def address(where: str) -> str:
    """The address; a repository with path and commit becomes a link."""
    found = re.match(r"^github (\S+/\S+) (\S+) @(\w+)$", where.strip())
    return f"https://github.com/{found[1]}/blob/{found[3]}/{found[2]}" if found else where


class Named:
    """Short names and rows of the table, each turned into one key; remembers the entries that were used."""

    def __init__(self, book: dict):
        self.named, self.same = book["sources"], book["same"]
        self.kept = Sources()

    def short(self, name: str) -> str:
        """Key of a source by its short name."""
        if name == "art":
            return ARTICLE
        if name not in self.named:
            raise SystemExit(f"questions.yaml: source {name!r} is not among `sources`")
        source = {k: str(v) for k, v in self.named[name].items()}
        return self.kept.key(**{**source, "where": address(source["where"])})

    def row(self, row: dict) -> str:
        """Key of the source of a row of the table."""
        if row["source_title"] in self.same:
            return self.short(self.same[row["source_title"]])
        return self.kept.key(row["source_title"], row["publisher"], row["source_date"], address(row["where"]))

    def bib(self) -> str:
        """All entries used, as BibTeX."""
        return "\n".join(self.kept.entries[key] for key in sorted(self.kept.entries))


# ---- votes ---------------------------------------------------------------------------------------------------------


class Rolls:
    """Roll calls by number (Voeten data, to 2022) and by name (emergency session, secondary lists)."""

    def __init__(self, folder: Path):
        import pandas as pd

        wide = pd.read_parquet(folder / "bsv_rollcalls_wide_1991_2022.parquet").set_index("rcid")
        self.wide, self.listed = wide, {}
        with (folder / "es11_votes_secondary_2022.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                self.listed[row["resolution"], row["iso3"]] = (VOTE_LETTERS[row["vote"]], row["source"])

    def vote(self, roll: dict, state: str) -> str | None:
        """What a state or a power voted; None where no file shows it."""
        if "rcid" in roll:
            return VOTES[int(self.wide.loc[roll["rcid"], state])]
        if "es11" in roll and (roll["es11"], state) in self.listed:
            return self.listed[roll["es11"], state][0]
        return roll.get("votes", {}).get(state)


# ---- answers -------------------------------------------------------------------------------------------------------


def unique(items: Iterable[str]) -> list[str]:
    """Drop what was already said, in order."""
    return list(dict.fromkeys(items))


def facts_rows(question: dict, table: list[dict]) -> list[dict]:
    """Rows of the table that answer a question."""
    wanted = question.get("facts")
    if not wanted:
        return []
    low, high = str(wanted.get("from", "0")), str(wanted.get("until", "9999")) + "~"
    return [
        row
        for row in table
        if row["question"] == wanted["q"]
        and low <= row["date"] <= high
        and row["state"] in wanted.get("states", STATES)
    ]


def facts_answer(question: dict, state: str, rows: list[dict], sources: Named) -> dict | None:
    """One answer from all rows of a state-question; rows that say otherwise become conflicts."""
    wanted = question["facts"]
    said: dict[str, list[dict]] = {}
    for row in rows:
        if row["answer"] in wanted.get("skip", ()) or row["answer"] == "unknown":
            continue
        words = wanted.get("map")
        option = words.get(row["answer"]) if words else row["answer"]
        if option is None:
            raise SystemExit(f"{question['id']}: answer {row['answer']!r} of {state} is not in its map")
        said.setdefault(option, []).append(row)
    if not said:
        return None
    choice = question.get("prefer", {}).get(state)
    if choice is None and len(said) > 1:
        raise SystemExit(f"{question['id']}: {state} has {sorted(said)}; say under `prefer` which stands and why")
    option = choice["option"] if choice else next(iter(said))
    answer = {
        "option": option,
        "date": min(row["date"] for row in said[option]),
        "source": unique(sources.row(row) for row in said[option]),
    }
    if choice:
        answer["note"] = choice["why"]
    others = [{"option": o, "source": unique(sources.row(r) for r in rs)} for o, rs in said.items() if o != option]
    if others:
        answer["conflicts"] = others
    return answer


def merge(question: str, state: str, one: dict | None, two: dict, sources: Named) -> dict:
    """Add what is written by hand to what the table says about the same state-question."""
    two = dict(two)
    two["source"] = [sources.short(name) for name in two.get("source", ())]
    two["conflicts"] = [{**c, "source": [sources.short(n) for n in c["source"]]} for c in two.get("conflicts", ())]
    if one is None:
        return two
    if two.get("option", one["option"]) != one["option"]:
        raise SystemExit(f"{question}: {state} is {one['option']} in the table and {two['option']} by hand")
    out = dict(one)
    out["source"] = unique([*one["source"], *two["source"]])
    out["conflicts"] = [*one.get("conflicts", ()), *two["conflicts"]]
    out["note"] = "; ".join(n for n in (one.get("note"), two.get("note")) if n)
    if two.get("ledger"):
        out["ledger"] = two["ledger"]
    return out


def answers(question: dict, rows: list[dict], sources: Named, rolls: Rolls) -> dict[str, dict]:
    """Every state that faced the question, with its answer or with why it is unknown."""
    out = {}
    roll, by_hand, unknown = question.get("roll", {}), question.get("answers", {}), question.get("unknown", {})
    for state in STATES:
        mine = [row for row in rows if row["state"] == state]
        answer = facts_answer(question, state, mine, sources) if mine else None
        voted = rolls.vote(roll, state) if roll else None
        if voted and answer and voted != answer["option"]:
            raise SystemExit(f"{question['id']}: {state} voted {voted}, the table says {answer['option']}")
        if answer is None and voted and "rcid" in roll:
            answer = {
                "option": voted,
                "source": [sources.short("bsv"), *(sources.short(n) for n in roll.get("source", ()))],
            }
            if roll.get("note"):
                answer["note"] = roll["note"]
        if state in by_hand:
            answer = merge(question["id"], state, answer, by_hand[state], sources)
        if state in unknown.get("states", ()):
            if answer is not None:
                raise SystemExit(f"{question['id']}: {state} is answered and also listed as unknown")
            answer = {"option": "unknown", "why": unknown["why"]}
        if answer is None and mine:
            raise SystemExit(f"{question['id']}: {state} has rows but no answer; list it under `unknown` with a reason")
        if answer is not None:
            out[state] = answer
    return out


# ---- writing -------------------------------------------------------------------------------------------------------


def flow(value) -> str:
    """One line of YAML; words stay bare, everything else is quoted."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    text = str(value)
    return text if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) else json.dumps(text, ensure_ascii=False)


def block(question: dict, found: dict[str, dict]) -> str:
    """The YAML of one question."""
    lines = [f"  - id: {question['id']}", f"    date: {flow(question['date'])}", f"    kind: {question['kind']}"]
    lines += [f"    roles: {flow(question['roles'])}", f"    question: {flow(question['question'])}"]
    lines += [f"    {name}: {flow(question[name])}" for name in ("offers", "options") if question.get(name)]
    lines.append("    answers:")
    for state in STATES:
        if state in found:
            answer = dict(found[state])
            if str(answer.get("date", "")) == str(question["date"]):
                del answer["date"]
            order = ("option", "date", "source", "ledger", "note", "why", "conflicts")
            lines.append(f"      {state}: {flow({k: answer[k] for k in order if answer.get(k)})}")
    if question.get("note"):
        lines.append(f"    note: {flow(question['note'])}")
    return "\n".join(lines) + "\n"


def moment(date) -> str:
    """Where a period stands in the order of the file: a bare year in its middle, a span at its start."""
    date = str(date).split("/")[0]
    return f"{date}-07" if len(date) == 4 else date


def main() -> None:
    """Write decisions.yaml."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--case", type=Path, required=True)
    ask.add_argument("--bib", type=Path)
    told = ask.parse_args()
    book = read_yaml(HERE / "questions.yaml")
    with (told.data / "facts" / "decisions.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    sources, rolls = Named(book), Rolls(told.data / "unga_votes")
    used: dict[int, str] = {}
    blocks = []
    for question in book["questions"]:
        rows = facts_rows(question, table)
        for row in rows:
            if id(row) in used:
                raise SystemExit(
                    f"{question['id']} and {used[id(row)]} both use the row of {row['state']}: {row['question']}"
                )
            used[id(row)] = question["id"]
        blocks.append((moment(question["date"]), block(question, answers(question, rows, sources, rolls))))
    left = [row for row in table if id(row) not in used]
    if left:
        raise SystemExit(
            "rows that no question uses:\n" + "\n".join(f"{r['date']} {r['state']} {r['question']}" for r in left)
        )
    blocks.sort(key=lambda pair: pair[0])
    (told.case / "decisions.yaml").write_text(HEADER + "\n".join(text for _, text in blocks), encoding="utf-8")
    if told.bib:
        told.bib.write_text(sources.bib(), encoding="utf-8")
    print(f"{len(blocks)} questions, {len(sources.kept.entries)} sources besides the article")


if __name__ == "__main__":
    main()
