"""Each kind of card as plain text for WeChat: what everybody needs to read first, and what can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from assistant.cards import Card, Line, Section
from assistant.checklist.model import Checklist, Entry, MaterialLine
from assistant.guide_card import HEADINGS
from assistant.render.html import hotline, questioned, stepped
from assistant.render.paper import amount
from assistant.render.sheet import doors
from assistant.render.wechat_messages import News
from assistant.render.wechat_pieces import Block, joined, size

ABOUT, SOURCES = "先看清是不是这个证：", "这些话的出处："
OPEN = "标着〔待核〕的还没跟部门核实，去之前先打 {hotline} 问一声。"
OPEN_EACH = "标着〔待核〕的还没跟部门核实，去之前先打后面的电话问一声。"
FICTIONAL = "标着〔演示数据〕的地区、地址、电话都是编的，不能照着去办。"
WHOLE_GUIDE, WHOLE_LIST = "完整指南：", "完整清单（能打印、能发给家里人）："
BRING, GO = "要带：", "　去："
SO_MANY, FIRST_DOOR, NOT_REAL = "一共要办 {count} 样", "，先去{door}", "（演示数据，不能照着去办）"
FIRST = ("where", "materials", "phone", "ask_first")  # of a guide; the last two where there is room for them
FIRST_BESIDE_OTHERS = ("materials",)
_ALWAYS = 2  # sections
_ASK_FIRST = "先弄清"
_SHORT = 1300  # bytes of a checklist that is short enough to take in what to bring
_ROOMY = 1400  # bytes of a guide that leave room for the marks explained, the address of its page, its choices
_NO_TAGS = str.maketrans("<>", "＜＞")  # WeChat reads <a href> in a text as a link

Link = Callable[[str], str]


@dataclass(frozen=True)
class Part:
    """A card in words: what comes first, what stands right before its choices, what is sent if asked for."""

    first: tuple[Block, ...]
    closing: tuple[Block, ...] = ()
    more: tuple[Block, ...] = ()
    news: News | None = None


def part_of(card: Card, link: Link, *, several: bool, asked: bool) -> Part:
    """One card; `several` where other guides are answered beside it, `asked` where the turn asks something."""
    match card.kind:
        case "answer":
            part = _answer(card, link, FIRST_BESIDE_OTHERS if several or asked else FIRST)
            return replace(part, more=tuple(_named(card, part.more))) if several else part
        case "checklist" if card.checklist:
            return _checklist(card, Checklist.model_validate(_body(card)), link, addressed=asked)
        case _:
            more = (_sources(card),) if card.sources else ()
            return Part(tuple(_titled(card, [_plain(section, link) for section in card.sections])), more=more)


def shown(text: str) -> str:
    """Words as WeChat may show them: nothing in them is taken for a tag."""
    return text.translate(_NO_TAGS).strip()


def _answer(card: Card, link: Link, wanted: tuple[str, ...]) -> Part:
    """A guide: the section that was asked for, else what one needs before going; the rest can be asked for."""
    about = card.sections[0] if card.sections and not card.sections[0].heading else None
    sections = list(card.sections[1:] if about else card.sections)
    headings = [HEADINGS.get(name, _ASK_FIRST) for name in wanted]
    leading = sections[:1] if card.aspect else [one for name in headings for one in sections if one.heading == name]
    first = [_block(Section(lines=about.lines[:1]), link)] if about else []
    crowded: list[Section] = []
    for place, section in enumerate(leading):
        block = _block(section, link)
        if place < _ALWAYS or size(joined([*first, block])) <= _ROOMY:
            first.append(block)
        else:
            crowded.append(section)
    is_it_this = [Section(heading=ABOUT, lines=about.lines[1:])] if about and len(about.lines) > 1 else []
    rest = [one for one in sections if one not in leading]
    more = [_block(one, link) for one in (*crowded, *is_it_this, *rest)]
    calls = OPEN.format(hotline=hotline(card))
    page = (Block((f"{WHOLE_GUIDE}{link(f'/guides/{card.item.id}')}",)),) if card.item else ()
    return Part(
        first=tuple(_titled(card, first)),
        closing=(*_legend(first, calls), *page),
        more=(*more, *_legend(more, calls), *((_sources(card),) if card.sources else ())),
    )


def _checklist(card: Card, checklist: Checklist, link: Link, *, addressed: bool) -> Part:
    """A checklist: phase by phase what is done where, and the card that opens its page; `addressed` says where that is."""
    address = link(str((card.checklist or {})["url"]))
    head, phases = card.sections[0], card.sections[1 : 1 + len(checklist.phases)]
    first, told = [_plain(head, link)], set[Line]()
    for phase, section in zip(checklist.phases, phases, strict=True):
        first.append(Block(tuple(_by_door(phase.entries, section.lines, told, link)), _heading(section.heading)))
    more = [_block(one, link) for one in card.sections[1 + len(phases) :] if one.heading]
    if materials := [_material(one) for one in checklist.materials if not one.exempt]:
        bring = Block(("；".join(materials) + "。",), BRING)
        short = size(joined([*first, bring])) <= _SHORT
        (first if short else more).insert(len(first) if short else 0, bring)
    return Part(
        first=tuple(_titled(card, first)),
        closing=(*_legend(first, OPEN_EACH), *((Block((f"{WHOLE_LIST}{address}",)),) if addressed else ())),
        more=tuple(more),
        news=News(card.title or "", _in_short(checklist), address),
    )


def _in_short(checklist: Checklist) -> str:
    """A checklist in one line: how much there is to do, and the first door."""
    if not checklist.entries:
        return checklist.summary
    way = doors(checklist)
    first = FIRST_DOOR.format(door=way[0].window.name) if way else ""
    return SO_MANY.format(count=len(checklist.entries)) + first + "。" + (NOT_REAL if checklist.demo else "")


def _by_door(entries: Sequence[Entry], lines: Sequence[Line], told: set[Line], link: Link) -> Iterator[str]:
    """The entries of a phase and the door they go to; what was told of a door before is not said again."""

    def door(one: tuple[Entry, Line]) -> Line:
        entry, line = one
        return line.model_copy(update={"text": line.text.removeprefix(f"{entry.item.name}：")})

    for where, here in groupby(zip(entries, lines, strict=True), key=door):
        named = list(here)
        yield from (f"· {shown(entry.item.name)}" for entry, _ in named)
        yield GO + (shown(named[0][0].window.name) if where in told else _line(where, link))
        told.add(where)


def _material(material: MaterialLine) -> str:
    form = amount(material)
    return shown(material.name + (f"（{form}）" if form else "")) + ("〔待核〕" if material.state == "待核" else "")


def _body(card: Card) -> dict[str, object]:
    """The checklist in a card, without what the card adds to it."""
    return {key: value for key, value in (card.checklist or {}).items() if key not in ("token", "url")}


def _titled(card: Card, blocks: list[Block]) -> Iterator[Block]:
    """The blocks of a card, its title above the first."""
    title = f"【{shown(card.title)}】" if card.title else None
    for number, block in enumerate(blocks or ([Block(())] if title else [])):
        if number or not title:
            yield block
        elif block.heading or not block.lines:
            yield from (Block((title,)), *((block,) if block.lines else ()))
        else:
            yield Block(block.lines, title)


def _block(section: Section, link: Link) -> Block:
    """A section of several lines as a list: steps say which they are, questions stand above their answers."""
    listed = len(section.lines) > 1
    return Block(tuple(_item(line, link, listed=listed) for line in section.lines), _heading(section.heading))


def _plain(section: Section, link: Link) -> Block:
    """A section whose lines are sentences."""
    return Block(tuple(_line(line, link) for line in section.lines), _heading(section.heading))


def _item(line: Line, link: Link, *, listed: bool) -> str:
    number, step = stepped(line)
    if number:
        return f"第{number}步：{_line(step, link)}"
    if pair := questioned(line):
        answer = line.model_copy(update={"text": f"答：{pair[1]}"})
        return f"问：{shown(pair[0])}\n{_line(answer, link)}"
    return f"{'· ' if listed else ''}{_line(line, link)}"


def _line(line: Line, link: Link) -> str:
    """One line with all that goes with it: whom to call, whether it is confirmed, the address of a page."""
    text, mark = shown(line.text), f"〔{line.tag}〕" if line.tag else ""
    if line.phone and line.phone not in text:
        end = "。" if text.endswith("。") else ""
        text = f"{text.removesuffix('。')}{mark}，打 {line.phone}{end}"
    else:
        text += mark
    if line.href and line.href.startswith(("https://", "http://")):
        text += f"\n{line.href}"
    elif line.href and line.href.startswith("/"):
        text += f"\n{link(line.href)}"
    return text


def _heading(heading: str | None) -> str | None:
    if not heading:
        return None
    named = shown(heading)
    return named if named.endswith(("：", "？", "。")) else f"{named}："


def _legend(blocks: Sequence[Block], calls: str) -> Iterator[Block]:
    """What the marks in these blocks mean; `calls` says whom to call about what nobody confirmed."""
    marked = joined(blocks)
    lines = [calls] if "〔待核〕" in marked else []
    lines += [FICTIONAL] if "〔演示数据〕" in marked else []
    if lines:
        yield Block(tuple(lines))


def _named(card: Card, blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks that say which guide they are of."""
    for block in blocks:
        yield Block(block.lines, f"{shown(card.title or '')}，{block.heading}" if block.heading else None)


def _sources(card: Card) -> Block:
    return Block(("；".join(map(shown, card.sources)) + "。",), SOURCES)
