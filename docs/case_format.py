"""Fill the tables of `reference/case-format.md` from the schema, so that loader and page cannot differ.

python docs/case_format.py            # rewrites the page
python docs/case_format.py --check    # says whether it is up to date
"""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path

from tightrope.case import SHOCKS
from tightrope.case.schema import TABLES, Column, columns

PAGE = Path(__file__).parent / "reference" / "case-format.md"
SECTION = re.compile(r"(<!-- (?:columns: )?(\w+) -->\n).*?(<!-- end -->)", re.S)


def row(column: Column) -> str:
    """One line of a table of columns."""
    sort, _, options = column.type.partition(":")
    sort = " or ".join(f"`{option}`" for option in options.split("|")) if options else sort
    unit = f" Unit {column.unit}." if column.unit else ""
    default = f" Empty means `{column.default}`." if column.default else ""
    meaning = column.meaning.rstrip(".").replace("|", "\\|")
    needed = "yes" if column.required else ""
    return f"| `{column.name}` | {sort} | {needed} | {meaning[:1].upper()}{meaning[1:]}.{unit}{default} |"


def table(name: str) -> str:
    """The columns of a table of a case, as a table in Markdown."""
    head = "| column | type | needed | meaning |\n| --- | --- | --- | --- |\n"
    return head + "\n".join(map(row, columns(name))) + "\n"


def shocks() -> str:
    """The sorts of shock, as a table in Markdown."""
    lines = ["| shock | keys | level | meaning |", "| --- | --- | --- | --- |"]
    for name, rule in SHOCKS.items():
        keys = ", ".join(f"`{key}`" for key in rule.needs)
        level = f"{rule.least:g} or more" if math.isinf(rule.most) else f"{rule.least:g} to {rule.most:g}"
        lines.append(f"| `{name}` | {keys} | {level} | {rule.meaning[:1].upper()}{rule.meaning[1:]}. |")
    return "\n".join(lines) + "\n"


def filled(page: str) -> str:
    """The page with every table as the schema has it now."""
    sections = {name: table(name) for name in TABLES} | {"shocks": shocks()}
    there = [match[2] for match in SECTION.finditer(page)]
    if sorted(there) != sorted(sections):
        raise SystemExit(f"{PAGE.name} has places for {there}; there should be one for each of {list(sections)}.")
    return SECTION.sub(lambda match: match[1] + sections[match[2]] + match[3], page)


if __name__ == "__main__":
    old = PAGE.read_text(encoding="utf-8")
    new = filled(old)
    if "--check" in sys.argv:
        sys.exit(0 if new == old else f"{PAGE.name} is not what the schema says. Run: python docs/case_format.py")
    PAGE.write_text(new, encoding="utf-8")
