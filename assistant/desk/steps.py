"""One step from a question without answer to a draft: a name, a sample question, another procedure, a new guide.

Only the lines that must change do: comments, order and quoting stay as the editor left them.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from assistant.annex.draft import OPEN, placed
from assistant.desk.drafts import Draft, Drafts, Typed
from assistant.desk.effect import changed
from assistant.desk.simple_changes import rewritten
from assistant.errors import Refused
from assistant.knowledge import model as m
from assistant.knowledge.new_guide import new_guide
from assistant.knowledge.whole import Knowledge
from assistant.knowledge.yamlfile import YamlFile, parsed, validated
from assistant.sounds import sounds
from assistant.text import compact

LONGEST, LONGEST_REPLY = 60, 200  # characters of a phrase, of a reply
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
REDIRECTS = "redirects.yaml"
SAMPLES, ALIASES = "常见问法", "别名"


@dataclass(frozen=True)
class Proposed:
    """A file as it would be, and the phrases that are new in it."""

    path: str
    text: str
    phrases: tuple[str, ...]
    about: str  # the guide or the redirect
    draft: Draft  # what was seen


def add_to_guide(drafts: Drafts, guide_id: str, key: str, phrases: Sequence[str]) -> Proposed:
    """New names (别名) or sample questions (常见问法) of a guide."""
    draft = drafts.open(f"guides/{guide_id}.yaml")
    if not draft.text:
        raise Refused(f"没有“{guide_id}”这份指南，请从名单里挑。")
    return _proposed(draft, draft.text, guide_id, lambda guide: _added(guide, key, phrases, m.Guide))


def add_to_redirect(drafts: Drafts, redirect: str, phrases: Sequence[str]) -> Proposed:
    """New sample questions of another procedure (redirects.yaml)."""

    def change(entries: list[dict[str, Any]]) -> tuple[str, ...]:
        entry = next((one for one in entries if one.get("编号") == redirect), None)
        if entry is None:
            raise Refused("没有这一样“别的手续”，请从名单里挑。")
        return _added(entry, SAMPLES, phrases, m.Redirect)

    draft = drafts.open(REDIRECTS)
    return _proposed(draft, draft.text, redirect, change)


def begin_redirect(
    drafts: Drafts, name: str, words: Sequence[str], reply: str, samples: Sequence[str], own: str = ""
) -> Proposed:
    """Another procedure that was not known yet: what people call it, where they are sent, what they ask."""
    name, reply = " ".join(name.split()), " ".join(reply.split())
    if not name or not reply:
        raise Refused("请写上是哪样手续、归谁管去哪办。")
    if len(reply) > LONGEST_REPLY:
        raise Refused(f"去哪办写得太长了，最多 {LONGEST_REPLY} 个字。")
    own = named(own, name)

    def change(entries: list[dict[str, Any]]) -> tuple[str, ...]:
        if any(own == one.get("编号") or name == one.get("名称") for one in entries):
            raise Refused(f"已经有“{name}”这样手续了，请从名单里挑，或另起一个编号。")
        entry: dict[str, Any] = {"编号": own, "名称": name, "说法": [], "答复": reply}
        said = _added(entry, "说法", words, m.Redirect)
        asked = _added(entry, SAMPLES, samples, m.Redirect)
        entries.append(entry)
        return (*said, *asked)

    draft = drafts.open(REDIRECTS)
    return _proposed(draft, draft.text, own, change)


def begin_guide(
    drafts: Drafts, name: str, owner: str, phrases: Sequence[str], today: dt.date, own: str = ""
) -> Proposed:
    """A new guide as a skeleton with these sample questions, all of it 待核; served once it is published.

    Its entry in the catalogue comes with its proposal (listing.py): until then it is in nobody's way.
    """
    if not name.strip() or not owner:
        raise Refused("请写上新指南的名称，选归哪个部门。")
    own = named(own, name)
    draft = drafts.open(f"guides/{own}.yaml")
    if draft.text:
        raise Refused(f"已经有“{own}”这份指南了，请直接改它，或另起一个编号。")
    with tempfile.TemporaryDirectory(prefix="daoban-guide-") as folder:  # where it is written as on the command line
        (Path(folder) / "guides").mkdir()
        text = new_guide(Path(folder), own, name, owner=owner, today=today).read_text(encoding="utf-8")

    def change(guide: dict[str, Any]) -> tuple[str, ...]:
        _unconfirmed(guide)
        guide.pop("发布", None)  # a draft is served by nobody
        return _added(guide, SAMPLES, phrases, m.Guide)

    return _proposed(draft, text, own, change)


def as_if_published(knowledge: Knowledge, proposed: Proposed) -> Knowledge:
    """The knowledge as a step would have it."""
    if proposed.path == REDIRECTS or proposed.about in knowledge.guides:
        return changed(knowledge, proposed.path, proposed.text)
    return once_served(knowledge, proposed)


def once_served(knowledge: Knowledge, proposed: Proposed) -> Knowledge:
    """The knowledge as if a new guide were in the catalogue and published, to see who would find it."""
    file, _ = parsed(proposed.text.encode("utf-8", "surrogatepass"), proposed.path)
    guide = validated(file, TypeAdapter(m.Guide))[0] if isinstance(file, YamlFile) else None
    if not isinstance(guide, m.Guide):
        raise Refused("名称里有写不进指南的字，请换一个说法。")
    return with_guide(knowledge, proposed.about, guide)


def with_guide(knowledge: Knowledge, own: str, guide: m.Guide) -> Knowledge:
    """The knowledge with a guide, of which the catalogue may know nothing yet."""
    known = own in knowledge.items or own in knowledge.topics
    topics = knowledge.topics if known else {**knowledge.topics, own: m.Topic(id=own, name=guide.name)}
    return replace(knowledge, topics=topics, guides={**knowledge.guides, own: guide})


def named(own: str, name: str) -> str:
    """An id as it was typed; where none was, the name in pinyin."""
    spelled = (re.sub(r"[^a-z0-9]", "", one.lower()) for one in sounds(name))
    found = own.strip() or "-".join(part for part in spelled if part)[:LONGEST].strip("-")
    if not _ID.fullmatch(found):
        raise Refused(f"编号“{found}”不行，只能用小写拼音、数字和“-”，比如 shipin-jingying。")
    return found


def _unconfirmed(value: Any) -> None:
    """Nobody has looked at anything yet: every state is 待核."""
    if isinstance(value, dict):
        if "状态" in value:
            value["状态"] = OPEN
        for inner in value.values():
            _unconfirmed(inner)
    elif isinstance(value, list):
        for inner in value:
            _unconfirmed(inner)


def keep(drafts: Drafts, proposed: Proposed, *, who: str, reason: str, bundle: str | None = None) -> Draft:
    """The draft, for this reason besides those it had; Conflict where somebody saved since it was looked at."""
    seen = proposed.draft
    why = seen.reason if reason in seen.reason else "；".join(filter(None, (seen.reason, reason)))
    return drafts.save_all([Typed.over(seen, proposed.text)], who=who, reason=why, bundle=bundle)[0]


def _added(element: dict[str, Any], key: str, phrases: Sequence[str], model: type[m.Written]) -> tuple[str, ...]:
    """The phrases that the list did not hold, put at its end."""
    value = element.get(key)
    there = [value] if isinstance(value, str) and value else list(value or ())
    known = {compact(one) for one in there}
    new: list[str] = []
    for phrase in (" ".join(one.split()) for one in phrases):
        if not compact(phrase) or compact(phrase) in known:
            continue
        if len(phrase) > LONGEST:
            raise Refused(f"“{phrase[:20]}……”太长了，最多 {LONGEST} 个字，请写短些。")
        if "［" in phrase:
            raise Refused(f"“{phrase}”里还有隐去的号码或姓名，请改成一般的说法再加。")
        known.add(compact(phrase))
        new.append(phrase)
    if not new:
        raise Refused("这些说法原来就有，不用再加。" if any(map(compact, phrases)) else "还没写要加什么。")
    placed(element, key, [*there, *new], model)
    return tuple(new)


def _proposed(draft: Draft, text: str, about: str, change: Callable[[Any], tuple[str, ...]]) -> Proposed:
    """A text after a change that says what it added."""
    added: list[str] = []
    new = rewritten(text, lambda data: added.extend(change(data)))
    return Proposed(draft.path, new, tuple(added), about, draft)
