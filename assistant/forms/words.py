"""What stands in the forms: everything the checklist knows, what the person typed, and lines to write on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from assistant.checklist import wording
from assistant.checklist.model import Checklist, Entry, MaterialLine
from assistant.checklist.persons import INVESTORS, one_owner, owner, promiser
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile
from assistant.forms.offered import FORMS
from assistant.knowledge.whole import Knowledge

HINT = "参考样式，以窗口要求为准。窗口有表的，用窗口的表。"
BLANK = "____________________"
TYPED = {  # what a person may type in once for all forms, none of it kept
    "名称": "名称（照执照抄）",
    "统一社会信用代码": "统一社会信用代码",
    "负责人": "法定代表人、经营者或负责人",
    "住所": "住所（经营场所）",
    "电话": "联系电话",
    "经办人": "替您跑腿的人（自己办不填）",
    "经办人电话": "跑腿的人的电话",
}
DECIDERS = {  # who decides to close, what the paper is called, who signs it
    "gongsi": ("股东会", "股东会决议", "股东"),
    "hezuoshe": ("成员大会", "成员大会决议", "成员"),
    "hehuo": ("全体合伙人", "全体合伙人决定", "合伙人"),
    "geren-duzi": ("投资人", "投资人决定", "投资人"),
    "fen-gongsi": ("总公司", "撤销分公司的决定", "总公司"),
}
DECIDER = ("出资人", "解散、注销的决定", "出资人")
DECISION = (
    "同意解散，申请注销登记。",
    "成立清算组，成员：{blank}；负责人：{blank}。",
    "清算期间不做跟清算无关的买卖。",
)
OF_A_BRANCH = ("撤销{name}，申请注销登记。", "它的债权债务、人员由总公司接着管。")


def words(
    knowledge: Knowledge, checklist: Checklist, code: str, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """All names that templates may use, with what they stand for."""
    profile, day = checklist.profile, checklist.issued_on
    kind = knowledge.enterprise_types.get(profile.enterprise_type or "")
    trade = knowledge.industries.get(profile.industry or "")
    whole = profile.whole_or_licence_only
    given = {key: (typed or {}).get(key, "").strip() or BLANK for key in TYPED}
    decider, decision, signs = DECIDERS.get(profile.enterprise_type or "", DECIDER)
    by_heirs = profile.owner_deceased is True and one_owner(kind)
    promises = promiser(profile.enterprise_type, by_heirs=by_heirs)
    licences = [entry for entry in checklist.entries if knowledge.is_item(entry.item.id)]
    applied = _needing(checklist, "zhuxiao-shenqingshu")
    return {
        **given,
        "提示": HINT,
        "页脚": f"按短码 {code} 的注销清单生成，清单 {day.year}年{day.month}月{day.day}日开出",
        "主体类型": kind.name if kind else BLANK,
        "负责人称呼": owner(profile.enterprise_type),
        "地区": checklist.place or BLANK,
        "行业": trade.name if trade else profile.industry or BLANK,
        "范围": {"whole": "营业执照和许可证都销", "licence_only": "只退许可证，执照留着"}.get(whole or "", BLANK),
        "怎么销": checklist.path.name if checklist.path else "不销",
        "要办的事": [{"名称": one.item.name, "窗口": one.window.name, "谁去": _who(one)} for one in checklist.entries],
        "证件": [_licence(knowledge, checklist, one) for one in licences],
        "申请的证件": [_licence(knowledge, checklist, one) for one in licences if one.item.id in applied],
        "委托的事": [one.item.name for one in checklist.entries if one.item.id in _needing(checklist, "weituoshu")],
        "谁决定": decider,
        "谁签字": signs,
        "决议名称": decision,
        "决定的事": _decided(profile.enterprise_type, given["名称"]),
        "承诺书名称": "简易注销" + ("承诺书" if promises != INVESTORS else f"{INVESTORS}承诺书"),
        "谁承诺": promises,
        "承诺的事": _promised(checklist),
        "申报债权": _claims(checklist),
    }


def all_names(knowledge: Knowledge, today: dt.date) -> frozenset[str]:
    """Every name that a template may use."""
    return frozenset(words(knowledge, make_checklist(knowledge, Profile(), today), ""))


def _who(entry: Entry) -> str:
    return {"proxy": "交专窗代办" if entry.can_proxy else "自己去", "self": "自己去"}.get(
        entry.way or "", "□ 代办　□ 自办"
    )


def _licence(knowledge: Knowledge, checklist: Checklist, entry: Entry) -> dict[str, Any]:
    item = knowledge.items[entry.item.id]
    lines = [line for line in checklist.materials if line.id in entry.materials and not line.exempt]
    return {
        "名称": entry.item.name,
        "证名": item.certificate or entry.item.name,
        "连执照一起": "☑" if checklist.profile.whole_or_licence_only == "whole" else "□",
        "材料": [f"{line.name}（{line.form}）" if line.form else line.name for line in lines],
    }


def _needing(checklist: Checklist, form_id: str) -> frozenset[str]:
    """The entries that a form is handed in for."""
    form = next(one for one in FORMS if one.id == form_id)

    def of(line: MaterialLine) -> set[str]:
        return set(line.for_) - set(line.waived_for) if form.stands_for(line) else set()

    return frozenset().union(*map(of, checklist.materials))


def _decided(kind: str | None, name: str) -> list[str]:
    if kind == "fen-gongsi":
        return [one.format(name=name) for one in OF_A_BRANCH]
    return [one.format(blank=BLANK) for one in DECISION]


def _promised(checklist: Checklist) -> list[str]:
    """The conditions of the simple path that are about facts."""
    conditions = checklist.path.conditions if checklist.path else ()
    return [f"{one.text}。" for one in conditions if one.text not in (wording.TYPE_MAY, wording.ALL_PROMISE)]


def _claims(checklist: Checklist) -> str:
    """How long creditors may come, as far as the knowledge says it for this kind of enterprise."""
    entry = next((one for one in checklist.entries if one.item.id == "qingsuan-gonggao"), None)
    period = entry.dates.period if entry and entry.dates else None
    days = f"{period.days}{period.unit}" if period else "____日"
    return f"从公告那天起{days}内（接到通知的，照通知写的日子）"
