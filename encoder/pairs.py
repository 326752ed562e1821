"""Training triples made from the knowledge: a question, the phrase it should be near, one it should be far from."""

from __future__ import annotations

import random
from dataclasses import dataclass

from encoder import sayings
from encoder.known import Known

BATCH = 32
ASKED = 0.7  # of the questions about a guide that has written ones


@dataclass(frozen=True)
class Triple:
    """A made-up question about a guide, a phrase of that guide, and a phrase of one it is confused with."""

    guide: str
    question: str
    near: str
    far: str


class Maker:
    """Makes batches in which no question fits two guides."""

    def __init__(self, known: dict[str, Known], seed: int) -> None:
        self.known = known
        self.chance = random.Random(seed)
        self.ids = sorted(known)
        self.owners: dict[str, set[str]] = {}
        for one in known.values():
            for phrase in (*one.phrases, *one.shared_words, *one.trades, *one.signs):
                self.owners.setdefault(phrase, set()).add(one.id)
        for one in known.values():
            for word in one.shared_words:
                self.owners[word] |= one.confused_with
        self.rivals = {one.id: self._rivals(one) for one in known.values()}

    def _rivals(self, one: Known) -> list[str]:
        """Guides whose names are most like this one's, after those it is known to be confused with."""
        mine = set("".join(one.phrases))
        share = {
            other.id: len(mine & set("".join(other.phrases))) / (len(set("".join(other.phrases))) + 20)
            for other in self.known.values()
            if other.id != one.id
        }
        alike = sorted(share, key=lambda key: (-share[key], key))[:8]
        return [*sorted(one.confused_with & self.known.keys()), *alike]

    def about(self, one: Known) -> tuple[str, str, str]:
        """A question about a guide, the phrase it was made from, and a phrase of the guide it should be near."""
        chance = self.chance
        kind = chance.random()
        licences = (*one.names, *one.aliases)
        trades = (*one.scope, *one.scope, *one.trades, *one.signs)
        if one.questions and chance.random() < ASKED:
            return self._asked(one, licences)
        if kind < 0.06 and one.summary:
            return one.summary, one.summary, chance.choice(licences)
        if kind < 0.5 or not trades:
            word = chance.choice(licences)
            family = sayings.STORY if chance.random() < 0.1 else sayings.LICENCE
            near = word if chance.random() < 0.5 else chance.choice(licences)
        else:
            word = chance.choice(trades)
            if chance.random() < 0.15:
                word += chance.choice(("的", "那个", "")) + chance.choice(licences)
            family = sayings.STORY if chance.random() < 0.25 else sayings.TRADE
            near = word if word in one.scope and chance.random() < 0.4 else chance.choice(licences)
        question = sayings.say(chance, word, family, one.issuers)
        for _ in range(2):
            if chance.random() < 0.2:
                question = sayings.mistyped(chance, question)
        return question, word, near

    def _asked(self, one: Known, licences: tuple[str, ...]) -> tuple[str, str, str]:
        """A written question about a guide; near it a name, a scope word, or another way to ask the same."""
        chance = self.chance
        question = chance.choice(one.questions)
        kind = chance.random()
        others = [q for q in one.questions if q != question]
        if kind < 0.4 and others:
            near = chance.choice(others)
        elif kind < 0.55 and one.scope:
            near = chance.choice(one.scope)
        else:
            near = chance.choice(licences)
        if chance.random() < 0.1:
            question = sayings.mistyped(chance, question)
        return question, near, near

    def far_from(self, one: Known, word: str) -> str:
        """A phrase of another guide that the word does not name."""
        chance = self.chance
        allowed = [r for r in self.rivals[one.id] if r not in self.owners.get(word, ())]
        other = self.known[chance.choice(allowed or [i for i in self.ids if i != one.id])]
        phrases = [p for p in other.phrases if one.id not in self.owners.get(p, ()) and p not in word] or [other.name]
        return chance.choice(phrases)

    def batch(self) -> list[Triple]:
        """One batch: every guide at most once, and none that another one's question or phrase fits too."""
        triples: list[Triple] = []
        taken: set[str] = set()
        barred: set[str] = set()
        for guide_id in self.chance.sample(self.ids, len(self.ids)):
            one = self.known[guide_id]
            question, word, near = self.about(one)
            fits = self.owners.get(word, set()) | self.owners.get(near, set())
            if guide_id in barred or fits & taken:
                continue
            triples.append(Triple(guide_id, question, near, self.far_from(one, word)))
            taken.add(guide_id)
            barred |= fits
            if len(triples) == BATCH:
                break
        return triples
