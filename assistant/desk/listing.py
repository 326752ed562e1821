"""A new guide's entry in the catalogue (其他指南): written with its first proposal, so that both are published together."""

from __future__ import annotations

from typing import Any

from assistant.annex.splice import base_load
from assistant.desk.draft import Draft, DraftState, Typed
from assistant.desk.drafts import Drafts
from assistant.desk.simple_changes import CATALOGS, rewritten
from assistant.errors import Refused
from assistant.knowledge.facts import guide_id

CATALOGUE = CATALOGS[0]
SECTIONS = ("事项", "其他指南")


def entry_for(drafts: Drafts, path: str, text: str) -> Typed | None:
    """The catalogue with an entry for a guide that it does not know; None where it knows it, or the guide is not to be served."""
    guide = base_load(text.removeprefix("\ufeff")) if path.startswith("guides/") else None
    if not isinstance(guide, dict) or not isinstance(guide.get("名称"), str) or guide.get("发布") == "false":
        return None
    seen = drafts.open(CATALOGUE)
    catalogue = base_load(seen.text.removeprefix("\ufeff"))
    own = guide_id(path)
    if not isinstance(catalogue, dict) or not isinstance(catalogue.get("其他指南"), list):
        return None  # the check says what is wrong with it
    if any(own == one.get("编号") for one in _listed(catalogue, *SECTIONS)):
        return None
    entry = {"编号": own, "名称": guide["名称"]}
    owner = guide.get("维护部门")
    for department in _listed(catalogue, "部门"):
        if owner and owner in (department.get("名称"), department.get("全称")):
            entry |= {"热线": department.get("热线", "12345"), "部门": department.get("编号", "")}
    return Typed.over(seen, rewritten(seen.text, lambda data: data["其他指南"].append(entry)))


def wanted_with(drafts: Drafts, draft: Draft) -> dict[str, str | None]:
    """What the files shall be that are published with a draft, the entry that it wants among them."""
    entry = entry_for(drafts, draft.path, draft.text) if draft.open else None
    together = {one.path: one.wanted for one in drafts.together(draft)}
    return together | ({entry.path: entry.text} if entry else {})


def with_entry(drafts: Drafts, draft: Draft, who: str) -> Typed | None:
    """The entry that a draft wants beside it; Refused while somebody else's draft of the catalogue waits for other things."""
    entry = entry_for(drafts, draft.path, draft.text)
    there = drafts.open(CATALOGUE)
    ours = there.bundle is not None and there.bundle == draft.bundle
    if entry is None or not there.id or ours:
        return entry
    if there.state is not DraftState.DRAFT or there.hands != (who,):
        raise Refused(
            f"新指南要在目录里添一条，可是目录有{'、'.join(there.hands)}的草稿（{there.id} 号，{there.state.label}）。先把它发布或者撤回，再交这一份。"
        )
    return entry


def must_be_listed(drafts: Drafts, draft: Draft) -> None:
    """Refused where a new guide would go out without its entry, because nobody has proposed it yet."""
    if any(entry_for(drafts, one.path, one.text) for one in drafts.together(draft)):
        raise Refused("目录里还没有这份新指南：先交审，目录里会自己添上一条，再一起发布。")


def let_go(drafts: Drafts, draft: Draft, *, version: int, who: str) -> None:
    """Withdraw a draft; of a new guide also the entry that came with its proposal, which would lead nowhere."""
    drafts.withdraw(draft.id, version=version)
    there = drafts.open(CATALOGUE)
    new = draft.base is None and draft.path.startswith("guides/")
    if not new or not there.id or draft.bundle is None or there.bundle != draft.bundle:
        return
    own = guide_id(draft.path)

    def without(data: dict[str, Any]) -> None:
        data["其他指南"] = [one for one in _listed(data, "其他指南") if one.get("编号") != own]

    text = rewritten(there.text, without)
    if text == there.base:
        drafts.withdraw(there.id, version=there.version)
    elif text != there.text:
        drafts.save_all([Typed.over(there, text)], who=who)


def _listed(catalogue: dict[str, Any], *sections: str) -> list[dict[str, Any]]:
    """What stands in some sections, as far as it can be read."""
    entries = (catalogue.get(section) for section in sections)
    return [one for listed in entries if isinstance(listed, list) for one in listed if isinstance(one, dict)]
