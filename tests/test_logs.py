"""Logs: one line of JSON per event, kept for their days, with nothing in them that tells who somebody is."""

from __future__ import annotations

import datetime as dt
import errno
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from assistant import logs
from assistant.errors import DialogueAway
from assistant.settings import ROOT, Settings
from tests.log_files import logs_in

PHONE, IDENTITY, CODE = "13800138000", "11010519491231002X", "91350100M000100Y43"
TALK = "4c1f6a58-9d7e-4e52-a0b7-6d2f5b0f2b11"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The logs of this process."""
    with logs_in(tmp_path) as kept:
        yield kept


def written(folder: Path) -> str:
    """All that stands in the logs."""
    return "".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.jsonl")))


def events(folder: Path) -> list[dict[str, Any]]:
    """The events in the logs; each line is one."""
    return [json.loads(line) for line in written(folder).splitlines()]


def on(day: dt.date, words: str) -> logging.LogRecord:
    """An event of a day."""
    record = logging.makeLogRecord({"name": "daoban.test", "levelname": "INFO", "levelno": logging.INFO, "msg": words})
    record.created = dt.datetime.combine(day, dt.time(12)).timestamp()
    return record


@pytest.mark.parametrize(
    "said",
    [
        PHONE,
        "138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        IDENTITY,
        IDENTITY.lower(),
        "110105491231002",
        CODE,
        "0457-2123456",
        "6222020200112233445",
    ],
)
def test_numbers_of_persons_are_masked(said: str) -> None:
    """Mobile, landline, identity card old and new, credit code, account: however they are grouped."""
    assert logs.masked(f"他说{said}，请回电") == "他说［号码］，请回电"


@pytest.mark.parametrize(
    "words", ["请打 12345", "knowledge a1b2c3d4e5f6 is served", "2026-11-22 是周日", "10.20.30.40:5432", "message 4711"]
)
def test_numbers_of_nobody_stay(words: str) -> None:
    """Hotlines, dates, digests, addresses of machines."""
    assert logs.masked(words) == words


@pytest.mark.parametrize(
    "printed",
    [
        f"500 for url 'http://127.0.0.1:8005/conversations/{TALK}/tracker/events'",
        f"rest.message.received.failure text='找{TALK}办' sender_id={TALK}",
        f"GET /c/{TALK}?x=1",
    ],
)
def test_what_rasa_prints_names_no_conversation_and_no_words(printed: str) -> None:
    """Addresses and the fields of Rasa's own log."""
    assert TALK not in logs.masked(printed)


def test_event_is_a_line_with_its_facts(folder: Path) -> None:
    """When, part, level, logger, words, and what else was told of it."""
    logging.getLogger("daoban.test").warning("the %s is away", "database", extra={"facts": {"ms": 12}})
    (event,) = events(folder)
    assert (event["part"], event["level"], event["logger"]) == ("web", "warning", "daoban.test")
    assert (event["event"], event["ms"], event["pid"]) == ("the database is away", 12, os.getpid())
    assert dt.datetime.fromisoformat(event["at"]).tzinfo is not None
    assert "conversation" not in event


def test_conversation_stands_under_a_name_that_the_key_gives(folder: Path, tmp_path: Path) -> None:
    """The lines of one conversation are found again, also after a new start, but never by its id alone."""
    for _ in range(2):
        with logs.about(TALK):
            logging.getLogger("daoban.test").info("heard")
        logs.configure(tmp_path, 190, "web")
    key = (folder / logs.KEY).read_bytes()
    assert [event["conversation"] for event in events(folder)] == [logs.keyed(key, TALK)] * 2
    assert TALK not in written(folder)
    assert (folder / logs.KEY).stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.glob("*.jsonl"))


