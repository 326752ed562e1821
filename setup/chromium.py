"""The browser for the page tests: Debian's Chromium and a Chinese font, installed by apt when we are root."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from faults import SetupFault
from progress import run_logged

PACKAGES = ("chromium", "fonts-noto-cjk", "fontconfig")
BY_HAND = (
    f"页面测试需要 Chromium 和中文字体：请安装 {'、'.join(PACKAGES)}"
    f"（Debian：sudo apt-get install {' '.join(PACKAGES)}），再执行一次。"
)


def _prints(*argv: str) -> bool:
    """Whether a command runs and prints something."""
    if not shutil.which(argv[0]):
        return False
    try:
        done = subprocess.run(argv, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())


@dataclass(frozen=True)
class Chromium:
    """The browser and its font."""

    root: Path

    def is_ready(self) -> bool:
        """Whether a Chromium runs and a Chinese font is there."""
        return _prints("chromium", "--version") and _prints("fc-list", ":lang=zh", "family")

    def prepare(self) -> None:
        """Install both, or say which packages somebody with the rights should install."""
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise SetupFault(BY_HAND)
        log = self.root / ".setup" / "chromium.log"
        log.unlink(missing_ok=True)
        env = {"DEBIAN_FRONTEND": "noninteractive"}
        run_logged(["apt-get", "update"], log, cwd=self.root, env=env)
        install = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
        code, _ = run_logged(install, log, cwd=self.root, env=env)
        if code or not self.is_ready():
            raise SetupFault(f"{BY_HAND}（自动安装没有成功，原因见 .setup/chromium.log）")
