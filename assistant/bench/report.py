"""A comparison for people, as Markdown, and for programs, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from assistant.bench.finding import Comparison, Row

MODES = {
    "one": "问的是一样，该直接答",
    "all": "一句问几样，都该答",
    "clarify": "话里分不清，该反问",
    "not_listed": "不在清单上，该说明",
    "none": "不归这里办，该婉拒",
}
HEAD = (
    "系统",
    "首位对",
    "前三有",
    "p50（毫秒）",
    "p95（毫秒）",
    "启动（秒）",
    "头一次（秒）",
    "内存（MB）",
    "磁盘（MB）",
)


def as_markdown(comparison: Comparison) -> str:
    """The tables, and who did not take part."""
    lines = [
        f"{len(comparison.questions)} 个问题（{comparison.source}），其中 {comparison.ranked} 个问的是一样，算名次；"
        f"{comparison.guides} 份指南；每个系统一个进程，问的时候一个线程。",
        "",
        _line(HEAD),
        _line(("---", *("---:" for _ in HEAD[1:]))),
        *(_line(_cells(row)) for row in comparison.rows),
    ]
    for row in comparison.rows:
        if row.turn.decided:
            lines += ["", f"{row.title}：答不答", "", *_decided(comparison, row)]
    if comparison.left_out:
        lines += ["", "没有比的：", "", *(f"- {title}：{why}" for title, why in comparison.left_out)]
    return "\n".join(lines)


def as_json(comparison: Comparison) -> str:
    """The same figures, unrounded."""
    systems: list[dict[str, Any]] = []
    for row in comparison.rows:
        figures = asdict(row.turn)
        decided = comparison.decisions(row) if figures.pop("decided") else None
        del figures["ranked"]
        one = {"title": row.title, "first": row.first, "first_three": row.first_three, **figures}
        systems.append({**one, "decisions": decided} if decided else one)
    whole = {
        "source": comparison.source,
        "questions": len(comparison.questions),
        "ranked": comparison.ranked,
        "guides": comparison.guides,
        "systems": systems,
        "left_out": dict(comparison.left_out),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _cells(row: Row) -> tuple[str, ...]:
    took = row.turn
    return (
        row.title,
        f"{100 * row.first:.1f}%",
        f"{100 * row.first_three:.1f}%",
        f"{took.p50_ms:.1f}",
        f"{took.p95_ms:.1f}",
        f"{took.start_s:.1f}",
        f"{took.build_s:.1f}",
        f"{took.memory_mb:.0f}",
        f"{took.disk_mb:.1f}",
    )


def _decided(comparison: Comparison, row: Row) -> list[str]:
    head = ("问题", "题数", "答得对", "错的当成确定", "反问了", "没有答")
    lines = [_line(head), _line(("---", *("---:" for _ in head[1:])))]
    counted = comparison.decisions(row)
    for mode, words in MODES.items():
        if mode in counted:
            total = sum(counted[mode].values())
            shares = (f"{100 * often / total:.1f}%" for often in counted[mode].values())
            lines.append(_line((words, str(total), *shares)))
    return lines


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
