"""The checklist on paper: PDF by typst, Word by a template that the city may edit."""

from __future__ import annotations

import io
import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

import segno

from assistant.checklist.model import Checklist
from assistant.errors import NotFound
from assistant.render.paper import paper

_HERE = Path(__file__).parent
_FONTS = _HERE / "fonts"
WORD_TEMPLATE = "zhuxiao-qingdan"
_STANDARDS = ["a-2a", "ua-1"]  # to be kept for ever (PDF/A), to be read aloud (PDF/UA)
_ONE_AT_A_TIME = threading.Lock()  # the compiler keeps fonts and pages of the last paper: four times as fast


def notice_pdf(checklist: Checklist, address: str, code: str, *, big: bool = False) -> bytes:
    """A4 sheets to hand over at the counter; everything on them comes as data, never as typst code."""
    told = {
        "paper": json.dumps(paper(checklist, address, code), ensure_ascii=False),
        "qr": _qr(address, "svg").decode(),
        "size": "15" if big else "11",
    }
    with _ONE_AT_A_TIME:
        content: bytes = _compiler().compile(format="pdf", sys_inputs=told, pdf_standards=_STANDARDS)
    return content


def notice_docx(checklist: Checklist, address: str, code: str, templates: Path) -> bytes:
    """A Word file to write on, by the template that the city keeps in a folder; NotFound where it has none."""
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    path = templates / f"{WORD_TEMPLATE}.docx"
    if not path.is_file():
        raise NotFound("Word 版的样子现在没有，请下载打印版。")
    template = DocxTemplate(path)
    picture = InlineImage(template, io.BytesIO(_qr(address, "png")), width=Mm(24))
    template.render({**paper(checklist, address, code), "qr": picture}, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


@cache
def _compiler() -> Any:
    """Typst with our fonts and no others."""
    import typst
    from pylopdf_fonts_zh_cn import serif_path

    fonts = [serif_path().parent, _FONTS]
    return typst.Compiler(_HERE / "notice.typ", root=_HERE, font_paths=fonts, ignore_system_fonts=True)


def _qr(address: str, kind: str) -> bytes:
    """The address of the checklist as a picture."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind=kind, scale=6, border=1)
    return out.getvalue()
