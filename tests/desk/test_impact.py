"""What a change touches, told before it is published."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from assistant.cases.store import Cases
from assistant.db import StoredChecklist, now
from assistant.desk.impact import Impact, answers, impact
from assistant.desk.samples import Samples
from assistant.errors import Refused
from assistant.knowledge.load import load
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder
from assistant.retrieval.model import load_model
from assistant.retrieval.remembering import RememberingEncoder
from assistant.retrieval.renewing import previewed, renewed
from tests.cases.builders import an_entry, opened
from tests.desk.builders import CATALOG, GUIDE, OTHER, Desk

WORDS_ALONE = Equipment(None, load_model(encoder=False))


def finder_of(at: Desk) -> Finder:
    """The finder that the service has."""
    return Finder(load(at.root, demo=True), None, WORDS_ALONE.model)


def touched(at: Desk, old: str, new: str, path: str = GUIDE) -> Impact:
    """The impact of one change."""
    text = at.text(path)
    assert text.count(old) == 1
    will_be = at.drafts.fitness_of({path: text.replace(old, new)})
    return impact(finder_of(at), at.drafts.fitness_of({}), will_be, WORDS_ALONE, at.engine)


@pytest.mark.parametrize(
    ("path", "old", "new", "uses"),
    [
        (CATALOG, "小县专窗", "小县一号窗", [("窗口“小县一号窗”", ("geting",))]),
        (CATALOG, '热线: "12345", 事项数', '热线: "12301", 事项数', [("部门“文旅局”", ("geting", "shuiwu", "wangba"))]),
        ("materials.yaml", "名称: 申请书", "名称: 注销申请书", [("共用材料“注销申请书”", ("geting",))]),
        (GUIDE, "老板来办。", "本人来办。", [("指南“歌厅许可”", ("geting",))]),
        ("sources.yaml", "全称: 各地办事指南的通行做法", "全称: 通行做法", [("依据“通行做法”", ())]),
    ],
)
def test_guides_that_use_what_changed_are_named(
    at: Desk, path: str, old: str, new: str, uses: list[tuple[str, tuple[str, ...]]]
) -> None:
    """A window by its rules, a department by its items, a material and a source by who refers to it."""
    found = touched(at, old, new, path)
    assert [(one.what, tuple(sorted(one.guides))) for one in found.uses] == uses
    assert found.asked is None
    assert found.new_findings == ()


QUESTIONS = "questions/bare.yaml"
STEP, AFTER = "    - {指南: geting, 阶段: 退证}", "    - {指南: shuiwu, 阶段: 登记"


@pytest.mark.parametrize(
    ("path", "old", "new", "use"),
    [
        (GUIDE, "[歌厅证, 唱歌的证]", "[歌厅证, 唱歌的证, 麦霸证]", "指南“歌厅许可”"),
        (CATALOG, "名称: 文旅局,", "名称: 文旅局, 别名: [文化局],", "部门“文旅局”"),
        (CATALOG, "名称: 小县,", "名称: 小县, 别名: [县里],", "地区“小县”"),
        (CATALOG, "名称: 歌厅许可,", "名称: 歌厅许可, 证名: 麦霸证,", "目录里的“geting”"),
        ("confusions.yaml", "标志词: [唱歌]", "标志词: [唱歌, 麦霸]", "容易弄混的“娱乐证”"),
        ("acts.yaml", "说法: [续期]", "说法: [续期, 续上]", "手续“延续”"),
        ("acts.yaml", "说法: [续期]", "说法: [续期], 常见问法: [再开一年]", "手续“延续”"),
        ("unlisted.yaml", "名称: 护照,", "名称: 护照, 别名: [出国的本],", "不在清单上的“护照”"),
        ("redirects.yaml", "说法: [落户]", "说法: [落户, 迁户口]", "别的手续“户口”"),
        ("industries.yaml", "必有: [geting], 按需: [wangba]", "必有: [geting, wangba]", "行业“歌舞厅”"),
        ("enterprise_types.yaml", "注销登记: shuiwu", "别名: [老板], 注销登记: shuiwu", "企业类型“公司”"),
        ("procedures.yaml", f"{STEP}\n    - {{指南: shuiwu, 阶段: 登记, 先办: [geting]", AFTER, "一件事“注销一件事”"),
        (QUESTIONS, "- 我要销证", "- 我要销证\n- 证不要了", "只用来学的问法"),
    ],
)
def test_whatever_finding_hears_is_asked_before_and_after(at: Desk, path: str, old: str, new: str, use: str) -> None:
    """Each file that a finder is built from: the samples near what is new are asked, and what it is is told."""
    (at.root / "questions").mkdir()
    (at.root / QUESTIONS).write_text("- 我要销证\n", "utf-8")
    found = touched(at, old, new, path)
    assert [one.what for one in found.uses] == [use]
    assert found.asked is not None
    assert found.asked.looked_at >= 1


@pytest.mark.parametrize(
    ("path", "old", "new", "use"),
    [
        ("situations.yaml", "问: 欠账吗？", "问: 还欠账吗？", "情形“有债”"),
        ("general.yaml", "缺材料:\n  - {内容: 先打电话问。", "缺材料:\n  - {内容: 先问。", "每份指南都有的话"),
        (CATALOG, "事项: geting, 窗口: chuangkou", "事项: wangba, 窗口: chuangkou", "小县的规定"),
        ("holidays.yaml", "年份: 2027", "年份: 2028", "2027 年的放假和调休"),
    ],
)
def test_what_people_only_read_is_told_and_nobody_is_asked(at: Desk, path: str, old: str, new: str, use: str) -> None:
    """Finding hears nothing of it: no sample question is asked, and what is otherwise is named all the same."""
    (at.root / "holidays.yaml").write_text("- {年份: 2027, 放假: [2027-01-01]}\n", "utf-8")
    found = touched(at, old, new, path)
    assert use in [one.what for one in found.uses]
    assert (found.asked, found.samples) == (None, Samples())


def test_member_of_a_group_that_takes_a_sample_away_wants_a_reason(at: Desk) -> None:
    """A word of confusions.yaml asks back where one answered: the sample is lost, and whoever agrees says why."""
    found = touched(at, "叫法: [娱乐证]", "叫法: [娱乐证, 歌厅的证, 歌厅]", "confusions.yaml")
    assert [one.question for one in found.samples.others] == ["歌厅的证怎么退"]
    assert found.moved == found.samples.others
    with pytest.raises(Refused, match="为什么可以"):
        found.samples.must("")


def test_one_finder_is_built_to_look_at_a_change(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked before and after and what is tested are asked of the same: people are being answered meanwhile."""
    built: list[Finder] = []

    def counted(*told: object) -> Finder:
        built.append(Finder(*told))  # type: ignore[arg-type]
        return built[-1]

    monkeypatch.setattr("assistant.retrieval.renewing.Finder", counted)
    found = touched(at, "[歌厅证, 唱歌的证]", "[歌厅证, 唱歌的证, 麦霸证]")
    assert found.asked is not None
    assert len(built) == 1


