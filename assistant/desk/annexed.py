"""What an annex of a department makes of the knowledge, as drafts that are reviewed and published together."""

from __future__ import annotations

import secrets

from assistant.annex import Plan
from assistant.desk.draft import Draft, Typed, digest_of
from assistant.desk.drafts import Drafts
from assistant.desk.merging import brought_together
from assistant.errors import NotFound


def into_drafts(drafts: Drafts, plan: Plan, who: str) -> list[Draft]:
    """The plan as drafts of one bundle, each with what its open draft says already, or none of them."""
    typed: list[Typed] = []
    bundle = ""
    for path, (old, new) in sorted(plan.texts.items()):
        seen = drafts.open(path)
        text = _over(path, old, new, seen.text) if seen.id else new
        typed.append(Typed(path, text or "", seen.version, None if seen.id else digest_of(old)))
        bundle = bundle or seen.bundle or ""
    if not typed:
        raise NotFound("没有要改的，和现在的一样。")
    return drafts.save_all(typed, who=who, reason=f"附件：{plan.source.title}", bundle=bundle or secrets.token_hex(8))


def _over(path: str, old: str | None, new: str | None, draft: str) -> str | None:
    """A file that has an open draft, with what an annex makes of it; both may have added something at its end."""
    if old and new and new.startswith(old):
        added = new.removeprefix(old)
        return draft if added in draft else draft.rstrip("\n") + "\n" + added
    return brought_together(path, old, new, draft)
