"""How much likelier a question is about one entry than by chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.counting import counted, numbered
from assistant.retrieval.likelihood import Likelihood

TOBACCO, FOOD = counted(("烟店", "烟"), list), counted(("饭店馆",), list)


def terms(said: list[str]) -> np.ndarray:
    """Each word once."""
    return numbered(dict.fromkeys(said), list)


@pytest.fixture(scope="module")
def likelihood() -> Likelihood:
    """Two entries that share a word."""
    return Likelihood([TOBACCO, FOOD])


def test_a_word_of_one_entry_speaks_for_it_alone(likelihood: Likelihood) -> None:
    """The other one gets nothing."""
    mine, other = likelihood.of(terms(["烟"]))
    assert mine > 0
    assert other == 0


def test_a_word_of_all_speaks_least(likelihood: Likelihood) -> None:
    """What everybody says tells little."""
    assert likelihood.of(terms(["店"])).max() < likelihood.of(terms(["饭"])).max()


def test_unknown_words_say_nothing(likelihood: Likelihood) -> None:
    """One figure for each entry all the same."""
    assert likelihood.of(terms(["鱼"])).tolist() == [0, 0]
    assert likelihood.of(terms([])).dtype == np.float32


@given(st.lists(st.sampled_from(["烟", "店", "饭", "馆", "鱼"])), st.sampled_from(["烟", "店", "饭", "馆", "鱼"]))
def test_more_words_never_speak_against_an_entry(said: list[str], more: str) -> None:
    """Every figure is a sum of what is not negative."""
    likelihood = Likelihood([TOBACCO, FOOD])
    assert (likelihood.of(terms([*said, more])) >= likelihood.of(terms(said))).all()
