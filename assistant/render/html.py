"""What HTML pages need of a text: telephone links, numbered steps, questions with answers, QR codes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

import segno
from markupsafe import Markup, escape

from assistant.cards import Card, Line

HOTLINE = "12345"
FICTIONAL = "000"  # what the telephone numbers of the fictional 示例市 start with: nobody may dial them
_STEP = re.compile(r"^(\d{1,2})[.、]\s*(.+)$", re.S)
_QUESTION = re.compile(r"^问：(.+?)\s+答：(.+)$", re.S)
_SPACE = re.compile(r"[\s-]+")


def telephone(phone: str, text: str | None = None) -> Markup:
    """A link that dials; the numbers of the fictional 示例市 stay words."""
    number = _SPACE.sub("", phone)
    if number.startswith(FICTIONAL):
        return Markup('<span class="phone">{}</span>').format(phone)
    return Markup('<a class="phone" href="tel:{}">{}</a>').format(number, text or phone)


def linked(line: Line) -> Markup:
    """The text of a line in which its telephone number, or the whole text, is a link."""
    if line.phone and line.phone in line.text:
        before, _, after = line.text.partition(line.phone)
        return escape(before) + telephone(line.phone) + escape(after)
    if line.phone:
        return escape(line.text) + Markup(" ") + telephone(line.phone, f"拨打 {line.phone}")
    return Markup('<a href="{}">{}</a>').format(line.href, line.text) if _followable(line.href) else escape(line.text)


def _followable(href: str | None) -> bool:
    """Whether a link may be followed: our own pages and plain web addresses, never `javascript:`."""
    return bool(href) and bool(re.match(r"(/(?!/)|https?://)", href or ""))


def stepped(line: Line) -> tuple[str | None, Line]:
    """The number a step starts with, and the line without it."""
    found = _STEP.match(line.text)
    return (found[1], line.model_copy(update={"text": found[2]})) if found else (None, line)


def questioned(line: Line) -> tuple[str, str] | None:
    """A question and its answer, where a line holds both."""
    found = _QUESTION.match(line.text)
    return (found[1], found[2]) if found else None


def titled(line: Line) -> tuple[str | None, Line]:
    """The short name before the first colon (a material, an act), and the line without it."""
    name, colon, rest = line.text.partition("：")
    if not colon or not rest or len(name) > 40:
        return None, line
    return name, line.model_copy(update={"text": rest})


def hotline(card: Card) -> str:
    """Whom to call about the open facts of a card: the first number beside one of them, else 12345."""
    lines = [line for section in card.sections for line in section.lines]
    first = next((line.phone for line in lines if line.tag == "待核" and line.phone), None)
    return first or next((line.phone for line in lines if line.phone), None) or HOTLINE


def has_tag(card: Card, tag: str) -> bool:
    """Whether any line of a card is tagged so."""
    return any(line.tag == tag for section in card.sections for line in section.lines)


def qr(address: str) -> Markup:
    """A QR code as an inline SVG that takes the size its place gives it."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, svgclass="qr", lineclass=None, nl=False
    )
    return Markup(out.getvalue().decode())  # drawn by segno from the address, holds no text


def by_letter(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Ids by the capital their name starts with in pinyin, letters in order."""
    from assistant.text import initials

    shelves: dict[str, list[str]] = {}
    for guide_id, name in sorted(names, key=lambda pair: initials(pair[1])):
        first = initials(name)[:1].upper()
        shelves.setdefault(first if first.isalpha() else "#", []).append(guide_id)
    return dict(sorted(shelves.items()))
