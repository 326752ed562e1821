"""An upgrade with data in every table, and the documented way back: the old program restores what it backed up."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    select,
    text,
)

from assistant.cards import Turn
from assistant.cases.store import Cases
from assistant.db import connected, engine
from assistant.migrations import VERSION_TABLE, bring_to, head, present
from assistant.settings import ROOT
from assistant.staff.audit import Audit
from assistant.turnlog import TurnLog
from tests.cases.builders import opened

OLD = "0004"  # the version of the old program
EARLIER = [f"{number:04d}" for number in range(1, int(head()))]
ROWS = (1, 2)


def tables_of(database: Engine) -> list[Table]:
    """The tables as they stand in the database."""
    found = MetaData()
    found.reflect(database)
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def value(column: Column[Any], row: int) -> Any:
    """Something for a column, different in each row; what refers to another table refers to the same row there."""
    for key in column.foreign_keys:
        return value(key.column, row)
    of_type: tuple[tuple[type, Any], ...] = (
        (Boolean, bool(row % 2)),
        (Integer, row),
        (DateTime, dt.datetime(2026, 3, row, 9, tzinfo=dt.UTC)),
        (Date, dt.date(2026, 3, row)),
        (JSON, {"第": row}),
        (LargeBinary, bytes([row])),
    )
    for kind, made in of_type:
        if isinstance(column.type, kind):
            return made
    return f"{row}{column.name}的话"[: getattr(column.type, "length", None)]


def rows(database: Engine, tables: list[Table]) -> dict[str, list[Any]]:
    """What stands in these columns of these tables."""
    with database.connect() as connection:
        return {one.name: sorted(map(repr, connection.execute(select(one)).all())) for one in tables}


@pytest.mark.parametrize("version", EARLIER)
def test_upgrade_from_any_version_loses_nothing(url: str, version: str) -> None:
    """Two rows in every table that a version had are there, value by value, in the newest one."""
    database = engine(url)
    bring_to(database, version)
    before = tables_of(database)
    with database.begin() as connection:
        for table in before:
            connection.execute(table.insert(), [{one.name: value(one, row) for one in table.columns} for row in ROWS])
    told = rows(database, before)
    assert all(len(found) == len(ROWS) for found in told.values())
    assert rows(connected(url), before) == told
    database.dispose()


@pytest.fixture(scope="module")
def old_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that knows no version after the old one."""
    folder = tmp_path_factory.mktemp("old")
    newer = {f"v{number}_*.py" for number in (f"{n:04d}" for n in range(int(OLD) + 1, int(head()) + 1))}
    shutil.copytree(ROOT / "assistant", folder / "assistant", ignore=shutil.ignore_patterns("__pycache__", *newer))
    return folder


@pytest.fixture
def old(old_program: Path, url: str, tmp_path: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs a command of the old program on this machine."""
    settings = {"DATA": tmp_path / "var", "KNOWLEDGE": tmp_path / "knowledge", "DATABASE": url, "ENCODER": "none"}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DAOBAN_")}
    environment |= {f"DAOBAN_{name}": str(told) for name, told in settings.items()}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "assistant.cli", *words]
        return subprocess.run(command, cwd=old_program, env=environment, capture_output=True, text=True, check=False)

    return run


def test_way_back_is_the_backup_from_before_the_upgrade(
    url: str, old: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """Backup, upgrade, work; then the old program restores its backup, and everything is as before; it can go up again."""
    database = connected(url)
    case = opened(Cases(database))
    TurnLog(database).keep("mine", "食品证咋退", Turn(status="unknown", cards=()))
    Audit(database, tmp_path / "var").note("li", "sign_in")
    bring_to(database, OLD)
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "acts.yaml").write_text("以前的\n")
    made = old("backup", str(tmp_path / "before.tar.gz"))
    assert made.returncode == 0, made.stderr
    before = tables_of(database)
    told = rows(database, before)

    newest = connected(url)
    assert Cases(newest).find(case.number).entries[0].name == case.entries[0].name
    Audit(newest, tmp_path / "var").note("li", "sign_out")
    TurnLog(newest).keep("mine", "升级以后说的", Turn(status="unknown", cards=()))
    (tmp_path / "knowledge" / "acts.yaml").write_text("升级以后改的\n")
    newest.dispose()
    database.dispose()

    refused = old("staff", "list")
    assert "更新的程序" in refused.stderr
    assert "Traceback" not in refused.stderr
    back = old("restore", str(tmp_path / "before.tar.gz"), "--replace")
    assert back.returncode == 0, back.stderr
    with database.connect() as connection:
        assert present(connection) == OLD
        log = connection.scalars(text("SELECT what FROM staff_log ORDER BY number")).all()
    assert log == ["sign_in", "backup_restored"]
    assert rows(database, before) | {"staff_log": []} == told | {"staff_log": []}
    assert (tmp_path / "knowledge" / "acts.yaml").read_text() == "以前的\n"

    again = connected(url)
    assert Cases(again).find(case.number).number == case.number
    assert Audit(again, tmp_path / "var").broken() is None
    again.dispose()
    database.dispose()
