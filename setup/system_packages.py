"""What the tests need of the system: Debian's Chromium with a Chinese font, PostgreSQL, Redis; installed by apt when we are root."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faults import SetupFault
from progress import run_logged


@dataclass(frozen=True)
class SystemPackages:
    """Packages of the system that some tests need."""

    root: Path
    name: str  # of the log
    needed: str  # which tests need what
    packages: tuple[str, ...]
    is_ready: Callable[[], bool]  # whether everything runs already

    @property
    def by_hand(self) -> str:
        """What somebody with the rights should do."""
        names = "、".join(self.packages)
        return f"{self.needed}：请安装 {names}（Debian：sudo apt-get install {' '.join(self.packages)}），再执行一次。"

    def prepare(self) -> None:
        """Install them, or say which packages somebody with the rights should install."""
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise SetupFault(self.by_hand)
        log = self.root / ".setup" / f"{self.name}.log"
        log.unlink(missing_ok=True)
        env = {"DEBIAN_FRONTEND": "noninteractive"}
        run_logged(["apt-get", "update"], log, cwd=self.root, env=env)
        install = ["apt-get", "install", "-y", "--no-install-recommends", *self.packages]
        code, _ = run_logged(install, log, cwd=self.root, env=env)
        if code or not self.is_ready():
            raise SetupFault(f"{self.by_hand}（自动安装没有成功，原因见 .setup/{self.name}.log）")


def chromium(root: Path) -> SystemPackages:
    """The browser of the page tests, and its font."""
    packages = ("chromium", "fonts-noto-cjk", "fontconfig")
    return SystemPackages(root, "chromium", "页面测试需要 Chromium 和中文字体", packages, _browses)


def stores(root: Path) -> SystemPackages:
    """The other database and Redis; the tests start servers of their own, unless DAOBAN_TEST_DATABASE names one."""
    packages = ("postgresql", "redis-server")
    return SystemPackages(root, "stores", "数据库测试需要 PostgreSQL 和 Redis", packages, _stores)


def _browses() -> bool:
    """Whether a Chromium runs and a Chinese font is there."""
    return _prints("chromium", "--version") and _prints("fc-list", ":lang=zh", "family")


def _stores() -> bool:
    """Whether Redis is installed, and a PostgreSQL is named or installed where tests/cases/postgresql.py finds it."""
    if not shutil.which("redis-server"):
        return False
    if os.environ.get("DAOBAN_TEST_DATABASE", "").startswith("postgresql"):
        return True
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def _prints(*argv: str) -> bool:
    """Whether a command runs and prints something."""
    if not shutil.which(argv[0]):
        return False
    try:
        done = subprocess.run(argv, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())
