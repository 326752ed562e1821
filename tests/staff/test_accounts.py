"""Who may sign in, and how often somebody may be wrong."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from assistant.db import now
from assistant.errors import NotFound, Refused
from assistant.staff.accounts import FIRST_GOOD_FOR
from assistant.staff.desk import Desk
from assistant.staff.failures import AT_MOST, Failures, Resting
from assistant.staff.roles import Role
from assistant.staff.tables import StoredAccount, StoredFailure
from tests.staff.builders import PASSWORD, somebody


def wrong(at: Desk, name: str, times: int) -> None:
    """Be wrong so many times."""
    for _ in range(times):
        with pytest.raises(Refused):
            at.accounts.sign_in(name, "不是这个密码")


def set_in(engine: Engine, table: type, **values: object) -> None:
    """Change every row of a table behind the back of the code."""
    with Session(engine) as session, session.begin():
        session.execute(update(table).values(values))


def test_first_password_opens_and_has_to_be_changed(at: Desk) -> None:
    """What is given once opens; only a password of one's own ends the first time."""
    account, first = at.accounts.add("示例甲", Role.CLERK)
    assert at.accounts.sign_in("示例甲", first).first
    at.accounts.choose(account, first, PASSWORD, PASSWORD)
    assert not at.accounts.sign_in("示例甲", PASSWORD).first
    with pytest.raises(Refused):
        at.accounts.sign_in("示例甲", first)


def test_first_password_is_nowhere_in_the_database(at: Desk, engine: Engine) -> None:
    """What is stored cannot be typed in."""
    _, first = at.accounts.add("jia", Role.CLERK)
    with Session(engine) as session:
        stored = session.query(StoredAccount).one()
        assert first not in stored.password
        assert stored.password.startswith("$argon2id$")


def test_first_password_left_lying_expires(at: Desk, engine: Engine) -> None:
    """A week later it opens nothing."""
    _, first = at.accounts.add("jia", Role.CLERK)
    set_in(engine, StoredAccount, password_at=now() - FIRST_GOOD_FOR - dt.timedelta(hours=1))
    with pytest.raises(Refused, match="作废"):
        at.accounts.sign_in("jia", first)


@pytest.mark.parametrize("name", ["clerk", "nobody"])
def test_five_wrong_tries_rest_a_quarter_of_an_hour(at: Desk, name: str) -> None:
    """The sixth is not even looked at, whether there is such a name or not: nobody learns who works here."""
    somebody(at)
    wrong(at, name, AT_MOST)
    with pytest.raises(Resting) as resting:
        at.accounts.sign_in(name, PASSWORD)
    assert 14 * 60 < resting.value.wait <= 15 * 60


def test_refusals_say_the_same_of_names_that_are_and_are_not(at: Desk) -> None:
    """The sentence does not tell whether a name is known, nor whether it is switched off."""
    somebody(at)
    somebody(at, name="gone")
    at.accounts.switch("gone", on=False)
    sentences = set()
    for name, password in (("clerk", "不是这个密码"), ("nobody", "不是这个密码"), ("gone", PASSWORD)):
        with pytest.raises(Refused) as refused:
            at.accounts.sign_in(name, password)
        sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_rest_ends(at: Desk, engine: Engine) -> None:
    """After the quarter of an hour the right password opens."""
    somebody(at)
    wrong(at, "clerk", AT_MOST)
    set_in(engine, StoredFailure, until=now() - dt.timedelta(seconds=1))
    assert at.accounts.sign_in("clerk", PASSWORD)


def test_tries_while_resting_do_not_prolong_it(at: Desk, engine: Engine) -> None:
    """Whoever keeps trying keeps nobody out for longer."""
    somebody(at)
    wrong(at, "clerk", AT_MOST)
    set_in(engine, StoredFailure, until=now() + dt.timedelta(seconds=60))
    wrong(at, "clerk", 3)
    with pytest.raises(Resting) as resting:
        at.accounts.sign_in("clerk", PASSWORD)
    assert resting.value.wait <= 60


def test_right_password_wipes_out_the_wrong_ones(at: Desk) -> None:
    """Four slips in the morning and four in the afternoon lock nobody out."""
    somebody(at)
    for _ in range(2):
        wrong(at, "clerk", AT_MOST - 1)
        at.accounts.sign_in("clerk", PASSWORD)