def test_open_checklists_and_cases_with_the_guide_are_counted(at: Desk) -> None:
    """A checklist of late and an open case that contain the item; an old checklist and another item do not count."""
    entries = [{"item": {"id": "geting", "name": "歌厅许可"}}]
    with Session(at.engine) as session, session.begin():
        for token, age, body in (("new", 1, entries), ("old", 200, entries), ("other", 1, [])):
            issued = now() - dt.timedelta(days=age)
            session.add(StoredChecklist(token=token, body={"phases": [{"entries": body}]}, issued_at=issued))
    cases = Cases(at.engine)
    case = opened(cases, an_entry("geting"))
    opened(cases, an_entry("wangba"))
    found = touched(at, "老板来办。", "本人来办。")
    assert (found.checklists, found.cases) == (1, (case.number,))


def test_new_collision_is_told_and_old_ones_are_not(at: Desk) -> None:
    """An alias that another guide has by now is a finding that was not there before."""
    found = touched(at, "别名: [网吧证]", "别名: [网吧证, 歌厅证]", OTHER)
    assert found.new_findings
    assert all("歌厅证" in one.message for one in found.new_findings)


def test_sample_question_that_leads_elsewhere_is_told(at: Desk) -> None:
    """The last name by which a guide was known goes: its own sample question is asked before and after."""
    before = load(at.root, demo=True)
    text = at.text().replace("别名: [歌厅证, 唱歌的证]\n", "").replace("歌厅的证怎么退", "唱歌的证怎么退")
    after = at.drafts.fitness_of({GUIDE: text}).must()
    finder = Finder(before, None, WORDS_ALONE.model)
    effect = answers(finder, previewed(finder, after, WORDS_ALONE))
    assert effect is not None
    assert effect.looked_at >= 1


