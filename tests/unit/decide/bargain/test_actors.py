from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.decide.bargain import Actors, read_actors

HEAD = "actor,capability,position,salience\n"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "actors.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_columns_in_any_order_shares_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeffsalience,actor,note,position,capability\n0.5, A ,x,1,2\n\n1,"B, C",y,3,4\n')
    actors = read_actors(path)
    assert actors.names == ("A", "B, C")
    assert actors.weight.tolist() == [1.0, 4.0]
    assert actors.range == 2.0
    assert not actors.is_percent
    assert actors.set_aside == {"column not used: note": 2}


def test_saliences_above_one_are_all_per_cent(tmp_path: Path) -> None:
    actors = read_actors(written(tmp_path, HEAD + "A,1,0,80\nB,1,1,1\n"))
    assert actors.is_percent
    assert actors.salience.tolist() == [0.8, 0.01]


def test_every_problem_is_told_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "A,-1,2,3\n,x,,300\nB,1,nan,1\nB,1,2\n")
    with pytest.raises(TightropeError) as error:
        read_actors(path)
    assert [(p.line, p.what) for p in error.value.problems] == [
        (2, "capability"),
        (3, "actor"),
        (3, "capability"),
        (3, "position"),
        (3, "salience"),
        (4, "position"),
        (5, "row"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("actor;capability;position;salience\nA;1;2;1\n", "Separate the cells by commas"),
        ("actor,capability,positon,salience\nA,1,2,1\n", "Did you mean `positon`"),
        ("actor,capability,position,position,salience\nA,1,2,2,1\n", "stands 2 times"),
        (HEAD, "at least two"),
        (HEAD + "A,1,2,1\n", "at least two"),
        (HEAD + "A,1,2,1\nA,1,3,1\n", "each actor once"),
        (HEAD + "A,1,2,1\nB,1,2,1\n", "nothing to bargain over"),
        (HEAD + "A,0,1,1\nB,0,2,1\n", "above 0"),
        (HEAD + "A,0,1,1\nB,1,2,0\n", "none counts"),
        (HEAD + "A,1,1e400,1\nB,1,2,0\n", "Expected a number"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TightropeError, match=says):
        read_actors(written(tmp_path, text))


def test_a_file_in_another_encoding_and_one_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TightropeError, match="not UTF-8"):
        read_actors(written(tmp_path, HEAD + "Türkiye,1,2,1\n", "latin-1"))
    with pytest.raises(TightropeError, match="cannot be read"):
        read_actors(tmp_path / "nowhere.csv")


def test_actors_cannot_be_changed_and_must_have_one_number_each() -> None:
    actors = Actors(("A", "B"), np.ones(2), np.arange(2.0), np.ones(2))
    with pytest.raises(ValueError, match="read-only"):
        actors.position[0] = 5.0
    with pytest.raises(TightropeError, match="one each"):
        Actors(("A", "B"), np.ones(3), np.arange(2.0), np.ones(2))
    with pytest.raises(TightropeError, match="B: every number must be known"):
        Actors(("A", "B"), np.ones(2), np.array([0.0, np.nan]), np.ones(2))
