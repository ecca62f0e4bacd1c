"""Fill the tables of the reference pages from the files that the program itself reads.

python docs/reference_tables.py            # rewrites the pages
python docs/reference_tables.py --check    # says whether they are up to date
"""

from __future__ import annotations

import csv
import math
import re
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from tightrope.case import SHOCKS
from tightrope.case.schema import TABLES, Column, columns

FOLDER = Path(__file__).parent / "reference"
SECTION = re.compile(r"(<!-- (?:columns: )?(\w+) -->\n).*?(<!-- end -->)", re.S)


def grid(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def sentence(words: str) -> str:
    """Words with a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def described(column: Column) -> list[str]:
    """Name, type, whether it is needed, and meaning of a column."""
    sort, _, options = column.type.partition(":")
    sort = " or ".join(f"`{option}`" for option in options.split("|")) if options else sort
    unit = f" Unit {column.unit}." if column.unit else ""
    default = f" Empty means `{column.default}`." if column.default else ""
    needed = "yes" if column.required else ""
    return [f"`{column.name}`", sort, needed, sentence(column.meaning) + unit + default]


def case_sections() -> dict[str, str]:
    """Columns of each table of a case, and the sorts of shock."""
    head = ["column", "type", "needed", "meaning"]
    sections = {name: grid(head, [described(column) for column in columns(name)]) for name in TABLES}
    shocks = [
        [
            f"`{name}`",
            ", ".join(f"`{key}`" for key in rule.needs),
            f"{rule.least:g} or more" if math.isinf(rule.most) else f"{rule.least:g} to {rule.most:g}",
            sentence(rule.meaning),
        ]
        for name, rule in SHOCKS.items()
    ]
    return sections | {"shocks": grid(["shock", "keys", "level", "meaning"], shocks)}


def result_sections() -> dict[str, str]:
    """What each table of a result holds, with its columns."""
    text = files("tightrope.result").joinpath("fields.csv").read_text(encoding="utf-8")
    tables: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        tables.setdefault(row["table"], []).append(row)
    parts = []
    for name, rows in tables.items():
        about = " ".join(sentence(row["meaning"]) for row in rows if not row["name"])
        fields = [[f"`{r['name']}`", r["type"], r["unit"], sentence(r["meaning"])] for r in rows if r["name"]]
        parts.append(f"### {name}\n\n{about}\n\n" + grid(["column", "type", "unit", "meaning"], fields))
    return {"results": "\n" + "\n".join(parts) + "\n"}


PAGES: dict[str, Callable[[], dict[str, str]]] = {"case-format.md": case_sections, "results.md": result_sections}


def filled(page: str, sections: dict[str, str]) -> str:
    """The page with every table as it is now."""
    there = [match[2] for match in SECTION.finditer(page)]
    if sorted(there) != sorted(sections):
        raise SystemExit(f"The page has places for {there}; there should be one for each of {list(sections)}.")
    return SECTION.sub(lambda match: match[1] + sections[match[2]] + match[3], page)


def main(check: bool) -> None:
    """Rewrite the pages, or stop with a message if one would change."""
    for name, sections in PAGES.items():
        old = (FOLDER / name).read_text(encoding="utf-8")
        new = filled(old, sections())
        if check and new != old:
            raise SystemExit(f"{name} is out of date. Run: python docs/reference_tables.py")
        (FOLDER / name).write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main(check="--check" in sys.argv)
