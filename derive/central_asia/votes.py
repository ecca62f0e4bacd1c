"""Write the case's votes.csv: the five republics and the powers on every roll call among the decisions.

What the republics voted is taken from decisions.yaml, so that the two files cannot differ; the powers' votes come from
the Voeten file up to 2022, from secondary lists of the emergency session, and from questions.yaml after that.
Run it after decisions.py.

    python derive/central_asia/votes.py --data DATA --case CASE [--bib FILE]
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from decisions import HERE, STATES, Named, Rolls, read_yaml, unique

POWERS = ("USA", "RUS", "CHN", "TUR", "IRN", "DEU", "FRA")
COLUMNS = ("resolution", "date", "title", "topic", "about", "state", "vote", "source", "ledger")


def power_vote(roll: dict, power: str, rolls: Rolls, sources: Named, lists: dict) -> tuple[str, list[str]]:
    """A power's vote and its source; unknown where no list shows it."""
    vote = rolls.vote(roll, power)
    if vote is None:
        return "unknown", []
    if "rcid" in roll:
        return vote, [sources.short("bsv")]
    if "es11" in roll:
        return vote, [sources.short(lists[rolls.listed[roll["es11"], power][1]])]
    return vote, [sources.short(name) for name in roll["source"]]


def rows_of(question: dict, coded: dict, rolls: Rolls, sources: Named, lists: dict) -> list[dict]:
    """Rows of one roll call."""
    roll, answers = question["roll"], coded["answers"]
    about = [p for role in ("against", "sponsor") for p in question["roles"].get(role, ())]
    shared = {
        "resolution": roll["resolution"],
        "date": str(question["date"]),
        "title": question["question"],
        "topic": roll["topic"],
        "about": ";".join(about),
    }
    any_source = unique(key for answer in answers.values() for key in answer.get("source", ()))
    any_source = any_source or [sources.short(name) for name in roll["source"]]
    out = []
    for state in STATES:
        if state in answers:
            answer = answers[state]
            keys, ledger = answer.get("source", any_source[:1]), answer.get("ledger", ())
            out.append(
                {
                    **shared,
                    "state": state,
                    "vote": answer["option"],
                    "source": ";".join(keys),
                    "ledger": ";".join(ledger),
                }
            )
    for power in POWERS:
        vote, keys = power_vote(roll, power, rolls, sources, lists)
        if vote != "unknown" or len(answers) == len(STATES):  # a council of few members: no row for those outside it
            out.append(
                {**shared, "state": power, "vote": vote, "source": ";".join(keys or any_source[:1]), "ledger": ""}
            )
    return out


def main() -> None:
    """Write votes.csv."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--case", type=Path, required=True)
    ask.add_argument("--bib", type=Path)
    told = ask.parse_args()
    book = read_yaml(HERE / "questions.yaml")
    coded = {q["id"]: q for q in read_yaml(told.case / "decisions.yaml")["questions"]}
    sources, rolls = Named(book), Rolls(told.data / "unga_votes")
    rows = [
        row
        for question in sorted((q for q in book["questions"] if "roll" in q), key=lambda q: str(q["date"]))
        for row in rows_of(question, coded[question["id"]], rolls, sources, book["lists"])
    ]
    with (told.case / "votes.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    if told.bib:
        told.bib.write_text(sources.bib(), encoding="utf-8")
    print(f"{len(rows)} votes on {len({row['resolution'] for row in rows})} roll calls")


if __name__ == "__main__":
    main()