class Letters:
    """An encoder to whom texts mean what their characters are."""

    name, dimension, digest = "letters", 64, "l" * 64

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One row of length one for each text."""
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            np.add.at(row, [ord(sign) % self.dimension for sign in text], 1)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_looking_at_a_change_leaves_what_is_remembered_on_the_disk(
    at: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many new names that nobody publishes neither add a vector to the file nor take one out; publishing them does."""
    monkeypatch.setattr("assistant.retrieval.remembering.FEWEST", 5)
    with_encoder = Equipment(RememberingEncoder(Letters(), tmp_path), load_model(encoder=True))
    finder = Finder(load(at.root, demo=True), with_encoder.encoder, with_encoder.model)
    (file,) = tmp_path.glob("vectors-*.npz")
    remembered = file.read_bytes()
    text = at.text().replace("唱歌的证]", "唱歌的证, 麦霸证, 麦克风证, 话筒证, 点歌证, 练歌证]")
    changed = at.drafts.fitness_of({GUIDE: text}).must()
    found = answers(finder, previewed(finder, changed, with_encoder))
    assert found is not None
    assert found.looked_at >= 1
    assert file.read_bytes() == remembered
    assert list(tmp_path.glob("*.npz")) == [file]
    renewed(finder, changed, with_encoder)
    assert file.read_bytes() != remembered


def test_garbage_is_looked_for_again_once_a_finder_is_built(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is built nobody looks, afterwards somebody does, also where it could not be built."""
    looking: list[bool] = []

    def built(knowledge: Knowledge, *_: object) -> Finder:
        looking.append(gc.isenabled())
        raise MemoryError

    finder = finder_of(at)
    heard = at.drafts.fitness_of({GUIDE: at.text().replace("唱歌的证]", "唱歌的证, 麦霸证]")}).must()
    monkeypatch.setattr("assistant.retrieval.renewing.Finder", built)
    with pytest.raises(MemoryError):
        renewed(finder, heard, WORDS_ALONE)
    assert looking == [False]
    assert gc.isenabled()


def test_finder_is_kept_where_nothing_that_it_hears_has_changed(at: Desk) -> None:
    """A telephone costs no time; a name is heard at once."""
    finder = finder_of(at)
    for path, old, new, same in (
        (CATALOG, "小县专窗", "小县一号窗", True),
        (CATALOG, '热线: "12345", 事项数', '热线: "12301", 事项数', True),
        (GUIDE, "老板来办。", "本人来办。", True),
        (GUIDE, "[歌厅证, 唱歌的证]", "[歌厅证, 唱歌的证, 麦霸证]", False),
        ("acts.yaml", "说法: [续期]", "说法: [续期, 续上]", False),
    ):
        knowledge = at.drafts.fitness_of({path: at.text(path).replace(old, new)}).must()
        new_one = renewed(finder, knowledge, WORDS_ALONE)
        assert new_one.knowledge is knowledge
        assert (new_one.witness is finder.witness) is same
    heard = at.drafts.fitness_of({GUIDE: at.text().replace("唱歌的证]", "唱歌的证, 麦霸证]")}).must()
    assert renewed(finder, heard, WORDS_ALONE).find("麦霸证怎么注销").hits[0].id == "geting"
