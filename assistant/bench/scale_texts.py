"""Generated passages and questions: real names and trades of the knowledge in counties that do not exist.

The counties are storybook names (鲸泽县, 霓桥县) made of two lists, the windows and streets are made up with them; nothing
of this is ever shown to people. All texts of a set differ; questions are made from the same facts, worn down.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.entries import spoken_names
from assistant.retrieval.index.passages import Passage

SEED = 20261121
PASSAGES_A_GUIDE = 6  # of one item in one county
_FIRST = "鲸霓萤虹鲲鹏麒麟凰狸貂鹭鸢蝶琉璃琥珀翡玛瑙珊瑚瑶琼珑璇玑幻梦谜镜影魇云雾霞岚曦暮星月辰朔望弦笙箫埙筝墨砚笺"
_SECOND = "泽桥湾洲屿汀渡原岭峰谷溪潭泉林坡台关城浦港滩沙石岗屯甸塘圩坪坝垭坳埠墟"
_ENDS = ("县", "旗", "区", "市")
_SITUATIONS = (
    "店不开了", "房子到期了", "要回老家", "人手不够干不下去", "跟合伙人散了", "被拆迁了", "转给别人了", "身体不好不干了",
    "生意赔了", "公司注销了", "证快到期了也不续了", "证丢了还要退", "法人变了", "搬到外地去了", "一年没开张", "车卖了",
)  # fmt: skip
_ASKS = ("怎么注销", "去哪退", "要带什么", "找哪个部门", "多少天能办完", "能不能网上办", "要不要钱", "可以让人代办吗")
_PASSAGES = (
    "{county}{alias}{ask}",
    "{county}{street}路{number}号政务大厅{window}号窗口收{name}的注销申请",
    "{county}{department}办理{name}注销，{trade}也来这里",
    "{situation}，{county}的{alias}{ask}",
    "{county}{trade}{situation}，先退{alias}再办别的",
    "在{county}{scope}用的{name}不用了，到{department}{window}号窗口交回",
    "{county}{town}镇的{trade}退{alias}，去镇便民服务站第{window}窗口",
    "{department}（{county}）：{scope}停了以后，到{street}路{number}号申请{name}注销",
    "{county}{alias}注销：原件交回，{situation}的另写一份说明",
    "{town}镇{trade}问得最多：{alias}{ask}（{county}）",
)
_QUESTIONS = (
    "{county}{alias}{ask}", "{alias}{ask}", "{trade}{situation}，{alias}{ask}", "{county}{trade}{situation}咋办",
    "{county}{department}退{alias}", "{situation}，{scope}的证{ask}", "{name}注销 {county}", "{county}{town}镇退{alias}",
)  # fmt: skip
_ALIKE = {
    "证": "正",
    "烟": "咽",
    "许": "徐",
    "营": "菅",
    "药": "要",
    "店": "点",
    "注": "住",
    "销": "消",
    "车": "东",
    "食": "实",
}


@dataclass(frozen=True)
class _Subject:
    """What can be said of one item."""

    item: str
    department_id: str
    department: str
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    scope: tuple[str, ...]
    trades: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question, and the county and the department that it is about, whether it says so or not."""

    text: str
    region: str
    department: str


class Texts:
    """Passages and questions over one knowledge, the same for the same seed and size."""

    def __init__(self, knowledge: Knowledge, seed: int = SEED) -> None:
        self._seed = seed
        trades: dict[str, list[str]] = {}
        for trade in knowledge.industries.values():
            for item in (*trade.must_have, *trade.may_have):
                trades.setdefault(item, []).extend((trade.name, *trade.aliases))
        usual = [trade.name for trade in knowledge.industries.values()]
        self._subjects = [
            _Subject(
                item.id,
                item.department,
                knowledge.departments[item.department].name.removeprefix("地区"),
                spoken_names(item.name),
                knowledge.guides[item.id].aliases or (item.name,),
                knowledge.guides[item.id].scope or (item.name,),
                tuple(trades.get(item.id, usual)),
            )
            for item in knowledge.items.values()
        ]
        self.counties = [
            first + second + _ENDS[(a + b) % 4] for b, second in enumerate(_SECOND) for a, first in enumerate(_FIRST)
        ]

    def passages(self, size: int) -> list[Passage]:
        """So many passages, county after county; no two have the same text."""
        chance = random.Random(f"{self._seed} passages")
        seen: set[str] = set()
        made: list[Passage] = []
        for county, subject in self._places(size):
            for _ in range(PASSAGES_A_GUIDE):
                text = self._said(chance, chance.choice(_PASSAGES), county, subject)
                while text in seen:
                    text = self._said(chance, chance.choice(_PASSAGES), county, subject)
                seen.add(text)
                made.append(Passage(text, f"{subject.item}@{county}", county, subject.department_id))
        return made[:size]

    def sample(self) -> list[str]:
        """The first texts, by which vectors know whether they are of these passages."""
        return [passage.text for passage in self.passages(2_000)]

    def questions(self, size: int, number: int) -> list[Question]:
        """Questions about what is in a set of this size: shortened, misspelt, without the county."""
        chance = random.Random(f"{self._seed} questions")
        places = list(self._places(size))
        asked: list[Question] = []
        for _ in range(number):
            county, subject = chance.choice(places)
            text = _worn(chance, self._said(chance, chance.choice(_QUESTIONS), county, subject))
            asked.append(Question(text, county, subject.department_id))
        return asked

    def rewritten(self, entry: str) -> list[Passage]:
        """What an editor makes of one guide: as many new passages as it had."""
        item, _, county = entry.partition("@")
        subject = next(one for one in self._subjects if one.item == item)
        chance = random.Random(f"{self._seed} {entry}")
        texts = [
            self._said(chance, chance.choice(_PASSAGES), county, subject) + "（改过）" for _ in range(PASSAGES_A_GUIDE)
        ]
        return [Passage(text, entry, county, subject.department_id) for text in texts]

    def _places(self, size: int) -> Iterator[tuple[str, _Subject]]:
        """Counties × items, as many as a set of this size needs."""
        wanted = -(-size // PASSAGES_A_GUIDE)
        pairs = ((county, subject) for county in self.counties for subject in self._subjects)
        for _, pair in zip(range(wanted), pairs, strict=False):
            yield pair

    def _said(self, chance: random.Random, template: str, county: str, subject: _Subject) -> str:
        return template.format(
            county=county,
            town=chance.choice(_FIRST) + chance.choice(_SECOND),
            street=chance.choice(_SECOND) + chance.choice(_FIRST),
            number=chance.randint(1, 299),
            window=chance.randint(1, 40),
            department=subject.department,
            name=chance.choice(subject.names),
            alias=chance.choice(subject.aliases),
            scope=chance.choice(subject.scope),
            trade=chance.choice(subject.trades),
            situation=chance.choice(_SITUATIONS),
            ask=chance.choice(_ASKS),
        )


def bare(passages: Sequence[Passage]) -> int:
    """How many different texts are left when the counties are taken out."""
    return len({passage.text.replace(passage.region or "", "") for passage in passages})


def _worn(chance: random.Random, text: str) -> str:
    """One in two questions as people type: a character lost, doubled or mistaken, or the end left off."""
    at = chance.randrange(len(text))
    match chance.randrange(8):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + text[at] + text[at:]
        case 2:
            return "".join(_ALIKE.get(c, c) if chance.random() < 0.5 else c for c in text)
        case 3:
            return text[: max(4, len(text) * 2 // 3)]
        case _:
            return text
