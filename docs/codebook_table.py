"""Fill the tables of `codebook.md` from the built-in case, so that the page and the files cannot differ.

    python docs/codebook_table.py            # rewrites the page
    python docs/codebook_table.py --check    # says whether it is up to date

Run it after every change of the codebook or of the decisions.
"""

from __future__ import annotations

import re
import sys
from importlib.resources import files
from pathlib import Path

from ruamel.yaml import YAML

PAGE = Path(__file__).parent / "codebook.md"
CASE = files("tightrope") / "cases" / "central_asia"
SECTION = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.S)


def read(name: str) -> dict:
    """A YAML file of the case."""
    return YAML(typ="safe").load((CASE / name).read_text(encoding="utf-8"))


def signed(number: float) -> str:
    """A number with its sign; zero without.

    >>> [signed(x) for x in (0.5, -1, 0)]
    ['+0.5', '-1', '0']
    """
    return f"{number:+g}" if number else "0"


def option(name: str, entry: dict) -> str:
    """An option: degree, stance by role, flags."""
    stance = ", ".join(f"{role} {signed(value)}" for role, value in entry["stance"].items())
    flags = ", ".join(f"{flag} {signed(value)}" for flag, value in entry["flags"].items() if flag != "statusquo")
    mark = "\\*" if entry["flags"].get("statusquo") else ""
    return f"`{name}`{mark} {signed(entry['degree'])}" + "".join(f"; {part}" for part in (stance, flags) if part)


def kinds() -> str:
    """Every kind: what it is about, options, ties, how often it is used."""
    used: dict[str, int] = {}
    for question in read("decisions.yaml")["questions"]:
        used[question["kind"]] = used.get(question["kind"], 0) + 1
    lines = ["| kind | about | options | ties at degree 1 | questions |", "| --- | --- | --- | --- | --- |"]
    for name, kind in read("codebook.yaml")["kinds"].items():
        options = "<br>".join(option(*pair) for pair in kind["options"].items())
        ties = "<br>".join(f"{row['role']}, {row['channel']} {signed(row['change'])}" for row in kind["ties"]) or "none"
        lines.append(f"| `{name}` | {kind['meaning']} | {options} | {ties} | {used.get(name, 0)} |")
    return "\n".join(lines) + "\n"


def counts() -> str:
    """Questions and answers, for each state."""
    questions = read("decisions.yaml")["questions"]
    states = sorted({state for question in questions for state in question["answers"]})
    lines = ["| state | faced | answered | unknown | sources differ |", "| --- | --- | --- | --- | --- |"]
    total = [0, 0, 0, 0]
    for state in states:
        answers = [question["answers"][state] for question in questions if state in question["answers"]]
        unknown = sum(answer["option"] == "unknown" for answer in answers)
        differ = sum(bool(answer.get("conflicts")) for answer in answers)
        row = [len(answers), len(answers) - unknown, unknown, differ]
        total = [a + b for a, b in zip(total, row, strict=True)]
        lines.append(f"| {state} | " + " | ".join(map(str, row)) + " |")
    lines.append("| all | " + " | ".join(map(str, total)) + " |")
    full = sum(
        len(question["answers"]) == len(states) and all(a["option"] != "unknown" for a in question["answers"].values())
        for question in questions
    )
    return "\n".join(lines) + f"\n\n{len(questions)} questions, {full} of them answered by all {len(states)} states.\n"


def filled(page: str) -> str:
    """The page with every table as the case has it now."""
    made = {"kinds": kinds, "counts": counts}
    there = [match[2] for match in SECTION.finditer(page)]
    if sorted(there) != sorted(made):
        raise SystemExit(f"{PAGE.name} has places for {there}; expected {list(made)}.")
    return SECTION.sub(lambda match: match[1] + made[match[2]]() + match[3], page)


if __name__ == "__main__":
    old = PAGE.read_text(encoding="utf-8")
    new = filled(old)
    if "--check" in sys.argv:
        sys.exit(0 if new == old else f"{PAGE.name} is not what the case says. Run: python docs/codebook_table.py")
    PAGE.write_text(new, encoding="utf-8")
