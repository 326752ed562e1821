"""The paper judge: which licences a message tells of, by all signs at once, as learned from the messages of nlu/told.

The rules of licences.py read a message clause by clause; what they find is one sign among the others here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from assistant.actions.asking import instead_of, usual_licences
from assistant.actions.brain import Brain, Judge
from assistant.actions.by_trade import describes
from assistant.actions.denying import wanting_no_more
from assistant.actions.describing import speaks_of_a_paper
from assistant.actions.others import (
    belongs_elsewhere,
    given_back_after_all,
    is_a_paper,
    not_kept_either,
    not_ours,
    of_our_trade,
    told_by_their_own_names,
)
from assistant.actions.paper_reader import READER, PaperReader
from assistant.actions.paper_reading import Reading
from assistant.actions.paper_signs import LISTS, Clause, clauses_of, likest, signs
from assistant.actions.said import Said
from assistant.actions.state import State
from assistant.actions.told_licences import LicencesTold
from assistant.checklist.profile import SITUATIONS
from assistant.errors import EncoderError
from assistant.neural import CheckedModel, softmax
from assistant.retrieval.answer import Answer
from assistant.retrieval.mentions import Mention, Standing
from assistant.retrieval.papers import PAPER
from assistant.sayings.clauses import PAPER as ANY_PAPER
from assistant.sayings.reader import denies_a_paper, read
from assistant.settings import ROOT
from assistant.text import compact, compact_clauses

SHIPPED = ROOT / "encoder" / "paper-judge"
DESCRIPTION = "judge.json"
NONE, HELD, GONE = range(3)
Share = tuple[float, float]  # P(held), P(not held)
_HAS_IT = re.compile(
    rf"(?:我们?|俺们?|咱们?|我家|店里|公司|单位|家里|手里|手上|手头|墙上|现在|还|就|只|光|另外)*(?:有|办过|办了|领过|领了|挂的是|挂着|拿着|持有)"
    rf"(?:过|着|了)?(?:一?[个张本份])?{ANY_PAPER}(?:一?[个张本份])?|{ANY_PAPER}[0-9一两俩三四]+[个张本份]|"
    rf"(?:我们?|俺们?|咱们?|这个|那个|就|把|先)*{ANY_PAPER}(?:(?:也|都|就)*(?:要|想|得|准备|打算|给我|帮我)+(?:注?销|退|交)(?:掉|了|回去|上去)*(?:就行|就好|就中|吧|呗)*|"
    r"(?:注?销|退|交)(?:掉|了|回去|上去)*(?:就行|就好|就可以|就中|吧|呗))"
)
_BUSINESS = re.compile(
    rf"(?:我们?|俺们?|咱们?|家里?|这个?|是|做|搞|开|个|有)*{ANY_PAPER}的?(?:小|老)?(?:公司|企业|店|厂|门市|铺子|站|点)(?:的)?"
)
_COUNTED_OUT = re.compile(
    r"^(?:(?:头|第|最后|剩下|另外?|还有|再有|有)?[一二两三四五六]?(?:个|张|本|样)|再有|还有)(?:就)?(?:是|叫|写的?|印的?)"
)
_GOT_IT = re.compile(r"^(?:也|都|当年|早年|当初|以前)*(?:登记|备案|批|办|领)过(?:证|手续|的)*$")  # 有个印刷间，登记过
SHORTEST = 4  # characters; less is an answer, not a paper
# Of the licences spoken of without a word for a paper four fifths are as likely; of other messages a fifth.
REMINDS = 0.3
KNOWN = 0.9  # from where another licence of a word that means one told before is told, too
log = logging.getLogger(__name__)


class LearnedJudge(CheckedModel):
    """The shipped trees with the three limits, and the reader; EncoderError where one of them cannot be loaded."""

    def __init__(self, directory: Path, reader: Path = READER) -> None:
        super().__init__(directory, DESCRIPTION, called="判断有哪些证的模型")
        self._reader = PaperReader(reader)
        self.figures = int(self._session.get_inputs()[0].shape[1])  # how many are weighed for each licence

    def _take(self, directory: Path, files: Mapping[str, str]) -> None:
        self.sure, self.doubted = float(self.described["sure"]), float(self.described["doubted"])
        self.withdrawn = float(self.described["withdrawn"])

    def read(self, reading: Reading) -> list[tuple[float, ...]]:
        """P(not spoken of), P(held), P(not held) of each candidate."""
        return self._reader.read(reading)

    def shares(self, figures: Mapping[str, list[float]]) -> dict[str, Share]:
        """P(held), P(not held) of each."""
        if not figures:
            return {}
        utility = self._session.run(None, {"signs": np.array(list(figures.values()), np.float32)})[0]
        return {item: (float(row[HELD]), float(row[GONE])) for item, row in zip(figures, softmax(utility), strict=True)}


@cache
def shipped() -> Judge | None:
    """The judge that ships; None where it cannot be loaded, so that the rules alone must do."""
    try:
        return LearnedJudge(SHIPPED)
    except EncoderError as error:
        log.error("licences are told by rules alone: %s", error)
        return None


@dataclass(frozen=True)
class _Heard:
    """One message: what the rules found in it, and what its clauses say."""

    brain: Brain
    state: State
    judge: Judge
    clauses: Sequence[Clause]
    mentions: Sequence[Mention]
    told: LicencesTold

    def said_of(self, item: str) -> tuple[str, str]:
        """The clause that is likest a licence, and the next one, which may be empty."""
        at = likest(self.clauses, item)
        return self.clauses[at].plain, "".join(clause.plain for clause in self.clauses[at + 1 : at + 2])

    @cached_property
    def like_one_told(self) -> set[str]:
        """The other licences that a word of several may mean where one of them was told before: 车证 is that one."""
        before = {*(self.state.profile.licences or ())} - self.told_plainly
        shared = (set(name.owners) for name in self.mentions if name.group and name.paper)
        named = {name.owners[0] for name in self.mentions if name.certain}
        return set().union(*(owners for owners in shared if not before.isdisjoint(owners))) - before - named

    @cached_property
    def denied_by_a_shared_name(self) -> set[str]:
        """What was told by its own name, and is called now only by a word of several that is denied."""
        called = [name for name in self.mentions if name.paper]
        denied = {i for name in called if name.group and name.standing is not Standing.HELD for i in name.owners}
        itself = {i for name in called if not name.group for i in name.owners}
        return (denied - itself) & self.told_plainly if denied - itself else set()

    @cached_property
    def told_plainly(self) -> set[str]:
        """What was told before by a name that means no other."""
        return told_by_their_own_names(self.brain, self.state)

    @cached_property
    def kept_no_more(self) -> set[str]:
        """What was to stay, and now goes, too."""
        return {*not_kept_either(self.brain, self.state, [clause.plain for clause in self.clauses])}

    @cached_property
    def issued_in_the_trade(self) -> set[str]:
        """What the rules found that the trade usually has and an office is named for: 公安给发过一个, of an inn."""
        if self.state.asked not in LISTS:
            return set()
        items, usual = self.brain.knowledge.items, usual_licences(self.brain.knowledge, self.state)
        offices = {office for clause in self.clauses for office in clause.offices}
        return {item for item in self.told.held if item in usual and items[item].department in offices}

    @cached_property
    def told_apart(self) -> set[str]:
        """What the rules found for a word of several, as what was said before decides it: a seal shop's 特种行业的证."""
        if self.state.asked is None:
            return set()
        shared = {owner for name in self.mentions if name.group and name.paper for owner in name.owners}
        found = {item for item in self.told.held if item in shared}
        return found - self.like_one_told - {*self.told.likely} - self.told_plainly

    @cached_property
    def instead(self) -> set[str]:
        """What the rules found instead of what the message denies: 不是普通货运，是危险品的."""
        before = set(self.state.profile.licences or ())
        wrong = [item for item in self.told.dropped if item in before]
        return instead_of(self.brain.knowledge, wrong, self.told.held)

    @cached_property
    def called_by_it(self) -> set[str]:
        """The one licence whose name is all that a business of no known trade is called by: 花炮批发的公司."""
        if len(self.told.held) != 1 or self.told.dropped or self.told.unsure or self.state.profile.industry:
            return set()
        names = [name.text for name in self.mentions if name.certain and name.owners == self.told.held]
        called = (
            c.plain for c in self.clauses if any(_BUSINESS.fullmatch(c.plain.replace(n, ANY_PAPER)) for n in names)
        )
        return {*self.told.held} if any(not self.brain.facts.trades(clause) for clause in called) else set()

    @cached_property
    def told_from(self) -> set[str]:
        """What a word of several does not mean, as the rules tell them apart: 歌舞, where 娱乐证 is a games hall's."""
        shared = [name.owners for name in self.mentions if name.group and name.paper]
        meant = (owners for owners in shared if not self.told_apart.isdisjoint(owners))
        named = {name.owners[0] for name in self.mentions if name.certain}
        return set().union(*meant) - {*self.told.held} - named


