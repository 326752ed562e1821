"""Papers that are somebody else's, and what was taken for a licence and is none after all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.actions.brain import Brain
from assistant.actions.settling import LIKELY
from assistant.actions.state import State
from assistant.checklist.facts import NEXT_DOOR
from assistant.text import compact_clauses

_OF_OTHERS = re.compile(r"^(?:可|又|并|都)?不是(?:我们?|咱们?|俺们?|自己)(?:自己)?(?:家|店里?|公司|单位)?的")
_SOMEBODY_ELSES = re.compile(
    rf"(?:是|归)(?:{NEXT_DOOR}|别人|人家|他们|房东|上一家|前[一面]家)[^，]{{0,6}}的$|"
    r"(?:是|归)(?:我|俺|咱)们?家?(?:媳妇|老公|爱人|对象|大|二|三|老|小|堂|表|[哥弟姐妹叔舅姑姨妈爸])[^，证]{0,5}(?:店|铺|摊|馆|部|厂|公司)(?:子|里)?的$"
)
_OF_A_RELATIVE = re.compile(
    r"^(?:那|它|这)?(?:个|张|本)?(?:是|归)(?:我|俺|咱)们?家?(?:大|二|三|老|小|堂|表)?"
    r"(?:[哥弟姐妹叔舅姑姨]{1,2}[夫父]?|丈人|舅子|叔子|姨子|连襟|侄子?|外甥|亲戚|朋友|同学|老乡|合伙人|徒弟)(?:家|自己|个人|他们|公司|[店厂里])*的$"
)  # 炮仗那个不算，是我小舅子的
_NOT_OURS = re.compile(
    r"不(?:是|归)(?:我们?|咱们?|俺们?|本)(?:自己)?(?:家|公司|店里?|单位|司)?(?:的|管)?$|"
    r"[跟和与](?:我们?|咱们?|俺们?)(?:家|公司|店里?|单位)?(?:都|也|可|又|是)*(?:没|无|没有)(?:啥|什么|半毛钱|一点儿?|多大|半点)?关系|"
    r"(?:是|归)(?!我|俺|咱|本)[^，]{1,8}(?<!你)(?<!们)自己的(?:许可)?[证本]?$|[那这](?:种|类|样)的?(?:也|都|可|又)*不(?:是|算)$|^(?:又|可|也|并|我们?)*不是(?!.*[证的]$).{3,}"
)  # 汽车站不是我们家的; 不是河里挖沙子
_OF_STAFF = re.compile(
    r"(?:在|归|是)?(?:他|她|人家|对方|别人|房东|员工|职工|师傅|大夫|医生|护士|导游|司机|教练|老师|业务员|各人)们?"
    r"(?:自己|个人|本人|各自|各人)*(?:的)?(?:名下|手里|手上|手头|拿着|带着|揣着|带走|拿走|的$)|"
    r"(?:都|各自|自己|随身)(?:带|拿)(?:着|走)?证?走|(?:证|本|卡)(?:都|也|就|还)?(?:是|归)?(?:他|她)们?(?:自己|个人|本人)"
)
_MINE_NOT = re.compile(
    r"^(?:[这那](?:俩|仨|[两三几](?:个|张|本|样)|些))?(?:这次|这回|先|都|也|就|可)*(?:不用|别|甭|不必)(?:你们)?(?:管|动|退|注?销)(?:它|了|吧)?$|^(?:原来|以前|早先)(?:是|倒)?有(?:过)?$|"
    r"^(?:早就?|早都?|已经|去年|前年|头年|上个月|后来)(?:就|都|也)?(?:退|注?销|交|过期)(?:完|了|掉)+$|^(?:我|俺|我们|咱们?|店里|公司)?(?:可|又|并|自己|家)*(?:没有?|没办过?)(?:的)?$|^(?:先|就|得|还是|都|也)*(?:留|不(?:退|注?销|动))(?:着|了|下|住)?(?:吧)?$"
)  # 食品证在他名下，我没有; 食品经营许可证，留着
_THAT_IS_THEIRS = re.compile(
    rf"^[那这它]个?(?:可|都|也)?(?:是|归){NEXT_DOOR}[^，]{{0,6}}的$|"
    r"^[那这它]个?(?:可|都|也)?(?:是|归)(?!我们?的|俺|咱)[^，]{1,12}(?:家|公司|店|厂|人|单位|合作社|铺子|老板|房东)的$"
)  # 演出公司的证？那是跟我合作的文化公司的
_NONE_OF_MINE = re.compile(
    r"^(?:[你您]们?|千万|可|也|就)*别(?:扯|掺和|带|捎|算)(?:上|进来?|到)?(?:我们?|俺们?|咱们?)?(?:头上)?(?:了|啊)?$|"
    r"^(?:[你您]们?|千万|可|也|就)*别给?(?:我们?)?(?:再|也)?(?:退|注?销|动)(?:了|掉|错了?)?$|"
    r"^(?:这个|那个|也|都|就|可)*不用(?:我们?|咱们?|俺们?)(?:再|去|来)?(?:退|注?销|管|交)(?:了|的)?$|^过户给(?!我|俺|咱)[^，]{1,6}了$"
)  # 捕捞证是我爹的，他打鱼用，别给销了
_NEVER_HAD = re.compile(
    r"^(?:我们?|俺们?|咱们?|店里|公司)(?:可|又|并|自己|家|是)*没有?(?:办过?)?的?$"
)  # 给人看病的医院才办吧，我没有
_IS_NOT = re.compile(
    r"^(?:可|又|并|都|也|根本|压根|其实|而)*不(?:是|算)(?![光只单仅])(?:那个|那种|啥|什么)?([^的]{2,6})$"
)  # 不是采矿
_IS_NOT_OF_THE_KIND = re.compile(
    r"^(?:可|又|并|都|也|根本|压根|其实|而)*不(?:是|算)(?![光只单仅])([^的]{2,4}?)(?:的|那种|那个|制)(?:那种|那个)?$"
)  # 不是备案的
_BELONGS_ELSEWHERE = re.compile(r"不(?:归|属于)[那这](?:个|种|类|块)?(?:管)?$")  # 燃气的不归那个
_NO_PAPER = re.compile(
    r"^(?P<what>[^，]{1,6}[那这]个)?(?:那|这|其实|可|又|并|根本|压根|它|也|都)*不(?:是|算)(?:个|是)?(?:啥|什么|正经|正式)?(?:许可)?(?:证件?|批件|许可)(?:来着)?$"
)  # 不是证，是登记表
_THAT_IS_GONE = re.compile(
    r"^[那这它](?:个|张|本)?(?:许可)?证?(?:早|已经?|去年|前年|头年|上个月|年初|月初|当年|后来|(?:[0-9]{2,4}|[一二〇零三四五六七八九十]{2,4})年)(?:就|都|已经?)*(?:给|让)?(?:注?销|退|交)(?:完|掉|回去|了|利索)+$"
)  # 那个去年就注销完了, of what was just named, or of what was told last
_NOW_IT_IS = re.compile(r"^(?:现在|如今|眼下)(?:我|俺)?(?:手里|手上|家里|店里)?(?:是|拿的?是|换成|改成|就?剩|只有)")
_CROSSED_OUT = re.compile(
    r"^(?:我们?|俺们?|咱们?)(?:这儿?|家|店里?)(?:可|倒|自己)*没(?:有|办过?)(?:的|过)?$|^(?:把)?(?:它|那个|这个)?(?:划|删|去|拿|勾)掉(?:它|吧|了)*$"
)  # 那是我从前上班那家店的，我这没有，划掉
_HAS_NONE_OF_IT = re.compile(
    r"^(?P<what>[^，没]{2,8})的(?:证|本|那个)?(?:我们?|俺们?|咱们?|店里|公司|家里)(?:可|也|都|根本|从来)*(?:没有?|没办过?)(?:的|过)?$"
)  # 危化的我们没有
_RECALLS_THE_LAST = re.compile(
    r"^(?:我|那|就)*(?:收回|撤回)(?:我)?(?:刚才|上面|前面)?(?:那|的|这)?[句个]?(?:话|了)?$|"
    r"^(?:我)?(?:刚才|上一?|前)(?:面)?那?[句个](?:话)?(?:我)?(?:收回|不算数?|作废|当我没说)(?:了)?$"
)
_KEEPS_ONE = re.compile(
    r"^(?![这那别其]|.{0,4}照)(?P<what>[^，]{1,8}?(?:证|许可|备案|批文|资质|的))(?:我|先|就|也|还是|暂时|可|给我)*"
    r"(?:(?:别|不|甭)(?:给我)?(?:注?销|退|动|交)(?:了|吧|呢)?$|留着(?:$|吧|用))"
)  # 资格证先别退
_RECALLS = re.compile(
    r"^(?P<what>[^，]{2,8}?)的?那[句个张本](?:话|证|本)?(?:我|先|就|也|还是)*"
    r"(?:收回|不算数?|作废|当我没说|(?:不|别)(?:销|退|注销|办|交|动|列)了|不退(?:$|了)|不销(?:$|了)|留着(?:$|吧|用))"
)
_OF_A_TRADE = re.compile(r"(?<!不)(?:是|归)(?!我|俺|咱)(?P<trade>[^，]{2,8})的$")
_NOT_EITHER = re.compile(
    r"^(?:现在|这回|又|那)*(?P<what>[^，]{2,8}?)(?:的?那[个张]|的?证)?也(?:都|一起|一块儿?|一并|给)*(?:不(?:干|留|要|开|做|弄|搞)了|(?:注?销|退)(?:了|掉|吧)*)$"
)
_ALL_AFTER_ALL = re.compile(
    r"^(?:唉|哎|嗨)?(?:算了|得了|拉倒|想通了)(?:还是)?(?:都|全)(?:部|都)?(?:给我?)?(?:退|注?销)(?:了|掉|吧)*$"
)
_IS_ONE = re.compile(r"(?:是|写着|写的是?|印着|叫)[^，不]{0,12}(?:许可证?|证书?|批件|备案表?)$")
_THINKS_AGAIN = re.compile(r"^(?:唉|哎|嗨)?(?:算了|得了|拉倒|罢了|不留了)吧?$")
_GIVEN_BACK = re.compile(r"^(?:算了|还是|也|都|就|干脆|一块儿?|一起)+(?:退|注?销|交)(?:了|掉|吧|上去)*$")


def belongs_elsewhere(fragment: str) -> bool:
    """Whether a fragment says that something does not fall under what was named before: 燃气的不归那个."""
    return bool(_BELONGS_ELSEWHERE.search(fragment))


def says_what_not(fragment: str) -> bool:
    """Whether a fragment says only what something is not: 不是零售."""
    return bool(_IS_NOT.match(fragment)) or belongs_elsewhere(fragment)


def is_a_paper(fragment: str, after: str) -> bool:
    """Whether a fragment insists that something is a paper, and the next says what it is not: 是正经的许可证，不是登记表."""
    return bool(_IS_ONE.search(fragment)) and (says_what_not(after) or bool(_NO_PAPER.match(after)))


def given_back_after_all(after: Sequence[str]) -> bool:
    """Whether the next fragments give back what was to be kept: 上岗证寻思留着，算了，也交."""
    return any(_THINKS_AGAIN.match(one) and _GIVEN_BACK.match(two) for one, two in pairwise(after[:2]))


def of_our_trade(brain: Brain, state: State, fragment: str) -> bool:
    """Whether a paper is said to belong to this business, called by its trade: 安全证是山上采石场的."""
    said = _OF_A_TRADE.search(fragment)
    return said is not None and state.profile.industry in brain.facts.trades(said["trade"])


def told_by_their_own_names(brain: Brain, state: State) -> set[str]:
    """The licences told before by a name that means no other; a word of several, denied, takes none of them back."""
    names = (name for said in state.memory.said for name in brain.finder.find(said).mentions)
    told = {name.owners[0] for name in names if name.certain and name.group is None}
    return told.intersection(state.profile.licences or ())


def not_kept_either(brain: Brain, state: State, fragments: Sequence[str]) -> list[str]:
    """The licences that were to stay and now go, too: 先别动旅行社, and then 旅行社也不干了, or 算了都销."""
    denied = state.profile.denied
    if denied and any(map(_ALL_AFTER_ALL.match, fragments)):
        return _kept_before(brain, state)
    told = (_NOT_EITHER.match(fragment) for fragment in fragments if denied)
    found = (_meant_of_those_held(brain, denied, one["what"]) for one in told if one)
    return [item for item in found if item]


def _kept_before(brain: Brain, state: State) -> list[str]:
    """The licences of which it was said that they stay: 开发资质不销了."""
    clauses = (clause for said in state.memory.said for clause in compact_clauses(said))
    kept = (_RECALLS.match(clause) or _KEEPS_ONE.match(clause) for clause in clauses)
    found = (_meant_of_those_held(brain, state.profile.denied, one["what"]) for one in kept if one)
    return list(dict.fromkeys(item for item in found if item))


def never_had(fragment: str) -> bool:
    """Whether a fragment says only that one has none: 我没有."""
    return bool(_NEVER_HAD.match(fragment))


def not_ours(fragment: str, after: str, later: Sequence[str] = ()) -> bool:
    """Whether a paper is spoken of that is somebody else's, or by the next words (or the `later` ones) not held or kept."""
    return bool(
        any(map(_NONE_OF_MINE.match, (after, *later)))
        or any(map(never_had, later))
        or _OF_OTHERS.match(after)
        or _OF_A_RELATIVE.match(after)
        or _MINE_NOT.match(after)
        or _THAT_IS_GONE.match(after)
        or _THAT_IS_THEIRS.match(after)
        or (_NO_PAPER.match(after) and not is_a_paper(fragment, after))
        or _SOMEBODY_ELSES.search(fragment)
        or _OF_STAFF.search(fragment)
        or _NOT_OURS.search(fragment)
    )


