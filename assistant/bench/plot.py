"""A comparison as one SVG: how often the right guide comes first or among three, and how long a question takes."""

from __future__ import annotations

import math
from html import escape

from assistant.bench.finding import Comparison, Row

WIDTH, TOP, STEP = 900, 78, 40
BARS, BAR_WIDTH = 210, 380  # where the shares begin, and how wide 100 % is
CLOCK, CLOCK_WIDTH, DECADES = 660, 210, (-1, 3)  # from 0.1 ms to 1 s, each power of ten alike
FIRST, THREE, OURS, INK, FAINT = "#2f6fab", "#a9c7e4", "#b5482a", "#222", "#ccc"


def as_svg(comparison: Comparison) -> str:
    """The picture, in words that a browser draws with the reader's own fonts."""
    height = TOP + STEP * len(comparison.rows) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif" font-size="14">',
        f"<title>找指南：{comparison.ranked} 个问题的对比</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        _text(BARS, 28, f"{comparison.ranked} 个问题，{comparison.guides} 份指南", size=16),
        f'<rect x="{BARS}" y="44" width="12" height="12" fill="{FIRST}"/>{_text(BARS + 18, 55, "首位对")}',
        f'<rect x="{BARS + 90}" y="44" width="12" height="12" fill="{THREE}"/>{_text(BARS + 108, 55, "前三有")}',
        _text(CLOCK, 55, "一问多少毫秒：p50 ● ─ p95"),
        *_grid(height),
        *(_row(row, TOP + STEP * number) for number, row in enumerate(comparison.rows)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(height: int) -> list[str]:
    marks = [(BARS + BAR_WIDTH * share / 100, f"{share}%") for share in (0, 25, 50, 75, 100)]
    marks += [(_at(10.0**power), _shown(10.0**power)) for power in range(DECADES[0], DECADES[1] + 1)]
    return [
        f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{TOP - 8}" y2="{height - 30}" stroke="{FAINT}"/>'
        + _text(x, height - 12, words, anchor="middle", size=12)
        for x, words in marks
    ]


def _row(row: Row, y: int) -> str:
    ours = row.title.startswith("智能导办")
    first, three = BAR_WIDTH * row.first, BAR_WIDTH * row.first_three
    low, high = _at(row.turn.p50_ms), _at(row.turn.p95_ms)
    return "".join(
        (
            _text(BARS - 10, y + 19, row.title, anchor="end", bold=ours),
            f'<rect x="{BARS}" y="{y + 3}" width="{three:.0f}" height="22" fill="{THREE}"/>',
            f'<rect x="{BARS}" y="{y + 3}" width="{first:.0f}" height="22" fill="{OURS if ours else FIRST}"/>',
            _text(BARS + 8, y + 19, f"{100 * row.first:.1f}%", fill="#fff"),
            f'<line x1="{low:.0f}" x2="{high:.0f}" y1="{y + 14}" y2="{y + 14}" stroke="{INK}" stroke-width="3"/>',
            f'<circle cx="{low:.0f}" cy="{y + 14}" r="5" fill="{INK}"/>',
        )
    )


def _at(milliseconds: float) -> float:
    """Where a duration stands."""
    low, high = DECADES
    power = min(max(math.log10(max(milliseconds, 1e-6)), low), high)
    return CLOCK + CLOCK_WIDTH * (power - low) / (high - low)


def _shown(milliseconds: float) -> str:
    return f"{milliseconds / 1000:g} 秒" if milliseconds >= 1000 else f"{milliseconds:g}"


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", size: int = 14, fill: str = INK, bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}"'
    return f"<text {place}{weight}>{escape(words)}</text>"
