"""The decision about a question: answer, ask, say no; the first rule that applies, in this order."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Answer, Hit, Verdict
from assistant.retrieval.doubts import Doubts
from assistant.retrieval.entries import Kind
from assistant.retrieval.evidence import Evidence, Witness
from assistant.retrieval.mentions import Mention
from assistant.retrieval.naming import Naming
from assistant.retrieval.papers import ENDING, several_meant
from assistant.retrieval.ranking import Ranking
from assistant.retrieval.standing import Standing
from assistant.retrieval.thresholds import Thresholds
from assistant.text import compact

CHOICES = 4
FEW = 3  # where they have no word in common
NEAREST = 3  # offered where a licence is not on the list
STANDS_OUT = 3.0  # times as likely as the next
BARE = 3  # characters: 证, 执照, 许可证 and nothing else say too little, however well something fits
GUIDES = (Kind.ITEM, Kind.TOPIC)
_AROUND = re.compile(
    r"墙上|挂着?|手里|手上|抽屉里?|贴着?|往哪送|手续|本本|这些|那些|哪些|哪几|几样|都|退|干|本|里|上|发|时"
)
_COUNTS = re.compile(r"[两俩仨三](?:个|张|本|样|的)?(?:执业)?(?:证|许可|资质|备案|注册)(?!件)")
_NOUN = re.compile(rf"{ENDING}|本|手续")


class Decider:
    """All rules over one knowledge."""

    def __init__(
        self, knowledge: Knowledge, witness: Witness, limits: Thresholds, alone: Callable[[str], Answer]
    ) -> None:
        self._knowledge, self._witness, self._limits = knowledge, witness, limits
        self._steps = {entry.id for entry, yes in zip(witness.entries, witness.kinds["registry"], strict=True) if yes}
        self._bundles = {entry.id for entry, yes in zip(witness.entries, witness.kinds["bundle"], strict=True) if yes}
        concepts = zip(witness.entries, witness.kinds["concept"], strict=True)
        self._concepts = {entry.id for entry, yes in concepts if yes} | self._bundles
        self._asked = witness.column("bundle_asked")
        self._hinted = [witness.column(name) for name in ("trade", "scope_word")]
        self._doubts = Doubts(witness, limits)
        self._naming = Naming(knowledge, self._steps, self._bundles, alone)
        self._trades = sorted(
            (
                (compact(name), trade)
                for trade in knowledge.industries.values()
                for name in (trade.name, *trade.aliases)
            ),
            key=lambda pair: -len(pair[0]),
        )

    def decide(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer:
        """The answer with its verdict, hits and reason."""
        rules = (
            self._goes_first,
            self._either_act,
            self._several,
            self._other_procedure,
            self._wrong_act,
            self._no_object,
            self._ambiguous,
            self._trade_alone,
            self._nothing,
            self._fits_several,
            self._counted,
            self._likely,
            self._unheard,
            self._choices,
        )
        ranked = self._paper_first(seen, self._named_first(seen, ranked))
        for rule in rules:
            decided = rule(found, seen, ranked)
            if decided is not None:
                return decided
        return found

    def _named_first(self, seen: Evidence, ranked: Ranking) -> Ranking:
        """A guide whose name is all that was said comes first, however much the name sounds like something else."""
        held = [mention for mention in seen.mentions if mention.certain and mention.standing is Standing.HELD]
        whole = [mention for mention in held if seen.nearly_all(mention)]
        alone = {mention.owners[0] for mention in whole} & self._knowledge.guides.keys()
        if len(alone) != 1 or ranked.best.id in alone:
            return ranked
        return _first(ranked, *alone)

    def _paper_first(self, seen: Evidence, ranked: Ranking) -> Ranking:
        """The one paper that is named comes before those of which only the trade is told: a 妇产医院, its 医院执业许可证."""
        if ranked.best.kind is not Kind.ITEM and ranked.best.id not in self._steps | self._bundles:
            return ranked
        papers = {m.owners for m in seen.mentions if m.paper and m.standing is Standing.HELD}
        plain = {m.owners[0] for m in seen.mentions if m.certain and m.paper and not m.by_sound}
        named = plain & self._knowledge.items.keys()
        if len(papers) != 1 or len(named) != 1 or any(ranked.best.id in owners for owners in papers):
            return ranked
        said = [m.text for m in seen.mentions if m.owners[0] in named]
        own = [compact(name) for name in self._witness.names_of(ranked.best.id)]
        if any(name in longer for name in said for longer in own):
            return ranked  # a 从业资格证 may be that of the 出租车司机
        if ranked.of(*named).score < self._limits.among:
            return ranked  # nothing else in the words speaks for it
        return _first(ranked, *named)

    # ---- saying no ----------------------------------------------------------------------------------------------
    def _goes_first(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        """Forgery and the like is refused, whatever licence is named beside it: P一张清税证明."""
        redirects = self._knowledge.redirects
        named = [one for mention in seen.mentions if not mention.by_sound for one in mention.owners if one in redirects]
        refused = next((one for one in named if redirects[one].goes_first), None)
        if refused is None:
            return None
        return replace(
            found, verdict=Verdict.REDIRECT, hits=(ranked.of(refused),), reason="this goes before anything else"
        )

    def _either_act(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        """Whether to cancel or to do something else is asked (是改成他的名还是先都销了): the other act's own guide tells."""
        act = seen.wanted.other
        if act is None or act.topic is None or not seen.wanted.ours or "还是" not in seen.text:
            return None
        topic = ranked.of(act.topic)
        if topic not in ranked.hits[:CHOICES] or topic.score < self._limits.offer:
            return None
        return replace(found, verdict=Verdict.ANSWER, hits=(topic,), reason="one act or the other")

    def _other_procedure(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        best = ranked.best
        if not seen.core and seen.wanted.ours:
            return None  # 我要注销: nothing but the act is said
        if best.kind is Kind.REDIRECT and best.score >= max(self._limits.redirect, ranked.none):
            return replace(found, verdict=Verdict.REDIRECT, hits=(best,), reason="another procedure is most likely")
        named = {owner for mention in seen.mentions for owner in mention.owners}
        elsewhere = [ranked.of(one) for one in named & self._knowledge.redirects.keys()]
        unclear = ranked.certainty < self._limits.answer and not seen.rows[:, self._hinted].any()
        if elsewhere and len(elsewhere) == len(named) and (unclear or not seen.wanted.ours):
            return replace(
                found, verdict=Verdict.REDIRECT, hits=(elsewhere[0],), reason="only another procedure is named"
            )
        return None

    def _wrong_act(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        if ranked.other_act is None:
            return None
        act = self._knowledge.acts[ranked.other_act]
        best = ranked.best
        general = best.id == act.topic or best.id in self._concepts - self._bundles
        if general and best.score >= self._limits.topic_over_act:
            return None
        about = tuple(hit for hit in ranked.hits[:3] if hit.kind is Kind.ITEM and hit.score >= self._limits.offer)
        return replace(found, verdict=Verdict.WRONG_ACT, hits=about, act=act.id, reason="only another act is named")

    def _nothing(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        if ranked.none >= self._limits.none and ranked.none > ranked.best.score:
            if seen.paper:
                return self._unheard_of(found, ranked)
            return replace(found, reason="nothing that we know is likelier than anything")
        return None

    def _unheard(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        unlisted = sum(hit.score for hit in ranked.hits if hit.kind is Kind.UNLISTED)
        if seen.paper and ranked.none + unlisted >= self._limits.unheard and ranked.certainty < self._limits.answer:
            return self._unheard_of(found, ranked)
        return None

    def _unheard_of(self, found: Answer, ranked: Ranking) -> Answer:
        """A licence is named that is none of ours; the nearest ones are offered."""
        near = tuple(hit for hit in ranked.hits if hit.kind is Kind.ITEM)[:NEAREST]
        return replace(found, hits=near, reason="a licence that we have never heard of")

    # ---- asking -------------------------------------------------------------------------------------------------
    def _no_object(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        if ranked.bare >= self._limits.bare and ranked.bare > ranked.best.score:
            return replace(found, verdict=Verdict.NO_OBJECT, reason="sounds like naming nothing")
        if not _says_little(seen, seen.core) or any(m.certain or m.group for m in seen.mentions):
            return None
        if self._of_the_business_licence(seen, ranked):
            return None
        if len(seen.core) > BARE and ranked.certainty >= self._limits.answer:
            return None
        return replace(found, verdict=Verdict.NO_OBJECT, reason="says what to do, not with what")

    def _of_the_business_licence(self, seen: Evidence, ranked: Ranking) -> bool:
        """Whether the business licence is named, and what is done with it far likelier than anything: 执照不想要了，注销带啥."""
        return "执照" in seen.text and ranked.best.id in self._steps and _stands_out(ranked)

    def _fits_several(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        if ranked.vague < self._limits.vague or _plainly_named(seen) == {ranked.best.id}:
            return None
        guides = tuple(hit for hit in ranked.hits if hit.kind in GUIDES)[:CHOICES]
        group = self._shared_group(guides)
        return replace(found, verdict=Verdict.CHOOSE, hits=guides, group=group, reason="sounds like several")

    def _counted(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        """Several are counted (两个许可, 他俩的注册), and which they are is not said: the likeliest ones."""
        items = tuple(hit for hit in ranked.hits if hit.kind is Kind.ITEM)[:CHOICES]
        if not _COUNTS.search(compact(seen.text)) or ranked.best.id not in {hit.id for hit in items}:
            return None
        return replace(found, verdict=Verdict.CHOOSE, hits=items, reason="more are counted than named")

    def _ambiguous(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        doubts = self._doubts.of(seen, ranked)
        best = ranked.best
        if not doubts or (best.kind is Kind.UNLISTED and any(best.id in mention.owners for mention in seen.mentions)):
            return None
        first, *others = doubts
        hits, group = first.hits, first.group
        reason = "a word that means several"
        return replace(found, verdict=Verdict.CHOOSE, hits=hits, group=group, beside=tuple(others), reason=reason)

    def _trade_alone(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        """A trade that holds several licences, and "the licence" (药店不干了，证咋退): which one?"""
        asks_which = bool(seen.rows[:, self._asked].any())
        if any(m.paper for m in seen.mentions) or ranked.other_act or not (asks_which or _NOUN.search(seen.core)):
            return None
        said = [(name, trade) for name, trade in self._trades if name in seen.core]
        if not said or not _says_little(seen, seen.core.replace(said[0][0], "")):
            return None
        trade = said[0][1]
        held = sorted({*trade.must_have, *trade.may_have} & self._knowledge.items.keys())
        if len(held) < 2 or (asks_which and trade.topic in self._bundles):
            return None
        hits = sorted((ranked.of(item) for item in held), key=lambda hit: -hit.score)
        bundle = (self._witness.hit(trade.topic),) if trade.topic in self._bundles else ()
        offered = (*bundle, *hits)[:CHOICES]
        return replace(found, verdict=Verdict.CHOOSE, hits=offered, reason="a trade with several licences")

    def _choices(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        guides = [hit for hit in ranked.hits if hit.kind is not Kind.REDIRECT][:CHOICES]
        most = CHOICES if self._shared_group(guides) else FEW
        offered = tuple(hit for n, hit in enumerate(guides) if hit.score >= self._limits.offer or 0 < n < most)
        if not offered or (ranked.certainty < self._limits.asking and not _NOUN.search(seen.core)):
            return None
        if guides[0].score < self._limits.offer:
            return replace(found, verdict=Verdict.NO_OBJECT, reason="a paper, and nothing that tells which")
        group = self._shared_group(offered)
        return replace(found, verdict=Verdict.CHOOSE, hits=offered, group=group, reason="not sure which")

    def _shared_group(self, hits: Sequence[Hit]) -> str | None:
        """The confusion group that the first two belong to."""
        for group in self._knowledge.groups.values():
            if {hit.id for hit in hits[:2]} <= set(group.members):
                return group.id
        return None

    # ---- answering ----------------------------------------------------------------------------------------------
    def _several(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        if ranked.other_act and (seen.wanted.other or len(_named_side_by_side(seen)) < 2):
            return None
        likely = ranked.several >= self._limits.several
        places, vague = self._naming.places(seen, likely=likely)
        if not likely and not several_meant(seen.text) and not any(entry in self._knowledge.items for entry in places):
            return None
        for mention in seen.mentions:
            if places and self._doubts.overruled(mention, ranked):
                places.setdefault(ranked.best.id, mention.start)
        for mention in seen.mentions if likely else ():
            if entry := _left_over(mention, places, ranked):
                places.setdefault(entry, mention.start)
        hits = tuple(ranked.of(entry) for entry in sorted(places, key=lambda e: places[e]))
        doubts = (*self._doubts.of(seen, ranked), *vague)
        open_ones = tuple(doubt for doubt in doubts if not {hit.id for hit in doubt.hits} & places.keys())
        if hits and len(hits) + len(open_ones) >= 2:
            return replace(found, verdict=Verdict.ANSWER, hits=hits, beside=open_ones, reason="several are named")
        if len(vague) >= 2 and not hits:
            first, *others = vague
            reason = "several are described"
            return replace(
                found, verdict=Verdict.CHOOSE, hits=first.hits, group=first.group, beside=tuple(others), reason=reason
            )
        return None

    def _likely(self, found: Answer, seen: Evidence, ranked: Ranking) -> Answer | None:
        best = ranked.best
        if best.kind in (Kind.UNLISTED, Kind.REDIRECT) and ranked.certainty < self._limits.asking:
            return None
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
        named = [
            m
            for m in seen.mentions
            if m.paper and m.certain and m.standing is Standing.HELD
            if not m.by_sound or seen.nearly_all(m)
        ]
        likely = ranked.certainty >= self._limits.asking or _stands_out(ranked)
        if likely and {m.owners for m in named} == {(best.id,)}:
            return replace(found, verdict=Verdict.ANSWER, hits=(best,), reason="it is named, and nothing else is")
        if self._of_the_business_licence(seen, ranked):
            return replace(found, verdict=Verdict.ANSWER, hits=(best,), reason="the business licence is named")
        if any(m.group and m.owners == (best.id,) and m.standing is Standing.HELD for m in seen.mentions):
            return replace(found, verdict=Verdict.ANSWER, hits=(best,), reason="a sign decides what the word means")
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


def _named_side_by_side(seen: Evidence) -> set[str]:
    """The entries that are plainly named as papers."""
    return {m.owners[0] for m in seen.mentions if m.certain and m.paper and m.standing is Standing.HELD}


def _plainly_named(seen: Evidence) -> set[str]:
    """Those of them that are written as they are called."""
    return _named_side_by_side(replace(seen, mentions=tuple(m for m in seen.mentions if not m.by_sound)))


def _left_over(mention: Mention, places: Collection[str], ranked: Ranking) -> str | None:
    """What a word of several means beside a plainer name of one of them: the likeliest other, where it stands out.

    高危证、卫生证和小超市的食品证: the 卫生证 is not the 食品证.
    """
    if mention.certain or not mention.paper or mention.standing is not Standing.HELD:
        return None
    others = sorted((ranked.of(one) for one in mention.owners if one not in places), key=lambda hit: -hit.score)
    if not others or len(others) == len(mention.owners):
        return None
    return others[0].id if len(others) == 1 or others[0].score >= STANDS_OUT * others[1].score else None


def _first(ranked: Ranking, entry_id: str) -> Ranking:
    """The ranking with this entry before all others."""
    return replace(ranked, hits=(ranked.of(entry_id), *(hit for hit in ranked.hits if hit.id != entry_id)))


def _stands_out(ranked: Ranking) -> bool:
    """Whether the first is far likelier than the second."""
    best, *others = (hit.score for hit in ranked.hits[:2])
    return best >= STANDS_OUT * max(others, default=0.0)


def _says_little(seen: Evidence, core: str) -> bool:
    """Whether these words name nothing but papers and businesses as such, wherever they hang or lie."""
    return replace(seen, core=_AROUND.sub("", core)).core_is_generic
