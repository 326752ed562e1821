"""The sentences that say how each figure of the savings was counted."""

from __future__ import annotations


def materials_counted(alone: int, together: int) -> str:
    """How materials were counted."""
    return f"一件件单独办，各件的材料加起来{alone}样；合在一起，同一样只带一次，是{together}样。免带的都没算。"


def trips_counted(alone: int, together: int, *, by_proxy: bool, posted: bool) -> str:
    """How trips were counted."""
    how = "一步一步数，每一步里一个地方算1趟；同一步里要等别的办完的，另算1趟"
    online = "；在网上发的不算" if posted else ""
    if not by_proxy:
        return f"{how}{online}。没选代办，按自己跑算，{together}趟。"
    return f"{how}{online}。全都自己跑{alone}趟；专窗代办的只去专窗，一共{together}趟。"


def steps_counted(entries: int, trips: int) -> str:
    """How steps were counted."""
    return f"单独办，每件都要交一次、取一次，{entries}件；合在一起，跑一趟交一次、取一次，{trips}趟。"
