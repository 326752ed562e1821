"""One message as the actions see it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from assistant.sayings.reader import read
from assistant.text import compact

# Words of which no whole sentence makes a statement.
_PLAINLY_ASKS = re.compile(
    r"怎么|如何|真的假的|吗|？|\?|多久|几天|多少|多长|时限|流程|(?<!装修)(?<!建筑)(?<!装饰)(?<!保温)(?<!防水)(?<![印卖运进存堆])(?<![拿带揣捎]着)材料|区别|还用(?!着|呢|的|$)|有必要|会不会|能不能|可不可以|要不要|用不用|[搁上去在从到往](?:哪儿?|哪里|啥地方)(?![都也])|谁(?:能|可以|来|去|给|替)(?![都也])|[去上在从到找]那个?(?:局|部门|窗口|单位|进|儿?办|里办|交|退|销|注)|(?:的证|手续|材料)[^，。]{0,4}(?:列|说|告诉)(?:出来|一下|一列|下|我|全)|"
    r"(?:行|中|成|可以)不(?:行|中|成|可以)[啊呀呢]*$|zenme|cailiao|duojiu|gei (?:shei|shui)|(?:nage|na ge|shenme|sha) (?:ju|danwei|bumen|cailiao)|xing bu"
)
# Words that stand in statements too: 被褥啥的, 谁也不欠, 证呢早退了.
_MAY_ASK = re.compile(
    r"咋(?![的地]?(?:[。！!,，]|$))|(?<![着在还清完好结给交里上钱])呢|(?<!没)(?<!没有)什么(?!的)(?![^，。,]{0,4}[都也])|"
    r"(?<!那个)(?<!^那)(?<![没叽嗦叨])啥(?!的)(?![^，。,]{0,4}[都也])|哪(?![^，。,]{0,4}[都也]|[^，。,]{1,7}不(?:想|愿|方便|便|说|告诉|能说))|(?<![欠该差])谁(?![都也])|(?<!不)([^还])[不没]\1|"
    r"有没有|几号|几点|[^没不]不$|没$|没有$(?<=[了到过好]没有)|ziliao|duoshao|nali|na ban|qu na"
)
_CLAUSE = re.compile(r"[，,。；;！!\n]")
# What a paper says, and a name half remembered, ask nothing: 写着每年取多少万方水; 叫啥零售经营批准证书.
_DESCRIBES = re.compile(
    r"(?:写|印|标|注|批)(?:着|的是|明|有)[^，。吗？?]{0,8}多少(?![钱？?])|"
    r"(?:叫|是)个?(?:啥|什么)(?=[^，。？?吗呢]{3,}(?:证书?|许可证?|批件|批文|备案表?)(?:来着|吧|的)*$)|"
    r"叫(?:啥|什么)(?:名字?|来着)?(?:我|俺)?(?:都|也|给)*(?:忘|记不|想不起)"
)
HARDLY = re.compile(r"哪(?:有|来|能|敢|会)(?!些|个|几)")  # 我哪有本事搞批发: denies
# 要退; 不对不对，是零售，我哪有批发呀.
_NO_QUESTION = re.compile(
    rf"(?:我|俺|咱)们?家?{HARDLY.pattern}|^(?!是不是)(?:不对|不是|是)+[^吗呢么啥哪谁]{{0,4}}$|"
    r"^(?:也|都|就|想|要|得|一起|一块儿?)*(?:退|注?销|交)(?:了|掉|的)*$"
)

# 是等执照销完再交，还是得赶在前头; not 我是个体，还是自己去办
_EITHER_OR = re.compile(
    r"(?:分头|分开|分别|挨个)(?:注?销|退|办|交)?还是|(?:由|归|上|找|跟)[^，。]{1,8}还是(?:由|归|上|找|跟)?[^，。]{1,8}$(?<!吧)|(?:是|得|要|先|能|光|该)(?:等|跟|先|要|得|在|直接|由|自动|自己|本人|我|交|拿|去|随|退|销|注销|找|留|[^，。]{0,8}就行)[^。！!；;]{1,30}[，,]?"
    r"还是(?:等|跟|先|要|得|还|有|在|直接|由|倒|另|再|也|交|拿|去|随|退|销|注销|找|本|[^，。]{1,6}(?:替|代|报|办|交|送|销))[^。！!；;]{0,14}$(?<!吧)"
)
_WHAT_IT_IS = re.compile(r"^(?:给|替|帮|往|做|干|卖|管|跑|搞)[^，。吗吧呢？?]{2,}的$")  # 给人介绍工作的
_FILLERS = re.compile(r"(?:^|(?<=[^\s，。]))(?:嗯+|呃+|那个啥|就是说|怎么说呢)")
_TRAILS_OFF = re.compile(r"(?:…|\.{3,}|—{2,})+")  # 零售的那种……哎说错了
_FOUND = re.compile(r"(?:翻|找|掏)(?:出来?|着|到)了?(?=[一两俩三]?[个张本样][^，。,.…])")  # 刚翻出来，一个烟草的
_NEW_CLAUSE = re.compile(
    r"(?<=[^，。,.\s就])(?=就(?:这|那)?[一俩两]个?证|(?:别的|其他的?|其它的?|旁的)(?:证|许可)?(?:也|都|再)?没|(?:个体户?|营业)?执照(?:我|也|先|还|就|一)|"
    r"(?:我)?自己(?:去办|跑)|想把|现在不)|(?<=[不][干开做养])了(?=[^，。,.\s吧啊呀呢嘛的])"
)
_ANSWERED = re.compile(
    r"(?<![吗呢么不没啥])[？?]+\s*(?=(?:都|也|早|从来|压根|可|我们?|俺们?)*(?:(?:没有?)+|没办过?|无|有)(?:了|的|过|啊)*(?:[，。,！!；;]|$))|"
    r"(?<=[证照司店章户])[？?]+\s*(?=(?:也|都|一起|一块儿?|跟着)[^，。？?吗呢]{1,8}(?:[，。,！!；;]|$))|"
    r"(?<=[证照可批案])[？?]+\s*(?=(?:早|已经?|去年|前年|头年|上个?月|年初)(?:就|都|已)*(?:注?销|退|交|过期)(?:完|了|掉)+(?:[，,。！!；;]|$))|"
    r"(?<![一-鿿]{5})[？?]+\s*(?=不(?:卖|做|干|开|搞|养|拉)[^，。？?吗呢]{0,6}$)|"
    r"[？?]+\s*(?=[那这]个?(?:可|都)?(?:是|归)[^，。？?吗呢]{2,14}的(?:[，,。！!；;]|$))"
)  # 捕捞证？没有，我们不打野鱼: asked and answered in one breath
_ANNOUNCES = re.compile(
    r"(?:^|(?<=[，,。；;]))[^，,。；;：:]{0,6}(?:列一?下|如下|说一?下|报一?下|有这(?:些|么几|几)[个样]?)[：:]"
)  # 证列一下：… is no question
DOUBTED = 0.05
_NO_NO = "不是不是"  # denies, and asks nothing
SHORTEST_QUESTION = 5  # characters
LONG_WITHOUT_PAUSE = 12  # characters


def with_pauses(text: str) -> str:
    """What came from a voice, with commas where fillers stood and where a long breath goes on to something else."""
    text = _ANNOUNCES.sub("", _ANSWERED.sub("", _TRAILS_OFF.sub("，", text)))
    text = _FOUND.sub(lambda match: match[0] + "，", _FILLERS.sub("，", text)).strip("，")
    long = max(map(len, re.split(r"[，,。；;！!？?\s]", text))) > LONG_WITHOUT_PAUSE
    return _NEW_CLAUSE.sub(lambda match: match[0] + "，", text) if long else text


@dataclass(frozen=True)
class Said:
    """One message: its words, what kind of thing Rasa takes it for, and the effect of a tapped choice."""

    text: str
    intent: str = "nlu_fallback"
    effect: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def asking(self) -> bool:
        """Whether this is a question; where Rasa is not sure, question words decide."""
        if self.intent in ("ask", "nlu_fallback", "tell", "progress", "chat", "repeat", "explain"):
            return self.asks_in_words or (self.intent == "ask" and not self._reads_like_no_question)
        return False

    @property
    def _reads_like_no_question(self) -> bool:
        """Whether every clause reads like anything but a question: 派出所来发过一个."""
        clauses = [compact(clause) for clause in _CLAUSE.split(self.text) if clause.strip()]
        sayings = read([one for one in clauses if not _NO_QUESTION.search(one)])
        return all(one.probability and one.of("asks=yes") < DOUBTED and not _too_short(one.clause) for one in sayings)

    @cached_property
    def asks_in_words(self) -> bool:
        """Whether a word asks; where none does, a message that tells something is no question, whatever it sounds like."""
        return any(map(_asks, _CLAUSE.split(self.text))) or bool(_EITHER_OR.search(self.text.rstrip("。？? ")))

    @cached_property
    def question(self) -> str:
        """The clauses that ask; the whole text where none does, or all do."""
        return "，".join(clause for clause in _CLAUSE.split(self.text) if _asks(clause)) or self.text


def _asks(clause: str) -> bool:
    """Whether a clause asks: by its words, unless the whole reads like anything but a question, or as the whole reads."""
    if _DESCRIBES.search(clause):
        return False
    (saying,) = read([compact(clause)])
    if _PLAINLY_ASKS.search(clause):
        return True
    if _MAY_ASK.search(clause):
        return _too_short(clause) or not saying.probability or saying.of("asks=yes") >= DOUBTED
    return not (_too_short(clause) or _NO_NO in clause or _WHAT_IT_IS.match(clause)) and saying.tells("asks=yes")


def _too_short(clause: str) -> bool:
    """Whether only the words can tell if a clause asks: 时限, 要啥."""
    return len(compact(clause)) < SHORTEST_QUESTION
