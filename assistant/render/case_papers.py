"""The papers of a case as files: PDF by typst, Word by templates that the city edits, the meeting report as a workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.render import press
from assistant.render.case_words import HandoverWords, Kind, NoticeWords, Paper, ReceiptWords, ReportWords
from assistant.text import cleaned

PICTURE = "二维码"
WORD_TEMPLATES: dict[Kind, tuple[str, type]] = {  # each with the words that it may use
    "notice": ("yicixing-gaozhishu", NoticeWords),
    "handover": ("bumen-jiaojiedan", HandoverWords),
    "receipt": ("shouli-huizhi", ReceiptWords),
    "report": ("huishang-baogao", ReportWords),
}


def as_pdf(paper: Paper, *, big: bool = False) -> bytes:
    """A4 sheets to print, in large type where that is wanted."""
    return press.pdf(
        f"case_{paper.kind}.typ",
        words=json.dumps(_printable(paper.words), ensure_ascii=False),
        qr=press.qr(paper.address, "svg").decode() if paper.address else "",
        size="15" if big else "11",
    )


def as_docx(paper: Paper, templates: Path) -> bytes:
    """A Word file by the city's template of a folder; NotFound where it has none."""
    name, _ = WORD_TEMPLATES[paper.kind]
    return press.word(templates / f"{name}.docx", _printable(paper.words), paper.address, PICTURE)


def names(kind: Kind) -> frozenset[str]:
    """Every name that the Word template of a paper may use."""
    return frozenset(WORD_TEMPLATES[kind][1].__annotations__) | {PICTURE}


def faults(folder: Path) -> list[str]:
    """What is wrong with the Word templates of a folder, in sentences for its editors."""
    from docxtpl import DocxTemplate

    found = []
    for kind, (name, _) in WORD_TEMPLATES.items():
        path = folder / f"{name}.docx"
        if not path.is_file():
            found.append(f"缺少表样 {name}.docx，请从上一个版本恢复")
            continue
        unknown = DocxTemplate(path).get_undeclared_template_variables() - names(kind)
        found += [
            f"{name}.docx 里写了“{{{{ {one} }}}}”，没有这个词可填，请照 forms/README.md 改" for one in sorted(unknown)
        ]
    return found


def _printable(words: Any) -> Any:
    """The same words without characters that no paper can hold."""
    if isinstance(words, str):
        return cleaned(words)
    if isinstance(words, Mapping):
        return {name: _printable(value) for name, value in words.items()}
    return [_printable(one) for one in words] if isinstance(words, list) else words
