"""Running a long command: its output goes to a log, one moving line tells how far it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

# Settings of the person's shell that would send packages somewhere else than into our environments.
_STRAYING = ("PIP_TARGET", "PIP_USER", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PYTHONPATH", "PYTHONHOME")

Reading = Callable[[str], str | None]


class Ticker:
    """One line that moves on a terminal, and comes every 15 seconds elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._last = time.monotonic()
        self._shown = False

    def show(self, words: str) -> None:
        """Show how far it is."""
        now = time.monotonic()
        if now - self._last < (0.1 if self._terminal else 15):
            return
        self._last, self._shown = now, True
        if self._terminal:
            print(f"\r      {words}\033[K", end="", flush=True)
        else:
            print(f"      {words}", flush=True)

    def close(self) -> None:
        """Leave the terminal with an empty line to write on."""
        if self._terminal and self._shown:
            print("\r\033[K", end="", flush=True)


def pip_reading(total: int) -> Reading:
    """How far pip is, from the lines it prints."""
    seen = 0

    def read(line: str) -> str | None:
        nonlocal seen
        if re.match(r"(Collecting|Ignoring|Requirement already satisfied) ?", line):
            seen += 1
            return f"已取得 {min(seen, total)}/{total} 个软件包"
        if re.match(r"\s+Downloading .*\(\d+\.\d+ MB\)", line):
            return f"正在下载（第 {min(seen, total)}/{total} 个）：{line.split()[1].split('-')[0]}"
        if line.startswith("Installing collected"):
            return "下载完毕，正在安装"
        return None

    return read


def run_logged(
    argv: Sequence[str], log: Path, *, cwd: Path, env: Mapping[str, str] | None = None, reading: Reading | None = None
) -> tuple[int, str]:
    """Run a command with its output in a log; give back its exit code and what it printed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    clean = {name: value for name, value in os.environ.items() if name not in _STRAYING}
    ticker, lines = Ticker(), list[str]()
    with (
        log.open("a", encoding="utf-8") as file,
        subprocess.Popen(
            argv,
            cwd=cwd,
            env={**clean, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as child,
    ):
        assert child.stdout is not None
        try:
            file.write(f"$ {' '.join(argv)}\n")
            for line in child.stdout:
                file.write(line)
                lines.append(line)
                if reading and (words := reading(line)):
                    ticker.show(words)
        except BaseException:
            child.terminate()
            raise
        finally:
            ticker.close()
    return child.returncode, "".join(lines)
