"""Words that mean several things, where nothing else in the question decides which."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.retrieval.answer import Doubt
from assistant.retrieval.evidence import Evidence, Witness
from assistant.retrieval.mentions import Mention
from assistant.retrieval.ranking import Ranking
from assistant.retrieval.standing import Standing
from assistant.retrieval.thresholds import Thresholds
from assistant.text import compact


class Doubts:
    """What is left open by the words of a question."""

    def __init__(self, witness: Witness, limits: Thresholds) -> None:
        self._witness, self._limits = witness, limits

    def of(self, seen: Evidence, ranked: Ranking) -> tuple[Doubt, ...]:
        """The doubts in the order in which they are said."""
        found: dict[str, Doubt] = {}
        for mention in seen.mentions:
            if not _means_several(mention) or self._decided(seen, ranked, mention):
                continue
            members = sorted((ranked.of(owner) for owner in mention.owners), key=lambda hit: -hit.score)
            rest = _without(compact(seen.text), [mention, *(m for m in seen.mentions if m.paper)])
            share = members[0].score / (sum(hit.score for hit in members) or 1.0)
            if share >= self._limits.settled and speaks_for_one(self._witness, rest, [hit.id for hit in members]):
                continue
            found.setdefault(mention.group or mention.text, Doubt(tuple(members), mention.group))
        return tuple(found.values())

    def overruled(self, mention: Mention, ranked: Ranking) -> bool:
        """Whether the question as a whole leaves no doubt which meaning of the word is meant."""
        held = mention.standing is Standing.HELD and not mention.certain
        return held and ranked.best.id in mention.owners and ranked.certainty >= self._limits.overrules

    def _decided(self, seen: Evidence, ranked: Ranking, mention: Mention) -> bool:
        """Whether another word names one of its meanings, or the question as a whole decides."""
        named = any(m.certain and set(m.owners) <= set(mention.owners) for m in seen.mentions)
        return named or self._decided_elsewhere(seen, ranked, mention) or self.overruled(mention, ranked)

    def _decided_elsewhere(self, seen: Evidence, ranked: Ranking, mention: Mention) -> bool:
        """Whether the other words describe, without naming it, something that this word does not mean."""
        best = ranked.best.id
        named = any(m.certain and m.paper and best in m.owners for m in seen.mentions)
        return best not in mention.owners and not named and ranked.certainty >= self._limits.answer


def _means_several(mention: Mention) -> bool:
    """Whether a word is held to be somebody's, and could be one of several papers."""
    return not mention.certain and bool(mention.group or mention.paper) and mention.standing is Standing.HELD


def _without(plain: str, mentions: Sequence[Mention]) -> str:
    """The (compact) text with a blank for every character of these mentions."""
    hidden = {at for mention in mentions for at in range(mention.start, mention.end)}
    return "".join("　" if at in hidden else character for at, character in enumerate(plain))


def speaks_for_one(witness: Witness, plain: str, members: Sequence[str]) -> bool:
    """Whether the (compact) text speaks for the first of these entries and for none of the others."""
    first, *others = members
    return witness.spoken_for(plain, first) and not any(witness.spoken_for(plain, other) for other in others)
