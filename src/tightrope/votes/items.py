"""What a roll call is about: words of its title, topic, and which earlier roll calls were on the same recurring item."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["SAME_ITEM", "TOPICS", "title_likeness", "title_words", "topics"]

Floats = NDArray[np.float32]

SAME_ITEM = 0.5
"""Likeness of titles from which two roll calls count as the same item, as in the first measurements on these data."""

TOPICS: dict[str, str] = {
    "palestine": r"palestin|israel|golan|jerusalem|middle east|unrwa|occupied territor|arab territor",
    "nuclear": r"nuclear|test-ban|test ban|non-proliferation|fissile|atomic|iaea",
    "disarmament": r"disarm|arms|weapon|mines|missile|outer space|ammunition|military|zone of peace|cyber|information secur",
    "human rights": r"human right|torture|death penalty|capital punishment|racis|religious|freedom|mercenar|"
    r"self-determination|democrac|nazism|coercive|discriminat|rights of",
    "colonialism": r"coloni|decolon|self-governing|western sahara|falkland|gibraltar|tokelau|guam|new caledonia",
    "economy": r"econom|development|trade|debt|financ|globaliz|agricultur|budget|embargo|sustainable|food|commodit",
}
"""Topics by words of the title, the first that fits; the six issues that [Voeten2013]_ codes. The rest is `other`."""

_FILLER = re.compile(
    r"resolution\s*/\s*adopted by the.*?(assembly|assemly|$)|\ba/\d+/\S+(\s+\d+[a-z]*)?|report of the \w+ committee|"
    r"adopted by the general assembly|draft resolution"
)
_WORD = re.compile(r"[a-z]{3,}")
_STOP = frozenset(
    re.findall(r"\w+", "the and for with from this that its all are their has have which upon into been any")
)


def title_words(titles: Sequence[str]) -> Floats:
    """Which words each title has, cut to six letters so that plurals and misspelt ends agree.

    Parameters
    ----------
    titles
        One title for each roll call; empty where it is not known.

    Returns
    -------
    words
        (roll, word), 1 where the title has the word; words in alphabetical order.

    Examples
    --------
    >>> title_words(["Nuclear tests", "nuclear testing : resolution / adopted by the General Assembly"])
    array([[1., 0., 1.],
           [1., 1., 0.]], dtype=float32)
    """
    sets = [
        {word[:6] for word in _WORD.findall(_FILLER.sub(" ", title.lower())) if word not in _STOP} for title in titles
    ]
    place = {word: i for i, word in enumerate(sorted(set().union(*sets)))}
    words = np.zeros((len(titles), len(place)), np.float32)
    for row, held in enumerate(sets):
        words[row, [place[word] for word in held]] = 1
    return words


def title_likeness(new: Floats, past: Floats) -> Floats:
    """Cosine between titles, with words that few titles have counting for more.

    1 means the same words; 0 none in common, or no title. Rarity is counted over the titles given and over no others,
    so that a title of a later session changes nothing.

    Parameters
    ----------
    new, past
        Words of titles, (roll, word) and (earlier roll, word), from one `title_words`.

    Returns
    -------
    likeness
        (roll, earlier roll), unit 1, within [0, 1].

    Source
    ------
    Inverse document frequency: [SparckJones1972]_.
    """
    n_with = new.sum(axis=0) + past.sum(axis=0)
    rarity = np.log((1 + len(new) + len(past)) / (1 + n_with)).astype(np.float32)
    a, b = (_unit(rows * rarity) for rows in (new, past))
    likeness: Floats = np.clip(a @ b.T, 0, 1)
    return likeness


def topics(titles: Sequence[str]) -> NDArray[np.int64]:
    """The topic of each title, as a place in `TOPICS`; one past the last for `other`.

    Parameters
    ----------
    titles
        One title for each roll call.

    Returns
    -------
    topics
        (roll,).

    Examples
    --------
    >>> [[*TOPICS, "other"][k] for k in topics(["The Syrian Golan", "Oceans and the law of the sea"])]
    ['palestine', 'other']
    """
    patterns = [re.compile(pattern) for pattern in TOPICS.values()]
    found = [
        next((k for k, pattern in enumerate(patterns) if pattern.search(title.lower())), len(patterns))
        for title in titles
    ]
    return np.array(found, dtype=np.int64)


def _unit(rows: NDArray[np.float32]) -> Floats:
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Floats = (rows / np.where(size > 0, size, 1)).astype(np.float32)
    return found
