"""The official account (公众号) that is connected, as the settings name it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import SettingsError
from assistant.settings import Settings

AES_KEY = re.compile(r"[A-Za-z0-9]{43}")
TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")  # as WeChat's own form takes it


@dataclass(frozen=True)
class Account:
    """One account; nothing secret shows in its repr."""

    app_id: str
    token: str = field(repr=False)
    aes_key: str = field(default="", repr=False)  # none: messages come in the plain
    secret: str = field(default="", repr=False)  # none: we answer, and never write first
    verified: bool = False  # may send customer-service messages
    api: str = "https://api.weixin.qq.com"

    @property
    def may_write(self) -> bool:
        """Whether we may send messages that answer nothing: a verified account whose secret we have."""
        return self.verified and bool(self.secret)


def account_of(settings: Settings) -> Account | None:
    """The account of the settings; None where none is connected, SettingsError where they do not fit together."""
    given = settings.wechat_app_id, settings.wechat_token
    if not any((*given, settings.wechat_aes_key, settings.wechat_secret, settings.wechat_secret_file)):
        return None
    if not all(given):
        raise SettingsError("接公众号，DAOBAN_WECHAT_APP_ID 和 DAOBAN_WECHAT_TOKEN 都要写")
    if not TOKEN.fullmatch(settings.wechat_token):
        raise SettingsError("DAOBAN_WECHAT_TOKEN 要 3 到 32 个英文字母或数字，和公众号后台填的一样")
    if settings.wechat_aes_key and not AES_KEY.fullmatch(settings.wechat_aes_key):
        raise SettingsError("DAOBAN_WECHAT_AES_KEY 要 43 个英文字母或数字，和公众号后台填的一样")
    secret = settings.wechat_secret or _read(settings.wechat_secret_file)
    if settings.wechat_verified and not secret:
        raise SettingsError("认证过的公众号要主动发消息，请写 DAOBAN_WECHAT_SECRET 或 DAOBAN_WECHAT_SECRET_FILE")
    return Account(
        settings.wechat_app_id,
        settings.wechat_token,
        settings.wechat_aes_key,
        secret,
        settings.wechat_verified,
        settings.wechat_api.rstrip("/"),
    )


def _read(name: str) -> str:
    """The secret in a file; no name, no secret."""
    if not name:
        return ""
    try:
        secret = Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("DAOBAN_WECHAT_SECRET_FILE 指的文件打不开，请检查") from error
    if not secret:
        raise SettingsError("DAOBAN_WECHAT_SECRET_FILE 指的文件是空的，请检查")
    return secret
