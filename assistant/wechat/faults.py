"""What can go wrong with WeChat's API: it is away, it asks us to wait, or it will not have what we sent."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import DaobanError

OF_THE_DATABASE = (SQLAlchemyError, sqlite3.Error)  # the latter while a connection is prepared
TOKEN_REFUSED = frozenset({40001, 40014, 42001})
OUT_OF_THE_WINDOW = frozenset({45015, 45047})
NOT_A_FOLLOWER = frozenset({40003, 43004})
WAITS: Mapping[int, float] = MappingProxyType(  # return code → seconds before it is worth another try
    {-1: 2.0, 45009: 1800.0, 45011: 60.0} | dict.fromkeys(TOKEN_REFUSED, 60.0)
)
MEANINGS: Mapping[int, str] = MappingProxyType(
    {
        -1: "微信那边忙",
        40001: "AppSecret 不对，或者令牌已经作废",
        40003: "没有这个用户",
        40013: "AppID 不对",
        40014: "令牌不对",
        40037: "模板编号不对",
        40125: "AppSecret 不对",
        40164: "这台机器的地址不在公众号后台的 IP 白名单里",
        40243: "AppSecret 被冻结了，请到公众号后台看",
        42001: "令牌过期",
        43004: "这个人没有关注公众号",
        45002: "消息太长",
        45009: "今天调用接口的次数用完了",
        45011: "一分钟里调用得太多",
        45015: "这个人有 48 小时没来过，不能再给他发",
        45047: "他没再说话，能发的几条都发完了",
        47003: "模板里的栏目和设置的不一样",
        48001: "这个公众号没有这个接口的权限",
        50002: "公众号被限制了，请到公众号后台看",
    }
)
_TRACE = re.compile(r"rid: [0-9a-z-]{1,60}")  # all that is repeated of WeChat's words: its support finds the call by it


class WeChatFault(DaobanError):
    """WeChat's API did not do what we asked; the sentence names no token, no secret and no person."""

    trace = ""  # what WeChat's support finds the call by


class Away(WeChatFault):
    """No usable answer; where `maybe_done`, what we asked may have been done all the same."""

    def __init__(self, sentence: str, *, maybe_done: bool) -> None:
        super().__init__(sentence)
        self.maybe_done = maybe_done


class Busy(WeChatFault):
    """Worth another try after `wait` seconds."""

    def __init__(self, sentence: str, wait: float = 5.0, *, everyone: bool = False) -> None:
        super().__init__(sentence)
        self.wait = wait
        self.everyone = everyone  # whether every other call would be told the same


class Rejected(WeChatFault):
    """Never worth another try as it is."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code


def fault_of(answer: Mapping[str, object]) -> WeChatFault | None:
    """The fault that an answer tells of; None where all is well."""
    code = code_of(answer)
    if code == 0:
        return None
    sentence = f"{MEANINGS.get(code, '微信不收')}（微信返回码 {code}）"
    fault: WeChatFault = Rejected(sentence, code)
    if code in WAITS:
        fault = Busy(sentence, WAITS[code], everyone=code != -1)
    trace = _TRACE.search(str(answer.get("errmsg", "")))
    fault.trace = trace[0] if trace else ""
    return fault


def code_of(answer: Mapping[str, object]) -> int:
    """The return code; 0 where all is well and WeChat leaves it out."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else 0
