"""One step from a question without answer to a draft: a name, a sample question, another procedure, a new guide.

Only the lines that must change do: comments, order and quoting stay as the editor left them.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.annex.draft import placed
from assistant.desk.drafts import Draft, Drafts
from assistant.desk.simple_changes import rewritten
from assistant.errors import Refused
from assistant.knowledge import model as m
from assistant.knowledge.new_guide import new_guide
from assistant.text import compact

LONGEST = 60  # characters of a phrase
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


def begin_guide(
    drafts: Drafts, guide_id: str, name: str, owner: str, phrases: Sequence[str], today: dt.date
) -> Proposed:
    """A new guide as a skeleton with these sample questions; it is served once it is in the catalogue and published."""
    draft = drafts.open(f"guides/{guide_id}.yaml")
    if draft.text:
        raise Refused(f"已经有“{guide_id}”这份指南了，请直接改它，或另起一个编号。")
    with tempfile.TemporaryDirectory(prefix="daoban-guide-") as folder:  # where it is written as on the command line
        (Path(folder) / "guides").mkdir()
        text = new_guide(Path(folder), guide_id, name, owner=owner, today=today).read_text(encoding="utf-8")
    return _proposed(draft, text, guide_id, lambda guide: _added(guide, SAMPLES, phrases, m.Guide))


def keep(drafts: Drafts, proposed: Proposed, *, who: str, reason: str, bundle: str | None = None) -> Draft:
    """The draft; Conflict where somebody saved since it was looked at."""
    seen = proposed.draft
    base = seen.base_digest if seen.version == 0 else None
    return drafts.save(
        proposed.path, proposed.text, who=who, version=seen.version, base=base, reason=reason, bundle=bundle
    )


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
