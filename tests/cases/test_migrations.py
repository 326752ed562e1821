"""The tables step by step, up and down, in both databases, at every start."""

import subprocess
import sys
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, text

import assistant.attempts
import assistant.cases.tables
import assistant.desk.fact_tables
import assistant.desk.tables
import assistant.issued
import assistant.staff.tables
import assistant.ticks
import assistant.wechat.tables
import assistant.wrong_facts  # noqa: F401  every module that has tables
from assistant.cases.store import Cases
from assistant.db import Table, connected, engine
from assistant.messages import Messages
from assistant.migrations import BASE, FOLDER, VERSION_TABLE, bring_to, head, present
from assistant.settings import ROOT
from tests.cases.builders import LI, opened

OLD = import_module("assistant.migrations.versions.v0001_before_versions").METADATA


def tables(database: Engine) -> set[str]:
    """What tables there are."""
    return set(inspect(database).get_table_names()) - {VERSION_TABLE}


def version(database: Engine) -> str:
    """The version of a database."""
    with database.connect() as connection:
        return present(connection)


def test_newest_step_is_the_one_that_the_file_names_say() -> None:
    """The quick look at the files and Alembic's own agree, and the steps are one chain."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [head()]


def test_steps_make_exactly_the_tables_of_the_code(url: str) -> None:
    """A table, column or index that is in the code and in no step, or the other way round, is found here."""
    with connected(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Table.metadata) == []


def test_every_step_goes_up_and_down(url: str) -> None:
    """Each step can be taken back and made again, down to an empty database."""
    database = engine(url)
    steps = [BASE, *(f"{number:04d}" for number in range(1, int(head()) + 1))]
    there: dict[str, set[str]] = {}
    for step in steps:
        bring_to(database, step)
        there[step] = tables(database)
        assert version(database) == step
    for step in reversed(steps):
        bring_to(database, step)
        assert tables(database) == there[step]
    assert there[BASE] == set()
    bring_to(database)
    assert tables(database) == there[head()]
    assert opened(Cases(database)).version == 1


def test_database_from_before_versions_is_taken_over(url: str) -> None:
    """What create_all made and people wrote stays, also where it is so old that tables are missing."""
    database = engine(url)
    old = [table for table in OLD.sorted_tables if table.name not in ("places", "wrong_facts")]
    OLD.create_all(database, tables=old)
    left = Messages(database).leave("mine", "证丢了咋退", "13800138000", consent=True, checklist=None)
    taken_over = connected(url)
    assert Messages(taken_over).waiting() == [left]
    assert version(taken_over) == head()
    assert {"places", "wrong_facts", "case_files"} <= tables(taken_over)


def test_cases_from_before_the_columns_are_found_as_new_ones_are(url: str) -> None:
    """What another table knows of a case, who took it in and whose it is, is written beside it."""
    database = connected(url)
    cases = Cases(database)
    case = opened(cases)
    cases.escalate("hard", "没人管", by=LI, number=case.number)
    told = text("SELECT opened_account, people FROM case_files")
    with database.connect() as connection:
        before = connection.execute(told).all()
    assert before[0][0] == LI.account
    bring_to(database, "0006")
    bring_to(database)
    with database.connect() as connection:
        assert connection.execute(told).all() == before


def test_step_that_fails_leaves_nothing(url: str) -> None:
    """A start that dies in the middle of a step leaves the database as it was; the next start makes it."""
    database = engine(url)

    def die(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE case_events" in statement:
            raise KeyboardInterrupt

    event.listen(database, "before_cursor_execute", die)
    with pytest.raises(KeyboardInterrupt):
        bring_to(database)
    event.remove(database, "before_cursor_execute", die)
    assert tables(database) == set()
    bring_to(database)
    assert version(database) == head()


def test_processes_that_start_together_make_each_step_once(url: str) -> None:
    """One of them makes the tables, the others wait for it."""
    code = f"from assistant.db import connected; connected({url!r})"
    starting = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(3)]
    assert [one.wait(60) for one in starting] == [0, 0, 0]
    assert version(engine(url)) == head()
