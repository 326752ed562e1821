"""Words looked up by how they begin are found where a look at each word finds them."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.checklist.known_words import KnownWords

LETTERS = "店铺小的a"


@given(st.lists(st.text(LETTERS, max_size=4), max_size=12), st.text(LETTERS, max_size=20))
def test_every_place_of_every_word_is_found(words: list[str], text: str) -> None:
    """No place is missed, none is invented, and the longest words come first."""
    known = KnownWords((word, number) for number, word in enumerate(words))
    by_hand = [
        (at, word, number)
        for number, word in enumerate(words)
        for at in range(len(text))
        if word and text.startswith(word, at)
    ]
    found = known.places(text)
    assert sorted(found) == sorted(by_hand)
    lengths = [len(word) for _, word, _ in found]
    assert lengths == sorted(lengths, reverse=True)


@given(st.lists(st.text(LETTERS, max_size=4), max_size=12), st.text(LETTERS, max_size=20))
def test_a_word_said_twice_is_one_word(words: list[str], text: str) -> None:
    """Of a text each word is told once with each of its meanings."""
    known = KnownWords((word, number) for number, word in enumerate(words))
    assert sorted(known.within(text)) == sorted((word, n) for n, word in enumerate(words) if word and word in text)
