"""A plan carried out: written to a copy, checked there, and only then swapped into the folder, all or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from assistant.annex.planning import Plan
from assistant.errors import DaobanError, KnowledgeError
from assistant.knowledge.load import load


def apply(plan: Plan) -> list[str]:
    """Carry the plan out; the files that changed. DaobanError, and an untouched folder, where it cannot be done."""
    root = plan.root
    if not plan.texts:
        return []
    for file, (old, _) in plan.texts.items():
        if _text(root / file) != old:
            raise DaobanError(f"{file} 在预览之后又被改过，请重新导入一次")
    with tempfile.TemporaryDirectory(prefix="daoban-import-") as folder:
        copy = Path(folder) / "knowledge"
        shutil.copytree(root, copy)
        for file, (_, new) in plan.texts.items():
            _put(copy / file, new)
        try:
            load(copy, demo=(copy / "demo" / "catalog.yaml").is_file())
        except KnowledgeError as error:
            raise KnowledgeError(f"改完以后知识库检查没通过，一个字也没有动：\n{error}", error.findings) from error
    done: list[str] = []
    try:
        for file, (_, new) in plan.texts.items():
            done.append(file)
            _put(root / file, new)
    except OSError as error:
        for file in done:
            with suppress(OSError):
                _put(root / file, plan.texts[file][0])
        raise DaobanError(f"写不进 {done[-1]}（{error.strerror}），已经恢复原样。检查文件夹的权限和磁盘空间") from error
    return sorted(done)


def _text(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8") if path.is_file() else None


def _put(path: Path, text: str | None) -> None:
    """The file with this text, replaced in one step; None takes it away."""
    if text is None:
        path.unlink(missing_ok=True)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.is_file() else 0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
