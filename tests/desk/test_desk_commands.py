"""What the desk does, typed as commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import commands
from tests.desk.builders import Desk, desk


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk that the commands find, too."""
    monkeypatch.setenv("DAOBAN_KNOWLEDGE", str(tmp_path / "knowledge"))
    monkeypatch.setenv("DAOBAN_DATA", str(tmp_path / "data"))
    return desk(tmp_path / "knowledge", tmp_path / "data" / "daoban.db")


def typed(*words: str) -> str:
    """What a command prints; it must not have failed."""
    result = CliRunner().invoke(commands, words, catch_exceptions=False)
    return result.output


def test_draft_is_shown_and_only_published_with_yes(at: Desk) -> None:
    """The list, the change in words, and the publication with the name of whoever agreed."""
    assert typed("publish") == "没有草稿。\n"
    draft = at.proposed("老板来办。", "本人来办。")
    assert "等人审  guides/geting.yaml  zhang  窗口说的" in typed("publish")
    assert "原来“老板来办。”，现在“本人来办。”" in typed("publish", str(draft.id))
    assert "老板来办。" in at.text()
    assert "第 1 次" in typed("publish", str(draft.id), "--yes", "--who", "li")
    assert "本人来办。" in at.text()
    assert at.audit.latest()[0].who == "li"


def test_draft_with_an_error_is_told_with_its_line(at: Desk) -> None:
    """Somebody else's change made it unfit: the command says where."""
    draft = at.begun("名称: 歌厅许可", "名称: 歌厅许可证")
    assert "错误  guides/geting.yaml:1:1 名称" in typed("publish", str(draft.id))


def test_publications_are_listed_and_taken_back(at: Desk) -> None:
    """One of them, or all that came after one."""
    before = at.text()
    at.published("老板来办。", "本人来办。")
    at.published("歌厅不干了。", "歌厅关门了。")
    assert "guides/geting.yaml" in typed("rollback")
    typed("rollback", "1", "--only", "--reason", "登错了")
    assert "老板来办。" in at.text()
    assert "歌厅关门了。" in at.text()
    typed("rollback", "0")
    assert at.text() == before


def test_what_is_due_is_published_by_a_command(at: Desk) -> None:
    """For a server that has no service running all the time."""
    draft = at.proposed("老板来办。", "本人来办。", publish_at=at.clock())
    at.drafts.approved(draft.id, version=draft.version, reviewer="li")
    assert "窗口说的" in typed("publish", "--due")
    assert "本人来办。" in at.text()
