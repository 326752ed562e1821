"""The whole service in one file, and back on an empty machine, in both databases."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from dulwich.repo import Repo
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from assistant.backup import archive, restoring
from assistant.backup.making import back_up, in_words
from assistant.backup.restoring import restore
from assistant.cards import Turn
from assistant.cases.scans import Scans
from assistant.cases.store import Cases
from assistant.cli import commands
from assistant.db import connected
from assistant.desk import holding
from assistant.desk.drafts import Drafts
from assistant.desk.publishing import Publishing
from assistant.errors import Refused
from assistant.issued import IssuedChecklists
from assistant.knowledge.load import load
from assistant.migrations import bring_to
from assistant.retrieval.equipment import equipped
from assistant.retrieval.finder import Finder
from assistant.settings import Settings
from assistant.staff import seal
from assistant.staff.audit import Audit
from assistant.turnlog import TurnLog
from tests.builders import a_company_closing, a_knowledge
from tests.cases import postgresql
from tests.cases.builders import LI, OTHER_CODE, opened
from tests.desk.builders import ACTS, GUIDE
from tests.knowledge.conftest import Folder

PDF = b"%PDF-1.7 the identity card of nobody"
KEY = "a-key-that-nobody-may-read-in-a-backup"
ASKED = "歌厅不开了，歌厅许可怎么注销"


@dataclass
class Machine:
    """A machine with the program, and what people left on it."""

    settings: Settings

    def engine(self) -> Engine:
        """Its database."""
        return connected(self.settings.database_url)

    def story(self) -> dict[str, Any]:
        """What people would see of it."""
        seal._read.cache_clear()  # each look is that of a new process
        engine, settings = self.engine(), self.settings
        cases, knowledge = Cases(engine), load(settings.knowledge, demo=True)
        equipment = equipped(None, settings.data)
        number = cases.of_enterprise(1)[0].number
        [scan] = [one for material in cases.find(number).materials for one in material.scans]
        audit = Audit(engine, settings.data)
        told = {
            "answer": Finder(knowledge, None, equipment.model).find(ASKED),
            "knowledge": knowledge.digest,
            "history": _git(settings.knowledge, "log", "--format=%s %an"),
            "changed by hand": _git(settings.knowledge, "status", "--short"),
            "case": cases.find(number),
            "contact": cases.contact(number),
            "scan": Scans(cases, settings.data / "scans").get(scan).path.read_bytes(),
            "drafts": Drafts(engine, settings.knowledge, demo=True).all(),
            "said": TurnLog(engine).last("mine"),
            "checklists": _rows(engine, "SELECT token, body FROM checklists"),
            "log": [one.about for one in audit.latest()],
            "log broken": audit.broken(),
            "learned": (settings.data / "learned-0.json").read_text(),
        }
        engine.dispose()
        return told


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def _rows(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query)).all())


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL."""
    with postgresql.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def new_machine(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Machine]:
    """Makes empty machines whose databases are of one kind."""

    def made() -> Machine:
        name = f"machine_{uuid.uuid4().hex[:8]}"
        url = ""
        if request.param == "postgresql":
            server = request.getfixturevalue("server")
            with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            url = make_url(server).set(database=name).render_as_string(hide_password=False)
        folder = tmp_path / name
        return Machine(
            Settings(
                knowledge=folder / "knowledge",
                data=folder / "var",
                database=url,
                encoder="none",
                public_url="https://daoban.example",
                webhook_key=KEY,
            )
        )

    return made


@pytest.fixture
def lived(new_machine: Callable[[], Machine]) -> Machine:
    """A machine on which people have worked."""
    machine = new_machine()
    return live_on(machine)


