"""Properties that hold for any text: one normal form, names that stay found, and work that has a bound."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Verdict
from assistant.retrieval.encoder import Vectors
from assistant.retrieval.finder import Finder
from assistant.retrieval.spelling import Speller
from assistant.text import LONGEST, MAX_LENGTH, cleaned, compact, folded, shaped, shortened

TRADITIONAL = "註銷營業執照許可證醫療機構藥品經營菸草專賣薴喆程式 資訊"
ANY = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from(TRADITIONAL + "证照店ＡｂＣ１２３ 　/，。😀̣́İßﬁ﷽①…"), max_size=40),
)
HUGE = {
    "ten thousand characters": "我开了个饭店现在不干了想问问食品证怎么退" * 500,
    "one character": "证" * 500,
    "one letter": "s" * 10_000,
    "initials without end": "spjyxkz" * 1_500,
    "all emoji": "😀" * 5_000,
    "signs that stand for many": "﷽" * 500,
    "names without end": "烟草证、导游证、" * 1_000,
    "pinyin without end": "zhuxiaoyancaozheng" * 600,
}


@settings(max_examples=400, deadline=None)
@given(ANY)
def test_normalising_twice_changes_nothing(text: str) -> None:
    """Whatever is normalised already stays as it is."""
    for normal in (cleaned, folded, compact, shaped):
        assert normal(normal(text)) == normal(text), normal


def test_every_character_has_one_normal_form() -> None:
    """No character needs to be folded twice (薴 becomes 苧 in OpenCC, and that 苎)."""
    unsteady = [c for c in map(chr, range(0x20, 0x30000)) if folded(folded(c)) != folded(c)]
    assert unsteady == []


class Counting:
    """An encoder that notes how much it was given, and says that all things are alike."""

    name, dimension, digest = "counting", 4, "0" * 64

    def __init__(self) -> None:
        self.asked: list[int] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The same unit vector for every text."""
        self.asked += map(len, texts)
        return np.full((len(texts), self.dimension), 0.5, np.float32)


@pytest.fixture(scope="module")
def counting(knowledge: Knowledge) -> tuple[Finder, Counting]:
    """A finder whose encoder counts."""
    counter = Counting()
    return Finder(knowledge, counter), counter


def test_what_was_just_asked_is_not_looked_for_again(counting: tuple[Finder, Counting]) -> None:
    """The same question again, its ranking and the choice among entries cost no encoding, and have the same answer."""
    finder, counter = counting
    text = "导游证咋退呀这回"
    first = finder.find(text)
    counter.asked.clear()
    assert finder.find(text) == first
    assert finder.rank(text)
    finder.among(text, [entry.id for entry in finder.entries[:2]])
    assert counter.asked == []


def test_a_new_speller_is_heard_at_once(counting: tuple[Finder, Counting], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was remembered of a text holds for the speller that read it: another one may read it otherwise."""
    finder, _ = counting

    class Other(Speller):
        def written_out(self, text: str) -> str:
            return "取水许可证"

    assert finder.find("yancao zhuanmai zheng zenme tui").question != "取水许可证"
    monkeypatch.setattr(finder.witness, "speller", Other(finder.knowledge))
    assert finder.find("yancao zhuanmai zheng zenme tui").question == "取水许可证"


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_question_costs_no_more_than_its_bound(text: str, counting: tuple[Finder, Counting]) -> None:
    """Whatever is sent, what is looked at has a bounded length, and the encoder runs at most once, on as little."""
    finder, counter = counting
    counter.asked.clear()
    answer = finder.find(text)
    assert answer.verdict in Verdict
    assert len(folded(answer.question)) <= LONGEST
    assert len(counter.asked) <= 1
    assert all(length <= LONGEST for length in counter.asked)


@given(st.text(min_size=MAX_LENGTH, max_size=2 * MAX_LENGTH))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_shortening_bounds_every_text(text: str) -> None:
    """Shortened is short even after folding, which can make eighteen letters of one sign, and stays as it is then."""
    short = shortened(text)
    assert len(folded(short)) <= LONGEST
    assert shortened(short) == short


def test_a_short_question_is_not_shortened() -> None:
    """What fits is looked at whole."""
    assert shortened("证" * MAX_LENGTH) == "证" * MAX_LENGTH


def with_aliases(knowledge: Knowledge, aliases: Mapping[str, Sequence[str]]) -> Finder:
    """A finder in which guides have more aliases."""
    changed = {
        guide_id: knowledge.guides[guide_id].model_copy(
            update={"aliases": (*knowledge.guides[guide_id].aliases, *more)}
        )
        for guide_id, more in aliases.items()
    }
    return Finder(dataclasses.replace(knowledge, guides={**knowledge.guides, **changed}), None)


def found_by_name(finder: Finder, guide_id: str) -> set[str]:
    """How a guide's own name finds it: by ranking it first, by mentioning it."""
    name = finder.knowledge.guides[guide_id].name
    mentions = finder.witness.mentions.find(name)
    ways = {
        "first": finder.rank(name, 1)[0].id == guide_id,
        "mentioned": any(guide_id in mention.owners for mention in mentions),
    }
    return {way for way, found in ways.items() if found}


def test_an_alias_never_loses_the_name(knowledge: Knowledge, plain_finder: Finder) -> None:
    """When every editor adds aliases at once, every guide's own name still finds it in each way it did."""
    after = with_aliases(knowledge, {i: (f"{g.name}本", f"老{g.name[:5]}") for i, g in knowledge.guides.items()})
    lost = [
        g.name for i, g in knowledge.guides.items() if not found_by_name(plain_finder, i) <= found_by_name(after, i)
    ]
    assert lost == []


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_alias_leaves_the_name_found(knowledge: Knowledge, plain_finder: Finder, data: st.DataObject) -> None:
    """Whatever alias a guide is given, its own name still finds it in each way it did."""
    guide_id = data.draw(st.sampled_from(sorted(knowledge.guides)))
    alias = data.draw(st.text(st.sampled_from("烟草食品药经营许可证店馆场销售的小大黄了"), min_size=2, max_size=10))
    assert found_by_name(plain_finder, guide_id) <= found_by_name(
        with_aliases(knowledge, {guide_id: [alias]}), guide_id
    )