def judged(brain: Brain, state: State, said: Said, answer: Answer, told: LicencesTold) -> LicencesTold:
    """What the message tells of licences, all signs weighed; without an encoder what the rules found."""
    judge = brain.judge if brain.finder.encoder_name else None
    text = wanting_no_more(answer.question)
    if judge is None or len(compact(text)) < SHORTEST or not _may_tell(brain, state, answer, told):
        return told
    clauses = clauses_of(brain, state, text, answer)
    shares = judge.shares(signs(brain, state, text, said.intent, clauses, answer, told))
    if not shares:
        return told
    heard = _Heard(brain, state, judge, clauses, answer.mentions, told)
    for outweighs in _OUTWEIGHS:
        shares = {item: outweighs(heard, item, share) for item, share in shares.items()}
    before = () if said.asking else state.spoken_of(brain.knowledge)  # 种子证要退得拿啥 takes nothing back
    return joined(told, shares, before, judge)


def _of_a_trade_alone(heard: _Heard, item: str, share: Share) -> Share:
    """A trade alone tells of no paper: 个体，食杂店."""
    has, gone = share
    own, _ = heard.said_of(item)
    if item in heard.told.held or heard.state.asked in LISTS or PAPER.search(own) or not heard.brain.facts.trades(own):
        return share
    return has if read([own])[0].tells("licence=held") else 0.0, gone


