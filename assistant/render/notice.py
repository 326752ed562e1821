"""The checklist on paper: PDF by typst, Word by a template that the city may edit."""

from __future__ import annotations

import io
import json
from pathlib import Path

import segno

from assistant.checklist.model import Checklist
from assistant.render.paper import paper

_HERE = Path(__file__).parent


def notice_pdf(checklist: Checklist, address: str) -> bytes:
    """A4 sheets to hand over at the counter; everything on them comes as data, never as typst code."""
    import typst
    from pylopdf_fonts_zh_cn import serif_path

    content: bytes = typst.compile(
        _HERE / "notice.typ",
        root=_HERE,
        font_paths=[serif_path().parent],
        ignore_system_fonts=True,
        sys_inputs={
            "paper": json.dumps(paper(checklist, address), ensure_ascii=False),
            "qr": _qr(address, "svg").decode(),
        },
    )
    return content


def notice_docx(checklist: Checklist, address: str) -> bytes:
    """A Word file to write on."""
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    template = DocxTemplate(_HERE / "notice.docx")
    picture = InlineImage(template, io.BytesIO(_qr(address, "png")), width=Mm(24))
    template.render({**paper(checklist, address), "qr": picture}, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _qr(address: str, kind: str) -> bytes:
    """The address of the checklist as a picture."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind=kind, scale=6, border=1)
    return out.getvalue()
