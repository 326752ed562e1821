"""What a clause tells of the situations: a thing is named, and something beside it says whether it is there.

The things are those in the editors' own phrases (situations.yaml); the words that say yes or no are everybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from assistant.checklist.known_words import KnownWords
from assistant.knowledge.model import Situation
from assistant.text import compact

_ASKS = re.compile(
    r"吗|么$|怎么|咋(?!的$|地$)|如何|(?<!没)(?<!没有)(?:什么|啥)(?![^，。]{0,4}[都也])|哪(?![^，。]{0,3}[都也])|多久|几天|多少|"
    r"(?<!欠)(?<!该)(?<!差)谁(?![都也])|要不要|用不用|是不是|能不能|行不行|有没有|([^还])[不没]\1|[^没不]不$|没$"
)
_HEAD = re.compile(
    r"^(还|都|也|就)?(没有|没开|没刻|没交|没做过|没办|没|无|有|开了|开过|刻过|刻了|办过|交着|交了|做过|备过|不在|在|是|上|列入|进了)+"
)
_TAIL = re.compile(r"(还|早|都|也|已经)*(有|在|没有?|没开|没刻|没报|丢|停|销|交|报|找不着)(了|过|着|的)*$")
_GONE = r"(?:早就?|已经|都)(?:就|都|已|先|全)*(?:销|停|注销|缴|交)(?:了|完|掉)"
_ELSEWHERE = r"(?:都|全|也|是)*(?:归|由|走|在|跟|随|挂|是)(?:着)?(?:总部|总公司|总店|公司总部|上面|上头|总社)"
_ABSENT = (
    r"(?:没有?(?!注?销|退|撤|停|丢|毁|断|处理|了结)|无|未|不(?!销|注|退|知|清楚|想|方便|记|确|用|要))(?:给.{0,4}?)?(?:单独|单|另外|另|自己|专门|从来|再|在|是)?"
    r"(?:开|刻|交|办|备|做|缴|参|上|列|进|设|建|弄|沾|碰|搞)?(?:过|了|着)?"
)
_THERE = (
    r"有(?!限)|没(?:有)?(?:注?销|退|撤|停|丢|毁|断|处理|了结)|在|开[了过着]|已开|刻[了过]|[交缴][着过了]|办[了过]|[备做报]过|[得要也都全][销关退撤缴]|[冻封][着了结]|丢|找不[着到]|挂[着在]|一(?:并|起|块儿?)|"
    r"[一两俩二三几1-9][个枚张块套家]|[0-9一二两三四五六七八九十几百]+(?:多|来)?(?:个|号|口)?人|齐(?=$|全|了|备|的)"
)
_WENT = re.compile(
    r"^(?:不过|但|后来|早就?|已经|去年|前年|头年|上个?月|年初|年底|都|也|就|全|先)*(?:注?销|撤|关|停)(?:户|干净|利索)?(?:完|掉)?了(?:的)?$"
)
_ACCOUNT_STAYS = re.compile(
    r"^(?:但|可|就|那)?(?:账?户|户头)(?:也|都|还)*(?:没|未)(?:注?销|撤|办|弄|处理)(?:呢|掉|了)*$"
)
_WORD = re.compile(f"(?P<absent>{_GONE}|{_ELSEWHERE}|{_ABSENT})|(?P<there>{_THERE})")
_LISTED = re.compile(r"^(?:和|跟|与|及|还|有|以及|都|也|要|得|全|一并|一起|一块儿?|连|[销退撤缴关、])*$")
_OWED = r"(?:账|债|欠条|欠款|货款|工资|工钱|贷款|饥荒|外头|学费|押金|会费|房租|尾款)"
_NO_DEBT = re.compile(
    rf"(不|没有?|无|未)(再|什么|啥|拖|拉)?(欠|外?债|贷款|负债|饥荒)|(?:不|没有?)(?:再)?[该差短](?:着|下)?(?:谁|人|别人|外头|外面).{{0,3}}(?:钱|账|的|$)|"
    r"(?:欠账|欠款|欠钱|外债|债务?|贷款|饥荒)(?:也|都|倒|是|一分)*(?:没有?|无)(?![还结付清])|"
    rf"(?<![没未不])(结清|还清|清完|还完|付清|两清)|{_OWED}[^没未不]{{0,6}}(?<![没未不])(?:清|结|还|付|退|干净|利索|平|完事)(?:了|完|光|利索|利落|得?差不多|上了|$)|"
    r"欠[^没未不]{0,10}(?:才|刚|都|已经|早|也)(?:就|都)?(?:结|还|付|给|清)(?:完|清|了|利索|上)|哪(?:来|有)的?[^，]{0,3}(?:债|账|饥荒)|欠啥欠|"
    r"不(?:是|算)(?:我们?|俺们?|咱们?|公司|厂里)?欠|往来(?:账|款)?(?:也|都|全|已经?)*(?:平|清|结)了"
)
OWED_TO_US = re.compile(
    r"(?:欠|差|该)(?:着|了)?(?:我|俺|咱)|(?:人家|对方|别人|甲方|客户|村民|老乡|乡亲|屯里人)[^，]{0,5}(?:还|倒|都)?(?:欠|赊)"
)
_BUT_FOR = re.compile(r"^(?:别的|其[他它]的?|剩下的?|旁的|再|[^，]{1,6}(?:没|不)欠$)")  # 差老王家一万二，别的不欠
_DEBT = re.compile(
    r"(?<![不没无有])欠(?![不没条])|[没未](还|结|付|给)(清|完|上|呢|$)|还不(上|清|起)|有.{0,4}(贷款|外债|债|饥荒)|"
    r"(?<![不没])[该差短]着?(?:人家?|别人|外头|外面|供货|银行|工人|房东).{0,6}(?:钱|款|账|租|万|千)|拉[着了]?饥荒|(?:钱|账|款).{0,4}(?:没|未)(?:还|结|付|给)|"
    r"(?:就|还|倒是|只|又)差[^，]{1,10}(?:钱|款|账|租|[万千百]|工资|滞纳金|[水电]费)|(?:押金|学费|会费|股金|储值|卡钱)[^，没]{0,6}(?:没退(?:完|净|清|利索)|退了一?[多大]?半)"
)
_WHEN = re.compile(
    r"(?:上|这)个?(?:月|礼拜|星期|周)|去年|前年|今年|年[初底]|前一?阵子?|前[几两]天|刚刚?|[一两三几]个?(?:月|年|天)前"
)  # 我爸上个月没了
_ONLY_ONE = re.compile(
    r"(?:就|只有|只|独)(?:这|我们?|俺们?|咱们?)?(?:一[处家份](?:店|地方|厂|公司)?|一个(?:店|厂子?|公司|园子?|学校|门市|地方))$"
)
_INSURED = re.compile(
    r"社保(?:有|交|缴|上)?(?:着|了)?[一二两俩三仨四五六七八九十几1-9][0-9十来多]*(?:(?:个|口|名)?(?:人|员工|职工)(?!没|不)|个(?=$|的))|社保(?:一直|都|还)*[交缴]到"
)  # 社保俩人, 工人社保八个
_REVOKED = re.compile(
    r"(?:执照|公司|厂|店|照|企业|合作社)(?!.{0,8}[没未不]).{0,10}(?<!证)(?:吊销|责令关闭)(?!.{0,2}[吗没])"
)
_MISSING = re.compile(
    r"(?:股东|合伙人|投资人|法人|法定代表人)(?:里头?|有)?[^，。]{0,6}(?:跑[了没路]|失联|失踪|找不|联系不|不配合|不签|不肯|不同意|没影|不露面|躲)"
)  # 俩股东跑了一个
_HIRES = re.compile(r"(?P<no>(没有?|不|无|未)再?)?雇(着|了|过)?")
CARVES = re.compile(
    r"刻(?:了|过)?[^，。]{0,8}年[^，。]{0,2}章|刻章(?:铺|店|的|社|部|这一?行)|刻[^，没了过]{0,2}章的"
)  # a trade, and no seal of one's own
WITHHOLDS = re.compile(r"不想说|不方便|不愿|不说|保密|别问|不清楚|不知道|不确定|记不|说不(准|好|上)|没数")
_SAYS_MORE_WITH_A_VERB = frozenset("章")  # too short to stand for itself: 章也有, not 章程
_TOLD_WHOLE = ("debts", "revoked", "owner_deceased", "missing_shareholder")  # 我爸在家 is no death; to owe is a verb
_ALSO = {  # what people say besides the editors' phrases
    "bank_account": ("公账", "银行户", "对公的户", "单独开户", "账户", "户头"),
    "seal": ("戳子", "法人章", "合同章", "发票章", "印章"),
    "social_insurance": (
        *("社保账户", "保险户", "养老保险", "单位保险", "五险一金"),
        *(f"{verb}{how}保险" for verb in "交缴上入" for how in ("", "过", "着", "了")),
    ),
    "branches": ("分支", "分号", "分厂", "分园", "分校", "分社", "分部", "门市部"),
}
_ACCOUNTS_ELSEWHERE = re.compile(rf"(?:钱|账|款子?|收入|营业款)(?:全|都|也)*{_ELSEWHERE}")


class Situations:
    """Reads the situations that the knowledge knows."""

    def __init__(self, situations: Iterable[Situation]) -> None:
        phrases: list[tuple[str, tuple[str, bool]]] = []
        things: list[tuple[str, str]] = []
        for one in situations:
            said = [(compact(p), False) for p in one.no] + [(compact(p), True) for p in one.yes]
            phrases += [(phrase, (one.id, there)) for phrase, there in said]
            if one.id not in _TOLD_WHOLE:
                things += [(t, one.id) for t in {*_things(phrase for phrase, _ in said), *_ALSO.get(one.id, ())}]
        self._phrases, self._things = KnownWords(phrases), KnownWords(things)

    def told(self, clauses: Iterable[str]) -> dict[str, bool]:
        """What the clauses tell, later ones correcting earlier ones; clauses that ask tell only the editors' phrases."""
        found: dict[str, bool] = {}
        for clause in clauses:
            if WITHHOLDS.search(clause) or CARVES.search(clause):
                continue
            told = {} if asks(clause) else self._read(clause)
            if found.get("debts") and told.get("debts") is False and _BUT_FOR.search(clause):
                told["debts"] = True
            found |= told
            plain = _WHEN.sub("", clause)
            stated = [one for one in self._phrases.within(plain) if not (one[1][1] and _denied(one[0], plain))]
            found |= dict(means for _, means in reversed(stated))  # of those about one thing the longest counts
        return found

    def says(self, clause: str) -> bool:
        """Whether a clause is word for word a phrase of the editors, and means that, whatever it reads like: 没交社保."""
        return any(phrase == clause for phrase, _ in self._phrases.within(clause))

    def gone(self, clauses: Iterable[str]) -> dict[str, bool]:
        """The situations that a clause names and the next one ends, or not yet: 原来有个分公司，去年就销完了; 社保停了，户还没销."""
        named = [(clause, self._named(clause)) for clause in clauses]
        pairs = [(before[-1][0], clause) for (_, before), (clause, own) in pairwise(named) if before and not own]
        gone = {key: False for key, clause in pairs if _WENT.match(clause)}
        return gone | {key: True for key, clause in pairs if _ACCOUNT_STAYS.match(clause)}

    def withheld(self, clauses: Iterable[str]) -> tuple[str, ...]:
        """The situations of which somebody says that he does not know or will not tell: 欠不欠钱这个不想说."""
        found: list[str] = []
        for clause in clauses:
            if WITHHOLDS.search(clause):
                found += [key for key, _, _ in self._named(clause)]
                found += ["debts"] if "欠" in clause or "债" in clause else []
        return tuple(dict.fromkeys(found))

    def named(self, text: str) -> tuple[str, ...]:
        """The situations of which a thing is named, whatever is said of it."""
        return tuple(dict.fromkeys(key for key, _, _ in self._named(text)))

    def _read(self, clause: str) -> dict[str, bool]:
        """By the words before a thing where the clause begins with one (没公章没公户), else by those behind it (公章都在)."""
        found: dict[str, bool] = {}
        named = self._named(clause)
        words = _words_in(clause, [(start, end) for _, start, end in named])
        leads = bool(named and words and words[0][0] < named[0][1])
        for at, (key, start, end) in enumerate(named):
            until = (
                named[at + 1][1] if at + 1 < len(named) and not _LISTED.match(clause[end : named[at + 1][1]]) else None
            )
            before = [there for place, there in words if place < start]
            after = [there for place, there in words if place > start]
            if not leads and until is None and not after and at and before:
                found.pop(named[at - 1][0], None)  # 分公司有一枚章: of the first thing nothing is said
                leads = True
            near = before[-1:] if leads else after[:1]
            said_by_verb = clause[start] in "交缴上入" and not words  # 给工人交着保险
            found |= {key: near[0]} if near else {key: True} if said_by_verb else {}
        if named and not words and _LISTED.match(_without(clause, named)):
            found |= {key: True for key, _, _ in named}  # 社保户，基本户，章，一并
        if _ACCOUNTS_ELSEWHERE.search(clause):
            found["bank_account"] = False
        if _NO_DEBT.search(clause):
            found["debts"] = False
        elif _DEBT.search(clause) and not OWED_TO_US.search(clause):
            found["debts"] = True
        if _INSURED.search(clause):
            found["social_insurance"] = True
        if _ONLY_ONE.search(clause):
            found["branches"] = False
        if _MISSING.search(clause):
            found["missing_shareholder"] = True
        if _REVOKED.search(clause):
            found["revoked"] = True
        if hires := _HIRES.search(clause):
            found["staff"] = hires["no"] is None
        return found

    def _named(self, clause: str) -> list[tuple[str, int, int]]:
        """The things in a clause with their places, longer names first."""
        taken = [False] * len(clause)
        found: list[tuple[str, int, int]] = []
        for start, thing, key in self._things.places(clause):
            end = start + len(thing)
            if thing in _SAYS_MORE_WITH_A_VERB and clause[end : end + 1] not in (*"也都在有没还丢一两俩三", ""):
                continue
            if not any(taken[start:end]):
                taken[start:end] = [True] * len(thing)
                found.append((key, start, end))
        return sorted(found, key=lambda one: one[1])


