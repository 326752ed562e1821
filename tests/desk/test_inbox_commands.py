"""From a question without answer to a draft, and from what a department answered, typed as commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.desk.draft import DraftState
from assistant.desk.unanswered import Step, Unanswered
from tests.desk.asked import asked
from tests.desk.builders import CATALOG, GUIDE, Desk
from tests.desk.typing import at_a_terminal, refused, typed

QUESTION = "麦霸证咋退"
NEW = "guides/mai-ba-zheng.yaml"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk that the commands find, where something was asked in vain."""
    made = at_a_terminal(tmp_path, monkeypatch)
    asked(made.engine, (QUESTION, "unknown"), (QUESTION, "unknown"), ("吃了吗", "unknown"))
    return made


def test_alias_is_written_after_its_effect_was_seen(at: Desk) -> None:
    """Who would find it is shown; only with --yes it is a draft with the name of whoever did it, and the question waits no more."""
    told = typed("unanswered", "alias", QUESTION, "geting", "麦霸证")
    assert f"“{QUESTION}”  原来不认得，最近的是网吧许可  以后答：歌厅许可" in told
    assert "没有一句找丢" in told
    assert "还没有写" in told
    assert at.drafts.all() == []
    assert QUESTION in typed("unanswered")
    assert "草稿 1 号" in typed("unanswered", "alias", QUESTION, "geting", "麦霸证", "--yes", "--who", "zhang")
    (draft,) = at.drafts.all()
    assert (draft.path, draft.hands) == (GUIDE, ("zhang",))
    assert "麦霸证" in draft.text
    assert QUESTION not in typed("unanswered")
    assert f"zhang  “{QUESTION}”  加了叫法：歌厅许可" in typed("unanswered", "done")
    assert f"1  等人审  {GUIDE}" in typed("propose", "--draft", "1", "--reason", "有人问", "--who", "zhang")


def test_sample_is_the_question_itself_unless_another_is_written(at: Desk) -> None:
    """The whole sentence, or the one that the editor types; a name that takes others away is told first."""
    typed("unanswered", "sample", QUESTION, "geting", "--yes")
    assert QUESTION in at.drafts.open(GUIDE).text
    typed("unanswered", "again", QUESTION)
    typed("unanswered", "sample", QUESTION, "geting", "麦霸的证怎么退", "--yes")
    assert "麦霸的证怎么退" in at.drafts.open(GUIDE).text


def test_question_is_led_to_another_procedure_known_or_new(at: Desk) -> None:
    """One that is written of gets a question more; one that is not wants to know where people are to go."""
    typed("unanswered", "redirect", "吃了吗", "户口", "孩子落户找谁", "--yes")
    assert "孩子落户找谁" in at.drafts.open("redirects.yaml").text
    assert "--reply" in refused("unanswered", "redirect", QUESTION, "麦霸大赛")
    assert "不用写" in refused("unanswered", "redirect", QUESTION, "huji", "--reply", "找派出所。")
    new = ("unanswered", "redirect", QUESTION, "麦霸大赛", "--reply", "找主办方。", "--word", "麦霸证", "--id", "maiba")
    assert "以后说到：麦霸大赛" in typed(*new)
    typed(*new, "--yes")
    assert "编号: maiba" in at.drafts.open("redirects.yaml").text
    assert "指到别处：麦霸大赛" in typed("unanswered", "done")


def test_guide_is_begun_and_stands_in_the_catalogue_once_it_is_proposed(at: Desk) -> None:
    """One step begins it; its proposal brings the entry; published, the question is answered."""
    assert "wenlvju" in refused("unanswered", "guide", QUESTION, "麦霸证", "--department", "meiyou")
    assert "以后答：麦霸证" in typed("unanswered", "guide", QUESTION, "麦霸证", "--department", "文旅局")
    typed("unanswered", "guide", QUESTION, "麦霸证", "--department", "wenlvju", "--yes", "--who", "zhang")
    begun = at.drafts.open(NEW)
    assert at.drafts.open(CATALOG).id == 0
    short = re.sub(r"^(材料|步骤|什么时候必须办):\n(?:  .*\n)+", "", begun.text, flags=re.M)
    text = short + "步骤:\n  - {做什么: 去窗口。, 依据: [许可法], 状态: 有出处}\n"
    at.drafts.save(NEW, text, who="zhang", version=begun.version)
    said = typed("propose", "--draft", str(begun.id), "--reason", "有人问", "--who", "zhang")
    assert said.splitlines() == [f"1  等人审  {NEW}", f"2  等人审  {CATALOG}"]
    assert '{编号: mai-ba-zheng, 名称: 麦霸证, 热线: "12345", 部门: wenlvju}' in at.drafts.open(CATALOG).text
    assert "第 1 次" in typed("publish", "1", "--yes", "--who", "li")
    assert "编号: mai-ba-zheng" in at.text(CATALOG)
    assert [one.state for one in at.drafts.all()] == []


def test_question_is_left_alone_with_a_reason_and_taken_up_again(at: Desk) -> None:
    """It is listed no more, what was done says why, and put back it waits again."""
    assert "吃了吗" in typed("unanswered", "ignore", "吃了吗", "--reason", "闲聊", "--who", "zhang")
    assert "吃了吗" not in typed("unanswered")
    assert "zhang  “吃了吗”  不用管：闲聊" in typed("unanswered", "done")
    assert Unanswered(at.engine).settled()[0].step is Step.IGNORE
    typed("unanswered", "again", "吃了吗")
    assert "吃了吗" in typed("unanswered")
    assert typed("unanswered", "done") == "还没处理过。\n"
    assert "没有处理过" in refused("unanswered", "again", "吃了吗")


def test_question_that_does_not_wait_is_told(at: Desk) -> None:
    """Nobody asked it, or somebody dealt with it: nothing is written."""
    assert "没答上的里没有“明天下雨吗”" in refused("unanswered", "alias", "明天下雨吗", "geting", "下雨证", "--yes")
    assert at.drafts.all([DraftState.DRAFT]) == []
