"""One thing that is wrong with the knowledge: where, what, and how to mend it; and the ways to print many."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A fault or a warning at one place of one file, as a Chinese sentence."""

    file: str
    line: int
    column: int
    path: str
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place} {self.path}：{self.message}" if self.path else f"{place}：{self.message}"


def errors_in(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that keep a folder from being served."""
    return [finding for finding in findings if finding.level == "error"]


def as_text(findings: Sequence[Finding]) -> str:
    """Errors, then warnings, one a line, and a last line that counts them."""
    errors = errors_in(findings)
    warnings = [finding for finding in findings if finding.level == "warning"]
    lines = [*(f"错误  {finding}" for finding in errors), *(f"提醒  {finding}" for finding in warnings)]
    counted = f"{len(errors)} 处错误要改，{len(warnings)} 处提醒" if findings else "没有发现问题"
    return "\n".join([*lines, counted])


def as_json(findings: Sequence[Finding]) -> str:
    """What a program reads: the counts and each finding with its keys."""
    errors = len(errors_in(findings))
    whole = {"errors": errors, "warnings": len(findings) - errors, "findings": [asdict(f) for f in findings]}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def as_annotations(findings: Sequence[Finding], *, folder: str = "knowledge") -> str:
    """Lines that GitHub shows beside the code of a change; `folder` is where the knowledge lies in the repository."""
    return "\n".join(_annotation(finding, folder) for finding in findings)


def _annotation(finding: Finding, folder: str) -> str:
    file = _escaped(f"{folder}/{finding.file}" if folder else finding.file, ",:")
    text = f"{finding.path}：{finding.message}" if finding.path else finding.message
    return f"::{finding.level} file={file},line={finding.line},col={finding.column}::{_escaped(text, '')}"


def _escaped(text: str, also: str) -> str:
    """GitHub's escapes: percent and line ends everywhere, comma and colon in properties."""
    for sign in ("%", "\r", "\n", *also):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