def _told_last(brain: Brain, state: State, item: str) -> bool:
    """Whether the last message was about a licence."""
    last = state.memory.said[-1] if state.memory.said else ""
    return item in {hit.id for hit in brain.finder.rank(last, 1)}


def _speaks_of_another(brain: Brain, fragments: Sequence[tuple[str, bool]], item: str) -> bool:
    """Whether the message itself names another licence than this one, or is likely about one."""
    named = (name for part, _ in fragments for name in brain.finder.find(part).mentions if name.paper)
    if any(item not in name.owners for name in named):
        return True
    ranked = (hit for part, _ in fragments for hit in brain.finder.rank(part, 1))
    return any(hit.id != item and hit.id in brain.knowledge.items and hit.score >= LIKELY for hit in ranked)


def recalled(brain: Brain, state: State, fragments: Sequence[str]) -> list[str]:
    """The licences told before that are taken back in so many words: 收回刚才那句, 树苗那句收回, 兽药那个不销了."""
    held = state.profile.licences or ()
    found: list[str] = []
    for fragment in fragments if held else ():
        if _RECALLS_THE_LAST.match(fragment):
            before = next((one for one in reversed(state.memory.earlier) if one.licences != held), None)
            found += [item for item in held if before is not None and item not in (before.licences or ())]
        elif named := _RECALLS.match(fragment) or _KEEPS_ONE.match(fragment):
            one = brain.finder.among(named["what"], held) if len(held) > 1 else None
            found += [one.id] if one else []
    return found


