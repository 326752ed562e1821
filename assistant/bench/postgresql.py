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


class PostgreSQL:
    """A server over a folder of its own, which can be stopped and started again."""

    def __init__(self, folder: Path, *, also: str = "") -> None:
        """Everybody on loopback is let in, and so is the network `also`, on the address that it is given with."""
        self._folder, self._data = folder, str(folder / "data")
        self._port, self._host = free_port(), also.partition("/")[0] or LOOPBACK
        if os.geteuid() == 0:  # PostgreSQL refuses to be root
            shutil.chown(folder, "postgres")
        _run("initdb", "-D", self._data, "-A", "trust", "-U", "daoban", "--no-sync")
        if also:
            with (folder / "data" / "pg_hba.conf").open("a") as rules:
                rules.write(f"host all all {also} trust\n")

    @property
    def address(self) -> str:
        """As a database setting."""
        return f"postgresql+psycopg://daoban@{self._host}:{self._port}/postgres"

    def start(self) -> None:
        """Start it; it takes connections when this returns."""
        options = f"-p {self._port} -k {self._folder} -h {self._host}"
        _run("pg_ctl", "-D", self._data, "-o", options, "-l", str(self._folder / "log"), "-w", "start")

    def stop(self) -> None:
        """End it as a power cut would, but for what the kernel already has."""
        _run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")


@contextmanager
def own_postgresql() -> Iterator[str]:
    """Its address as a database setting; DaobanError where PostgreSQL is not installed."""
    with TemporaryDirectory(prefix="daoban-postgresql-") as folder:
        server = PostgreSQL(Path(folder))
        server.start()
        try:
            yield server.address
        finally:
            server.stop()


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
