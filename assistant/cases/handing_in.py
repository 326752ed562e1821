"""Materials handed in (收件): ticked, taken back, excused, and what an earlier case of the enterprise already holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.changing import Changing, for_the_window
from assistant.cases.model import Form
from assistant.errors import Refused

FORMS: tuple[Form, ...] = get_args(Form)
EXCUSES = ("容缺后补", "告知承诺", "有电子证照", "部门已有", "这一家用不上")
MOST = 99


def receive(change: Changing, handed: Mapping[int, tuple[Form, int]]) -> None:
    """Tick materials as handed in, each in its form, so many times."""
    for_the_window(change.by)
    told = []
    for material_id, (form, count) in handed.items():
        if form not in FORMS or not 1 <= count <= MOST:
            raise Refused(f"收的是原件、复印件还是电子版、几份（1 到 {MOST}），请写清楚。")
        row = change.material(material_id)
        change.put(row, received_at=change.at, received_form=form, received_count=count, shared_from=None, exempt=None)
        told.append(f"“{row.name}”{form} {count} 份")
    if not told:
        raise Refused("一样材料也没有打勾。")
    change.note("received", f"收到{'、'.join(told)}")


def give_back(change: Changing, material_id: int) -> None:
    """Take the tick away."""
    for_the_window(change.by)
    row = change.material(material_id)
    change.put(row, received_at=None, received_form=None, received_count=0, shared_from=None, exempt=None)
    change.note("gave_back", f"“{row.name}”改为没收")


def excuse(change: Changing, material_id: int, reason: str) -> None:
    """It need not be handed in, or not now, for one of the reasons there are."""
    for_the_window(change.by)
    if reason not in EXCUSES:
        raise Refused(f"不用交要选一个理由：{'、'.join(EXCUSES)}。")
    row = change.material(material_id)
    change.put(row, exempt=reason)
    change.note("excused", f"“{row.name}”不用交（{row.exempt}）")


def share(session: Session, case: t.StoredCase, materials: list[t.StoredMaterial]) -> None:
    """Mark what an earlier case of the same enterprise holds: the same material, handed in, not one that is for each."""
    held = (
        select(t.StoredMaterial.key, t.StoredCase.number)
        .join(t.StoredCase, t.StoredCase.id == t.StoredMaterial.case_id)
        .where(
            t.StoredCase.enterprise_id == case.enterprise_id,
            t.StoredCase.id != case.id,
            t.StoredCase.erased_at.is_(None),
            t.StoredMaterial.received_at.is_not(None),
        )
        .order_by(t.StoredCase.id)
    )
    numbers: dict[str, str] = dict(session.execute(held).all())
    for row in materials:
        if not row.each and row.exempt is None and row.received_at is None:
            row.shared_from = numbers.get(row.key)
