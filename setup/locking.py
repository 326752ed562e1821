"""Writing the locks anew from both pyproject.toml and requirements/build.in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import call

from faults import SetupFault

# lock, the Python it is for, what it is made from
LOCKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("requirements/build.txt", "3.10", ("requirements/build.in",)),
    ("nlu/requirements.txt", "3.10", ("nlu/pyproject.toml",)),
    ("requirements/service.txt", "3.11", ("pyproject.toml",)),
    ("requirements/bench.txt", "3.11", ("--group", "bench", "-c", "requirements/service.txt")),
    ("requirements/dev.txt", "3.11", ("pyproject.toml", "--extra", "dev", "-c", "requirements/service.txt")),
    ("requirements/mutation.txt", "3.11", ("--group", "mutation", "-c", "requirements/dev.txt")),
)
_PLAIN = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet")


def write_locks(root: Path, uv: Path, rasa_python: str, arguments: Sequence[str]) -> None:
    """Every lock, as uv resolves it; `--upgrade` takes newer releases."""
    interpreters = {"3.10": rasa_python, "3.11": sys.executable}
    for out, version, source in LOCKS:
        python = ("--python-version", version, "--python", interpreters[version])
        _write(root, out, [str(uv), "pip", "compile", *_PLAIN, *arguments, *python, *source, "-o", out])
    _write(root, "requirements/encoder.txt", [sys.executable, "encoder/lock.py", "--uv", str(uv), *arguments])


def _write(root: Path, out: str, command: list[str]) -> None:
    print(f"锁定 {out} …", flush=True)
    if call(command, cwd=root):
        raise SetupFault(f"锁定 {out} 没有成功：请按上面的提示处理后再执行一次。")
