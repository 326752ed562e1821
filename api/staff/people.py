"""Accounts, internal contacts and the log: what an administrator looks after."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Response
from fastapi.responses import HTMLResponse

from api.auth import role
from api.staff.cards import SEE_CONTACTS, may_see_contacts
from api.staff.shell import At, Screen, new_router, to, wants_piece
from assistant.errors import NotFound, Refused
from assistant.staff.accounts import Account
from assistant.staff.audit import DEEDS
from assistant.staff.roles import Role

router = new_router()
Words = Annotated[str, Form(max_length=100)]
KEEPS_CONTACTS = (Role.HEAD, Role.ADMINISTRATOR)
LINES = 100


@router.get("/accounts", dependencies=[role(Role.ADMINISTRATOR)])
def accounts(screen: At) -> HTMLResponse:
    """Everyone who may sign in, and a form for one more."""
    return _accounts(screen)


@router.post("/accounts", dependencies=[role(Role.ADMINISTRATOR)])
def add(
    screen: At,
    kind: Annotated[Role, Form(alias="role")],
    name: Words = "",
    shown: Words = "",
    region: Words = "",
    department: Words = "",
) -> HTMLResponse:
    """One more; the first password is shown this once."""
    try:
        place = _place(screen, kind, region, department)
        account, first = screen.staff.accounts.add(name, kind, shown=shown, **place)
    except Refused as error:
        filled = {"name": name, "shown": shown, "role": kind, "region": region, "department": department}
        return _accounts(screen, status=422, wrong=str(error), filled=filled)
    screen.note("account_add", account.name)
    return _accounts(screen, fresh=account, password=first)


@router.post("/accounts/{name}/reset", dependencies=[role(Role.ADMINISTRATOR)])
def reset(screen: At, name: str) -> HTMLResponse:
    """A new first password, shown this once; signed out everywhere."""
    account, first = screen.staff.accounts.reset(name)
    screen.note("account_reset", account.name)
    return _accounts(screen, fresh=account, password=first)


@router.post("/accounts/{name}/switch", dependencies=[role(Role.ADMINISTRATOR)])
def switch(screen: At, name: str, on: Annotated[bool, Form()] = False) -> Response:
    """Off, signed out at once; or on again."""
    try:
        account = screen.staff.accounts.switch(name, on=on)
    except Refused as error:
        return _accounts(screen, status=422, wrong=str(error))
    screen.note("account_on" if on else "account_off", account.name)
    return to("/staff/accounts")


@router.post("/accounts/{name}/place", dependencies=[role(Role.ADMINISTRATOR)])
def place(
    screen: At, name: str, kind: Annotated[Role, Form(alias="role")], region: Words = "", department: Words = ""
) -> Response:
    """Another role, county or department, from the next click on."""
    try:
        account = screen.staff.accounts.place(name, kind, **_place(screen, kind, region, department))
    except Refused as error:
        return _accounts(screen, status=422, wrong=str(error))
    screen.note("account_place", f"{account.name} {account.role.value}")
    return to("/staff/accounts")


@router.get("/contacts", dependencies=[role(*KEEPS_CONTACTS)])
def contact_lists(screen: At) -> HTMLResponse:
    """How many people there are to call in each department; nobody is named yet."""
    count = screen.staff.contacts.count()
    listed = [(one, count.get(one.id, 0)) for one in screen.parts.knowledge.departments.values()]
    return screen.page("staff/contacts.html", listed=listed, department=None, contacts=[])


@router.get("/contacts/{department}", dependencies=[role(*SEE_CONTACTS)])
def contacts_of(screen: At, department: str) -> HTMLResponse:
    """The people to call in one department; who looks is noted."""
    known = screen.parts.knowledge.departments.get(department)
    if known is None or not may_see_contacts(screen, department):
        raise NotFound("没有这个部门的联系人。")
    screen.note("contacts_read", department)
    told: dict[str, Any] = {"department": known, "contacts": screen.staff.contacts.of(department), "listed": []}
    told |= {"regions": screen.parts.knowledge.regions, "may_erase": screen.role in KEEPS_CONTACTS}
    if wants_piece(screen.request):
        return screen.fragment("staff/contact_list.html", **told)
    return screen.page("staff/contacts.html", **told)


@router.post("/contacts/{number}/erase", dependencies=[role(*KEEPS_CONTACTS)])
def erase(screen: At, number: int) -> Response:
    """One person less; what is left is the line in the log that somebody was erased."""
    contact = screen.staff.contacts.get(number)
    screen.staff.contacts.erase(number)
    screen.note("contact_erase", f"contact {number}")
    return to(f"/staff/contacts/{contact.department}")


@router.get("/log", dependencies=[role(Role.ADMINISTRATOR)])
def log(screen: At, before: int | None = None, who: str = "", what: str = "", check: bool = False) -> HTMLResponse:
    """The last lines of the log; with `check` whether any of them was touched."""
    lines = screen.staff.audit.latest(LINES, before=before, who=who, what=what if what in DEEDS else "")
    return screen.page(
        "staff/log.html",
        lines=lines,
        deeds=DEEDS,
        asked={"who": who, "what": what},
        people=[one.name for one in screen.staff.accounts.all()],
        more=lines[-1].number if len(lines) == LINES else None,
        checked=check,
        broken=screen.staff.audit.broken() if check else None,
    )


def _place(screen: Screen, kind: Role, region: str, department: str) -> dict[str, str | None]:
    """Where somebody works; Refused for a county or a department that there is none of."""
    knowledge = screen.parts.knowledge
    if region and region not in knowledge.regions:
        raise Refused("没有这个地区，请从单子里选。")
    if department and department not in knowledge.departments:
        raise Refused("没有这个部门，请从单子里选。")
    return {"region": region or None, "department": department or None if kind is Role.DEPARTMENT else None}


def _accounts(
    screen: Screen,
    *,
    status: int = 200,
    wrong: str = "",
    fresh: Account | None = None,
    password: str = "",
    filled: dict[str, str] | None = None,
) -> HTMLResponse:
    everyone = screen.staff.accounts.all()
    knowledge = screen.parts.knowledge
    return screen.page(
        "staff/accounts.html",
        status=status,
        accounts=everyone,
        resting={one.name for one in everyone if screen.staff.accounts.failures.resting(one.name)},
        roles=list(Role),
        regions={one.id: one.name for one in knowledge.regions.values()},
        departments={one.id: one.name for one in knowledge.departments.values()},
        wrong=wrong,
        fresh=fresh,
        password=password,
        filled=filled or {"name": "", "shown": "", "role": "clerk", "region": "", "department": ""},
    )
