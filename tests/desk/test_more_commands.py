"""The rest of what the pages of the desk do, typed as commands: the shelf, telephones, annexes, answers of departments."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import pytest

from assistant.desk.desk_commands import desk_commands
from assistant.desk.draft import DraftState
from assistant.desk.fact_checks import FactChecks, Verdict
from assistant.desk.facts import of_department
from assistant.errors import NotFound
from assistant.knowledge.load import load
from tests.desk.builders import CATALOG, GUIDE, OTHER, Desk
from tests.desk.test_annexes import ROWS, workbook
from tests.desk.typing import at_a_terminal, refused, typed

at_desk, refused_at_desk = partial(typed, of=desk_commands), partial(refused, of=desk_commands)
WINDOW, PHONE = "chuangkou", "0457-2123456"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk that the commands find, too."""
    return at_a_terminal(tmp_path, monkeypatch)


def test_guides_are_listed_with_what_is_known_of_them(at: Desk) -> None:
    """All of them, those with some words, those of a state, those that lack something; and who is writing on one."""
    at.begun("老板来办。", "本人来办。")
    listed = at_desk("guides").splitlines()
    assert listed[-1] == "3 份，一共 3 份。"
    assert any(line.startswith("geting  歌厅许可  文旅局  待核") and "zhang在改（1 号）" in line for line in listed)
    assert at_desk("guides", "网吧").splitlines()[-1] == "1 份，一共 3 份。"
    assert at_desk("guides", "--state", "confirmed") == "0 份，一共 3 份。\n"
    assert "geting" not in at_desk("guides", "--missing", "谁来办")
    assert "wangba" in at_desk("guides", "--order", "asked")


def test_telephone_of_a_window_is_put_right(at: Desk) -> None:
    """From the list to a draft that waits for its reviewer, in two commands; the rest of the catalogue stays."""
    assert "chuangkou  小县专窗  没有电话" in at_desk("windows", "小县")
    assert "示例" not in at_desk("windows", "小县")
    assert (
        at_desk("window", WINDOW, "--phone", PHONE, "--reason", "打过", "--who", "zhang") == f"1  等人审  {CATALOG}\n"
    )
    draft = at.drafts.find(1)
    assert draft.text == at.text(CATALOG).replace("周一到周五, 状态", f'周一到周五, 电话: "{PHONE}", 状态')
    assert (draft.hands, draft.reason) == (("zhang",), "打过")
    assert at.audit.latest()[0].what == "draft_propose"
    assert "没有改动" in refused_at_desk("window", WINDOW, "--phone", PHONE, "--reason", "打过")
    assert "还缺地址" in refused_at_desk("window", WINDOW, "--source", "许可法", "--reason", "打过")
    assert "还没有登记" in refused_at_desk("window", WINDOW, "--source", "没有的", "--reason", "打过")
    with pytest.raises(NotFound, match="没有“meiyou”这个窗口"):
        at_desk("window", "meiyou", "--phone", PHONE, "--reason", "打过")


def test_landline_of_an_office_is_written_and_taken_away(at: Desk) -> None:
    """As on the form of the desk: 待核 until somebody has called it."""
    at_desk("office", "wenlvju", "审批科", PHONE, "--reason", "打过")
    assert f'{{科室: 审批科, 电话: "{PHONE}", 状态: 待核}}' in at.drafts.open(CATALOG).text
    at_desk("office", "wenlvju", "审批科", "--reason", "没有这个科")
    assert "审批科" not in at.drafts.open(CATALOG).text


def test_draft_is_shown_as_people_would_see_it_and_catches_up(at: Desk) -> None:
    """The card with the new words; what was published meanwhile is taken in."""
    draft = at.begun("老板来办。", "本人来办。")
    assert "本人来办" in at_desk("card", str(draft.id))
    assert "不用并" in refused_at_desk("catch-up", str(draft.id))
    (at.root / GUIDE).write_text(at.text().replace("歌厅不干了。", "歌厅关门了。"), "utf-8")
    assert GUIDE in at_desk("catch-up", str(draft.id))
    assert {"本人来办。", "歌厅关门了。"} == {
        words for words in ("本人来办。", "歌厅关门了。") if words in at.drafts.open(GUIDE).text
    }
    window = at.begun("小县专窗", "小县一号窗", CATALOG)
    assert "没有自己的页面" in at_desk("card", str(window.id))


