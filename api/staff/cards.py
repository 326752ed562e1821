"""The cards beside the list: a guide, a department, a person's checklist, a message, somebody to call.

Whoever adds a kind gives it a function and a place in `CARDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from api.auth import AT_THE_WINDOW, EVERYONE
from api.html import rendered
from api.staff import case_card
from api.staff.plain import plain_answer, plain_department
from api.staff.shell import Screen
from assistant.errors import NotFound
from assistant.guide_card import guide_card
from assistant.issued import IssuedChecklists, code_of
from assistant.render.plain import plain_text
from assistant.render.sheet import doors
from assistant.staff.lookup import HEARD_OF
from assistant.staff.roles import Role

SEE_CONTACTS = (*AT_THE_WINDOW, Role.ADMINISTRATOR, Role.DEPARTMENT)
NO_CARD = "没有这一条，可能已经删了。"


@dataclass(frozen=True)
class Kind:
    """One kind of card: who sees it, its template, and what the template is told."""

    roles: tuple[Role, ...]
    template: str
    told: Callable[[Screen, str, str], dict[str, Any]]  # the screen, the id, the region


def card(screen: Screen, show: str, region: str = "") -> Markup:
    """The card of `kind.id`; NotFound where there is none, or it is not for this role."""
    name, _, one = show.partition(".")
    kind = CARDS.get(name)
    if kind is None or not one or screen.role not in kind.roles:
        raise NotFound(NO_CARD)
    told = kind.told(screen, one, region if region in screen.parts.knowledge.regions else "")
    context = {"screen": screen, "who": screen.who.account, "csrf": screen.who.csrf, "show": show, "region": region}
    return Markup(rendered(kind.template, **context, **told))  # the template escaped what anybody wrote


def may_see_contacts(screen: Screen, department: str) -> bool:
    """Whether names and numbers of a department are for this person: a department sees its own."""
    own = screen.role is not Role.DEPARTMENT or screen.who.account.department == department
    return screen.role in SEE_CONTACTS and own


def _guide(screen: Screen, guide_id: str, region: str) -> dict[str, Any]:
    knowledge = screen.parts.knowledge
    guide = knowledge.guide(guide_id)
    guide_id = knowledge.old_ids.get(guide_id, guide_id)
    found = guide_card(knowledge, guide_id, region=region or None)
    query = f"?region={region}" if region else ""
    address = f"{screen.root}/guides/{guide_id}{query}"
    department = knowledge.department_of(guide_id)
    return {
        "card": found,
        "guide": guide,
        "guide_id": guide_id,
        "item": knowledge.items.get(guide_id),
        "department": department,
        "here": knowledge.regions.get(region),
        "hotline_number": knowledge.hotline_of(guide_id),
        "address": address,
        "answer": plain_answer(found, address),
        "contacts": _contacts_of(screen, department.id if department else ""),
        "notes": screen.staff.notes.about(f"guide.{guide_id}"),
    }


def _department(screen: Screen, department_id: str, region: str) -> dict[str, Any]:
    knowledge = screen.parts.knowledge
    department = knowledge.departments.get(department_id)
    if department is None:
        raise NotFound(NO_CARD)
    items = [item for item in knowledge.items_of(department_id) if item.id in knowledge.guides]
    windows = [one for one in knowledge.windows.values() if one.department == department_id]
    here = [one for one in windows if one.region == region] or (windows if not region else [])
    return {
        "department": department,
        "items": items,
        "windows": here,
        "answer": plain_department(department, [item.name for item in items]),
        "contacts": _contacts_of(screen, department_id),
        "notes": screen.staff.notes.about(f"department.{department_id}"),
    }


def _contacts_of(screen: Screen, department: str) -> int:
    """How many contacts of a department may be seen here; nothing is read yet."""
    return screen.staff.contacts.count().get(department, 0) if may_see_contacts(screen, department) else 0


def _checklist(screen: Screen, token: str, _: str) -> dict[str, Any]:
    lists = screen.parts.checklists
    assert isinstance(lists, IssuedChecklists)
    checklist = lists.get(token)
    screen.note("checklist_read", code_of(token))
    address = f"{screen.root}/c/{token}"
    return {
        "checklist": checklist,
        "token": token,
        "done": lists.ticks.of(token),
        "doors": doors(checklist),
        "since": lists.since(token, checklist),
        "address": address,
        "answer": plain_text(checklist, address, code_of(token)),
    }


def _message(screen: Screen, number: str, _: str) -> dict[str, Any]:
    message = screen.staff.inbox.message(_number(number))
    screen.note("message_read", message.id)
    hits = [hit for hit in screen.parts.finder.rank(message.text, 3) if hit.score >= HEARD_OF]
    return {"message": message, "meant": [hit for hit in hits if hit.id in screen.parts.knowledge.guides]}


def _report(screen: Screen, number: str, _: str) -> dict[str, Any]:
    return {"report": screen.staff.inbox.report(_number(number)), "guides": screen.parts.knowledge.guides}


def _contact(screen: Screen, number: str, _: str) -> dict[str, Any]:
    contact = screen.staff.contacts.get(_number(number))
    department = screen.parts.knowledge.departments.get(contact.department)
    if not may_see_contacts(screen, contact.department):
        raise NotFound(NO_CARD)
    screen.note("contacts_read", f"contact {contact.id}")
    return {"contact": contact, "department": department, "regions": screen.parts.knowledge.regions}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(NO_CARD)
    return int(text)


CARDS: dict[str, Kind] = {
    "guide": Kind(EVERYONE, "staff/card_guide.html", _guide),
    "department": Kind(EVERYONE, "staff/card_department.html", _department),
    "checklist": Kind(AT_THE_WINDOW, "staff/card_checklist.html", _checklist),
    "message": Kind(AT_THE_WINDOW, "staff/card_message.html", _message),
    "report": Kind((*AT_THE_WINDOW, Role.EDITOR), "staff/card_report.html", _report),
    "contact": Kind(SEE_CONTACTS, "staff/card_contact.html", _contact),
    "case": Kind(AT_THE_WINDOW, case_card.TEMPLATE, case_card.told),
}
