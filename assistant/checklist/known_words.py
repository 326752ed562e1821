"""Words that stand for something (a trade, a place, a situation), and where a text says them: looked up by how they begin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Generic, TypeVar

BEGINNING = 2  # characters, enough to rule out nearly every word

Meaning = TypeVar("Meaning")


class KnownWords(Generic[Meaning]):
    """Words in comparable form with what they stand for, the longest first; a text is looked at once for all of them."""

    def __init__(self, meanings: Iterable[tuple[str, Meaning]]) -> None:
        self.pairs = sorted(((word, means) for word, means in meanings if word), key=lambda pair: -len(pair[0]))
        self._beginning: dict[str, list[int]] = defaultdict(list)
        for number, (word, _) in enumerate(self.pairs):
            self._beginning[word[:BEGINNING]].append(number)

    def places(self, text: str) -> list[tuple[int, str, Meaning]]:
        """Every place of every word, with what it stands for; the longest words first, each from left to right."""
        return [(at, *self.pairs[number]) for number, at in sorted(self._found(text))]

    def within(self, text: str) -> list[tuple[str, Meaning]]:
        """The words that stand somewhere in the text, with what they stand for, the longest first."""
        return [self.pairs[number] for number in sorted({number for number, _ in self._found(text)})]

    def _found(self, text: str) -> list[tuple[int, int]]:
        """Which word stands where."""
        return [
            (number, at)
            for at in range(len(text))
            for beginning in {text[at : at + BEGINNING], text[at]}  # a word of one character, too
            for number in self._beginning.get(beginning, ())
            if text.startswith(self.pairs[number][0], at)
        ]
