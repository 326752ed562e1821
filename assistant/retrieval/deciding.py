"""The decision about a question: answer, ask, say no; the first rule that applies, in this order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Answer, Hit, Verdict
from assistant.retrieval.entries import Kind
from assistant.retrieval.evidence import Evidence, Witness
from assistant.retrieval.mentions import Mention, Standing
from assistant.retrieval.thresholds import Thresholds
from assistant.text import compact

CHOICES = 4
BARE = 3  # characters: 证, 执照, 许可证 and nothing else say too little, however well something fits
GUIDES = (Kind.ITEM, Kind.TOPIC)
_PAPER = re.compile(r"证|照|许可|资质|备案|批|卡|资格|登记|注销|户|章|手续|税|社保")
_PARTS = re.compile(r"[，,。；;！!？?、\s]+|还有|和|跟")


@dataclass(frozen=True)
class Ranking:
    """The likeliest entries, P(none of them), and how certain the first is."""

    hits: tuple[Hit, ...]
    none: float
    certainty: float

    @property
    def best(self) -> Hit:
        """The likeliest entry."""
        return self.hits[0]

    def of(self, entry_id: str) -> Hit | None:
        """The hit of an entry, if it is among the likeliest."""
        return next((hit for hit in self.hits if hit.id == entry_id), None)


class Decider:
    """All rules over one knowledge."""

    def __init__(self, knowledge: Knowledge, witness: Witness, limits: Thresholds) -> None:
        self._knowledge, self._witness, self._limits = knowledge, witness, limits
        self._steps = {entry.id for entry, yes in zip(witness.entries, witness.kinds["registry"], strict=True) if yes}
        self._bundles = {entry.id for entry, yes in zip(witness.entries, witness.kinds["bundle"], strict=True) if yes}
        concepts = zip(witness.entries, witness.kinds["concept"], strict=True)
        self._concepts = {entry.id for entry, yes in concepts if yes} | self._bundles
        self._asked = witness.column("bundle_asked")
        self._issuers = [
            (compact(name).removesuffix("队").removesuffix("局"), department.id)
            for department in knowledge.departments.values()
            for name in {department.name.removeprefix("地区"), *department.aliases}
        ]

    def decide(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer:
        """The answer with its verdict, hits and reason."""
        rules = (
            self._other_procedure,
            self._wrong_act,
            self._no_object,
            self._several,
            self._ambiguous,
            self._nothing,
            self._likely,
            self._choices,
        )
        for rule in rules:
            decided = rule(found, seen, ranked)
            if decided is not None:
                return decided
        return found

    # ---- saying no ----------------------------------------------------------------------------------------------
    def _other_procedure(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        best = ranked.best
        if not seen.core and seen.wanted.ours:
            return None  # 我要注销: nothing but the act is said
        if best.kind is Kind.REDIRECT and best.score >= max(self._limits.redirect, ranked.none):
            return replace(found, verdict=Verdict.REDIRECT, hits=(best,), reason="another procedure is most likely")
        return None

    def _wrong_act(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        act = seen.wanted.other
        if not seen.wanted.wrong or act is None:
            return None
        best = ranked.best
        general = best.id == act.topic or best.id in self._concepts - self._bundles
        if general and best.score >= self._limits.topic_over_act:
            return None
        about = tuple(hit for hit in ranked.hits[:3] if hit.kind is Kind.ITEM and hit.score >= self._limits.offer)
        return replace(found, verdict=Verdict.WRONG_ACT, hits=about, act=act.id, reason="only another act is named")

    def _nothing(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        if ranked.none >= self._limits.none and ranked.none > ranked.best.score:
            return replace(found, reason="nothing that we know is likelier than anything")
        return None

    # ---- asking -------------------------------------------------------------------------------------------------
    def _no_object(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        if not seen.core_is_generic or any(m.certain or m.group for m in seen.mentions):
            return None
        if len(seen.core) > BARE and ranked.certainty >= self._limits.answer:
            return None
        return replace(found, verdict=Verdict.NO_OBJECT, reason="says what to do, not with what")

    def _ambiguous(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        for mention in seen.mentions:
            if mention.group is None or mention.certain or mention.standing is not Standing.HELD:
                continue
            if any(m.certain and set(m.owners) <= set(mention.owners) for m in seen.mentions):
                continue
            members = sorted((hit for hit in map(ranked.of, mention.owners) if hit), key=lambda hit: -hit.score)
            if not members:
                continue
            plain = compact(seen.text)
            rest = plain[: mention.start] + "　" + plain[mention.end :]
            total = sum(hit.score for hit in members) or 1.0
            if members[0].score / total >= self._limits.settled and self._witness.spoken_for(rest, members[0].id):
                continue
            if ranked.best.kind is Kind.UNLISTED and ranked.best.score >= self._limits.unlisted:
                continue
            reason = f"the word {mention.text} means several"
            return replace(found, verdict=Verdict.CHOOSE, hits=tuple(members), group=mention.group, reason=reason)
        return None

    def _choices(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        guides = [hit for hit in ranked.hits if hit.kind is not Kind.REDIRECT][:CHOICES]
        offered = tuple(hit for n, hit in enumerate(guides) if hit.score >= self._limits.offer or 0 < n < 3)
        if not offered or guides[0].score < self._limits.offer:
            return None
        group = self._shared_group(offered)
        return replace(found, verdict=Verdict.CHOOSE, hits=offered, group=group, reason="not sure which")

    def _shared_group(self, hits: Sequence[Hit]) -> str | None:
        """The confusion group that the first two belong to."""
        for group in self._knowledge.groups.values():
            if {hit.id for hit in hits[:2]} <= {option.guide for option in group.options}:
                return group.id
        return None

    # ---- answering ----------------------------------------------------------------------------------------------
    def _several(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        named = [m for m in seen.mentions if m.certain and not m.by_sound and m.standing is Standing.HELD]
        places: dict[str, int] = {}
        for mention in named:
            if self._cancellable(mention):
                places.setdefault(mention.owners[0], mention.start)
        if not any(entry in self._knowledge.items for entry in places):
            return None
        for entry, start in self._by_issuer(seen, named):
            places.setdefault(entry, start)
        hits = [ranked.of(entry) or self._witness.hit(entry) for entry, _ in sorted(places.items(), key=lambda p: p[1])]
        if len(hits) >= 2:
            return replace(found, verdict=Verdict.ANSWER, hits=tuple(hits), reason="several are named")
        return None

    def _cancellable(self, mention: Mention) -> bool:
        """Whether the mention names a paper or an account to give back, not just a trade or a business."""
        owner = mention.owners[0]
        known = owner in self._knowledge.items or owner in self._steps
        return known and len(mention.text) >= 3 and bool(_PAPER.search(mention.text))

    def _by_issuer(self, seen: Evidence, named: Sequence[Mention]) -> list[tuple[str, int]]:
        """Licences of the trade that are told only by who issued them (消防的, 还有公安的)."""
        plain = compact(seen.text)
        usual = {
            item
            for trade in self._knowledge.industries.values()
            if any(compact(name) in plain for name in (trade.name, *trade.aliases))
            for item in (*trade.must_have, *trade.may_have)
        }
        found: list[tuple[str, int]] = []
        for part in filter(None, map(compact, _PARTS.split(seen.text))):
            if any(m.text in part for m in named):
                continue
            for issuer, department in self._issuers:
                if len(issuer) >= 2 and re.search(f"{issuer}(局|队|口)?(的|那个|发的|那张)", part):
                    own = [i for i in usual if self._knowledge.items[i].department == department]
                    if len(own) == 1:
                        found.append((own[0], plain.find(part)))
        return found

    def _likely(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        best = ranked.best
        if best.kind is Kind.UNLISTED and best.score >= self._limits.unlisted:
            return replace(found, verdict=Verdict.UNLISTED, hits=(best,), reason="known, and not on the list")
        if best.kind is Kind.REDIRECT:
            return replace(found, verdict=Verdict.REDIRECT, hits=(best,), reason="another procedure is most likely")
        if best.id in self._bundles:
            licence = self._side_of_a_licence(found, seen, ranked)
            if licence is not None:
                return licence
        if best.kind in GUIDES and ranked.certainty >= self._limits.answer:
            return replace(found, verdict=Verdict.ANSWER, hits=(best,), reason="certain enough")
        return self._side_of_a_licence(found, seen, ranked)

    def _side_of_a_licence(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        """A licence and a general question about it (what if not, lost, a trade's licences): the licence answers both."""
        general = self._concepts if not seen.rows[:, self._asked].any() else self._concepts - self._bundles
        near = ranked.hits[:CHOICES]
        item = next((hit for hit in near if hit.kind is Kind.ITEM), None)
        if item is None or ranked.best.id not in general | {item.id}:
            return None
        mass = sum(hit.score for hit in near if hit.id == item.id or hit.id in general)
        if mass < self._limits.answer or item.score < self._limits.offer:
            return None
        if not self._witness.spoken_for(compact(seen.text), item.id) and not any(
            item.id in m.owners for m in seen.mentions
        ):
            return None
        return replace(found, verdict=Verdict.ANSWER, hits=(item,), reason="a general question about this licence")
