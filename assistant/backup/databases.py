"""A consistent copy of the database, and back: SQLite by its own backup, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, MetaData, inspect, make_url, text

from assistant.db import engine
from assistant.errors import Refused
from assistant.migrations import bring_to, present

RUNNING = "还有程序连着数据库。请先停下服务（systemctl stop daoban）再恢复。"
BESIDE = ("", "-wal", "-shm", "-journal")  # the files of a SQLite database
INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps the programs of each version
WAITS = 20.0  # seconds


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    made = make_url(url)
    return Path(made.database or "") if made.get_backend_name() == "sqlite" else None


def version_of(url: str) -> str:
    """The version of the tables."""
    with opened(url) as made, made.connect() as connection:
        return present(connection)


def is_empty(url: str) -> bool:
    """Whether there is no table yet, or no database file."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return True
    with opened(url) as made, made.connect() as connection:
        return not inspect(connection).get_table_names()


def copied(url: str, to: Path) -> None:
    """Write the database as it is at one moment, while it goes on being used."""
    file = sqlite_file(url)
    if file is None:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")
        return
    try:
        with closing(sqlite3.connect(file, timeout=WAITS)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        raise Refused(f"数据库 {file} 抄不出来：{error}") from error


def fit(copy: Path) -> None:
    """Refused where a copy cannot be read through; one of SQLite is brought to the newest version."""
    if copy.suffix == ".dump":
        _run("pg_restore", None, "--list", str(copy))
        return
    try:
        with closing(sqlite3.connect(copy)) as connection:
            said = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise Refused("备份里的数据库坏了，没有恢复。") from error
    if said != ("ok",):
        raise Refused("备份里的数据库坏了，没有恢复。")
    with opened(f"sqlite:///{copy}") as made:
        bring_to(made)


def require_unused(url: str) -> None:
    """Refused while somebody else is connected."""
    file = sqlite_file(url)
    if file is None:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with opened(url) as made, made.connect() as connection:
            if connection.scalar(text(others)):
                raise Refused(RUNNING)
        return
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            # out of WAL only the last one leaves, and with that everything is in the one file
            alone = connection.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    except sqlite3.OperationalError:
        alone = False
    except sqlite3.DatabaseError:
        return  # no database at all: nobody uses it
    if not alone:
        raise Refused(RUNNING)


def put_back(url: str, dump: Path, saved: Path | None) -> None:
    """Make PostgreSQL what the dump says, in the newest version; what was there is in `saved` and comes back on a fault."""
    try:
        _emptied(url)
        _restored(url, dump)
        with opened(url) as made:
            bring_to(made)
    except BaseException:
        _emptied(url)
        if saved is not None:
            _restored(url, saved)
        raise


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine that leaves no connection behind."""
    made = engine(url)
    try:
        yield made
    finally:
        made.dispose()


def _restored(url: str, dump: Path) -> None:
    _run("pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(dump))


def _emptied(url: str) -> None:
    """Drop every table, and the functions that keep some of them."""
    ours = (
        "SELECT p.oid::regprocedure FROM pg_proc p"
        " WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE '%\\_kept'"
    )
    with opened(url) as made, made.begin() as connection:
        found = MetaData()
        found.reflect(connection)
        found.drop_all(connection)
        for function in connection.scalars(text(ours)).all():
            connection.execute(text(f"DROP FUNCTION {function} CASCADE"))


def _run(program: str, url: str | None, *arguments: str) -> None:
    """Run a program of PostgreSQL; the password goes by the environment, where other users cannot read it."""
    command, environment = [_found(program), *arguments], dict(os.environ)
    if url is not None:
        told: URL = make_url(url)
        if told.password:
            environment["PGPASSWORD"] = str(told.password)
        plain = told.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
        command.insert(1, f"--dbname={plain}")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["没有说原因"])[-1]
        raise Refused(f"{program} 没有做成：{last}")


def _found(program: str) -> str:
    """The newest of the programs of that name."""
    versions = sorted(INSTALLED.glob(f"*/bin/{program}"), key=lambda path: float(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(program)
    if found is None:
        raise Refused(
            f"没找到 {program}：请装和数据库同一个版本的 PostgreSQL 客户端（Debian 上叫 postgresql-client）。"
        )
    return found
