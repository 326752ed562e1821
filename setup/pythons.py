"""Finding the Python 3.10 that Rasa 3.6 needs: every candidate is executed, because a shim can exist and still fail."""

from __future__ import annotations

import functools
import glob
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from faults import SetupFault
from wheelhouse import Wheelhouse

ROOT = Path(__file__).resolve().parent.parent
_PROBE = "import sys; print('%d.%d' % sys.version_info[:2]); import venv, ensurepip, ssl, sqlite3, ctypes"

NO_PYTHON_310 = (
    "没有找到可用的 Python 3.10（Rasa 3.6 只能用它）：请用 uv python install 3.10、pyenv install 3.10 "
    "或系统软件包（Ubuntu 22.04：sudo apt-get install python3.10 python3.10-venv）装上，"
    "已装在别处的用 RASA_PYTHON=/路径/python3.10 指明，再执行一次。"
)


def _runs(python: str, version: str) -> bool | None:
    """Whether this is a complete Python of that version; None when it is the version but lacks a module."""
    try:
        done = subprocess.run([python, "-I", "-c", _PROBE], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    if done.stdout.strip() != version:
        return False
    return True if done.returncode == 0 else None


def _from_uv(version: str) -> Iterator[str]:
    """What uv has or can fetch, if uv is installed."""
    if not (uv := shutil.which("uv")):
        return
    for install in (False, True):
        if install:
            print(f"      正在用 uv 安装 Python {version} …", flush=True)
            subprocess.run([uv, "python", "install", version], capture_output=True, check=False)
        found = subprocess.run(
            [uv, "python", "find", "--no-project", version], capture_output=True, text=True, check=False
        )
        if found.returncode == 0:
            yield found.stdout.strip()


def _candidates(version: str) -> Iterator[str]:
    """Where a Python of that version may be, the cheap places first."""
    if (carried := Wheelhouse(ROOT).python(version)).exists():  # the packages of a bundle are for this one
        yield str(carried)
    yield f"python{version}"
    pyenv = os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv")
    # glob.glob, unlike Path.glob, passes over a folder that we may not read
    yield from sorted(glob.glob(f"{glob.escape(pyenv)}/versions/{version}.*/bin/python"), reverse=True)  # noqa: PTH207
    yield from _from_uv(version)


@functools.cache
def find_rasa_python(version: str = "3.10") -> str:
    """The first Python 3.10 that really runs; $RASA_PYTHON, when set, is the only one tried."""
    named = os.environ.get("RASA_PYTHON")
    if named and _runs(named, version) is not True:
        raise SetupFault(
            f"RASA_PYTHON 指的 {named} 不是可用的 Python {version}（须带 venv 和 ssl）：请改正再执行一次。"
        )
    incomplete = ""
    for candidate in [named] if named else _candidates(version):
        works = _runs(candidate, version)
        if works:
            return candidate
        if works is None:
            incomplete = candidate
    if incomplete:
        raise SetupFault(
            f"{incomplete} 缺少 venv 或 ssl 等部件：请补装（Debian、Ubuntu：sudo apt-get install python{version}-venv）"
            "再执行一次。"
        )
    raise SetupFault(NO_PYTHON_310)
