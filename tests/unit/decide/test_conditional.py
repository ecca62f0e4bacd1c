from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tightrope.base import FitError
from tightrope.decide.conditional import conditional_logit
from tightrope.decide.identified import collinear, separated


def made_up(n: int = 400, options: int = 3, b=(1.0, -0.5), seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Choices of a logit with these coefficients."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, options, len(b)))
    return x, (x @ np.array(b) + rng.gumbel(size=(n, options))).argmax(axis=1)


def log_likelihood(x: np.ndarray, y: np.ndarray, b: np.ndarray, available: np.ndarray | None = None) -> float:
    utility = x @ b
    if available is not None:
        utility = np.where(available, utility, -np.inf)
    return float((utility[np.arange(len(y)), y] - np.log(np.exp(utility).sum(axis=1))).sum())


def test_two_options_and_one_feature_by_hand() -> None:
    # Three of four take the better by one unit: log odds log 3; information 4 x 3/16.
    fit = conditional_logit([[[0.0], [1.0]]] * 4, [1, 1, 1, 0])
    assert fit.coefficients == pytest.approx([np.log(3)])
    assert fit.error == pytest.approx([(4 * 3 / 16) ** -0.5])
    assert fit.log_likelihood == pytest.approx(3 * np.log(3 / 4) + np.log(1 / 4))
    assert fit.null_log_likelihood == pytest.approx(4 * np.log(1 / 2))
    # Scores are 1/4, 1/4, 1/4 and -3/4: cross products 3/4; (4/3)^2 x 3/4 x 4/3.
    assert fit.robust_error == pytest.approx([((4 / 3) ** 2 * 3 / 4 * 4 / 3) ** 0.5])


def test_no_step_raises_the_likelihood_and_errors_are_those_of_its_curvature() -> None:
    x, y = made_up()
    available = np.random.default_rng(2).random((400, 3)) > 0.2
    available[np.arange(400), y] = True
    fit = conditional_logit(x, y, available=available)
    used = available.sum(axis=1) > 1
    top, h = fit.coefficients, 1e-4

    def at(b: np.ndarray) -> float:
        return log_likelihood(x[used], y[used], b, available[used])

    curve = np.array(
        [
            [
                (at(top + h * (p + q)) - at(top + h * (p - q)) - at(top - h * (p - q)) + at(top - h * (p + q)))
                / (4 * h * h)
                for p in np.eye(2)
            ]
            for q in np.eye(2)
        ]
    )
    assert fit.log_likelihood == pytest.approx(at(top))
    assert [at(top + h * p) - at(top - h * p) for p in np.eye(2)] == pytest.approx([0, 0], abs=1e-8)
    assert fit.covariance == pytest.approx(np.linalg.inv(-curve), rel=1e-4)


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_order_of_options_and_what_all_options_share_do_not_matter(seed: int, random) -> None:
    x, y = made_up(120, 4, seed=seed)
    fit = conditional_logit(x, y)
    order = list(range(4))
    random.shuffle(order)
    place = np.argsort(order)
    shift = 1e3 * np.random.default_rng(seed).normal(size=(120, 1, 2))
    other = conditional_logit((x + shift)[:, order], place[y])
    assert other.coefficients == pytest.approx(fit.coefficients, abs=1e-7)
    assert other.robust_covariance == pytest.approx(fit.robust_covariance, rel=1e-6)
    assert other.log_likelihood == pytest.approx(fit.log_likelihood)


@given(st.integers(0, 10_000), st.floats(1e-4, 1e4))
@settings(max_examples=30)
def test_the_unit_of_a_feature_changes_its_coefficient_alone(seed: int, unit: float) -> None:
    x, y = made_up(120, seed=seed)
    one, other = conditional_logit(x, y), conditional_logit(x * np.array([1.0, unit]), y)
    scale = np.array([1.0, unit])
    assert other.coefficients * scale == pytest.approx(one.coefficients, rel=1e-5, abs=1e-7)
    assert other.error * scale == pytest.approx(one.error, rel=1e-5)


def test_an_option_that_is_not_available_is_as_if_it_were_not_there() -> None:
    x, y = made_up(300, 3)
    padded = np.concatenate([x, np.full((300, 1, 2), np.nan)], axis=1)
    available = np.ones((300, 4), dtype=bool)
    available[:, 3] = False
    one, other = conditional_logit(x, y), conditional_logit(padded, y, available=available)
    assert other.coefficients == pytest.approx(one.coefficients)
    assert other.null_log_likelihood == pytest.approx(300 * np.log(1 / 3))
    assert other.set_aside == {}


def test_choices_that_tell_nothing_are_set_aside_and_counted() -> None:
    x, y = made_up(300, 3)
    whole = conditional_logit(x, y)
    more = np.concatenate([x, x[:4]])
    taken = np.concatenate([y, [0, -1, 0, 0]])
    available = np.ones((304, 3), dtype=bool)
    available[300, 1:] = False
    more[302, 1, 0] = np.nan
    more[303, 2, 0], available[303, 2] = np.nan, False  # not known, but not on offer either
    fit = conditional_logit(more, taken, available=available)
    assert fit.set_aside == {
        "choices whose outcome is not known": 1,
        "choices with fewer than two options": 1,
        "choices with an unknown feature": 1,
    }
    assert fit.n == 301
    assert fit.coefficients == pytest.approx(whole.coefficients, abs=0.05)


def test_many_choices_take_the_same_way_as_few() -> None:
    x, y = made_up(2048 * 9 + 17, 3, seed=3)  # enough for a start on a part of them
    fit = conditional_logit(x, y)
    assert log_likelihood(x, y, fit.coefficients) == pytest.approx(fit.log_likelihood)
    h = 1e-3
    slopes = [
        (log_likelihood(x, y, fit.coefficients + h * p) - log_likelihood(x, y, fit.coefficients - h * p)) / (2 * h)
        for p in np.eye(2)
    ]
    assert slopes == pytest.approx([0, 0], abs=0.01)
    # Twice the same: half the variance; and as clusters of two, errors as of one.
    half = slice(0, 2000)
    one = conditional_logit(x[half], y[half])
    two = conditional_logit(np.tile(x[half], (2, 1, 1)), np.tile(y[half], 2), clusters=np.tile(np.arange(2000), 2))
    assert two.covariance == pytest.approx(one.covariance / 2)
    assert two.n_clusters == 2000
    assert two.robust_covariance == pytest.approx(one.robust_covariance)


def test_a_ridge_is_a_normal_prior() -> None:
    x, y = made_up()
    fit = conditional_logit(x, y, ridge=[5.0, 0.0])
    b, h = fit.coefficients, 1e-4
    slope = [(log_likelihood(x, y, b + h * p) - log_likelihood(x, y, b - h * p)) / (2 * h) for p in np.eye(2)]
    assert slope == pytest.approx([5.0 * b[0], 0.0], abs=1e-4)


@pytest.mark.parametrize("partly", [False, True])
def test_separation_is_told_by_the_names_it_needs(partly: bool) -> None:
    x, y = made_up(200, 3, (1.0, -0.5, 0.3))
    x[..., 1] = np.random.default_rng(5).random((200, 3))
    x[np.arange(200), y, 1] = x[..., 1].max(axis=1) + (0.0 if partly else 0.1)  # never less than another's
    with pytest.raises(FitError, match=r"Separated, .*: war\.") as error:
        conditional_logit(x, y, names=("aid", "war", "trade"))
    assert "aid" not in str(error.value)
    fit = conditional_logit(x, y, names=("aid", "war", "trade"), ridge=1.0)
    assert fit.marks == ("Separated, so that the likelihood rises without end: war.",)
    assert np.isfinite(fit.error).all()


def test_an_option_that_nobody_takes_separates_its_constant() -> None:
    x, y = made_up(200, 3)
    y = np.where(y == 2, 0, y)
    constant = np.zeros((200, 3, 1))
    constant[:, 2] = 1
    with pytest.raises(FitError, match=r"Separated, .*: third\."):
        conditional_logit(np.concatenate([x, constant], axis=2), y, names=("a", "b", "third"))


def test_two_features_that_separate_only_together_are_both_told() -> None:
    rng = np.random.default_rng(6)
    x = rng.normal(size=(300, 2, 3))
    y = (x[..., 0] + x[..., 1]).argmax(axis=1)
    with pytest.raises(FitError, match=r"Separated, .*: x0, x1\."):
        conditional_logit(x, y)


def test_what_is_called_separated_runs_away_and_nothing_else_does() -> None:
    seen = set()
    for seed in range(80):
        rng = np.random.default_rng(seed)
        n, features = int(rng.integers(4, 25)), int(rng.integers(1, 4))
        x, y = rng.integers(-2, 3, (n, 3, features)).astype(float), rng.integers(0, 3, n)
        loose = conditional_logit(x, y, ridge=1e-7)
        if loose.marks and not loose.marks[0].startswith("Separated"):
            continue
        assert (np.abs(loose.coefficients).max() > 6) == bool(loose.marks), seed
        seen.add(bool(loose.marks))
    assert seen == {True, False}


def test_collinear_and_constant_columns_are_told_by_name() -> None:
    x, y = made_up(200, 3, (1.0, -0.5, 0.3))
    x[..., 2] = 2 * x[..., 0] - x[..., 1] + np.arange(200)[:, None]  # what all options share does not help
    with pytest.raises(FitError, match="Collinear within choices: a, b, c"):
        conditional_logit(x, y, names=("a", "b", "c"))
    x[..., 2] = np.arange(200)[:, None]
    with pytest.raises(FitError, match=r"The same for all options of every choice: c\."):
        conditional_logit(x, y, names=("a", "b", "c"))
    fit = conditional_logit(x, y, names=("a", "b", "c"), ridge=0.1)
    assert fit.marks
    assert fit.coefficients[2] == pytest.approx(0, abs=1e-9)


def test_each_combination_is_told_once() -> None:
    a, b = np.random.default_rng(8).normal(size=(2, 50))
    columns = np.stack([a, 2 * a, b, b - a, np.zeros(50)])
    constant, groups = collinear(columns @ columns.T)
    assert constant == [4]
    assert len(groups) == 2
    assert {k for group in groups for k in group} <= {0, 1, 2, 3}


def test_differences_on_both_sides_of_every_plane_do_not_separate() -> None:
    rows = np.random.default_rng(9).normal(size=(3, 500))
    assert separated([rows], np.ones(3)) == []
    rows[1] = -np.abs(rows[1])
    assert separated([rows[:, :250], rows[:, 250:]], np.ones(3)) == [1]


def test_probabilities_are_those_of_the_utilities() -> None:
    fit = conditional_logit([[[0.0], [1.0]]] * 4, [1, 1, 1, 0])
    three = fit.probabilities([[[0.0], [1.0], [5.0]]], [[True, True, False]])
    assert three == pytest.approx(np.array([[0.25, 0.75, 0.0]]))
    assert np.isnan(fit.probabilities([[[np.nan], [1.0]]])).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"features": np.zeros((3, 2))}, "Expected \\(choice, option, feature\\)"),
        ({"features": np.zeros((0, 2, 1)), "chosen": np.zeros(0, int)}, "none of them empty"),
        ({"chosen": [0, 1]}, "one for each choice"),
        ({"chosen": [0.0, 1.0, 1.0]}, "whole numbers"),
        ({"chosen": [0, 2, 1]}, "2 in choice 1"),
        ({"chosen": [-1, -1, -1]}, "No choice can be used: 3 choices whose outcome"),
        ({"available": [[True, True]]}, "available: shape"),
        ({"available": [[True, True], [True, False], [True, True]]}, "Choice 1 took option 1"),
        ({"clusters": [1]}, "one label for each"),
        ({"names": ["a", "b"]}, "2 names for 1"),
        ({"ridge": -1.0}, "at least 0"),
        ({"features": [[[0.0], [np.inf]]] * 3}, "infinite"),
        ({"features": [[[0.0], [np.nan]]] * 3}, "3 choices with an unknown feature"),
        ({"most_steps": 1, "tolerance": 1e-12}, "did not converge"),
    ],
)
def test_wrong_input_is_refused(change: dict, says: str) -> None:
    right = {"features": [[[0.0], [1.0]]] * 3, "chosen": [0, 1, 1]}
    with pytest.raises(FitError, match=says):
        conditional_logit(**(right | change))
