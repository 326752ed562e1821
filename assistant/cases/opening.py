"""Opening (立档): a new case with its number, its enterprise, its entries and materials."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import Date, bindparam, select, text
from sqlalchemy.orm import Session
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from assistant.cases import tables as t
from assistant.cases.changing import WINDOW, day_of
from assistant.cases.handing_in import share
from assistant.cases.happenings import happened
from assistant.cases.model import GREEN_LANES, Actor, Contact, Form, GreenLane, IllegalMove, Limit, Tier
from assistant.cases.moving import DIRECT
from assistant.cases.search import index, spelled
from assistant.cases.states import State
from assistant.checklist.profile import Way
from assistant.errors import Refused
from assistant.text import cleaned

LONGEST_NAME = 200
ENTRIES_AT_MOST = 200
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}")
_BESIDES = re.compile(r"^\s*\+?86(?=[\s-]*1)|[\s()（）—-]")
_NEXT = text(
    "INSERT INTO case_days (day, last) VALUES (:day, 1)"
    " ON CONFLICT (day) DO UPDATE SET last = case_days.last + 1 RETURNING last"
).bindparams(bindparam("day", type_=Date))


@dataclass(frozen=True)
class NewEntry:
    """An entry as it is taken in."""

    item: str
    name: str
    way: Way
    tier: Tier | None = None
    department: str | None = None
    limit: Limit | None = None


@dataclass(frozen=True)
class NewMaterial:
    """A material as the checklist asks for it."""

    key: str
    name: str
    items: tuple[str, ...]  # guide ids of the entries that need it
    form: str | None = None
    copies: int | None = None
    each: bool = False
    exempt: str | None = None
    received_form: Form | None = None  # ticked at once, where it was handed in with the case
    received_count: int = 1


@dataclass(frozen=True)
class NewCase:
    """A case as it is taken in; Intake makes it."""

    enterprise: str
    code: str | None
    contact: Contact | None
    region: str | None
    entries: tuple[NewEntry, ...]
    materials: tuple[NewMaterial, ...] = ()
    taken_in: str | None = None
    kind: str | None = None
    green_lane: GreenLane | None = None
    checklist: str | None = None


def code_of(typed: str | None) -> str | None:
    """A 统一社会信用代码 in its one spelling, its check digit verified; None for none; Refused where it is wrong."""
    if typed is None or not typed.strip():
        return None
    try:
        return uscc.validate(cleaned(typed).replace("　", ""))
    except ValidationError as error:
        raise Refused("统一社会信用代码不对：一共 18 位，最后一位是校验码。请对着执照再看一遍。") from error


def contact_of(told: Contact) -> Contact:
    """A contact in one spelling; Refused where it cannot be taken."""
    name, phone = cleaned(told.name), _BESIDES.sub("", cleaned(told.phone))
    address = cleaned(told.address or "") or None
    if not name or len(name) > 60:
        raise Refused("请写联系人的姓名。")
    if not _PHONE.fullmatch(phone):
        raise Refused("电话不对：手机 11 位，座机要带区号。")
    if address and len(address) > LONGEST_NAME:
        raise Refused(f"地址太长了，最多 {LONGEST_NAME} 个字。")
    if told.consented_at is None:
        raise Refused("留联系方式要本人同意。不同意就不留，进度凭编号到窗口问。")
    return Contact(name, phone, address, told.consented_at)


def opened(session: Session, new: NewCase, by: Actor, at: dt.datetime) -> str:
    """The number of a new case."""
    if by.role not in WINDOW:
        raise IllegalMove("收件由窗口人员来办。")
    name = cleaned(new.enterprise)
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"请写企业名称，最多 {LONGEST_NAME} 个字。")
    if not 1 <= len(new.entries) <= ENTRIES_AT_MOST:
        raise Refused("一件要办的事项也没有选。")
    if new.green_lane is not None and new.green_lane not in GREEN_LANES:
        raise Refused("绿色通道是给老年人、残疾人的。")
    last = session.execute(_NEXT, {"day": day_of(at)}).scalar_one()
    case = t.StoredCase(
        number=f"{day_of(at):%Y%m%d}-{last:04d}",
        version=1,
        enterprise_id=_enterprise(session, name, code_of(new.code), new.kind),
        region=new.region,
        taken_in=new.taken_in or new.region,
        green_lane=new.green_lane,
        checklist=new.checklist,
        opened_at=at,
        opened_by=by.name,
        opened_account=by.account,
        words="",
        people="",
    )
    session.add(case)
    session.flush()
    if new.contact is not None:
        session.add(stored_contact(case.id, contact_of(new.contact)))
    rows = [_entry(case.id, one, at) for one in new.entries]
    session.add_all(rows)
    session.flush()
    ids = {row.item: row.id for row in rows}
    materials = [
        t.StoredMaterial(
            case_id=case.id,
            key=one.key,
            name=one.name,
            entries=[ids[item] for item in one.items if item in ids],
            form=one.form,
            copies=one.copies,
            each=one.each,
            exempt=one.exempt,
            received_at=at if one.received_form else None,
            received_form=one.received_form,
            received_count=one.received_count if one.received_form else 0,
        )
        for one in new.materials
        if any(item in ids for item in one.items)
    ]
    share(session, case, materials)
    session.add_all(materials)
    session.flush()
    index(session, case)
    what = f"登记：{'、'.join(one.name for one in new.entries)}"
    happened(session, case, by, "opened", what, at)
    return case.number


def stored_contact(case_id: int, contact: Contact) -> t.StoredContact:
    """A contact as a row."""
    return t.StoredContact(
        case_id=case_id,
        name=contact.name,
        phone=contact.phone,
        address=contact.address,
        consented_at=contact.consented_at,
    )


def _enterprise(session: Session, name: str, code: str | None, kind: str | None) -> int:
    """The enterprise of this code, under the name it has now, or a new one."""
    same = select(t.StoredEnterprise).filter_by(code=code)
    found = session.scalars(same).first() if code else None
    if found is None:
        found = t.StoredEnterprise(code=code)
        session.add(found)
    before = (found.name, found.kind)
    found.name, found.spelled = name, spelled(name)
    found.kind = kind or found.kind
    session.flush()
    if before != (found.name, found.kind):  # its earlier cases are found by the name it has now
        for earlier in session.scalars(select(t.StoredCase).where(t.StoredCase.enterprise_id == found.id)):
            index(session, earlier)
    return found.id


def _entry(case_id: int, new: NewEntry, at: dt.datetime) -> t.StoredEntry:
    guided = new.way == "self"
    direct = new.tier == DIRECT and not guided
    return t.StoredEntry(
        case_id=case_id,
        item=new.item,
        name=new.name,
        way=new.way,
        tier=new.tier,
        department=new.department,
        limit_days=new.limit.days if new.limit else None,
        limit_unit=new.limit.unit if new.limit else None,
        limit_whose=new.limit.whose if new.limit else None,
        state=(State.GUIDED if guided else State.REGISTERED).value,
        since=at,
        clock_from=day_of(at) if direct else None,
        pauses=[],
    )
