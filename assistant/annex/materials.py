"""Materials and steps of a guide brought to what the department's own guide lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from rapidfuzz import fuzz

from assistant.annex.draft import CONFIRMED, OPEN, Draft, ordered, placed
from assistant.annex.privacy import scrubbed
from assistant.annex.values import PENDING, number, points
from assistant.knowledge.model import Guide, Material, Step
from assistant.text import compact

_FORM = re.compile(r"原件[、及和与，,]?(?:和|及)?复印件|复印件[、及和与]原件|复印件|原件|电子版|电子件|扫描件")
_COPIES = re.compile(r"[各共]?([\d一二两三四五六])\s*份")
_AROUND = re.compile(r"[（(]([^（()）]*)[）)]")


def material_of(text: str) -> dict[str, Any]:
    """`营业执照副本（原件及复印件各1份）：加盖公章` as name, form, copies and note."""
    head, _, note = (PENDING.sub("", text)).partition("：")
    name, form, copies = head, None, None
    for group in _AROUND.findall(head):
        if _FORM.search(group) or _COPIES.search(group):
            name = name.replace(f"（{group}）", "").replace(f"({group})", "")
            form, copies = form or _form(group), copies or _copies(group)
            rest = re.sub(r"[，,、\s各共]+", "", _COPIES.sub("", _FORM.sub("", group)))
            note = note or (rest if len(rest) > 1 else "")
    tail = re.search(rf"[，,、\s]*({_FORM.pattern})?[，,、\s]*({_COPIES.pattern})?$", name)
    if tail and (tail[1] or tail[2]) and len(name[: tail.start()]) >= 2:
        form, copies = form or _form(tail[0]), copies or _copies(tail[0])
        name = name[: tail.start()]
    result: dict[str, Any] = {
        "名称": re.sub("[《》]", "", name).strip(" ，,、；;。"),
        "形式": form,
        "份数": copies,
        "说明": note.strip() or None,
    }
    return {key: value for key, value in result.items() if value is not None}


def _form(text: str) -> Literal["原件", "复印件", "原件和复印件", "电子版"] | None:
    found = _FORM.search(text)
    if found is None or re.search(r"原件或|或复印件|或原件", text):
        return None
    words = found[0]
    if "原件" in words and "复印件" in words:
        return "原件和复印件"
    return "原件" if words == "原件" else "复印件" if words == "复印件" else "电子版"


def _copies(text: str) -> int | None:
    found = _COPIES.search(text)
    return number(found[1]) if found else None


def place_materials(draft: Draft, guide_id: str, text: str, why: str) -> None:
    """The department's materials: known ones confirmed, new ones added, unlisted 待核 ones proposed for removal."""
    file = f"guides/{guide_id}.yaml"
    doc = draft.doc(file)
    elements: list[dict[str, Any]] = list(doc.get("材料") or [])
    listed = [material_of(scrubbed(p, draft.left_out)) for p in points(text) if not PENDING.search(p)]
    pending = [material_of(p) for p in points(text) if PENDING.search(p)]
    names = [_name(draft, element) for element in elements]
    pairs = paired([m["名称"] for m in listed], names)
    changed = False
    for at, said in enumerate(listed):
        if at in pairs:
            new = _confirmed(draft, file, elements[pairs[at]], said, names[pairs[at]], why)
            changed = changed or new is not elements[pairs[at]]
            elements[pairs[at]] = new
        elif said["名称"]:
            elements.append(ordered(draft.confirm(said, Material), Material))
            draft.note(file, "材料", None, said, (OPEN, CONFIRMED), f"{why}列了这份材料")
            changed = True
    mentioned = {*pairs.values(), *paired([m["名称"] for m in pending], names).values()}
    for index in [i for i in range(len(names)) if i not in mentioned][::-1] if listed else []:
        element = elements[index]
        if str(element.get("状态", OPEN)) != OPEN or "仅当" in element or "共用" in element:
            continue
        words = f"{draft.knowledge.name_of(guide_id)}：附件没列“{names[index]}”（现在写着待核），从材料里去掉"
        if draft.wants(f"去掉材料 {guide_id} {names[index]}", words):
            elements.pop(index)
            draft.note(file, "材料", element, None, (OPEN, ""), f"{why}没有这份材料")
            changed = True
    if changed:
        placed(doc, "材料", elements, Guide)


