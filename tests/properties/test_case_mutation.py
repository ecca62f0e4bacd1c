"""However a case is broken, it either loads to a sound Case or is refused with problems. Never with anything else."""

from __future__ import annotations

import csv
import io
import pickle
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tightrope.base import CaseError, ScenarioError, SourceError, TightropeError
from tightrope.case import Case, built_in_cases, load_case

TWO_BY_TWO = Path(__file__).resolve().parents[1] / "fixtures" / "two_by_two"

NASTY = (
    *("", " ", "NaN", ".nan", "inf", "-inf", "1e999", "-1", "0", "2", "1e-400", "9" * 400, "0x1F", "1_000", "١", "½"),
    *("all", "ALL", "WLD", "AAA", "PPP", "CCC", "KAZ", "RUS", "trade", "unknown", "yes", "no", "null", "~", "true"),
    *("always", "2021", "2022Q1", "2022-02-30", "9999", "0000", "2022/2021", "2021Q4", "99999Q1"),
    *(
        "&a",
        "*a",
        "<<",
        "!!python/object:os.system",
        "!x",
        "---",
        "...",
        "- ",
        "? ",
        ": ",
        "#",
        "|",
        ">",
        "@",
        "`",
        "%",
    ),
    *(
        "[",
        "]",
        "{",
        "}",
        "[[[[",
        "{a: {b: {c: ",
        '"',
        "'",
        '"\\x',
        ",",
        ";",
        ";;",
        "a;a",
        "\t",
        "\n",
        "\r",
        "\x0b",
        "\ufeff",
    ),
    *("\x00", "\ud7ff", "\U0001f600", "\u2028", "é", "file", "line", "lines", "model_fields", "__class__", "self"),
    *(
        "../../etc/passwd",
        "T01-T99999",
        "T99-T01",
        "X-1",
        "@misc{",
        "@string{a=b}",
        "@comment{",
        "}\n@misc{x, title={y}}",
    ),
)

Files = dict[str, bytes]


def read(folder: Path) -> Files:
    """All files of a case by their name inside it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def cell(data: bytes, place: float, payload: str) -> bytes:
    """Another text in one cell of a table, or in one word of any other file."""
    text = data.decode("utf-8", "surrogateescape")
    words = list(re.finditer(r"[^\s,:\[\]{};]+", text))
    if not words:
        return payload.encode("utf-8", "surrogatepass")
    word = words[int(place * len(words))]
    return (text[: word.start()] + payload + text[word.end() :]).encode("utf-8", "surrogateescape")


def quoted_cell(data: bytes, place: float, payload: str) -> bytes:
    """Another text in one cell, quoted as a spreadsheet would."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8", "replace"), newline="")))
    cells = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
    if not cells:
        return data
    i, j = cells[int(place * len(cells))]
    rows[i][j] = payload
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode("utf-8", "surrogatepass")


def on_lines(change: Callable[[list[bytes], int, bytes], None]) -> Callable[[bytes, float, str], bytes]:
    """A mutation of one line."""

    def mutate(data: bytes, place: float, payload: str) -> bytes:
        lines = data.split(b"\n")
        change(lines, int(place * len(lines)), payload.encode("utf-8", "surrogatepass"))
        return b"\n".join(lines)

    return mutate


def swap(lines: list[bytes], at: int, _: bytes) -> None:
    lines[at], lines[-1 - at] = lines[-1 - at], lines[at]


def bytes_at(size: int, replace: bool) -> Callable[[bytes, float, str], bytes]:
    """A mutation of bytes, deaf to lines and letters."""

    def mutate(data: bytes, place: float, payload: str) -> bytes:
        at = int(place * (len(data) + 1))
        given = (payload.encode("utf-8", "surrogatepass") + b"\xff")[:size]
        return data[:at] + given + data[at + (size if replace else 0) :]

    return mutate


