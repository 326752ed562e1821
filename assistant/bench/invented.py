"""What nobody has said before: conversations and questions put together from the knowledge, and what must stand on the answers.

Licences by all the names that mean one of them only, ways of asking, places, trades and what people say around it; always the
same ones for the same seed.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assistant.bench.talks import ASKS, TELLS, Said
from assistant.checklist.wording import held
from assistant.knowledge.whole import Knowledge
from assistant.phrases import CHECKLIST_TITLE
from assistant.text import compact

ASKS_FIRST = (
    *("", "", "你好，", "您好，", "请问", "问一下，"),
    *("麻烦问下，", "哎，", "同志，", "大姐，", "想问问，", "打听一下，"),
)
SAYS_FIRST = ("", "", "你好，", "您好，", "同志，", "大姐，", "哎，", "我说一下，")
GOES_ON = ("", "", "嗯，", "哦，", "噢，", "哎，")
ENDED = ("不干了", "不开了", "关门了", "黄了", "干不下去了", "准备关了", "停了", "关张了", "不做了")
HOW = ("怎么注销", "咋退", "怎么退", "咋注销", "想销掉怎么办", "不要了咋整", "注销怎么办理", "想退怎么弄", "要注销找谁")
SIDES = {  # of a question, with how they are asked of what was named, and of what was spoken of
    "materials": ("注销要带什么", "退的话带啥材料", "注销得准备哪些材料", "要退得拿啥"),
    "time": ("注销要几天", "退的话多久能办完", "注销得等多长时间", "几天能退完"),
    "where": ("去哪注销", "上哪退", "到哪个窗口注销", "退在哪办"),
    "fee": ("注销收费吗", "退要不要钱", "注销得花钱不", "退一个多少钱"),
}
AGAIN = ("", "那", "那这个", "这个", "它", "那它")
ASKED_TAILS = ("", "", "", "？", "，麻烦了", "，说说呗", "，我记一下", "，先问问", "，谢谢")
AGAIN_TAILS = ("", "？", "啊", "呢", "呀")
SAID_TAILS = ("", "", "啊", "吧", "哈", "呗")
OWNERS = ("我", "我家", "我们", "俺家", "我跟我对象", "我爸", "我姐", "我朋友")
ONLY = ("就一个{}", "证就{}这一样", "办过{}", "手里有个{}", "墙上挂的是{}", "有{}", "只有{}")
NO_OTHERS = ("没有别的证了", "别的证没有了", "再没有别的证", "其他证都没有", "别的都没办过", "没别的许可证了")
WHOLE = ("执照也销了", "执照一起销", "营业执照也要注销", "连执照一块销", "照也不要了，一起注销", "执照也一并注销")
PROXY = ("窗口替我跑", "让窗口代办", "窗口帮我办", "你们给代办", "找窗口代办", "委托你们办")
KEEPS = ("执照先留着", "执照不动", "执照留着", "只销许可证，执照不销")
MYSELF = ("我自己去办", "我自己跑", "不用代办，我自己办", "我本人去办")
THANKS = ("谢谢", "谢谢啊", "多谢", "谢了", "麻烦您了，谢谢", "太感谢了")
GREETS = ("你好", "您好", "在吗", "你好啊", "您好，在不在", "有人吗")
PEOPLE = ("转人工", "我要找人工", "给我转人工", "我找人工客服", "帮我转一下人工")
WEATHER = ("今天天气咋样", "明天下不下雪", "现在多少度", "这两天冷不冷")
OFF_TOPIC = ("out_of_scope", "unknown", "answered", "needs_facts")  # the place is a fact
ANSWERS = (*TELLS, "needs_choice")  # to ask back is no fault where what was named is among the choices
TYPES_OF_A_SHOP, TYPES_OF_A_COMPANY = ("个体", "个体户", "个体的", "个体工商户"), ("公司", "有限公司", "有限责任公司")
_PAPER = re.compile(r"(?:证|许可|备案|资质|批文|凭证|证书)$")
_ENDING = re.compile(r"(?:的|那个|的那个)?(?:许可证书|资质证书|许可证|许可|证书|证件|备案凭证|凭证|备案|资质|批文|证)$")
SHORTEST = 5  # characters of a name
T = TypeVar("T")


@dataclass(frozen=True)
class Paper:
    """A licence by one of its names: how it is called here, by its guide, and where it is noted."""

    said: str
    item: str
    name: str
    noted: str


class Invention:
    """Conversations and questions without end, no question twice."""

    def __init__(self, knowledge: Knowledge, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._papers = papers(knowledge)
        self._places = [(one.name, *one.aliases) for one in knowledge.counties(demo=True)]  # by all their names
        types = {name for one in knowledge.enterprise_types.values() for name in (one.name, *one.aliases)}
        # By the licences that trades must hold: which of several a question means is no question of load.
        self._trades: dict[str, list[str]] = defaultdict(list)
        # By those that they usually hold, but for names that tell a type: 种业公司 is no 个体.
        self._shops: dict[str, list[str]] = defaultdict(list)
        for trade in knowledge.industries.values():
            names = (trade.name, *trade.aliases)
            for item in trade.must_have:
                self._trades[item] += names
            for item in (*trade.must_have, *trade.may_have):
                self._shops[item] += [name for name in names if not any(kind in name for kind in types)]
        self._of_shops = [paper for paper in self._papers if self._shops.get(paper.item)]
        self._asked: set[str] = set()

    def conversation(self) -> tuple[Said, ...]:
        """What one person says, line by line."""
        kinds = (self._a_shop_closes, self._licences_are_asked_about, self._all_in_one_breath, self._here_and_there)
        return tuple(self._one(kinds)())

    def question(self) -> tuple[str, str]:
        """A question that was not asked before, and the guide that must be among the first."""
        while True:
            paper = self._one(self._papers)
            text = self._asking(paper, self._one((HOW, *SIDES.values())))
            if text not in self._asked:
                self._asked.add(text)
                return text, paper.name

    # ---- conversations ------------------------------------------------------------------------------------------
    def _a_shop_closes(self) -> Iterator[Said]:
        paper = self._one(self._of_shops)
        place = self._place()
        parts = [f"{self._one(self._shops[paper.item])}{self._one(ENDED)}", self._one(TYPES_OF_A_SHOP), f"在{place}"]
        self._random.shuffle(parts)
        yield f"{self._one(SAYS_FIRST)}{'，'.join(parts)}", ASKS, ()
        yield self._one(ONLY).format(paper.said), ASKS, (paper.noted,)
        yield self._asking(paper, SIDES["materials"], telling=False), ANSWERS, (paper.name,)
        yield self._stating(NO_OTHERS), ASKS, ()
        yield self._stating(WHOLE), ASKS, ()
        yield self._stating(PROXY), TELLS, (CHECKLIST_TITLE, paper.name)
        yield self._one(THANKS), TELLS, ()

    def _licences_are_asked_about(self) -> Iterator[Said]:
        paper = self._one(self._papers)
        yield self._asking(paper, HOW), ANSWERS, (paper.name,)
        for side in ("time", "where"):
            yield self._asking_on(side), ANSWERS, (paper.name,)
        other = self._one(self._papers)
        yield self._asking(other, HOW), ANSWERS, (other.name,)

    def _all_in_one_breath(self) -> Iterator[Said]:
        paper = self._one(self._papers)
        here, there = self._random.sample(self._places, 2)
        told = [self._one(TYPES_OF_A_COMPANY), f"在{self._one(here)}", f"有{paper.said}"]
        self._random.shuffle(told)
        rest = ("别的没有", self._one(KEEPS), self._one(MYSELF))
        yield f"{self._one(SAYS_FIRST)}{'，'.join((*told, *rest))}", TELLS, (CHECKLIST_TITLE, paper.name)
        yield (
            f"{self._one(('不对，是在', '说错了，在', '不对，其实在', '弄错了，是'))}{self._one(there)}",
            TELLS,
            (there[0],),
        )
        yield self._stating(PEOPLE), ("handed_over",), ("12345",)

    def _here_and_there(self) -> Iterator[Said]:
        paper, other = self._one(self._papers), self._one(self._papers)
        yield self._one(GREETS), TELLS, ()
        yield self._asking(paper, SIDES["materials"]), ANSWERS, (paper.name,)
        yield f"{self._place()}{self._one(WEATHER)}", OFF_TOPIC, ()
        yield self._asking(other, SIDES["fee"]), ANSWERS, (other.name,)

    # ---- sentences ----------------------------------------------------------------------------------------------
    def _asking(self, paper: Paper, ways: Sequence[str], *, telling: bool = True) -> str:
        """A question about a licence, with what people tell around it where nothing was told before."""
        around = self._around(paper) if telling else ""
        return f"{self._one(ASKS_FIRST)}{around}{paper.said}{self._one(ways)}{self._one(ASKED_TAILS)}"

    def _asking_on(self, side: str) -> str:
        """A question about what was spoken of last."""
        return f"{self._one(GOES_ON)}{self._one(AGAIN)}{self._one(SIDES[side])}{self._one(AGAIN_TAILS)}"

    def _around(self, paper: Paper) -> str:
        """Who had which business where, and that it is over; or less, or nothing, as 食品厂的证 tells of a trade itself."""
        trade = "" if "的" in paper.said else self._one(self._trades.get(paper.item) or ("",))
        owner, place, ended = self._one(OWNERS), self._place(), self._one(ENDED)
        told = [f"{owner}在{place}，", f"{place}的，", ""]
        if trade:
            told += [f"{trade}{ended}，", f"{place}的{trade}{ended}，", f"{owner}在{place}开{trade}，{ended}，"]
        return self._one(told)

    def _stating(self, ways: Sequence[str]) -> str:
        return f"{self._one(GOES_ON)}{self._one(ways)}{self._one(SAID_TAILS)}"

    def _place(self) -> str:
        return self._one(self._one(self._places))

    def _one(self, among: Sequence[T]) -> T:
        return among[int(self._random.random() * len(among))]


def papers(knowledge: Knowledge) -> list[Paper]:
    """The licences by every name that can mean one of them only, whatever its ending."""
    owners: dict[str, set[str]] = defaultdict(set)
    called: dict[str, list[str]] = {}
    for own, guide in knowledge.guides.items():
        item = knowledge.items.get(own)
        called[own] = [guide.name, *([item.certificate] if item and item.certificate else []), *guide.aliases]
    called |= {one.id: [one.name, *one.aliases] for one in knowledge.unlisted.values()}
    called |= {group.id: list(group.words) for group in knowledge.groups.values()}  # these mean several
    for own, names in called.items():
        for name in names:
            owners[_stem(name)].add(own)
    return [
        Paper(name, item, knowledge.guides[item].name, held(knowledge, item))
        for item in knowledge.items
        if item in knowledge.guides
        for name in dict.fromkeys(called[item])
        if len(compact(name)) >= SHORTEST and _PAPER.search(name) and len(owners[_stem(name)]) == 1
    ]


def _stem(name: str) -> str:
    return _ENDING.sub("", compact(name))
