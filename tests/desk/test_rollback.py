"""The way back to any earlier publication, as a publication of its own."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.desk.journal import Publication
from assistant.errors import NotFound, Refused
from tests.desk.builders import CATALOG, GUIDE, OTHER, Desk

HOUR = dt.timedelta(hours=1)


def test_publication_is_taken_back_in_one_step(at: Desk) -> None:
    """The file is as it was, git has one commit more, the log a line, and that can be taken back again."""
    before = at.text()
    made = at.published("老板来办。", "本人来办。")
    back = at.publishing.undo(made.id, who="li", reason="登错了")
    assert at.text() == before
    assert back.undoes == made.id
    assert at.git("log", "--format=%s").split() == ["登错了", "窗口说的", "知识库开始记账"]
    assert at.audit.latest()[0].what == "knowledge_rolled_back"
    at.publishing.undo(back.id, who="li", reason="没登错")
    assert "本人来办。" in at.text()


def test_taking_back_keeps_what_was_changed_elsewhere_since(at: Desk) -> None:
    """Only the lines of that publication go back."""
    made = at.published("老板来办。", "本人来办。")
    at.published("歌厅不干了。", "歌厅关门了。")
    at.publishing.undo(made.id, who="li", reason="")
    assert "老板来办。" in at.text()
    assert "歌厅关门了。" in at.text()


def test_line_that_was_changed_again_is_not_taken_back(at: Desk) -> None:
    """What came later on the same line is somebody's: refused with the line, and nothing changes."""
    made = at.published("老板来办。", "本人来办。")
    at.published("本人来办。", "经营者来办。")
    with pytest.raises(Refused, match="后来又改过"):
        at.publishing.undo(made.id, who="li", reason="")
    assert "经营者来办。" in at.text()


def test_everything_after_a_publication_is_taken_back_at_once(at: Desk) -> None:
    """Back to an earlier publication: three later ones in two files are one commit back."""
    start = {path: at.text(path) for path in (GUIDE, OTHER, CATALOG)}
    first = at.published("老板来办。", "本人来办。")
    then = {path: at.text(path) for path in (GUIDE, OTHER, CATALOG)}
    at.published("本人来办。", "经营者来办。")
    at.published("网吧不干了。", "网吧关门了。", OTHER)
    at.published("经营者来办。", "店主来办。")
    (at.root / OTHER).write_text(at.text(OTHER) + "# 服务器上添的\n", "utf-8")
    at.publishing.back_to(first.id, who="li", reason="都不对")
    assert at.text() == then[GUIDE]
    assert at.text(OTHER) == then[OTHER] + "# 服务器上添的\n"
    assert at.git("rev-list", "--count", "HEAD").strip() == "6"
    with pytest.raises(NotFound):
        at.publishing.back_to(99, who="li", reason="")
    at.publishing.back_to(0, who="li", reason="从头来")
    assert at.text() == start[GUIDE]


def _limited(at: Desk, old: str, new: str, path: str = GUIDE) -> Publication:
    """A change that takes itself back after an hour."""
    draft = at.proposed(old, new, path, until=at.clock() + HOUR)
    return at.publishing.publish(draft.id, version=draft.version, reviewer="li")


@pytest.mark.parametrize("back", ["one", "all"])
def test_what_a_person_took_back_does_not_take_itself_back_again(at: Desk, back: str) -> None:
    """Its time is over when it is gone already: nothing is published, nothing is called a fault."""
    made = _limited(at, "老板来办。", "本人来办。")
    if back == "one":
        at.publishing.undo(made.id, who="li", reason="登错了")
    else:
        at.publishing.back_to(0, who="li", reason="都不对")
    assert at.publishing.due(at.clock() + 2 * HOUR) == []
    assert "老板来办。" in at.text()
    told = at.publishing.journal.find(made.id)
    assert (told.fault, told.until) == (None, None)


@pytest.mark.parametrize("back", ["undone", "all back", "by hand"])
def test_what_was_written_anew_stays_when_the_time_of_the_first_is_over(at: Desk, back: str) -> None:
    """Taken back, and published once more without an end: the end of the first time says nothing about the second."""
    made = _limited(at, "老板来办。", "本人来办。")
    if back == "undone":
        at.publishing.undo(made.id, who="li", reason="")
    elif back == "all back":
        at.publishing.back_to(0, who="li", reason="")
    else:
        at.published("本人来办。", "老板来办。")
    at.published("老板来办。", "本人来办。")
    assert at.publishing.due(at.clock() + 2 * HOUR) == []
    assert "本人来办。" in at.text()
    assert at.publishing.journal.find(made.id).fault is None


def test_what_was_taken_back_by_mistake_ends_when_it_was_to_end(at: Desk) -> None:
    """The way back taken back brings the change with its end."""
    made = _limited(at, "老板来办。", "本人来办。")
    back = at.publishing.undo(made.id, who="li", reason="看错了")
    at.publishing.undo(back.id, who="li", reason="没登错")
    (over,) = at.publishing.due(at.clock() + 2 * HOUR)
    assert over.undoes == made.id
    assert "老板来办。" in at.text()


