"""The checklist on paper: PDF by typst, Word by a template that the city may edit."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.checklist.model import Checklist
from assistant.render import press
from assistant.render.paper import paper

WORD_TEMPLATE = "zhuxiao-qingdan"


def notice_pdf(checklist: Checklist, address: str, code: str, *, big: bool = False) -> bytes:
    """A4 sheets to hand over at the counter."""
    return press.pdf(
        "notice.typ",
        paper=json.dumps(paper(checklist, address, code), ensure_ascii=False),
        qr=press.qr(address, "svg").decode(),
        size="15" if big else "11",
    )


def notice_docx(checklist: Checklist, address: str, code: str, templates: Path) -> bytes:
    """A Word file to write on, by the template that the city keeps in a folder; NotFound where it has none."""
    return press.word(templates / f"{WORD_TEMPLATE}.docx", paper(checklist, address, code), address, "qr")
