"""Which papers one question names, when it names several: by name, by a description in a list, by who issued them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Answer, Doubt, Verdict
from assistant.retrieval.channels import CHANNELS
from assistant.retrieval.entries import Kind
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.mentions import Mention
from assistant.retrieval.papers import MOST_MEMBERS, Part, members, parts, several_meant
from assistant.retrieval.standing import Standing, standing
from assistant.text import compact

_ASKED_WHICH = CHANNELS.index("bundle_asked")
_PARTS = re.compile(r"[，,。；;！!？?、\s]+|还有|和|跟")

_WHEN = r"(?:登记)?(?:注?销)?(?:掉|完|了)*(?:的?时候?|之?后|以后|之?前|以前)"  # 公司注销后，公章交到哪


def _is_when(mention: Mention, plain: str) -> bool:
    """Whether a name says only when something else is asked about, in every place where it stands."""
    places = plain.count(mention.text)
    return len(re.findall(re.escape(mention.text) + _WHEN, plain)) >= max(places, 1)


class Naming:
    """All ways in which papers are named side by side."""

    def __init__(
        self, knowledge: Knowledge, steps: set[str], bundles: set[str], alone: Callable[[str], Answer]
    ) -> None:
        self._knowledge, self._steps, self._bundles = knowledge, steps, bundles
        self._alone = alone  # what is decided about a part of a question by itself
        names = [
            (compact(name).removesuffix("队").removesuffix("局"), department.id)
            for department in knowledge.departments.values()
            for name in {department.name.removeprefix("地区"), *department.aliases}
        ]
        self._issuers = [
            (issuer, re.compile(f"{issuer}(局|队|口)?(的|那个|发的|那张)"), department)
            for issuer, department in names
            if len(issuer) >= 2
        ]

    def places(self, seen: Evidence, *, likely: bool) -> tuple[dict[str, int], tuple[Doubt, ...]]:
        """Where each entry is named, and the members of a list that may be one of several.

        `likely` says that the question sounds as if several were named: then every part is looked at.
        """
        named = [m for m in seen.mentions if m.certain and not m.by_sound and m.standing is Standing.HELD]
        found: dict[str, int] = {}
        doubts: list[Doubt] = []
        plain = compact(seen.text)
        asked = [m for m in named if self._cancellable(m)]
        for mention in [m for m in asked if not _is_when(m, plain)] or asked:
            found.setdefault(mention.owners[0], mention.start)
        if seen.rows[:, _ASKED_WHICH].any():
            return found, ()
        for part, answer in self._by_part(seen, likely):
            if answer.verdict is Verdict.CHOOSE:
                doubts.append(Doubt(answer.hits, answer.group))
            else:
                found.setdefault(answer.hits[0].id, part.start)
        for entry, start in self._by_issuer(seen, named) if found else ():
            found.setdefault(entry, start)
        return found, tuple(doubts)

    def _by_part(self, seen: Evidence, likely: bool) -> Iterator[tuple[Part, Answer]]:
        """What the parts of a list mean, each by itself, where nothing in them is a name (卖烟的那张跟消防的那张都退)."""
        mentions, pieces = seen.mentions, parts(seen.text, tuple((m.start, m.end) for m in seen.mentions))
        told = members(pieces, [m.start for m in mentions if m.paper])
        if likely and len(told) < 2:
            told = pieces[:MOST_MEMBERS]
        if len(told) < 2 or not (likely or several_meant(seen.text) or any(piece.joined for piece in pieces)):
            return
        story = "，".join(piece.text for piece in pieces if piece not in told and piece.end <= told[0].start)
        for part in told:
            own = [m for m in mentions if part.start <= m.start < part.end and not m.by_sound]
            kept = part.noun is not None and standing(part.text, part.noun) is not Standing.HELD
            if kept or any(m.paper or m.standing is not Standing.HELD for m in own):
                continue
            asked = part.alone if any(word in part.text for word in seen.wanted.words) else f"{part.alone}注销"
            answers = [self._alone(text) for text in ((asked, f"{story}，{asked}") if story else (asked,))]
            sure = [one for one in answers if one.hits and self._counts(one, likely)]
            vague = [one for one in answers if one.verdict is Verdict.CHOOSE and part.in_list]
            yield from ((part, one) for one in (*sure, *vague)[:1])

    def _counts(self, answer: Answer, likely: bool) -> bool:
        """Whether an answer is one paper or account to give back, or any guide where several are likely."""
        best = answer.hits[0]
        given_back = best.kind is Kind.ITEM or best.id in self._steps
        likely = likely and best.id not in self._bundles  # the shop in the story, not one of the papers
        return answer.verdict is Verdict.UNLISTED or (answer.verdict is Verdict.ANSWER and (given_back or likely))

    def _cancellable(self, mention: Mention) -> bool:
        """Whether the mention names a paper or an account to give back."""
        owner = mention.owners[0]
        return mention.paper and (owner in self._knowledge.items or owner in self._steps)

    def _by_issuer(self, seen: Evidence, named: Sequence[Mention]) -> Iterator[tuple[str, int]]:
        """Licences of the trade that are told only by who issued them (消防的, 还有公安的)."""
        plain = compact(seen.text)
        issuers = [issuer for issuer in self._issuers if issuer[0] in plain]
        for part in filter(None, map(compact, _PARTS.split(seen.text))) if issuers else ():
            if any(m.text in part for m in named):
                continue
            for issuer, given, department in issuers:
                if issuer in part and given.search(part):
                    own = [i for i in self._usual(plain) if self._knowledge.items[i].department == department]
                    if len(own) == 1:
                        yield own[0], plain.find(part)

    def _usual(self, plain: str) -> set[str]:
        """The licences of the trades that are named."""
        return {
            item
            for trade in self._knowledge.industries.values()
            if any(compact(name) in plain for name in (trade.name, *trade.aliases))
            for item in (*trade.must_have, *trade.may_have)
        }
