"""What somebody types to choose by number: 3, ３, ③, 三, 第三个, 选3吧, and several at once: 1 3 5, 1、3、5, 1到3."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.text import folded

_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九", 1)}
_NUMBER = r"(?:[0-9]{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_BEFORE = r"(?:我|就|那|还是?|选择?|点|按|回复?|要|是)*"
_AFTER = r"(?:吧|呗|嘛|呢|啊|呀|哈|哦|(?:这[几两三四]?[个样])?(?:都?[要选有是])?)"
# 2个 is how many, 第2个 is which one.
_ONE = re.compile(rf"{_BEFORE}(?:(?P<nth>第)(?P<place>{_NUMBER})[个项条种样号]?|(?P<number>{_NUMBER})号?){_AFTER}")
_BETWEEN = re.compile(r"[\s、，,;；+&/]+|和|跟|与|及|还有")
_RANGE = re.compile(rf"(?P<first>{_NUMBER})(?:到|至|[-~—–]+)(?P<last>{_NUMBER})")
_EDGES = " \t\r\n.。,，、!！?~:：()“”\"'‘’…\ufe0f\u20e3"  # 3️⃣ is a 3 with two signs that nobody sees


@dataclass(frozen=True)
class Named:
    """A number that was said; `nth` where it was said as a place in a list (第三个)."""

    number: int
    nth: bool = False


def named_numbers(text: str) -> tuple[Named, ...]:
    """The numbers of a message that is nothing but numbers; none for any other message."""
    said = folded(text).strip(_EDGES)
    found: list[Named] = []
    for part in _BETWEEN.split(said):
        if spread := _RANGE.fullmatch(part):
            first, last = _value(spread["first"]), _value(spread["last"])
            found += [Named(number) for number in range(first, last + 1)]
            if first >= last:
                return ()
        elif one := _ONE.fullmatch(part.strip(_EDGES)):
            found.append(Named(_value(one["place"] or one["number"]), nth=bool(one["nth"])))
        else:
            return ()
    return tuple(dict.fromkeys(found))


def _value(written: str) -> int:
    """A number in digits or in characters up to 九十九."""
    if written[0].isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
