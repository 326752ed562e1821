"""Making a bundle for machines without a network: the sources of HEAD and everything the set-up would fetch or train, in one archive."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import platform
import re
import shutil
import subprocess
import tarfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from carried import built_for, lifted
from environments import Environment
from faults import SetupFault, explain_pip
from progress import Ticker, pip_reading, run_logged
from training import Training
from vectors import Vectors
from wheelhouse import FOLDER, Pin, Wheelhouse, pins, spelled

BUILD = "requirements/build.txt"
GLIBC = 28  # the second number of the oldest that every locked package still has a wheel for
_LEGACY = {"manylinux1": 5, "manylinux2010": 12, "manylinux2014": 17}  # the second number of the oldest glibc


@dataclass(frozen=True)
class Bundle:
    """What is made, of which environments and which trained model."""

    root: Path
    service: Environment
    rasa: Environment
    training: Training

    @property
    def scratch(self) -> Path:
        """Where it is put together."""
        return self.root / ".setup" / "bundle"

    @property
    def log(self) -> Path:
        """What the programs that were run said."""
        return self.root / ".setup" / "bundle.log"

    def make(self) -> Path:
        """The archive in dist/, with its digest beside it; SetupFault where it cannot be made."""
        commit, name = self._named()
        tree = self.scratch / name
        self.log.unlink(missing_ok=True)
        shutil.rmtree(self.scratch, ignore_errors=True)
        try:
            _told("1/5", "取程序", lambda: self._sources(tree))
            _told("2/5", "放进对话模型，算好每句问法的向量", lambda: self._learned(tree))
            _told("3/5", "取软件包（下载约 0.9 GB）", lambda: self._packages(tree, commit))
            _told("4/5", "抄 Python", lambda: self._finish(tree, commit))
            archive = self.root / "dist" / f"{name}.tar"
            _told("5/5", "打成一个文件", lambda: _packed(tree, archive))
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)
        return archive

    def _named(self) -> tuple[str, str]:
        """The commit, and the name of the bundle."""
        try:
            commit = self._git("rev-parse", "HEAD").decode().strip()
            dirty = self._git("status", "--porcelain")
        except (OSError, subprocess.CalledProcessError):
            raise SetupFault("离线包装的是 git 里提交过的程序，这里没有 git 或者不是仓库：请在仓库里做。") from None
        if dirty:
            print("      注意：有没提交的改动，离线包里不会有。", flush=True)
        return commit, f"daoban-{commit[:10]}-{platform.system().lower()}-{platform.machine()}"

    def _git(self, *words: str) -> bytes:
        return subprocess.run(["git", *words], cwd=self.root, capture_output=True, check=True).stdout

    def _sources(self, tree: Path) -> None:
        tree.mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(self._git("archive", "--format=tar", "HEAD"))) as sources:
            sources.extractall(tree, filter="tar")

    def _learned(self, tree: Path) -> None:
        """The model, trained anew where it is not of these sources; and the vectors that a first start would work out."""
        there = Training(tree, self.training.python)
        there.model.parent.mkdir(parents=True, exist_ok=True)
        for path in (self.training.model, self.training.stamp):
            shutil.copy2(path, there.model.parent / path.name)
        if not there.is_ready():
            there.prepare()
        Vectors(tree, self.service.python, tree / "var", self.log).prepare()
        for left in (tree / ".setup", there.folder / ".rasa", *tree.rglob("__pycache__")):
            shutil.rmtree(left, ignore_errors=True)

    def _packages(self, tree: Path, commit: str) -> None:
        """Every package as a wheel, those that publish only their source built here; and locks that know the built ones."""
        house = Wheelhouse(tree)
        house.wheels.mkdir(parents=True)
        moment = self._git("show", "--no-patch", "--format=%ct", commit).decode().strip()  # in what is built
        for environment in (self.service, self.rasa):
            for lock in (BUILD, *environment.locks):
                self._fetched(environment, tree / lock, house.wheels, moment)
        wheels: dict[tuple[str, str], set[str]] = defaultdict(set)
        for wheel in house.wheels.glob("*.whl"):
            package, version, *_ = wheel.name.split("-")
            wheels[spelled(package), version].add(_digest(wheel))
        for lock in (BUILD, *self.service.locks, *self.rasa.locks):
            house.lock(lock).parent.mkdir(parents=True, exist_ok=True)
            house.lock(lock).write_text(_carried_lock(pins((tree / lock).read_text("utf-8")), wheels), "utf-8")

    def _fetched(self, environment: Environment, lock: Path, wheels: Path, moment: str) -> None:
        here = [word for tag in platforms(platform.machine()) for word in ("--platform", tag)]
        total = len(pins(lock.read_text("utf-8")))
        self._pip(environment, moment, total, "download", *here, "--require-hashes", "-d", str(wheels), "-r", str(lock))
        for source in [path for path in wheels.iterdir() if path.suffix != ".whl"]:
            self._pip(environment, moment, 1, "wheel", "--no-index", "-w", str(wheels), str(source))
            source.unlink()

    def _pip(self, environment: Environment, moment: str, total: int, verb: str, *arguments: str) -> None:
        command = [str(environment.python), "-m", "pip", verb, "--no-deps", "--no-build-isolation", *arguments]
        command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
        env = {"TMPDIR": str(self.scratch), "SOURCE_DATE_EPOCH": moment}
        code, output = run_logged(command, self.log, cwd=self.root, env=env, reading=pip_reading(total))
        if code:
            raise SetupFault(explain_pip(output, str(self.log.relative_to(self.root))))

    def _finish(self, tree: Path, commit: str) -> None:
        """The Pythons, for which machine all this is, what to do with it, and every file's digest."""
        house = Wheelhouse(tree)
        pythons = [lifted(str(one.python), house.folder) for one in (self.service, self.rasa)]
        carried = [built_for(one.parent.parent) for one in pythons if one]
        version = subprocess.check_output([self.service.python, "-c", _VERSION], text=True).strip()
        made = {
            "commit": commit,
            "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "machine": platform.machine(),
            "python": version,
            "glibc": f"2.{needed_glibc([wheel.name for wheel in house.wheels.glob('*.whl')])}",
            "glibc_of_pythons": f"2.{max(carried, default=0)}",
        }
        (house.folder / "made.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")
        count = sum(1 for _ in house.wheels.iterdir())
        (tree / "说明.txt").write_text(_words(tree.name, made, count, [bool(one) for one in pythons]), "utf-8")
        files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
        sums = "".join(f"{_digest(path)}  {path.relative_to(tree).as_posix()}\n" for path in files)
        (tree / "SHA256SUMS").write_text(sums, "utf-8")


