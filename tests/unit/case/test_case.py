import pickle
import shutil
import subprocess
import sys

import numpy as np
import pytest

from tightrope.base import CaseError, ScenarioError
from tightrope.case import Case, load_case

NAN = np.nan


@pytest.fixture
def case(folder) -> Case:
    return load_case(folder)


def test_labels_and_time(case):
    assert case.states == ("AAA", "BBB")
    assert case.powers == ("PPP", "QQQ")
    assert case.channels == ("trade", "security")
    assert case.quarters == ("2021Q4", "2022Q1", "2022Q2", "2022Q3", "2022Q4")
    assert case.years == (2020, 2021, 2022)
    assert case.labels("coefficient") == ("room", "threat")
    assert case.actors["QQQ"].members == ("CCC", "DDD")


def test_shares_are_carried_forward_and_never_back(case):
    assert np.array_equal(case.share(2021).value, [[[0.4, 0.5], [0.2, 0.25]], [[0.7, 1.0], [0.1, 0.0]]])
    assert np.array_equal(case.share(2022).value[0], [[0.3, 0.5], [0.2, 0.25]])
    # in 2020 the rows of 2021 are not known yet; in 2023 trade of 2020 is older than its two years
    assert np.array_equal(case.share(2020).value, [[[NAN, 0.5], [NAN, 0.25]], [[0.7, NAN], [NAN, 0.0]]], equal_nan=True)
    assert np.isnan(case.share(2023).value[1, 0, 0])
    assert case.share(2021).dims == ("state", "power", "channel")
    assert case.share(2021).low[0, 0, 0] == 0.3
    assert case.share(2021).high[0, 1, 0] == 0.2  # no range: the value itself


def test_attributes_are_the_latest_known(case):
    gdp = case.attribute("gdp", 2021)
    assert np.array_equal(gdp.value, [110, 50, 9000, NAN], equal_nan=True)
    assert gdp.dims == ("actor",)
    assert gdp.unit == "USD m"
    assert case.attribute("gdp", 2021, actors=case.states).dims == ("state",)
    assert case.attribute("gdp", 2021, actors=case.powers).dims == ("power",)
    assert case.attribute("gdp", 2020, actors=["AAA"]).value.tolist() == [100]
    assert case.attribute("gdp", 2030, actors=["AAA"]).value.tolist() == [110]
    assert np.isnan(case.attribute("gdp", 2019, actors=["AAA"]).value).all()
    assert case.attribute("exports", partner="WLD", actors=["AAA"]).value.tolist() == [40]


def test_a_quarter_is_not_taken_for_a_year(case):
    assert [row.period for row in case.series("gdp", "AAA")] == ["2020", "2021", "2021Q4"]
    assert case.attribute("gdp", 2021, actors=["AAA"]).value.tolist() == [110]


def test_dyads_are_states_by_powers(case):
    assert np.array_equal(case.dyad("distance").value, [[0, 1200], [300, 800]])
    assert np.array_equal(case.dyad("exports", 2021).value, [[16, NAN], [NAN, NAN]], equal_nan=True)


def test_parameters_hold_from_their_date_and_specific_rows_win(case):
    assert case.parameter("stake").value.tolist() == [[0.6, 0.4], [0.5, 0.5]]
    assert case.parameter("attention").value.tolist() == [0.5, 0.5]
    assert case.parameter("attention", "2022Q1").value.tolist() == [0.5, 0.5]
    assert case.parameter("attention", "2022Q2").value.tolist() == [0.3, 0.5]
    assert case.parameter("attention", 2022).value.tolist() == [0.3, 0.5]
    assert case.parameter("attention", 2021).low.tolist() == [0.2, 0.2]
    assert case.parameter("affinity").value.tolist() == [[1, -0.4], [-0.4, 1]]
    length = case.parameter("length")
    assert (float(length.value), float(length.low), length.dims, length.unit) == (1000, 500, (), "km")
    assert case.parameter("weight").value.tolist() == [0.2, 0.1]


