"""The list itself: items that the annex names differently, names anew, or no longer names. Each only on a yes."""

from __future__ import annotations

import re
from typing import Any

from assistant.annex.draft import COMMON_PRACTICE, OPEN, SOURCED, Draft, placed
from assistant.annex.matching import NUMBERED, bare
from assistant.annex.privacy import scrubbed
from assistant.knowledge.model import Department, Guide, LicenceItem
from assistant.sounds import sounds
from assistant.text import compact

CATALOG = "catalog.yaml"
_REFERENCES = {"指南", "相近", "必有", "按需", "看指南", "先办", "联办事项", "顺带看看", "事项", "上级", "注销登记"}
_TAIL = re.compile(r"(注销(登记)?|核发|审批|[（(][^）)]*[）)])$")


def shown_name(text: str) -> str:
    """The name of an item as the annex writes it, without numbering and the word 注销 at its end."""
    name = re.sub(r"(?<!备案)(?<!登记)的?注销$|[（(]注销[）)]$", "", NUMBERED.sub("", text)).strip()
    return name or text


def place_name(draft: Draft, item_id: str, annex_name: str) -> None:
    """Propose the annex's name where it differs; the id stays, the old name becomes an alias."""
    entries = draft.doc(CATALOG)["事项"]
    entry = next((e for e in entries if e["编号"] == item_id), None)
    name = scrubbed(shown_name(annex_name), draft.left_out)
    if entry is None or bare(name) == bare(entry["名称"]) or compact(name) == compact(str(entry.get("证名", ""))):
        return
    if any(compact(e["名称"]) == compact(name) for e in entries):
        return
    old = entry["名称"]
    if not draft.wants(f"改名 {item_id}", f"“{old}”附件里叫“{name}”：改名，编号不变，原来的叫法留作别名"):
        return
    entry["名称"] = name
    file = f"guides/{item_id}.yaml"
    guide = draft.doc(file)
    guide["名称"] = name
    aliases = list(guide.get("别名") or [])
    if old not in aliases:
        placed(guide, "别名", [*aliases, old], Guide)
    draft.note(CATALOG, f"事项 › {item_id} › 名称", old, name, ("", ""), "附件里的名称")
    draft.note(file, "名称", old, name, ("", ""), "附件里的名称")


def add_item(draft: Draft, annex_name: str, department: Department | None, certificate: str) -> str | None:
    """Propose an item that the annex has and we have not; its id where somebody said yes."""
    name = scrubbed(shown_name(annex_name), draft.left_out)
    entries: list[dict[str, Any]] = draft.doc(CATALOG)["事项"]
    taken = {e["编号"] for key in ("事项", "其他指南") for e in draft.doc(CATALOG)[key]}
    taken |= {old for e in entries for old in (e.get("旧编号") or [])}
    item_id = new_id(name, taken)
    if department is None:
        draft.unread.append(f"“{name}”没对上任何事项，也没认出是哪个部门的，不能新增，请补上部门")
        return None
    if not draft.wants(f"新增 {item_id}", f"“{name}”（{department.name}）目录里没有：新增事项，编号 {item_id}"):
        return None
    entry: dict[str, Any] = {"编号": item_id, "名称": name, "部门": department.id}
    if certificate:
        entry["证名"] = scrubbed(certificate, draft.left_out)
    entry |= {"原文列名": False, "热线": department.hotline}
    at = max((i + 1 for i, e in enumerate(entries) if e["部门"] == department.id), default=len(entries))
    entries.insert(at, entry)
    _count(draft, department.id, 1)
    draft.create(f"guides/{item_id}.yaml", _first_guide(draft, name, department))
    draft.note(CATALOG, f"事项 › {item_id}", None, name, ("", ""), "附件新列的事项")
    return item_id


def _first_guide(draft: Draft, name: str, department: Department) -> dict[str, Any]:
    """What can honestly be said of an item nobody has written about yet."""
    plan = "代办注销服务方案"
    sourced = plan in draft.knowledge.sources
    step = {
        "做什么": f"先去县里的代办服务专窗，或打 {department.hotline}，问清带什么、在哪办。",
        "依据": [f"{plan} 四" if sourced else COMMON_PRACTICE],
        "状态": SOURCED if sourced else OPEN,
    }
    return {
        "名称": name,
        "一句话": f"不干了，要注销“{name}”的，先问代办服务专窗。",
        "步骤": [step],
        "待确认": ["材料、步骤和几天办完，部门还没写。"],
        "维护部门": department.name,
    }


def drop_item(draft: Draft, item_id: str, replaced_by: str | None) -> None:
    """Propose to take out an item that the annex no longer lists; one that replaces it inherits its id."""
    entries: list[dict[str, Any]] = draft.doc(CATALOG)["事项"]
    entry = next(e for e in entries if e["编号"] == item_id)
    name, heir = entry["名称"], next((e for e in entries if e["编号"] == replaced_by), None)
    instead = f"，新列的“{heir['名称']}”像是取代它：去掉，旧编号转到新事项" if heir else "：从目录里去掉，指南一并删除"
    if not draft.wants(f"取消 {item_id}", f"“{name}”附件里没有了{instead}"):
        return
    entries.remove(entry)
    _count(draft, entry["部门"], -1)
    if heir:
        placed(heir, "旧编号", [*(heir.get("旧编号") or []), item_id, *(entry.get("旧编号") or [])], LicenceItem)
    draft.remove(f"guides/{item_id}.yaml")
    draft.note(CATALOG, f"事项 › {item_id}", name, None, ("", ""), "附件里没有这一项")
    for file in draft.files():
        text = (draft.root / file).read_text(encoding="utf-8") if (draft.root / file).is_file() else ""
        if item_id in text:
            _redirect(draft.doc(file), item_id, replaced_by)


def _redirect(value: Any, old: str, new: str | None) -> bool:
    """Point every reference at the heir, or take it out; whether what holds it has lost its meaning."""
    if isinstance(value, list):
        kept = [inner for inner in value if not _redirect(inner, old, new)]
        value[:] = kept
        return False
    if not isinstance(value, dict):
        return False
    for key, inner in list(value.items()):
        if key in _REFERENCES and inner == old:
            if new is None:
                return True
            value[key] = new
        elif key in _REFERENCES and isinstance(inner, list) and old in inner:
            swapped = list(dict.fromkeys(new if i == old else i for i in inner if i != old or new))
            value[key] = swapped
        elif isinstance(inner, list | dict):
            _redirect(inner, old, new)
    options = value.get("选项")
    return isinstance(options, list) and len({o["指南"] for o in options}) < 2


def _count(draft: Draft, department_id: str, by: int) -> None:
    """One item more or fewer in its department."""
    for department in draft.doc(CATALOG)["部门"]:
        if department["编号"] == department_id:
            department["事项数"] = str(int(department["事项数"]) + by)


def new_id(name: str, taken: set[str]) -> str:
    """The name's sound, word by word, without the words that say what an office does with it."""
    shorter = name
    while len(cut := _TAIL.sub("", shorter)) >= 4 and cut != shorter:
        shorter = cut
    import jieba  # its dictionary is loaded only when a new item needs an id

    jieba.setLogLevel("WARNING")
    words = ["".join(sounds(word)) for word in jieba.lcut(compact(shorter))]
    stem = "-".join(w for w in words if w.isascii() and w.isalnum())[:60].strip("-") or "shixiang"
    candidate, count = stem, 1
    while candidate in taken:
        count += 1
        candidate = f"{stem}-{count}"
    return candidate
