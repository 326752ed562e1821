"""What a sentence tells about the enterprise: its type, place, trade, situations, wishes (licences are found elsewhere)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate
from typing import Any

from assistant.checklist.known_words import KnownWords
from assistant.checklist.leaving import leaving, may_answer, speaks_of_leaving
from assistant.checklist.profile import BRANCH_OF, SITUATIONS, TOLD_ONLY
from assistant.checklist.situations import CARVES, OWED_TO_US, WITHHOLDS, Situations, asks
from assistant.checklist.trade_words import ANY_SHOP, described_trade
from assistant.knowledge.whole import Knowledge
from assistant.sayings.clauses import PAPER
from assistant.sayings.reader import Saying, read
from assistant.text import NOT_SO, PAUSE, compact, folded, syllables

_CLAUSE = re.compile(r"[，,。；;！!？?\s]|(?<!\d)[：:]|但是|不过|可是")
_NOT = re.compile(r"(不是|别(?:写|记|填|当|算)成?|没改成|不在|没在|不属于|又不是|可不是|哪(?:来|有)的?)[^，。]{0,2}$")
_NOT_MYSELF = re.compile(
    r"((?:没有?|无)[^是]{0,3}|[未没](?:设立?|开|建)|有|开了|设了|办了|[几个家一二两三四五0-9])$"
)  # 没有分公司: not what the asker is
_OF_THE_HEAD = re.compile(
    r"(?:^|(?<=[，,。；;！!\s]))(?:那|可|但|不过)?(?:总公司|总部|总店|母公司|集团)(?:那边|那头|还|都|也)*"
    r"(?:在[^，,。]{2,6}|(?:在[^，,。]{2,6})?(?:不动|不销|不撤|不关|不散|照常[^，,。]{0,3}|照旧|还在|留着|好好的|(?:继续|接着|正常)[^，,。]{0,3})[啊哈呢了的哦]*)(?=[，,。；;！!]|$)"
)  # 分公司执照也销，总公司不动: said of another one
_HAS_BELOW = re.compile(r"(?:底下|下面|下头|还有|另有|名下|旗下|外头)[^。]{0,12}$")
_IS_ONE = re.compile(r"(?:我们?|俺们?|咱们?|这)(?:家|个|店)?(?:就|其实)?是[^，]{0,10}$")  # 我们是集团下面的分公司
_NOT_THERE = re.compile(r"^(?:也|都|一个)*(?:没有?(?!开户|单独|独立|自己)|无|早[销撤关]|有(?!限))")  # 分公司没有
_THE_REST = re.compile(r"、(?=(?:别|其他|其它)的)")  # 有分支机构、别的没有: two sayings
HAS_A_BRANCH = re.compile(r"(?<!没)有(?:着|了)?(?:[一两三四五几]?[个家处])?分(?:公司|店|支|厂|校|园|社|号)")
_CIVIL_AFFAIRS = re.compile(r"民政.{0,3}(?:登记|注册)")
PRIVATE_NON_ENTERPRISE = "minfei"
_HAS_NOT = re.compile(r"(?:没有?|无|没开|没办)$")
_COUNTS = re.compile(r"[一二两三四五六七八九十几百每这那哪0-9]$")  # 五个人: no 个人
_WISHES = re.compile(r"(?:行|可以|中|成)(?:吗|不|么|不行)$")  # 执照也一起销行不: told as a wish
_PROXY = re.compile(
    r"代办|帮我(办|销|退|弄|跑)|替我(办|销|跑)|你们(给)?办|委托|找人(办|去|代)|(?:让|叫|托|请|派|喊)(?:我|俺|咱)?(?:们)?(?:邻居|同事|朋友|亲戚|哥们|同学|员工|店员|师傅|伙计|战友|老乡)[^，]{0,12}(?:去|跑|办)|窗口(帮|代|给)|代劳|代交|代跑|代为|你们(跑|弄|整)|别人(去|办)|会计(去|办|代)"
)
_WISHES_PROXY = re.compile(
    r"(你们|窗口|专窗)(?:能不能|能|可以|可不可以)?(给|帮|替)(我们?|俺)?(代办|代跑|办了?|跑)|(?:能|可以|可不可以)(?:不能)?委托(?:别?人|你们|窗口)?(?:代)?办"
)  # a wish even where it ends in 行不
_GOES_IN_PERSON = re.compile(r"本人(?:自己|亲自|直接|就)?(?:能|可以|会|要|得)?过?(?:去|来|到|跑|办)")
_SELF = re.compile(
    r"(?<![替帮给让])我(去|来)?跑|我(?:来)?[替帮给](?:他|她|俺?[爸妈爹娘]|我[爸妈爹娘]|老[爷人]子?|家里)(?:们|俩)?(?:去|来)?(?:跑|办)|我去办|本人(交|递|到场)|(让|叫)我?(家里|姑娘|闺女|女儿|儿子|媳妇|老婆|老公|对象|孩子|我?[爸妈哥弟姐妹])人?(?:[替帮给]我)?(去|跑|办)|"
    rf"自己(去|跑|办|来|弄)|^我自己$|亲自|我(?:拿|带|揣)[^，]{{1,8}}去(?!年)|(不用|不要|不找|别)(代办|人办|委托|找人)|{_GOES_IN_PERSON.pattern}|"
    r"(?:经办人?|跑腿|办事)的?(?:人)?就?是我|自办|自个儿?(去|跑|办)"
)
_NOTHING_MORE = re.compile(
    r"就它(一个|俩|了|$)|别的[^，。]{0,6}(?:翻遍|找遍|找)[^，。]{0,4}没(?:有|找着|找到|见)|[拢统总]共就|(再|也)?[没无](有)?(别的|其他的?|其它的?|旁的|另外的)(证|许可)?|就(这|这么|那)?(一|几|两|俩|三|1|2|3)?(个|张|样)?(证|许可证)?(了|$)|"
    r"就(一|俩|两|三)(个|张|本|样)|别的?[^，。]{0,5}(?:没有?|无|0|零|〇|不退|不销|不动|不办|不用)(?:了|的|办过?)*$|除了[^，。]{1,6}(?:没|就没)|"
    r"就(?!是)[^，。]{1,12}(?:给|发|批|办)的那一?[张本个]$|^(?:就|只有|光|就是|就有)[^，。]{0,14}(?:那|这|的)?[一两俩三四1-4](?:个|张|本|样|份|种)(?:证|许可证?|手续)?(?:了|的)*$|"
    r"^(?:(?!.*还有).{2,}的?[和跟].{1,6}的?[，,]?)?(?:一共|总共|拢共|统共)?[两俩三四2-4](?:个|张|本|样|份)(?:证|许可证?)?(?:[全都](?:退|销|注销|交)了?)?$|(就|只有)这(些|一个|个|俩|仨|几个|两个|三个)|只有(一|这)(个|张)|(别|其他|其它|旁|另外)的?(许可)?证?(也|都)?没(有)?|就一个|就是这(些|个)|^(?:别的|其他)?(?:再|就|都|也)*没了$|^(就|只有|就剩|就有)(一个|一张|个|张)?[^，]{1,12}(证|许可)(了|一个|一张)?$"
)
_NO_LICENCES = re.compile(
    r"^(我|我们|店里)?(都|也)?(没有?|无|没办过?)(任何|什么|啥)?(许可证|许可|证件|证)(的|了|啊)?$|"
    r"^(许可证?|证件)(一概|一样|一个|全|都|也)*(没有?|无)(的|了)?$|(啥|什么|一个|一样)(许可)?证?(都|也)没(有|办)|"
    r"(?:啥|什么|任何)(?:许可)?(?:证|手续)(?:都|也)?(?:不用|用不着|不需要|没要|不要)(?!了)|^(?:我?就|只有|光有)(?:有?一|那)?(?:个|张|本)?(?:营业)?执?照$"
)
_BESIDES = re.compile(r"别的|其[他它]|旁的|另外|除了")
_WITHHOLDS = re.compile(
    r"(?:不|没)(?:太|大)?(?:想|愿意?|乐意|便|方便|打算)(?:跟你)?(?:说|讲|提|透露|告诉)|(?:就|先|也)不(?:说|讲)了|不告诉|保密"
)
_WITHHELD = (
    (re.compile(r"哪个?(?:县|市|区|旗|地方|儿|里|块)|地点|地址|在哪|位置"), "place"),
    (re.compile(r"哪一?行|行当|行业|(?:做|干)(?:什么|啥)"), "industry"),
    (re.compile(r"类型|个体还是|公司还是|(?:什么|啥)性质"), "enterprise_type"),
)  # 哪个县的不想说
_VAGUE_LICENCES = re.compile(
    r"(?:啥|什么|哪些|哪几[个样张])(?:许可)?(?:证|手续)[^，。]{0,6}(?:不|没|说不)(?:太|大|咋|怎么)?(?:知道|清楚|清|明白|懂|记得|上来|准|好|数)|"
    r"(?:不|没|说不|记不|弄不|整不|搞不)(?:太|大)?(?:知道|清楚|清|明白|懂|记得|上来|准|好|住)(?:我|都|有|办过|办了|是|该|要|得)*(?:啥|什么|哪些|哪几[个样张])(?:许可)?(?:证|手续)"
)
_SOLD_OFF = re.compile(r"消(?![防毒费息失化火炎耗杀遣夜极除])")  # 注消, 执照也消: a wrong character for 销
_SLIP = re.compile(r"[，,。 ]+(?:哦|噢|啊|哎|呃|额|嗯)*不(?:对|是)?[，, ]+(?=是|应该|在)")  # 公司，哦不，是个体
_CORRECTS = re.compile(
    rf"{NOT_SO}|[哦噢啊]不是?|说成|顺嘴|翻出来|一开始|以前说|岔了|秃噜|说错|搞错|弄错|记错|错了|不是.{1, 8}(是|，)|(?<!没)改成|更正|应该是|其实是"
)
_OF_THE_TYPE = re.compile(
    r"^(?:我们?|俺们?|咱们?|这)?(?:又|可|也|并)?(?:不是|是|别(?:写|记|填|当)成?|没改成)(?:什么|啥|个)?(?:公司|企业|个体户?|个体工商户|合作社|分公司|个人)的?$"
)  # 不是公司 says nothing of the business licence
_YES_NO = {True: "yes", False: "no"}
_HOW = ("whole_or_licence_only", "proxy")
PLAIN, DOUBTED = 0.98, 0.05  # from where a reading outweighs a word, and the word's own reading under which
SHORTEST_SAYING = 2  # characters
_OF_A_PERSON = re.compile(
    r"(?:他们|她们|员工|各人|师傅|大夫|护士|司机|人家)(?:自己)?$|[证本卡][^，]{0,6}是(?:我|他|她|人家|别人)?(?:自己)?$|^[那这]是我$"
)  # 导游证是他们个人的: whose a paper is, not what the business is
_SOMEBODY_ELSES = re.compile(
    r"^(?:又|也|都|可|倒)*(?:不(?:是|归)(?:我|俺|咱|本)|(?:是|归)(?:村里|镇上|屯里|人家|别人|隔壁|对[门面]|他们))"
)
_ANOTHER_ONE = re.compile(r"(?:另(?:外|开的?)?一?家|别家|别人家)(?:的|那个)?$")  # 合伙人另一家公司的
NEXT_DOOR = r"(?:隔壁|对[门面]|楼[上下]|旁边|邻居)"
_OF_A_NEIGHBOUR = re.compile(rf"{NEXT_DOOR}(?:那|的|家|那个|那家)*$")  # 那是隔壁浴池的
_OF_A_SUPPLIER = re.compile(r"^的[^，]{0,3}(?:货|车|产品|东西|设备|机器|系统)")
_CONNECTED = re.compile(r"(?:接|通|用|喝|走|吃|使|有)(?:的|了|上|着|过)*$")  # 去年接的自来水
_WITHOUT_A_LICENCE = re.compile(
    r"^(?:[^，证没]{0,4}[室店院校社站所园厂场铺摊])?(?:我|俺|就|也|都|又|根本|压根|从来)*没(?:有|办|领|起|开|上)?(?:过)?(?:营业)?执?照$"
)
PERSON = "ziran-ren"
_MINE_AS_A_PERSON = re.compile(
    r"[证本][^，]{0,4}是(?:我|俺)(?:自己)?个人的"
)  # not of the business that 护士证是我个人的 is told to
_NOTHING_FILED = re.compile(
    r"^(?:也|都|从来|从)*没(?:有)?(?:备|报)过?案$"
)  # of the customs, where such things were asked
_HURRY = re.compile(r"别问(那么多|了|这么多)|少问|直接(告诉|给|说|出)|就告诉我|别磨叽|别啰嗦")


@dataclass(frozen=True)
class Told:
    """The facts of one sentence by Profile field, and how they were said."""

    facts: dict[str, Any] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)  # 不是加格达奇: the fact denied, by field
    withheld: tuple[str, ...] = ()  # 欠不欠钱不想说: the situations that stay open
    nothing_more: bool = False  # 再没别的了
    no_licences: bool = False  # 没有许可证
    vague_licences: bool = False  # 有啥证我也整不明白
    corrects: bool = False  # 不对 …
    hurried: bool = False

    @property
    def anything(self) -> bool:
        """Whether the sentence tells something."""
        told = self.facts or self.rejected or self.withheld
        return bool(told or self.nothing_more or self.no_licences or self.vague_licences)


class FactFinder:
    """Finds facts by the words that the knowledge knows for them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._types = _known(
            (alias, kind.id) for kind in knowledge.enterprise_types.values() for alias in (kind.name, *kind.aliases)
        )
        self._places = _known(
            (alias, region.id)
            for region in knowledge.regions.values()
            if region.level == "县"
            for name in (region.name, *region.aliases, *region.places)
            for alias in (name, *_around(name))
        )
        self._trades = _known(
            (alias, trade.id) for trade in knowledge.industries.values() for alias in (trade.name, *trade.aliases)
        )
        told = {*SITUATIONS, *TOLD_ONLY}
        self._situations = Situations(s for s in knowledge.situations.values() if s.id in told)

    def trades(self, text: str) -> tuple[str, ...]:
        """The trades that are named, each once, in the order of the text."""
        return tuple(dict.fromkeys(_named(text, self._trades)[0]))

    def words_for_trades(self, text: str) -> tuple[str, ...]:
        """The words by which trades are named."""
        return tuple(word for word, _ in self._trades.within(compact(text)))

    def without_types(self, text: str) -> str:
        """The text without the words for what one is: 个人，在加格达奇 says nothing of whose a licence is."""
        return "，".join(
            reduce(lambda left, found: left.replace(found[0], ""), self._types.within(one), one)
            for one in map(compact, PAUSE.split(text))
        )

    def places(self, text: str) -> tuple[str, ...]:
        """The counties that are named, each once, in the order of the text."""
        return tuple(dict.fromkeys(_named(text, self._places)[0]))

    def situations(self, text: str) -> tuple[str, ...]:
        """The situations that a text speaks of, whatever it says of them."""
        return self._situations.named(compact(text))

    def sounding(self, key: str, text: str) -> str | None:
        """What an answer to one question sounds like: typed in pinyin (geti, tahe) or with a wrong character (各体户)."""
        words = {"enterprise_type": self._types, "place": self._places, "industry": self._trades}.get(key)
        said = syllables(text)
        for word, value in words.pairs if words else ():
            sounds = syllables(word)
            if len(sounds) >= 2 and any(said[at : at + len(sounds)] == sounds for at in range(len(said))):
                return value
        return None

    def find(self, text: str, *, asking: bool = False, asked: str | None = None, papers: Iterable[str] = ()) -> Told:
        """Everything that the sentence tells, later clauses correcting earlier ones; of a question only what is plain.

        `asked` is the question that is open: what is likely enough to answer it is heard as its answer. `papers` are
        names of licences in the text: what is said of one is not said of the business (烟草证先留一留).
        """
        text = _THE_REST.sub("，", _SLIP.sub("，不对，", _SOLD_OFF.sub("销", _OF_THE_HEAD.sub("", text))))
        plain = compact(text)
        facts: dict[str, Any] = {}
        rejected: dict[str, str] = {}
        for key, words in (("enterprise_type", self._types), ("place", self._places), ("industry", self._trades)):
            said, denied = _named(text, words)
            if denied and (not said or denied != said[-1]):
                rejected[key] = denied
            if said:
                facts[key] = said[-1] if _CORRECTS.search(plain) else said[0]
            if not said and key == "enterprise_type" and _CIVIL_AFFAIRS.search(plain):
                facts[key] = PRIVATE_NON_ENTERPRISE
            if said and key == "enterprise_type" and facts[key] == "gongsi" and "fen-gongsi" in said:
                facts[key] = "fen-gongsi"  # 某某有限公司塔河分公司 is the name of a branch
            if said and key == "enterprise_type" and facts[key] == "fei-gongsi-faren" and "gongsi" in said:
                facts[key] = "gongsi"  # 国企，有限公司
        clauses = [compact(clause) for clause in _CLAUSE.split(folded(text)) if clause.strip()]
        if facts.get("enterprise_type") == PERSON and (asked == "proxy" or _GOES_IN_PERSON.search(plain)):
            del facts["enterprise_type"]  # 我本人过去: who goes, not what the business is
        if "enterprise_type" not in facts and any(map(_WITHOUT_A_LICENCE.match, clauses)):
            facts["enterprise_type"] = PERSON
        if "enterprise_type" not in facts and asked == "enterprise_type" and _MINE_AS_A_PERSON.search(plain):
            facts["enterprise_type"] = PERSON
        stated = "，".join(c for c in clauses if not asking or not asks(c) or _WISHES.search(c))
        named_vaguely = not ANY_SHOP.isdisjoint(self.words_for_trades(plain))
        if "industry" not in facts or named_vaguely:
            described = described_trade(
                clauses, self._places, self._types, asking=asking, only_what_is_done="industry" in facts
            )
            facts |= {"industry": described} if described else {}
        facts |= self._situations.told(clauses)
        if asked in SITUATIONS and any(map(_NOTHING_FILED.match, clauses)):
            facts["customs"] = False
        if how := leaving(stated, clauses, asked=asked == "whole_or_licence_only", papers=bool(papers)):
            facts["whole_or_licence_only"] = how
        who = reduce(lambda left, paper: left.replace(paper, ""), papers, plain)  # 会计代理证 is no 会计代
        if (not asking or _WISHES.search(plain)) and _SELF.search(who):
            facts["proxy"] = "self"
        elif _WISHES_PROXY.search(who) or (not asking and _PROXY.search(who)):
            facts["proxy"] = "proxy"
        sayings = _read(clauses, sorted(papers, key=len, reverse=True))
        plain_ones = {clause for clause in clauses if self._situations.says(clause)}
        facts = _with_readings(facts, sayings, asked, plain_ones) | self._situations.gone(clauses)
        if facts.get("enterprise_type") in BRANCH_OF.values():
            spoken_of = "enterprise_type" if HAS_A_BRANCH.search(plain) else "branches"
            facts.pop(spoken_of, None)  # a branch speaks of itself
        return Told(
            facts,
            rejected,
            (*self._situations.withheld(clauses), *_withheld(clauses)),
            nothing_more=_any(sayings, "other_licences=none") or any(_NOTHING_MORE.search(c) for c in clauses),
            no_licences=any(_NO_LICENCES.search(c) and not _BESIDES.search(c) for c in clauses),
            vague_licences=_any(sayings, "licences=unknown") or any(_VAGUE_LICENCES.search(c) for c in clauses),
            corrects=bool(_CORRECTS.search(plain)),
            hurried=bool(_HURRY.search(plain)),
        )


