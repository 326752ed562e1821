"""Whether a licence that is named is denied: never held, somebody else's, gone already, or kept."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.retrieval.mentions import Mention, Standing
from assistant.sayings.clauses import PAPER
from assistant.sayings.reader import read
from assistant.text import PAUSE, compact

_HAS_NONE = re.compile(r"(?:没有?|无|未)(?:办|领|批|弄|搞|整|做|干|卖|碰)?(?:过|了|的)*$")
_DENIED_BEHIND = re.compile(
    r"^(?:的|那个|这个|许可|登记|备案|证|本)*(?:我们?家?|俺们?家?|咱们?家?|店里|厂里|公司|单位|从来|从|一直|根本|压根|倒|也|都|就|还)*"
    r"(?:没有?|未|不曾)(?:(?:给|让)?(?:批|办|领|申请|申办|取得|拿|考|弄|搞)(?!理?完?注?[销停退])|(?:的|了|过|啊)?$)|"
    r"^(?:的|那个|这个|证)*(?:我们?|俺|咱)*(?:先|还|得|要|就|想|都|可|倒|也)*(?:留(?:一留|着|下|住)|不(?:退|注?销)(?:了|$))|"
    r"^(?:的|那个|这个|证|许可证?)*[^，]{0,8}(?:别|不用|不要)(?:给我?|再)?(?:动|退|注?销|管)|"
    r"^(?:的|那个|这个|那张|这张|证|许可证?|照)*(?:[^，没不]{0,4})(?:照常|照旧|照样|接着|继续|还得|还要|年年)(?:要|得)?(?:[使用]|留)(?:着|呢|的)*$"
)
_WISHED = re.compile(r"(?:退|注?销|交)(?:了|掉)$")  # 网约车运输证退了: what is wanted, unless it is said to be past
_PAST = re.compile(
    r"早|已|过|都|去年|前年|当年|那年|上个?月|上回|头年|刚|才|之前|以前|后来|月初|年初|年前|年底|[0-9一二三四五六七八九十]年"
)
_THEIRS = re.compile(
    r"(?:是|归)(?!我们?的|俺们?的|咱们?的|我[这那]|自己)(?:(?:我|俺|咱)们?家?)?[^，我俺咱]{1,5}(?:家|那边|名下|自己|开|办)*的$|"
    r"(?:是|归)(?:底下|下面|下边|下头|别人|人家|各)[^，]{0,5}(?:店|摊|户|点)$"
)
_BESIDE = re.compile(r"[、/／+＋]|以及|还有|和|跟|与|及")
_WANTS_NO_MORE = re.compile(r"(?<=[也都证照本个])不要(?=[，。！,.!]|$)")
_NONE_OF = re.compile(r"(?:没有|没办过?|没领过?|没批过?|无)$")
DENIES = 0.9  # from where a whole reads like a denial, with the licence's name and without
DOUBTED = 0.05  # a word that denies is overruled where the whole reads like nothing of the kind


def denied(fragment: str, mention: Mention) -> bool:
    """Whether it is said that one has not, or does not give back, what is named: by words, and as the whole reads."""
    saying, with_its_name = read([fragment.replace(mention.text, PAPER, 1), fragment])
    if mention.standing is not Standing.HELD or _denied_behind(fragment, mention.text):
        return not saying.probability or saying.of("licence=not_held") >= DOUBTED
    if _WISHED.search(fragment) and not _PAST.search(fragment):
        return False
    return (saying.of("licence=not_held") + with_its_name.of("licence=not_held")) / 2 >= DENIES


def theirs(clause: str) -> bool:
    """Whether a clause says whose something is, of somebody else: KTV是我弟弟的, 零售的是底下小店. A person may act for that one."""
    return bool(_THEIRS.search(clause))


def wanting_no_more(text: str) -> str:
    """The text with 不要 said as it is meant behind a paper, 那个证也不要 like 不要了: given back, not denied."""
    return _WANTS_NO_MORE.sub("不要了", text)


def denied_together(text: str, mentions: Sequence[Mention]) -> set[str]:
    """The names that stand side by side and share a denial: 没有食品证和烟草证, 食品证、烟草证都没办."""
    names = [mention for mention in mentions if mention.paper]
    found: set[str] = set()
    for clause in PAUSE.split(wanting_no_more(text)):
        pieces = [compact(piece) for piece in _BESIDE.split(clause)]
        own = [next((name for name in names if name.text in piece), None) for piece in pieces]
        listed = [name for name in own if name is not None]
        if len(pieces) < 2 or len(listed) < len(pieces):
            continue
        first, last = listed[0].text, listed[-1]
        if not pieces[0].endswith(first) or any(map(str.__ne__, pieces[1:-1], (name.text for name in listed[1:-1]))):
            continue
        ahead, behind = pieces[0].removesuffix(first), pieces[-1].removeprefix(last.text)
        if (_NONE_OF.search(ahead) and not behind) or (not ahead and behind and denied(pieces[-1], last)):
            found |= {name.text for name in listed}
    return found


def has_none(fragment: str) -> bool:
    """Whether a fragment just says that there is none (港口证我们没有): that is another one than those told before."""
    return bool(_HAS_NONE.search(fragment))


def _denied_behind(fragment: str, name: str) -> bool:
    """Whether it is said behind a name that it was never given: 二类精神药品我们没批过."""
    return bool(_DENIED_BEHIND.match(fragment[fragment.index(name) + len(name) :]))
