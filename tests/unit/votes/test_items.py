from __future__ import annotations

import numpy as np

from tightrope.votes.items import SAME_ITEM, TOPICS, title_likeness, title_words, topics


def likeness(*titles: str) -> np.ndarray:
    words = title_words(titles)
    return title_likeness(words[:1], words[1:])[0]


def test_the_same_item_is_recognised_in_another_year_s_wording() -> None:
    found = likeness(
        "Necessity of ending the economic, commercial and financial embargo imposed by the United States against Cuba",
        "CUBA, U.S. EMBARGO Necessity of ending the economic, commercial and financial embargo imposed by the United "
        "States of America against Cuba : resolution / adopted by the General Assembly",
        "The right to food : resolution / adopted by the General Assembly",
    )
    assert found[0] > 0.8
    assert found[1] < SAME_ITEM


def test_a_title_is_its_own_likeness_and_an_empty_one_like_nothing() -> None:
    found = likeness("The Syrian Golan", "The Syrian Golan", "", "Jerusalem")
    np.testing.assert_allclose(found, [1, 0, 0], atol=1e-6)
    assert likeness("", "Jerusalem", "")[1] == 0


def test_likeness_does_not_depend_on_the_order_of_the_earlier_titles() -> None:
    a = likeness("Nuclear tests", "Nuclear weapons", "Right to food")
    b = likeness("Nuclear tests", "Right to food", "Nuclear weapons")
    np.testing.assert_allclose(a, b[::-1])


def test_topics_are_the_first_that_fits() -> None:
    names = [*TOPICS, "other"]
    found = [names[k] for k in topics(["Israeli nuclear armament", "IAEA report", "", "Question of Tokelau"])]
    assert found == ["palestine", "nuclear", "other", "colonialism"]