def test_decisions_are_sorted_and_coded(case):
    assert [decision.id for decision in case.decisions] == ["a_base:BBB", "r_1:AAA", "r_1:BBB"]
    base, vote, unknown = case.decisions
    assert (base.date, base.quarter, base.options, base.chosen) == ("2021-12", "2021Q4", ("refuse", "host"), "refuse")
    assert base.offers.tolist() == [0, 0.5]
    assert base.scale == 2
    assert base.stance == pytest.approx(np.array([[0.25 * -0.4 * -0.5, -0.5], [0.25 * -0.4, 1]]))
    assert base.question.ledger == ("B02",)
    assert vote.chosen == "abstain"
    assert vote.sources == ("paper_2023",)
    assert [conflict.option for conflict in vote.conflicts] == ["yes"]
    assert vote.ledger == ("B01",)
    assert unknown.chosen is None
    assert unknown.why == "not found"
    assert vote.ties == pytest.approx(np.array([[0, -0.04], [0.02, 0]]))
    assert vote.kind == "vote"


def test_a_scenario_brings_what_it_extends(case):
    scenario = case.scenario("ppp_wins")
    assert [(shock.what, shock.operation, shock.value) for shock in scenario.shocks] == [
        ("aggression", "set", 2),
        ("sanctions", "set", 0.5),
        ("aggression", "multiply", 1.5),
    ]
    assert (scenario.shocks[1].low, scenario.shocks[1].high) == (0.5, 0.5)
    assert [(shock.start, shock.until) for shock in scenario.shocks] == [
        ("2022Q1", "2022Q4"),
        ("2022Q2", "2022Q3"),
        ("2022Q3", "2022Q4"),
    ]
    assert [decision.id for decision in scenario.decisions][-2:] == ["base_for_ppp:AAA", "base_for_ppp:BBB"]
    assert len(scenario.decisions) == 5
    assert len(case.scenarios["ppp_wins"].shocks) == 1
    assert len(case.scenario("history").decisions) == 3
    assert {shock.scenario for shock in scenario.shocks} == {"history", "ppp_wins"}


def test_numbers_are_counted_by_kind(case):
    assert case.numbers() == {"measured": 14, "estimated": 4, "coded": 5, "assumed": 13}


def test_every_ledger_id_has_a_place(case):
    assert case.places() == {
        "T01": ["mechanisms.csv:T01 -> tightrope.measure.threat"],
        "T02": ["mechanisms.csv:M01 -> tightrope.measure.dependence"],
        "F01": ["attributes.csv:3", "claims.csv:F01"],
        "B01": ["decisions.yaml:r_1:AAA"],
        "B02": ["decisions.yaml:a_base"],
        "S01": ["scenarios/ppp_wins.yaml"],
    }


def test_arrays_are_labelled_and_read_only(case):
    share = case["share"]
    assert share.dims == ("year", "state", "power", "channel")
    assert share.sel(year=2021, state="AAA", power="PPP", channel="trade").item() == 0.4
    assert share.attrs["unit"] == "1"
    with pytest.raises(ValueError, match="read-only"):
        share.values[:] = 0
    assert case["gdp"].dims == ("year", "actor")
    assert case["distance"].dims == ("year", "state", "power")
    assert case["affinity"].dims == ("power", "power_other")
    assert case["length"].item() == 1000


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda case: case.parameter("stakes"), CaseError, "`stake`"),
        (lambda case: case.attribute("gpd"), CaseError, "`gdp`"),
        (lambda case: case.attribute("gdp", actors=["AAB"]), CaseError, "`AAA`"),
        (lambda case: case.dyad("gdp"), CaseError, "one actor"),
        (lambda case: case.labels("states"), CaseError, "`state`"),
        (lambda case: case["shares"], CaseError, "`share`"),
        (lambda case: case.scenario("histroy"), ScenarioError, "`history`"),
        (lambda case: case.series("gpd", "AAA"), CaseError, "`gdp`"),
        (lambda case: load_case("central_asai"), CaseError, "`central_asia`"),
        (lambda case: load_case("no\0where"), CaseError, "no case"),
        (lambda case: load_case("x" * 5000), CaseError, "no case"),
    ],
)
def test_a_wrong_name_gets_the_right_one(case, ask, error, said):
    with pytest.raises(error, match=said):
        ask(case)


