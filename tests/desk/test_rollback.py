"""The way back to any earlier publication, as a publication of its own."""

from __future__ import annotations

import pytest

from assistant.errors import NotFound, Refused
from tests.desk.builders import CATALOG, GUIDE, OTHER, Desk


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
    made = at.publishing.publish(ready.id, version=ready.version, reviewer="li")
    linked = at.published("顺带看看: [wangba]", "顺带看看: [wangba, xin]")
    with pytest.raises(Refused, match="检查没通过"):
        at.publishing.undo(made.id, who="li", reason="")
    assert (at.root / "guides/xin.yaml").is_file()
    at.publishing.undo(linked.id, who="li", reason="")
    at.publishing.undo(made.id, who="li", reason="")
    assert not (at.root / "guides/xin.yaml").exists()
    assert at.git("status", "--porcelain") == ""
