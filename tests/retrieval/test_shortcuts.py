"""What is looked up in a short way is what would be found by trying everything."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import pytest
from pypinyin import lazy_pinyin

from assistant.bench.questions import DEFAULT, read_questions
from assistant.knowledge.whole import Knowledge
from assistant.retrieval import likelihood
from assistant.retrieval.acts import Acts
from assistant.retrieval.counting import Held, counted, numbered
from assistant.retrieval.entries import Kind
from assistant.retrieval.finder import Finder
from assistant.retrieval.likelihood import Likelihood
from assistant.retrieval.mentions import Places
from assistant.retrieval.spelling import KEPT, LONGEST_WORD, MISHEARD, Speller, _Words
from assistant.retrieval.words import character_terms
from assistant.text import compact, cut_pinyin, fuzzy, syllables

SHARED_ENDINGS = ("证", "许可", "备案")  # heard apart from what stands before them


@pytest.fixture(scope="module")
def questions() -> list[str]:
    """How people ask, now and then in pinyin."""
    return [question.text for question in read_questions(DEFAULT)]


def test_sounds_of_a_question_are_those_of_pypinyin(questions: list[str]) -> None:
    """Phrases that are heard once and kept sound as the whole text does."""
    chinese = [text for text in map(compact, questions) if not any(character.isascii() for character in text)]
    whole = [text for text in chinese if not text.endswith(SHARED_ENDINGS)]
    assert len(whole) > 100
    assert [syllables(text) for text in whole] == [tuple(map(fuzzy, lazy_pinyin(text))) for text in whole]


def test_names_in_a_text_are_all_that_stand_in_it(questions: list[str]) -> None:
    """Every stretch is looked at, also the one that ends with the text."""
    names = {text[at : at + length] for text in questions[:50] for at in (0, 3) for length in (2, 4, 7)}
    names = {name for name in names if len(name) >= 2}
    places = Places(names, 2)
    for text in questions[:100]:
        stretches = [(at, end) for at in range(len(text)) for end in range(at + 1, len(text) + 1)]
        standing = [(at, end - at) for at, end in stretches if text[at:end] in names]
        assert places.within(text) == sorted(standing, key=lambda place: (-place[1], place[0]))


def test_weights_are_added_up_per_document(questions: list[str]) -> None:
    """As one by one; a term said twice counts twice, one that nobody has not at all."""
    cut = [character_terms(text) for text in questions[:60]]
    held = Held([counted((text,), character_terms) for text in questions[:60]])
    later = counted(("☆★",), character_terms)  # numbered after these were put together
    assert len(later.terms)
    for text in (*questions[60:90], "☆"):
        terms = [*character_terms(text), *character_terms(text)[:2]]
        slow = [sum(map(own.count, terms)) for own in cut]
        assert held.added_up(held.times, held.known(numbered(terms, character_terms))).tolist() == slow


def test_few_documents_are_as_likely_by_the_table(questions: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of a few documents says what the rows of many say."""
    documents = [counted(tuple(questions[at::12]), character_terms) for at in range(12)]
    table = Likelihood(documents)
    monkeypatch.setattr(likelihood, "FEW", 0)
    rows = Likelihood(documents)
    for text in (*questions[:100], "☆"):
        terms = numbered(dict.fromkeys(character_terms(text)), character_terms)
        assert np.array_equal(table.of(terms), rows.of(terms))


def test_acts_are_those_of_the_whole_lexicon(knowledge: Knowledge, questions: list[str]) -> None:
    """The words whose first character is said are all that can be said, and the longest still come first."""
    acts = Acts(knowledge)
    for text in questions:
        plain = compact(text)
        taken = [False] * len(plain)
        words = []
        for word, _ in acts._words:
            for at in range(len(plain)):
                if plain.startswith(word, at) and not any(taken[at : at + len(word)]):
                    taken[at : at + len(word)] = [True] * len(word)
                    words.append(word)
        assert acts.find(text).words == tuple(words)


def test_likeliest_words_are_those_of_all_that_were_followed(knowledge: Knowledge, questions: list[str]) -> None:
    """Words that were never said after one another need not be weighed one by one."""
    words = Speller(knowledge)._words
    pinyin = [text for text in questions if text.replace(" ", "").replace(",", "").isascii()]
    typed = [tuple(sound for run in re.findall("[a-z]+", text) for sound in cut_pinyin(run) or ()) for text in pinyin]
    assert len(typed) > 10
    for heard in typed:
        one_by_one = [(sound,) for sound in heard]
        assert words.likeliest(one_by_one) == followed(words, heard), heard


def followed(words: _Words, typed: Sequence[str]) -> list[str]:
    """What `likeliest` finds among single syllables, each word weighed after each that was reached."""
    best: list[dict[str, tuple[float, int, str]]] = [{"": (0.0, 0, "")}, *({} for _ in typed)]
    for start in range(len(typed)):
        reached = sorted(best[start].items(), key=lambda word: word[1][0])[:KEPT]
        for end in range(start + 1, min(len(typed), start + LONGEST_WORD) + 1):
            for word, exact in words._by_sound.get(tuple(map(fuzzy, typed[start:end])), ()):
                amiss = MISHEARD * sum(map(str.__ne__, exact, typed[start:end]))
                costs = [
                    (cost + amiss - math.log(words._share(before, word)), before) for before, (cost, _, _) in reached
                ]
                cost, before = min(costs, default=(math.inf, ""))
                if cost < best[end].get(word, (math.inf,))[0]:
                    best[end][word] = (cost, start, before)
    at, found = len(typed), []
    if not best[at]:
        return list(typed)
    word = min(best[at], key=lambda last: best[at][last][0])
    while at:
        found.append(word)
        _, at, word = best[at][word]
    return found[::-1]


def test_ranked_guides_are_the_first_of_all_that_are_likely(plain_finder: Finder, questions: list[str]) -> None:
    """No guide is passed over for what is none."""
    for text in questions[:60]:
        likely = plain_finder.ranking(plain_finder.witness.examine(text)).hits
        guides = [hit.id for hit in likely if hit.kind in (Kind.ITEM, Kind.TOPIC)]
        assert [hit.id for hit in plain_finder.rank(text, 5)] == guides[:5]
