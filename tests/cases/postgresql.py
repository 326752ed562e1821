"""A PostgreSQL for tests: the one that DAOBAN_TEST_DATABASE names, else one of our own where it is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

NAMED = os.environ.get("DAOBAN_TEST_DATABASE", "")
FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
INSTALLED = shutil.which("initdb") or (str(FOLDERS[-1] / "initdb") if FOLDERS else None)


@contextmanager
def server() -> Iterator[str]:
    """The address of a server, which ends with the tests where it is ours."""
    if NAMED.startswith("postgresql"):
        yield NAMED
        return
    assert INSTALLED is not None, "make test installs PostgreSQL, or says how"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Not among pytest's folders: those are for one user only, and PostgreSQL refuses to be root.
    with TemporaryDirectory(prefix="daoban-postgresql-") as name:
        folder = Path(name)
        data = str(folder / "data")
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        _run("initdb", "-D", data, "-A", "trust", "-U", "daoban", "--no-sync")
        options = f"-p {port} -k {folder} -h 127.0.0.1 -F"
        _run("pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql+psycopg://daoban@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs."""
    command = [str(Path(str(INSTALLED)).resolve().with_name(program)), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=60)
