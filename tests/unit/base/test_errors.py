import pickle

import pytest

from tightrope.base import (
    CaseError,
    FitError,
    Problem,
    Registry,
    RunError,
    ScenarioError,
    SourceError,
    TightropeError,
    nearest,
    suggestion,
)

PROBLEM = Problem("ties.csv", 3, "1.5", "a share from 0 to 1", "Divide by 100.", "value")


@pytest.mark.parametrize("sort", [CaseError, SourceError, ScenarioError, FitError, RunError])
def test_errors_list_their_problems_and_travel(sort):
    error = sort("1 problem:", [PROBLEM])
    assert isinstance(error, TightropeError)
    assert isinstance(error, ValueError)
    assert str(error) == "1 problem:\n  ties.csv line 3: value: 1.5. Expected a share from 0 to 1. Divide by 100."
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is sort
    assert (str(back), back.problems) == (str(error), (PROBLEM,))


def test_a_problem_of_a_whole_file_has_no_line():
    assert (
        str(Problem("a.csv", 0, "gone", "a file", "Make it.", "file")) == "a.csv: file: gone. Expected a file. Make it."
    )


def test_a_wrong_name_gets_the_nearest_known_ones():
    assert nearest("KZA", ["KAZ", "UZB"]) == ("KAZ",)
    assert suggestion("tarde", ["trade", "energy"]) == "Did you mean `trade`?"
    assert suggestion("xyz", ["trade", "energy"]) == "Known: `trade`, `energy`."
    assert suggestion("xyz", []) == "None is declared yet: declare it first."
    assert suggestion("zzz", [f"n{i}" for i in range(20)]).endswith("`n11`, ...")


def test_the_nearest_of_many_names_begins_or_ends_alike():
    known = [f"{letter}{number}_{letter}" for letter in "abcdefgh" for number in range(100)]
    assert "c42_c" in nearest("c42_x", known)
    assert "c42_c" in nearest("x42_c", known)


def test_a_registry_knows_names_once():
    rules: Registry[int] = Registry("rule", error=CaseError)
    rules.register("one")(1)
    assert (rules["one"], len(rules), list(rules), "one" in rules) == (1, 1, ["one"], True)
    with pytest.raises(CaseError, match="registered twice"):
        rules.register("one")(2)
    with pytest.raises(CaseError, match="Did you mean `one`"):
        rules["oen"]
