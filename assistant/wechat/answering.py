"""What is answered to what was heard: most of it by the dialogue, the rest here."""

from __future__ import annotations

import asyncio
import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant import phrases
from assistant.cards import Card, Choice, Line, Section, Turn
from assistant.cards import words as say
from assistant.cases.reading import number_of
from assistant.cases.store import Cases
from assistant.checklist_card import checklist_card
from assistant.errors import NotFound
from assistant.issued import CODE_LENGTH, IssuedChecklists
from assistant.knowledge.whole import Knowledge
from assistant.render.wechat import messages
from assistant.render.wechat_messages import Message, Text
from assistant.wechat import words
from assistant.wechat.deliveries import Deliveries
from assistant.wechat.inbound import Heard, Kind
from assistant.wechat.kept import Kept
from assistant.wechat.numbers import NumberBook
from assistant.wechat.ratings import rated
from assistant.wechat.subscriptions import Subscriptions

LOOKS_FOR = 2.5  # seconds that somebody who asks for a late answer is kept waiting
LOOK_EVERY = 0.2  # seconds
LOOK = Choice(label=words.LOOK, payload="wechat:look")
_ENDS = re.compile(r"[\s。.！!，,“”\"吧]+$")
_SORRY = {
    Kind.VOICE: words.NO_VOICE,
    Kind.PICTURE: words.NO_PICTURE,
    Kind.FILM: words.NO_FILM,
    Kind.LINK: words.NO_LINK,
    Kind.STRANGE: words.NOT_READ,
}


class Conversations(Protocol):
    """The dialogue."""

    async def say(self, conversation_id: str, *, text: str | None = None, payload: str | None = None) -> Turn:
        """The answer to a message or to a tapped choice; never raises."""
        ...


@dataclass(frozen=True)
class _Numbers:
    """The number book of one conversation."""

    book: NumberBook
    conversation: str

    def give(self, choices: Sequence[Choice]) -> list[int]:
        """A number for each choice, that leads to it from now on."""
        return self.book.give(self.conversation, choices)


@dataclass(frozen=True)
class Pages:
    """Where our pages are: `link` makes a full address of a path, `bound` is one that goes on with this conversation."""

    link: Callable[[str], str]
    bound: Callable[[], str]