def _read(clauses: list[str], papers: list[str]) -> list[Saying]:
    """What the clauses tell that are long enough to tell something by themselves."""
    long = [clause for clause in clauses if len(clause) >= SHORTEST_SAYING]
    return read([next((c.replace(paper, PAPER) for paper in papers if paper in c), c) for c in long])


def _any(sayings: list[Saying], label: str) -> bool:
    return any(saying.tells(label) for saying in sayings)


def _with_readings(
    facts: dict[str, Any], sayings: list[Saying], asked: str | None, plain: Collection[str]
) -> dict[str, Any]:
    """The facts that words told, with what was read in clauses: it fills gaps, and a wish corrects what it contradicts.

    What is `plain`, as the editors have it word for word, is not read to the contrary.
    """
    found: dict[str, Any] = {}
    clauses, before = [saying.clause for saying in sayings], ""
    for saying in sayings:
        told = saying.facts()
        if asked is not None and asked not in told and (likely := saying.likeliest(asked)):
            told[asked] = likely
        for key, value in told.items():
            if key == "whole_or_licence_only" and not (
                may_answer(saying.clause, clauses, value) if key == asked else speaks_of_leaving(saying.clause, before)
            ):
                continue
            if key in _HOW and not saying.tells("asks=yes") and not _OF_THE_TYPE.match(saying.clause):
                found[key] = value
            elif key == "debts" and value == "yes" and OWED_TO_US.search(saying.clause):
                continue
            elif key in SITUATIONS and not (WITHHOLDS.search(saying.clause) or CARVES.search(saying.clause)):
                found[key] = value == "yes"
        before += saying.clause
    corrected = {
        key: value
        for key, value in found.items()
        if key in facts and _contradicts(sayings, plain, key, facts[key], value)
    }
    return found | facts | corrected


