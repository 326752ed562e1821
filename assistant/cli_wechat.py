"""`daoban wechat`: whether the official account is set up well, and its menu; what is secret is never shown."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from assistant.errors import SettingsError
from assistant.settings import Settings, from_environment

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assistant.wechat.account import Account

NOT_CONNECTED = "没有接公众号。要接，先写 DAOBAN_WECHAT_APP_ID 和 DAOBAN_WECHAT_TOKEN，再运行 daoban wechat check。"


@click.group()
def wechat() -> None:
    """公众号：设置对不对、菜单。"""


@wechat.command()
def check() -> None:
    """看公众号设好了什么、缺什么，试着取一次微信令牌，列出没发出去的消息有几条。"""
    settings = from_environment()
    account = _account(settings)
    for line in _what_is_set(settings, account):
        click.echo(line)
    engine = _database(settings)
    good = True
    if account.secret:
        problem = asyncio.run(_token_problem(account, engine))
        click.echo(f"微信令牌：{problem or '取到了'}")
        good = not problem
    for line in _outgoing(engine):
        click.echo(line)
    if not good:
        sys.exit(1)


@wechat.command("menu")
def send_menu() -> None:
    """把菜单送到公众号；手机上过几分钟能看到，取消关注再关注马上能看到。"""
    from assistant.wechat.menu import menu, names

    settings = from_environment()
    account = _account(settings)
    if not account.secret:
        raise SettingsError("送菜单要用 AppSecret，请先写 DAOBAN_WECHAT_SECRET 或 DAOBAN_WECHAT_SECRET_FILE")
    wanted = menu(settings.public_url)
    asyncio.run(_create(account, _database(settings), wanted))
    click.echo("菜单送到了：")
    for name in names(wanted):
        click.echo(f"  {name}")


def _account(settings: Settings) -> Account:
    from assistant.wechat.account import account_of

    account = account_of(settings)
    if account is None:
        raise SettingsError(NOT_CONNECTED)
    return account


def _what_is_set(settings: Settings, account: Account) -> Iterator[str]:
    from assistant.wechat.subscriptions import template_of

    secret = "写了" if account.secret else "没写：只答，不主动发，也送不了菜单"
    template = template_of(settings.wechat_template)
    told = f"写了，编号 {template.id[:6]}…" if template else "没写：办件有进展不通知"
    if template and not account.may_write:
        told += "；不是认证过的公众号，不通知"
    yield f"公众号 AppID：{account.app_id}"
    yield "令牌（Token）：写了"
    yield f"消息加解密密钥：{'写了，收密文' if account.aes_key else '没写，只收明文'}"
    yield f"AppSecret：{secret}"
    yield f"认证过的公众号：{'是，答得慢了晚些再发' if account.verified else '不是，答得慢了请人回复数字来看'}"
    yield f"进度通知的模板：{told}"
    if settings.public_url:
        yield f"公众号后台“服务器配置”的 URL 填：{settings.public_url.rstrip('/')}/wechat"
    else:
        yield "对外网址：没写 DAOBAN_PUBLIC_URL，清单、网页的链接在微信里打不开"


def _outgoing(engine: Engine) -> Iterator[str]:
    from assistant.wechat.outbox import tally

    counted = tally(engine)
    if counted.waiting or counted.held:
        yield f"等着发的消息：{counted.waiting} 条；要等人再来才能发的：{counted.held} 条"
    yield f"七天里发出：{counted.sent} 条；没发出去：{sum(counted.given_up.values())} 条"
    for reason, count in counted.given_up.items():
        yield f"  {count} 条：{reason}"


async def _token_problem(account: Account, engine: Engine) -> str | None:
    from assistant.wechat.client import Client
    from assistant.wechat.faults import WeChatFault

    client = Client(account, engine)
    try:
        await client.tokens.current()
    except WeChatFault as fault:
        return str(fault)
    finally:
        await client.close()
    return None


async def _create(account: Account, engine: Engine, menu: dict[str, object]) -> None:
    from assistant.wechat.client import MENU, Client

    client = Client(account, engine)
    try:
        await client.call(MENU, menu)
    finally:
        await client.close()


def _database(settings: Settings) -> Engine:
    from assistant.db import connected

    return connected(settings.database_url)
