from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tightrope.app.ballots import read_ballots
from tightrope.base import TightropeError
from tightrope.ingest.rollcalls import opening, roll_calls, session_of, state_codes

UNDL = """undl_id,ms_code,ms_name,ms_vote,date,session,resolution,title,agenda_title
4060001,KAZ,KAZAKHSTAN,A,2022-10-12,77,A/RES/ES-11/4,Territorial integrity,Ukraine
4060001,RUS,RUSSIAN FEDERATION,N,2022-10-12,77,A/RES/ES-11/4,Territorial integrity,Ukraine
4060001,USA,UNITED STATES,Y,2022-10-12,77,A/RES/ES-11/4,Territorial integrity,Ukraine
4060001,TKM,TURKMENISTAN,X,2022-10-12,77,A/RES/ES-11/4,Territorial integrity,Ukraine
3960000,KAZ,KAZAKHSTAN,Y,2022-03-02,76,A/RES/76/1,"A title, with a comma",Peace
"""
TIDY = """resolution,date,iso3,vote
A/RES/76/1,2022-03-02,KAZ,yes
A/RES/ES-11/4,2022-10-12,KAZ,abstain
A/RES/ES-11/4,2022-10-12,RUS,no
A/RES/ES-11/4,2022-10-12,TKM,absent
A/RES/ES-11/4,2022-10-12,USA,yes
"""
LONG = """resid,ccode,date,year,vote
76001,705,2022-03-02,2022,1
77001,705,2022-10-12,2022,2
77001,365,2022-10-12,2022,3
77001,701,2022-10-12,2022,8
77001,2,2022-10-12,2022,1
"""
WIDE = """rcid,date,me,nu,KAZ,RUS,TKM,USA
9,2022-10-12,FALSE,TRUE,2,3,8,1
8,2022-03-02,TRUE,TRUE,1,9,9,9
"""
EXPECTED = [[1, 9, 9, 9], [2, 3, 8, 1]]


def put(folder: Path, text: str, name: str = "votes.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "kind"), [(UNDL, "undl"), (TIDY, "tidy"), (LONG, "bsv_long"), (WIDE, "bsv_wide")], ids=lambda x: x[:9]
)
def test_four_formats_give_the_same_votes(tmp_path: Path, text: str, kind: str) -> None:
    path = put(tmp_path, text)
    assert roll_calls(path).format == kind
    found = read_ballots(path)
    assert found.states == ("KAZ", "RUS", "TKM", "USA")
    assert found.votes.tolist() == EXPECTED
    assert found.sessions.tolist() == [76, 77]
    assert found.dates.astype(str).tolist() == ["2022-03-02", "2022-10-12"]
    assert dict(found.set_aside) == {}


def test_csv_gz_and_parquet_read_like_csv(tmp_path: Path) -> None:
    plain = put(tmp_path, UNDL)
    packed = tmp_path / "votes.csv.gz"
    packed.write_bytes(gzip.compress(UNDL.encode()))
    columns = tmp_path / "votes.parquet"
    duckdb.sql(f"COPY (FROM read_csv('{plain}')) TO '{columns}' (FORMAT parquet)")
    one, two, three = (read_ballots(path) for path in (plain, packed, columns))
    assert one.votes.tolist() == two.votes.tolist() == three.votes.tolist() == EXPECTED
    assert one.titles == two.titles == three.titles == ("A title, with a comma", "Territorial integrity")
    assert one.items == ("Peace", "Ukraine")


def test_non_voting_may_be_x_or_nv(tmp_path: Path) -> None:
    assert read_ballots(put(tmp_path, UNDL.replace(",X,", ",NV,"))).votes.tolist() == EXPECTED


def test_an_emergency_special_session_counts_to_the_regular_one_of_its_date(tmp_path: Path) -> None:
    found = read_ballots(put(tmp_path, UNDL.replace(",77,", ",11emsp,")))
    assert found.sessions.tolist() == [76, 77]


