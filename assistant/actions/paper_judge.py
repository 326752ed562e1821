"""The paper judge: which licences a message tells of, by all signs at once, as learned from the messages of nlu/told.

The rules of licences.py read a message clause by clause; what they find is one sign among the others here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from assistant.actions.brain import Brain, Judge
from assistant.actions.by_trade import NOT_HELD, issuers
from assistant.actions.denying import has_none
from assistant.actions.describing import speaks_of_a_paper
from assistant.actions.licences import SEVERAL, fragments_of
from assistant.actions.others import is_a_paper, not_ours
from assistant.actions.paper_reader import READER, PaperReader
from assistant.actions.paper_reading import Reading
from assistant.actions.paper_signs import LISTS, Clause, clauses_of, denies, likest, signs
from assistant.actions.said import Said
from assistant.actions.state import State
from assistant.actions.told_licences import LicencesTold
from assistant.errors import EncoderError
from assistant.neural import CheckedModel, softmax
from assistant.retrieval.answer import Answer, Verdict
from assistant.retrieval.mentions import Mention
from assistant.retrieval.papers import PAPER
from assistant.sayings.reader import denies_a_paper, read
from assistant.settings import ROOT
from assistant.text import compact, compact_clauses

SHIPPED = ROOT / "encoder" / "paper-judge"
DESCRIPTION = "judge.json"
NONE, HELD, GONE = range(3)
_QUALIFIES = re.compile(r"的那种$")  # 包装的那种
_BUSINESS_LICENCE = re.compile(r"营业执?照|执照|[店公司厂铺社]的?照")
_A_PAPER = re.compile(r"证|许可|备案|批|牌|(?<![基资成])本")
_SAYS_MORE = re.compile(rf"{_A_PAPER.pattern}|的|那|[一两俩]?[个张]|发|给")
SHORTEST = 4  # characters; less is an answer, not a paper
# Of the licences spoken of without a word for a paper four fifths are as likely; of other messages a fifth.
REMINDS = 0.3
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

    def shares(self, figures: Mapping[str, list[float]]) -> dict[str, tuple[float, float]]:
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


def judged(brain: Brain, state: State, said: Said, answer: Answer, told: LicencesTold) -> LicencesTold:
    """What the message tells of licences, all signs weighed; without an encoder what the rules found."""
    judge = brain.judge if brain.finder.encoder_name else None
    text = answer.question
    if judge is None or len(compact(text)) < SHORTEST or not _may_tell(brain, state, answer, told):
        return told
    clauses = clauses_of(brain, state, text, answer)
    shares = judge.shares(signs(brain, state, text, said.intent, clauses, answer, told))
    if not shares:
        return told
    to_be_asked = [hit.id for hit in answer.hits] if answer.verdict is Verdict.CHOOSE and state.asked is None else []
    told = _without_situations(brain, clauses, told)
    for item, (has, gone) in shares.items():
        own, behind = _likest(clauses, item)
        if item not in told.held and (
            item in to_be_asked or not _may_be_meant(brain, state, own, answer.mentions, told, item)
        ):
            has = 0.0
        if _of_the_business_licence(own, answer.mentions, item) or is_a_paper(own, behind):
            gone = 0.0
        if gone >= 1 - judge.doubted and _denied_by_words(own, behind):  # where the words too say so, less is enough
            gone = max(gone, judge.withdrawn)
        shares[item] = has, gone
    if not any(map(denies, clauses)):  # what the rules found stays where nothing denies
        shares = {i: (max(has, judge.doubted) if i in told.held else has, gone) for i, (has, gone) in shares.items()}
    return joined(told, shares, state.profile.licences or (), judge)


def joined(
    told: LicencesTold, shares: Mapping[str, tuple[float, float]], before: Sequence[str], judge: Judge
) -> LicencesTold:
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
    """Whether there is anything to judge: papers were asked for, named or spoken of, or words remind of one.

    Which of several is meant is asked by itself.
    """
    if state.asked == "which_licence" and len(fragments_of(answer.question)) < SEVERAL:
        return False
    if state.asked in LISTS or told.anything or any(mention.paper for mention in answer.mentions):
        return True
    clauses = compact_clauses(answer.question)
    if any(map(speaks_of_a_paper, clauses)) or _reminds_of_one(brain, answer):
        return True
    return bool(state.profile.licences) and denies_a_paper(clauses)


def _reminds_of_one(brain: Brain, answer: Answer) -> bool:
    """Whether the words as a whole are like a licence: 打的机井有取水的，一块销."""
    return any(hit.score >= REMINDS and hit.id in brain.knowledge.items for hit in answer.hits)


def _without_situations(brain: Brain, clauses: Sequence[Clause], told: LicencesTold) -> LicencesTold:
    """What the rules heard, without what stands in a clause about an account or a seal: 基本户、公章均有."""
    return replace(told, held=tuple(i for i in told.held if not _of_a_situation(brain, _likest(clauses, i)[0])))


def _likest(clauses: Sequence[Clause], item: str) -> tuple[str, str]:
    """The clause that is likest a licence, and the one behind it."""
    at = likest(clauses, item)
    return clauses[at].plain, "".join(clause.plain for clause in clauses[at + 1 : at + 2])


def _of_a_situation(brain: Brain, clause: str) -> bool:
    """Whether a clause speaks of an account or a seal, and neither of a paper nor of a trade: 刻章的铺子."""
    return bool(brain.facts.situations(clause)) and not (_A_PAPER.search(clause) or brain.facts.trades(clause))


def _of_the_business_licence(clause: str, mentions: Sequence[Mention], item: str) -> bool:
    """Whether the clause speaks of the business licence instead: 豆腐坊的执照一起注销."""
    named = any(name.paper and item in name.owners and name.text in clause for name in mentions)
    return not named and bool(_BUSINESS_LICENCE.search(clause))


def _denied_by_words(clause: str, behind: str) -> bool:
    return bool(has_none(clause) or NOT_HELD.search(clause) or not_ours(clause, behind))


def _may_be_meant(
    brain: Brain, state: State, clause: str, mentions: Sequence[Mention], told: LicencesTold, item: str
) -> bool:
    """Whether the clause may tell of a licence: 包装的那种 only says which, 开理发店 tells of none unasked."""
    names = [name for name in mentions if name.paper and name.text in clause]
    if _of_a_situation(brain, clause):
        return False
    if issuers(brain, clause) and not _SAYS_MORE.search(clause):
        return False  # 卫健局 alone, of 卫健局和环保局各发了一本
    if _denied_by_words(clause, "") or _QUALIFIES.search(clause):
        return False
    if any(item not in name.owners or set(name.owners) & set(told.held) for name in names):
        return False  # another one is named here, or what the name means is found already
    return state.asked in LISTS or bool(PAPER.search(clause)) or read([clause])[0].tells("licence=held")
