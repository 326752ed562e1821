"""What the knowledge says of each guide, as far as it helps to learn how people name it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_ENDINGS = re.compile(r"(核发|审批|核准|许可|登记|认定|资格认定|设立审批|设立许可|经营许可)$")
_BRACKETS = re.compile(r"[（(]([^）)]*)[）)]")
_LETTERS = re.compile("[a-z]")
FEW_LETTERS = 5
KEPT_FOR_WEIGHING = 2  # the third of three, as assistant/knowledge/questions.py has it


@dataclass
class Known:
    """One guide, unlisted thing or other procedure: its names, who holds and issues it, what it is confused with."""

    id: str
    name: str
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    scope: tuple[str, ...]
    summary: str = ""
    issuers: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()  # how the question of a confusion group tells this one from the others
    samples: tuple[str, ...] = ()  # 常见问法: for measuring only, never for training
    questions: tuple[str, ...] = ()  # knowledge/questions: for training; every third is kept for weighing the channels
    confused_with: set[str] = field(default_factory=set)
    shared_words: set[str] = field(default_factory=set)  # what people say when they may mean another one too
    is_guide: bool = True

    @property
    def phrases(self) -> tuple[str, ...]:
        """The texts the finder compares a question with."""
        return tuple(dict.fromkeys((*self.names, *self.aliases, *self.scope)))


def _texts(value: Any) -> tuple[str, ...]:
    """A YAML value as texts: one counts as a list of one."""
    if value is None:
        return ()
    return tuple(str(v).strip() for v in (value if isinstance(value, list) else [value]) if str(v).strip())


def spoken_names(name: str, certificate: str | None) -> tuple[str, ...]:
    """The official name, what is left without brackets and official endings, and the name on the certificate."""
    bare = _BRACKETS.sub("", name)
    found = [name, bare, *(_ENDINGS.sub("", n) for n in (name, bare)), *_BRACKETS.findall(name), certificate or ""]
    return tuple(dict.fromkeys(n for n in found if len(n) >= 3))


def _read(path: Path) -> Any:
    """A YAML file's value, or nothing where the file is not there."""
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or []) if path.is_file() else []


def _asked(folder: Path) -> dict[str, tuple[str, ...]]:
    """The questions to learn from, by guide: two of three, and none in pinyin, which is written out before encoding."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        content = _read(path)
        if isinstance(content, dict):
            for guide_id, questions in content.items():
                own = [q for n, q in enumerate(_texts(questions)) if n % 3 != KEPT_FOR_WEIGHING]
                found[guide_id] = tuple(q for q in own if len(_LETTERS.findall(q)) <= FEW_LETTERS)
    return found


def load_known(root: Path) -> dict[str, Known]:
    """Everything the knowledge folder names, by id, in the order of the ids."""
    catalogue: dict[str, Any] = _read(root / "catalog.yaml") or {}
    departments = {d["编号"]: (d["名称"], *_texts(d.get("别名"))) for d in catalogue.get("部门", ())}
    listed = {i["编号"]: i for i in (*catalogue.get("事项", ()), *catalogue.get("其他指南", ()))}
    known: dict[str, Known] = {}
    asked = _asked(root / "questions")
    for path in sorted((root / "guides").glob("*.yaml")):
        guide, item = _read(path), listed.get(path.stem, {})
        if not isinstance(guide, dict) or "名称" not in guide:
            continue
        known[path.stem] = Known(
            id=path.stem,
            name=guide["名称"],
            names=spoken_names(guide["名称"], item.get("证名")),
            aliases=_texts(guide.get("别名")),
            scope=_texts(guide.get("范围")),
            summary=str(guide.get("一句话", "")),
            issuers=departments.get(item.get("部门", ""), ()),
            samples=_texts(guide.get("常见问法")),
            questions=asked.get(path.stem, ()),
        )
    for thing in (*_read(root / "unlisted.yaml"), *_read(root / "redirects.yaml")):
        words = (*_texts(thing.get("别名")), *_texts(thing.get("说法")))
        known.setdefault(
            thing["编号"], Known(thing["编号"], thing["名称"], (thing["名称"],), words, (), is_guide=False)
        )
    _add_confusions(known, root)
    _add_trades(known, root)
    return known


def _add_confusions(known: dict[str, Known], root: Path) -> None:
    """Note who is confused with whom, by which words, and by what they are told apart."""
    for group in _read(root / "confusions.yaml"):
        members = [o["指南"] for o in group["选项"] if o["指南"] in known]
        for option in group["选项"]:
            one = known.get(option["指南"])
            if one is None:
                continue
            one.confused_with |= set(members) - {one.id}
            one.shared_words |= set(_texts(group["叫法"]))
            one.signs += (*_texts(option["说法"]), *(s for s in _texts(option.get("标志词")) if len(s) >= 2))


def _add_trades(known: dict[str, Known], root: Path) -> None:
    """Note the trades that must have a licence."""
    for industry in _read(root / "industries.yaml"):
        for guide_id in _texts(industry.get("必有")):
            if guide_id in known:
                known[guide_id].trades += (industry["名称"], *_texts(industry.get("别名")))