def test_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    head, *rows = TIDY.splitlines()
    turned = read_ballots(put(tmp_path, "\n".join([head, *rows[::-1]]) + "\n"))
    assert turned.votes.tolist() == EXPECTED


def test_what_is_not_understood_is_set_aside_with_reason_and_count(tmp_path: Path) -> None:
    bad = (
        "R1,2022-10-12,KAZ,maybe\nR1,2022-10-12,ZZZ,yes\nR1,yesterday,USA,yes\n,2022-10-12,USA,yes\nR1,2022-10-12,,no\n"
    )
    found = read_ballots(put(tmp_path, TIDY + bad))
    assert found.votes.tolist() == EXPECTED
    assert dict(found.set_aside) == {
        "votes with an unknown vote code: maybe": 1,
        "votes with an unknown state code: ZZZ": 1,
        "votes with an unknown state code: empty": 1,
        "votes with an unknown date: yesterday": 1,
        "votes with an unknown roll call: empty": 1,
    }


def test_a_vote_given_twice_counts_once_and_two_different_votes_count_never(tmp_path: Path) -> None:
    again = "A/RES/ES-11/4,2022-10-12,KAZ,abstain\nA/RES/ES-11/4,2022-10-12,RUS,yes\n"
    found = read_ballots(put(tmp_path, TIDY + again))
    assert found.states == ("KAZ", "TKM", "USA")
    assert found.votes.tolist() == [[1, 9, 9], [2, 8, 1]]
    assert dict(found.set_aside) == {
        "votes given twice, once kept": 1,
        "votes of a state that differ on one roll call, none kept": 2,
    }


def test_an_id_that_comes_again_on_another_day_is_another_roll_call(tmp_path: Path) -> None:
    found = read_ballots(put(tmp_path, WIDE.replace("8,2022-03", "9,1956-11")))
    assert found.ids == ("9@1956-11-02", "9@2022-10-12")


def test_one_id_and_day_with_two_vectors_of_votes_are_two_roll_calls_and_a_copy_is_none(tmp_path: Path) -> None:
    found = read_ballots(put(tmp_path, WIDE + "9,2022-10-12,FALSE,TRUE,1,1,1,1\n8,2022-03-02,TRUE,TRUE,1,9,9,9\n"))
    assert found.ids == ("8", "9@2022-10-12#1", "9@2022-10-12#2")
    assert found.set_aside["roll calls given twice, once kept"] == 1


def test_wide_file_sets_aside_unknown_codes_cell_by_cell(tmp_path: Path) -> None:
    found = read_ballots(put(tmp_path, WIDE.replace("2,3,8,1", "2,7,8,1")))
    assert dict(found.set_aside) == {"votes with an unknown vote code: 7": 1}
    assert "RUS" not in found.states


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "columns"),
        ("resolution,date,iso3,vote\n", "rows"),
        ("resolution,date,iso3,vote\nR1,2022-10-12,ZZZ,yes\n", "line 2: state code: ZZZ"),
        ("resolution,date,iso3,vote\nR1,12/10/2022,KAZ,yes\n", "line 2: date: 12/10/2022"),
    ],
)
def test_a_file_without_usable_rows_is_refused_with_place_and_remedy(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TightropeError, match=says) as caught:
        read_ballots(put(tmp_path, text))
    assert "votes.csv" in str(caught.value)
    assert "Expected" in str(caught.value)


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TightropeError, match="no such file"):
        read_ballots(tmp_path / "none.csv")
    (tmp_path / "votes.parquet").write_bytes(b"not parquet")
    with pytest.raises(TightropeError, match="cannot be read"):
        read_ballots(tmp_path / "votes.parquet")


def test_lines_that_are_no_row_are_counted(tmp_path: Path) -> None:
    found = read_ballots(put(tmp_path, TIDY + "A,B,C,D,E,F,G\n" + "A/RES/ES-11/4,2022-10-12,CHN,abstain\n"))
    assert sum(found.set_aside.values()) == 1
    assert "CHN" in found.states


