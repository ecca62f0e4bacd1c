"""Commands: what they print where, and the exit codes."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tightrope.base import RunError
from tightrope.measure import POSTURES
from tightrope.result import Result

TWO_BY_TWO = Path(__file__).parents[2] / "fixtures" / "two_by_two"


def refuse(text):
    raise AssertionError(f"{text} is no JSON")


def one_object(said):
    """The one JSON object on standard output, with nothing before or after it and no NaN in it."""
    assert said.code == 0, said.err
    found = json.loads(said.out, parse_constant=refuse)
    assert isinstance(found, dict)
    return found


def numbers(x):
    if isinstance(x, dict):
        for part in x.values():
            yield from numbers(part)
    elif isinstance(x, list):
        for part in x:
            yield from numbers(part)
    elif isinstance(x, float):
        yield x


# --- run -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answer(shell):
    said = shell("run", "--json", "--members", 64, "-s", "russia_wins")
    assert said.err == ""
    return one_object(said)


def test_run_prints_one_object_with_the_promised_keys(answer, central_asia):
    assert set(answer) >= {"case", "seed", "members", "states", "decisions", "scenarios"}
    assert answer["case"] == {"name": "central_asia", "digest": central_asia.digest}
    assert (answer["seed"], answer["members"]) == (7, 64)
    assert tuple(answer["states"]) == central_asia.states
    for state in answer["states"].values():
        for measure in ("dependence", "threat", "leverage"):
            assert tuple(state[measure]) == central_asia.powers
            for cell in state[measure].values():
                assert 0 <= cell["low"] <= cell["mean"] <= cell["high"] <= 1
        assert 0 <= state["room"]["low"] <= state["room"]["mean"] <= state["room"]["high"] <= 1
        assert set(state["posture"]) == set(POSTURES)
        assert sum(state["posture"].values()) == pytest.approx(1, abs=1e-6)


def test_every_number_that_run_prints_is_finite(answer):
    found = list(numbers(answer))
    assert len(found) > 1000
    assert all(math.isfinite(x) for x in found)


def test_run_judges_every_decision_of_the_case(answer, central_asia):
    assert {d["id"] for d in answer["decisions"]} == {d.id for d in central_asia.decisions}
    for d in answer["decisions"]:
        assert set(d) >= {"id", "state", "date", "options", "observed", "log_score"}
        assert sum(d["options"].values()) == pytest.approx(1)
        assert (d["observed"] is None) == (d["log_score"] is None)
        if d["observed"]:
            # The score never falls below that of the smallest probability that the odds can tell from zero.
            assert d["log_score"] == pytest.approx(math.log(max(d["options"][d["observed"]], 2**-16)))


def test_run_compares_the_scenarios_asked_for(answer, central_asia):
    assert set(answer["scenarios"]) == {"russia_wins"}
    assert tuple(answer["scenarios"]["russia_wins"]) == central_asia.states
    cell = answer["scenarios"]["russia_wins"]["KAZ"]["room"]
    assert cell["low"] <= cell["difference"] <= cell["high"]
    assert set(answer["scenarios"]["russia_wins"]["KAZ"]["threat"]) == set(central_asia.powers)
    assert cell["difference"] != 0


def test_the_same_seed_gives_the_same_answer(answer, shell):
    assert one_object(shell("run", "--json", "--members", 64, "-s", "russia_wins")) == answer


def test_another_seed_or_a_mechanism_less_gives_another(answer, shell):
    other = one_object(shell("run", "--json", "--members", 64, "--seed", 8))
    assert other["states"]["KAZ"]["room"] == answer["states"]["KAZ"]["room"], "measures are not simulated"
    assert other["decisions"] != answer["decisions"]
    assert other["scenarios"] == {}
    bare = one_object(shell("run", "--json", "--members", 64, "--off", "pretext"))
    assert bare["decisions"] != answer["decisions"]


def test_run_shows_people_a_table_for_each_state_and_where_the_report_is(shell, tmp_path, central_asia):
    said = shell("run", "--members", 32, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    for state in central_asia.states:
        assert central_asia.actors[state].name in said.out
    assert str(tmp_path / "out" / "report.html") in said.out.replace("\n", "")
    assert said.err == "", "no bar where standard error is no terminal"
    assert {"report.html", "results.nc", "manifest.json", "datapackage.json"} <= {
        p.name for p in (tmp_path / "out").iterdir()
    }
    assert list(tmp_path.iterdir()) == [tmp_path / "out"], "nothing half-written stays beside it"


def test_json_alone_writes_nothing(shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one_object(shell("run", "--json", "--members", 8))
    assert list(tmp_path.iterdir()) == []


# --- the other commands ----------------------------------------------------------------------------------------------


def test_measure_prints_every_measure_by_state_power_and_channel(shell, central_asia):
    found = one_object(shell("measure", "--json", "--year", 2022))
    assert found["year"] == 2022
    assert found["case"]["digest"] == central_asia.digest
    assert set(found["measures"]) >= {
        "dependence",
        "contribution",
        "threat",
        "leverage",
        "room",
        "concentration",
        "bandwidth",
    }
    parts = found["measures"]["contribution"]["KGZ"]["RUS"]
    assert tuple(parts) == central_asia.channels
    whole = found["measures"]["dependence"]["KGZ"]["RUS"]["mean"]
    assert sum(x["mean"] for x in parts.values()) == pytest.approx(whole)


def test_what_is_not_known_is_null(shell):
    found = one_object(shell("measure", "--json", "--year", 2018))
    assert found["measures"]["room"]["TKM"] == {"mean": None, "low": None, "high": None}
    assert "unknown" in shell("measure", "--year", 2018).out


def test_sources_places_every_ledger_id_and_counts_every_number(shell, central_asia):
    found = one_object(shell("sources", "--json"))
    assert all(found["ledger"].values()), "an id without a place is missing"
    assert set(found["numbers"]) == {"measured", "estimated", "coded", "assumed"}
    assert found["numbers"] == dict(central_asia.numbers())
    assert shell("sources").code == 0


def test_audit_gives_each_claim_a_verdict(shell, central_asia):
    found = one_object(shell("audit", "--json"))
    assert len(found["claims"]) == len(central_asia.claims)
    assert {c["verdict"] for c in found["claims"]} == {"supported", "contradicted", "not_checkable"}
    assert all(set(c) >= {"id", "verdict", "asserted", "found", "sources"} for c in found["claims"])


def test_an_audit_prints_own_books_the_partners_books_and_the_matrix(shell, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    said = shell("audit").out
    assert re.search(r"2023: 567 % by national_\w+ \(imports\)", said)
    assert re.search(r"2023: 1,340 % by eurostat_\w+ \(mean of the months\)", said)
    assert re.search(r"2023: 703\.2 % by the matrix \(DEU exports [\d.]+ \([\d.]+\); KGZ imports", said)


def test_a_strict_audit_fails_where_a_claim_is_contradicted(shell):
    lax, strict = shell("audit"), shell("audit", "--strict")
    assert (lax.code, strict.code) == (0, 1)
    assert lax.out == strict.out


def test_check_says_that_a_sound_case_is_sound(shell):
    said = shell("check", TWO_BY_TWO)
    assert said.code == 0
    assert "sound" in said.out


def test_check_lists_every_problem_on_standard_error(shell, tmp_path):
    folder = shutil.copytree(TWO_BY_TWO, tmp_path / "broken")
    (folder / "ties.csv").unlink()
    (folder / "sources.bib").write_text("", encoding="utf-8")
    said = shell("check", folder)
    assert said.code == 1
    assert said.out == ""
    assert "ties.csv" in said.err
    assert "sources.bib" in said.err
    assert "Traceback" not in said.err


def test_a_new_case_checks_clean_and_runs(shell, small):
    assert shell("check", small).code == 0
    found = one_object(shell("run", small, "--json", "--members", 16))
    assert tuple(found["states"]) == ("AAA", "BBB")
    assert tuple(found["states"]["AAA"]["dependence"]) == ("PPP", "QQQ", "RRR")
    assert all(math.isfinite(x) for x in numbers(found))


def test_a_new_case_never_overwrites_anything(shell, small):
    before = {p: p.read_bytes() for p in small.rglob("*") if p.is_file()}
    again = shell("new", small, "--states", "CCC", "--powers", "DDD")
    assert again.code == 2
    assert "not empty" in again.err
    assert {p: p.read_bytes() for p in small.rglob("*") if p.is_file()} == before


# --- compare ---------------------------------------------------------------------------------------------------------


def test_two_runs_alike_differ_in_nothing(shell, runs):
    found = one_object(shell("compare", runs["one"], runs["again"], "--json"))
    assert (found["manifest"], found["differences"]) == ({}, [])
    assert found["compared"] > 50
    assert shell("compare", runs["one"], runs["again"]).code == 0


def test_two_runs_with_other_dice_differ_in_outcomes_largest_first(shell, runs):
    found = one_object(shell("compare", runs["one"], runs["other"], "--json"))
    assert found["manifest"] == {"seed": [7, 8]}
    sizes = [abs(row["of"]) for row in found["differences"]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0
    for row in found["differences"]:
        assert row["difference"] == pytest.approx(row["b"] - row["a"])
    turned = one_object(shell("compare", runs["other"], runs["one"], "--json"))
    assert {r["outcome"] for r in turned["differences"]} == {r["outcome"] for r in found["differences"]}
    assert shell("compare", runs["one"], runs["other"]).code == 0


def test_a_saved_run_comes_back_as_it_was(runs):
    one, again = Result.load(runs["one"]), Result.load(runs["again"])
    assert dict(one.tables) == dict(again.tables)
    for name in one.datasets:
        assert one.datasets[name].identical(again.datasets[name])
    differing = {key for key in one.manifest if one.manifest[key] != again.manifest[key]}
    assert differing <= {"time", "seconds", "command"}


# --- output folder ---------------------------------------------------------------------------------------------------


def test_a_folder_with_other_files_is_refused_before_any_work(shell, tmp_path, monkeypatch):
    monkeypatch.setattr("tightrope.app.runner.run", lambda *a, **k: pytest.fail("worked in vain"))
    (tmp_path / "diary.txt").write_text("dear diary", encoding="utf-8")
    said = shell("run", "--members", 8, "--out", tmp_path)
    assert said.code == 2
    assert "diary.txt" in said.err
    assert [p.name for p in tmp_path.iterdir()] == ["diary.txt"]
    assert (tmp_path / "diary.txt").read_text(encoding="utf-8") == "dear diary"


def test_a_file_in_the_place_of_the_folder_is_refused(shell, tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    assert shell("run", "--members", 8, "--out", tmp_path / "out").code == 2


def test_a_run_that_fails_at_the_end_leaves_the_earlier_result_whole(shell, small, runs, tmp_path, monkeypatch):
    def fail(result):
        raise RunError("The printer is on fire.")

    out = shutil.copytree(runs["one"], tmp_path / "out")
    monkeypatch.setattr("tightrope.report.report_html", fail)
    said = shell("simulate", small, "--members", 8, "--out", out)
    assert (said.code, said.err) == (2, "RunError: The printer is on fire.\n")
    assert Result.load(out) == Result.load(runs["one"])
    assert list(tmp_path.iterdir()) == [out]


def test_a_later_run_takes_the_place_of_an_earlier_one(shell, small, runs, tmp_path):
    out = shutil.copytree(runs["one"], tmp_path / "out")
    assert shell("simulate", small, "--members", 8, "--out", out).code == 0
    assert Result.load(out).manifest["members"] == 8
    assert list(tmp_path.iterdir()) == [out]


# --- bad input -------------------------------------------------------------------------------------------------------

BAD = {
    "no such command": (["frobnicate"], "No such command"),
    "no such case": (["run", "nowhere"], "no case `nowhere`"),
    "no such scenario": (["run", "-s", "rusia_wins"], "Did you mean `russia_wins`"),
    "no such mechanism": (["run", "--off", "pretxt", "--members", "1"], "pretext"),
    "no members": (["run", "--members", "0"], "--members"),
    "too many members": (["run", "--members", "2000000"], "--members"),
    "members that are no number": (["run", "--members", "many"], "--members"),
    "a seed below zero": (["run", "--seed", "-1"], "--seed"),
    "a year without data": (["measure", "--year", "1999"], "2018 to 2024"),
    "an unknown option": (["run", "--fast"], "--fast"),
    "an option too little": (["new", "somewhere"], "--states"),
    "a run that is none": (["compare", str(TWO_BY_TWO), str(TWO_BY_TWO)], "manifest.json"),
    "one run too little": (["compare", "a"], "Missing argument"),
    "a file for a case": (["sources", __file__], "no case"),
    "a state that is a power": (["new", "somewhere", "--states", "AAA", "--powers", "AAA"], "named twice"),
    "a code that is no code": (["new", "somewhere", "--states", "../x", "--powers", "PPP"], "../x"),
    "no states at all": (["new", "somewhere", "--states", ",", "--powers", "PPP"], "at least one state"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_on_standard_error(what, shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words, said_of_it = BAD[what]
    said = shell(*words)
    assert said.code == 2
    assert said.out == ""
    assert said_of_it in said.err.replace("\n", " ")
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_case_without_what_the_model_needs_says_what_it_lacks(shell, tmp_path):
    said = shell("run", TWO_BY_TWO, "--members", 8, "--out", tmp_path / "out")
    assert said.code == 2
    assert "aggression" in said.err
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_broken_case_stops_every_command_with_its_problems(shell, tmp_path):
    folder = shutil.copytree(TWO_BY_TWO, tmp_path / "broken")
    (folder / "case.yaml").write_text("name: [", encoding="utf-8")
    for command in ("run", "simulate", "measure", "audit", "sources"):
        said = shell(command, folder, *(["--json"] if command != "run" else ["--out", tmp_path / "out"]))
        assert said.code == 2, command
        assert said.out == "", command
        assert "case.yaml" in said.err, command
        assert "Traceback" not in said.err, command
    assert [p.name for p in tmp_path.iterdir()] == ["broken"]


def test_help_names_every_command(shell):
    said = shell("--help")
    assert said.code == 0
    for command in ("run", "simulate", "compare", "measure", "audit", "sources", "check", "new"):
        assert command in said.out
        assert shell(command, "--help").code == 0


# --- as a process ----------------------------------------------------------------------------------------------------


def process(*words, **options):
    code = "from tightrope.app.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, timeout=120, check=False, **options
    )


def test_a_process_keeps_results_and_messages_apart():
    good, bad = process("sources", "--json"), process("run", "nowhere", "--json")
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout)["ledger"]
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert b"nowhere" in bad.stderr
    assert b"Traceback" not in bad.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes are closed differently elsewhere")
def test_a_reader_that_leaves_early_gets_no_traceback():
    code = "from tightrope.app.cli import main; main()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "sources", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    child.wait(60)


def test_help_loads_neither_jax_nor_xarray():
    code = (
        "import sys; from tightrope.app.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'jax', 'xarray', 'pandas'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.strip() == "[]"
