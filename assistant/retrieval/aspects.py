"""Which side of a procedure a question is about, by the words people use for it."""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.text import folded


class Aspect(StrEnum):
    """The sides of a guide, in the order in which a question that names several is read."""

    PHONE = "phone"
    MATERIALS = "materials"
    FEE = "fee"
    ONLINE = "online"
    PROXY = "proxy"
    TIME = "time"
    CONSEQUENCE = "consequence"
    WHERE = "where"
    WHO = "who"
    HOW = "how"


_WORDS: dict[Aspect, str] = {
    Aspect.PHONE: r"电话|号码|联系方式|联系人|热线|dianhua|打哪|怎么联系|咋联系",
    Aspect.MATERIALS: (
        r"材料|手续|带什么|带啥|带哪些|拿什么|拿啥|要什么|要啥|需要什么|需要啥|准备什么|准备啥|收哪些|收啥|"
        r"要件|啥件|什么件|证明|表格|cailiao|委托书|签字|盖章"
    ),
    Aspect.FEE: r"收费|多少钱|花钱|收钱|交钱|要钱|啥钱|费用|免费|交费|缴费|罚多少|几块|shoufei",
    Aspect.ONLINE: r"网上|线上|手机上|app|小程序|网办|在线办|不用跑|电脑|全程网|wangshang",
    Aspect.PROXY: (
        r"代办|代劳|代交|替(我|他|她|公司|老板|单位)|别人(去|办)|委托|帮(我|忙)办|家属|会计能|谁能去|"
        r"daiban"
    ),
    Aspect.TIME: (
        r"多久|几天|多长时间|多少天|时限|期限|啥时候|什么时候|几个工作日|多会儿|当天|立等|duojiu|"
        r"duoshaotian|几号下来|时间"
    ),
    Aspect.CONSEQUENCE: (
        r"不(注销|销|退|办|交|管)(它|了)?.{0,8}(会|行|中|罚|怎|咋|样)|会不会罚|罚款|罚不罚|后果|有没有事|"
        r"有事吗|黑名单|信用|影响|违法|放着|扔那"
    ),
    Aspect.WHERE: (
        r"去哪|在哪|哪儿办|哪里办|哪办|找谁|找哪|交哪|交给谁|交到哪|哪个(窗口|部门|单位|局)|归谁|归哪|地址|"
        r"地点|上哪|跑哪|(还是|走).{0,6}(口|局)|qunaban|zaina|几楼|几点(开门|上班|下班)|上班时间"
    ),
    Aspect.WHO: r"谁来办|谁去办|谁办|本人|法人.{0,4}(去|到场)|要不要(我|本人)",
}
_PATTERNS = [(aspect, re.compile(words)) for aspect, words in _WORDS.items()]


def aspects_in(text: str) -> tuple[Aspect, ...]:
    """The aspects named in the text, in reading order of importance; none means the whole procedure."""
    plain = folded(text)
    return tuple(aspect for aspect, pattern in _PATTERNS if pattern.search(plain))


def without_aspects(text: str) -> str:
    """The text without the words by which an aspect is asked for."""
    plain = folded(text)
    for _, pattern in _PATTERNS:
        plain = pattern.sub(" ", plain)
    return plain