def test_titles_and_issues_join_on_id_and_date(tmp_path: Path) -> None:
    votes = put(tmp_path, WIDE.replace(",me,nu", "").replace(",FALSE,TRUE", "").replace(",TRUE,TRUE", ""))
    titles = put(
        tmp_path,
        "rcid,session,date,unres,amend,para,short,descr\n9,77,2022-10-12,R/77/1,,1,UKRAINE,On Ukraine\n8,76,1956-01-01,x,,,X,X\n",
        "titles.csv",
    )
    issues = put(tmp_path, "rcid,short_name,issue\n9,nu,Nuclear\n9,di,Arms\n", "issues.csv")
    found = read_ballots(votes, titles=titles, issues=issues)
    assert found.items == ("", "UKRAINE")
    assert found.issues == ("", "di;nu")
    assert found.parts.tolist() == [False, True]
    without = read_ballots(votes, titles=titles, parts=False)
    assert without.ids == ("8",)
    assert without.set_aside == {"roll calls on a paragraph or an amendment": 1}


def test_a_session_opens_on_the_tuesday_of_the_third_week_of_september() -> None:
    # opening days as published: https://www.un.org/en/ga (57th to 77th sessions opened on these days)
    for year, day in {2015: 15, 2016: 13, 2017: 12, 2018: 18, 2019: 17, 2020: 15, 2021: 14, 2022: 13}.items():
        assert opening(year) == dt.date(year, 9, day)
    assert session_of(dt.date(2022, 9, 12)) == 76
    assert session_of(dt.date(2022, 9, 13)) == 77


def test_state_codes_lead_to_codes_in_use() -> None:
    by_iso, by_cow = state_codes()
    assert all(by_iso[now] == now for now in by_iso.values())
    assert all(code in by_iso for code in by_cow.values())
    assert (by_iso["SUN"], by_cow[365], by_cow[2], by_cow[679]) == ("RUS", "RUS", "USA", "YEM")


def test_a_state_absent_all_year_is_not_known_in_that_year(tmp_path: Path) -> None:
    rows = [f"R{k:02},2001-11-{k + 1:02},{s},{v}" for k in range(10) for s, v in (("UZB", "absent"), ("KAZ", "yes"))]
    path = put(tmp_path, "\n".join(["resolution,date,iso3,vote", *rows]) + "\n")
    found = read_ballots(path)
    assert (found.votes[:, found.state("UZB")] == 9).all()
    assert found.set_aside == {"absences of a state that was absent all year, not known instead": 10}
    kept = read_ballots(path, fewest=0)
    assert (kept.votes[:, kept.state("UZB")] == 8).all()


@pytest.mark.data
def test_shared_files_agree_where_both_have_a_roll_call(data: Path) -> None:
    folder = data / "unga_votes"
    wide = read_ballots(folder / "bsv_rollcalls_wide_1991_2022.parquet", fewest=0)
    long = read_ballots(folder / "bsv_votes_long_ccode_1991_2022.parquet")
    assert wide.votes.shape == (2819, 193)
    # the README's share of non-voting among members, 1992-2022
    here = wide.on(wide.years >= 1992).of(["TKM"]).votes
    assert (here == 8).sum() / (here != 9).sum() == pytest.approx(0.399, abs=0.001)
    # from 2018 each has final votes only: the numbers of roll calls on each day agree on most days
    common = sorted(set(wide.states) & set(long.states))
    a, b = (x.on(x.years >= 2018).of(common) for x in (wide, long))
    rows = {(d, tuple(np.where(v >= 8, 9, v))) for d, v in zip(a.dates, a.votes, strict=True)}
    same = [(d, tuple(v)) in rows for d, v in zip(b.dates, b.votes, strict=True)]
    assert np.mean(same) > 0.95
