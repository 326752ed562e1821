"""What a row of the plain-words guides says of one guide: who, when, fee, result, online, and its lists."""

from __future__ import annotations

from typing import Any

from assistant.annex.draft import CONFIRMED, OPEN, Draft, placed
from assistant.annex.headers import Field, Row, Table
from assistant.annex.materials import place_materials, place_steps
from assistant.annex.privacy import scrubbed
from assistant.annex.rules import place_statutory
from assistant.annex.values import PENDING, points
from assistant.knowledge.model import Fact, Guide
from assistant.text import compact

# One answer replaces what was 待核 before; of the others the guide may hold several beside each other.
_SINGLE = {Field.FEE: "收费", Field.RESULT: "办完拿到什么", Field.ONLINE: "网上办"}
_SEVERAL = {Field.WHO: "谁来办", Field.WHEN: "什么时候必须办"}
_FREE = {"无", "否", "不收", "免费", "不收费", "0", "0元", "零收费", "无收费", "不收取费用", "不收取任何费用"}
_ONLINE = {
    "是": "可以在网上办。",
    "否": "不能在网上办，要到窗口。",
    "支持": "可以在网上办。",
    "不支持": "不能在网上办，要到窗口。",
}


def place_guide(draft: Draft, table: Table, row: Row, guide_id: str) -> None:
    """Bring a guide to what the row says of it."""
    file = f"guides/{guide_id}.yaml"
    if not (draft.root / file).is_file() and file not in draft.files():
        return
    why = f"附件{table.where}第{row.number}行"
    if text := row.get(Field.MATERIALS):
        place_materials(draft, guide_id, text, why)
    if text := row.get(Field.STEPS):
        place_steps(draft, guide_id, text, why)
    if row.get(Field.STATUTORY):
        place_statutory(draft, table, row, guide_id)
    for field, key in (_SINGLE | _SEVERAL).items():
        said = [_sentence(field, scrubbed(p, draft.left_out)) for p in points_of(field, row.get(field))]
        if said:
            _facts(draft, file, key, [s for s in said if s], why, single=field in _SINGLE)


def points_of(field: Field, text: str) -> list[str]:
    """The points of a cell that the annex itself does not mark 待核; 无 is an answer where it is about money."""
    if field in (Field.FEE, Field.ONLINE) and compact(text) in {*_FREE, *_ONLINE}:
        return [compact(text)]
    return [p for p in points(text, semicolons=False) if not PENDING.search(p)]


def _sentence(field: Field, text: str) -> str:
    """What the cell says as a sentence."""
    if field is Field.FEE and compact(text) in _FREE:
        return "不收费。"
    if field is Field.ONLINE and compact(text) in _ONLINE:
        return _ONLINE[compact(text)]
    return f"{text.rstrip('。')}。" if text else ""


def _facts(draft: Draft, file: str, key: str, said: list[str], why: str, *, single: bool) -> None:
    """Facts of one kind: the same ones confirmed, 待核 ones replaced where there can be but one, 已核 ones kept."""
    doc = draft.doc(file)
    held = doc.get(key) or []
    old: list[dict[str, Any]] = [dict(f) for f in ([held] if isinstance(held, dict) else held)]
    new: list[dict[str, Any]] = list(old)
    fresh: list[dict[str, Any]] = []
    for text in said:
        index = next((i for i, f in enumerate(new) if compact(str(f.get("内容"))) == compact(text)), None)
        if index is not None:
            state = str(new[index].get("状态", OPEN))
            if state != CONFIRMED:
                draft.note(file, key, text, text, (state, CONFIRMED), f"{why}写的一样")
                new[index] = draft.confirm(new[index], Fact)
            continue
        fresh.append(draft.confirm({"内容": text}, Fact))
    if fresh:
        stands = [f for f in new if str(f.get("状态", OPEN)) == CONFIRMED and f in old]
        texts = "；".join(str(f["内容"]) for f in fresh)
        if single and stands:
            if not draft.may_replace(f"{file} › {key}", "；".join(str(f.get("内容")) for f in stands), texts):
                fresh = []
            else:
                new = [f for f in new if f not in stands]
    if fresh:
        gone = [f for f in new if single and str(f.get("状态", OPEN)) == OPEN]
        new = [*fresh, *(f for f in new if f not in gone)]
        before = "；".join(str(f.get("内容")) for f in gone) or None
        draft.note(file, key, before, texts, (OPEN, CONFIRMED), why)
    if new != old:
        placed(doc, key, new, Guide)
