"""The papers that a sentence names: its parts, lists that share one ending (食品、器械这些证), what the noun is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from assistant.retrieval.counting import Held, counted, numbered, rareness
from assistant.retrieval.entries import Entry, Role
from assistant.text import compact, folded, syllables

PAPER = re.compile(r"证|照|许可|资质|备案|批|卡|资格|登记|注销|户|章|手续|税|社保")
ENDING = (
    r"(?:许可证书|许可证|资质证书|合格证书|合格证|批准证书|许可|证书|资格证|执照|备案凭证|备案|证件|证|资质|批文|批件)"
)
ENDINGS = ("许可证", "许可", "证", "的证", "那证", "那个证", "的那个证", "的许可证")
_THE_BUSINESS = re.compile(r"(?:公司|企业|单位|店|厂子?|合作社|个体户?)$")  # 公司和许可证都注销: no 公司资质
LONGEST_STEM = 10
MOST_MEMBERS = 6  # of a list: each is looked for by itself
_COUNT = r"(?:些|几|一|[两二三四五六俩仨2-6])?(?:个|张|本|样|份|种|项|套)?"
# 食品、器械[这些许可证], 烟草、食品[两个证], 放射诊疗、辐射安全[两本]
_SHARED = re.compile(
    rf"的?(?:(?:这|那)?{_COUNT}(?:的)?(?:经营|生产)?({ENDING})|(?:这|那)?[两三四五几俩仨2-6](?:个|张|本|样|项))"
)
_SPEAKS = re.compile(
    rf"{ENDING}|[那这](?:个?证|张|本|块牌)|[那这]个(?=$|都|也)|的本(?!子)|的?(?:注册|批复)|牌照|账户|户头|公章|税务|社保"
)
_STRONG = r"、|[+＋]|还有|以及|加上|外加|连同|和|跟|与|及"
_JOINT = re.compile(rf"({_STRONG})|[，,。；;！!？?\n]")
_BEFORE = re.compile(r"^(?:我的|我家|我们|我|他的|那个|这个|那张|这张|一个|的|还|也|又|再)+")
_PLURAL = re.compile(
    r"都|全|一起|一块|一并|一趟|同销|同退|分别|各|[两三四五俩仨2-5](?:个|张|本|样|项|种)?(?:证|许可|资质|备案|手续|样|本|张|个|项)"
)

_NOUN = re.compile(rf"([一-鿿]{{2,12}}?)(?:的|那|那个|的那个)?(?<![认保验查]){ENDING}")
_FILLER = re.compile(
    r"^.*(?:[的了我你他她它您咱这那哪把想让给没跟和与在]|有(?!机)|[两三俩几一]?[个张本])(?=.)|经营|生产|服务|全部|所有|各种"
)

_ANY = re.compile(
    r"(?:全部|所有|各种|整套|全套|一[堆排溜套]|[这那哪]些|几[个张本样])$"
)  # papers as such, none of them by name

Known = Callable[[str], int]  # how many things a name can mean; 0 where it is none


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the (compact) text between commas and joining words."""

    text: str
    start: int
    end: int
    joined: bool  # by 和, 跟, 、 to the part before it
    in_list: bool = False  # ... or the next part is joined to it

    @property
    def noun(self) -> str | None:
        """The word for a paper in it (那张, 许可, 户头), if there is one."""
        found = _SPEAKS.search(self.text)
        return found[0] if found else None

    @property
    def alone(self) -> str:
        """The part as a question of its own: 文网这些许可证 asks about 文网许可证."""
        return _SHARED.sub(lambda shared: shared[1] or "证", self.text, count=1)


def several_meant(text: str) -> bool:
    """Whether the words say that more than one thing is meant (都, 一起, 两个证)."""
    return bool(_PLURAL.search(compact(text)))


@lru_cache(maxsize=256)  # one question is cut several times
def parts(text: str, whole: tuple[tuple[int, int], ...] = ()) -> tuple[Part, ...]:
    """The parts of a text; stretches of the compact text in `whole` are never cut (麻醉药品和第一类精神药品)."""
    plain = folded(text)
    found: list[Part] = []
    start = at = 0
    joined = False
    for joint in [*_JOINT.finditer(plain), None]:
        end = at + len(compact(plain[start : joint.start() if joint else len(plain)]))
        after = end + (len(compact(joint[0])) if joint else 0)
        if joint and any(first < end < last or first < after < last for first, last in whole):
            continue
        if end > at:
            found.append(Part(compact(plain[start : joint.start() if joint else len(plain)]), at, end, joined))
            joined = bool(joint and joint[1])
        else:
            joined = joined or bool(joint and joint[1])
        if joint:
            start, at = joint.end(), after
    following = [part.joined for part in found[1:]]
    return tuple(replace(p, in_list=p.joined or after) for p, after in zip(found, [*following, False], strict=False))


