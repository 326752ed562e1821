"""What a sentence says of a licence that it names: held, denied, gone already, or kept."""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.text import compact, folded

_CLAUSE = re.compile(r"[，,。；;！!？?\n]|但是|不过|可是|现在就剩|就剩|只剩|还有")
_DENIED_BEFORE = re.compile(
    r"^(?:也|又)?(?:并)?非$|别(?:给我?)?(?:整|弄|扯|算|搞)(?:到|上|进|成)?$|(没有|没办过|没办|没|无|不涉及|用不着|不供|不卖|没卖|不是(?![光只单仅])|不用)(?:(?![销退交缴撤换延变补续])[^，。]){0,6}$"
)
_DENIED_AFTER = re.compile(r"^[^，。]{0,4}(没有|没办过|没办|没弄过|没批过|没给批|没批|不涉及)")
_GONE_AFTER = re.compile(
    r"^[^，。]{0,6}((早就|早|已经|已|上个?月|去年|前年|之前)(?:(?![要想得该])[^，。]){0,3}(退|注?销|交|缴|吊)(了|过|掉|完)?|"
    r"都(退|注?销|交|缴)(了|过|掉|完)了?|(退|注?销|交|缴)(过|掉|完)了|"
    r"[^，。]{0,2}被[^，。]{0,2}(注销|吊销|收走|收)了|"
    r"[^，。]{0,4}(在办|收走|办完|办好|弄完|办利索|问明白|问清楚)了?)"
)
_CANCELLED = re.compile(r"^(?:完|好|过|掉|妥|下来)了")  # 公司执照注销 was named, and is done
_KEPT_AFTER = re.compile(r"^[^，。]{0,6}(留着|保留|先不|不销|不退|不注销|接着用|继续用)")
_ASKED_FOR = re.compile(r"能|可以|可不|一趟|一次|一把|一起|一块|一并")  # 能不能一趟都销了
_MAY_BE_GONE = re.compile(r"^[^，。]{0,6}(吗|不|没|么|[?？])")


class Standing(StrEnum):
    """What is said of a licence that is mentioned."""

    HELD = "held"
    DENIED = "denied"  # 没有烟草证
    GONE = "gone"  # 烟草证早就退了
    KEPT = "kept"  # 驾驶员证我先留着


def standing(text: str, name: str) -> Standing:
    """What the clause around a name says of it."""
    for clause in _CLAUSE.split(folded(text)):
        plain = compact(clause)
        at = plain.find(name)
        if at < 0:
            continue
        before, after = plain[:at], plain[at + len(name) :]
        gone = _GONE_AFTER.search(after)
        if name.endswith(("注销", "销户")) and _CANCELLED.match(after):
            return Standing.GONE
        if gone and not _ASKED_FOR.search(gone[0]) and not _MAY_BE_GONE.search(after[gone.end() :]):
            return Standing.GONE
        if _KEPT_AFTER.search(after) and not re.search(r"[会怎咋罚]|行吗|行不", after):
            return Standing.KEPT
        if _DENIED_BEFORE.search(before) or _DENIED_AFTER.search(after):
            return Standing.DENIED
    return Standing.HELD
