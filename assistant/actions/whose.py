"""Whose (哪一个店): which of several businesses each part of a message is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant import phrases
from assistant.actions.brain import Brain
from assistant.actions.businesses import MOST, ONE_OF_THEM, a_branch, names_of
from assistant.actions.said import Said
from assistant.actions.state import Business, State
from assistant.actions.taking_in import taken_in
from assistant.checklist.leaving import GOES_ON
from assistant.checklist.profile import Profile
from assistant.text import compact, folded

_NUMBERS = {"两": 2, "俩": 2, "二": 2, "2": 2, "三": 3, "仨": 3, "3": 3, "四": 4, "4": 4, "五": 5, "5": 5}
_CLAUSE = re.compile(r"[，,。；;！!？?\s]+")
_EACH = re.compile(r"(?<![那这哪])(?=(?:另外?|还有)?一[个家间](?!人|月|证|许可))")
_SHOP = r"(?:店|铺子?|门市|买卖|企业|公司|厂子?|摊子?|生意|合作社)"
_SEVERAL = re.compile(
    rf"(?P<many>[两俩二三仨四五2-5几])(?:(?:个|家|间|处)(?:不同的)?{_SHOP}|{_SHOP}|(?:本|张|个|套)(?:营业)?执?照)(?!员)"
)
_UNDER_ONE_LICENCE = re.compile(
    r"(?:(?:一个?|同一?个?)[个家张]?(?:店|厂子?|执照|照)(?:底下|下面|里头?|名下)|(?:公司|企业)(?:底下|下面|里头?|名下))"
)  # 一个公司底下两摊买卖
_ASKS_FOR = re.compile(r"^(?:咱们?|我们)?(?:先|再|还是|接着|改)?(?:说|办|弄|看)(?!了)|回到|说回")
_SEVERAL_OF = re.compile(r"(?P<many>[两俩二三仨四五2-5])[个家间](?P<trade>.{2,6})")
_TOGETHER = re.compile(r"都|全|一样")
_BOTH_OF_THEM = re.compile(
    r"^(?:我|我们|这)?(?:[两俩](?:边|头|家|处|个(?:店|买卖|公司|厂))|俩(?:店|买卖|公司|厂))(?!有)"
)  # 两边都没有别的证
_OPENS = re.compile(r"还(?:有|开|干|经营|办)(?:着|了|过)?|另外|另有|另开|再有|又开了?|(?:第二|另)(?=[个家间一])")
_ANOTHERS = re.compile(
    r"(?:是|归|属)[^，]{0,8}(?:另|别)(?:外|有)?(?:一|的)?[个家间][^，]*(?:的|管|办|事)$"
)  # 那是集团另一家公司的
_COUNTED = re.compile(r"^(?:我|我家|我们|他|俺)?(?:还)?(?:有|开(?:着|了)?)?(?:一|1)?[个家间处摊]|^[^的]{0,3}一[个家间]")
_ITSELF_TOO = re.compile(rf"(?:和|跟|连|与)(?:那|这)?[个家间]?{_SHOP}")  # 那个证和那家公司照常
_CLOSES = re.compile(
    r"(?:也|都|一起|一块|想|要|得|准备)(?:不|要|想|得|打算)*(?:关|销|退|黄|干|开了|做了|注销|撤|停)|不干了|不开了|关了|黄了"
)
_LEAVES_ITS_PAPERS = re.compile(
    r"(?:就|只|光|单)(?:想|要|是)?(?:注?销|退)(?:[^，]{0,8}证|[那这]一?[个张本样])|(?:就|只|光|单)[^，]{2,20}(?:证|资质|许可|备案|批文|那[个张])(?:也|给)*(?:不要|不用|注?销|退|交)(?:了|掉|回去)*$|执?照(?:先|还|得|要|都)*(?:留|不[动销])"
)  # 苗圃就销证，执照留着兴许以后还干: it is spoken of all the same
_OF_ONE = re.compile(
    r"(?P<paper>[^，]{2,}(?:证|许可|备案|批文))(?:都)?(?:是|归|在|写的是?|挂的?是?|登的?是?)[^，]{1,8}?(?:名下|的(?:名[下字头]?|那边|头上)?)$"
)  # 烟草证是超市的名
_HAS_NONE = re.compile(r"(?:可|倒|那边|那头|这边|是|也)*没有?(?:的)?$")
_NO_NAME = re.compile(
    rf"{ONE_OF_THEM.pattern}|{_SHOP.replace('门市|', '')}|[是做开卖接搞办的小大我]|经营"
)  # of what a business is told of with
_PAPER = re.compile(r"证|许可|备案|资质|批|章|户|债|贷款|员工|社保")
_BRANCH = re.compile(r"分(?:店|公司|支|厂|社|号)")
_BRANCH_TOO = re.compile(
    r"(?:分店|分公司|分支机构|分社).{0,6}(?:单列|列|清单|单子|也弄|也办)|(?:列|说|办)一?下?(?:分店|分公司|分支机构|分社)"
)
_THE_OTHER = re.compile(rf"另外?(?:那|的)?(?:一)?[个家间](?:{_SHOP})?|(?:那|前|上|刚才那?|原来那?)一?[个家间]{_SHOP}")
_TURNS = re.compile(r"回到|说回|再说|先说|接着说|接着办|还是说|换到|回头说|那[个家边]")
_SET_ASIDE = re.compile(
    r"(?:先|暂时)(?:都|还)?(?:不|别)(?:弄|办|管|销|动|退|说|提)|(?:以后|回头|过后|改天)再(?:说|弄|办)|不用管"
)
_STAYS = re.compile(
    rf"(?:不|别|甭)(?:关|停|撤|动|黄)(?:它|他)?(?:了|呢|哈|啊|的)*$|{GOES_ON}|还(?:要|得|在)?(?:开|干|营业)(?:着|呢)*$|正?挣着?钱呢?$|好好的|不用管|照常(?:的|着|呢)*$|照开(?:的|着)*$"
)  # 饭店不动
_ONLY_THIS = re.compile(
    r"(?:只|就|光|单)(?:想|要|打算|准备|是)?(?:关|撤|停|收|黄|注?销|退)(?!证)|(?:要|想|打算|准备)(?:关|撤|停|黄|注销)(?:掉)?的(?:就|只)?是"
)  # 这回只关典当行


@dataclass(frozen=True)
class Heard:
    """A message by the businesses it is about: the state turned to one of them, and what is left to understand of it."""

    state: State
    text: str
    notes: tuple[str, ...] = ()
    turned: bool = (
        False  # to another business, or several were opened: the conversation goes on with what is open there
    )


def heard(brain: Brain, state: State, said: Said) -> Heard | None:
    """What a message tells of several businesses; None where it is about the present one alone."""
    reading = _Reading(brain, state, asking=said.asking)
    clauses = _clauses(brain, said.text)
    apart = [piece for clause in clauses for piece in _by_place(brain, clause)] if state.profile.empty else []
    if several := _in_several_places(brain, apart):
        reading.announce(several)
        clauses = apart
    for clause in clauses:
        reading.take(clause)
    return reading.result()


class _Reading:
    """A message while it is read clause by clause."""

    def __init__(self, brain: Brain, state: State, *, asking: bool) -> None:
        self._brain, self._state, self._asking = brain, state, asking
        self._book = {b.number: b for b in (state.business, *state.memory.parked)}
        self._here = state.memory.number
        self._said: dict[int, list[str]] = {}
        self._target: int | None = self._here  # None: all of them
        self._named: list[int] = []
        self._opened: list[int] = []
        self._turned_to: int | None = None
        self._announced = False
        self._full = False
        self._set_aside: set[int] = set()
        self._under_one = False  # several trades of one business: 公司底下一个沙场一个采石场，两摊都停了
        self._paper = ""  # that was said to be of one of them
        self._trades: dict[int, tuple[str, ...]] = {}  # as named in this message

    def take(self, clause: str) -> None:
        """Decide whom the clause is about, and keep it for them."""
        plain = compact(clause)
        many = 0 if self._state.asked == "branches" else self._how_many(plain)
        trades = self._brain.facts.trades(plain)
        each = self._announced and not self._named and len(trades) == len(self._book) > 1
        which = None if many or each else self._which(plain)
        if many:
            self.announce(many)
        elif each:  # 俩买卖，浴池和小卖店
            for number, trade in zip(self._book, trades, strict=True):
                self._trades[number] = (trade,)
                self._named.append(number)
                self._said.setdefault(number, []).append(self._brain.knowledge.industries[trade].name)
            return
        elif which is not None:
            self._target = which
            self._named.append(which)
            self._trades.setdefault(which, trades)
            self._note_how_called(which, plain)
            self._turned_to = which if _ASKS_FOR.search(plain) else self._turned_to
        elif self._about_all(plain):
            self._target = None
        self._set_some_aside(plain)
        clause = self._of_that_paper(clause, plain)
        for number in self._book if self._target is None else (self._target,):
            if self._target is not None or self._book[number].issued is None:
                self._said.setdefault(number, []).append(clause)

    def _of_that_paper(self, clause: str, plain: str) -> str:
        """What a clause says of a paper that one business has and another has not: 烟草证是超市的名，油漆店没有."""
        if len(self._book) > 1 and self._target in self._named:
            if of_one := _OF_ONE.fullmatch(plain):
                self._paper = of_one["paper"]
                return f"有{self._paper}"
            if self._paper and _HAS_NONE.search(plain) and not _PAPER.search(plain):
                return f"没有{self._paper}"
        return clause

    def _note_how_called(self, number: int, plain: str) -> None:
        """Keep the words with which one of several businesses is told of first: 一个做影视的."""
        if self._announced and ONE_OF_THEM.match(plain) and not self._book[number].called:
            self._book[number] = self._book[number].model_copy(update={"called": plain})

    def _set_some_aside(self, plain: str) -> None:
        """Note which business is not spoken of now, or goes on: 旅店先不弄, 饭店不动, 这回只关典当行."""
        if self._target is None or len(self._book) < 2:
            return
        if any(map(_leaves_its_papers, (plain, *self._said.get(self._target, ())))):
            return
        later = self._target != self._here and _SET_ASIDE.search(plain)
        of_papers = _PAPER.search(plain) and not _ITSELF_TOO.search(plain)
        if later or (self._target in self._named and _STAYS.search(plain) and not of_papers):
            self._set_aside.add(self._target)
        elif _ONLY_THIS.search(plain) and self._target in self._named:
            self._set_aside |= self._book.keys() - {self._target}
        elif _CLOSES.search(plain):
            self._set_aside.discard(self._target)
            self._book[self._target] = self._book[self._target].model_copy(update={"stays": False})

    def _how_many(self, plain: str) -> int:
        """How many businesses a clause speaks of, 两个店 or 两个饭店; 0 where it does not say."""
        self._under_one = self._under_one or bool(_UNDER_ONE_LICENCE.search(plain))
        if self._under_one:
            return 0
        counted = _SEVERAL.search(plain)
        if counted is None:
            of_a_kind = _SEVERAL_OF.search(plain)
            named = of_a_kind and any(map(of_a_kind["trade"].startswith, self._brain.facts.words_for_trades(plain)))
            counted = of_a_kind if named else None
        return _NUMBERS.get(counted["many"], 2) if counted else 0

    def announce(self, many: int) -> None:
        """So many businesses: the others are noted before anything is known of them."""
        if many > len(self._book):
            self._announced = True
            beside = self._state.memory.beside
            while len(self._book) < min(many, MOST):
                self._open(Profile(industry=beside) if beside else Profile())
                beside = None
        self._target = None

    def _open(self, profile: Profile) -> int:
        """A new business; the last one where there are too many already."""
        if len(self._book) >= MOST:
            self._full = True
            return self._here
        number = max(self._book) + 1
        self._book[number] = Business(number=number, profile=profile)
        self._opened.append(number)
        return number

    def _which(self, plain: str) -> int | None:
        """The business that a clause names or opens; None where it does neither."""
        trades = self._brain.facts.trades(plain)
        named = [n for n, b in self._book.items() if self._is_named(b, plain, trades)] or self._so_called(plain)
        if _BRANCH_TOO.search(plain) and self._state.profile.branches:
            return self._open(a_branch(self._state.profile))
        opens = None if _ANOTHERS.search(plain) else _OPENS.search(plain)
        if opens and not self._state.profile.empty and not (_BRANCH.search(plain) or self._state.asked == "branches"):
            number = self._opened_by(plain[opens.end() :], named)
            if number is not None:
                return number
        if self._asking and not (_TURNS.search(plain) or _STAYS.search(plain)):
            return None
        here = self._book[self._here]
        unknown = here.profile.industry is None and not here.called and self._here not in self._named
        if named and self._here not in named and unknown:
            named = named if _TURNS.search(plain) else []  # the trade of this one is told, the same as another's
        if named:
            return self._here if self._here in named else named[0]
        one_of_them = ONE_OF_THEM.match(plain)
        if (self._announced and (trades or one_of_them)) or (len(self._book) > 1 and one_of_them):
            return self._next_unknown(trades)
        if len(self._book) > 1 and _THE_OTHER.search(plain):
            return self._the_other()
        return None

    def _opened_by(self, rest: str, named: list[int]) -> int | None:
        """The business after 还有, 另外: a trade that is not known yet, or just another shop."""
        trades = self._brain.facts.trades(rest)
        counted, closes = bool(_COUNTED.search(rest)), bool(_CLOSES.search(rest))
        if _PAPER.search(rest) and not (closes and "执照" in rest):
            return None
        listing = self._state.asked in ("licences", "other_licences")
        if trades:
            if named and not (closes and counted and named == [self._here]):
                return None
            return self._open(Profile()) if closes or (counted and not listing) else None
        if not re.search(_SHOP, rest) or not (counted or closes):
            return None
        unknown = [n for n, b in self._book.items() if n != self._here and b.issued is None]
        return unknown[0] if unknown else self._open(Profile())

    def _next_unknown(self, trades: tuple[str, ...]) -> int | None:
        """The first business of which neither trade nor anything in this message is known: 一个超市, 一个旅店."""
        for number, business in self._book.items():
            if business.profile.industry is None and number not in self._named:
                return number
        return self._open(Profile()) if trades else None

    def _the_other(self) -> int:
        """The business that 另外那个店 means: the first that waits, else the first besides this one."""
        others = [b for n, b in self._book.items() if n != self._here]
        return next((b for b in others if b.issued is None and not b.stays), others[0]).number

    def _is_named(self, business: Business, plain: str, trades: tuple[str, ...]) -> bool:
        """Whether a clause names a business: by its trade, or 塔河那个 by its place, where that tells it apart."""
        profile = business.profile
        same = [b for b in self._book.values() if b.profile.industry == profile.industry]
        if profile.industry and len(same) == 1:
            return profile.industry in trades or compact(profile.industry) in plain
        if not profile.industry and set(trades) & set(self._trades.get(business.number, ())):
            return True
        if profile.industry in trades or _TURNS.search(plain):
            return profile.place is not None and profile.place in self._brain.facts.places(plain)
        return False

    def _so_called(self, plain: str) -> list[int]:
        """The business that a clause calls as it was told of, by a word of no other: 影视那个, where one was 做影视的."""
        words = {n: _words(business.called) for n, business in self._book.items()}
        alone = {
            n: own.difference(*(other for at, other in words.items() if at != n)) for n, own in words.items() if own
        }
        named = [n for n, own in alone.items() if any(word in plain for word in own)]
        return named if len(self._book) > 1 and len(named) == 1 and not ONE_OF_THEM.match(plain) else []

    def _about_all(self, plain: str) -> bool:
        """Whether a clause is about all businesses: 都是个体, 都在塔河."""
        if len(self._book) < 2 or not (_TOGETHER.search(plain) or _BOTH_OF_THEM.search(plain)):
            return False
        if _BOTH_OF_THEM.search(plain):
            return True
        told = self._brain.facts.find(plain).facts
        shared = {"enterprise_type", "place", "industry", "whole_or_licence_only", "proxy"}
        return bool(shared & set(told)) or ("执照" in plain and bool(told))

    def result(self) -> Heard | None:
        """Everything told of the others taken in, and the state turned to the one to go on with."""
        if self._full:
            return Heard(self._state, "", (phrases.TOO_MANY_BUSINESSES,))
        self._set_aside -= {n for n, clauses in self._said.items() if any(map(_leaves_its_papers, clauses))}
        if not self._opened and set(self._said) <= {self._here} and not self._set_aside:
            return None
        number = self._goes_on_with()
        for other in self._said:
            if other != number:
                self._book[other] = _told(self._brain, self._book[other], self._said[other])
        state, business = self._state, self._book[number]
        moved = number != self._here
        others = [
            b.model_copy(update={"stays": b.stays or n in self._set_aside})
            for n, b in self._book.items()
            if n != number and not (b.profile.empty and n == self._here and moved)
        ]
        state = (state.turning_to(business) if moved else state).parking(*others).remembering(beside=None)
        state = state if moved else state.remembering(called=business.called)
        told = _told(self._brain, business, self._said.get(number, []))
        return Heard(
            state, "，".join(self._said.get(number, [])), tuple(self._notes(state, told)), moved or bool(self._opened)
        )

    def _goes_on_with(self) -> int:
        """The business that the conversation goes on with."""
        if self._opened and not self._announced:
            return self._opened[-1]
        waiting = [n for n, b in self._book.items() if b.issued is None and not b.stays and n not in self._set_aside]
        if waiting and (self._announced or self._here in self._set_aside):
            return self._here if self._here in waiting else waiting[0]
        if self._turned_to is not None:
            return self._turned_to
        spoken_of = [n for n in self._said if n not in self._set_aside and not self._book[n].stays]
        return self._here if self._here in spoken_of or not spoken_of else spoken_of[0]

    def _notes(self, state: State, told: Business) -> Iterator[str]:
        names = names_of(self._brain, (told, *state.memory.parked))
        name = names[told.number]
        if stay := sorted(n for n in (self._set_aside & names.keys()) - {told.number} if not self._book[n].stays):
            heard_of = (n for n in stay if self._book[n].called or not self._book[n].profile.empty)
            known = [names[n] for n in heard_of]  # 第二个店 was not heard of yet
            yield phrases.BUSINESS_STAYS.format(stays="、".join(known) or phrases.THE_OTHERS, name=name)
        elif self._announced:
            yield phrases.SEVERAL_BUSINESSES.format(names="、".join(names[n] for n in sorted(names)), first=name)
        elif self._opened:
            old = names.get(self._here)
            yield (
                phrases.BUSINESS_OPENED.format(new=name, old=old) if old else phrases.BUSINESS_TURNED.format(name=name)
            )
        elif told.number != self._here:
            yield phrases.BUSINESS_TURNED.format(name=name)


def _leaves_its_papers(clause: str) -> bool:
    """Whether a clause speaks of a business that goes on, but for its papers."""
    return bool(_LEAVES_ITS_PAPERS.search(compact(clause)))


def _words(called: str) -> set[str]:
    """The pairs of characters that a business is told of with, but for words that fit any: 影视."""
    pieces = _NO_NAME.sub(" ", called).split()
    return {piece[at : at + 2] for piece in pieces for at in range(len(piece) - 1)}


def _clauses(brain: Brain, text: str) -> list[str]:
    """The clauses of a message; where several businesses are told of, each 一个 … begins one."""
    parts = [part for part in _CLAUSE.split(folded(text)) if part]
    if _SEVERAL.search(compact(text)) or len(brain.facts.trades(text)) > 1:
        parts = [piece for part in parts for piece in _EACH.split(part) if piece]
    return parts


def _by_place(brain: Brain, clause: str) -> list[str]:
    """The parts of a clause that joins businesses, each with its place and trade: 塔河的饭店跟漠河的旅店."""
    parts = [part for part in re.split(r"跟|和|与|还有", clause) if part]
    return parts if all(brain.facts.places(part) and brain.facts.trades(part) for part in parts) else [clause]


def _in_several_places(brain: Brain, parts: list[str]) -> int:
    """How many businesses are told of, each in a county of its own; 0 where it is not more than one."""
    told = [(brain.facts.places(part), brain.facts.trades(part)) for part in parts if not _PAPER.search(part)]
    places = {places[0] for places, trades in told if places and trades}
    trades = {trades[0] for places, trades in told if places and trades}
    return len(places) if len(places) == len(trades) > 1 else 0


def _told(brain: Brain, business: Business, clauses: Iterable[str]) -> Business:
    """A business with what was said of it besides."""
    text = "，".join(clauses)
    if not text:
        return business
    said = Said(text=text, intent="tell")
    state, _ = taken_in(brain, State(business.profile), said, brain.facts.find(text), brain.finder.find(text))
    return business.model_copy(update={"profile": state.profile})
