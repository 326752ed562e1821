"""Filling the Word templates of `knowledge/forms/`, which the city edits; a wrong name in one is told, not printed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.errors import NotFound
from assistant.forms.offered import FORMS, ONE_FORM

FOLDER = "forms"  # within the knowledge folder
NO_TEMPLATE = "这张表样现在没有，到窗口要一张。"
UNKNOWN = "{name}.docx 里写了“{{{{ {unknown} }}}}”，没有这个词可填，请照 forms/README.md 改"
MISSING = "缺少表样 {name}.docx，请从上一个版本恢复"


def filled(folder: Path, form_id: str, told: Mapping[str, Any]) -> bytes:
    """A form as a Word file; NotFound where its template is missing."""
    from docxtpl import DocxTemplate

    path = folder / f"{form_id}.docx"
    if not path.is_file():
        raise NotFound(NO_TEMPLATE)
    template = DocxTemplate(path)
    template.render(dict(told), autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def faults(folder: Path, known: frozenset[str]) -> list[str]:
    """What is wrong with the templates of a folder, in sentences for its editors."""
    from docxtpl import DocxTemplate

    found = []
    for form in (ONE_FORM, *FORMS):
        path = folder / f"{form.id}.docx"
        if not path.is_file():
            found.append(MISSING.format(name=form.id))
            continue
        unknown = DocxTemplate(path).get_undeclared_template_variables() - known
        found += [UNKNOWN.format(name=form.id, unknown=one) for one in sorted(unknown)]
    return found