def test_end_takes_back_its_own_change_and_no_later_one(at: Desk) -> None:
    """What was published elsewhere meanwhile, and what went back to just after it, stay."""
    first = _limited(at, "老板来办。", "本人来办。")
    at.published("网吧不干了。", "网吧关门了。", OTHER)
    at.published("歌厅不干了。", "歌厅关门了。")
    at.publishing.back_to(first.id, who="li", reason="后面的都不对")
    at.published("网吧不干了。", "网吧停了。", OTHER)
    (over,) = at.publishing.due(at.clock() + 2 * HOUR)
    assert over.undoes == first.id
    assert "老板来办。" in at.text()
    assert "歌厅不干了。" in at.text()
    assert "网吧停了。" in at.text(OTHER)


def test_end_of_what_was_changed_again_is_told_and_changes_nothing(at: Desk) -> None:
    """Somebody wrote the same line otherwise meanwhile: theirs stays, and the list says so once."""
    made = _limited(at, "老板来办。", "本人来办。")
    at.published("本人来办。", "经营者来办。")
    assert at.publishing.due(at.clock() + 2 * HOUR) == []
    assert "经营者来办。" in at.text()
    told = at.publishing.journal.find(made.id)
    assert "到期没退成" in (told.fault or "")
    assert told.until is None


def test_change_that_was_put_right_on_the_server_is_not_taken_back_again(at: Desk) -> None:
    """What somebody wrote back by hand, without the desk, is over quietly."""
    before = at.text()
    made = _limited(at, "老板来办。", "本人来办。")
    (at.root / GUIDE).write_text(before, "utf-8")
    assert at.publishing.due(at.clock() + 2 * HOUR) == []
    assert at.text() == before
    assert at.publishing.journal.find(made.id).fault is None


def test_going_back_where_nothing_came_after_is_told(at: Desk) -> None:
    """The last publication is where we are."""
    made = at.published("老板来办。", "本人来办。")
    with pytest.raises(Refused, match="没有再发布过"):
        at.publishing.back_to(made.id, who="li", reason="")


def test_new_file_is_taken_away_again(at: Desk) -> None:
    """Taking back a publication that brought a guide takes the guide away; what would not fit then is refused."""
    entry = at.begun("其他指南:\n", "其他指南:\n  - {编号: xin, 名称: 新的}\n", CATALOG, bundle="new")
    text = at.text(OTHER).replace("网吧许可", "新的").replace("别名: [网吧证]\n", "")
    at.drafts.save("guides/xin.yaml", text, who="zhang", bundle="new")
    ready = at.drafts.propose(entry.id, version=entry.version, reason="新添")
    beside = at.drafts.beside(ready)
    made = at.publishing.publish(ready.id, version=ready.version, beside=beside, reviewer="li")
    linked = at.published("顺带看看: [wangba]", "顺带看看: [wangba, xin]")
    with pytest.raises(Refused, match="检查没通过"):
        at.publishing.undo(made.id, who="li", reason="")
    assert (at.root / "guides/xin.yaml").is_file()
    at.publishing.undo(linked.id, who="li", reason="")
    at.publishing.undo(made.id, who="li", reason="")
    assert not (at.root / "guides/xin.yaml").exists()
    assert at.git("status", "--porcelain") == ""


def test_what_is_over_does_not_come_back_with_what_was_published_beside_it(at: Desk) -> None:
    """Back to a publication whose time is over by now: all that came later goes, and the words that ended stay gone."""
    made = _limited(at, "老板来办。", "本人来办。")
    at.published("网吧不干了。", "网吧关门了。", OTHER)
    (over,) = at.publishing.due(at.clock() + 2 * HOUR)
    at.published("歌厅不干了。", "歌厅关门了。")
    assert over.undoes == made.id
    at.publishing.back_to(made.id, who="li", reason="后面的都不对")
    assert "老板来办。" in at.text()
    assert "歌厅不干了。" in at.text()
    assert "网吧不干了。" in at.text(OTHER)
    assert at.publishing.due(at.clock() + 3 * HOUR) == []
    assert "老板来办。" in at.text()


def test_going_back_to_what_is_over_where_nothing_else_came_after_is_told(at: Desk) -> None:
    """Only its end came later: the sentence says that its time is over, and nothing changes."""
    made = _limited(at, "老板来办。", "本人来办。")
    at.publishing.due(at.clock() + 2 * HOUR)
    with pytest.raises(Refused, match="到期"):
        at.publishing.back_to(made.id, who="li", reason="")
    assert "老板来办。" in at.text()


def test_end_goes_with_what_it_ended(at: Desk) -> None:
    """Back to before a change for a time that is over: its end leaves nothing behind either."""
    first = at.published("歌厅不干了。", "歌厅关门了。")
    then = at.text()
    _limited(at, "老板来办。", "本人来办。")
    at.publishing.due(at.clock() + 2 * HOUR)
    at.published("网吧不干了。", "网吧关门了。", OTHER)
    at.publishing.back_to(first.id, who="li", reason="")
    assert at.text() == then
    assert "网吧不干了。" in at.text(OTHER)
