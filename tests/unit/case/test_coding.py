"""The coding rule against stances worked out by hand."""

import numpy as np
import pytest

from tightrope.case.coding import FLAGS, coded, offers, stances, tie_pattern
from tightrope.case.documents import KindEntry, entry
from tightrope.case.yaml_text import read_yaml

POWERS = ("PPP", "QQQ", "RRR", "SSS")
CHANNELS = ("trade", "security")
AFFINITY = np.array(
    [
        [1.0, -0.4, 0.5, 0.0],
        [-0.4, 1.0, -0.2, 0.8],
        [0.5, -0.2, 1.0, 0.1],
        [0.0, 0.8, 0.1, 1.0],
    ]
)
KIND = """
meaning: a text that names a power
roles: {against: the power named, backer: powers that press for it}
spill: 0.5
ties: [{role: against, channel: security, change: -0.04}, {role: rivals, channel: trade, change: 0.03}, {role: backer, channel: trade, change: 0.01}]
options:
  yes: {degree: 1, stance: {against: -1, backer: 1}, flags: {norm: 1}}
  abstain: {degree: 0.25, stance: {against: -0.25, backer: -0.5}, flags: {statusquo: 1, norm: -0.5}}
"""


@pytest.fixture
def kind() -> KindEntry:
    mapping, problems = read_yaml(KIND, "codebook.yaml")
    made, more = entry(KindEntry, mapping, "codebook.yaml")
    assert not problems
    assert not more
    assert made is not None
    return made


def stance_of(kind, roles, options=("yes", "abstain")):
    return stances(kind, roles, options, powers=POWERS, affinity=AFFINITY)


def test_a_power_in_a_role_sees_an_option_as_the_codebook_says(kind):
    stance = stance_of(kind, {"against": ["PPP"], "backer": ["QQQ"]})
    assert stance[:, 0].tolist() == [-1, -0.25]
    assert stance[:, 1].tolist() == [1, -0.5]


def test_a_power_without_a_role_sees_it_through_its_affinity_with_those_in_one(kind):
    stance = stance_of(kind, {"against": ["PPP"], "backer": ["QQQ"]})
    # RRR: half of the mean of 0.5 x against and -0.2 x backer; SSS: of 0 x against and 0.8 x backer
    assert stance[:, 2] == pytest.approx([0.5 * (0.5 * -1 + -0.2 * 1) / 2, 0.5 * (0.5 * -0.25 + -0.2 * -0.5) / 2])
    assert stance[:, 3] == pytest.approx([0.5 * (0.8 * 1) / 2, 0.5 * (0.8 * -0.5) / 2])


def test_two_powers_in_one_role_count_twice(kind):
    stance = stance_of(kind, {"against": ["PPP"], "backer": ["QQQ", "SSS"]})
    assert stance[:, 3].tolist() == [1, -0.5]
    assert stance[:, 2] == pytest.approx(
        [0.5 * (0.5 * -1 + (-0.2 + 0.1) * 1) / 3, 0.5 * (0.5 * -0.25 + (-0.2 + 0.1) * -0.5) / 3]
    )


def test_a_power_in_two_roles_sees_their_mean(kind):
    stance = stance_of(kind, {"against": ["PPP"], "backer": ["PPP"]})
    assert stance[:, 0] == pytest.approx([0, -0.375])


def test_without_anybody_in_a_role_nobody_cares(kind):
    assert not stance_of(kind, {"against": [], "backer": []}).any()
    assert not stance_of(kind, {}).any()


def test_spill_is_clipped_at_one(kind):
    strong = kind.model_copy(update={"spill": 1.0})
    stance = stances(
        strong, {"against": ["PPP"]}, ["yes"], powers=("PPP", "QQQ"), affinity=np.array([[1, -3], [-3, 1.0]])
    )
    assert stance.tolist() == [[-1, 1]]


def test_options_stand_in_the_order_asked_for(kind):
    roles = {"against": ["PPP"], "backer": ["QQQ"]}
    assert np.array_equal(stance_of(kind, roles, ("abstain", "yes")), stance_of(kind, roles)[::-1])


def test_ties_move_for_each_power_in_the_role_and_rivals_share(kind):
    pattern = tie_pattern(kind, {"against": ["PPP"], "backer": []}, powers=POWERS, channels=CHANNELS)
    assert pattern == pytest.approx(np.array([[0, -0.04], [0.01, 0], [0.01, 0], [0.01, 0]]))
    pattern = tie_pattern(kind, {"against": ["PPP"], "backer": ["QQQ", "RRR"]}, powers=POWERS, channels=CHANNELS)
    assert pattern == pytest.approx(np.array([[0, -0.04], [0.01, 0], [0.01, 0], [0.03, 0]]))


def test_without_rivals_their_share_goes_to_nobody(kind):
    pattern = tie_pattern(kind, {"against": ["PPP"], "backer": ["QQQ"]}, powers=("PPP", "QQQ"), channels=CHANNELS)
    assert pattern == pytest.approx(np.array([[0, -0.04], [0.01, 0]]))


def test_degrees_and_flags_are_those_of_the_options(kind):
    numbers = coded(kind, {"against": ["PPP"]}, ("abstain", "yes"), powers=POWERS, channels=CHANNELS, affinity=AFFINITY)
    assert numbers.degree.tolist() == [0.25, 1]
    expected = np.zeros((2, len(FLAGS)))
    expected[0, FLAGS.index("statusquo")] = 1
    expected[0, FLAGS.index("norm")] = -0.5
    expected[1, FLAGS.index("norm")] = 1
    assert np.array_equal(numbers.flags, expected)
    assert not numbers.stance.flags.writeable


def test_the_order_of_powers_does_not_matter(kind):
    order = [2, 0, 3, 1]
    roles = {"against": ["PPP"], "backer": ["QQQ"]}
    shuffled = stances(
        kind,
        roles,
        ("yes", "abstain"),
        powers=[POWERS[i] for i in order],
        affinity=AFFINITY[np.ix_(order, order)],
    )
    assert shuffled == pytest.approx(stance_of(kind, roles)[:, order])


def test_offers_are_sizes():
    assert offers({"QQQ": "moderate", "SSS": "large"}, POWERS).tolist() == [0, 0.5, 0, 1]
