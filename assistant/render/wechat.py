"""A turn as WeChat messages in the order in which they are to be read: plain text with numbered choices, cards to open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.cards import Asks, Card, Turn
from assistant.render.wechat_cards import Link, Part, part_of, shown
from assistant.render.wechat_messages import LIMIT, SPARE, Menu, Message, News, Numbers, Tap, Text
from assistant.render.wechat_pieces import Block, cut, joined, size

ROOM = LIMIT - SPARE
ANY_WAY = "回复数字就行，直接打字也行。"
SEVERAL = "有几样就回几个数字，比如“{example}”，直接打字也行。"
ASK_ON, ASK_ON_ABOUT, TO_CHANGE = "还想问，回复数字：", "还想问{title}，回复数字：", "要改的，回复数字："
_LONGEST_END = ROOM * 2 // 3  # bytes: what is longer is no end to put behind another text
_SHORT_LABEL, _FEW = 12, 12  # characters, choices: so short and so few stand in one line

__all__ = ["Menu", "Message", "News", "Numbers", "Text", "messages"]


@dataclass(frozen=True)
class _Offer:
    """The choices of a card as they are shown: a line that leads to them, the choices, a line that says how to answer."""

    intro: str | None
    lines: tuple[str, ...]
    how: str | None
    taps: tuple[Tap, ...]

    @property
    def ending(self) -> str:
        """What a menu message says in its own way."""
        return "\n".join((*self.lines, *((self.how,) if self.how else ())))

    def block(self) -> Block:
        """The choices as a block of text."""
        return Block((*self.lines, *((self.how,) if self.how else ())), self.intro)


def messages(turn: Turn, numbers: Numbers, *, link: Link) -> list[Message]:
    """All that a turn says; `link` makes a full address of a path of ours. A question stands before what can wait."""
    several = sum(card.kind == "answer" for card in turn.cards) > 1
    parts = [part_of(card, link, several=several, asked=turn.asks is not None) for card in turn.cards]
    given = iter(numbers.give([choice for card in turn.cards for choice in card.choices]))
    offers: list[_Offer | None] = []
    for place, card in enumerate(turn.cards, 1):
        asks = turn.asks if place == len(turn.cards) else None
        mine = [next(given) for _ in card.choices]
        offers.append(_offer(card, mine, asks, several=several) if mine else None)
    texts = _texts(turn.cards, parts, offers)
    news = [part.news for part in parts if part.news]
    later = [Text(one, more=True) for one in cut([block for part in parts for block in part.more], ROOM) if one]
    return [*texts, *news, *later] if turn.asks else [*news, *texts, *later]


def _texts(cards: Sequence[Card], parts: Sequence[Part], offers: Sequence[_Offer | None]) -> list[Text]:
    """What comes first of all cards; the last choices end the first text, with the question that they answer."""
    last = max((place for place, offer in enumerate(offers) if offer), default=None)
    start: list[Block] = []
    end: list[Block] = []
    for place, (part, offer) in enumerate(zip(parts, offers, strict=True)):
        choices = [offer.block()] if offer else []
        if place == last:
            long = cards[place].kind in ("answer", "checklist")
            (start if long else end).extend(part.first)
            end += [*part.closing, *choices]
        else:
            start += [*part.first, *part.closing, *choices]
    alone = sum(offer is not None for offer in offers) == 1
    closes = last is not None and (alone or cards[last].kind != "answer") and size(joined(end)) <= _LONGEST_END
    if closes and start:
        first, *others = cut(start, ROOM, first=ROOM - size(joined(end)) - len("\n\n"))
        texts = [f"{first}\n\n{joined(end)}".strip(), *others]
    else:
        texts = cut([*start, *end], ROOM)
    offered = offers[last] if last is not None else None
    return [Text(text, _menu(text, offered) if offered else None) for text in texts if text]


def _menu(text: str, offer: _Offer) -> Menu | None:
    """The text as a menu message, where it ends with all the choices."""
    if not text.endswith(offer.ending):
        return None
    return Menu(text.removesuffix(offer.ending).strip(), offer.taps, offer.how or "")


def _offer(card: Card, numbers: Sequence[int], asks: Asks | None, *, several: bool) -> _Offer:
    """The choices of a card with their numbers."""
    labels = [shown(choice.label) for choice in card.choices]
    lines = tuple(f"{number}. {label}" for number, label in zip(numbers, labels, strict=True))
    taps = tuple(Tap(str(number), line) for number, line in zip(numbers, lines, strict=True))
    match card.kind:
        case "answer":
            title = shown(card.title or "")
            intro = ASK_ON_ABOUT.format(title=title) if several and title else ASK_ON
            return _Offer(intro, _in_one_line(lines, labels), None, taps)
        case "checklist":
            return _Offer(TO_CHANGE, _in_one_line(lines, labels), None, taps)
        case _:
            return _Offer(None, lines, _how(card, numbers, asks), taps)


def _in_one_line(lines: tuple[str, ...], labels: Sequence[str]) -> tuple[str, ...]:
    """Choices beside the matter, to take little room; where they are many or long, one a line."""
    short = len(lines) <= _FEW and max(map(len, labels)) <= _SHORT_LABEL
    return ("　".join(lines),) if short else lines


def _how(card: Card, numbers: Sequence[int], asks: Asks | None) -> str:
    """How to answer; where several may be chosen, with an example of two of these numbers."""
    named = [number for number, choice in zip(numbers, card.choices, strict=True) if choice.pick]
    pickable = named or list(numbers)
    if asks and asks.multiple and len(pickable) > 1:
        return SEVERAL.format(example=f"{pickable[0]}、{pickable[1]}")
    return ANY_WAY