def _contradicts(sayings: list[Saying], plain: Collection[str], key: str, by_words: Any, as_read: Any) -> bool:
    """Whether some clause that is not `plain` tells something else than the words, and none the same."""
    others = [saying for saying in sayings if saying.clause not in plain]
    told, doubted = (
        max((saying.of(f"{key}={_YES_NO.get(value, value)}") for saying in those), default=0.0)
        for those, value in ((others, as_read), (sayings, by_words))
    )
    return told >= PLAIN and doubted <= DOUBTED


def _around(place: str) -> tuple[str, ...]:
    """How people speak of a small town without its 镇: 碧水那边, 碧水的."""
    stem = place.removesuffix("镇").removesuffix("乡")
    return tuple(f"{stem}{where}" for where in ("那", "这", "的")) if stem != place else ()


def _known(pairs: Iterable[tuple[str, str]]) -> KnownWords[str]:
    """The words with what they stand for, in comparable form."""
    return KnownWords((compact(word), value) for word, value in pairs)


def _withheld(clauses: list[str]) -> list[str]:
    """The questions of which somebody says that he will not answer them: 哪个县的不想说."""
    unwilling = [clause for clause in clauses if _WITHHOLDS.search(clause)]
    return [key for pattern, key in _WITHHELD if any(pattern.search(clause) for clause in unwilling)]


