"""What came of each fault, as the table in docs/faults.md."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Sequence

from assistant import phrases
from tests.faults.people import ALONE, ANSWERED, NOT_KEPT, SORRY, UNSENT, Tried

HEAD = f"""# 弄坏了会怎样

`make test-faults` 真的一样一样弄坏，量好了写出来的，不要手改。一边弄坏，一边有三个人在问、一个人在留言、一个窗口人员在收件，每一次都看答得对不对；
事后到数据库里数：得到过答复的话、留言、办件，少一条、多一条都算没通过。

| 人看到的 | 是什么 |
| --- | --- |
| {ANSWERED} | 和平常一样 |
| {ALONE} | 答得上来，前面多一句：“{phrases.DIALOGUE_AWAY}” |
| {SORRY} | “{phrases.OUR_FAULT}”，或者答了，可是说{NOT_KEPT}；别的网页上是“请过一会儿再试，急办的话请打 12345” |
| {UNSENT} | 网页自己说“没发出去，可能是网络断了，您写的还在”，点“再试一次”；前面有 nginx 的，它会换另一个进程 |
"""


COLUMNS = ("弄坏什么", "怎么弄的", "这段时间里人看到", "多久好", "丢了的", "哪天量的，机器那时多忙")
Cells = tuple[str, ...]


def row(fault: str, how: str, seen: Sequence[Tried], seconds: float, counted: tuple[int, int, int]) -> Cells:
    """One fault: what was broken and how, what people saw meanwhile, when all was well again, how much was kept of how much."""
    times = Counter(one.how for one in seen)
    told = "，".join(f"{how} {times[how]} 次" for how in (ANSWERED, ALONE, SORRY, UNSENT) if times[how])
    slowest = f"；最慢 {max(one.took for one in seen):.1f} 秒"
    kept = f"0（{counted[0]} 句话、{counted[1]} 条留言、{counted[2]} 件办件）"
    measured = f"{dt.date.today()}，{os.cpu_count()} 核，负载 {os.getloadavg()[0]:.0f}"
    return (fault, how, told + slowest, f"{seconds:g} 秒", kept, measured)


def as_markdown(rows: Iterable[Cells]) -> str:
    """The whole page."""
    lines = [f"| {' | '.join(cells)} |" for cells in (COLUMNS, ("---",) * len(COLUMNS), *rows)]
    return "\n".join([HEAD, *lines, ""])


def brought_up_to_date(page: str, rows: Iterable[Cells]) -> str:
    """The page with these rows in the place of earlier ones of the same faults."""
    known = [tuple(line.strip("| ").split(" | ")) for line in page.splitlines() if line.startswith("| ")]
    held = {cells[0]: cells for cells in known if len(cells) == len(COLUMNS) and cells[0] not in ("---", COLUMNS[0])}
    return as_markdown((held | {cells[0]: cells for cells in rows}).values())