def test_a_case_cannot_be_changed(case):
    with pytest.raises(AttributeError):
        case.name = "other"
    for mapping in (case.actors, case.tables, case.parameters, case.scenarios, case.sources, case.kinds):
        with pytest.raises(TypeError, match="read-only"):
            mapping.clear()
    with pytest.raises(ValueError, match="read-only"):
        case.decisions[0].stance[:] = 0
    with pytest.raises(ValueError, match="read-only"):
        case.share(2021).value[:] = 0
    with pytest.raises(ValueError, match="frozen"):
        case.tables["ties"][0].value = 1.0
    case.places()["T01"].append("elsewhere")
    assert case.places()["T01"] == ["mechanisms.csv:T01 -> tightrope.measure.threat"]


def test_a_case_travels_to_a_worker_unharmed(case):
    back = pickle.loads(pickle.dumps(case))
    assert back == case
    assert hash(back) == hash(case)
    assert back.tables == case.tables
    assert not back.decisions[0].stance.flags.writeable
    assert not back.scenario("ppp_wins").decisions[-1].flags.flags.writeable
    with pytest.raises(TypeError, match="read-only"):
        back.parameters["stake"].values.clear()


def shuffled(text: str) -> str:
    head, *rows = text.splitlines()
    return "\n".join([head, *reversed(rows)]) + "\n"


def test_the_digest_does_not_depend_on_rows_spaces_or_comments(folder, case):
    for table in ("ties", "attributes", "events", "votes"):
        path = folder / f"{table}.csv"
        path.write_text(
            shuffled(path.read_text(encoding="utf-8")).replace(",measured,", ", measured ,"), encoding="utf-8"
        )
    model = folder / "parameters/model.yaml"
    (folder / "parameters/attention.yaml").write_text(
        "# moved\n" + "attention:" + model.read_text(encoding="utf-8").split("attention:")[1].split("length:")[0],
        encoding="utf-8",
    )
    text = model.read_text(encoding="utf-8")
    model.write_text(text.split("attention:")[0] + "\n\nlength:" + text.split("length:")[1], encoding="utf-8")
    again = load_case(folder)
    assert again.digest == case.digest
    assert again == case
    assert np.array_equal(again.share(2021).value, case.share(2021).value)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("ties.csv", "2018,0.5", "2018,0.51"),
        ("ties.csv", "as published,the office", "as printed,the office"),
        ("attributes.csv", "2021,9000", "2021,9000.0001"),
        ("actors.csv", "Alphaland", "Alfaland"),
        ("case.yaml", "end: 2022Q4", "end: 2023Q1"),
        ("codebook.yaml", "degree: 0.2", "degree: 0.3"),
        ("decisions.yaml", "option: refuse", "option: host"),
        ("parameters/model.yaml", "value: 1000", "value: 1001"),
        ("scenarios/ppp_wins.yaml", "multiply: 1.5", "multiply: 1.6"),
        ("sources.bib", "A yearbook", "One yearbook"),
        ("mechanisms.csv", "measure.threat", "measure.threats"),
        ("claims.csv", ",110,USD m", ",111,USD m"),
    ],
)
def test_the_digest_changes_with_the_data(folder, case, edit, file, old, new):
    edit(file, old, new)
    assert load_case(folder).digest != case.digest


def test_the_digest_keeps_the_order_of_actors_which_is_that_of_the_arrays(folder, case):
    path = folder / "actors.csv"
    path.write_text(shuffled(path.read_text(encoding="utf-8")), encoding="utf-8")
    again = load_case(folder)
    assert again.states == case.states[::-1]
    assert again.digest != case.digest
    assert np.array_equal(again.share(2021).value, case.share(2021).value[::-1, ::-1])


def test_the_digest_does_not_depend_on_the_place(folder, case, tmp_path):
    assert load_case(shutil.copytree(folder, tmp_path / "elsewhere")).digest == case.digest


def test_loading_a_case_imports_nothing_heavy(folder):
    code = (
        "import sys; from tightrope.case import load_case; load_case(sys.argv[1]);"
        "print([name for name in ('jax', 'xarray', 'pandas', 'duckdb', 'altair', 'bibtexparser') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
