"""The general dictionary (jieba's): which words are said most, and how a text is cut into words.

Only what cutting these texts needs is kept of it: jieba itself would hold all of it, 56 MB, and take longer to read it.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

from assistant.packaged import packaged


class Dictionary:
    """The words that can stand in some texts, with how often each is said anywhere."""

    def __init__(self, texts: Iterable[str], most: int) -> None:
        """`most` is how many of the commonest words are kept in `common`, whether they stand in the texts or not."""
        heard = {piece for text in texts for piece in (*text, *(a + b for a, b in pairwise(text)))}
        total, self._often = 0, dict[str, int]()
        commonest: list[tuple[int, int, str]] = []
        with packaged("jieba", "dict.txt").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                word, often = line.split(" ")[:2]
                said = int(often)
                total += said
                entry = (said, -number, word)
                if len(commonest) < most:
                    heapq.heappush(commonest, entry)
                elif entry > commonest[0]:
                    heapq.heapreplace(commonest, entry)
                if word[:2] in heard and all(a + b in heard for a, b in pairwise(word)):
                    self._often[word] = said
                    for end in range(1, len(word)):
                        self._often.setdefault(word[:end], 0)  # a word begins so
        self._all = math.log(total)
        self.common = [(word, said) for said, _, word in sorted(commonest, reverse=True)]

    def cut(self, text: str) -> Iterator[str]:
        """The likeliest words that make up a text of Chinese characters only; of equal ones the longer first."""
        best = [(0.0, 0)] * (len(text) + 1)  # from each place on: how likely, and where its first word ends
        for start in reversed(range(len(text))):
            best[start] = max(
                (math.log(self._often.get(text[start:end]) or 1) - self._all + best[end][0], end)
                for end in self._ends(text, start)
            )
        at = 0
        while at < len(text):
            yield text[at : best[at][1]]
            at = best[at][1]

    def _ends(self, text: str, start: int) -> list[int]:
        """Where the words that begin here end; a character that begins none is one by itself."""
        found = []
        for end in range(start + 1, len(text) + 1):
            often = self._often.get(text[start:end])
            if often is None:
                break
            if often:
                found.append(end)
        return found or [start + 1]
