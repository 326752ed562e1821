"""What the desk takes: files that the knowledge reads, by their names within its folder, as text that can be YAML."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.errors import NotFound, Refused
from assistant.knowledge import questions as q
from assistant.knowledge.load import LISTS
from assistant.knowledge.yamlfile import MAX_BYTES

_GUIDE = re.compile(r"guides/[a-z0-9]+(?:-[a-z0-9]+)*\.yaml", re.ASCII)
LONGEST = 120  # as the table has it
_QUESTIONS = {*q.BY_ENTRY, q.NOT_OURS, q.BARE, q.VAGUE, q.SEVERAL, q.ACTS}
FILES = {f"{name}.yaml" for name in LISTS} | {"catalog.yaml", "general.yaml", "demo/catalog.yaml"} | _QUESTIONS


def place(folder: Path, path: str) -> Path:
    """Where a file of the knowledge lies; Refused for whatever is no name of one."""
    if path not in FILES and not (_GUIDE.fullmatch(path) and len(path) <= LONGEST):
        shown = "".join(sign if sign.isprintable() else "?" for sign in path[:60])
        raise Refused(f"“{shown}”不是知识库里的文件。新指南写成 guides/编号.yaml，编号只用小写字母、数字和“-”。")
    found = folder / path
    if not found.resolve().is_relative_to(folder.resolve()):
        raise Refused(f"“{path}”指到知识库外面去了，不能在这里改。")
    if path in FILES and not found.is_file():
        raise NotFound(f"知识库里没有“{path}”。")
    return found


def there(folder: Path) -> list[str]:
    """The files that can be changed, guides first."""
    guides = sorted(f"guides/{path.name}" for path in (folder / "guides").glob("*.yaml"))
    known = [*(name for name in guides if _GUIDE.fullmatch(name)), *sorted(FILES)]
    return [name for name in known if (folder / name).is_file()]


def text_at(folder: Path, path: str) -> str | None:
    """The text of a file as it lies on the disk; None where there is none; Refused where it is no text."""
    found = place(folder, path)
    try:
        return found.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise Refused(f"磁盘上的 {path} 不是 UTF-8 编码，请先在服务器上改好。") from error


def fit(text: str, base: str | None) -> str:
    """A text as it can be kept: line ends as the file has them, one at the end; Refused where it is too much or no text."""
    newline = "\r\n" if base and "\r\n" in base else "\n"
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    whole = (lines + "\n").replace("\n", newline) if base is None or lines != base.rstrip("\n") else base
    try:
        size = len(whole.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise Refused("里面有认不得的字（不是 UTF-8），请删掉再存。") from error
    if size > MAX_BYTES:
        raise Refused(f"写得太长了（{size // 1000} KB），一个文件不超过 {MAX_BYTES // 1000} KB。")
    if "\x00" in whole:
        raise Refused("里面有看不见的控制字符，请删掉再存。")
    return whole
