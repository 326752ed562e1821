"""Drafts: kept as they were typed, one per file, and never lost to a second editor."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.desk.drafts import Conflict, Drafts, DraftState, Typed, digest_of
from assistant.desk.merging import Overlap, merged
from assistant.desk.simple_changes import changed_contact, changed_window, rewritten
from assistant.errors import NotFound, Refused
from tests.desk.builders import CATALOG, GUIDE, OTHER, Desk

BLOCK = """\
# 目录
部门:
  - 编号: wenlvju  # 文旅
    名称: 文旅局
    热线: "12345"
窗口:
  # 第一个
  - 编号: chuangkou
    名称: 小县专窗
    地址: 老街1号   # 问过
    热线: "12345"
    依据: [通行做法]
    状态: 待核

  - {编号: er, 名称: 第二个, 状态: 待核}
"""


def test_file_opens_as_it_is_and_begins_nothing(at: Desk) -> None:
    """Looking at a file leaves no draft behind; a new guide opens empty."""
    assert at.drafts.open(GUIDE).text == at.text()
    assert (at.drafts.open("guides/xin.yaml").text, at.drafts.open("guides/xin.yaml").base) == ("", None)
    assert at.drafts.save(GUIDE, at.text(), who="zhang").version == 0
    assert at.drafts.all() == []
    assert {GUIDE, CATALOG, "redirects.yaml"} <= set(at.drafts.paths())


def test_draft_is_kept_until_it_is_withdrawn_and_the_file_stays(at: Desk) -> None:
    """What was saved opens again for everybody; withdrawn, the file opens as it is."""
    draft = at.begun("老板来办。", "本人来办。")
    assert at.drafts.open(GUIDE) == draft
    assert "老板来办。" in at.text()
    at.drafts.withdraw(draft.id, version=draft.version)
    assert at.drafts.open(GUIDE).id == 0
    with pytest.raises(Refused, match="撤回"):
        at.drafts.propose(draft.id, version=draft.version + 1, reason="x")
    with pytest.raises(NotFound):
        at.drafts.find(99)


def test_second_editor_is_told_who_saved_and_loses_nothing(at: Desk) -> None:
    """Whoever saves an old version gets the present one back and a sentence with a name; the draft is the first's."""
    seen = at.begun("老板来办。", "本人来办。")
    mine = at.drafts.save(GUIDE, seen.text + "# 一\n", who="wang", version=seen.version)
    with pytest.raises(Conflict, match="wang") as conflict:
        at.drafts.save(GUIDE, seen.text + "# 二\n", who="zhang", version=seen.version)
    assert conflict.value.draft == mine
    assert at.drafts.open(GUIDE).text == mine.text
    assert mine.hands == ("zhang", "wang")
    with pytest.raises(Conflict):
        at.drafts.withdraw(seen.id, version=seen.version)


def test_two_who_begin_at_once_are_not_both_believed(at: Desk) -> None:
    """Of several first saves of one file at the same moment one is kept, the others are told."""

    def save(name: str) -> str:
        try:
            return at.drafts.save(GUIDE, at.text() + f"# {name}\n", who=name).hands[0]
        except Conflict as conflict:
            return f"told of {conflict.draft.hands[0]}"

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(save, ("a", "b", "c", "d")))
    (kept,) = (one for one in said if not one.startswith("told"))
    assert said.count(f"told of {kept}") == 3
    assert len(at.drafts.all()) == 1


def test_texts_that_belong_together_are_kept_all_or_none(at: Desk) -> None:
    """Where somebody was quicker with the last of three, the first two are not begun; the one word names who it was."""
    paths = (CATALOG, GUIDE, OTHER)
    seen = [at.drafts.open(path) for path in paths]
    texts = [Typed.over(one, one.text + "# 新\n") for one in seen]
    quicker = at.drafts.save(OTHER, seen[2].text + "# 先\n", who="wang")
    with pytest.raises(Conflict, match="wang") as conflict:
        at.drafts.save_all(texts, who="zhang", bundle="three")
    assert conflict.value.draft == quicker
    assert at.drafts.all() == [quicker]
    texts[2] = Typed.over(quicker, quicker.text + "# 新\n")
    kept = at.drafts.save_all(texts, who="zhang", reason="一起改", bundle="three")
    assert [(one.path, one.bundle, one.reason) for one in kept] == [(path, "three", "一起改") for path in paths]
    assert {one.path for one in at.drafts.together(kept[1])} == set(paths)
    assert kept[2].hands == ("wang", "zhang")