def _of_the_business_alone(heard: _Heard, item: str, share: Share) -> Share:
    """A clause that says only what the business is, where, or how it stands tells of no paper: 漠河，个体，基本户有."""
    own, _ = heard.said_of(item)
    if item in heard.told.held or share[0] < heard.judge.sure:
        return share
    told = heard.brain.facts.find(own).facts.keys()
    how_it_stands = told <= {*SITUATIONS} and not describes(own)
    of_it = how_it_stands or (told <= {"place", "enterprise_type"} and not PAPER.search(own))
    return (0.0, share[1]) if told and of_it else share


def _plainly_had(heard: _Heard, item: str, share: Share) -> Share:
    """What a clause has, or wants cancelled, and no word more is held, whatever is denied around it.

    有种子证，公司，别的没有，照不销; 施工资质退掉就行，公司别动. So is what is counted out or was
    registered once: 第二个是内部印刷厂的登记; 有个印刷间，登记过.
    """
    if item not in heard.told.held or (item,) in (name.owners for name in heard.mentions if name.by_sound):
        return share
    names = [name.text for name in heard.mentions if name.certain and name.owners == (item,)]
    plain = [clause.plain for clause in heard.clauses]
    own, behind = heard.said_of(item)
    counted_out = _COUNTED_OUT.match(own) and item not in heard.told.likely and not not_ours(own, behind)
    ours = item in heard.kept_no_more or of_our_trade(heard.brain, heard.state, own)
    if counted_out or ours or _GOT_IT.match(behind) or given_back_after_all(plain[plain.index(own) + 1 :]):
        return max(share[0], heard.judge.sure), 0.0
    for clause, after in zip(plain, [*plain[1:], ""], strict=True):
        if any(name in clause and _HAS_IT.fullmatch(clause.replace(name, ANY_PAPER)) for name in names):
            return share if not_ours(clause, after) else (max(share[0], heard.judge.sure), 0.0)
    return share


def _insisted_on(heard: _Heard, item: str, share: Share) -> Share:
    """What is said to be a paper, or not to fall under another, is not denied: 是正经的许可证，不是登记表; 燃气的不归那个."""
    own, behind = heard.said_of(item)
    return share[0], 0.0 if is_a_paper(own, behind) or belongs_elsewhere(own) else share[1]


