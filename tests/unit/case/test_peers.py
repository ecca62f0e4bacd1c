"""The two tables about all states: a case may lack them, and what is wrong in them is said in its place."""

from __future__ import annotations

import pytest

from tightrope.case import check_case, load_case, new_case
from tightrope.case.tables import read_table

VOTES = """question,date,resolution,kind,roles,state,vote,source
r_1,2022-03-02,R/1,vote,against=PPP,AAA,abstain,paper_2023
r_1,2022-03-02,R/1,vote,against=PPP,XXX,yes,paper_2023
r_2,2022-05-02,R/2,vote,against=PPP;backer=QQQ,XXX,no,paper_2023
"""
PEERS = """state,partner,period,attribute,value,unit,kind,source,how
XXX,PPP,2021,capacity,0.4,1,estimated,paper_2023,
XXX,,2021,absence,0.1,1,estimated,paper_2023,of 9
QQQ,,2021,capability,0.1,1,measured,office_2022,
"""


@pytest.fixture
def both(folder):
    (folder / "peer_votes.csv").write_text(VOTES, encoding="utf-8")
    (folder / "peers.csv").write_text(PEERS, encoding="utf-8")
    return folder


def test_a_case_without_the_tables_has_them_empty(folder):
    case = load_case(folder)
    assert case.tables["peer_votes"] == case.tables["peers"] == ()


def test_the_digest_sees_rows_but_not_an_empty_table(folder, both):
    with_rows = load_case(both)
    for name, text in (("peer_votes", VOTES), ("peers", PEERS)):
        (folder / f"{name}.csv").write_text(text.splitlines()[0] + "\n", encoding="utf-8")
    with_heads = load_case(folder)
    for name in ("peer_votes", "peers"):
        (folder / f"{name}.csv").unlink()
    assert load_case(folder).digest == with_heads.digest
    assert with_rows.digest != with_heads.digest


def test_rows_are_read_and_numbers_counted(folder, both):
    case = load_case(both)
    assert [dict(row.roles) for row in case.tables["peer_votes"]][2] == {"against": ("PPP",), "backer": ("QQQ",)}
    assert case.tables["peers"][0].quantity().value == 0.4
    for name in ("peer_votes", "peers"):
        (folder / f"{name}.csv").unlink()
    assert sum(case.numbers().values()) == sum(load_case(folder).numbers().values()) + 3


def test_a_new_case_has_neither(both, tmp_path):
    made = new_case(tmp_path / "made", ["EEE"], ["FFF"], like=both)
    assert not (made / "peers.csv").exists()
    assert check_case(made) == ()


def test_a_name_that_is_nearly_right_is_not_passed_over(folder, both):
    (both / "peers.csv").rename(both / "peer.csv")
    (problem,) = check_case(both)
    assert (problem.file, problem.remedy) == ("peers.csv", "Rename peer.csv to peers.csv.")


# (file, old text, new text, line, part of the value, part of what is expected)
BROKEN = {
    "unknown kind": ("peer_votes.csv", "R/2,vote", "R/2,vtoe", 4, "vtoe", "a kind"),
    "unknown role": ("peer_votes.csv", "against=PPP;", "agianst=PPP;", 4, "agianst", "a role of vote"),
    "unknown power": ("peer_votes.csv", "backer=QQQ", "backer=XXX", 4, "XXX", "a power"),
    "role without power": ("peer_votes.csv", "backer=QQQ", "backer=", 4, "backer", "roles such as"),
    "role twice": ("peer_votes.csv", "backer=QQQ", "against=QQQ", 4, "against", "each role once"),
    "unknown option": ("peer_votes.csv", "XXX,no", "XXX,nay", 4, "nay", "an option of vote"),
    "told twice": ("peer_votes.csv", "R/1,vote,against=PPP,XXX", "R/9,vote,against=PPP,XXX", 3, "R/9", "the resolution"),
    "votes twice": ("peer_votes.csv", "PPP,XXX,yes", "PPP,AAA,abstain", 3, "AAA", "each state once"),
    "another answer": ("peer_votes.csv", "AAA,abstain", "AAA,no", 2, "no", "abstain, as decisions.yaml"),
    "source not listed": ("peer_votes.csv", "yes,paper_2023", "yes,papr_2023", 3, "papr_2023", "sources.bib"),
    "state": ("peers.csv", "XXX,,2021", "xxx,,2021", 3, "xxx", "an id"),
    "partner": ("peers.csv", "XXX,PPP", "XXX,AAA", 2, "AAA", "a power"),
    "attribute": ("peers.csv", "absence", "abscence", 3, "abscence", "one of capacity"),
    "figure twice": ("peers.csv", "XXX,PPP,2021,capacity", "XXX,,2021,absence", 3, "XXX absence 2021", "one row"),
    "no source": ("peers.csv", "measured,office_2022", "measured,", 4, "empty", "a key of"),
    "after the case": ("peers.csv", "QQQ,,2021", "QQQ,,2041", 4, "2041", "the end of the case"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_said_in_its_place(name, both, edit):
    file, old, new, line, value, expected = BROKEN[name]
    edit(file, old, new)
    problems = check_case(both)
    found = [p for p in problems if (p.file, p.line) == (file, line) and value in p.value and expected in p.expected]
    assert found, "\n".join(map(str, problems))


@pytest.mark.parametrize(
    ("old", "new", "name"), [("2022-03-02", "2022-03-03", "date"), ("against=PPP,", "backer=PPP,", "roles")]
)
def test_a_roll_call_is_told_as_decisions_tell_it(both, old, new, name):
    path = both / "peer_votes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    (problem,) = check_case(both)
    assert (problem.line, problem.what) == (2, name)
    assert "decisions.yaml line 2" in problem.expected


def test_roles_are_read_whatever_the_spaces():
    head, row = VOTES.splitlines()[0], "r,2022,R,vote, against = PPP + QQQ ; backer=RRR,AAA,yes,s"
    rows, problems = read_table(f"{head}\n{row}\n", "peer_votes")
    assert problems == []
    assert rows[0].roles == (("against", ("PPP", "QQQ")), ("backer", ("RRR",)))
