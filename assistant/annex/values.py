"""What a cell says: tier, level and time limit in the many ways offices write them; lists cut into their points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.knowledge.model import ProxyTier

BLANK = {"", "待核", "【待核】", "【有出处】", "/", "\\", "-", "—", "——", "－", "无", "暂无", "待定", "不详", "待确认"}
TICKED = {"√", "✓", "✔", "☑", "■", "●", "★", "是", "1", "y", "Y", "有", "V", "v", "对"}
PENDING = re.compile(r"[【（(\[](待核|有出处)[】）)\]]")  # what an export marks: not the department's word yet
_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})"

_TIERS: tuple[tuple[ProxyTier, re.Pattern[str]], ...] = (
    (
        ProxyTier.GUIDED,
        re.compile(
            r"不(予|能|可)?代办|自办|自行(办理|前往|申请|提交)|指引|仅?(提供)?(咨询)?指导|引导|告知(办理)?|本人办理"
        ),
    ),
    (ProxyTier.PROXY, re.compile(r"代收|代交|代为|代办|转交|转办|(不能|无法|不可)(在窗口)?直接|代理提交|帮办|代提交")),
    (
        ProxyTier.DIRECT,
        re.compile(r"直接(办|注销|受理)|直办|即办|当场|现场办(理|结)|窗口办(理|结)|立等可取|窗口直接|专窗办(理|结)"),
    ),
)
_LEGEND = re.compile(
    r"([一二三四]级|[ABCDⅠⅡⅢ123][类级]|第[一二三]类|[一二三]类)(?:代办|事项|办理)?[^，。；;：:\n]{0,4}?(?:指|为|是|即|[：:])([^；;。\n]+)"
)
_LEVELS: tuple[tuple[Literal["县", "地区", "省"], re.Pattern[str]], ...] = (
    ("省", re.compile(r"省")),
    (
        "地区",
        re.compile(
            r"地区|地级|地直|地市|行署|地本级|设区的?市|市级|^[地市]$|[地市](?=[、/及和,，])|(?<=[、/及和,，])[地市]"
        ),
    ),
    ("县", re.compile(r"县|(?<!地)区级|^区$|旗")),
)


def number(text: str) -> int | None:
    """12 or 十二 as a number, up to 99 in Chinese."""
    if text.isdigit():
        return int(text)
    tens, mark, ones = text.partition("十")
    if not mark:
        return _DIGITS.get(text) if len(text) == 1 else None
    if len(tens) > 1 or len(ones) > 1:
        return None
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


@dataclass(frozen=True)
class LimitRead:
    """A time limit as read: number and unit, or why it could not be taken."""

    days: int | None = None
    unit: Literal["日", "工作日"] | None = None
    text: str | None = None
    problem: str | None = None


def limit_of(text: str, header: str = "") -> LimitRead:
    """`5个工作日`, `自受理之日起十日内`, `即时办结`; a bare number takes the unit its header names."""
    plain = re.sub(r"\s", "", text)
    if re.search(r"\d+\s*[-—~～至到]\s*\d+", plain):
        return LimitRead(problem="写的是一个范围，不知道取哪个数")
    found = re.findall(_NUMBER + r"个?(工作日|自然日|日历日|日|天|个月|月|小时|年)?", plain)
    units = [(n, u) for n, u in found if u]
    bare = re.fullmatch(_NUMBER, plain)
    if re.search(r"即(时|办)|当场|立等|当日|现场办结", plain) and not any(
        u in ("工作日", "日", "天") for _, u in units
    ):
        return LimitRead(0, "工作日", "当场办结")
    if bare and "工作日" in header:
        units = [(bare[1], "工作日")]
    elif bare and re.search(r"自然日|日历日|[（(]?[日天][）)]?$", header):
        units = [(bare[1], "日")]
    elif bare:
        return LimitRead(problem="只写了数字，没写是日还是工作日")
    if len({(number(n), u) for n, u in units}) != 1:
        return LimitRead(problem="没读出几天" if not units else "写了不止一个时限")
    count, unit = number(units[0][0]), units[0][1]
    if count is None or unit in ("个月", "月", "小时", "年"):
        return LimitRead(problem="不是按日或工作日写的")
    note = re.search(r"[（(]([^）)]{3,40})[）)]", text)
    words = note[1] if note and not re.search(r"工作日|自然日", note[1]) else None
    return LimitRead(count, "工作日" if unit == "工作日" else "日", words)


def legend_of(notes: Iterable[str]) -> dict[str, ProxyTier]:
    """What the table's own notes say its levels mean: `一级指窗口直接办理；二级为代收代交`."""
    found: dict[str, ProxyTier] = {}
    for note in notes:
        for level, words in _LEGEND.findall(note):
            tier = tier_of(words)
            if tier:
                found[level] = tier
    return found


def tier_of(text: str, legend: Mapping[str, ProxyTier] | None = None) -> ProxyTier | None:
    """The tier that the words name; None where they name none, or a level that nobody explained."""
    plain = re.sub(r"\s", "", text)
    for level, tier in (legend or {}).items():
        if plain.startswith(level):
            return tier
    for tier in ProxyTier:
        if tier.value in plain:
            return tier
    for tier, words in _TIERS:
        if words.search(plain):
            return tier
    return None


def level_of(text: str) -> Literal["县", "地区", "省"] | None:
    """The issuing level; None where the words name two, or none."""
    plain = re.sub(r"县[（(]市?、?区?[）)]|县市区|区县|县区", "县", re.sub(r"\s", "", text))
    found = [level for level, words in _LEVELS if words.search(plain)]
    return found[0] if len(found) == 1 else None


_POINT = re.compile(
    r"^\s*(?:[（(]\s*[\d一二三四五六七八九十]{1,3}\s*[）)]|\d{1,2}\s*[.、)）](?!\d)|[①-⑳]|[一二三四五六七八九十]{1,3}、"
    r"|第[一二三四五六七八九十\d]{1,2}步[：:，,、]?)\s*"
)
_INLINE = re.compile(
    r"(?<=[；;。 ])(?=\d{1,2}[.、)）]\D|[（(]\d{1,2}[）)]|[①-⑳])|(?<=\D)(?=[①-⑳])|(?<=[^\d\s（(])(?=\d{1,2}[.、]\D)"
)


def points(text: str, *, semicolons: bool = True) -> list[str]:
    """The points of a list in a cell: numbered, on lines of their own, or parted by semicolons."""
    lines = [part for line in text.split("\n") for part in _INLINE.split(line) if part.strip()]
    if len(lines) == 1 and semicolons and not _POINT.match(lines[0]):
        lines = re.split(r"[；;]", lines[0])
    numbered = any(_POINT.match(line) for line in lines)
    merged: list[str] = []
    for line in lines:
        if numbered and merged and not _POINT.match(line):
            merged[-1] += line.strip()
        else:
            merged.append(line.strip())
    cut = (_POINT.sub("", line).strip().rstrip("；;。，, ") for line in merged)
    return [line for line in cut if line and line not in BLANK]
