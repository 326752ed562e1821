"""Sample questions are tests of a publication: those of what is changed must be answered, for others somebody says why."""

from __future__ import annotations

import pytest

from assistant.desk.effect import Change, Told, changed
from assistant.desk.impact import answers
from assistant.desk.samples import Samples, samples
from assistant.errors import Refused
from assistant.knowledge.load import load
from assistant.retrieval.answer import Verdict
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder
from assistant.retrieval.model import load_model
from assistant.retrieval.renewing import previewed
from tests.desk.builders import GUIDE, OTHER, Desk

WORDS_ALONE = Equipment(None, load_model(encoder=False))
OWN = "  - 歌厅的证怎么退"


def failing(at: Desk, old: str, new: str, path: str = GUIDE) -> Samples:
    """The samples that fail with a text in which `old` is `new`."""
    assert at.text(path).count(old) == 1
    known = load(at.root, demo=True)
    before = Finder(known, None, WORDS_ALONE.model)
    after = changed(known, path, at.text(path).replace(old, new))
    finder = previewed(before, after, WORDS_ALONE)
    return samples(before, finder, answers(before, finder))


def lost(question: str) -> Change:
    """A question that used to be answered."""
    return Change(question, Told(Verdict.ANSWER, ("歌厅许可",)), Told(Verdict.ANSWER, ("网吧许可",)), "歌厅许可")


def test_new_sample_that_leads_elsewhere_fails(at: Desk) -> None:
    """Written under the wrong guide it goes on leading to the right one, and the writer is told; a good one is green."""
    found = failing(at, OWN, f"{OWN}\n  - 唱歌的证不要了\n  - 网吧证不要了")
    assert [one.question for one in found.own] == ["网吧证不要了"]
    assert found.others == ()
    with pytest.raises(Refused, match="“网吧证不要了”（歌厅许可，以后答：网吧许可）"):
        found.must("我就要这样")


def test_sample_of_another_guide_that_is_lost_wants_a_reason(at: Desk) -> None:
    """A name that takes another guide's question away may go out, once somebody has said why."""
    found = failing(at, "别名: [网吧证]", "别名: [网吧证, 歌厅, 歌厅的证]", OTHER)
    assert ([one.question for one in found.others], found.own) == (["歌厅的证怎么退"], ())
    with pytest.raises(Refused, match=r"为什么可以.*歌厅的证怎么退"):
        found.must(" ")
    found.must("歌厅并到网吧里了")


@pytest.mark.parametrize(
    ("old", "new"), [("别名: [歌厅证, 唱歌的证]", "别名: [歌厅证, 唱歌的证, 麦霸证]"), ("老板来办。", "老板本人来办。")]
)
def test_change_that_costs_no_question_is_green(at: Desk, old: str, new: str) -> None:
    """A name that is nobody else's, words that people only read: nothing to say why for."""
    found = failing(at, old, new)
    assert found == Samples()
    found.must("")


def test_refusal_names_a_few_and_says_there_are_more() -> None:
    """Somebody who broke twenty reads five of them."""
    found = Samples(own=tuple(lost(f"第{number}句") for number in range(6)))
    with pytest.raises(Refused) as refused:
        found.must("")
    assert "第4句" in str(refused.value)
    assert "第5句" not in str(refused.value)
    assert str(refused.value).endswith("等")
