import numpy as np
import pytest

from tightrope.base import CaseError
from tightrope.case import check_case, load_case, new_case


def test_a_new_case_checks_clean_and_has_every_parameter(folder, tmp_path):
    like = load_case(folder)
    path = new_case(tmp_path / "north", ["NOR", "SWE", "FIN"], ["USA", "EU", "CHN"], like=folder)
    assert check_case(path) == ()
    case = load_case(path)
    assert (case.name, case.states, case.powers) == ("north", ("NOR", "SWE", "FIN"), ("USA", "EU", "CHN"))
    assert case.channels == like.channels
    assert set(case.parameters) == set(like.parameters)
    assert set(case.kinds) == set(like.kinds)
    for name in case.parameters:
        assert np.isfinite(case.parameter(name).value).all(), name
    assert np.isfinite(case.share(2021).value).all()
    assert np.isfinite(case.dyad("distance", 2021).value).all()
    assert np.isfinite(case.attribute("gdp", 2021).value).all()
    assert list(case.scenarios) == ["history"]
    assert [decision.chosen for decision in case.decisions] == [None]
    assert case.ledger == ()


def test_everything_about_its_actors_is_assumed(folder, tmp_path):
    case = load_case(new_case(tmp_path / "north", ["NOR"], ["USA"], like=folder))
    for table in ("ties", "attributes"):
        assert case.tables[table]
        assert all(row.kind == "assumed" and row.why and row.low <= row.value <= row.high for row in case.tables[table])


def test_what_belongs_to_no_region_is_copied_with_its_sources(folder, tmp_path):
    like = load_case(folder)
    case = load_case(new_case(tmp_path / "north", ["NOR"], ["USA"], like=like))
    assert case.parameter("length") == like.parameter("length")
    assert case.parameter("weight") == like.parameter("weight")
    assert case.kinds == like.kinds
    assert list(case.mechanisms) == list(like.mechanisms)
    assert list(case.sources) == ["paper_2023"]


def test_shares_of_many_powers_still_fit_into_one(folder, tmp_path):
    powers = [f"P{number}" for number in range(20)]
    case = load_case(new_case(tmp_path / "crowd", ["NOR"], powers, like=folder))
    assert (case.share(2021).value.sum(axis=1) <= 1).all()


def test_stakes_sum_to_one(folder, tmp_path):
    case = load_case(new_case(tmp_path / "north", ["NOR"], ["USA"], like=folder))
    assert case.parameter("stake").value.sum(axis=1) == pytest.approx([1], abs=1e-9)


@pytest.mark.parametrize(
    ("states", "powers", "said"),
    [
        ([], ["USA"], "at least one"),
        (["NOR"], [], "at least one"),
        (["nor"], ["USA"], "`nor`"),
        (["NOR"], ["ALL"], "`ALL`"),
        (["NOR", "NOR"], ["USA"], "named twice"),
        (["NOR"], ["NOR"], "named twice"),
        (["N,R"], ["USA"], "`N,R`"),
    ],
)
def test_impossible_actors_are_refused(folder, tmp_path, states, powers, said):
    with pytest.raises(CaseError, match=said):
        new_case(tmp_path / "north", states, powers, like=folder)
    assert not (tmp_path / "north").exists()


def test_a_folder_with_something_in_it_is_left_alone(folder, tmp_path):
    target = tmp_path / "north"
    target.mkdir()
    (target / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(CaseError, match="not empty"):
        new_case(target, ["NOR"], ["USA"], like=folder)
    assert [path.name for path in target.iterdir()] == ["mine.txt"]
    (target / "mine.txt").unlink()
    assert check_case(new_case(target, ["NOR"], ["USA"], like=folder)) == ()


@pytest.mark.parametrize("name", ["file", "file/below", "nul\0"])
def test_a_place_where_no_folder_can_be_is_refused(folder, tmp_path, name):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CaseError):
        new_case(tmp_path / name, ["NOR"], ["USA"], like=folder)


def test_nothing_half_written_is_left_when_writing_fails(folder, tmp_path, monkeypatch):
    from tightrope.case import scaffold

    monkeypatch.setattr(scaffold, "_HISTORY", "name: other\ntitle: broken on purpose\n")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CaseError, match="does not check clean"):
        new_case(tmp_path / "north", ["NOR"], ["USA"], like=folder)
    assert sorted(tmp_path.iterdir()) == before
