"""A PostgreSQL of our own on a free port, empty, gone when it is no longer needed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.errors import DaobanError
from assistant.supervisor import LOOPBACK, free_port

INSTALLED_IN = Path("/usr/lib/postgresql")  # Debian; elsewhere the programs are on the PATH


@contextmanager
def own_postgresql() -> Iterator[str]:
    """Its address as a database setting; DaobanError where PostgreSQL is not installed."""
    port = free_port()
    with TemporaryDirectory(prefix="daoban-postgresql-") as name:
        folder = Path(name)
        if os.geteuid() == 0:  # PostgreSQL refuses to be root
            shutil.chown(folder, "postgres")
        data = str(folder / "data")
        _run("initdb", "-D", data, "-A", "trust", "-U", "daoban", "--no-sync")
        _run(
            "pg_ctl", "-D", data, "-o", f"-p {port} -k {folder} -h {LOOPBACK}", "-l", str(folder / "log"), "-w", "start"
        )
        try:
            yield f"postgresql+psycopg://daoban@{LOOPBACK}:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, as its own user where we are root."""
    folders = sorted(INSTALLED_IN.glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = shutil.which(program) or (str(folders[-1] / program) if folders else None)
    if found is None:
        raise DaobanError("没装 PostgreSQL：请装上，或者用 --database 指明一个空的数据库")
    command = [found, *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, timeout=60)