def _like_one_told(heard: _Heard, item: str, share: Share) -> Share:
    """A word of several adds no other where it means one of them, or one was told before.

    Unless rules and judge know better: 客房那个卫生许可也有.
    """
    if item in heard.told_from:
        return 0.0, share[1]
    known = item in heard.told.held and share[0] >= KNOWN
    return (0.0, share[1]) if item in heard.like_one_told and not known else share


def _another_of_that_name(heard: _Heard, item: str, share: Share) -> Share:
    """A word of several, denied, is about another one than what was told by its own name: 卫生许可证没有, of a 饭店."""
    return (share[0], 0.0) if item in heard.denied_by_a_shared_name else share


def _of_others(heard: _Heard, item: str, share: Share) -> Share:
    """A clause about what is somebody else's adds nothing that the rules did not find: 零售的是下边小店自己的."""
    if item in heard.told.held or item in (heard.state.profile.licences or ()):
        return share
    return (0.0, share[1]) if not_ours(*heard.said_of(item)) else share


def _surely_not(heard: _Heard, item: str, share: Share) -> Share:
    """Names that stand side by side share a denial, and what is taken back in so many words is."""
    return (0.0, max(share[1], heard.judge.withdrawn)) if item in heard.told.surely_not else share


def _found_by_rule(heard: _Heard, item: str, share: Share) -> Share:
    """What an office gave in the trade, what a word of several was settled to, what is said instead of another.

    Or what alone tells of the business. It stays unless it is denied.
    """
    has, gone = share
    stays = item in heard.issued_in_the_trade | heard.told_apart | heard.instead | heard.called_by_it
    return (max(has, heard.judge.doubted), gone) if stays and gone < heard.judge.doubted else share


# What is surer than the judge, in this order: each takes P(held), P(not held) of a licence and gives them as they must be.
_OUTWEIGHS = (
    _of_a_trade_alone,
    _of_the_business_alone,
    _plainly_had,
    _insisted_on,
    _like_one_told,
    _another_of_that_name,
    _of_others,
    _surely_not,
    _found_by_rule,
)


def joined(told: LicencesTold, shares: Mapping[str, Share], before: Sequence[str], judge: Judge) -> LicencesTold:
    """The findings of the rules without those that the judge doubts, and what it is sure of.

    It takes back only what was told `before`; of others it does not say that they are not held.
    """
    ours = {
        item: share for item, share in shares.items() if item not in told.unsure
    }  # a word of several is asked about
    denied = 1 - judge.doubted  # what the rules heard denied is doubted no less than what they heard told
    held = [
        i
        for i, (has, _) in ours.items()
        if has >= (judge.doubted if i in told.held else denied if i in told.dropped else judge.sure)
    ]
    dropped = [i for i in told.dropped if i in before or i not in shares or shares[i][1] >= judge.doubted]
    withdrawn = [i for i in before if i in ours and ours[i][1] >= judge.withdrawn]
    dropped += [i for i in withdrawn if i not in (*dropped, *held)]
    held.sort(key=lambda item: told.held.index(item) if item in told.held else len(told.held))
    unsure = () if set(told.unsure) & set(dropped) else told.unsure
    likely = tuple(item for item in held if item in told.likely or item not in told.held)
    return replace(told, held=tuple(held), dropped=tuple(dropped), unsure=unsure, likely=likely)


def _may_tell(brain: Brain, state: State, answer: Answer, told: LicencesTold) -> bool:
    """Whether there is anything to judge: papers were asked for, named or spoken of, or words remind of one."""
    if state.asked in LISTS or told.anything or any(mention.paper for mention in answer.mentions):
        return True
    clauses = compact_clauses(answer.question)
    if any(map(speaks_of_a_paper, clauses)) or _reminds_of_one(brain, answer):
        return True
    return bool(state.profile.licences) and denies_a_paper(clauses, likelier=True)


def _reminds_of_one(brain: Brain, answer: Answer) -> bool:
    """Whether the words as a whole are like a licence: 打的机井有取水的，一块销."""
    return any(hit.score >= REMINDS and hit.id in brain.knowledge.items for hit in answer.hits)
