"""What goes wrong while somebody publishes: refused or recovered, and the good state kept."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from assistant.desk import swapping
from assistant.desk.drafts import DraftState
from assistant.desk.history import History
from assistant.desk.journal import Journal, Stage
from assistant.errors import DaobanError, Refused
from assistant.knowledge.load import load
from assistant.staff.audit import Audit
from tests.desk.builders import ACTS, CATALOG, GUIDE, Desk, desk
from tests.desk.deaths import MOST, dies
from tests.knowledge.conftest import Folder

OLD, NEW = ("老板来办。", "小县专窗"), ("本人来办。", "小县一号窗")


def _bundle(at: Desk) -> int:
    """A draft of two files, waiting for its reviewer."""
    first = at.begun(OLD[0], NEW[0], GUIDE, bundle="two")
    at.begun(OLD[1], NEW[1], CATALOG, bundle="two")
    at.drafts.propose(first.id, version=first.version, reason="一起改")
    return first.id


def _publish(at: Desk, number: int) -> None:
    draft = at.drafts.find(number)
    at.publishing.publish(number, version=draft.version, beside=at.drafts.beside(draft), reviewer="li")


def _publish_in(own: Path, number: int) -> None:
    _publish(desk(own / "knowledge", own / "desk.db"), number)


def _deaths(tmp_path: Path) -> Iterator[tuple[Desk, int]]:
    """A desk for every step of a publication at which its process died, and the number of the draft."""
    first = desk(tmp_path / "0" / "knowledge", tmp_path / "0" / "desk.db")
    History.to_write(first.root)
    number = _bundle(first)
    first.engine.dispose()
    for nth in range(1, MOST):
        own = shutil.copytree(tmp_path / "0", tmp_path / str(nth))
        if not dies(partial(_publish_in, own, number), nth):
            return
        yield desk(own / "knowledge", own / "desk.db"), number
    pytest.fail("a publication has more steps than were looked at")


def _state(at: Desk) -> str:
    """Whether the two files are as they were, or as they shall be: never one of each."""
    both = at.text(GUIDE) + at.text(CATALOG)
    old, new = all(words in both for words in OLD), all(words in both for words in NEW)
    assert old != new
    return "new" if new else "old"


def test_publication_killed_between_any_two_steps_is_finished_or_was_never_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a process dies, the next look at the folder finds all of a publication or nothing of it."""
    monkeypatch.setattr("assistant.desk.history.PATIENCE", 0.5)
    outcomes: list[str] = []
    for at, number in _deaths(tmp_path):
        at.publishing.recover()
        outcomes.append(_state(at))
        assert at.publishing.journal.unfinished() == []
        assert at.git("status", "--porcelain") == ""
        assert [path.name for path in at.root.rglob(".*.yaml.*")] == []
        draft = at.drafts.find(number)
        if outcomes[-1] == "new":
            (made,) = at.publishing.journal.all()
            assert made.stage is Stage.DONE
            assert made.digest == load(at.root, demo=True).digest
            assert at.git("rev-parse", "HEAD").strip() == made.commit
            assert at.git("rev-list", "--count", "HEAD").strip() == "2"
            assert draft.state is DraftState.PUBLISHED
            assert [one.about for one in at.audit.latest(what="knowledge_published")] == [str(made.id)]
        else:
            assert draft.state is DraftState.PROPOSED
            _publish(at, number)
            assert _state(at) == "new"
    assert outcomes.index("new") >= 1
    assert len(outcomes) > 20
    assert outcomes == sorted(outcomes, reverse=True)


def test_interrupted_publication_over_which_somebody_wrote_is_taken_back(tmp_path: Path) -> None:
    """Where a file was changed on the server in between, nobody's words are written over; the rest is put back."""
    halves = (each for each in _deaths(tmp_path) if NEW[0] in each[0].text(GUIDE) and OLD[1] in each[0].text(CATALOG))
    at, number = next(halves)
    (at.root / CATALOG).write_text(at.text(CATALOG) + "# 服务器上写的\n", "utf-8")
    assert at.publishing.recover() == []
    assert OLD[0] in at.text(GUIDE)
    assert "# 服务器上写的" in at.text(CATALOG)
    (failed,) = at.publishing.journal.all()
    assert failed.stage is Stage.FAILED
    assert CATALOG in (failed.fault or "")
    assert at.drafts.find(number).state is DraftState.PROPOSED


@pytest.mark.parametrize("nth", range(1, 7))
def test_full_disk_leaves_everything_as_it_was(at: Desk, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    """Whichever write finds no room, the old files stay, the draft waits, and the sentence says what to do."""
    number = _bundle(at)
    History.to_write(at.root)
    real, count = os.fsync, 0

    def full(handle: int) -> None:
        nonlocal count
        count += 1
        if count == nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused, match="磁盘满了"):
        _publish(at, number)
    assert _state(at) == "old"
    assert at.git("status", "--porcelain") == ""
    assert at.drafts.find(number).state is DraftState.PROPOSED
    _publish(at, number)
    assert _state(at) == "new"