def _of_something_else(word: str, before: str, behind: str, *, begins: bool) -> bool:
    """Whether the word, which `begins` a clause or not, is only a part of what is said: 给五个人交着, 有分公司, 分公司没有."""
    if _SOMEBODY_ELSES.match(behind):
        return True  # 加油站不是我们的, 码头是村里的
    if word.endswith("公司") and _OF_A_SUPPLIER.match(behind):
        return True  # 都是种子公司的袋装货
    if word == "个户" and (behind.startswith("头") or before.endswith("有")):
        return True  # 有个户头, 有个户
    if "个人" in word and behind.startswith("的") and _OF_A_PERSON.search(before + word.partition("个人")[0]):
        return True
    if word.startswith("个"):
        return bool(_COUNTS.search(before))
    if word == "自来水" and _CONNECTED.search(before):
        return True
    if word.endswith("合伙") and behind.startswith("人") and not behind.startswith("人企业"):
        return True  # 合伙人另一家公司的
    if _ANOTHER_ONE.search(before) or _OF_A_NEIGHBOUR.search(before):
        return True
    if word == "公司" and not begins and before.endswith(("总", "母", "省", "市", "集团", "上级")):
        return True  # 总公司照常干, 钱都走省公司; not 在漠河市，公司
    if word.startswith("分") and _HAS_BELOW.search(before) and not _IS_ONE.search(before):
        return True  # 底下还有个加油站，是分公司
    if _HAS_NOT.search(before) and not word.startswith("分"):
        return True  # 没公司没店, 没开旅行社
    return word.startswith("分") and bool(_NOT_MYSELF.search(before) or _NOT_THERE.match(behind))


def _named(text: str, words: KnownWords[str]) -> tuple[list[str], str | None]:
    """What is named, in the order of the text, and the last thing that is denied (不是加格达奇)."""
    original, plain = folded(text), compact(text)
    begins = (0, *accumulate(len(compact(clause)) for clause in PAUSE.split(text)))  # 不在异常，公司 denies no 公司
    taken = [False] * len(plain)
    said: list[tuple[int, str]] = []
    denied: str | None = None
    for at, word, value in words.places(plain):
        end = at + len(word)
        if any(taken[at:end]) or (word.isascii() and word.isalpha() and not _apart(word, original)):
            continue
        taken[at:end] = [True] * len(word)
        if _NOT.search(plain[max(begin for begin in begins if begin <= at) : at]):
            denied = value
        elif not _of_something_else(word, plain[:at], plain[end:], begins=at in begins):
            said.append((at, value))
    return [value for _, value in sorted(said)], denied


def _apart(word: str, original: str) -> bool:
    """Whether a word in Latin letters stands by itself, not within another."""
    return bool(re.search(rf"(?<![a-z]){word}(?![a-z])", original))