def test_texts_over_a_file_that_changed_or_that_do_not_fit_leave_no_draft(at: Desk) -> None:
    """One file is another by now, or one text is none: nothing of the rest is begun, in whatever order they come."""
    stale = at.drafts.open(OTHER)
    (at.root / OTHER).write_text(at.text(OTHER) + "# 服务器上写的\n", "utf-8")
    good = Typed.over(at.drafts.open(GUIDE), "名称: 新\n")
    for bad in (Typed.over(stale, "名称: 旧\n"), Typed(OTHER, "名称: \udcff\n"), Typed("../x.yaml", "名称: 新\n")):
        for texts in ([good, bad], [bad, good]):
            with pytest.raises(Refused):
                at.drafts.save_all(texts, who="zhang")
    assert at.drafts.all() == []


def test_draft_is_not_taken_from_those_it_belongs_to(at: Desk) -> None:
    """Moved into other company it would leave half a change behind: refused, until the others are out or let go."""
    first = at.begun("老板来办。", "本人来办。", bundle="two")
    second = at.begun("网吧不干了", "网吧关门了", OTHER, bundle="two")
    with pytest.raises(Refused, match=OTHER):
        at.drafts.save(GUIDE, first.text + "# 附件\n", who="wang", version=first.version, bundle="annex")
    assert at.drafts.find(first.id) == first
    kept = at.drafts.save(GUIDE, first.text + "# 一\n", who="wang", version=first.version)
    assert kept.bundle == "two"
    at.drafts.withdraw(second.id, version=second.version)
    moved = at.drafts.save(GUIDE, kept.text + "# 附件\n", who="wang", version=kept.version, bundle="annex")
    assert moved.bundle == "annex"
    whole = [Typed.over(at.drafts.open(path), at.text(path) + "# x\n") for path in (GUIDE, OTHER)]
    assert {one.bundle for one in at.drafts.save_all(whole, who="zhang", bundle="new")} == {"new"}


def test_save_over_a_file_that_changed_meanwhile_is_told(at: Desk) -> None:
    """The first save says what file it began from: where that is another by now, nothing is begun."""
    seen = at.drafts.open(GUIDE)
    at.published("老板来办。", "本人来办。")
    with pytest.raises(Conflict, match="换了新的内容") as conflict:
        at.drafts.save(GUIDE, seen.text + "# x\n", who="wang", base=seen.base_digest)
    assert conflict.value.draft.base_digest == digest_of(at.text())


def test_line_ends_of_a_browser_are_those_of_the_file(at: Desk) -> None:
    """A form sends CR LF: the file keeps its own, also where it has CR LF, and ends with one line end."""
    typed = at.text().replace("老板来办。", "本人来办。").replace("\n", "\r\n").rstrip()
    assert at.drafts.save(GUIDE, typed, who="zhang").text == at.text().replace("老板来办。", "本人来办。")
    windows = at.text(OTHER).replace("\n", "\r\n")
    (at.root / OTHER).write_bytes(windows.encode())
    kept = at.drafts.save(OTHER, windows.replace("网吧不干了", "网吧关门了").replace("\r\n", "\n"), who="zhang")
    assert kept.text == windows.replace("网吧不干了", "网吧关门了")


def test_proposal_needs_a_reason_and_a_fit_text(at: Desk) -> None:
    """Why, and no error of the whole check; what is saved again has to be proposed again."""
    draft = at.begun("老板来办。", "本人来办。")
    with pytest.raises(Refused, match="为什么"):
        at.drafts.propose(draft.id, version=draft.version, reason=" ")
    with pytest.raises(Refused, match="到期"):
        at.drafts.propose(draft.id, version=draft.version, reason="x", until=at.clock() - dt.timedelta(days=1))
    ready = at.drafts.propose(draft.id, version=draft.version, reason="窗口说的")
    assert ready.state is DraftState.PROPOSED
    again = at.drafts.save(
        GUIDE, ready.text.replace("名称: 歌厅许可", "名称: 歌厅"), who="zhang", version=ready.version
    )
    assert again.state is DraftState.DRAFT
    with pytest.raises(Refused, match=r"geting.yaml:1:1 名称"):
        at.drafts.propose(again.id, version=again.version, reason="x")


