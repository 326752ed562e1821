"""Read a knowledge folder into one Knowledge, or say with file, line and column what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from assistant.errors import KnowledgeError
from assistant.knowledge import model as m
from assistant.knowledge import questions as q
from assistant.knowledge.check import check_references
from assistant.knowledge.finding import Finding
from assistant.knowledge.whole import Knowledge
from assistant.knowledge.yamlfile import YamlFile, parsed, validated

LISTS: dict[str, Any] = {
    "sources": m.Source,
    "materials": m.SharedMaterial,
    "confusions": m.ConfusionGroup,
    "acts": m.Act,
    "unlisted": m.Unlisted,
    "redirects": m.Redirect,
    "industries": m.Industry,
    "enterprise_types": m.EnterpriseType,
    "procedures": m.Procedure,
    "situations": m.Situation,
    "holidays": m.HolidayYear,
}
_MAY_BE_ABSENT = {"holidays"}  # then nothing differs from the calendar that the service brings


Instead = Mapping[str, str | None]  # texts to read in the place of files; None: as if the file were not there


class Reading:
    """Files read so far and what was wrong with them."""

    def __init__(self, root: Path, instead: Instead | None = None) -> None:
        self.root = root
        self.instead = instead or {}
        self.files: dict[str, YamlFile] = {}
        self.findings: list[Finding] = []
        self._digest = hashlib.sha256()

    def one(self, relative: str, kind: Any) -> Any | None:
        """The file as `kind`; None, and findings, where it cannot be."""
        path = self.root / relative
        if not self.has(relative):
            self.findings.append(Finding(relative, 1, 1, "", "缺少这个文件，请从上一个版本恢复"))
            return None
        text = self.instead.get(relative)
        raw = path.read_bytes() if text is None else text.encode("utf-8", "surrogatepass")
        self._digest.update(relative.encode())
        self._digest.update(raw)
        file, value, findings = _read_as(relative, raw, kind)
        self.findings += findings
        if file is not None:
            self.files[relative] = file
        return value

    def by_id(self, relative: str, kind: Any) -> dict[str, Any]:
        """A file that is a list of things with ids, keyed by id; an id written twice is a finding."""
        result: dict[str, Any] = {}
        for index, entry in enumerate(self.one(relative, tuple[kind, ...]) or ()):
            if entry.id in result:
                self.findings.append(self.files[relative].finding((index,), f"编号“{entry.id}”用了两次，请改一个"))
            result[entry.id] = entry
        return result

    def questions(self) -> q.Questions:
        """The questions to learn from, as far as the folder has any."""
        by_entry: dict[str, tuple[str, ...]] = {}
        for relative in q.BY_ENTRY:
            by_entry |= self._if_there(relative, dict[str, tuple[str, ...]]) or {}
        return q.Questions(
            by_entry,
            not_ours=self._if_there(q.NOT_OURS, tuple[str, ...]) or (),
            bare=self._if_there(q.BARE, tuple[str, ...]) or (),
            vague=self._if_there(q.VAGUE, tuple[q.Vague, ...]) or (),
            acts=self._if_there(q.ACTS, tuple[q.Wanting, ...]) or (),
            several=self._if_there(q.SEVERAL, tuple[q.Several, ...]) or (),
        )

    def _if_there(self, relative: str, kind: Any) -> Any | None:
        """A file that a folder need not have."""
        return self.one(relative, kind) if self.has(relative) else None

    def has(self, relative: str) -> bool:
        """Whether the folder has this file."""
        if relative in self.instead:
            return self.instead[relative] is not None
        return (self.root / relative).is_file()

    def guides(self) -> list[str]:
        """The ids of the guides, whether they can be read or not."""
        names = {f"guides/{path.name}" for path in (self.root / "guides").glob("*.yaml")}
        names |= {name for name in self.instead if name.startswith("guides/")}
        return [name.removeprefix("guides/").removesuffix(".yaml") for name in sorted(names) if self.has(name)]

    @property
    def digest(self) -> str:
        """The SHA-256 over all files read so far."""
        return self._digest.hexdigest()


@lru_cache(maxsize=256)
def _read_as(relative: str, raw: bytes, kind: Any) -> tuple[YamlFile | None, Any | None, tuple[Finding, ...]]:
    """A file with these bytes as `kind`; when one file of the folder has changed, the others are not read again (20 MB)."""
    file, unreadable = parsed(raw, relative)
    if file is None:
        return None, None, tuple(unreadable)
    value, findings = validated(file, TypeAdapter(kind))
    return file, value, (*unreadable, *findings)


def read_folder(root: Path, *, demo: bool = False, instead: Instead | None = None) -> tuple[Knowledge | None, Reading]:
    """All files of a folder; the Knowledge is None where a file could not be read as what it should be."""
    reading = Reading(root, instead)
    shelves = {
        name: reading.by_id(f"{name}.yaml", kind)
        for name, kind in LISTS.items()
        if name not in _MAY_BE_ABSENT or reading.has(f"{name}.yaml")
    }
    catalogue = reading.one("catalog.yaml", m.Catalogue)
    general = reading.one("general.yaml", m.General)
    overlay = reading.one("demo/catalog.yaml", m.DemoOverlay) if demo else None
    guides: dict[str, m.Guide] = {}
    for own in reading.guides():
        guide = reading.one(f"guides/{own}.yaml", m.Guide)
        if guide is not None:
            guides[own] = guide
    questions = reading.questions()
    if catalogue is None or general is None or any(finding.level == "error" for finding in reading.findings):
        return None, reading
    rules = [*catalogue.local_rules, *(overlay.local_rules if overlay else ())]
    knowledge = Knowledge(
        digest=reading.digest,
        sources=shelves["sources"],
        materials=shelves["materials"],
        departments={d.id: d for d in catalogue.departments},
        regions={r.id: r for r in (*catalogue.regions, *(overlay.regions if overlay else ()))},
        windows={w.id: w for w in (*catalogue.windows, *(overlay.windows if overlay else ()))},
        items={i.id: i for i in catalogue.items},
        topics={t.id: t for t in catalogue.topics},
        guides={gid: guide for gid, guide in guides.items() if guide.published},
        groups=shelves["confusions"],
        acts=shelves["acts"],
        unlisted=shelves["unlisted"],
        redirects=shelves["redirects"],
        industries=shelves["industries"],
        enterprise_types=shelves["enterprise_types"],
        procedures=shelves["procedures"],
        situations=shelves["situations"],
        holidays=shelves.get("holidays", {}),
        general=general,
        local_rules={(rule.region, rule.item): rule for rule in rules},
        questions=questions,
    )
    return knowledge, reading


def load(root: Path, *, demo: bool = False, instead: Instead | None = None) -> Knowledge:
    """The checked Knowledge of a folder; KnowledgeError with all findings where it is not fit to be served."""
    knowledge, reading = read_folder(root, demo=demo, instead=instead)
    findings = list(reading.findings)
    if knowledge is not None:
        findings += check_references(knowledge, reading.files)
    errors = [finding for finding in findings if finding.level == "error"]
    if knowledge is None or errors:
        listed = "\n".join(map(str, errors[:20]))
        raise KnowledgeError(f"知识库有 {len(errors)} 处错误，没有载入：\n{listed}", tuple(errors))
    return knowledge
