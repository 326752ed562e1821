"""Questions as editors may see them: without telephones, numbers of papers, plates, accounts and names of persons."""

from __future__ import annotations

import re

from assistant.text import cleaned

NUMBER, NAME, ACCOUNT = "［号码］", "［姓名］", "［账号］"
_MAIL = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_CHAT = re.compile(r"(微信号?|QQ号?|qq号?|邮箱|vx|VX)[:： 是]*[A-Za-z0-9][\w.@-]{4,}")
_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*\d{6})[A-Za-z0-9]{15,20}(?![A-Za-z0-9])")  # credit code, identity
_DIGITS = re.compile(r"(?<![\d.])(?:\d[ \-－—·]?){6,}[\dXx](?!\d)")
_SPOKEN = re.compile(r"[零〇一二三四五六七八九幺]{7,}")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z]·?[A-Za-z0-9]{5,6}(?![A-Za-z0-9])"
)
_COMMON = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘董袁于余叶蒋杜苏魏程吕丁任姚卢姜崔钟谭陆汪范"
)
_CALLED = re.compile(
    r"(我叫|名叫|本人叫|姓名[是:： ]*|名字[是:： ]+|联系人[是:： ]*|经办人[是:： ]*|法人是|法定代表人是|老板叫|经营者叫)[:： ]*"
    r"[一-鿿·]{2,4}?(?=[,，。；;、 !！?？的\d［]|$)"
)
_BESIDE_NUMBER = re.compile(
    rf"(?<![一-鿿])[{_COMMON}][一-鿿]{{1,2}}(?<![证照店厂本])(?=[ ,，:：]*［号码］)|"
    rf"(找|联系)[{_COMMON}][一-鿿]{{1,2}}(?=[ ,，:：]*(?:［号码］|$))"
)


def masked(text: str) -> str:
    """The words without what tells of a person; hotlines of five digits, years and amounts stay."""
    words = text
    for pattern, sign in ((_MAIL, ACCOUNT), (_CODE, NUMBER), (_PLATE, NUMBER)):
        words = pattern.sub(sign, words)
    words = _CHAT.sub(rf"\1{ACCOUNT}", words)
    words = _SPOKEN.sub(NUMBER, _DIGITS.sub(NUMBER, words))
    words = _BESIDE_NUMBER.sub(lambda found: (found[1] or "") + NAME, words)
    return cleaned(_CALLED.sub(rf"\1{NAME}", words))
