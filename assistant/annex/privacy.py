"""Names and mobile numbers stay in the annex: what is taken over is scrubbed, and what was left out is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_PRIVATE = re.compile(r"(?:微信号?|QQ号?|qq|邮箱)[:： ]*[\w.@-]{5,}")
_LANDLINE = re.compile(
    r"(?<!\d)(?:[（(]?(0\d{2,3})[）)]?[-—–－ ]{0,2})?([2-8]\d{6,7})(?:\s*[-转]\s*(\d{1,5}))?(?!\d)|(?<!\d)(400-?\d{3}-?\d{4}|12\d{3})(?!\d)"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙"
    "史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛"
    "靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝接"
)
_BEFORE_MOBILE = re.compile(rf"(?<![一-鿿])[{_SURNAMES}][一-鿿]{{1,2}}(?=[\s:：（(,，]*{_MOBILE.pattern})")
_TITLED = re.compile(
    rf"(联系人|联络员|经办人|负责人|咨询人|办理人员|工作人员|找|联系)\s*(?:[:：]\s*[一-鿿·]{{2,4}}(?![一-鿿])|\s*[{_SURNAMES}][一-鿿]{{1,2}}(?=[\s,，。；;（(：:\d]|$))"
)
_OFFICE = re.compile(
    r"[一-鿿A-Za-z0-9（）()、与和]{1,28}(科|股|室|处|中心|大厅|窗口|所|站|局|委|部|办|厅|队|柜台|组)(（[一-鿿]{2,8}）)?$"
)
_POST = re.compile(
    r"(局长|主任|科长|股长|处长|所长|站长|队长|组长|部长|行长|书记|主席|经理|调研员|科员|专员|干事|成员|委员|秘书|参谋|"
    r"工程师|负责人|联络员|协管员|办事员|部员)$"
)


@dataclass
class LeftOut:
    """How much of a person was left out."""

    names: int = 0
    mobiles: int = 0

    def __str__(self) -> str:
        return f"没有写进去：姓名 {self.names} 处，手机号等个人号码 {self.mobiles} 个"


def scrubbed(text: str, left_out: LeftOut) -> str:
    """The text without mobile numbers, identity numbers, chat accounts and the names of contact persons."""
    for pattern in (_TITLED, _BEFORE_MOBILE):
        text, count = pattern.subn("", text)
        left_out.names += count
    for pattern in (_MOBILE, _IDENTITY, _PRIVATE):
        text, count = pattern.subn("", text)
        left_out.mobiles += count
    text = re.sub(r"[（(][\s,，、/:：]*[）)]", "", text)
    return re.sub(r"([,，、;；])\s*(?:[,，、;；]\s*)+", r"\1", text).strip(" ,，、/;；:：\n")


def landlines(text: str, left_out: LeftOut) -> list[str]:
    """The office numbers in a cell, as `0457-2120000`; a number whose leading 0 Excel ate gets it back."""
    left_out.names += len(_BEFORE_MOBILE.findall(text))
    text, count = _MOBILE.subn(" ", text)
    left_out.mobiles += count
    text = re.sub(r"(?<!\d)(457)(\d{7})(?!\d)", r"0\1-\2", text)
    found = []
    for area, local, extension, special in _LANDLINE.findall(text):
        whole = special or (f"{area}-{local}" if area else local)
        found.append(f"{whole}转{extension}" if extension else whole)
    return list(dict.fromkeys(found))


def names_in(text: str) -> list[str]:
    """The persons that a name column lists."""
    return [part for part in re.split(r"[\s,，、/;；]+", re.sub(r"[^一-鿿·\s,，、/;；]", " ", text)) if len(part) >= 2]


def office_of(text: str, names: list[str], left_out: LeftOut) -> str | None:
    """The office that a cell names; None where what is left could be a person."""
    for name in names:
        if name in text:
            text = text.replace(name, " ")
            left_out.names += 1
    text = scrubbed(text, left_out)
    kept = [part for part in re.split(r"[\s,，;；/]+", text) if _OFFICE.fullmatch(part)]
    return kept[0] if kept else None


def post_of(text: str, names: list[str], left_out: LeftOut) -> str | None:
    """The post that a cell names, without the person who holds it."""
    for name in names:
        if name in text:
            text = text.replace(name, "")
            left_out.names += 1
    text = scrubbed(text, left_out).strip()
    parts = [part for part in re.split(r"[\s,，;；/、]+", text) if _POST.search(part)]
    held = [
        p
        for p in parts
        if not (p[0] in _SURNAMES and re.fullmatch(rf"[{_SURNAMES}](局长|主任|科长|股长|处长|所长|部长|队长)", p))
    ]
    left_out.names += len(parts) - len(held)
    return "、".join(held) or None