def test_moments_are_kept_in_whatever_zone_they_were_said(at: Desk) -> None:
    """Nine o'clock in China is one o'clock in UTC, also after a database that keeps no zone."""
    nine = dt.datetime(2026, 12, 1, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    draft = at.proposed("老板来办。", "本人来办。", publish_at=nine, until=nine + dt.timedelta(days=1))
    kept = at.drafts.find(draft.id)
    assert (kept.publish_at, kept.until) == (nine, nine + dt.timedelta(days=1))


def test_drafts_that_belong_together_are_proposed_at_once(at: Desk) -> None:
    """One check, one word, one moment for all of them; where one does not fit, none is proposed."""
    first = at.begun("老板来办。", "本人来办。", bundle="two")
    second = at.begun("名称: 网吧许可", "名称: 网吧", OTHER, bundle="two")
    with pytest.raises(Refused, match="wangba"):
        at.drafts.propose(first.id, version=first.version, reason="一起")
    assert {one.state for one in at.drafts.together(first)} == {DraftState.DRAFT}
    at.drafts.save(OTHER, at.text(OTHER) + "# 好\n", who="zhang", version=second.version)
    begins = at.clock() + dt.timedelta(hours=1)
    at.drafts.propose(first.id, version=first.version, reason="一起", publish_at=begins)
    told = {(one.state, one.reason, one.publish_at) for one in at.drafts.together(first)}
    assert told == {(DraftState.PROPOSED, "一起", begins)}


def test_refused_draft_goes_back_with_the_reason_and_is_mended(at: Desk) -> None:
    """The reviewer's words stay until it is saved again."""
    ready = at.proposed("老板来办。", "本人来办。")
    with pytest.raises(Refused, match="为什么退回"):
        at.drafts.refuse(ready.id, version=ready.version, reviewer="li", reason="")
    back = at.drafts.refuse(ready.id, version=ready.version, reviewer="li", reason="没有依据")
    assert (back.state, back.refusal, back.reviewer) == (DraftState.REFUSED, "没有依据", "li")
    mended = at.drafts.save(GUIDE, back.text + "# 依据在此\n", who="zhang", version=back.version)
    assert (mended.state, mended.refusal) == (DraftState.DRAFT, None)


def test_findings_are_of_the_whole_knowledge_with_this_file(at: Desk) -> None:
    """An error shows wherever it is caused, a remark only about the file itself; the disk is not touched."""
    renamed = at.text(CATALOG).replace("名称: 歌厅许可", "名称: 歌厅的许可")
    assert [one.file for one in at.drafts.faults(renamed, CATALOG)] == [GUIDE]
    unfit = at.text().replace("复核期限: 2027-05-01\n", "")
    assert [(one.file, one.level) for one in at.drafts.faults(unfit, GUIDE)] == [(GUIDE, "warning")]
    assert at.drafts.faults(at.text(), GUIDE) == []


def test_draft_takes_in_what_became_of_the_file(at: Desk) -> None:
    """Catching up keeps both changes; the same line twice is for a person to decide."""
    draft = at.begun("老板来办。", "本人来办。")
    (at.root / GUIDE).write_text(at.text().replace("歌厅不干了。", "歌厅关门了。"), "utf-8")
    caught = at.drafts.catch_up(draft.id, version=draft.version)
    assert "歌厅关门了。" in caught.text
    assert "本人来办。" in caught.text
    assert not at.drafts.behind(caught)
    (at.root / GUIDE).write_text(at.text().replace("老板来办。", "店主来办。"), "utf-8")
    with pytest.raises(Refused, match="第 7 行"):
        at.drafts.catch_up(caught.id, version=caught.version)


def test_draft_that_two_processes_see_is_one(at: Desk) -> None:
    """Another process over the same database and folder sees the same drafts."""
    draft = at.begun("老板来办。", "本人来办。")
    assert Drafts(at.engine, at.root, demo=True).open(GUIDE) == draft


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ("a\nB\nc\nd\n", "a\nb\nc\nD\n", "a\nB\nc\nD\n"),
        ("a\nb\nc\nd\ne\n", "x\na\nb\nc\nd\n", "x\na\nb\nc\nd\ne\n"),
        ("a\nc\nd\n", "a\nb\nc\nd\ne\n", "a\nc\nd\ne\n"),
        ("a\nB\nc\nd\n", "a\nB\nc\nd\n", "a\nB\nc\nd\n"),
    ],
)
def test_changes_of_different_lines_come_together(mine: str, theirs: str, both: str) -> None:
    """Either order of the two gives the same text."""
    assert merged("a\nb\nc\nd\n", mine, theirs) == both
    assert merged("a\nb\nc\nd\n", theirs, mine) == both


