"""What comes in an envelope is from WeChat, for this account, of now, and whole; or it is refused."""

import base64
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werobot.crypto import MessageCrypt
from werobot.utils import get_signature

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.wechat.account import Account, account_of
from assistant.wechat.envelope import DEEPEST, FRESH, Refused, Unreadable, check, fields, opened, sealed
from tests.wechat.builders import APP_ID, KEY, NOON, PLAIN, SAFE, TOKEN, WeChat, words, xml

OTHER_KEY = KEY[::-1]
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
ABROAD = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><Content>&a;</Content></xml>'


def at(account: Account = SAFE, **facts: object) -> WeChat:
    """The other side at noon."""
    return WeChat(account, NOON, **facts)  # type: ignore[arg-type]


def of_plain(plain: bytes) -> tuple[dict[str, str], bytes]:
    """A delivery whose sealed bytes are these; signed as it should be."""
    crypt = MessageCrypt(TOKEN, KEY, APP_ID).prp_crypto.cipher.encryptor()
    encrypted = base64.b64encode(crypt.update(plain) + crypt.finalize()).decode()
    return with_encrypted(encrypted)


def with_encrypted(encrypted: str) -> tuple[dict[str, str], bytes]:
    """A delivery of this encrypted text; signed as it should be."""
    body = f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return at().signed(encrypted, name="msg_signature"), body.encode()


def padded(content: bytes, length: int | None = None, app_id: str = APP_ID) -> bytes:
    """What WeChat encrypts: random bytes, the length that it tells, content, account, padding."""
    told = len(content) if length is None else length
    plain = b"r" * 16 + told.to_bytes(4, "big") + content + app_id.encode()
    padding = 32 - len(plain) % 32
    return plain + bytes([padding]) * padding


# --- what is taken


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_werobot_seals_is_opened(text: str) -> None:
    """Whatever the text, it comes out as it went in."""
    found = opened(SAFE, *at().delivery(text or "<xml/>"), NOON)
    assert (found.text, found.sealed) == (text or "<xml/>", True)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_we_seal_werobot_opens(text: str) -> None:
    """Signature, length, account and padding are as the other implementation wants them."""
    told = {one.tag: one.text or "" for one in ElementTree.fromstring(sealed(SAFE, text, NOON))}
    crypt = MessageCrypt(TOKEN, KEY, APP_ID)
    signed = told["TimeStamp"], told["Nonce"], told["MsgSignature"], told["Encrypt"]
    assert crypt.decrypt_message(*signed).decode() == text


def test_message_in_the_plain_is_taken_without_a_key() -> None:
    """An account in 明文模式 has no key."""
    message = words("您好")
    found = opened(PLAIN, *at(PLAIN).delivery(message), NOON)
    assert (fields(found.text), found.sealed) == (message, False)


def test_sealed_part_counts_where_both_are_there() -> None:
    """In 兼容模式 what stands in the plain is not read: nobody has signed it."""
    query, body = at().delivery(words("您好"), compatible=True)
    found = opened(SAFE, query, body.replace("您好".encode(), "转账".encode()), NOON)
    assert fields(found.text)["Content"] == "您好"


@pytest.mark.parametrize("away", [FRESH, -FRESH, dt.timedelta(0)])
def test_clocks_may_differ_by_minutes(away: dt.timedelta) -> None:
    """A clock that is a little wrong closes no door."""
    check(SAFE, at().signed(), NOON + away)


# --- what is refused


@pytest.mark.parametrize("away", [FRESH, -FRESH])
def test_old_or_future_message_is_refused(away: dt.timedelta) -> None:
    """What was signed longer ago may be somebody who sends it again."""
    with pytest.raises(Refused):
        opened(SAFE, *at().delivery(words("您好")), NOON + away * 1.01)


def test_right_account_and_the_bytes_of_these_tests_are_taken() -> None:
    """Each case below is refused for the one thing that is wrong in it."""
    assert opened(SAFE, *of_plain(padded(b"<xml/>")), NOON).text == "<xml/>"


@pytest.mark.parametrize(
    ("delivery", "reason"),
    [
        pytest.param(
            lambda: of_plain(padded(b"<xml/>", app_id="wxother")), "for another account", id="another account"
        ),
        pytest.param(lambda: of_plain(padded(b"<xml/>", length=5)), "for another account", id="length too small"),
        pytest.param(lambda: of_plain(padded(b"<xml/>", length=2**32 - 1)), "a wrong length", id="length too great"),
        pytest.param(lambda: of_plain(padded(b"<xml/>")[:-1] + b"\0"), "wrong padding", id="no padding"),
        pytest.param(lambda: of_plain(padded(b"<xml/>")[:-1] + b"\xff"), "wrong padding", id="too much padding"),
        pytest.param(
            lambda: of_plain(padded(b"<xml/>")[:-2] + b"\1\2"), "wrong padding", id="padding not all the same"
        ),
        pytest.param(lambda: of_plain(b"\x20" * 32), "a wrong length", id="nothing but padding"),
        pytest.param(
            lambda: with_encrypted(base64.b64encode(b"x" * 17).decode()), "not whole blocks", id="no whole blocks"
        ),
        pytest.param(lambda: with_encrypted("不是 base64"), "not base64", id="not base64"),
        pytest.param(lambda: with_encrypted(""), "in the plain", id="empty"),
        pytest.param(lambda: (at().signed(), xml(words("您好")).encode()), "in the plain", id="in the plain"),
        pytest.param(lambda: (at().signed(), b"<xml><Encrypt>"), "malformed XML", id="malformed"),
        pytest.param(lambda: (at().signed(), b"\xff\xfe"), "not UTF-8", id="not UTF-8"),
        pytest.param(lambda: (at().signed(), b""), "malformed XML", id="no body"),
        pytest.param(
            lambda: at(replace(SAFE, token="another1")).delivery(words("您好")), "a wrong signature", id="another token"
        ),
        pytest.param(
            lambda: at(key=OTHER_KEY).delivery(words("您好")), "wrong padding|a wrong length", id="another key"
        ),
        pytest.param(lambda: ({}, at().delivery(words("您好"))[1]), "a wrong signature", id="no signature"),
    ],
)
def test_what_is_wrong_is_refused(delivery: Callable[[], tuple[dict[str, str], bytes]], reason: str) -> None:
    """Forged, for somebody else, cut or changed."""
    with pytest.raises(Refused, match=reason):
        opened(SAFE, *delivery(), NOON)


