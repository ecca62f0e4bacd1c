import pytest

from tightrope.base import read_sources


def test_an_entry_keeps_its_fields_and_line():
    text = (
        '% a comment\n\n@Article{key_1,\n  Title = {A {B}ig {\\"o}},\n  author = "Some {"}one{"}",\n  year = 2020\n}\n'
    )
    sources, problems = read_sources(text)
    assert problems == []
    source = sources["key_1"]
    assert (source.title, source.author, source.year) == ("A Big ö", 'Some "one"', "2020")
    assert (source.type, source.line) == ("article", 3)


def test_strings_are_put_in_and_comments_skipped():
    text = (
        "@string{who = {Some office}}\n@comment{@misc{x, title={y}}}\n@misc{a, title = {T}, publisher = who # {, Town}}"
    )
    sources, problems = read_sources(text)
    assert problems == []
    assert sources["a"].publisher == "Some office, Town"
    assert list(sources) == ["a"]


def test_the_year_may_come_from_the_date_and_the_publisher_from_the_journal():
    sources, _ = read_sources("@misc{a, title={T}, date={2021-05-03}, journal={J}}")
    assert (sources["a"].year, sources["a"].publisher) == ("2021", "J")


@pytest.mark.parametrize(
    ("text", "line", "value"),
    [
        ("@misc{a title={T}}", 1, "@misc{a title={T}}"),
        ("@misc{, title={T}}", 1, "@misc{, title={T}}"),
        ("@misc{a, title={T}", 1, "@misc{a, title={T}"),
        ("@misc{a,\n title={T\n}", 1, "@misc{a,"),
        ("@misc{a,\n title={T},\n year=soon}", 3, "soon"),
        ("@misc{a,\n title={T},\n title={U}}", 3, "title"),
        ("@misc{a, year={2020}}", 1, "a"),
        ("@misc{a, title={T}}\n@misc{a, title={T}}", 2, "a"),
        ("@", 1, "@"),
        ("@misc", 1, "@misc"),
        ('@misc{a, title="T}', 1, '"T}'),
        ("@misc{a, title=}", 1, "}"),
        ("@misc{a, {b}}", 1, "{b}}"),
    ],
)
def test_a_broken_entry_is_reported_with_its_line(text, line, value):
    sources, (problem,) = read_sources(text)
    assert (problem.file, problem.line, problem.value) == ("sources.bib", line, value)
    assert problem.expected
    assert problem.remedy
    assert len(sources) <= 1


def test_a_broken_entry_does_not_hide_the_next():
    sources, problems = read_sources("@misc{a, title={T}\n@misc{b, title={U}}")
    assert list(sources) == ["b"]
    assert len(problems) == 1