_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def _told(step: str, words: str, work: Callable[[], None]) -> None:
    print(f"[{step}] {words} …", flush=True)
    began = time.monotonic()
    work()
    print(f"      完成，用时 {time.monotonic() - began:.0f} 秒。", flush=True)


def _carried_lock(wanted: list[Pin], wheels: dict[tuple[str, str], set[str]]) -> str:
    """The lock of what is carried: the digests of these very wheels; what is for other machines is left out."""
    lines = []
    for pin in wanted:
        digests = wheels.get(pin.key)
        if digests is None:
            if not pin.marker:
                raise SetupFault(f"{pin.name} {pin.version} 没有取到，离线包没有做成：请再执行一次。")
            continue
        hashes = " ".join(f"--hash=sha256:{digest}" for digest in sorted(digests))
        lines.append(f"{pin.name}=={pin.version} {f'; {pin.marker} ' if pin.marker else ''}{hashes}\n")
    return "".join(lines)


def platforms(machine: str) -> list[str]:
    """What wheels for systems no newer than the oldest we mean are named for, the newest first."""
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    return tags + [f"{legacy}_{machine}" for legacy in reversed(_LEGACY)]


def needed_glibc(wheels: list[str]) -> int:
    """The oldest glibc (its second number) with which all these wheels can be installed, by their names."""
    newest = 0
    for name in wheels:
        tags = name.removesuffix(".whl").split("-")[-1].split(".")
        found = [int(one[1]) for tag in tags if (one := re.match(r"manylinux_2_(\d+)_", tag))]
        found += [minor for legacy, minor in _LEGACY.items() for tag in tags if tag.startswith(f"{legacy}_")]
        newest = max(newest, min(found, default=0))
    return newest


def _packed(tree: Path, archive: Path) -> None:
    """One archive, written aside and then put in its place, and its digest."""
    archive.parent.mkdir(exist_ok=True)
    half = archive.with_name(f"{archive.name}.new")
    paths = sorted(tree.rglob("*"))
    total, done, ticker = sum(path.lstat().st_size for path in paths), 0, Ticker()
    with tarfile.open(half, "w") as file:
        for path in paths:
            file.add(path, f"{tree.name}/{path.relative_to(tree).as_posix()}", recursive=False, filter=_of_nobody)
            done += path.lstat().st_size
            ticker.show(f"已写 {done / 1e6:.0f}/{total / 1e6:.0f} MB")
    ticker.close()
    half.replace(archive)
    archive.with_name(f"{archive.name}.sha256").write_text(f"{_digest(archive)}  {archive.name}\n", "utf-8")


def _of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names of who made it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _words(name: str, made: dict[str, str], packages: int, carried: list[bool]) -> str:
    """The leaf of paper that lies in it."""
    lines = [
        "智能导办：离线安装包",
        "",
        f"程序的版本：{made['commit']}，{made['made_at']} 打的包。",
        f"给这样的机器：Linux，{made['machine']}，glibc {made['glibc']} 以上（用 ldd --version 看）。",
        f"里面有：程序、{packages} 个软件包、练好的对话模型、算好的向量"
        + (f"、Python {made['python']}" if carried[0] else "")
        + ("、Python 3.10（Rasa 用）" if carried[1] else "")
        + "。装的时候、跑的时候都不用上网。",
    ]
    if any(carried):
        lines.append(
            f"带的 Python 是从做包的机器上抄来的，要 glibc {made['glibc_of_pythons']} 以上，还要用系统里的 OpenSSL、SQLite，"
            "只保证同样的系统能用。用不了的，那边自己装好 Python，照样用这个包。"
        )
    if not carried[0]:
        lines.append(f"没有带 Python {made['python']}：那边要先装好，带 venv；不在 PATH 里的用 DAOBAN_PYTHON 指明。")
    if not carried[1]:
        lines.append("没有带 Rasa 要的 Python 3.10：那边要先装好，带 venv；不在 PATH 里的用 RASA_PYTHON 指明。")
    lines += [
        "",
        "怎么装（要 6 GB 空盘，约 2 分钟）：",
        f"  sha256sum -c {name}.tar.sha256",
        f"  tar -xf {name}.tar",
        f"  cd {name}",
        "  sha256sum --quiet -c SHA256SUMS",
        "  make run",
        "没有 make 的：sh setup/find-python.sh run 8000",
        "屏幕上给出网址，就装好了。按 Ctrl-C 停。",
        "",
        f"文件夹先放到最后的地方再装：搬了会重装一遍。{FOLDER} 文件夹装好以后也要留着，正在用的 Python 可能在里面。",
        "放到服务器上长期用、备份、升级：看 deploy/README.md 和 docs/operations.md。",
    ]
    return "\n".join(lines) + "\n"
