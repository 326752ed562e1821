"""Migrations: the tables step by step, each version once, in SQLite and in PostgreSQL, at every start.

A change of a table is a new file in versions/, v0004_what_it_does.py, with `revision`, `down_revision`, `upgrade` and
`downgrade`. A step is never changed once it was released. It runs in one transaction, behind a lock: of several processes that
start together one makes the step and the others find it made; one that dies in the middle leaves nothing of it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, inspect, text

from assistant.errors import Refused

FOLDER = Path(__file__).parent
VERSION_TABLE = "daoban_version"
BASE = "0000"
LOCK = 717_001  # of PostgreSQL: any number that nobody else here uses
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def named() -> MetaData:
    """Where a version writes down its tables, with the names that constraints and indexes have here."""
    return MetaData(naming_convention=NAMING)


def keep(connection: Connection, table: str) -> None:
    """Let the database itself refuse to change or remove a row of a table that is only added to."""
    refusal = f"{table} is append-only"
    if connection.dialect.name == "sqlite":
        for deed in ("update", "delete"):
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
                )
            )
        return
    connection.execute(
        text(
            f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
        )
    )
    connection.execute(
        text(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_kept()"
        )
    )


def unkeep(connection: Connection, table: str) -> None:
    """What `keep` leaves when its table is gone, and the triggers with it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"DROP FUNCTION {table}_kept()"))


def head() -> str:
    """The newest version, by the names of the files."""
    return max(one.stem[1:5] for one in (FOLDER / "versions").glob("v[0-9]*.py"))


def present(connection: Connection) -> str:
    """The version in which a database is; BASE for an empty one, and for one from before there were versions."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return BASE
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
    return found or BASE


def bring_to(engine: Engine, version: str | None = None) -> None:
    """Bring a database to a version, by default the newest: up or down, or nowhere where it is there."""
    wanted = version or head()
    with engine.connect() as connection:
        there = present(connection)
    if there == wanted:
        return
    if there > head():
        raise Refused("数据库是更新的程序升过的，这个程序不认得。请换回新的程序，或者先恢复升级以前的备份。")
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.execution_options(isolation_level="AUTOCOMMIT")  # the driver begins by itself too late
            connection.exec_driver_sql("PRAGMA busy_timeout=60000")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        try:
            _run(connection, wanted)
            connection.commit()
        finally:
            connection.rollback()  # what was not committed
            if sqlite:
                connection.exec_driver_sql("PRAGMA busy_timeout=2000")


def _run(connection: Connection, wanted: str) -> None:
    from alembic import command  # a start that has nothing to bring need not wait for it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    there = present(connection)
    if wanted > there:
        command.upgrade(config, wanted)
    elif wanted < there:
        command.downgrade(config, "base" if wanted == BASE else wanted)