def small(folder: Path) -> Machine:
    """A machine with SQLite."""
    return Machine(Settings(knowledge=folder / "k", data=folder / "v", encoder="none", webhook_key=KEY))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What people left on a machine with SQLite, to be copied."""
    folder = tmp_path_factory.mktemp("once")
    live_on(small(folder))
    return folder


@pytest.fixture
def alone(once: Path, tmp_path: Path) -> Machine:
    """The same with SQLite only, where the database does not matter."""
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    return small(tmp_path)


def live_on(machine: Machine) -> Machine:
    """A case with its scan, a publication and an open draft, a conversation, a checklist, a log, something learned."""
    settings, engine = machine.settings, machine.engine()
    settings.data.mkdir(parents=True, exist_ok=True)
    Folder(settings.knowledge).write("acts.yaml", ACTS)
    cases = Cases(engine)
    case = opened(cases)
    Scans(cases, settings.data / "scans").add(case.number, case.version, case.materials[0].id, PDF, by=LI)
    TurnLog(engine).keep("mine", "食品证咋退", Turn(status="unknown", cards=()))
    IssuedChecklists(a_knowledge(), engine).issue(a_company_closing("shipin"))
    audit, drafts = Audit(engine, settings.data), Drafts(engine, settings.knowledge, demo=True)
    publishing = Publishing(drafts, audit, four_eyes=True)
    draft = _drafted(drafts, "老板来办。", "老板本人来办。")
    draft = drafts.propose(draft.id, version=draft.version, reason="窗口说的")
    publishing.publish(draft.id, version=draft.version, reviewer="li")
    _drafted(drafts, "歌厅不干了。", "歌厅关门了。")
    (settings.knowledge / "acts.yaml").write_text(ACTS + "# by hand, not committed\n")
    (settings.data / "learned-0.json").write_text("{}")
    (settings.data / "tracker.db").write_bytes(b"Rasa's copy")
    (settings.data / "vectors-0.npz").write_bytes(b"made again")
    engine.dispose()
    return machine


def _drafted(drafts: Drafts, old: str, new: str) -> Any:
    seen = drafts.open(GUIDE)
    assert old in seen.text
    changed = seen.text.replace(old, new, 1)
    return drafts.save(GUIDE, changed, who="zhang", version=seen.version, base=seen.base_digest)


@pytest.fixture
def backed_up(alone: Machine, tmp_path: Path) -> Path:
    """A backup of that machine."""
    return back_up(alone.settings, tmp_path / "b.tar.gz").path


def repacked(path: Path, change: Callable[[dict[str, bytes]], None], *, sums: bool = True) -> Path:
    """The backup with something changed, and with check sums that agree with it unless told otherwise."""
    with tarfile.open(path) as tar:
        content = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    last = content.pop(archive.LAST)
    change(content)
    if sums:
        last = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in content.items()).encode()
    out = path.with_name("changed.tar.gz")
    with tarfile.open(out, "w:gz") as tar:
        for name, data in {**content, archive.LAST: last}.items():
            told = tarfile.TarInfo(name)
            told.size = len(data)
            tar.addfile(told, io.BytesIO(data))
    return out


# --- there and back


def test_empty_machine_becomes_the_same(lived: Machine, new_machine: Callable[[], Machine], tmp_path: Path) -> None:
    """Answers, cases with contact and scan, drafts, git history, hand edits, conversations, log: all as it was."""
    before = lived.story()
    made = back_up(lived.settings, tmp_path / "b.tar.gz")
    assert made.with_history
    other = new_machine()
    restored = restore(other.settings, made.path)
    assert restored.aside is None
    after = other.story()
    assert after == before
    assert after["log broken"] is None
    assert len(str(after["history"]).splitlines()) == 2
    assert "acts.yaml" in str(after["changed by hand"])


def test_work_goes_on_after_a_restoration(lived: Machine, new_machine: Callable[[], Machine], tmp_path: Path) -> None:
    """New cases, new lines of the log and new publications follow on the old ones."""
    path = back_up(lived.settings, tmp_path / "b.tar.gz").path
    other = new_machine()
    restore(other.settings, path)
    engine = other.engine()
    opened(Cases(engine))
    audit, drafts = Audit(engine, other.settings.data), Drafts(engine, other.settings.knowledge, demo=True)
    audit.note("li", "sign_in")
    assert audit.broken() is None
    (other.settings.knowledge / "acts.yaml").write_text(ACTS)
    [draft] = drafts.all()
    draft = drafts.propose(draft.id, version=draft.version, reason="窗口说的")
    Publishing(drafts, audit, four_eyes=True).publish(draft.id, version=draft.version, reviewer="li")
    assert "歌厅关门了。" in (other.settings.knowledge / GUIDE).read_text()
    assert len(_git(other.settings.knowledge, "log", "--oneline").splitlines()) == 3
    engine.dispose()


def test_machine_in_use_is_replaced_only_on_request(
    lived: Machine, new_machine: Callable[[], Machine], tmp_path: Path
) -> None:
    """Without --replace nothing is touched; with it the old is put aside, whole."""
    path = back_up(lived.settings, tmp_path / "b.tar.gz").path
    other = live_on(new_machine())
    engine = other.engine()
    opened(Cases(engine), enterprise="另一家", code=OTHER_CODE)
    engine.dispose()
    before = other.story()
    with pytest.raises(Refused, match="已经有东西"):
        restore(other.settings, path)
    assert other.story() == before
    restored = restore(other.settings, path, replace=True)
    assert other.story() == lived.story()
    assert restored.aside is not None
    aside = files(restored.aside)
    assert {"knowledge/acts.yaml", "data/log.key"} <= set(aside)
    assert any(name.startswith("database") for name in aside)
    assert "data/tracker.db" in aside


def test_backup_of_older_tables_is_brought_up(
    lived: Machine, new_machine: Callable[[], Machine], tmp_path: Path
) -> None:
    """What an older program backed up serves the new one."""
    engine = lived.engine()
    bring_to(engine, "0006")
    engine.dispose()
    path = back_up(lived.settings, tmp_path / "b.tar.gz").path
    other = new_machine()
    restore(other.settings, path)
    assert other.story() == lived.story()


def test_newer_tables_than_the_backup_has_go(
    lived: Machine, new_machine: Callable[[], Machine], tmp_path: Path
) -> None:
    """A table that only the machine has does not stand in the way."""
    path = back_up(lived.settings, tmp_path / "b.tar.gz").path
    other = live_on(new_machine())
    engine = other.engine()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE of_tomorrow (id INTEGER)"))
    engine.dispose()
    restore(other.settings, path, replace=True)
    engine = other.engine()
    assert not inspect(engine).has_table("of_tomorrow")
    engine.dispose()


def test_service_that_runs_is_not_replaced(lived: Machine, tmp_path: Path) -> None:
    """While anybody is connected, restoring is refused."""
    path = back_up(lived.settings, tmp_path / "b.tar.gz").path
    engine = lived.engine()
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM turns"))
        with pytest.raises(Refused, match="停下服务"):
            restore(lived.settings, path, replace=True)
    engine.dispose()
    assert lived.story()["log broken"] is None
    assert not list(lived.settings.data.glob("before-restore-*"))


# --- what is in it


def test_no_secret_is_in_a_backup(alone: Machine, tmp_path: Path) -> None:
    """A secret is named as something to keep by hand, and stands nowhere in the archive, nor does a password in an address."""
    made = back_up(alone.settings, tmp_path / "b.tar.gz")
    assert "DAOBAN_WEBHOOK_KEY" in made.by_hand
    with tarfile.open(made.path) as tar:
        told = b"".join(tar.extractfile(one).read() for one in tar)  # type: ignore[union-attr]
    assert KEY.encode() not in told
    shown, by_hand = in_words(Settings(database="postgresql+psycopg://daoban:hush@db.example/daoban"))
    assert "hush" not in str(shown)
    assert "DAOBAN_DATABASE 里的密码" in by_hand


def test_backup_is_for_its_owner_alone_and_leaves_nothing_beside_it(backed_up: Path) -> None:
    """Nobody else may read it; no unfinished file or folder stays."""
    assert backed_up.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in backed_up.parent.iterdir() if one.name.startswith(".")] == []


def test_caches_and_rasas_copy_stay_behind(backed_up: Path) -> None:
    """What is made again by itself makes no backup larger; the key of the log and the scans are there."""
    with tarfile.open(backed_up) as tar:
        names = tar.getnames()
    assert not [one for one in names if "vectors" in one or "tracker" in one or "/.git/" in one or "daoban.db" in one]
    assert {"data/log.key", "data/log.mark", "knowledge.bundle", "settings.txt"} <= set(names)
    assert [one for one in names if one.startswith("data/scans/")]
    assert (names[0], names[-1]) == (archive.FIRST, archive.LAST)


def test_check_sums_are_those_of_sha256sum(backed_up: Path, tmp_path: Path) -> None:
    """An administrator can check a backup without us."""
    subprocess.run(["tar", "xzf", backed_up, "-C", _new(tmp_path / "out")], check=True)
    checked = subprocess.run(["sha256sum", "-c", "--quiet", archive.LAST], cwd=tmp_path / "out", check=False)
    assert checked.returncode == 0


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_history_of_a_folder_in_a_larger_repository_goes_along(tmp_path: Path) -> None:
    """Where the knowledge is a part of the program's own checkout, its commits come along and nothing else of it."""
    top = tmp_path / "program"
    settings = Settings(knowledge=top / "knowledge", data=tmp_path / "v", encoder="none")
    Folder(settings.knowledge).write("acts.yaml", ACTS)
    (top / "code.py").write_text("secret = 1")
    _git(top, "init", "-q")
    for words in ("first", "second"):
        (top / "knowledge" / "acts.yaml").write_text(ACTS + f"# {words}\n")
        _git(top, "add", "-A")
        _git(top, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", words)
    (top / "code.py").write_text("secret = 2")
    _git(top, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "of the program alone")
    connected(settings.database_url).dispose()
    path = back_up(settings, tmp_path / "b.tar.gz").path
    other = Settings(knowledge=tmp_path / "k2", data=tmp_path / "v2", encoder="none")
    restore(other, path)
    assert _git(other.knowledge, "log", "--format=%s").split() == ["second", "first"]
    assert _git(other.knowledge, "status", "--short") == ""
    assert "# first" in _git(other.knowledge, "show", "HEAD~1:acts.yaml")
    with Repo(str(other.knowledge)) as repo:
        assert not [one for one in repo.object_store if b"secret" in repo[one].as_raw_string()]


def test_backup_beside_a_publication_waits_for_it(alone: Machine, tmp_path: Path) -> None:
    """No backup holds half a publication: as long as one is under way, it waits, and says so in the end."""
    with pytest.MonkeyPatch.context() as patch, holding.writing(alone.settings.knowledge):
        patch.setattr(holding, "PATIENCE", 0.05)
        with pytest.raises(Refused, match="正在发布"):
            back_up(alone.settings, tmp_path / "b.tar.gz")
    assert [one.name for one in tmp_path.iterdir() if "b.tar.gz" in one.name] == []


@pytest.mark.parametrize("place", ["v/b.tar.gz", "k/b.tar.gz", "nowhere/b.tar.gz"])
def test_backup_in_a_wrong_place_is_refused(alone: Machine, tmp_path: Path, place: str) -> None:
    """Not where it would be part of itself, not where there is no folder."""
    with pytest.raises(Refused):
        back_up(alone.settings, tmp_path / place)


def test_backup_never_overwrites(alone: Machine, backed_up: Path) -> None:
    """An older backup stays."""
    before = backed_up.read_bytes()
    with pytest.raises(Refused, match="已经有了"):
        back_up(alone.settings, backed_up)
    assert backed_up.read_bytes() == before


def test_nothing_to_back_up_is_said(tmp_path: Path) -> None:
    """A wrong folder gives no empty backup that somebody might trust."""
    with pytest.raises(Refused, match="没什么可备份"):
        back_up(Settings(data=tmp_path / "v", knowledge=tmp_path), tmp_path / "b.tar.gz")


# --- archives that are not fit


def _drop(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda content: content.pop(name) and None


def _add(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda content: content.update({name: b"x"})


UNFIT: dict[str, Callable[[Path], Path]] = {
    "cut in the middle": lambda path: _cut(path, 0.5),
    "cut near the end": lambda path: _cut(path, 0.99),
    "empty": lambda path: _cut(path, 0),
    "no archive": lambda path: _written(path, b"hello" * 1000),
    "another archive": lambda path: _tar_of(path, "readme.txt"),
    "a byte changed": lambda path: repacked(
        path, lambda c: c.update({archive.SQLITE: b"?" + c[archive.SQLITE]}), sums=False
    ),
    "one file less": lambda path: repacked(path, _drop("data/log.key"), sums=False),
    "no database": lambda path: repacked(path, _drop(archive.SQLITE)),
    "no settings": lambda path: repacked(path, _drop(archive.SETTINGS)),
    "broken database": lambda path: repacked(path, lambda c: c.update({archive.SQLITE: b"no database"})),
    "other database": lambda path: repacked(path, lambda c: c.update({archive.POSTGRESQL: c.pop(archive.SQLITE)})),
    "another format": lambda path: repacked(path, lambda c: c.update({archive.FIRST: b'{"format": 99}'})),
    "of tomorrow": lambda path: repacked(path, lambda c: c.update({archive.FIRST: b'{"format": 1, "tables": "9999"}'})),
    "out of the folder": lambda path: repacked(path, _add("data/../../escaped")),
    "absolute": lambda path: repacked(path, _add("/escaped")),
    "a hook of git": lambda path: repacked(path, _add("knowledge/.git/hooks/post-checkout")),
    "something else": lambda path: repacked(path, _add("extra.txt")),
    "a link": lambda path: _linked(path, tarfile.SYMTYPE),
    "a hard link": lambda path: _linked(path, tarfile.LNKTYPE),
    "a device": lambda path: _linked(path, tarfile.CHRTYPE),
}


def _cut(path: Path, share: float) -> Path:
    return _written(path, path.read_bytes()[: int(path.stat().st_size * share)])


def _written(path: Path, content: bytes) -> Path:
    path.with_name("changed.tar.gz").write_bytes(content)
    return path.with_name("changed.tar.gz")


def _tar_of(path: Path, name: str) -> Path:
    with tarfile.open(path.with_name("changed.tar.gz"), "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(name))
    return path.with_name("changed.tar.gz")


def _linked(path: Path, kind: bytes) -> Path:
    """The backup with a link, or a device, after its first file."""
    out = path.with_name("changed.tar.gz")
    with tarfile.open(path) as source, tarfile.open(out, "w:gz") as tar:
        for number, one in enumerate(source):
            tar.addfile(one, source.extractfile(one))
            if number == 0:
                link = tarfile.TarInfo("data/link")
                link.type, link.linkname = kind, "/etc/passwd"
                tar.addfile(link)
    return out


@pytest.mark.parametrize("kind", UNFIT)
def test_unfit_archive_changes_nothing(alone: Machine, backed_up: Path, tmp_path: Path, kind: str) -> None:
    """Whatever is wrong with it, one Chinese sentence says so; the machine is as before, and an empty one stays empty."""
    path = UNFIT[kind](backed_up)
    before = files(tmp_path / "k") | files(tmp_path / "v")
    with pytest.raises(Refused, match=r"[\u4e00-\u9fff]"):
        restore(alone.settings, path, replace=True)
    # a look into SQLite may make or drop the empty files of its write-ahead log
    assert _without_wal(files(tmp_path / "k") | files(tmp_path / "v")) == _without_wal(before)
    empty = Settings(data=tmp_path / "e" / "v", knowledge=tmp_path / "e" / "k", encoder="none")
    with pytest.raises(Refused):
        restore(empty, path)
    assert not files(tmp_path / "e")
    assert not list(tmp_path.rglob("*escaped*"))


def _without_wal(found: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in found.items() if not name.endswith(("-wal", "-shm", "daoban.db"))}


def test_move_that_fails_is_taken_back(alone: Machine, backed_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails in the middle leaves the machine as it was."""
    before, real, moves = alone.story(), restoring.shutil.move, []

    def failing(source: Any, to: Any) -> Any:
        moves.append(to)
        if len(moves) == 9:
            raise OSError(28, "No space left on device")
        return real(source, to)

    monkeypatch.setattr(restoring.shutil, "move", failing)
    with pytest.raises(Refused, match="没有恢复成"):
        restore(alone.settings, backed_up, replace=True)
    assert len(moves) > 9
    assert alone.story() == before
    assert not list(alone.settings.data.glob("before-restore-*"))


# --- the commands


def test_commands_say_what_to_keep_and_what_was_done(
    alone: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Backup and restoration are told in words and written into the log."""
    for name, value in (("KNOWLEDGE", "k"), ("DATA", "v")):
        monkeypatch.setenv(f"DAOBAN_{name}", str(tmp_path / value))
    monkeypatch.setenv("DAOBAN_WEBHOOK_KEY", KEY)
    monkeypatch.setenv("DAOBAN_KEPT_DAYS", "7")
    path = str(tmp_path / "b.tar.gz")
    said = CliRunner().invoke(commands, ["backup", path], catch_exceptions=False).output
    assert "DAOBAN_WEBHOOK_KEY" in said
    assert KEY not in said
    monkeypatch.delenv("DAOBAN_KEPT_DAYS")
    said = CliRunner().invoke(commands, ["restore", path, "--replace"], catch_exceptions=False).output
    assert "DAOBAN_KEPT_DAYS=7" in said
    assert "before-restore-" in said
    engine = alone.engine()
    audit = Audit(engine, alone.settings.data)
    assert audit.latest(1)[0].what == "backup_restored"
    assert audit.broken() is None


def test_scans_on_another_disk_go_along(alone: Machine, tmp_path: Path) -> None:
    """A folder that is linked in from elsewhere is backed up with what it holds."""
    os.rename(tmp_path / "v" / "scans", tmp_path / "disk")  # noqa: PTH104
    (tmp_path / "v" / "scans").symlink_to(tmp_path / "disk")
    path = back_up(alone.settings, tmp_path / "b.tar.gz").path
    other = Machine(Settings(knowledge=tmp_path / "k2", data=tmp_path / "v2", encoder="none"))
    restore(other.settings, path)
    assert next((tmp_path / "v2" / "scans").iterdir()).read_bytes() == PDF
    with sqlite3.connect(tmp_path / "v2" / "daoban.db") as database:
        assert database.execute("SELECT count(*) FROM case_files").fetchone() == (1,)