def test_error_is_told_by_kind_and_place_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A database repeats what was said in the words of its error; neither file nor screen do."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": f"我叫示例某，电话{PHONE}"})
    except Exception as error:
        logging.getLogger("daoban.test").exception("a turn cannot be stored")
        logging.getLogger("daoban.test").error("again: %s", error)
    first, second = events(folder)
    assert first["error"][0] == "OperationalError: no such table: nowhere"
    assert any("test_logs.py" in place for place in first["trace"])
    assert second["event"] == "again: OperationalError: no such table: nowhere"
    assert "示例某" not in written(folder) + capsys.readouterr().err


def test_our_own_errors_keep_their_sentence(folder: Path) -> None:
    """What we name ourselves says what to do."""
    logging.getLogger("daoban.test").warning("answered without Rasa: %s", DialogueAway("an empty reply"))
    assert events(folder)[0]["event"] == "answered without Rasa: DialogueAway: an empty reply"


def test_days_that_had_their_time_are_deleted(tmp_path: Path) -> None:
    """A file a day; those within the days that are kept stay."""
    files, today = logs.DayFiles(tmp_path, 190), dt.date(2026, 11, 22)
    files.setFormatter(logs.JsonLines("web", b"key"))
    for days_ago in (191, 190, 1, 0):
        files.handle(on(today - dt.timedelta(days=days_ago), "heard"))
    files.close()
    assert sorted(file.stem for file in tmp_path.glob("*.jsonl")) == ["2026-05-16", "2026-11-21", "2026-11-22"]


def test_days_kept_are_half_a_year_at_least() -> None:
    """What the law asks for is what stands there when nobody set anything."""
    assert Settings().log_days >= 184


def test_processes_write_whole_lines_into_one_file(tmp_path: Path) -> None:
    """Two processes at once: every line of both is there, none is torn."""
    code = (
        "import logging, sys; from pathlib import Path; from assistant import logs\n"
        "logs.configure(Path(sys.argv[1]), 190, sys.argv[2])\n"
        "for n in range(400): logging.getLogger('daoban.test').info('字' * 900)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    writers = [subprocess.Popen([*command, part], cwd=ROOT, stderr=subprocess.DEVNULL) for part in ("web", "web2")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    parts = [event["part"] for event in events(tmp_path / logs.FOLDER)]
    assert (parts.count("web"), parts.count("web2")) == (400, 400)


def test_full_disk_stops_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that cannot be written is lost, with a word on the screen; the next line is whole again."""
    log, write = logging.getLogger("daoban.test"), os.write
    monkeypatch.setattr(os, "write", lambda file, line: write(file, line[:20]))
    log.info("half of it fits")

    def full(_file: int, _line: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    log.info("nothing fits")
    monkeypatch.setattr(os, "write", write)
    log.info("heard")
    assert [json.loads(line)["event"] for line in written(folder).splitlines()[1:]] == ["heard"]


def test_folder_that_cannot_be_written_stops_nobody(folder: Path, tmp_path: Path) -> None:
    """The service starts all the same."""
    (tmp_path / "file").write_text("")
    logs.configure(tmp_path / "file", 190, "web")
    logging.getLogger("daoban.test").info("heard")
    assert written(folder) == ""


def test_what_services_print_is_kept_once(folder: Path) -> None:
    """Rasa's lines are kept, masked; a log line of a web service is only shown, as its own process keeps it."""
    assert logs.printed("rasa", f"ERROR rasa: 打{PHONE}") == "ERROR rasa: 打［号码］"
    assert logs.printed("web", "INFO daoban.test: heard") == "INFO daoban.test: heard"
    assert [(event["logger"], event["event"]) for event in events(folder)] == [("rasa", "ERROR rasa: 打［号码］")]


def test_end_by_an_error_is_kept(folder: Path) -> None:
    """A process that ends because nobody caught an error says so in the logs."""
    try:
        raise ValueError(f"电话{PHONE}")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    (event,) = events(folder)
    assert (event["level"], event["error"]) == ("critical", ["ValueError"])
