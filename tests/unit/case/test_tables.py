import csv
import pickle

import pytest

from tightrope.case.rows import MODELS
from tightrope.case.schema import TABLES, columns
from tightrope.case.tables import read_table
from tightrope.case.values import ledger_ids


@pytest.mark.parametrize("table", TABLES)
def test_the_schema_says_what_each_column_means(table):
    assert columns(table)
    for column in columns(table):
        assert column.meaning
        assert column.name in MODELS[table].model_fields
    names = [column.name for column in columns(table)]
    assert len(set(names)) == len(names)
    assert names[-1] == "ledger"


def test_rows_know_their_line_also_after_a_cell_of_two_lines():
    text = 'id,name,role,note\nAAA,A,state,"two\nlines"\n\nBBB,B,power,\n'
    rows, problems = read_table(text, "actors")
    assert problems == []
    assert [(row.id, row.line) for row in rows] == [("AAA", 2), ("BBB", 5)]


def test_an_empty_cell_is_unknown_and_not_zero():
    rows, problems = read_table("id,name,role,lat,lon\nAAA,A,state, ,\n", "actors")
    assert problems == []
    assert (rows[0].lat, rows[0].lon, rows[0].members, rows[0].colour) == (None, None, (), "#808080")


def test_columns_may_stand_in_any_order():
    rows, problems = read_table("role,name,id\nstate,A,AAA\n", "actors")
    assert problems == []
    assert rows[0].id == "AAA"


@pytest.mark.parametrize(
    ("text", "line", "what", "value"),
    [
        ("", 1, "header", "missing"),
        ("id;name;role\n", 1, "header", "id;name;role"),
        ("id,name,role,role\n", 1, "header", "role"),
        ("id,name,role\nAAA,A\n", 2, "row", "2 cells"),
        ("id,name,role\nAAA,A,state,x\n", 2, "row", "4 cells"),
        ('id,name,role\nAAA,"A"x,state\n', 2, "row", "',' expected after '\"'"),
        ("id,name,role\n,A,state\n", 2, "id", "empty"),
        ("id,name,role\naaa,A,state\n", 2, "id", "aaa"),
        ("id,name,role\nALL,A,state\n", 2, "id", "ALL"),
        ("id,name,role,colour\nAAA,A,state,red\n", 2, "colour", "red"),
        ("id,name,role,lat\nAAA,A,state,4_2\n", 2, "lat", "4_2"),
        ("id,name,role,lat\nAAA,A,state,٤٢\n", 2, "lat", "٤٢"),
        ("id,name,role\nAAA," + "A" * 200_000 + ",state\n", 2, "row", "field larger than field limit (131072)"),
    ],
)
def test_a_bad_row_is_reported_with_its_line(text, line, what, value):
    _, problems = read_table(text, "actors")
    assert (line, what, value) in [(problem.line, problem.what, problem.value) for problem in problems]


def test_a_bad_row_does_not_hide_the_others():
    rows, problems = read_table("id,name,role\nAAA,A,stat\nBBB,B,state\nC,C,power,x\nDDD,D,power\n", "actors")
    assert [row.id for row in rows] == ["BBB", "DDD"]
    assert [problem.line for problem in problems] == [2, 4]


def test_rows_are_frozen_and_travel():
    rows, _ = read_table("id,name,role\nAAA,A,state\n", "actors")
    with pytest.raises(ValueError, match="frozen"):
        rows[0].id = "BBB"
    assert pickle.loads(pickle.dumps(rows)) == rows


def test_ranges_of_the_ledger_are_written_out():
    assert ledger_ids(("T09-T11", "S1")) == ("T09", "T10", "T11", "S1")
    assert ledger_ids(("T09-11",)) == ("T09", "T10", "T11")


def test_the_limit_of_a_cell_is_that_of_the_csv_module():
    assert csv.field_size_limit() == 131072
