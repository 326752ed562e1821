"""What a bundle (make bundle) brings along in offline/: packages with locks of their own, so that nothing is fetched."""

from __future__ import annotations

import json
import platform
import re
from dataclasses import dataclass
from pathlib import Path

from faults import SetupFault

FOLDER = "offline"  # beside the source tree of a bundle; in no other
_PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?: ;(?P<marker>[^\\\n]*))?")


@dataclass(frozen=True)
class Pin:
    """One package of a lock: its version, for which machines, and the digests it may have."""

    name: str
    version: str
    marker: str
    digests: frozenset[str]

    @property
    def key(self) -> tuple[str, str]:
        """The package and version, as the names of wheels spell them."""
        return spelled(self.name), self.version


def pins(lock: str) -> list[Pin]:
    """The packages of a lock."""
    found = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        if pinned := _PINNED.match(block):
            digests = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))
            found.append(Pin(pinned["name"], pinned["version"], (pinned["marker"] or "").strip(), digests))
    return found


def spelled(name: str) -> str:
    """A package's name, however it was written."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True)
class Wheelhouse:
    """The packages of a bundle; elsewhere there is none."""

    root: Path

    @property
    def folder(self) -> Path:
        """What the bundle adds to the source tree."""
        return self.root / FOLDER

    @property
    def wheels(self) -> Path:
        """The packages."""
        return self.folder / "wheels"

    def python(self, version: str) -> Path:
        """The Python of that version, where the bundle brings one."""
        return self.folder / f"python-{version}" / "bin" / f"python{version}"

    def lock(self, lock: str) -> Path:
        """The lock of the bundle that stands for one of ours."""
        return self.folder / "locks" / lock

    def brings(self, lock: str) -> bool:
        """Whether everything in this lock is here."""
        return self.lock(lock).is_file()

    def arguments(self, lock: str) -> tuple[str, ...]:
        """What pip is told to install a lock: from here where it is brought, and then from nowhere else."""
        if not self.brings(lock):
            return ("-r", lock)
        here = ("--no-index", "--find-links", str(self.wheels), "--only-binary", ":all:")
        return ("-r", str(self.lock(lock)), *here)

    def require_fit(self) -> None:
        """SetupFault where the packages are for another kind of machine, system or Python."""
        if not self.folder.is_dir():
            return
        made = json.loads((self.folder / "made.json").read_text("utf-8"))
        wanted = f"{made['machine']} 的处理器、Python {made['python']}、glibc {made['glibc']} 以上"
        here = (platform.machine(), ".".join(platform.python_version_tuple()[:2]), platform.libc_ver()[1])
        if here[:2] != (made["machine"], made["python"]) or _older(here[2], made["glibc"]):
            raise SetupFault(
                f"这个离线包要 {wanted}，这里是 {here[0]}、Python {here[1]}、glibc {here[2] or '未知'}："
                "请在和这里同样的系统上重做一份（make bundle），或删掉 offline 文件夹改用网络安装。"
            )


def _older(one: str, other: str) -> bool:
    """Whether a version is before another."""
    return [int(part) for part in one.split(".") if part] < [int(part) for part in other.split(".")]