def listed(among: Sequence[Part], known: Known) -> Iterator[tuple[int, int, str]]:
    """Members of lists that share an ending (A、B和C这些证): where each stands, and the name that it is short for."""
    for number, part in enumerate(among):
        shared = _SHARED.search(part.text, 1)
        if shared is None:
            continue
        own = _known_end(part.text[: shared.start()], shared[1], known)
        found: list[tuple[int, int, str]] = []
        after = part
        for before in reversed(among[:number]):
            name = None if _SHARED.search(before.text) else _known_end(before.text, shared[1], known)
            whole = name is not None and _BEFORE.sub("", before.text) == before.text[-name[0] :]
            if name is None or not (after.joined or whole):
                break
            found.append((before.end - name[0], before.end, name[1]))
            if not whole:
                break
            after = before
        if found and own:
            end = part.start + shared.start()
            found.append((end - own[0], end, own[1]))
        yield from found


def members(among: Sequence[Part], named: Sequence[int] = ()) -> tuple[Part, ...]:
    """The parts that each speak of a paper, by a noun, by a name at one of these places, or as counted members of a list."""
    found: list[Part] = []
    for number, part in enumerate(among):
        following = among[number + 1 :]
        counted = next((_SHARED.match(after.text) for after in following if not after.joined), None)
        if (
            part.noun
            or any(part.start <= place < part.end for place in named)
            or (part.in_list and (counted or part.text.endswith("的")) and len(part.text) <= LONGEST_STEM)
        ):
            found.append(part)
    return tuple(found[:MOST_MEMBERS])


def _known_end(text: str, ending: str | None, known: Known) -> tuple[int, str] | None:
    """The longest end of the text that is a paper's name but for its ending: its length, and its plainest name."""
    if _THE_BUSINESS.search(text):
        return None
    for length in range(min(len(text), LONGEST_STEM), 1, -1):
        full = [text[-length:] + more for more in (ending or "证", *ENDINGS, "经营许可证", "资质", "备案")]
        names = [name for name in full if known(name)]
        if names:
            return length, min(names, key=known)
    return None


def named_papers(about: str) -> tuple[str, ...]:
    """What the licence nouns of a question are of: 无人机飞行 of 无人机飞行许可证; none where no such noun is said."""
    nouns = (noun[1] for part in about.split() for noun in _NOUN.finditer(part))
    stems = (_FILLER.sub("", stem) for stem in nouns if not _ANY.search(stem))
    return tuple(stem for stem in stems if len(stem) >= 2)


class Accounted:
    """How much of what a paper is of stands in the names and the scope of each entry, by characters or by sounds."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        told = (tuple(entry.texts(Role.NAME, Role.ALIAS, Role.SCOPE)) for entry in entries)
        self._held = Held([counted(texts, _all_terms) for texts in told])
        self._rare = rareness(self._held.holders, self._held.size)
        self._weights = self._rare[self._held.term]
        self._unheard = float(rareness(np.zeros(1), self._held.size)[0])

    def best(self, stems: Sequence[str]) -> np.ndarray:
        """The shares of the stem that some entry has most of."""
        return max(map(self.shares, stems), key=lambda shares: float(shares.max()))

    def shares(self, stem: str) -> np.ndarray:
        """The share of the weight of the stem that each entry has; a term that none has weighs most."""
        best = np.zeros(self._held.size, np.float32)
        for terms in _terms(stem):
            known = self._held.known(numbered(terms, _all_terms))
            most = float(self._rare[known].sum()) + self._unheard * (len(terms) - len(known))
            best = np.maximum(best, self._held.added_up(self._weights, known) / max(most, 1e-6))
        return best


def _all_terms(text: str) -> list[str]:
    return [term for terms in _terms(text) for term in terms]


def _terms(text: str) -> tuple[dict[str, None], dict[str, None]]:
    """Characters with their neighbours, and pairs of sounds; each once, and always in the same order."""
    plain, sounds = compact(text), syllables(text)
    characters = dict.fromkeys((*plain, *(a + b for a, b in pairwise(plain))))
    return characters, dict.fromkeys(f"{a} {b}" for a, b in pairwise(sounds))
