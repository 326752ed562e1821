"""Lifting a Python out of the machine it was built on, so that a bundle can carry it to one of the same system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

# A service needs none of these: packages of others, tests, what extensions are compiled with, windows.
_LEFT = re.compile(r"site-packages|test|tests|config-.*|__pycache__|idlelib|turtledemo|tkinter|_tkinter\..*|lib2to3")
_WHERE = (
    "import sys; print(sys.base_prefix, '%d.%d' % sys.version_info[:2]);"
    "import venv, ensurepip, ssl, sqlite3, ctypes, lzma; print(open('/proc/self/maps').read())"
)


def lifted(python: str, folder: Path) -> Path | None:
    """A copy of this Python that runs from its new place; None where it cannot be lifted out, as a system's own."""
    told = _asked(python)
    if told is None:
        return None
    prefix, version = told[0].rsplit(" ", 1)
    if prefix in ("/usr", "/usr/local"):
        return None  # its parts lie scattered among those of the system
    home = folder / f"python-{version}"
    program = _copied(Path(prefix), version, home)
    for standing in _asked(str(program)) or [prefix]:
        if re.search(
            rf"(^|\s){re.escape(prefix)}(/|\s|$)", standing
        ):  # a piece of it is still taken from the old place
            shutil.rmtree(home)
            return None
    return program


def built_for(home: Path) -> int:
    """The glibc (its second number) that a Python asks for: the newest whose name is in any of its binaries."""
    binaries = [
        path for path in home.rglob("*") if path.is_file() and (path.parent.name == "bin" or ".so" in path.name)
    ]
    asked = {int(found) for path in binaries for found in re.findall(rb"GLIBC_2\.(\d+)", path.read_bytes())}
    return max(asked, default=0)


def _copied(prefix: Path, version: str, home: Path) -> Path:
    """The program, its library and its modules, in a folder of their own."""
    program = home / "bin" / f"python{version}"
    program.parent.mkdir(parents=True)
    shutil.copy2((prefix / "bin" / program.name).resolve(), program)
    modules = f"python{version}"
    shutil.copytree(
        prefix / "lib" / modules,
        home / "lib" / modules,
        symlinks=True,
        ignore=lambda _folder, names: {name for name in names if _LEFT.fullmatch(name)},
    )
    for library in sorted((prefix / "lib").glob(f"libpython{version}.so.*")):
        shutil.copy2(library, home / "lib" / library.name)
    (home / "lib" / modules / "site-packages").mkdir()
    for one in (program, *home.glob("lib/libpython*")):
        _look_beside(one, str(prefix / "lib"))
    return program


def _look_beside(program: Path, library: str) -> None:
    """Let a program find its library beside it instead of at a fixed place; the name of the place has room for that."""
    old, new = os.fsencode(library) + b"\0", b"$ORIGIN/../lib\0"
    if len(new) <= len(old):
        mode = program.stat().st_mode
        program.write_bytes(program.read_bytes().replace(b"\0" + old, b"\0" + new.ljust(len(old), b"\0")))
        program.chmod(mode)


def _asked(python: str) -> list[str] | None:
    """What a Python says of its place and version, and then of every file it has loaded; None where it does not run."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LD_"))}
    done = subprocess.run([python, "-I", "-c", _WHERE], capture_output=True, text=True, env=clean, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else None
