"""The virtual environments: built from hash-locked requirements, rebuilt whole when half-finished or out of date."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faults import SetupFault, explain_pip
from progress import pip_reading, run_logged
from stamps import digest, stamped, write_stamp
from wheelhouse import Wheelhouse


@dataclass(frozen=True)
class Environment:
    """One virtual environment: where it lies, which locks it is filled from, which Python makes it."""

    root: Path
    folder: str
    locks: tuple[str, ...]
    find_python: Callable[[], str]
    installs_us: bool = False  # the package daoban itself, editable
    begins_with: str = ""  # a script of ours that its Python runs before the locks

    @property
    def path(self) -> Path:
        """Its folder."""
        return self.root / self.folder

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin" / "python"

    @property
    def log(self) -> Path:
        """Where pip's own words go."""
        return self.root / ".setup" / f"{self.folder.lstrip('.')}.log"

    def _key(self, lock: str) -> str:
        files = (self.root / "requirements" / "build.txt", self.root / lock)
        return digest(self.root, files, place=self.root.resolve())  # an environment cannot be moved

    def _stamp(self, lock: str) -> Path:
        return self.path / f".installed-{lock.replace('/', '-')}"

    def has(self, lock: str) -> bool:
        """Whether everything in this lock is installed."""
        return self.python.exists() and stamped(self._stamp(lock), self._key(lock))

    def is_ready(self) -> bool:
        """Whether nothing is left to do."""
        return all(self.has(lock) for lock in self.locks)

    def prepare(self) -> None:
        """Install what is missing; an environment whose first lock is not fully in is thrown away and built anew."""
        try:
            if not self.has(self.locks[0]):
                self._create()
            for lock in self.locks:
                if not self.has(lock):
                    self._install(lock)
        finally:
            shutil.rmtree(self.root / ".setup" / "tmp", ignore_errors=True)

    def _create(self) -> None:
        python = self.find_python()
        for stamp in self.path.glob(".installed-*"):
            stamp.unlink()
        shutil.rmtree(self.path, ignore_errors=True)
        self.log.unlink(missing_ok=True)
        code, _ = run_logged([python, "-m", "venv", "--clear", str(self.path)], self.log, cwd=self.root)
        if code:
            raise SetupFault(
                f"建立 Python 环境失败（{python} -m venv，详情见 {self._log_name()}）："
                "请补装 venv（Debian、Ubuntu：sudo apt-get install python3-venv）再执行一次。"
            )
        self._pip(*Wheelhouse(self.root).arguments("requirements/build.txt"), "--require-hashes", total=2)
        if self.begins_with:
            self._run([str(self.python), self.begins_with], total=1)

    def _install(self, lock: str) -> None:
        total = len(re.findall(r"^[A-Za-z0-9._-]+==", (self.root / lock).read_text(encoding="utf-8"), re.MULTILINE))
        self._pip(*Wheelhouse(self.root).arguments(lock), "--require-hashes", "--no-build-isolation", total=total)
        if self.installs_us:
            self._pip("--editable", ".", "--no-index", "--no-build-isolation", total=1)
        write_stamp(self._stamp(lock), self._key(lock))

    def _pip(self, *arguments: str, total: int) -> None:
        command = [str(self.python), "-m", "pip", "install", "--no-deps", "--disable-pip-version-check", "--no-input"]
        self._run([*command, "--progress-bar", "off", *arguments], total)

    def _run(self, argv: list[str], total: int) -> None:
        scratch = self.root / ".setup" / "tmp"  # pip unpacks here: a small /tmp is enough
        scratch.mkdir(parents=True, exist_ok=True)
        env, reading = {"TMPDIR": str(scratch)}, pip_reading(total)
        code, output = run_logged(argv, self.log, cwd=self.root, env=env, reading=reading)
        if code:
            sentence = explain_pip(output, self._log_name())
            if not self.has(self.locks[0]):
                shutil.rmtree(self.path, ignore_errors=True)  # gives the space back; the next run starts clean
            raise SetupFault(sentence)

    def _log_name(self) -> str:
        return str(self.log.relative_to(self.root))
