"""`daoban staff …`, as somebody types it on the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli_staff import staff
from assistant.db import connected
from assistant.errors import DaobanError
from assistant.settings import from_environment
from assistant.staff.desk import Desk, desk


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOBAN_DATA", str(tmp_path))
    monkeypatch.setenv("DAOBAN_DEMO", "1")


def typed(*arguments: str) -> Result:
    """The result of one command, which must not have failed on its own account."""
    result = CliRunner().invoke(staff, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit | DaobanError), result.exception
    return result


def here() -> Desk:
    """The desk over the database of the commands."""
    settings = from_environment()
    return desk(connected(settings.database_url), settings.data)


def test_there_is_nobody_until_somebody_is_added() -> None:
    """No default account, no default password; the list says how to make the first."""
    assert "--role administrator" in typed("list").output
    assert here().accounts.all() == []


def test_added_opens_with_the_password_that_was_told() -> None:
    """The first password on the screen is the one that opens."""
    output = typed("add", "guan", "--role", "administrator").output
    first = output.split("首次密码：")[1].split()[0]
    assert here().accounts.sign_in("guan", first).first
    assert "管理员" in typed("list").output


def test_reset_and_off() -> None:
    """A new password for who forgot theirs; off is off, on is on."""
    typed("add", "guan", "--role", "administrator")
    typed("add", "ming", "--role", "clerk", "--region", "shilixian", "--shown", "示例小明")
    first = typed("reset", "ming").output.split("首次密码：")[1].split()[0]
    assert here().accounts.sign_in("ming", first)
    typed("off", "ming")
    assert not here().accounts.named("ming").active
    typed("off", "ming", "--on")
    assert here().accounts.named("ming").active
    assert isinstance(typed("off", "guan").exception, DaobanError)


@pytest.mark.parametrize("wrong", [("--region", "meiyou"), ("--department", "meiyou")])
def test_place_that_is_not_there_is_refused(wrong: tuple[str, str]) -> None:
    """A county or a department that there is none of is told, with those that there are."""
    result = typed("add", "ming", "--role", "clerk", *wrong)
    assert result.exit_code == 2
    assert here().accounts.all() == []


def test_contacts_come_in_and_go_out(tmp_path: Path) -> None:
    """A list is read; one name is erased; the log counts, and names nobody."""
    path = tmp_path / "contacts.csv"
    path.write_text("部门,姓名,手机\n烟草局,示例甲,000-0000-0201\n烟草局,示例乙,\n", "utf-8")
    assert "写进去 2 人" in typed("contacts", str(path)).output
    assert "删了 1 人" in typed("contacts", "--erase", "示例甲").output
    assert [one.name for one in here().contacts.all()] == ["示例乙"]
    lines = typed("log", "--check").output
    assert "导入了部门联系人" in lines
    assert "示例" not in lines
    assert "都对得上" in lines


def test_contacts_without_anything_to_do_say_so() -> None:
    """Neither a file nor a name: the command says what it wants."""
    assert typed("contacts").exit_code == 2
