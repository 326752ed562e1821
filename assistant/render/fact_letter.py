"""The letter (核对函) that asks a department to check its facts: a Word file by the city's template, with a QR code."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from assistant.render import press
from assistant.text import cleaned

TEMPLATE = "bumen-heduihan.docx"
PICTURE = "二维码"


class LetterWords(TypedDict):
    """What stands on a 核对函; each row of 要核的 has 名称, 几条, 哪些."""

    部门: str
    日期: str
    截止: str
    件数: int
    窗口: str
    网址: str
    要核的: list[dict[str, Any]]


def as_docx(words: LetterWords, templates: Path) -> bytes:
    """The letter as a Word file by the template of a folder; NotFound where there is none."""
    rows = [
        {name: cleaned(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in words["要核的"]
    ]
    return press.word(templates / TEMPLATE, {**words, "要核的": rows}, words["网址"], PICTURE)


def names() -> frozenset[str]:
    """Every name that the template may use."""
    return frozenset(LetterWords.__annotations__) | {PICTURE}


def faults(folder: Path) -> list[str]:
    """What is wrong with the template, in sentences for whoever edits it."""
    from docxtpl import DocxTemplate

    if not (folder / TEMPLATE).is_file():
        return [f"缺少表样 {TEMPLATE}，请从上一个版本恢复"]
    unknown = DocxTemplate(folder / TEMPLATE).get_undeclared_template_variables() - names()
    return [f"{TEMPLATE} 里写了“{{{{ {one} }}}}”，没有这个词可填，请照 forms/README.md 改" for one in sorted(unknown)]