def _meant_of_those_held(brain: Brain, held: Sequence[str], text: str) -> str | None:
    """The one of the licences told before that words are about, where they are likelier about none else."""
    ranked = [hit.id for hit in brain.finder.rank(text, 1)]
    return ranked[0] if ranked and ranked[0] in held else None


def _so_named(brain: Brain, held: Sequence[str], word: str) -> str | None:
    """The one of several licences told before in whose name a word stands."""
    named = [item for item in held if word in brain.knowledge.name_of(item)]
    return named[0] if len(named) == 1 else None


def denied_after_all(brain: Brain, state: State, fragments: Sequence[tuple[str, bool]]) -> list[str]:
    """The licence told before that is none after all: 不是采矿; or, without its name, the last one: 不是证，是登记表."""
    held = state.profile.licences or ()
    for at, (fragment, _) in enumerate(fragments if held else ()):
        if at and is_a_paper(fragments[at - 1][0], fragment):
            continue
        crossed_out = _CROSSED_OUT.match(fragment)
        before = "，".join(part for part, _ in fragments[:at])
        if crossed_out and (meant := _meant_of_those_held(brain, held[:-1], before)):
            return [meant]  # 消防是房东办的，这个划掉吧
        if (none := _HAS_NONE_OF_IT.match(fragment)) and (meant := _meant_of_those_held(brain, held, none["what"])):
            return [meant]
        if (crossed_out or _THAT_IS_GONE.match(fragment)) and _told_last(brain, state, held[-1]):
            instead = any(_NOW_IT_IS.match(part) for part, _ in fragments[at + 1 :])
            return [] if _speaks_of_another(brain, fragments, held[-1]) and not instead else [held[-1]]
        if no_paper := _NO_PAPER.match(fragment):
            about = no_paper["what"] or "，".join(part for part, _ in fragments)
            meant = _meant_of_those_held(brain, held, about)
            return [meant] if meant else []
        if (kind := _IS_NOT_OF_THE_KIND.match(fragment)) and (wrong := _so_named(brain, held, kind[1])):
            return [wrong]
        if (denial := _IS_NOT.match(fragment)) and _meant_of_those_held(brain, held[-1:], denial[1]):
            return [held[-1]]
    return []