def test_tries_at_once_get_no_more_than_five(engine: Engine) -> None:
    """Twenty at the same moment: five are judged, the others are not."""

    def tried(_: int) -> bool:
        try:
            Failures(engine).count("clerk")
        except Resting:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(tried, range(20))) == AT_MOST


def test_reset_opens_at_once_and_signs_out(at: Desk) -> None:
    """A forgotten password costs no quarter of an hour; a stolen session is worth nothing afterwards."""
    account = somebody(at)
    token = at.sessions.begin(account)
    wrong(at, "clerk", AT_MOST)
    _, first = at.accounts.reset("clerk")
    assert at.sessions.find(token) is None
    assert at.accounts.sign_in("clerk", first).first


def test_switched_off_is_out_at_once(at: Desk) -> None:
    """The session ends with the account, and the right password opens nothing."""
    account = somebody(at)
    token = at.sessions.begin(account)
    at.accounts.switch("clerk", on=False)
    assert at.sessions.find(token) is None
    with pytest.raises(Refused):
        at.accounts.sign_in("clerk", PASSWORD)
    at.accounts.switch("clerk", on=True)
    assert at.accounts.sign_in("clerk", PASSWORD)
    assert at.sessions.find(token) is None


def test_last_administrator_stays(at: Desk) -> None:
    """The last one can neither be switched off nor made something else; with another one they can."""
    somebody(at, Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="最后一个"):
        at.accounts.switch("administrator", on=False)
    with pytest.raises(Refused, match="最后一个"):
        at.accounts.place("administrator", Role.CLERK)
    assert at.accounts.named("administrator").role is Role.ADMINISTRATOR
    somebody(at, Role.ADMINISTRATOR, "second")
    assert not at.accounts.switch("administrator", on=False).active


def test_role_changes_at_once(at: Desk) -> None:
    """Who is signed in has the new role with the next click."""
    account = somebody(at)
    token = at.sessions.begin(account)
    at.accounts.place("clerk", Role.HEAD)
    session = at.sessions.find(token)
    assert session is not None
    assert session.account.role is Role.HEAD


@pytest.mark.parametrize("same", ["CLERK", "ｃｌｅｒｋ", " clerk "])
def test_name_has_one_spelling(at: Desk, same: str) -> None:
    """Width and case make no second account, and open the first."""
    somebody(at)
    with pytest.raises(Refused, match="已经有"):
        at.accounts.add(same, Role.CLERK)
    assert at.accounts.sign_in(same, PASSWORD)


@pytest.mark.parametrize("name", ["", "a", "有 空格", "x" * 21, "<b>", "../etc", "-x"])
def test_odd_names_are_refused(at: Desk, name: str) -> None:
    """A name is what can be said at a counter and stand in an address."""
    with pytest.raises(Refused):
        at.accounts.add(name, Role.CLERK)


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("短短短", "短短短", "至少"),
        ("12345678", "12345678", "太常见"),
        ("ｐａｓｓｗｏｒｄ", "ｐａｓｓｗｏｒｄ", "太常见"),
        ("aaaaaaaaaa", "aaaaaaaaaa", "太常见"),
        ("clerk-2026-11", "clerk-2026-11", "登录名"),
        ("changchang-duan", "changchang-duo", "不一样"),
        (PASSWORD, PASSWORD, "一样"),
        ("chang" * 26, "chang" * 26, "最多"),
    ],
)
def test_weak_password_is_refused_with_the_reason(at: Desk, new: str, again: str, sentence: str) -> None:
    """Each refusal says what is wrong with it; the old one goes on working."""
    account = somebody(at)
    with pytest.raises(Refused, match=sentence):
        at.accounts.choose(account, PASSWORD, new, again)
    assert at.accounts.sign_in("clerk", PASSWORD)


def test_department_has_to_be_said(at: Desk) -> None:
    """Somebody of a department is of one department."""
    with pytest.raises(Refused, match="哪个部门"):
        at.accounts.add("bu", Role.DEPARTMENT)


def test_unknown_account_is_said_to_be(at: Desk) -> None:
    """Nothing is done to an account that there is none of."""
    with pytest.raises(NotFound, match="meiyou"):
        at.accounts.reset("meiyou")
