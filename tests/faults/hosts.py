"""Two hosts of our own, each a network namespace: people reach them from one side, PostgreSQL and Redis stand on the other."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

OUTSIDE, INSIDE = "10.77.1", "10.77.2"  # the networks of people and of databases; we are .1 in both
SERVERS = f"{INSIDE}.1"


@dataclass(frozen=True)
class Host:
    """One of the hosts."""

    number: int

    @property
    def name(self) -> str:
        """Of its namespace."""
        return f"daoban-{self.number}"

    @property
    def address(self) -> str:
        """Where people reach it."""
        return f"{OUTSIDE}.{self.number}"

    @property
    def within(self) -> tuple[str, ...]:
        """What a command begins with that runs there."""
        return ("ip", "netns", "exec", self.name)

    def cut_off(self) -> None:
        """What it sends to the databases is lost from now on, and it hears nothing of them."""
        _ip("link", "set", f"dbi{self.number}", "nomaster")  # the cable is in, the switch passes nothing on

    def rejoin(self) -> None:
        """The line to the databases is there again."""
        _ip("link", "set", f"dbi{self.number}", "master", "dbin")


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """Two hosts, gone afterwards; the test fails where this machine lets nobody make namespaces."""
    hosts = Host(2), Host(3)
    _clear(hosts)
    try:
        _build(hosts)
    except (OSError, subprocess.CalledProcessError) as error:
        _clear(hosts)
        pytest.fail(f"要 root 和 ip 命令（apt-get install iproute2）才能把网络分成两台：{error}")
    try:
        yield hosts
    finally:
        _clear(hosts)


def _build(hosts: tuple[Host, Host]) -> None:
    if os.geteuid() != 0 or not shutil.which("ip"):
        raise PermissionError("not root, or no `ip`")
    for bridge, network in (("dbout", OUTSIDE), ("dbin", INSIDE)):
        _ip("link", "add", bridge, "type", "bridge")
        _ip("address", "add", f"{network}.1/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
    for host in hosts:
        _ip("netns", "add", host.name)
        _ip("-n", host.name, "link", "set", "lo", "up")
        for bridge, network, line in (("dbout", OUTSIDE, "dbo"), ("dbin", INSIDE, "dbi")):
            ours, theirs = f"{line}{host.number}", f"{line}n{host.number}"
            _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", host.name)
            _ip("link", "set", ours, "master", bridge, "up")
            _ip("-n", host.name, "address", "add", f"{network}.{host.number}/24", "dev", theirs)
            _ip("-n", host.name, "link", "set", theirs, "up")


def _clear(hosts: tuple[Host, Host]) -> None:
    """What there is of it goes; with a namespace go its lines."""
    for words in (*(("netns", "del", host.name) for host in hosts), ("link", "del", "dbout"), ("link", "del", "dbin")):
        if shutil.which("ip"):
            subprocess.run(["ip", *words], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, check=True, timeout=10)
