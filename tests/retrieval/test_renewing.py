"""A finder over changed knowledge: what has not changed is taken over, what has is heard, and nothing old stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from weakref import ref

import numpy as np
import pytest

from assistant.bench.questions import DEFAULT, read_questions
from assistant.knowledge.whole import Knowledge
from assistant.retrieval import remembering
from assistant.retrieval.encoder import Vectors
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder
from assistant.retrieval.model import load_model
from assistant.retrieval.renewing import renewed

GUIDES = "shipin-jingying-xuke", "yancao-lingshou-xuke"
FRESH = "琥珀色小本子", "卖烟小卖部那张纸"
ASKED = "琥珀色小本子怎么退"


class Counting:
    """An encoder to whom texts mean what their characters are, which notes what it is given."""

    name, dimension, digest = "counting", 32, "c" * 64

    def __init__(self) -> None:
        self.given: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length one for each text; the more it is of one kind of sign, the longer it points one way."""
        self.given += texts
        rows = np.full((len(texts), self.dimension), 1.0, np.float32)
        for row, text in zip(rows, texts, strict=True):
            np.add.at(row, [ord(sign) % self.dimension for sign in text[:20]], 0.2)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def equipment() -> Equipment:
    """The counting encoder, with what was learned for the shipped one."""
    return Equipment(Counting(), load_model(encoder=True))


@pytest.fixture(scope="module")
def earlier(knowledge: Knowledge, equipment: Equipment) -> Finder:
    """The finder that was there before."""
    return Finder(knowledge, equipment.encoder, equipment.model)


@pytest.fixture
def given(earlier: Finder, equipment: Equipment) -> list[str]:
    """What the encoder is given from now on."""
    assert isinstance(equipment.encoder, Counting)
    equipment.encoder.given.clear()
    return equipment.encoder.given


@pytest.fixture
def no_garbage() -> Iterator[None]:
    """Nobody looks for garbage: what goes, goes because nobody holds it."""
    gc.disable()
    yield
    gc.enable()


def with_names(knowledge: Knowledge, *names: str) -> Knowledge:
    """The knowledge with more names for the first guide, and one less for the second."""
    first, second = (knowledge.guides[own] for own in GUIDES)
    changed = {
        GUIDES[0]: first.model_copy(update={"aliases": (*names, *first.aliases)}),
        GUIDES[1]: second.model_copy(update={"aliases": second.aliases[1:]}),
    }
    return replace(knowledge, digest="1" * 64, guides={**knowledge.guides, **changed})


def test_renewed_finder_finds_as_one_that_is_built_anew(
    knowledge: Knowledge, earlier: Finder, equipment: Equipment
) -> None:
    """Every figure of every entry and every decision is the same, there and back."""
    changed = with_names(knowledge, *FRESH)
    there = renewed(earlier, changed, equipment)
    back = renewed(there, knowledge, equipment)
    anew = Finder(changed, equipment.encoder, equipment.model)
    for text in (ASKED, *(question.text for question in read_questions(DEFAULT)[:60])):
        for one, other in ((there, anew), (back, earlier)):
            evidence, same = one.witness.examine(text), other.witness.examine(text)
            assert np.allclose(evidence.rows, same.rows, atol=1e-6), text
            assert np.allclose(evidence.none, same.none, atol=1e-6), text
            assert evidence.mentions == same.mentions
            assert one.find(text).hits == other.find(text).hits
    assert there.find(ASKED).hits[0].id == GUIDES[0]


def test_only_what_is_new_is_encoded(
    knowledge: Knowledge, earlier: Finder, equipment: Equipment, given: list[str]
) -> None:
    """Two new names are two texts for the encoder, none of the thousands that it has encoded before."""
    renewed(earlier, with_names(knowledge, *FRESH), equipment)
    assert given == list(FRESH)
    given.clear()
    renewed(earlier, with_names(knowledge), equipment)
    assert given == []


def test_much_that_is_new_is_encoded_with_all_the_rest(
    knowledge: Knowledge,
    earlier: Finder,
    equipment: Equipment,
    given: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So much is remembered on the disk, and that knows only all phrases together."""
    monkeypatch.setattr(remembering, "FEWEST", 2)
    renewed(earlier, with_names(knowledge, *FRESH), equipment)
    assert {*FRESH, knowledge.guides[GUIDES[0]].name} <= set(given)


def test_vector_that_does_not_fit_the_scale_makes_a_new_one(
    knowledge: Knowledge, earlier: Finder, equipment: Equipment, given: list[str]
) -> None:
    """Nothing is cut off: a text that points further one way than any before has all encoded again."""
    odd = "麒" * 20
    found = renewed(earlier, with_names(knowledge, odd), equipment)
    assert len(given) > 1000
    assert found.witness.meaning is not None
    (near,) = found.witness.meaning.nearness([odd])
    assert max(float(best.max()) for best in near.by_role.values()) == pytest.approx(1, abs=0.05)


def test_another_encoder_encodes_all(knowledge: Knowledge, earlier: Finder, equipment: Equipment) -> None:
    """Vectors of other weights are of no use."""
    other = Counting()
    other.digest = "d" * 64
    renewed(earlier, with_names(knowledge, *FRESH), replace(equipment, encoder=other))
    assert len(other.given) > 1000


@pytest.mark.parametrize("names", [(), FRESH], ids=["a telephone", "a name"])
def test_nothing_of_the_earlier_knowledge_stays(
    knowledge: Knowledge, equipment: Equipment, no_garbage: None, names: tuple[str, ...]
) -> None:
    """When the new finder is there, nobody holds the old one or its knowledge, also where nothing changed that it hears."""
    old = replace(knowledge, digest="2" * 64)
    new = with_names(old, *names) if names else replace(old, digest="3" * 64)
    finder = Finder(old, None)
    finder.find(ASKED)
    gone = ref(old), ref(finder)
    found = renewed(finder, new, Equipment(None, load_model(encoder=False)))
    del old, finder
    assert [one() for one in gone] == [None, None]
    assert found.knowledge is new
    assert found.find(ASKED).question == ASKED


def test_what_was_remembered_is_not_served_over_other_knowledge(
    knowledge: Knowledge, earlier: Finder, equipment: Equipment, given: list[str]
) -> None:
    """A telephone changes no answer, yet the answer is one of the finder that is asked, not of the one before it."""
    earlier.find(ASKED)
    given.clear()
    same = renewed(earlier, replace(knowledge, digest="4" * 64), equipment)
    assert same.witness is earlier.witness
    assert same.find(ASKED) == earlier.find(ASKED)
    assert len(given) == 1
