"""What the desk does, typed as commands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import commands
from assistant.desk.draft import DraftState
from tests.desk.builders import CATALOG, GUIDE, OTHER, Desk
from tests.desk.typing import at_a_terminal, refused, typed


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk that the commands find, too."""
    return at_a_terminal(tmp_path, monkeypatch)


def test_draft_is_shown_and_only_published_with_yes(at: Desk) -> None:
    """The list, the change in words, and the publication with the name of whoever agreed."""
    assert typed("publish") == "没有草稿。\n"
    draft = at.proposed("老板来办。", "本人来办。")
    assert "等人审  guides/geting.yaml  zhang  窗口说的" in typed("publish")
    shown = typed("publish", str(draft.id))
    assert "原来“老板来办。”，现在“本人来办。”" in shown
    assert "会动到  指南“歌厅许可”：1 份指南" in shown
    assert "老板来办。" in at.text()
    assert "第 1 次" in typed("publish", str(draft.id), "--yes", "--who", "li")
    assert "本人来办。" in at.text()
    assert at.audit.latest()[0].who == "li"


def changed(at: Desk, folder: Path, *changes: tuple[str, str, str]) -> list[str]:
    """Files that somebody has changed elsewhere, under their names."""
    for path, old, new in changes:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        assert old in at.text(path)
        (folder / path).write_text(at.text(path).replace(old, new), "utf-8")
    return [str(folder / path) for path, _, _ in changes]


def test_file_is_proposed_refused_mended_and_published(at: Desk, tmp_path: Path) -> None:
    """From a file to what is served, by two people at a terminal, each step with its name in the log."""
    (file,) = changed(at, tmp_path / "mine", (GUIDE, "老板来办。", "本人来办。"))
    assert typed("propose", file, "--reason", "窗口说的", "--who", "zhang") == f"1  等人审  {GUIDE}\n"
    assert "老板来办。" in at.text()
    assert "没有发布" in typed("publish", "1")
    assert "四眼" in refused("publish", "1", "--yes", "--who", "zhang")
    assert GUIDE in typed("refuse", "1", "--reason", "没有依据", "--who", "li")
    assert at.drafts.find(1).refusal == "没有依据"
    assert "1 号" in refused("propose", file, "--reason", "问过了", "--who", "zhang")
    typed("propose", file, "--reason", "问过了", "--who", "zhang", "--over")
    typed("publish", "1", "--yes", "--who", "li")
    assert "本人来办。" in at.text()
    told = [(one.who, one.what) for one in at.audit.latest()][::-1]
    steps = [
        ("zhang", "draft_propose"),
        ("li", "draft_refuse"),
        ("zhang", "draft_propose"),
        ("li", "knowledge_published"),
    ]
    assert told == steps


def test_files_are_proposed_together_for_a_time(at: Desk, tmp_path: Path) -> None:
    """A guide and the catalogue are one change with its moment and its end, in the time of the wall; let go, nothing is left."""
    files = changed(at, tmp_path / "mine", (GUIDE, "老板来办。", "本人来办。"), (CATALOG, "小县专窗", "小县一号窗"))
    said = typed("propose", *files, "--reason", "一起", "--from", "2031-01-02T09:00", "--until", "2031-02-01")
    assert said == f"1  等人审  {CATALOG}\n2  等人审  {GUIDE}\n"
    draft = at.drafts.find(2)
    nine = dt.datetime(2031, 1, 2, 1, tzinfo=dt.UTC)
    assert (draft.publish_at, draft.until) == (nine, dt.datetime(2031, 1, 31, 16, tzinfo=dt.UTC))
    assert "2031-01-02 09:00" in typed("publish", "2", "--yes", "--who", "li")
    assert [one.state for one in at.drafts.together(draft)] == [DraftState.APPROVED] * 2
    assert at.audit.latest()[0].what == "draft_approve"
    assert CATALOG in typed("withdraw", "1")
    assert at.drafts.find(2).state is DraftState.PROPOSED
    assert "撤回" in refused("refuse", "1", "--reason", "x")


