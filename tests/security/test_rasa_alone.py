"""Rasa's old packages are behind one door: it listens on 127.0.0.1 alone, and nothing that comes by another address gets in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.supervisor import LOOPBACK, free_port
from tests.dialogue.stack import running

ELSEWHERE = "127.0.0.2"  # this machine under another address: whoever listens on all of them answers here, too
LISTENING = "0A"  # in /proc/net/tcp


def listening(port: int) -> Iterator[str]:
    """The addresses on which somebody listens at a port, as the kernel has them."""
    for table, length in (("tcp", 8), ("tcp6", 32)):
        for line in Path("/proc/net", table).read_text(encoding="ascii").splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            if state == LISTENING and int(address.rpartition(":")[2], 16) == port:
                raw = bytes.fromhex(address[:length])
                yield socket.inet_ntop(socket.AF_INET, raw[::-1]) if length == 8 else "IPv6"


def gets_in(address: str, port: int) -> bool:
    """Whether a connection to this address is taken."""
    try:
        with socket.create_connection((address, port), timeout=5):
            return True
    except OSError:
        return False


@pytest.mark.rasa
def test_rasa_listens_to_this_machine_alone() -> None:
    """The running Rasa takes a connection by 127.0.0.1 and by no other address; the kernel knows of no other door."""
    port = running().rasa_port
    assert list(listening(port)) == [LOOPBACK]
    assert gets_in(LOOPBACK, port)
    assert not gets_in(ELSEWHERE, port)


def test_open_door_would_be_found() -> None:
    """Somebody who listens on all addresses is seen by both looks."""
    port = free_port()
    with socket.create_server(("0.0.0.0", port)):
        assert list(listening(port)) == ["0.0.0.0"]
        assert gets_in(ELSEWHERE, port)
