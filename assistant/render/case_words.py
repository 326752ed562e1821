"""The papers of a case as plain words, under the names that their templates use; no contact, nobody's telephone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from assistant.cases.changing import day_of
from assistant.cases.clocks import handling_due
from assistant.cases.model import FAULTS, Case, CaseEntry, Found, Limit, Material, Notice, NoticeLine
from assistant.cases.moving import DIRECT
from assistant.cases.report import Report
from assistant.cases.states import State
from assistant.checklist.calendar import WorkCalendar
from assistant.errors import NotFound
from assistant.render.html import HOTLINE

HINT = "参考样式。当地有统一格式的，用当地的。"
BLANK = "____________________"
NONE = "—"
AGAIN = "上次就该说，是窗口漏说了，请见谅。"
LATE = "这份告知书开晚了，离收件超过了五个工作日，请见谅。"
UNITS = {"日": "日", "工作日": "个工作日", "月": "个月"}
Kind = Literal["notice", "handover", "receipt", "report"]
Row = dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """A paper: which one, how its file is called, what stands on it, and where its QR code leads."""

    kind: Kind
    name: str
    words: Mapping[str, Any]
    address: str | None = None


class NoticeWords(TypedDict):
    """What stands on a 一次性告知书."""

    提示: str
    告知书编号: str
    档案编号: str
    企业: str
    窗口: str
    收件日期: str
    告知日期: str
    经办人: str
    涉及事项: str
    提醒: list[str]
    要补的: list[Row]
    说明: list[str]
    网址: str


class HandoverWords(TypedDict):
    """What stands on a 部门交接单."""

    提示: str
    部门: str
    日期: str
    窗口: str
    件数: int
    交的: list[Row]


class ReceiptWords(TypedDict):
    """What stands on a 受理回执."""

    提示: str
    档案编号: str
    企业: str
    窗口: str
    收件日期: str
    打印日期: str
    经办人: str
    提醒: list[str]
    事项: list[Row]
    收到的: list[Row]
    没收到的: list[Row]
    现在不用交的: list[str]
    查进度: list[str]
    网址: str


class ReportWords(TypedDict):
    """What stands in the report for the meeting (会商)."""

    开始: str
    结束: str
    数字: list[Row]
    分项: list[Row]


def one_time_notice(case: Case, notice: Notice, address: str) -> Paper:
    """一次性告知书: all that is missing or wrong; the address is that of the progress page."""
    over = (
        (notice.withdrawn_at, "这份告知书{}撤回了，不用照着补。"),
        (notice.resolved_at, "这份告知书要的，{}已经补齐。"),
    )
    words = NoticeWords(
        提示=HINT,
        告知书编号=notice.number,
        档案编号=case.number,
        企业=case.enterprise.name or BLANK,
        窗口=_window(case),
        收件日期=_day(day_of(case.opened_at)),
        告知日期=_day(day_of(notice.at)),
        经办人=notice.by,
        涉及事项=_named(case, notice.entries),
        提醒=[
            *(told.format(_day(day_of(moment))) for moment, told in over if moment),
            *([LATE] if notice.late else []),
        ],
        要补的=[_asked(case, notice, line) for line in notice.lines],
        说明=[
            "照行政许可法第三十二条，要补的一次说全，都在上面了。",
            f"补齐了交回{_window(case)}，就接着办；等您补材料的这些天，不算进办理时限。",
            f"哪条看不明白、觉得不该要，当面问经办人；说不通的打 {HOTLINE}。",
        ],
        网址=address,
    )
    return Paper("notice", f"一次性告知书-{notice.number}", words, address)


def handover_sheet(department: str, day: dt.date, handed: Sequence[Found], calendar: WorkCalendar) -> Paper:
    """部门交接单: what the window hands to a department on a day (Cases.submitted); NotFound where that is nothing."""
    rows = [
        {
            "档案编号": one.case.number,
            "企业": one.case.enterprise.name or BLANK,
            "代码": one.case.enterprise.code or NONE,
            "事项": entry.name,
            "材料": "；".join(_handed(m) for m in one.case.materials if entry.id in m.entries) or NONE,
            "最晚": _last_day(entry, calendar, day),
            "备注": "绿色通道，请先办" if one.case.green_lane else "",
        }
        for one in handed
        for entry in one.entries
        if not _withdrawn_by(entry, day)
    ]
    if not rows:
        raise NotFound(f"{_day(day)}没有要交给{department or '部门'}的。")
    words = HandoverWords(
        提示=HINT,
        部门=department or BLANK,
        日期=_day(day),
        窗口="、".join(dict.fromkeys(_window(one.case) for one in handed)),
        件数=len(rows),
        交的=rows,
    )
    return Paper("handover", f"部门交接单-{day:%Y%m%d}-{department or '没写部门'}", words)


def receipt(case: Case, address: str, today: dt.date) -> Paper:
    """受理回执: what the window took in, as it stands today, and how to follow it on the progress page."""
    needed = [one for one in case.materials if _still_wanted(case, one)]
    words = ReceiptWords(
        提示=HINT,
        档案编号=case.number,
        企业=case.enterprise.name or BLANK,
        窗口=_window(case),
        收件日期=_day(day_of(case.opened_at)),
        打印日期=_day(today),
        经办人=case.opened_by,
        提醒=[f"材料由{case.taken_in}代收，由{case.region}办理。"] if case.elsewhere else [],
        事项=[_entry(one) for one in case.entries],
        收到的=[_paper(case, one, _received(one)) for one in case.materials if one.received_at],
        没收到的=[_paper(case, one, _wanted(one)) for one in needed if not one.here],
        现在不用交的=[f"{one.name}：{_why_not(one)}" for one in needed if one.here and not one.received_at],
        查进度=[
            "扫码或者打开网址，填档案编号和您留的电话后四位；没留电话的，凭编号到窗口问。",
            "还要补什么，窗口看过材料会一次说全，开一张告知书。",
            f"这张只证明窗口收下了材料；部门同不同意，以部门的决定为准。有疑问打 {HOTLINE}。",
        ],
        网址=address,
    )
    return Paper("receipt", f"受理回执-{case.number}", words, address)


def meeting_report(report: Report) -> Paper:
    """会商报告: the figures of a period, each with the sentence that says how it is counted."""
    words = ReportWords(
        开始=_day(report.first),
        结束=_day(report.last),
        数字=[{"名称": one.label, "数": said(one.value, one.unit), "说明": one.definition} for one in report.figures],
        分项=[
            {
                "标题": one.title,
                "说明": one.definition,
                "表头": list(one.header),
                "行": [[cell if isinstance(cell, str) else said(cell) for cell in row] for row in one.rows],
            }
            for one in report.breakdowns
        ],
    )
    return Paper("report", f"会商报告-{report.first:%Y%m%d}-{report.last:%Y%m%d}", words)


def said(value: float | None, unit: str = "") -> str:
    """A number as it is written, without a needless .0; a stroke where there was nothing to count."""
    if value is None:
        return NONE
    number = str(round(value, 2)).removesuffix(".0")
    return number + (unit if unit in ("", "%") else f" {unit}")


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _window(case: Case) -> str:
    """Where the enterprise goes: the window that took the case in."""
    return f"{case.taken_in or case.region or ''}代办服务专窗"


def _named(case: Case, ids: Sequence[int]) -> str:
    return "、".join(entry.name for entry in case.entries if entry.id in ids)


def _asked(case: Case, notice: Notice, line: NoticeLine) -> Row:
    paper = next((one for one in case.materials if one.id == line.material), None)
    wanted = f"要{_wanted(paper)}" if line.fault == "missing" and paper and _wanted(paper) else ""
    met = "已经补齐，不用再交" if notice.withdrawn_at is None and not set(line.entries) & set(notice.blocks) else ""
    told = [one for one in (line.words, wanted, AGAIN if line.repeated else "", met) if one]
    return {
        "材料": line.name,
        "问题": FAULTS[line.fault],
        "说明": "".join(one if one.endswith(("。", "！", "？")) else f"{one}。" for one in told),
        "用在": _named(case, line.entries),
    }


def _entry(entry: CaseEntry) -> Row:
    mine = entry.way == "self"
    begins = "收件" if entry.tier == DIRECT else "代交给部门"
    limit = f"{_limit(entry.limit)}，从{begins}那天算" if entry.limit else "还没核实，请问窗口"
    return {
        "名称": entry.name,
        "谁去": "您自己去" if mine else "窗口代办",
        "部门": entry.department or NONE,
        "时限": "看注销清单" if mine else limit,
        "现在": entry.label,
    }


def _limit(limit: Limit) -> str:
    whose = "承诺" if limit.whose == "承诺" else "规定的期限"
    return f"{whose} {limit.days}{UNITS[limit.unit]}"


def _last_day(entry: CaseEntry, calendar: WorkCalendar, day: dt.date) -> str:
    due = handling_due(entry, calendar, day)
    return f"{_day(due)}（{_limit(entry.limit)}）" if due and entry.limit else NONE


def _withdrawn_by(entry: CaseEntry, day: dt.date) -> bool:
    return entry.decided is State.WITHDRAWN and entry.decided_on is not None and entry.decided_on <= day


def _still_wanted(case: Case, material: Material) -> bool:
    """Whether an entry needs it that was neither withdrawn nor left to the enterprise."""
    given_up = (State.WITHDRAWN, State.GUIDED)
    return any(entry.id in material.entries and entry.state not in given_up for entry in case.entries)


def _paper(case: Case, material: Material, what: str) -> Row:
    return {"名称": material.name, "几份": what, "用在": _named(case, material.entries)}


def _wanted(material: Material) -> str:
    copies = f" {material.copies} 份" if material.copies else ""
    return f"{material.form or ''}{copies}".strip()


def _received(material: Material) -> str:
    return f"{material.received_form} {material.received_count} 份"


def _why_not(material: Material) -> str:
    return f"以前交过，在档案 {material.shared_from} 里" if material.shared_from else f"{material.exempt}"


def _handed(material: Material) -> str:
    """A material as the department finds it."""
    if material.received_at:
        return f"{material.name}（{_received(material)}）"
    return f"{material.name}（{_why_not(material) if material.here else '还没收到'}）"
