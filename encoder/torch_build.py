"""Install the pinned torch before anything else: the small CPU build where pip is offered one, else the registry's own.

Both files have the pinned version and stand with their hashes in requirements/encoder.txt, but left alone pip prefers
the file whose hash it knows before downloading, which is always the registry's: on Linux several gigabytes with CUDA.
So the places that pip's settings name besides the registry are asked first. Where the registry's Linux build is what
there is, its CUDA libraries (requirements/encoder-cuda.txt) are installed too; torch does not load without them.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
PIP = [sys.executable, "-m", "pip", "install", "--no-deps", "--require-hashes", "--disable-pip-version-check"]


def pinned() -> str:
    """The lines of requirements/encoder.txt that pin torch."""
    text = (REQUIREMENTS / "encoder.txt").read_text(encoding="utf-8")
    found = re.search(r"^torch==[^\n]*(?:\n +--hash[^\n]*)*", text, re.MULTILINE)
    if found is None:
        raise SystemExit("requirements/encoder.txt does not pin torch")
    return found.group() + "\n"


def installed(pin: str) -> bool:
    """Whether the pinned version is there, whichever build of it."""
    try:
        return version("torch").split("+")[0] == pin.split()[0].removeprefix("torch==")
    except PackageNotFoundError:
        return False


def wants_cuda() -> bool:
    """Whether the installed torch names CUDA libraries among what it requires, and this is Linux."""
    return sys.platform == "linux" and any(re.match(r"(nvidia|cuda)-", line) for line in requires("torch") or ())


def main() -> int:
    """Install torch, and its CUDA libraries only if it is the build that wants them."""
    pin = pinned()
    if not installed(pin):
        with tempfile.TemporaryDirectory() as scratch:
            lock = Path(scratch) / "torch.txt"
            lock.write_text(pin, encoding="utf-8")
            offered = subprocess.run([*PIP, "--quiet", "--no-index", "-r", str(lock)], check=False, capture_output=True)
            code = offered.returncode and subprocess.run([*PIP, "-r", str(lock)], check=False).returncode
        if code:
            return code
    if wants_cuda():
        return subprocess.run([*PIP, "-r", str(REQUIREMENTS / "encoder-cuda.txt")], check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
