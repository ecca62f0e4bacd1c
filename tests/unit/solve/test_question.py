from __future__ import annotations

import pytest

from tightrope.base.errors import RunError
from tightrope.case import Case
from tightrope.solve.question import budgets, moved


@pytest.mark.parametrize(
    ("text", "id_", "option"),
    [
        ("KGZ:us_agreement_2022=stall", "us_agreement_2022:KGZ", "stall"),
        ("KGZ:B16=sign", "us_agreement_2022:KGZ", "sign"),
        ("KGZ:B16=accept", "us_agreement_2022:KGZ", "sign"),
        ("UZB:us_access_2001=grant", "us_access_2001:UZB", "grant"),
    ],
)
def test_a_move_is_found_by_question_or_ledger(central_asia: Case, text: str, id_: str, option: str) -> None:
    decision, found = moved(central_asia, text, "history")
    assert (decision.id, found) == (id_, option)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("KGZ:B16", "expected STATE:QUESTION=OPTION"),
        ("KGS:B16=sign", "Did you mean `KGZ`"),
        ("KGZ:us_agrement_2022=sign", "Did you mean `us_agreement_2022`"),
        ("KGZ:B16=sing", "Did you mean `sign`"),
        ("KAZ:B16=sign", "KAZ did not face `B16` in scenario history; asked were KGZ:us_agreement_2022"),
        ("KGZ:s12_base=grant", "is asked in scenario us_base_kyrgyzstan; add --scenario"),
        ("KGZ:T01=sign", "is about no decision"),
        ("KGZ:rationing_2022=accept", "`accept` may mean ration or subsidise"),
    ],
)
def test_a_wrong_move_says_what_was_probably_meant(central_asia: Case, text: str, said: str) -> None:
    with pytest.raises(RunError, match="--move") as error:
        moved(central_asia, text, "history")
    assert said in str(error.value)


def test_a_ledger_id_of_several_questions_is_ambiguous(central_asia: Case) -> None:
    ids: dict[tuple[str, str], set[str]] = {}
    for d in central_asia.scenario("history").decisions:
        for name in {*d.ledger, *d.question.ledger}:
            ids.setdefault((d.state, name), set()).add(d.question.id)
    (state, name), questions = next(item for item in ids.items() if len(item[1]) > 1)
    with pytest.raises(RunError, match="stands for several questions") as error:
        moved(central_asia, f"{state}:{name}=sign", "history")
    assert all(question in str(error.value) for question in questions)


def test_one_number_is_everybodys_budget() -> None:
    assert budgets("1.5", ("USA", "RUS"), {"USA": 9, "RUS": 9}) == {"USA": 1.5, "RUS": 1.5}


def test_all_that_is_wrong_with_budgets_is_said_at_once() -> None:
    with pytest.raises(RunError) as error:
        budgets("USA=1,USA=2,CHN=1,RUS=-1,RUS=x", ("USA", "RUS"), {"USA": 1, "RUS": 1})
    told = str(error.value)
    for part in ("USA has two budgets, 1 and 2", "`CHN=1`: CHN does not play", "`RUS=-1`", "`RUS=x`"):
        assert part in told


@pytest.mark.parametrize("text", ["", "nan", "inf", "USA", "=1", "USA=1;RUS=2"])
def test_a_budget_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(RunError, match="--budget"):
        budgets(text, ("USA", "RUS"), {"USA": 1, "RUS": 1})
