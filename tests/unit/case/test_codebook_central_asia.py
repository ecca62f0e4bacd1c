"""The built-in case's decisions are coded by rule: a second, plain implementation gives the same numbers."""

from __future__ import annotations

import csv
import importlib.util
import random
import re
import shutil
from collections import Counter
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from tightrope.case import Case, load_case

ROOT = Path(__file__).resolve().parents[3]
FLAGS = ("statusquo", "norm", "regime", "isolation", "placate", "evasion", "admission", "absence")
OFFERS = {"small": 0.25, "moderate": 0.5, "large": 1.0}
RUNGS = {0, 0.125, 0.25, 0.5, 1}
STEPS = {0.005, 0.01, 0.02, 0.03, 0.04, 0.06}


def read(path: Path) -> dict:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder():
    with as_file(files("tightrope") / "cases" / "central_asia") as path:
        yield path


@pytest.fixture(scope="module")
def case(folder: Path) -> Case:
    return load_case(folder)


@pytest.fixture(scope="module")
def kinds(folder: Path) -> dict:
    return read(folder / "codebook.yaml")["kinds"]


@pytest.fixture(scope="module")
def questions(folder: Path) -> list[dict]:
    return read(folder / "decisions.yaml")["questions"]


# ---- the rule, written a second time without arrays ----


def stance_of(kind: dict, option: str, roles: dict, power: str, affinity: dict) -> float:
    said = kind["options"][option]["stance"]
    own = [said[role] for role, powers in roles.items() if power in powers]
    if own:
        return sum(own) / len(own)
    filling = {p for powers in roles.values() for p in powers}
    if not filling:
        return 0.0
    seen = sum(affinity[power, p] * said[role] for role, powers in roles.items() for p in powers) / len(filling)
    return max(-1.0, min(1.0, kind["spill"] * seen))


def tie_of(kind: dict, roles: dict, power: str, channel: str, powers: tuple[str, ...]) -> float:
    filling = {p for named in roles.values() for p in named}
    rivals = [p for p in powers if p not in filling]
    total = 0.0
    for row in kind["ties"]:
        if row["channel"] != channel:
            continue
        if row["role"] == "rivals":
            total += row["change"] / len(rivals) if power in rivals else 0.0
        elif power in roles.get(row["role"], ()):
            total += row["change"]
    return total


def test_every_decision_is_what_the_codebook_says(case: Case, kinds: dict, questions: list[dict]) -> None:
    table = case.parameter("affinity")
    affinity = {(a, b): float(table.value[i, j]) for i, a in enumerate(case.powers) for j, b in enumerate(case.powers)}
    by_id = {question["id"]: question for question in questions}
    faced = {f"{q['id']}:{state}" for q in questions for state in q["answers"]}
    assert {d.id for d in case.decisions} == faced
    for decision in case.decisions:
        question = by_id[decision.question.id]
        kind, roles = kinds[question["kind"]], question["roles"]
        options = question.get("options") or list(kind["options"])
        assert list(decision.options) == options
        stance = [[stance_of(kind, o, roles, p, affinity) for p in case.powers] for o in options]
        np.testing.assert_allclose(decision.stance, stance, atol=1e-12, err_msg=decision.id)
        np.testing.assert_array_equal(decision.degree, [kind["options"][o]["degree"] for o in options])
        flags = [[kind["options"][o]["flags"].get(flag, 0) for flag in FLAGS] for o in options]
        np.testing.assert_array_equal(decision.flags, flags)
        ties = [[tie_of(kind, roles, p, c, case.powers) for c in case.channels] for p in case.powers]
        np.testing.assert_allclose(decision.ties, ties, atol=1e-15, err_msg=decision.id)
        offers = [OFFERS[question["offers"][p]] if p in question.get("offers", {}) else 0 for p in case.powers]
        np.testing.assert_array_equal(decision.offers, offers)
        assert decision.scale == kind["scale"]