@dataclass(frozen=True)
class Answering:
    """What answers; `days` is for how many days a silent conversation is kept."""

    conversations: Conversations
    knowledge: Knowledge
    checklists: IssuedChecklists
    numbers: NumberBook
    kept: Kept
    deliveries: Deliveries
    subscriptions: Subscriptions
    cases: Cases
    days: int

    async def answer(self, heard: Heard, conversation: str, pages: Pages) -> list[Message]:
        """The messages that answer it, none where nobody expects any."""
        if heard.kind in (Kind.LEFT, Kind.SILENT):
            return []
        found = await self._found(heard, conversation, pages)
        if isinstance(found, list):
            return found
        return await asyncio.to_thread(messages, found, _Numbers(self.numbers, conversation), link=pages.link)

    def look(self, conversation: str) -> int:
        """The number that asks for a late answer."""
        return self.numbers.give(conversation, [LOOK])[0]

    async def _found(self, heard: Heard, conversation: str, pages: Pages) -> Turn | list[Message]:
        match heard.kind:
            case Kind.SAID | Kind.CHOSE | Kind.TAPPED:
                return await self._said(heard, conversation, pages)
            case Kind.PLACE:
                county = county_in(self.knowledge, heard.text)
                return (
                    await self._tell(conversation, words.SHOP_IN.format(place=county)) if county else _turn(_NO_PLACE)
                )
            case Kind.FOLLOWED:
                hello = say(phrases.HELLO, phrases.HELLO_NEXT, words.FOLLOWED.format(days=self.days))
                return _turn(hello, *(await asyncio.to_thread(self._scene, heard)))
            case Kind.SCANNED:
                return _turn(*(await asyncio.to_thread(self._scene, heard) or (_UNKNOWN_CODE,)))
            case _:
                return _turn(say(_SORRY[heard.kind]))

    async def _said(self, heard: Heard, conversation: str, pages: Pages) -> Turn | list[Message]:
        """A choice by its number or words, what waits to be seen, progress of a case, or a sentence for the dialogue."""
        word = _ENDS.sub("", unicodedata.normalize("NFKC", heard.text))
        payload = await asyncio.to_thread(self.numbers.means, conversation, heard.text)
        looks = payload == LOOK.payload
        if looks or word in (words.LOOK, words.GO_ON):
            waiting = await self._waiting(heard.openid, conversation, begun=word == words.GO_ON)
            if waiting or looks:
                return waiting or [Text(words.NOTHING_KEPT)]
        elif payload is not None:
            thanks = await asyncio.to_thread(rated, self.cases, payload)
            return _turn(thanks) if thanks else await self.conversations.say(conversation, payload=payload)
        elif word in words.WEB:
            return [Text(f"{words.WEB_PAGE}\n{pages.bound()}")]
        card = await asyncio.to_thread(self.subscriptions.said, heard.openid, heard.text)
        if card:
            return _turn(card)
        said = await asyncio.to_thread(self.numbers.in_words, conversation, heard.text)
        return await self._tell(conversation, said)

    async def _waiting(self, openid: str, conversation: str, *, begun: bool) -> list[Message]:
        """What waits to be seen, once it is there; where it takes longer, that it does."""
        until = time.monotonic() + LOOKS_FOR
        while not (waiting := await asyncio.to_thread(self.kept.take, openid, begun=begun)):
            if not await asyncio.to_thread(self.deliveries.awaits, openid):
                # Between our look and this one it may have come.
                return await asyncio.to_thread(self.kept.take, openid, begun=begun)
            if time.monotonic() > until:
                number = await asyncio.to_thread(self.look, conversation)
                return [Text(words.STILL_LOOKING.format(number=number))]
            await asyncio.sleep(LOOK_EVERY)
        return waiting

    async def _tell(self, conversation: str, text: str) -> Turn:
        return await self.conversations.say(conversation, text=text)

    def _scene(self, heard: Heard) -> tuple[Card, ...]:
        """What a scanned code stands for: c_ and a checklist, p_ and the number of a case; nothing for any other."""
        kind, _, rest = heard.text.partition("_")
        if kind == "c":
            try:
                token = (self.checklists.by_code(rest) or "") if len(rest) == CODE_LENGTH else rest
                card = checklist_card(self.checklists.get(token), token)
            except NotFound:
                return (say(words.NO_LIST),)
            return (card.model_copy(update={"choices": ()}),)
        if kind == "p" and (number := number_of(rest)) != "-":
            asks = self.subscriptions.said(heard.openid, number) or say()
            page = Line(text=words.CASE_TOO, href=f"{words.CASE_PAGE}?number={number}")
            return (asks.model_copy(update={"sections": (*asks.sections, Section(lines=(page,)))}),)
        return ()


def county_in(knowledge: Knowledge, label: str) -> str | None:
    """The county that the name of a place lies in: by its own name, or by a smaller one where our prefecture is named."""
    regions = knowledge.regions.values()
    counties = [one for one in regions if one.level == "县"]
    above = {one.id for one in regions if one.level == "地区" and _named(label, (one.name, *one.aliases))}
    for one in counties:
        if one.name in label:
            return one.name
    for one in counties:
        if one.parent in above and _named(label, (*one.aliases, *one.places)):
            return one.name
    return None


def _named(label: str, names: Sequence[str]) -> bool:
    return any(name in label for name in names if not name.isascii())


def _turn(*cards: Card) -> Turn:
    return Turn(status="answered", cards=cards)


_NO_PLACE = say(words.NO_PLACE)
_UNKNOWN_CODE = Card(kind="text", sections=(Section(lines=(Line(text=words.UNKNOWN_CODE, href=words.CASE_PAGE),)),))
