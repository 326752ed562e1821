"""The thresholds, each the one that keeps its written budget on the cases that it decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.knowledge.whole import Knowledge
from assistant.retrieval import thresholds as budget
from assistant.retrieval.cases import Case, Sort, act_cases, memberships, narrowings
from assistant.retrieval.certainty import signs_of
from assistant.retrieval.channels import NONE_CHANNELS
from assistant.retrieval.doubts import speaks_for_one
from assistant.retrieval.entries import Kind
from assistant.retrieval.evidence import Witness
from assistant.retrieval.logistic import Logistic
from assistant.retrieval.thresholds import Thresholds, highest, lowest
from assistant.retrieval.weighing import Weights, one_meant
from assistant.text import compact

# People ask about what is on the list far oftener than these are written down.
COMMON = {Kind.UNLISTED: 0.3, Kind.REDIRECT: 0.3}
GUIDES = (Kind.ITEM, Kind.TOPIC)
_PAPER_NAMED = NONE_CHANNELS.index("paper_named")


@dataclass(frozen=True)
class Held:
    """One case judged by weights that never saw its entry."""

    case: Case
    probability: np.ndarray  # if one thing is meant
    signs: np.ndarray
    several: float  # P(several are named)
    certainty: float = 0.0

    @property
    def first(self) -> int:
        """The best thing; ways to speak and "none" are left out."""
        return int(np.argmax(self.probability[: self.case.evidence.things]))

    @property
    def kind(self) -> Kind:
        """The kind of the best entry."""
        return self.case.witness.entries[self.first].kind

    @property
    def ours(self) -> bool:
        """Whether it is a question that one of our guides answers."""
        return self.case.answerable and self.case.kind in GUIDES

    def of(self, kind: Kind) -> float:
        """P(it is of this kind, all its entries together)."""
        own = np.array([entry.kind is kind for entry in self.case.witness.entries])
        return float(self.probability[:-1][own].sum())

    @property
    def none(self) -> float:
        """P(none of our business)."""
        return float(self.probability[-1]) + self.of(Kind.ELSEWHERE)

    @property
    def not_ours(self) -> float:
        """P(nothing that we know, or a thing that is not on the list)."""
        unlisted = self.case.witness.is_unlisted.astype(bool)
        return float(self.none + self.probability[:-1][unlisted].sum())


def learned_thresholds(
    knowledge: Knowledge,
    witness: Witness,
    weights: Weights,
    certainty: Logistic,
    held: Sequence[Held],
    presumed: Sequence[float],
    misleads: Callable[[Held], bool],
) -> Thresholds:
    """All thresholds; `misleads` says of a case whether giving its first guess would be wrong.

    `presumed` has P(another act is wanted) of questions in which it is not.
    """
    ours = [one for one in held if one.ours]
    meant = [one for one in held if one.ours or one.case.sort is Sort.VAGUE]
    settled, overrules = _settling(knowledge, witness, weights, certainty, held)
    mass, among = _picking(knowledge, witness, weights)
    return Thresholds(
        answer=_answering(held, misleads),
        redirect=_away(ours, Kind.REDIRECT),
        unlisted=_away(ours, Kind.UNLISTED),
        none=lowest([one.none for one in meant], [True] * len(meant), budget.REFUSED_AT_MOST),
        bare=lowest([one.of(Kind.BARE) for one in ours], [True] * len(ours), budget.BARE_AT_MOST),
        several=lowest([one.several for one in ours], [True] * len(ours), budget.SEVERAL_AT_MOST),
        vague=lowest([one.of(Kind.VAGUE) for one in ours], [True] * len(ours), budget.ASKED_BACK_AT_MOST),
        unheard=lowest(
            [one.not_ours for one in meant],
            [bool(one.case.evidence.none[_PAPER_NAMED]) for one in meant],
            budget.UNHEARD_AT_MOST,
        ),
        asking=highest([one.certainty for one in ours], budget.UNOFFERED_AT_MOST),
        offer=highest([float(one.probability[one.first]) for one in ours], budget.UNOFFERED_AT_MOST),
        overrules=overrules,
        settled=settled,
        among=among,
        among_mass=mass,
        other_act=lowest(presumed, [True] * len(presumed), budget.ACT_PRESUMED_AT_MOST),
        topic_over_act=_acting(knowledge, witness, weights),
    )


def _answering(held: Sequence[Held], misleads: Callable[[Held], bool]) -> float:
    """From which certainty a guide is given: few wrong ones, and few where nothing or several fit."""

    def least(sort: Sort | None, share: float) -> float:
        own = [one for one in held if (one.case.answerable if sort is None else one.case.sort is sort)]
        bad = [one.kind in GUIDES and misleads(one) for one in own]
        weight = [one.case.weight * COMMON.get(one.case.kind, 1.0) for one in own]
        return lowest([one.certainty for one in own], bad, share, weight=weight)

    return max(
        least(None, budget.WRONG_AT_MOST),
        least(Sort.HIDDEN, budget.UNKNOWN_GIVEN_AT_MOST),
        least(Sort.VAGUE, budget.GUESSED_AT_MOST),
    )


def _away(ours: Sequence[Held], kind: Kind) -> float:
    """From which probability a question is sent away as being about something of this kind."""
    scores = [float(one.probability[one.first]) for one in ours]
    return lowest(scores, [one.kind is kind for one in ours], budget.REDIRECTED_AT_MOST)


def _settling(
    knowledge: Knowledge, witness: Witness, weights: Weights, certainty: Logistic, held: Sequence[Held]
) -> tuple[float, float]:
    """From which share of its group's probability a word beside the group's word has decided; from which certainty."""
    scores: list[float] = []
    wrong: list[bool] = []
    sure = [one.certainty for one in held if one.case.sort is Sort.VAGUE and _says_group_word(one.case)]
    for text, group, right in narrowings(knowledge, witness):
        seen = witness.examine(text)
        mention = next((m for m in seen.mentions if m.group == group and not m.certain), None)
        if mention is None:
            continue
        probability, _ = one_meant(weights.probabilities(seen), witness.ways)
        share, best, _ = _shares(witness, probability, mention.owners)
        if right is None:
            sure.append(certainty.of(signs_of(seen, probability)))
        plain = compact(text)
        rest = plain[: mention.start] + "　" + plain[mention.end :]
        others = [owner for owner in mention.owners if owner != best]
        scores.append(share if speaks_for_one(witness, rest, [best, *others]) else 0.0)
        wrong.append(best != right)
    return (
        lowest(scores, wrong, budget.SETTLED_WRONG_AT_MOST),
        lowest(sure, [True] * len(sure), budget.SETTLED_WRONG_AT_MOST),
    )


def _says_group_word(case: Case) -> bool:
    return any(mention.group and not mention.certain for mention in case.evidence.mentions)


def _picking(knowledge: Knowledge, witness: Witness, weights: Weights) -> tuple[float, float]:
    """What the members must have together, and the first of it, for an answer to "which one?" to have decided."""
    judged = [
        (*_shares(witness, weights.probabilities(witness.examine(text)), members), right)
        for text, members, right in memberships(knowledge)
    ]
    idle = [right is None for *_, right in judged]
    mass = lowest([total for *_, total, _ in judged], idle, budget.PICKED_WRONG_AT_MOST)
    scores = [share if total >= mass else 0.0 for share, _, total, _ in judged]
    return mass, lowest(scores, [best != right for _, best, _, right in judged], budget.PICKED_WRONG_AT_MOST)


def _shares(witness: Witness, probability: np.ndarray, members: Iterable[str]) -> tuple[float, str, float]:
    """The share of the likeliest of some entries, which it is, and what all of them have together."""
    by_member = {member: float(probability[witness.number(member)]) for member in members}
    best, total = max(by_member, key=lambda member: by_member[member]), sum(by_member.values())
    return by_member[best] / max(total, 1e-9), best, total


def _acting(knowledge: Knowledge, witness: Witness, weights: Weights) -> float:
    """From which probability a general topic is answered though another act is named."""
    general = witness.kinds["concept"].astype(bool)
    scores: list[float] = []
    samples = [(text, act.id) for act in knowledge.acts.values() if not act.ours for text in act.samples]
    for text, act_id in (*samples, *act_cases(knowledge, list(knowledge.items))):
        seen = witness.examine(text)
        probability = weights.probabilities(seen)
        best = int(np.argmax(probability[: seen.things]))
        topic = knowledge.acts[act_id].topic
        is_general = general[best] or witness.entries[best].id == topic
        scores.append(float(probability[best]) if seen.wanted.wrong and is_general else 0.0)
    return lowest(scores, [True] * len(scores), budget.ACT_MISSED_AT_MOST)
