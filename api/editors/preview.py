"""A guide as people would see it if a text were published: on the page, in WeChat, on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from api.editors.words import kind_of
from assistant.cards import Card
from assistant.desk.steps import with_guide
from assistant.guide_card import guide_card
from assistant.knowledge import model as m
from assistant.knowledge.facts import guide_id
from assistant.knowledge.finding import Finding
from assistant.knowledge.schema import KINDS
from assistant.knowledge.whole import Knowledge
from assistant.knowledge.yamlfile import YamlFile, parsed, validated

GUIDES = "guides/"


@dataclass(frozen=True)
class Preview:
    """A guide in a knowledge that is not served yet; `why` is what there is to say where it cannot be shown."""

    guide_id: str
    knowledge: Knowledge
    card: Card | None = None
    why: str = ""


def read(text: str, path: str) -> tuple[YamlFile | None, Any, list[Finding]]:
    """A file by itself: its YAML, what it holds, and what is wrong with it before anybody looks at other files."""
    file, findings = parsed(text.encode("utf-8", "surrogatepass"), path)
    if file is None:
        return None, None, findings
    kind = KINDS.get(kind_of(path))
    if kind is None:  # questions to learn from: any list or mapping of sentences, which the whole check looks at
        return file, file.data, findings
    value, wrong = validated(file, TypeAdapter(kind))
    return file, value, [*findings, *wrong]


def preview(knowledge: Knowledge, path: str, text: str, region: str = "") -> Preview | None:
    """How the guide in a file would look; None for a file that is no guide."""
    if not path.startswith(GUIDES):
        return None
    own = guide_id(path)
    _, guide, findings = read(text, path)
    if not isinstance(guide, m.Guide):
        line = f"第 {findings[0].line} 行" if findings else "这里"
        return Preview(own, knowledge, why=f"{line}还有错，改好了这里就是群众看到的样子。")
    unknown = {name for name in _cited(guide) if name not in knowledge.sources}
    lost = {one.shared for one in guide.materials if one.shared and one.shared not in knowledge.materials}
    if unknown or lost:
        named = "、".join(f"“{one}”" for one in sorted(unknown | lost))
        return Preview(own, knowledge, why=f"{named}还没有登记，补上了这里才看得到。")
    known = with_guide(knowledge, own, guide)
    return Preview(own, known, guide_card(known, own, region=region if region in knowledge.regions else None))


def _cited(guide: m.Guide) -> set[str]:
    """The sources that a guide names, without the articles."""
    facts = (getattr(guide, name) for name in type(guide).model_fields)
    parts = [one for value in facts for one in (value if isinstance(value, tuple) else (value,))]
    return {cited.split(" ")[0] for one in parts for cited in getattr(one, "sources", ())}
