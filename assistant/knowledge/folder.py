"""Check a knowledge folder as an editor left it, fit to be served or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from assistant.knowledge.check import check_references
from assistant.knowledge.finding import Finding
from assistant.knowledge.load import LISTS, read_folder
from assistant.knowledge.numbers import check_numbers
from assistant.knowledge.questions import ACTS, BARE, BY_ENTRY, NOT_OURS, SEVERAL, VAGUE

_OTHERS = {"catalog.yaml", "general.yaml", "demo/catalog.yaml", *BY_ENTRY, NOT_OURS, BARE, VAGUE, SEVERAL, ACTS}


def check_folder(root: Path, *, demo: bool, today: dt.date) -> list[Finding]:
    """Everything wrong with a folder. The caller decides what an error means; see `finding.errors_in`."""
    knowledge, reading = read_folder(root, demo=demo)
    findings = [*reading.findings, *_not_read(root)]
    if knowledge is None:
        findings += check_numbers(reading.files)
    else:
        findings += check_references(knowledge, reading.files, today=today)
    return sorted(set(findings))


def _not_read(root: Path) -> Iterator[Finding]:
    """YAML files that nobody reads, because of their name or their folder."""
    expected = _OTHERS | {f"{name}.yaml" for name in LISTS}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() not in (".yaml", ".yml") or not path.is_file() or name in expected:
            continue
        if not (path.parent == root / "guides" and path.suffix == ".yaml"):
            yield Finding(name, 1, 1, "", "这个文件不会被读：指南放在 guides/ 里，文件名以 .yaml 结尾", "warning")