MUTATIONS: dict[str, Callable[[bytes, float, str], bytes | None]] = {
    "change a word": cell,
    "change a cell": quoted_cell,
    "drop a line": on_lines(lambda lines, at, _: lines.pop(at) and None),
    "repeat a line": on_lines(lambda lines, at, _: lines.insert(at, lines[at])),
    "put in a line": on_lines(lambda lines, at, payload: lines.insert(at, payload)),
    "indent a line": on_lines(lambda lines, at, payload: lines.__setitem__(at, b"  " + lines[at])),
    "end a line early": on_lines(lambda lines, at, payload: lines.__setitem__(at, lines[at][: len(lines[at]) // 2])),
    "add to a line": on_lines(lambda lines, at, payload: lines.__setitem__(at, lines[at] + payload)),
    "swap lines": on_lines(swap),
    "put in bytes": bytes_at(3, replace=False),
    "change bytes": bytes_at(1, replace=True),
    "cut off": lambda data, place, _: data[: int(place * len(data))],
    "delete": lambda data, place, _: None,
    "empty": lambda data, place, _: b"",
    "windows": lambda data, place, _: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
    "utf-16": lambda data, place, _: data.decode("utf-8", "replace").encode("utf-16"),
    "twice": lambda data, place, _: data + data,
}

PAYLOADS = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=8), st.floats(width=32).map(str), st.integers(-3, 3000).map(str)
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(list(MUTATIONS)),
        st.floats(0, 1, exclude_max=True),  # which file
        st.floats(0, 1, exclude_max=True),  # where in it
        PAYLOADS,
    ),
    min_size=1,
    max_size=4,
)
Steps = list[tuple[str, float, float, str]]


def loaded_or_refused(files: Files, steps: Steps) -> Case | None:
    """Break the files, load them, and look at what comes of it."""
    files = dict(files)
    for name, which, place, payload in steps:
        if not files:
            break
        file = list(files)[int(which * len(files))]
        after = MUTATIONS[name](files.pop(file), place, payload)
        if after is not None:
            files = dict(sorted({**files, file: after}.items()))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "case"
        folder.mkdir()
        for file, data in files.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_bytes(data)
        try:
            case = load_case(folder)
        except (CaseError, SourceError, ScenarioError) as error:
            assert_readable(error)
            return None
    assert_sound(case)
    return case


def assert_readable(error: TightropeError) -> None:
    """Every problem says where, what, and what to do."""
    assert error.problems
    for problem in error.problems:
        assert problem.what
        assert problem.value
        assert problem.expected
        assert problem.remedy
        assert not Path(problem.file).is_absolute()
        assert problem.line >= 0
        assert str(problem).isprintable()


def assert_sound(case: Case) -> None:
    """Everything that the rest of Tightrope takes for granted."""
    assert re.fullmatch("[0-9a-f]{12}", case.digest)
    for year in case.years:
        share = case.share(year)
        known = share.value[~np.isnan(share.value)]
        assert ((known >= 0) & (known <= 1)).all()
    start = case.share(int(case.start[:4])).value
    assert (start.sum(axis=1) <= 1 + 1e-6).all()  # no NaN among them
    for name in case.parameters:
        parameter = case.parameter(name, case.end)
        ordered = (parameter.low <= parameter.value) & (parameter.value <= parameter.high)
        assert (ordered | np.isnan(parameter.value)).all()
    for name, entry in case.attributes.items():
        assert not np.isinf((case.dyad(name) if entry.partner else case.attribute(name)).value).any()
    for name in case.scenarios:
        for shock in case.scenario(name).shocks:
            assert shock.low <= shock.value <= shock.high
        for decision in case.scenario(name).decisions:
            assert (np.abs(decision.stance) <= 1).all()
            assert decision.chosen is None or decision.chosen in decision.options
    assert set(case.places()) >= set(case.ledger)
    assert pickle.loads(pickle.dumps(case)) == case


SMALL = read(TWO_BY_TWO)
LARGE = read(next(iter(built_in_cases().values())))


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
@example([("delete", 0.0, 0.0, "")])
@example([("put in a line", 0.99, 0.0, "file: x")])
@example([("change a word", 0.5, 0.5, "9" * 400)])
def test_a_small_case_loads_or_is_refused(steps: Steps) -> None:
    loaded_or_refused(SMALL, steps)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_the_built_in_case_loads_or_is_refused(steps: Steps) -> None:
    loaded_or_refused(LARGE, steps)


@pytest.mark.parametrize("files", [SMALL, LARGE], ids=["small", "built in"])
def test_without_mutation_both_load(files: Files) -> None:
    assert loaded_or_refused(files, []) is not None


@pytest.mark.parametrize("payload", NASTY)
def test_a_nasty_word_in_each_cell_of_a_row(payload: str) -> None:
    """The second row of each table, and the middle of each other file."""
    for number, file in enumerate(SMALL):
        which = (number + 0.5) / len(SMALL)
        loaded_or_refused(SMALL, [("change a cell" if file.endswith(".csv") else "change a word", which, 0.6, payload)])
