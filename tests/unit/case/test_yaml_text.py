import pytest

from tightrope.case import built_in_cases
from tightrope.case.yaml_text import DEPTH_LIMIT, read_yaml

BOTH = pytest.mark.parametrize("pure", [False, True], ids=["fast parser", "parser in Python"])


@BOTH
def test_scalars_stay_the_text_that_was_written(pure):
    text = "a: NO\nb: 2021Q4\nc: 1e3\nd: 2022-03-02\ne: 'it''s'\nf: 0x10\ng: yes\n2021: .5\nno: [on, off]\n"
    mapping, problems = read_yaml(text, "a.yaml", pure=pure)
    assert problems == []
    assert mapping == {
        **{"a": "NO", "b": "2021Q4", "c": "1e3", "d": "2022-03-02", "e": "it's", "f": "0x10", "g": "yes"},
        **{"2021": ".5", "no": ["on", "off"]},
    }


@BOTH
def test_nothing_is_none_and_a_quoted_nothing_a_text(pure):
    mapping, _ = read_yaml("a:\nb: ~\nc: null\nd: ''\ne: 'null'", "a.yaml", pure=pure)
    assert mapping == {"a": None, "b": None, "c": None, "d": "", "e": "null"}


@BOTH
def test_everything_knows_its_line(pure):
    mapping, _ = read_yaml("a: 1\nb:\n  - c: 2\n  - d:\n      e: 3\n", "a.yaml", pure=pure)
    assert mapping is not None
    assert mapping.lines == {"a": 1, "b": 2}
    assert mapping["b"][1].lines == {"d": 4}
    assert mapping["b"][1]["d"]["e"].line == 5


@BOTH
@pytest.mark.parametrize(
    ("text", "line", "value"),
    [
        ("a: &x 1\nb: *x", 1, "&x"),
        ("a: 1\nb: *x", 2, "*x"),
        ("a: [1,\n  &y {b: 1}]", 2, "&y"),
        ("a: !!python/object:os.system 1", 1, "tag:yaml.org,2002:python/object:os.system"),
        ("a: !thing 1", 1, "!thing"),
        ("a: 1\n---\nb: 2", 2, "---"),
        ("? [a]\n: 1", 1, "a key that is a list or mapping"),
        ("- 1", 1, "a list"),
        ("word", 1, "a text"),
        ("", 1, "an empty file"),
        ("# only a comment", 1, "an empty file"),
        ("a: " + "[" * 100, 1, f"more than {DEPTH_LIMIT} levels"),
        ("a: " + "{a: " * 100, 1, f"more than {DEPTH_LIMIT} levels"),
    ],
)
def test_what_a_case_needs_not_is_refused(text, line, value, pure):
    mapping, (problem,) = read_yaml(text, "a.yaml", pure=pure)
    assert mapping is None
    assert (problem.line, problem.value) == (line, value)
    assert problem.remedy


@BOTH
@pytest.mark.parametrize(
    "text", ["a: [1", "a: b: c", "a: 'x", "a:\n\t- b", "a: }", "@", "a: %", "%YAML x\n---\na: 1", "a: |9\n x"]
)
def test_what_is_no_yaml_is_refused_with_its_line(text, pure):
    mapping, (problem,) = read_yaml(text, "a.yaml", pure=pure)
    assert mapping is None
    assert problem.expected.startswith("YAML")


@BOTH
def test_a_bomb_is_refused_before_it_grows(pure):
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    _, (problem,) = read_yaml(bomb, "a.yaml", pure=pure)
    assert problem.value == "&a"


@BOTH
def test_a_key_that_stands_twice_is_reported(pure):
    _, problems = read_yaml("a: 1\nb: {c: 1, c: 2}\na: 3", "a.yaml", pure=pure)
    assert [(problem.line, problem.value) for problem in problems] == [(2, "c"), (3, "a")]


@pytest.mark.parametrize("case", built_in_cases().values(), ids=str)
def test_both_parsers_read_the_built_in_cases_alike(case):
    for path in sorted(case.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        fast, slow = (read_yaml(text, path.name, pure=pure) for pure in (False, True))
        assert fast == slow
        assert fast[1] == []
        assert fast[0].lines == slow[0].lines