def test_full_disk_in_git_leaves_everything_as_it_was(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for the files but none for the commit: the files go back."""
    number = _bundle(at)
    History.to_write(at.root)

    with monkeypatch.context() as patched:
        patched.setattr(History, "_committed", _no_room)
        with pytest.raises(Refused, match="磁盘满了"):
            _publish(at, number)
    assert _state(at) == "old"
    assert at.git("status", "--porcelain") == ""
    _publish(at, number)
    assert _state(at) == "new"


def _no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_full_disk_at_the_moment_of_a_publication_lets_it_wait(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was agreed to for nine o'clock, and what ends at ten, go at the first look with room; nobody is asked again."""
    hour = dt.timedelta(hours=1)
    draft = at.proposed(OLD[0], NEW[0], publish_at=at.clock() + hour, until=at.clock() + 2 * hour)
    at.publishing.approve(draft.id, version=draft.version, reviewer="li")
    for moment, words in ((hour, NEW[0]), (2 * hour, OLD[0])):
        before, now_is = at.text(), at.clock.at + moment
        for owner, name in ((os, "fsync"), (History, "_committed")):
            with monkeypatch.context() as full:
                full.setattr(owner, name, _no_room)
                assert at.publishing.due(now_is) == []
            assert at.text() == before
        (made,) = at.publishing.due(now_is)
        assert made.stage is Stage.DONE
        assert words in at.text()
    assert at.drafts.find(draft.id).state is DraftState.PUBLISHED


FULL_DISK = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
FULL_DATABASE = OperationalError("INSERT", {}, Exception("database or disk is full"))


@pytest.mark.parametrize(
    ("owner", "name", "error"),
    [
        (Audit, "note", FULL_DISK),
        (Audit, "note", FULL_DATABASE),
        (swapping, "tidy", FULL_DISK),
        (Journal, "done", FULL_DATABASE),
    ],
)
def test_publication_that_is_out_but_not_noted_is_not_called_unpublished(
    at: Desk, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, error: Exception
) -> None:
    """The disk is full between the commit and the journal: the sentence says it is out, and the rest follows by itself."""
    number = _bundle(at)
    History.to_write(at.root)

    def fails(*_: object) -> None:
        raise error

    commits = at.git("rev-list", "--count", "HEAD")
    with monkeypatch.context() as full:
        full.setattr(owner, name, fails)
        with pytest.raises(Refused, match="已经发布了"):
            _publish(at, number)
        assert _state(at) == "new"
        with pytest.raises((Refused, OSError, OperationalError)):
            at.publishing.recover()
    assert _state(at) == "new"
    at.publishing.recover()
    assert _state(at) == "new"
    assert at.publishing.journal.unfinished() == []
    assert at.drafts.find(number).state is DraftState.PUBLISHED
    assert int(at.git("rev-list", "--count", "HEAD")) == int(commits) + 1
    assert at.git("status", "--porcelain") == ""
    assert len(at.audit.latest(what="knowledge_published")) == 1


def test_full_disk_in_the_list_of_git_takes_nothing_back(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit is made and only `git status` does not know it yet: that is a publication."""
    number = _bundle(at)
    History.to_write(at.root)
    monkeypatch.setattr(History, "_index", _no_room)
    _publish(at, number)
    assert _state(at) == "new"
    assert NEW[0] in at.git("show", f"HEAD:{GUIDE}")
    assert at.drafts.find(number).state is DraftState.PUBLISHED


def test_error_after_the_commit_takes_nothing_back(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git has moved its branch and then finds no room for its own log: what is committed stays."""
    number = _bundle(at)
    History.to_write(at.root)
    real = History._committed

    def fails(history: History, *told: Any) -> str | None:
        real(history, *told)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(History, "_committed", fails)
    _publish(at, number)
    assert _state(at) == "new"
    (made,) = at.publishing.journal.all()
    assert at.git("rev-parse", "HEAD").strip() == made.commit


def test_full_database_is_a_sentence_and_changes_nothing(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot even be written down is not begun."""
    number = _bundle(at)

    def full(*_: object) -> None:
        raise FULL_DATABASE

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "begin", full)
        with pytest.raises(Refused, match="数据库"):
            _publish(at, number)
    assert _state(at) == "old"
    _publish(at, number)
    assert _state(at) == "new"


def test_repository_of_its_own_survives_a_death_while_it_is_made(tmp_path: Path) -> None:
    """Wherever a process dies that gives a folder its history, the next one finds it whole or makes it."""
    steps = ((os, "mkdir"), (Path, "rename"), (Path, "rmdir"), (History, "_committed"))
    for nth in range(1, 31):
        root = tmp_path / str(nth)
        Folder(root).write("acts.yaml", ACTS)
        assert dies(partial(History.to_write, root), nth, steps)
        History.to_write(root)
        ran = subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=True)
        assert ran.stdout == ""


def test_locked_git_is_told_and_changes_nothing(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's git is at work, or died and left its lock: nothing is published until it is gone."""
    monkeypatch.setattr("assistant.desk.history.PATIENCE", 0.2)
    number = _bundle(at)
    History.to_write(at.root)
    lock = at.root / ".git" / "index.lock"
    lock.touch()
    with pytest.raises(Refused, match="正在用 git"):
        _publish(at, number)
    assert _state(at) == "old"
    assert at.drafts.find(number).state is DraftState.PROPOSED
    lock.unlink()
    (at.root / ".git" / "refs" / "heads" / "main.lock").touch()
    with pytest.raises(Refused, match="正在用 git"):
        _publish(at, number)
    assert _state(at) == "old"
    (at.root / ".git" / "refs" / "heads" / "main.lock").unlink()
    _publish(at, number)
    assert _state(at) == "new"


def test_git_that_was_busy_is_not_taken_for_one_that_we_left_locked(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's lock that kept us out stays theirs: the next publication does not take it away from them."""
    monkeypatch.setattr("assistant.desk.history.PATIENCE", 0.2)
    number = _bundle(at)
    History.to_write(at.root)
    lock = at.root / ".git" / "refs" / "heads" / "main.lock"
    lock.touch()
    for _ in range(2):
        with pytest.raises(Refused, match="正在用 git"):
            _publish(at, number)
        assert lock.exists()
        assert not (at.root / ".git" / "daoban-publishing").exists()
    assert _state(at) == "old"


def test_folder_that_cannot_be_written_is_told(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission is a sentence, not a fault of ours."""
    number = _bundle(at)
    History.to_write(at.root)

    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "link", denied)
    with pytest.raises(Refused, match="检查文件夹的权限"):
        _publish(at, number)
    assert _state(at) == "old"


@pytest.mark.parametrize(
    "path",
    [
        "../escaped.yaml",
        "guides/../../escaped.yaml",
        "/etc/passwd",
        "guides/..yaml",
        "guides/A.yaml",
        "guides/新.yaml",
        "guides/a b.yaml",
        "guides/x.yaml\n",
        "guides/x.yml",
        "guides/sub/x.yaml",
        "guides/\x00.yaml",
        ".git/config",
        "README.md",
        "",
        "guides/" + "a" * 200 + ".yaml",
    ],
)
def test_name_that_is_no_file_of_the_knowledge_is_refused(at: Desk, path: str) -> None:
    """Only the files that the knowledge reads, and new guides, can be opened, checked or saved."""
    for act in (
        lambda: at.drafts.open(path),
        lambda: at.drafts.save(path, "名称: 坏\n", who="zhang"),
        lambda: at.drafts.faults("名称: 坏\n", path),
    ):
        with pytest.raises(DaobanError, match="不是知识库里的文件"):
            act()
    assert at.drafts.all() == []


def test_link_that_leads_out_of_the_folder_is_refused(at: Desk, tmp_path: Path) -> None:
    """A guide that is a link to elsewhere is neither shown nor written."""
    (tmp_path / "secret.yaml").write_text("secret\n")
    (at.root / "guides" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(Refused, match="指到知识库外面"):
        at.drafts.open("guides/link.yaml")


def test_text_that_is_no_utf8_or_far_too_long_is_not_kept(at: Desk) -> None:
    """Half a character, a NUL, five megabytes: refused with a sentence, and no draft is begun."""
    for text, told in (("名称: \udcff\n", "UTF-8"), ("名称: a\x00b\n", "控制字符"), ("# " + "长" * 1_700_000, "太长")):
        with pytest.raises(Refused, match=told):
            at.drafts.save(GUIDE, text, who="zhang")
    assert at.drafts.all() == []


def test_file_on_disk_that_is_no_utf8_is_told(at: Desk) -> None:
    """What somebody copied onto the server in another encoding is named, and not written over."""
    (at.root / GUIDE).write_bytes("名称: 歌厅许可\n".encode("gb18030"))
    with pytest.raises(Refused, match="不是 UTF-8"):
        at.drafts.open(GUIDE)


def test_yaml_bomb_is_a_finding_with_its_line(at: Desk) -> None:
    """References that would grow without end are not followed: the check names the first of them at once."""
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    draft = at.drafts.save(GUIDE, bomb, who="zhang")
    (first, *_) = at.drafts.faults(draft.text, GUIDE)
    assert (first.file, first.line) == (GUIDE, 1)
    assert "引用" in first.message
    with pytest.raises(Refused, match="引用"):
        at.drafts.propose(draft.id, version=draft.version, reason="试试")
