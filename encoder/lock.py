"""Write requirements/encoder.txt and encoder-cuda.txt anew: `python encoder/lock.py [--uv UV] [--upgrade]`.

torch comes as two different files of one version: the registry's own build, and on Linux the smaller CPU build that
some machines offer pip by find-links. Both hashes stand under one pin, so either can be installed with
`pip install --no-deps --require-hashes -r requirements/encoder.txt`. The registry's Linux build also wants the CUDA
libraries; they stand apart and `encoder/torch_build.py` installs them only where that
build was taken.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAIN, CUDA, SOURCE = (f"requirements/encoder{end}" for end in (".txt", "-cuda.txt", ".in"))
# torch 2.13.0+cpu for CPython 3.11, manylinux_2_28, x86_64
CPU_BUILD = "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b"
ONLY_FOR_CUDA = re.compile(r"(nvidia-|cuda-|triton==)")
HEADS = {
    MAIN: "# Made by encoder/lock.py from encoder.in. First encoder/torch_build.py, then pip with --require-hashes.\n",
    CUDA: "# Made by encoder/lock.py. What the registry's Linux torch wants besides (encoder/torch_build.py).\n",
}


def compiled(uv: str, upgrade: bool) -> str:
    """What uv finds in the registry alone, without the CPU build of this machine."""
    flags = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
    flags += ["--no-emit-find-links", "--no-header", "--quiet"]
    known = [] if upgrade or not (ROOT / MAIN).exists() else ["--constraint", MAIN, "--constraint", CUDA]
    environment = {k: v for k, v in os.environ.items() if k not in ("UV_FIND_LINKS", "PIP_FIND_LINKS")}
    command = [uv, "pip", "compile", *flags, *known, SOURCE]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def blocks(text: str) -> list[str]:
    """The lock in pieces: one package with its hashes each, without the comments about who wants it."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [block.rstrip() + "\n" for block in re.split(r"\n(?=[A-Za-z0-9])", "\n".join(lines)) if block.strip()]


def with_cpu_build(block: str) -> str:
    """The pin of torch with the hash of the CPU build among those of the registry."""
    first, *hashes = block.rstrip().split("\n")
    plain = sorted({line.strip(" \\") for line in hashes} | {f"--hash=sha256:{CPU_BUILD}"})
    return "\n".join((first, *(f"    {h} \\" for h in plain[:-1]), f"    {plain[-1]}")) + "\n"


def main() -> None:
    """Write both locks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uv", default="uv")
    parser.add_argument("--upgrade", action="store_true")
    chosen = parser.parse_args()
    found = blocks(compiled(chosen.uv, chosen.upgrade))
    texts = dict(HEADS)
    for block in found:
        name = CUDA if ONLY_FOR_CUDA.match(block) else MAIN
        texts[name] += with_cpu_build(block) if block.startswith("torch==") else block
    for name, text in texts.items():
        (ROOT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