def test_file_that_is_none_of_the_knowledge_or_changes_nothing_is_told(at: Desk, tmp_path: Path) -> None:
    """Another name, no text, an error with its line, the file of the knowledge itself: refused, and no draft waits for a reviewer."""
    (tmp_path / "notes.txt").write_text("x", "utf-8")
    (tmp_path / "latin.yaml").write_bytes(b"\xff")
    assert "不是知识库里的文件" in refused("propose", str(tmp_path / "notes.txt"), "--reason", "x")
    assert "UTF-8" in refused("propose", str(tmp_path / "latin.yaml"), "--reason", "x")
    assert "一个字也不差" in refused("propose", str(at.root / GUIDE), "--reason", "x")
    (file,) = changed(at, tmp_path / "mine", (GUIDE, "名称: 歌厅许可", "名称: 别的"))
    assert "guides/geting.yaml:1:1 名称" in refused("propose", file, "--reason", "x")
    assert [one.state for one in at.drafts.all()] == [DraftState.DRAFT]


def test_another_day_is_shown(at: Desk) -> None:
    """A guide as it will be, what will differ from now, and a day before anything was written down."""
    moment = dt.datetime(2031, 1, 2, 1, tzinfo=dt.UTC)
    draft = at.proposed("老板来办。", "本人来办。", publish_at=moment)
    at.publishing.approve(draft.id, version=draft.version, reviewer="li")
    assert "老板来办" in typed("as-of", "2031-01-01", "geting")
    assert "本人来办" in typed("as-of", "2031-01-02", "geting")
    assert typed("as-of", "2031-01-01") == "和现在的一样。\n"
    assert typed("as-of", "2031-01-02") == "指南“歌厅许可”\n"
    assert "没有“wu”" in refused("as-of", "2031-01-01", "wu")
    assert refused("as-of", "2020-01-01")


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


def test_sample_questions_are_asked_before_a_command_publishes(at: Desk) -> None:
    """Those of the guide itself must be answered; for another's somebody says why, and the log has it."""
    taking = at.proposed("别名: [网吧证]", "别名: [网吧证, 歌厅, 歌厅的证]", OTHER)
    shown = typed("publish", str(taking.id))
    assert "别的指南的问法，会答得差了：\n  “歌厅的证怎么退”（歌厅许可的问法）" in shown
    assert "为什么可以" in refused("publish", str(taking.id), "--yes", "--who", "li")
    assert "歌厅" not in at.text(OTHER)
    typed("publish", str(taking.id), "--yes", "--who", "li", "--reason", "歌厅并到网吧里了")
    assert "歌厅的证" in at.text(OTHER)
    despite = at.audit.latest(what="samples_despite")
    assert [(one.who, one.about) for one in despite] == [("li", f"{OTHER} 歌厅并到网吧里了")]


def test_sample_that_its_own_guide_does_not_answer_keeps_a_command_from_publishing(at: Desk) -> None:
    """Whatever the reason: first it is put right."""
    wrong = at.proposed("  - 歌厅的证怎么退", "  - 歌厅的证怎么退\n  - 网吧证不要了")
    assert "自己写的问法" in refused("publish", str(wrong.id), "--yes", "--who", "li", "--reason", "就要这样")
    assert "网吧证不要了" not in at.text()


def test_draft_of_somebody_is_proposed_by_its_number(at: Desk) -> None:
    """What is begun elsewhere, at the desk or from a question, is sent to be looked at; files and a number together are not."""
    draft = at.begun("老板来办。", "本人来办。")
    assert typed("propose", "--draft", str(draft.id), "--reason", "窗口说的") == f"1  等人审  {GUIDE}\n"
    result = CliRunner().invoke(commands, ["propose", "--reason", "x"])
    assert "--draft" in result.output
    assert result.exit_code == 2
