"""The fit: what it learns from, that it finds what data were made with, and what it says of itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tightrope.base import FitError
from tightrope.case import Case
from tightrope.decide import COEFFICIENTS
from tightrope.decide.draws import usual_names
from tightrope.decide.evidence import evidence
from tightrope.decide.fit import Posterior, Sampling, fit, prior_dominated
from tightrope.decide.layers import Data
from tightrope.decide.posterior import as_draws, load_posterior, save_posterior
from tightrope.decide.simulated import ranks, simulated, uniformity
from tightrope.simulate.observed import observed
from tightrope.simulate.weights import fit_data, weights

QUICK = Sampling(chains=1, draws=100, warmup=100)


@pytest.fixture(scope="module")
def data(central_asia: Case) -> Data:
    return fit_data(central_asia, "2022")


@pytest.fixture(scope="module")
def alone(data: Data) -> Data:
    """The coded decisions without the panel."""
    return data._replace(panel=None, others=())


@pytest.fixture(scope="module")
def posterior(alone: Data) -> Posterior:
    return fit(alone, QUICK, notes={"until": "2022"})


def test_evidence_holds_the_answers_until_a_day_and_counts_the_rest(central_asia: Case) -> None:
    seen = observed(central_asia)
    some, every = evidence(central_asia, seen, until="2022"), evidence(central_asia, seen)
    known = [d for d in central_asia.decisions if d.chosen is not None]
    assert len(every) == len(known)
    assert len(some) + some.set_aside["decided after 2022"] == len(every)
    assert max(some.dates) < "2023"
    for k, d in enumerate(known[:50]):
        assert every.ids[k] == d.id
        assert every.options[k][every.chosen[k]] == d.chosen
        np.testing.assert_array_equal(every.agenda.stance[k, : len(d.options)], d.stance)
    with pytest.raises(FitError, match="no decision with a known answer"):
        evidence(central_asia, seen, until="1990")


def test_what_a_state_saw_is_of_the_year_before(central_asia: Case) -> None:
    seen = observed(central_asia)
    at = {quarter: k for k, quarter in enumerate(seen.quarters)}
    np.testing.assert_array_equal(seen.alignment[at["2022Q4"]], central_asia.dyad("alignment", 2021).value)
    np.testing.assert_array_equal(seen.alignment[at["2023Q1"]], central_asia.dyad("alignment", 2022).value)
    # What the powers do is of the quarter: the invasion raises Russia's threat at once.
    russia = central_asia.powers.index("RUS")
    assert (seen.threat[at["2022Q1"], :, russia] > 1.2 * seen.threat[at["2021Q4"], :, russia]).all()


def test_worths_of_options_are_linear_in_the_coefficients(data: Data, central_asia: Case) -> None:
    from tightrope.decide.layers import slopes

    coded = evidence(central_asia, observed(central_asia), until="2022")
    names = ("dependence", "threat", "alignment", "offer", "credibility", "stress", "isolation_cost")
    slope, offset = slopes(coded.agenda, {name: getattr(coded, name) for name in names})
    np.testing.assert_allclose(slope, data.decisions.slopes)
    rng = np.random.default_rng(0)
    from tightrope.decide.utility import Coefficients, pull, utilities

    w = rng.normal(size=len(COEFFICIENTS))
    common = Coefficients(*(np.full((len(coded), 1), x) for x in w))
    pairs = {name: getattr(coded, name)[..., None] for name in names[:4]}
    whole = utilities(
        coded.agenda,
        common,
        pull(common, **pairs),
        dependence=pairs["dependence"],
        threat=pairs["threat"],
        credibility=coded.credibility.T[..., None],
        stress=coded.stress[:, None],
        isolation_cost=coded.isolation_cost[:, None],
    )[..., 0].T
    there = coded.agenda.open == 1
    np.testing.assert_allclose((slope @ w + offset)[there], whole[there], atol=1e-9)


def test_the_panel_has_neither_the_cases_states_nor_the_powers(data: Data, central_asia: Case) -> None:
    assert data.panel is not None
    members = {m for p in central_asia.powers for m in (central_asia.actors[p].members or (p,))}
    assert not set(data.others) & ({*central_asia.states} | members)
    assert data.panel.known.sum() + sum(n for why, n in data.set_aside.items() if why.startswith("votes")) == 16 * 193
    # A partial list is selected by vote; only complete ones are used.
    size = {row.question: 0 for row in central_asia.tables["peer_votes"]}
    for row in central_asia.tables["peer_votes"]:
        size[row.question] += 1
    used = [data.questions[k] for k in data.panel.question]
    assert {size[name] for name in used} == {193}


def test_the_digest_follows_the_data(data: Data, central_asia: Case) -> None:
    assert fit_data(central_asia, "2022").digest == data.digest
    assert fit_data(central_asia, "2021").digest != data.digest
    assert data._replace(prior_mean=data.prior_mean + 0.01).digest != data.digest


def test_a_posterior_comes_back_from_its_file_and_is_refused_by_other_data(
    posterior: Posterior, alone: Data, central_asia: Case, tmp_path
) -> None:
    path = tmp_path / "posterior" / "draws.nc"
    save_posterior(path, posterior, alone, size=50)
    again = load_posterior(path, alone)
    assert again.digest == alone.digest
    assert again.notes == {"until": "2022"}
    assert again.sampling == QUICK
    np.testing.assert_array_equal(again.sites["mean"], posterior.sites["mean"][:, ::2])
    with pytest.raises(FitError, match="fitted to other data"):
        load_posterior(path, alone._replace(ids=(*alone.ids[:-1], "other")))
    path.write_bytes(b"no netCDF")
    with pytest.raises(FitError, match="no posterior can be read"):
        load_posterior(path, alone)


def test_the_file_is_what_arviz_reads(posterior: Posterior, alone: Data, tmp_path) -> None:
    import xarray as xr

    save_posterior(tmp_path / "draws.nc", posterior, alone)
    with xr.open_datatree(tmp_path / "draws.nc", engine="h5netcdf") as tree:
        assert {"posterior", "log_likelihood", "observed_data"} <= set(tree.children)
        assert tree["posterior"]["mean"].dims == ("chain", "draw", "coefficient")
        assert list(tree["posterior"]["coefficient"].values) == list(COEFFICIENTS)
        assert tree["log_likelihood"]["decisions"].sizes["decision"] == len(alone.ids)


def test_a_bad_fit_is_marked(posterior: Posterior) -> None:
    good = replace(posterior, divergences=0, worst_rhat=1.001, least_ess=1000.0)
    assert good.marks == ()
    bad = replace(good, divergences=3, worst_rhat=1.2, least_ess=5.0).marks
    assert len(bad) == 3
    assert "3 divergent" in bad[0]
    assert "over 1.01" in bad[1]


def test_coefficients_that_no_data_inform_are_named(alone: Data) -> None:
    rng = np.random.default_rng(0)
    mean = rng.normal(alone.prior_mean, alone.prior_deviation * np.where(np.arange(9) == 2, 1.0, 0.3), (2, 500, 9))
    assert prior_dominated(alone, mean) == (COEFFICIENTS[2],)


def test_what_is_usual_on_an_unseen_question_is_its_kinds_habit_and_something_of_its_own(
    posterior: Posterior, alone: Data, central_asia: Case
) -> None:
    draws, names = as_draws(central_asia, alone, posterior), usual_names(central_asia)
    assert draws.basis == "posterior"
    assert draws.fitted == frozenset(alone.ids)
    assert len(draws.habits) == len(names)
    assert not draws.habits[0].any()
    kind = {(k, o): r for r, (q, k, _, o) in enumerate(names) if not q}
    sd = posterior.flat("question_sd")
    for row, (question, k, place, option) in enumerate(names):
        if question in alone.questions:
            own = posterior.flat("question")[:, alone.questions.index(question), place]
            np.testing.assert_allclose(
                draws.habits[row], draws.habits[kind[k, option]] + sd * own, rtol=1e-4, atol=1e-5
            )
    unseen = [r for r, (q, *_) in enumerate(names) if q and q not in alone.questions]
    apart = [(draws.habits[r] - draws.habits[kind[names[r][1], names[r][3]]]) / sd for r in unseen]
    assert abs(np.mean(apart)) < 0.05
    assert abs(np.std(apart) - 1) < 0.05


def test_the_case_ships_a_posterior_of_the_data_that_it_has(central_asia: Case) -> None:
    drawn = weights(central_asia)
    assert drawn.basis == "posterior"
    assert drawn.until == "2022", "what came later is for judging"
    assert drawn.marks == ()
    assert drawn.coefficients.shape[:2] == (len(COEFFICIENTS), len(central_asia.states))


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say(alone: Data) -> None:
    # Sets are few and chains short here; benchmarks/fit.py has the longer run, coefficient by coefficient.
    found = ranks(alone, 16, sampling=Sampling(chains=1, draws=160, warmup=200))
    held = np.abs(found - 0.5) < 0.45
    from scipy.stats import binomtest

    assert binomtest(int(held.sum()), held.size, 0.9).pvalue > 1e-3
    assert uniformity(found.ravel()) > 1e-3


def test_planted_weights_show_in_the_answers(alone: Data) -> None:
    made, truth = simulated(alone, 3)
    assert made.digest != alone.digest
    assert set(truth) >= {"mean", "spread", "own", "habit", "question"}
    again, _ = simulated(alone, 3)
    np.testing.assert_array_equal(made.decisions.chosen, again.decisions.chosen)
    is_open = np.take_along_axis(made.decisions.offset, made.decisions.chosen[:, None], 1)
    assert (is_open > -1e8).all()


def test_sampling_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(FitError, match="1 or more"):
        Sampling(chains=0)


def test_the_last_bits_of_a_processor_make_no_other_data(data: Data) -> None:
    for factor in (1 + 4e-16, 1 - 4e-16):
        decisions = data.decisions._replace(slopes=data.decisions.slopes * factor)
        assert data.panel is not None
        panel = data.panel._replace(slopes=data.panel.slopes * factor)
        assert data._replace(decisions=decisions, panel=panel).digest == data.digest
