"""The Python of the pages that promise to run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["docs/how-to/use-from-python.md", "README.md"])
def test_every_block_of_the_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # pages may write folders
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks
    world: dict[str, Any] = {}
    for block in blocks:
        line = text[: text.index(block)].count("\n")
        exec(compile("\n" * line + block, page, "exec"), world)


def test_the_example_measure_does_what_its_page_says() -> None:
    import numpy as np

    page = ROOT / "docs" / "how-to" / "add-a-measure.md"
    world: dict[str, Any] = {}
    exec(BLOCK.findall(page.read_text(encoding="utf-8"))[0], world)
    assert world["evenness"](np.array([[0.1, 0.4]])) == pytest.approx([0.25])