def test_annex_is_read_into_drafts(at: Desk, tmp_path: Path) -> None:
    """Compared first; with --yes one bundle that waits to be proposed, and the folder as it was."""
    file = tmp_path / "清单.xlsx"
    file.write_bytes(workbook(*ROWS))
    before = at.text(CATALOG)
    compared = at_desk("import", str(file), "--source", "附件一")
    assert "还没有写" in compared
    assert "+++" in compared  # line by line, too
    assert at.drafts.all() == []
    at_desk("import", str(file), "--source", "附件一", "--yes", "--who", "zhang")
    drafts = at.drafts.all([DraftState.DRAFT])
    assert {one.path for one in drafts} == {CATALOG, "sources.yaml"}
    assert len({one.bundle for one in drafts}) == 1
    assert at.text(CATALOG) == before


def test_answers_of_a_department_are_taken_or_put_aside(at: Desk) -> None:
    """Listed with their numbers; one is taken into drafts in other words, one is not, and the link leads nowhere any more."""
    checks = FactChecks(at.engine)
    key = checks.make("wenlvju", "zhang")
    facts = {one.label: one for one in of_department(load(at.root, demo=True), "wenlvju") if one.about == WINDOW}
    checks.answer(key, facts["办公时间"], Verdict.WRONG, "每天", "审批科")
    checks.answer(key, facts["地址"], Verdict.UNKNOWN, "", "审批科")
    listed = typed("factcheck", "answers", "wenlvju").splitlines()
    assert len(listed) == 2
    assert listed[0].startswith("1  wenlvju 审批科  小县专窗  办公时间：周一到周五  不对，应该是每天")
    assert "要自己改" in listed[1]
    assert "要您自己改" in refused("factcheck", "take", "2")
    taken = typed("factcheck", "take", "1", "--say", "1=周一到周日", "--who", "zhang")
    assert CATALOG in taken
    assert "周一到周日" in at.drafts.open(CATALOG).text
    assert "1 条" in typed("factcheck", "drop", "2")
    assert typed("factcheck", "answers") == "没有等着看的。\n"
    assert "别人刚看过" in refused("factcheck", "take", "1")
    assert "收回" in typed("factcheck", "take-back", "文旅局")
    with pytest.raises(NotFound):
        checks.open(key)
    told = [one.what for one in at.audit.latest()]
    assert told == ["fact_link_taken_back", "facts_refused", "facts_taken"]


def test_coverage_over_time_and_laws_of_a_day_are_listed(at: Desk) -> None:
    """Today as it is served; a law that will be repealed by a day is told for that day."""
    assert f"{dt.date.today()}  已核 0" in typed("factcheck", "coverage").splitlines()[-1]
    (at.root / "sources.yaml").write_text(
        at.text("sources.yaml").replace("核对日期: 2026-11-01", "核对日期: 2026-11-01\n  废止日期: 2091-01-01"), "utf-8"
    )
    assert "没有引着废止的" in typed("factcheck", "laws")
    told = typed("factcheck", "laws", "--day", "2092-01-01")
    assert told.startswith("许可法：")
    assert "歌厅许可" in told


def test_one_file_does_not_hide_another(at: Desk) -> None:
    """Two files proposed together are shown together, each with its own change."""
    at.begun("老板来办。", "本人来办。", bundle="two")
    second = at.begun("网吧不干了。", "网吧关门了。", OTHER, bundle="two")
    shown = typed("publish", str(second.id))
    assert shown.index(GUIDE) < shown.index(OTHER)
    assert "会动到  指南“歌厅许可”" in shown
    assert "会动到  指南“网吧许可”" in shown
