"""Annex 一: the offices that answer and their landlines; who sits there, and their mobiles, stay in the annex."""

from __future__ import annotations

from typing import Any

from assistant.annex.draft import CONFIRMED, OPEN, Draft, ordered, placed
from assistant.annex.headers import Field, Row, Table
from assistant.annex.matching import department_of
from assistant.annex.privacy import landlines, names_in, office_of, post_of
from assistant.knowledge.model import Contact, Department
from assistant.text import compact

CATALOG = "catalog.yaml"


def place_contact(draft: Draft, table: Table, row: Row) -> bool:
    """Bring a department's contacts to what the row says; whether the row could be placed at all."""
    place = f"{table.where}第{row.number}行"
    named = row.get(Field.DEPARTMENT) or row.section
    people = names_in(row.get(Field.PERSON))
    draft.left_out.names += len(people)
    department = department_of(draft.knowledge, named)
    if department is None:
        draft.unread.append(f"{place}：没认出是哪个部门“{named}”，没有写进去")
        return False
    phones = landlines(row.get(Field.PHONE), draft.left_out)
    office = office_of(row.get(Field.OFFICE), people, draft.left_out)
    post = post_of(row.get(Field.POST), people, draft.left_out)
    if row.get(Field.OFFICE) and office is None:
        post = post or post_of(row.get(Field.OFFICE), people, draft.left_out)
    if not phones:
        draft.unread.append(f"{place}：{department.name}只留了个人号码或没留电话，没有写进去，请问一个办公电话")
        return True
    if not (office or post) and row.get(Field.OFFICE):
        draft.unread.append(f"{place}：{department.name}的“科室”一栏没认准是科室，只写了电话")
    title = f"{office}（{post}）" if office and post else office or post or department.name
    contact = {"科室": title, "电话": phones[0], "状态": CONFIRMED}
    if len(phones) > 1:
        draft.unread.append(f"{place}：{title}有 {len(phones)} 个电话，只写了第一个 {phones[0]}")
    _store(draft, department.id, department.name, contact, f"附件{place}")
    return True


def _store(draft: Draft, department_id: str, name: str, contact: dict[str, Any], why: str) -> None:
    """Put the office among its department's contacts."""
    entry = next(d for d in draft.doc(CATALOG)["部门"] if d["编号"] == department_id)
    held = entry.get("联系人") or []
    contacts: list[dict[str, Any]] = [dict(c) for c in ([held] if isinstance(held, dict) else held)]
    path = f"部门 › {name} › 联系人 › {contact['科室']}"
    there = next((c for c in contacts if compact(c["科室"]) == compact(contact["科室"])), None)
    if there is None:
        contacts.append(contact)
        draft.note(CATALOG, path, None, contact["电话"], (OPEN, CONFIRMED), why)
    else:
        state = str(there.get("状态", OPEN))
        same = there.get("电话") == contact["电话"]
        if same and state == CONFIRMED:
            return
        if (
            not same
            and there.get("电话")
            and state != OPEN
            and not draft.may_replace(path, there["电话"], contact["电话"])
        ):
            return
        draft.note(CATALOG, path, there.get("电话"), contact["电话"], (state, CONFIRMED), why)
        contacts[contacts.index(there)] = ordered({**there, **contact}, Contact)
    placed(entry, "联系人", contacts, Department)
