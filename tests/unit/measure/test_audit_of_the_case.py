"""The audit of the built-in case: every claim can be read, and verdicts follow the data."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tightrope.case import load_case
from tightrope.measure.audit import audit, faults
from tightrope.measure.audit.relations import relations


@pytest.fixture(scope="module")
def built_in() -> Any:
    return load_case("central_asia")


@pytest.fixture(scope="module")
def verdicts(built_in: Any) -> dict[str, Any]:
    return {one.id: one for one in audit(built_in)}


def test_every_claim_of_the_built_in_case_can_be_read(built_in: Any) -> None:
    assert faults(built_in) == ()
    assert len({row.id for row in built_in.claims}) == len(built_in.claims) >= 70


def test_every_figure_and_ranking_of_the_ledger_is_a_claim(built_in: Any) -> None:
    placed = {id_ for row in built_in.claims for id_ in row.ledger}
    assert placed >= {id_ for id_ in built_in.ledger if id_[0] in "FQ"}


def test_no_verdict_is_made_on_the_text_alone(verdicts: dict[str, Any]) -> None:
    for one in verdicts.values():
        own = set(one.asserted.source)
        for found in one.found:
            assert not own & set(found.source), one.id
        if one.verdict != "not_checkable":
            assert one.found, one.id


def test_every_place_found_is_a_line_of_the_case_or_a_measure(built_in: Any, verdicts: dict[str, Any]) -> None:
    for one in verdicts.values():
        for where in (place for found in one.found for place in found.where):
            name, _, line = where.rpartition(":")
            if not where.startswith("measure "):
                assert int(line) <= len((built_in.path / name).read_text(encoding="utf-8").splitlines()), where


def with_edit(case: Any, folder: Path, table: str, edit: Callable[[dict[str, str]], None]) -> Any:
    """The built-in case with the rows of one table edited, loaded anew."""
    shutil.copytree(case.path, folder / "case")
    path = folder / "case" / table
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = reader.fieldnames, list(reader)
    for row in rows:
        edit(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return load_case(folder / "case")


def test_a_vote_changed_in_the_case_flips_the_verdict(built_in: Any, verdicts: dict[str, Any], tmp_path: Path) -> None:
    def abstain(row: dict[str, str]) -> None:
        if row["resolution"] == "A/RES/ES-11/1" and row["state"] == "UZB":
            row["vote"] = "abstain"

    edited = with_edit(built_in, tmp_path, "votes.csv", abstain)
    assert verdicts["march_2022_uzb"].verdict == "contradicted"
    assert {one.id: one for one in audit(edited)}["march_2022_uzb"].verdict == "supported"


def test_figures_changed_in_the_case_flip_the_verdicts(built_in: Any, verdicts: dict[str, Any], tmp_path: Path) -> None:
    before = {"F12": "contradicted", "F16": "supported", "F18": "contradicted", "X02": "contradicted"}

    def otherwise(row: dict[str, str]) -> None:
        key = (row["attribute"], row["actor"], row["partner"], row["period"])
        if key == ("turnover_growth", "UZB", "RUS", "2023"):
            row["value"] = "25"
        elif key == ("abstentions", "RUS", "", "2022-10-12"):
            row["value"] = "36"
        elif key == ("aircraft", "TJK", "USA", "2021") and row["chosen"] == "yes":
            row["value"] = "54"
        elif key == ("turnover", "UZB", "CHN", "2023") and row["chosen"] == "yes":
            row["value"] = "9000"

    after = {one.id: one.verdict for one in audit(with_edit(built_in, tmp_path, "attributes.csv", otherwise))}
    for name, verdict_before in before.items():
        assert verdicts[name].verdict == verdict_before
        assert {verdict_before, after[name]} == {"supported", "contradicted"}, name


def test_a_flow_changed_in_the_matrix_flips_the_verdict_that_it_settles(
    built_in: Any, verdicts: dict[str, Any], tmp_path: Path
) -> None:
    def smaller(row: dict[str, str]) -> None:
        if {row["exporter"], row["importer"]} == {"TJK", "KAZ"} and row["year"] in ("2022", "2023"):
            for name in ("low", "value", "high"):
                row[name] = str(float(row[name]) / 4)

    def readings(one: Any) -> list[float]:
        return [found.value for found in one.found if found.basis == "matrix"]

    edited = {one.id: one for one in audit(with_edit(built_in, tmp_path, "trade.csv", smaller))}
    assert verdicts["F21"].verdict == "supported"
    assert readings(edited["F21"]) == pytest.approx([value / 4 for value in readings(verdicts["F21"])], rel=1e-3)
    assert (edited["F21"].verdict, edited["F21"].disputed) == ("contradicted", True)


def test_without_a_matrix_the_reports_alone_are_judged(built_in: Any, verdicts: dict[str, Any]) -> None:
    bare = replace(built_in, tables={**built_in.tables, "trade": (), "trade_readings": ()})
    for one in audit(bare):
        assert one.found == tuple(found for found in verdicts[one.id].found if found.basis == "report"), one.id
        assert "matrix" not in one.why or one.asserted.relation not in relations, one.id


def test_every_claim_about_trade_in_years_of_the_matrix_reads_it(verdicts: dict[str, Any]) -> None:
    for name in ("F04", "F04_trade", "F04_imports", "F06", "F12", "F12_before", "F17", "F21", "kaz_one_sided"):
        assert any(found.basis == "matrix" for found in verdicts[name].found), name


def test_claims_without_a_measure_handed_over_wait_for_it(verdicts: dict[str, Any]) -> None:
    assert verdicts["Q01"].verdict == "not_checkable"
    assert "room" in verdicts["Q01"].why
