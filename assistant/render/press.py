"""The press: words become a PDF by typst or a Word file by a template, an address becomes a QR code."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import segno

from assistant.errors import NotFound

_HERE = Path(__file__).parent
_FONTS = _HERE / "fonts"
_STANDARDS = ["a-2a", "ua-1"]  # to be kept for ever (PDF/A), to be read aloud (PDF/UA)
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_ONE_AT_A_TIME = threading.Lock()  # a compiler keeps fonts and pages of the last paper: four times as fast


def pdf(template: str, **inputs: str) -> bytes:
    """A PDF by a template beside this module; what stands on it comes as data, never as typst code. The standards let
    no character stand that our fonts do not have: 〓 stands in its place."""
    import typst

    with _ONE_AT_A_TIME:
        try:
            return _compiled(template, inputs)
        except typst.TypstError as error:
            unknown = {_ESCAPED.sub(_character, one) for one in _NO_GLYPH.findall(error.diagnostic)}
            if not unknown:
                raise
            rare = re.compile("|".join(map(re.escape, unknown)))
            return _compiled(template, {name: rare.sub("〓", value) for name, value in inputs.items()})


def word(template: Path, words: Mapping[str, Any], address: str | None, picture: str) -> bytes:
    """A Word file by a template that the city edits, the QR code where it names the picture; NotFound without a template."""
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    if not template.is_file():
        raise NotFound("Word 版的样子现在没有，请下载打印版。")
    document = DocxTemplate(template)
    code = InlineImage(document, io.BytesIO(qr(address, "png")), width=Mm(24)) if address else ""
    document.render({**words, picture: code}, autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def qr(address: str, kind: Literal["svg", "png"]) -> bytes:
    """An address as a picture."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind=kind, scale=6, border=1)
    return out.getvalue()


def _compiled(template: str, inputs: Mapping[str, str]) -> bytes:
    content: bytes = _compiler(template).compile(format="pdf", sys_inputs=dict(inputs), pdf_standards=_STANDARDS)
    return content


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))


@cache
def _compiler(template: str) -> Any:
    """Typst with our fonts and no others."""
    import typst
    from pylopdf_fonts_zh_cn import serif_path

    fonts = [serif_path().parent, _FONTS]
    return typst.Compiler(_HERE / template, root=_HERE, font_paths=fonts, ignore_system_fonts=True)