def test_other_choices_would_be_coded_the_same(case: Case, folder: Path, kinds: dict, tmp_path: Path) -> None:
    copy = tmp_path / "central_asia"
    shutil.copytree(folder, copy)
    dice, swapped = random.Random(3), 0
    text = (copy / "decisions.yaml").read_text(encoding="utf-8")
    offered: list[str] = []
    lines = []
    for line in text.splitlines():
        if found := re.match(r"    kind: (\w+)", line):
            offered = list(kinds[found[1]]["options"])
        if found := re.match(r"    options: \[(.*)\]", line):
            offered = found[1].split(", ")
        if found := re.match(r"      [A-Z]{3}: \{option: (\w+),", line):
            other = dice.choice([o for o in offered if o != found[1]])
            if found[1] != "unknown":
                line, swapped = line.replace(f"option: {found[1]},", f"option: {other},", 1), swapped + 1
        lines.append(line)
    (copy / "decisions.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    other_case = load_case(copy, skip={"peer_votes_agree_with_decisions"})  # they hold the true answers
    before = {d.id: d for d in case.decisions}
    assert swapped == sum(d.chosen is not None for d in case.decisions)
    for decision in other_case.decisions:
        was = before[decision.id]
        assert was.chosen is None or decision.chosen != was.chosen
        for name in ("stance", "degree", "ties", "flags", "offers"):
            np.testing.assert_array_equal(getattr(decision, name), getattr(was, name), err_msg=decision.id)


# ---- the ladders ----


def test_every_number_stands_on_the_ladders(kinds: dict) -> None:
    for name, kind in kinds.items():
        assert 2 <= len(kind["options"]) <= 6, name
        for entry in kind["options"].values():
            assert set(entry["stance"]) == set(kind["roles"]), name
            assert {abs(value) for value in entry["stance"].values()} <= RUNGS, name
            assert set(entry["flags"]) <= set(FLAGS), name
            assert all(abs(value) in RUNGS - {0, 0.125} for value in entry["flags"].values()), name
            assert -1 <= entry["degree"] <= 1, name
        for role in kind["roles"]:
            assert max(abs(o["stance"][role]) for o in kind["options"].values()) in RUNGS - {0}, (name, role)
        for row in kind["ties"]:
            assert abs(row["change"]) in STEPS, name
            assert row["role"] in {*kind["roles"], "rivals"}, name
        assert kind["reason"], name


def test_each_kind_has_one_status_quo_except_invitations(kinds: dict) -> None:
    quiet = {
        name: [o for o, e in kind["options"].items() if e["flags"].get("statusquo")] for name, kind in kinds.items()
    }
    assert {name for name, found in quiet.items() if len(found) != 1} == {"summit"}
    assert quiet["summit"] == []


def test_kinds_name_no_state_and_no_power_of_the_case(case: Case, kinds: dict) -> None:
    names = {actor.name for actor in case.actors.values()} | set(case.actors)
    for name, kind in kinds.items():
        words = " ".join([kind["meaning"], kind["reason"], *kind["roles"].values()])
        assert not [n for n in names if re.search(rf"\b{re.escape(n)}\b", words)], name


# ---- what the case holds ----


def test_every_decision_of_the_text_has_a_place(questions: list[dict]) -> None:
    placed = {row for q in questions for answer in q["answers"].values() for row in answer.get("ledger", ())}
    assert {f"B{n:02d}" for n in range(1, 51)} <= placed


def test_enough_questions_are_answered(case: Case, questions: list[dict]) -> None:
    answered = [d for d in case.decisions if d.chosen is not None]
    assert len({(d.question.id, d.state) for d in answered}) == len(answered) >= 250
    full = Counter(d.question.id for d in answered)
    assert sum(n == len(case.states) for n in full.values()) >= 30


def test_answers_have_sources_and_unknowns_have_reasons(questions: list[dict]) -> None:
    for question in questions:
        for state, answer in question["answers"].items():
            key = (question["id"], state)
            if answer["option"] == "unknown":
                assert answer["why"], key
                assert "source" not in answer, key
            else:
                assert answer["source"], key
            for conflict in answer.get("conflicts", ()):
                assert conflict["option"] != answer["option"], key
                assert conflict["source"], key


def test_uzbekistan_on_the_first_emergency_resolution_keeps_both_accounts(case: Case) -> None:
    (decision,) = [d for d in case.decisions if d.id == "es_11_1:UZB"]
    assert decision.chosen == "absent"
    assert [c.option for c in decision.conflicts] == ["abstain"]


def test_votes_and_decisions_agree(case: Case, folder: Path) -> None:
    with (folder / "votes.csv").open(encoding="utf-8") as file:
        voted = {(row["title"], row["state"]): row["vote"] for row in csv.DictReader(file)}
    rolls = {title for title, _ in voted}
    for decision in case.decisions:
        if decision.question.text in rolls:
            assert voted[decision.question.text, decision.state] == (decision.chosen or "unknown"), decision.id


def test_the_page_shows_the_codebook_as_it_is() -> None:
    spec = importlib.util.spec_from_file_location("codebook_table", ROOT / "docs" / "codebook_table.py")
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.filled(text) == text, "run: python docs/codebook_table.py"


# ---- against the table of sourced answers ----


@pytest.mark.data
def test_every_sourced_state_question_is_in_the_case(data: Path, questions: list[dict]) -> None:
    mapped = read(ROOT / "derive" / "central_asia" / "questions.yaml")["questions"]
    answers = {q["id"]: q["answers"] for q in questions}
    held = {
        (q["facts"]["q"], state)
        for q in mapped
        if "facts" in q
        for state in answers[q["id"]]
        if state in q["facts"].get("states", (state,))
    }
    with (data / "facts" / "decisions.csv").open(encoding="utf-8") as file:
        wanted = {(row["question"], row["state"]) for row in csv.DictReader(file)}
    assert len(wanted) > 250
    assert wanted - held == set()


@pytest.mark.data
def test_votes_are_those_of_the_roll_call_file(data: Path, folder: Path) -> None:
    pd = pytest.importorskip("pandas")
    wide = pd.read_parquet(data / "unga_votes" / "bsv_rollcalls_wide_1991_2022.parquet").set_index("rcid")
    words = {1: "yes", 2: "abstain", 3: "no", 8: "absent"}
    mapped = read(ROOT / "derive" / "central_asia" / "questions.yaml")["questions"]
    numbers = {q["roll"]["resolution"]: q["roll"]["rcid"] for q in mapped if "rcid" in q.get("roll", {})}
    with (folder / "votes.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["resolution"] in numbers]
    assert len(rows) == 12 * len(numbers)
    for row in rows:
        assert row["vote"] == words[int(wide.loc[numbers[row["resolution"]], row["state"]])], row
