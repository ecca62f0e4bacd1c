"""The pages: links lead somewhere, cited works are listed, generated pages are up to date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import tightrope

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(tightrope.__file__).parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
CITATION = re.compile(r"\[([A-Z][A-Za-z]+(?:\d{4})[a-z]?)\]_")
ENTRY = re.compile(r"^\[([A-Z][A-Za-z]+\d{4}[a-z]?)\]\n: ", re.M)


def prose(page: Path) -> str:
    """A page without its code blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Targets inside the repository that a page links to."""
    return [t for t in LINK.findall(prose(page)) if not re.match(r"[a-z]+:", t)]


def anchors(page: Path) -> set[str]:
    """Names of a page's headings, as hosts of Markdown make them."""
    heads = re.findall(r"^#+ +(.+?) *$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


def test_every_page_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    seen, waiting = {index}, [index]
    while waiting:
        page = waiting.pop()
        for target in links(page):
            there = (page.parent / target.partition("#")[0]).resolve()
            if there.suffix == ".md" and there.is_file() and there not in seen:
                seen.add(there)
                waiting.append(there)
    assert set((ROOT / "docs").rglob("*.md")) - seen == set()


def test_every_cited_work_is_in_the_bibliography_and_every_entry_is_cited() -> None:
    texts = [
        *(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")),
        *(prose(page) for page in PAGES if page.name != "bibliography.md"),
    ]
    cited = {key for text in texts for key in CITATION.findall(text)}
    listed = ENTRY.findall((ROOT / "docs" / "bibliography.md").read_text(encoding="utf-8"))
    assert listed == sorted(set(listed)), "one entry per work, in order"
    assert cited - set(listed) == set()
    assert set(listed) - cited == set()


def test_reference_pages_are_what_the_program_reads() -> None:
    done = subprocess.run(
        [sys.executable, "docs/reference_tables.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_command_page_names_every_command_and_option_and_no_other() -> None:
    from typer.main import get_command

    from tightrope.app.cli import app

    promised = {}
    for section in re.split(
        r"^## tightrope ", (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8"), flags=re.M
    )[1:]:
        promised[section.splitlines()[0].strip()] = set(
            re.findall(r"`(--?[a-z-]+)`", "".join(re.findall(r"^\|[^|]*\|", section, re.M)))
        )
    commands = {}
    for name, command in get_command(app).commands.items():
        inner = getattr(command, "commands", None)
        commands |= {name: command} if inner is None else {f"{name} {each}": inner[each] for each in inner}
    there = {
        name: {
            opt
            for param in command.params
            if param.param_type_name == "option"
            for opt in (*param.opts, *param.secondary_opts)
        }
        for name, command in commands.items()
    }
    assert promised == there