@given(st.text(), st.text(), st.text())
def test_address_with_anything_in_it_is_refused(signature: str, timestamp: str, nonce: str) -> None:
    """Whatever its signature, time and nonce are."""
    with pytest.raises(Refused):
        check(SAFE, {"signature": signature, "timestamp": timestamp, "nonce": nonce}, NOON)


@pytest.mark.parametrize("timestamp", ["", "noon", "-1", "١٢", "1" * 13])
def test_time_that_is_none_is_refused(timestamp: str) -> None:
    """Even where the signature is right."""
    signature = get_signature(TOKEN, timestamp, "n")
    with pytest.raises(Refused):
        check(SAFE, {"signature": signature, "timestamp": timestamp, "nonce": "n"}, NOON)


def test_reason_repeats_nothing_that_was_sent() -> None:
    """It goes to the log."""
    query, body = of_plain(padded("<xml>张三的电话</xml>".encode(), app_id="wxother"))
    with pytest.raises(Refused) as refused:
        opened(SAFE, query, body, NOON)
    assert str(refused.value) == "for another account"


# --- the fields


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        ABROAD,
        "<!DOCTYPE x><xml/>",
        "",
        "您好",
        "<xml>",
        "<xml><a></b></xml>",
        "<xml>&none;</xml>",
        "<xml><a>1</a><a>2</a></xml>",
        "<a>" * (DEEPEST + 1) + "</a>" * (DEEPEST + 1),
        "<xml>\0</xml>",
        "<?xml version='1.0' encoding='utf-16'?><xml/>",
        "<?xml version='1.0' encoding='none'?><xml/>",
    ],
)
def test_xml_that_is_no_message_is_unreadable(text: str) -> None:
    """No entity is ever unfolded, nothing is read from a file."""
    with pytest.raises(Unreadable):
        fields(text)


@given(
    st.one_of(
        st.text(), st.text(st.sampled_from("<>/&;!['\"]xml CDATA?-")), st.binary().map(lambda b: str(b, "latin1"))
    )
)
def test_any_text_is_fields_or_unreadable(text: str) -> None:
    """Nothing else is ever raised."""
    try:
        found = fields(text)
    except Unreadable:
        return
    assert all(isinstance(value, str) for value in found.values())


def test_inner_fields_have_both_names() -> None:
    """As the result of a scan has."""
    assert fields("<xml><A> 1 </A><B><C>2</C></B><D/></xml>") == {"A": "1", "B": "", "B/C": "2", "D": ""}


# --- the account


def test_no_settings_no_account() -> None:
    """An installation without WeChat need set nothing."""
    assert account_of(Settings()) is None


def test_secret_comes_from_the_environment_or_a_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """The file may end with a new line."""
    file = tmp_path / "secret"
    file.write_text("s3cret\n")
    told = Settings(wechat_app_id=APP_ID, wechat_token=TOKEN, wechat_secret_file=str(file), wechat_verified=True)
    account = account_of(told)
    assert account is not None
    assert (account.secret, account.may_write) == ("s3cret", True)


def test_nothing_secret_shows() -> None:
    """Neither an account nor the settings tell it to a log."""
    told = Settings(wechat_app_id=APP_ID, wechat_token=TOKEN, wechat_aes_key=KEY, wechat_secret="s3cret")
    for shown in (repr(told), repr(account_of(told))):
        assert not any(secret in shown for secret in (TOKEN, KEY, "s3cret"))


@pytest.mark.parametrize(
    "told",
    [
        {"wechat_app_id": APP_ID},
        {"wechat_token": TOKEN},
        {"wechat_secret": "s3cret"},
        {"wechat_app_id": APP_ID, "wechat_token": "有空格 的"},
        {"wechat_app_id": APP_ID, "wechat_token": TOKEN, "wechat_aes_key": KEY[1:]},
        {"wechat_app_id": APP_ID, "wechat_token": TOKEN, "wechat_verified": True},
        {"wechat_app_id": APP_ID, "wechat_token": TOKEN, "wechat_secret_file": "/nowhere/at/all"},
    ],
)
def test_settings_that_cannot_work_say_so_at_the_start(told: dict[str, object]) -> None:
    """Not at the first message."""
    with pytest.raises(SettingsError):
        account_of(Settings(**told))  # type: ignore[arg-type]