def _words_in(clause: str, things: Sequence[tuple[int, int]]) -> list[tuple[int, bool]]:
    """The words that say whether a thing is there, outside the names of things; 一个公章都没有 counts none."""
    found = [match for match in _WORD.finditer(clause) if not any(s <= match.start() < e for s, e in things)]
    absent = any(match["absent"] for match in found)
    return [
        (match.start(), match["absent"] is None)
        for match in found
        if match["absent"] or not (absent and match[0][0] in "一两俩二三几123456789")
    ]


def _without(clause: str, named: Sequence[tuple[str, int, int]]) -> str:
    """What stands between and around the things."""
    return "".join(c for at, c in enumerate(clause) if not any(start <= at < end for _, start, end in named))


def _denied(phrase: str, clause: str) -> bool:
    """Whether a phrase that says yes stands behind a no: 没有公户."""
    return clause[: clause.index(phrase)].endswith(("没", "不", "无", "未"))


def asks(clause: str) -> bool:
    """Whether a clause asks something."""
    return bool(_ASKS.search(clause))


def _things(phrases: Iterable[str]) -> set[str]:
    """The things that phrases speak of: 对公账户, 公章, 社保."""
    found = {_TAIL.sub("", _HEAD.sub("", phrase)) for phrase in phrases}
    return {thing for thing in found if len(thing) >= 2 or thing in _SAYS_MORE_WITH_A_VERB}