@pytest.mark.parametrize("theirs", ["a\nX\nc\nd\n", "a\nc\nd\n", "a\nX\nY\nd\n"])
def test_changes_of_the_same_line_do_not(theirs: str) -> None:
    """The lines are named."""
    with pytest.raises(Overlap):
        merged("a\nb\nc\nd\n", "a\nB\nc\nd\n", theirs)


def test_window_changes_in_its_own_lines_and_is_open_again() -> None:
    """A new telephone from nobody in particular: comments and order stay, and the window is 待核."""
    text = BLOCK.replace("    状态: 待核\n", "    状态: 已核\n    核对日期: 2026-01-01\n")
    new = changed_window(text, "chuangkou", {"电话": "0457-0000000", "地址": "新街2号"})
    wanted = text.replace("    地址: 老街1号   # 问过\n", '    地址: 新街2号   # 问过\n    电话: "0457-0000000"\n')
    assert new == wanted.replace("    状态: 已核\n    核对日期: 2026-01-01\n", "    状态: 待核\n")
    assert changed_window(text, "chuangkou", {"地址": "老街1号"}) == text
    assert "电话" not in changed_window(new, "chuangkou", {"电话": ""})


def test_window_is_confirmed_only_as_a_whole_and_with_a_day() -> None:
    """Confirmed: address, hours and telephone are all there, and who said so when."""
    day = dt.date(2026, 11, 20)
    with pytest.raises(Refused, match="还缺办公时间、电话"):
        changed_window(BLOCK, "chuangkou", {}, source="通行做法", checked_on=day)
    whole = {"电话": "0457-0000000", "办公时间": "每天"}
    with pytest.raises(Refused, match="哪天"):
        changed_window(BLOCK, "chuangkou", whole, source="许可法")
    new = changed_window(BLOCK, "chuangkou", whole, source="许可法", checked_on=day)
    assert '    依据: [通行做法, 许可法]\n    状态: 已核\n    核对日期: "2026-11-20"\n' in new
    for own, values in (("nobody", whole), ("er", {"编号": "x"})):
        with pytest.raises((NotFound, Refused)):
            changed_window(BLOCK, own, values)


def test_office_of_a_department_is_added_changed_and_taken_away() -> None:
    """One line comes, changes and goes; the rest of the file is as it was."""
    added = changed_contact(BLOCK, "wenlvju", "许可科", "0457-1111111")
    assert added == BLOCK.replace(
        '    热线: "12345"\n窗口',
        '    热线: "12345"\n    联系人:\n      - {科室: 许可科, 电话: "0457-1111111", 状态: 待核}\n窗口',
    )
    changed = changed_contact(added, "wenlvju", "许可科", "0457-2222222", confirmed=True)
    assert changed == added.replace("0457-1111111", "0457-2222222").replace("状态: 待核}\n窗口", "状态: 已核}\n窗口")
    assert changed_contact(changed, "wenlvju", "许可科", None) == BLOCK
    with pytest.raises(NotFound):
        changed_contact(BLOCK, "nobody", "许可科", "1")


def test_file_that_is_no_yaml_cannot_be_changed_by_a_form() -> None:
    """It has to be put right as text first."""
    with pytest.raises(Refused, match="先在文字里改好"):
        rewritten("a: [\n", lambda data: None)
