"""Whether something else than cancelling is wanted, though no word of the lexicon of acts need say so.

食品证五年满了，下一张怎么拿 is about renewing. What people say of each act (the samples of `acts.yaml`, two of three of
`questions/acts.yaml`) is held against what they say when they leave (two of three of the questions about guides).
"""

from __future__ import annotations

import re

import numpy as np

from assistant.knowledge.questions import known
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.acts import Wanted
from assistant.retrieval.counting import counted, numbered
from assistant.retrieval.likelihood import Likelihood
from assistant.retrieval.words import character_terms

SIGNS = (
    "bias",
    "ours",  # a word for cancelling, leaving, closing
    "other",  # a word for another act
    "other_alone",
    "likelier",  # how much likelier the words are where another act is meant than where somebody leaves
    "one_likelier",  # ... one other act
    "length",
)
RIDGE = 0.0001  # in learning what each sign counts
_SCALE = 10.0
_PINYIN = re.compile(r"[a-z]{3,} [a-z]{2,}")  # questions are written out in characters before they are compared


class OtherActs:
    """What is said of every act, ours first."""

    def __init__(self, knowledge: Knowledge) -> None:
        ours = next(act for act in knowledge.acts.values() if act.ours)
        self._others = tuple(act.id for act in knowledge.acts.values() if not act.ours)
        questions = knowledge.questions
        leaving = [text for guide in knowledge.guides for text in known(questions.about(guide))]
        said = {
            act: [*knowledge.acts[act].words, *knowledge.acts[act].samples, *known(questions.wanting(act))]
            for act in self._others
        }
        apart = [[*leaving, *known(questions.wanting(ours.id))], *said.values()]
        together = [apart[0], [text for texts in said.values() for text in texts]]
        self._apart, self._together = (
            Likelihood(
                [counted(tuple(text for text in texts if not _PINYIN.search(text)), character_terms) for texts in d]
            )
            for d in (apart, together)
        )

    def signs(self, text: str, wanted: Wanted) -> np.ndarray:
        """The figures of SIGNS for a text (pinyin written out); float64, shape (len(SIGNS),)."""
        terms = numbered(dict.fromkeys(character_terms(text)), character_terms)
        leaving, others = self._together.of(terms)
        mine, *apart = self._apart.of(terms)
        likelier, one_likelier = float(others - leaving) / _SCALE, float(max(apart, default=0.0) - mine) / _SCALE
        other = wanted.other is not None
        return np.array([1, wanted.ours, other, wanted.wrong, likelier, one_likelier, min(len(text), 40) / 40])

    def likeliest(self, text: str, wanted: Wanted) -> str | None:
        """The act that is wanted, if it is not ours: the one that is named, or the one whose words are likeliest."""
        if wanted.other is not None or not self._others:
            return wanted.other.id if wanted.other else None
        return self._others[
            int(np.argmax(self._apart.of(numbered(dict.fromkeys(character_terms(text)), character_terms))[1:]))
        ]