def _name(draft: Draft, element: dict[str, Any]) -> str:
    shared = draft.knowledge.materials.get(str(element.get("共用")))
    return str(element.get("名称") or (shared.name if shared else "") or element.get("共用", ""))


def _confirmed(
    draft: Draft, file: str, element: dict[str, Any], said: dict[str, Any], name: str, why: str
) -> dict[str, Any]:
    """The element with form and copies as the annex says them, 已核; the same element where nothing differs."""
    shared = draft.knowledge.materials.get(str(element.get("共用")))
    held = {"形式": shared.form, "份数": shared.copies, "说明": shared.note} if shared else {}
    state = str(element.get("状态", OPEN))
    new = dict(element)
    for key in ("形式", "份数", "说明"):
        old = element.get(key, held.get(key))
        if key not in said or str(old) == str(said[key]) or (key == "说明" and old is not None):
            continue
        if (
            old is not None
            and state == CONFIRMED
            and not draft.may_replace(f"{file} › 材料 › {name} › {key}", old, said[key])
        ):
            continue
        new[key] = said[key]
        draft.note(file, f"材料 › {name} › {key}", old, said[key], (state, CONFIRMED), why)
    if state == CONFIRMED and new == element:
        return element
    if state != CONFIRMED:
        draft.note(file, f"材料 › {name}", name, name, (state, CONFIRMED), why)
    return draft.confirm(new, Material)


def place_steps(draft: Draft, guide_id: str, text: str, why: str) -> None:
    """The department's steps in their order; steps read in law stay in place, 待核 ones give way."""
    file = f"guides/{guide_id}.yaml"
    doc = draft.doc(file)
    old: list[dict[str, Any]] = list(doc.get("步骤") or [])
    said = [f"{scrubbed(PENDING.sub('', p), draft.left_out)}。" for p in points(text) if not PENDING.search(p)]
    waiting = [PENDING.sub("", p) for p in points(text) if PENDING.search(p)]
    if not said:
        return
    texts = [str(step["做什么"]) for step in old]
    pairs = paired(said, texts, least=78.0)
    still_open = set(paired(waiting, texts, least=90.0).values())
    matched = {index: at for at, index in pairs.items()}
    new: list[dict[str, Any]] = []
    waiting_to_place = [at for at in range(len(said)) if at not in pairs]
    for index, step in enumerate(old):
        state = str(step.get("状态", OPEN))
        if index in matched:
            at = matched[index]
            while waiting_to_place and waiting_to_place[0] < at:
                new.append(_new_step(draft, file, said[waiting_to_place.pop(0)], why))
            if state != CONFIRMED:
                draft.note(file, "步骤", step["做什么"], step["做什么"], (state, CONFIRMED), f"{why}写的一样")
                step = draft.confirm(step, Step)
            new.append(step)
        elif state != OPEN or index in still_open:
            new.append(step)
        else:
            if waiting_to_place:
                new.append(_new_step(draft, file, said[waiting_to_place.pop(0)], why))
            draft.note(file, "步骤", step["做什么"], None, (OPEN, ""), f"{why}写了部门自己的步骤")
    new += [_new_step(draft, file, said[at], why) for at in waiting_to_place]
    if new != old:
        placed(doc, "步骤", new, Guide)


def _new_step(draft: Draft, file: str, text: str, why: str) -> dict[str, Any]:
    draft.note(file, "步骤", None, text, (OPEN, CONFIRMED), why)
    return draft.confirm({"做什么": text}, Step)


def paired(said: Sequence[str], known: Sequence[str], least: float = 75.0) -> dict[int, int]:
    """Which said thing is which known one, the likest first, each once."""
    scores = []
    for i, a in enumerate(map(compact, said)):
        for j, b in enumerate(map(compact, known)):
            score = 100.0 if a == b else float(fuzz.ratio(a, b))
            if min(len(a), len(b)) >= 4 and (a in b or b in a) and score >= 50:
                score = max(score, 85.0)
            if score >= least:
                scores.append((-score, i, j))
    pairs: dict[int, int] = {}
    for _, i, j in sorted(scores):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs
