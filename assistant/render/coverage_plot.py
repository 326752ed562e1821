"""How much is known over time as one SVG: three bands that fill the height, 已核 at the bottom, 待核 on top."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 760, 300, 46, 34, 34, 14
CONFIRMED, SOURCED, OPEN, INK, FAINT = "#1f6b47", "#8fc3a8", "#f0d9b0", "#222", "#ccc"
NAMES = (("已核", CONFIRMED), ("有出处", SOURCED), ("待核", OPEN))


@dataclass(frozen=True)
class Point:
    """How many elements of guides were in each state on a day."""

    on: dt.date
    confirmed: int
    sourced: int
    open: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.confirmed + self.sourced + self.open

    @property
    def covered(self) -> float:
        """The share that somebody can rely on."""
        return (self.confirmed + self.sourced) / self.total if self.total else 0.0


def as_svg(points: Sequence[Point]) -> str:
    """The picture; the table beside it says the same in figures."""
    told = f"{points[0].on} 到 {points[-1].on}，已核、有出处、待核各占多少" if points else "还没有数"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(told)}" '
        'font-size="13">',
        f"<title>{escape(told)}</title>",
        *(_legend(number, name, colour) for number, (name, colour) in enumerate(NAMES)),
        *_bands(points),
        *_grid(points),
        "</svg>",
    ]
    return "".join(parts)


def _legend(number: int, name: str, colour: str) -> str:
    x = LEFT + 90 * number
    return f'<rect x="{x}" y="8" width="12" height="12" fill="{colour}"/>{_text(x + 18, 19, name)}'


def _bands(points: Sequence[Point]) -> list[str]:
    """Each band from the sum of those below it to its own; one day alone is as wide as the picture."""
    drawn = [one for one in points if one.total]
    if not drawn:
        return []
    places = [(_x(points, one.on), one) for one in drawn]
    if len(places) == 1:
        places = [(LEFT, drawn[0]), (WIDTH - RIGHT, drawn[0])]
    bands = []
    for number, (_, colour) in enumerate(NAMES):
        upper = [f"{x:.1f},{_y(sum(_parts(one)[: number + 1]) / one.total):.1f}" for x, one in places]
        lower = [f"{x:.1f},{_y(sum(_parts(one)[:number]) / one.total):.1f}" for x, one in reversed(places)]
        bands.append(f'<polygon points="{" ".join(upper + lower)}" fill="{colour}"/>')
    return bands


def _parts(one: Point) -> tuple[int, int, int]:
    return one.confirmed, one.sourced, one.open


def _grid(points: Sequence[Point]) -> list[str]:
    lines = [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(share):.1f}" y2="{_y(share):.1f}" stroke="{FAINT}" '
        f'stroke-dasharray="2 3"/>' + _text(LEFT - 6, _y(share) + 4, f"{share:.0%}", "end")
        for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    ends = dict.fromkeys((points[0].on, points[-1].on)) if points else {}
    anchors = ("start", "end")
    days = [
        _text(LEFT if number == 0 else WIDTH - RIGHT, HEIGHT - 12, f"{day:%Y-%m-%d}", anchors[number])
        for number, day in enumerate(ends)
    ]
    return [*lines, *days]


def _x(points: Sequence[Point], on: dt.date) -> float:
    span = (points[-1].on - points[0].on).days or 1
    return LEFT + (WIDTH - LEFT - RIGHT) * (on - points[0].on).days / span


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{INK}">{escape(words)}</text>'
