"""What /proc knows of processes and of the machine, and the times that most messages took."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import quantiles


def percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The 50th, 95th and 99th; zeros of nothing."""
    if len(values) < 2:
        return (values[0], values[0], values[0]) if values else (0.0, 0.0, 0.0)
    cuts = quantiles(values, n=100, method="inclusive")
    return round(cuts[49], 1), round(cuts[94], 1), round(cuts[98], 1)


def processes(supervisor: int) -> dict[str, int]:
    """The processes of a stack of our own, by name; none where the service is not ours (0)."""
    if not supervisor:
        return {}
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    found = {"看护": supervisor}
    for child, line in lines.items():
        name = "Rasa" if b"start.py" in line else "网页"
        again = sum(known.startswith(name) for known in found)
        found[f"{name} {again + 1}" if again else name] = child
    return found


def processor_time(supervisor: int) -> dict[str, float]:
    """Milliseconds of processor each process has used."""
    ticks = os.sysconf("SC_CLK_TCK")

    def used(process: int) -> float:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / ticks

    return {who: used(process) for who, process in processes(supervisor).items() if who != "看护"}


def each(before: dict[str, float], after: dict[str, float], messages: int) -> dict[str, float]:
    """Milliseconds of processor a message, by process."""
    return {who: round((after[who] - before.get(who, 0.0)) / messages, 1) for who in after}


def memory(supervisor: int) -> dict[str, dict[str, float]]:
    """PSS (its fair share of what is shared) and RSS of each process, in MB."""

    def held(process: int) -> dict[str, float]:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        kilobytes = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith(("Pss:", "Rss:"))}
        return {name.upper(): round(int(value) / 1024, 1) for name, value in kilobytes.items()}

    return {who: held(process) for who, process in processes(supervisor).items()}


def busy() -> tuple[float, float]:
    """What the machine's processors did since it started, and how much of that was work."""
    spent = [float(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(spent), sum(spent) - spent[3] - spent[4]  # idle, and waiting for the disk


def share(before: tuple[float, float], after: tuple[float, float]) -> float:
    """How much of the machine was at work between two looks."""
    return (after[1] - before[1]) / max(after[0] - before[0], 1.0)


def table(rows: Iterable[tuple[str, object]]) -> str:
    """What was measured, as a table in Markdown."""
    return "\n".join(["| 量的 | 结果 |", "| --- | ---: |", *(f"| {what} | {value} |" for what, value in rows)])
