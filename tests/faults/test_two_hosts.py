"""Two hosts, one of them cut off from the databases while people are at both, and back again: nothing lost, nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from assistant.db import now
from assistant.desk.drafts import Drafts
from assistant.desk.journal import Journal
from assistant.settings import ROOT
from tests.dialogue.stack import Stack, another
from tests.faults.hall import WELL_WITHIN, Hall, servers, with_clerk
from tests.faults.hosts import SERVERS, Host, two_hosts
from tests.faults.table import Cells

pytestmark = [pytest.mark.rasa, pytest.mark.faults]
GUIDES = "guides/anquan-zhishi-nengli-kaohe.yaml", "guides/banli-jindu.yaml"
AWAY = 20.0  # seconds
ANSWERS_WITHIN = 30.0


@dataclass
class Pair:
    """Two stacks on two hosts over the same servers and the same knowledge folder."""

    hosts: tuple[Host, Host]
    first: Hall
    second: Stack
    knowledge: Path

    def digests(self) -> set[str]:
        """Of the knowledge that each of them serves."""
        asked = (
            httpx.get(f"{one.address}/healthz", trust_env=False, timeout=10) for one in (self.first.stack, self.second)
        )
        return {one.json()["knowledge"] for one in asked}

    def publish(self, host: Host, number: int) -> subprocess.CompletedProcess[str]:
        """Publish a draft in the terminal of a host."""
        return subprocess.run(
            [*host.within, sys.executable, "-m", "assistant.cli", "publish", str(number), "--yes"],
            cwd=ROOT,
            env={**os.environ, **self.first.stack.more, "DAOBAN_DEMO": "1", "DAOBAN_DATA": str(self.first.stack.data)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="module")
def pair(rows: list[Cells]) -> Iterator[Pair]:
    """Both, well."""
    with two_hosts() as hosts, servers(SERVERS) as (postgresql, redis, knowledge):
        settings = {
            "DAOBAN_DATABASE": postgresql.address,
            "DAOBAN_KNOWLEDGE": str(knowledge),
            "DAOBAN_LIMITS": "1",
            "DAOBAN_LIMITS_STORAGE": redis.address,
        }
        stacks = [another(host=host.address, before=host.within, more=settings) for host in hosts]
        yield Pair(hosts, with_clerk(Hall(stacks[0], rows, postgresql, redis)), stacks[1], knowledge)
        for stack in stacks:
            stack.stop()


def test_host_cut_off_and_back_again(pair: Pair) -> None:
    """Whoever comes to the host that is cut off is told so in time; what is said at either is kept once."""
    hall, (_, cut) = pair.first, pair.hosts
    with hall.people(pair.second.address) as people:
        gone = time.monotonic()
        cut.cut_off()
        try:
            time.sleep(AWAY)
        finally:
            cut.rejoin()
        back = time.monotonic()
        while not pair.second.is_ready():
            assert time.monotonic() - back < WELL_WITHIN
            time.sleep(0.1)
        seconds = hall.well(people, back)
    hall.judged(
        "两台主机里的一台", f"和 PostgreSQL、Redis 的网断开 {AWAY:.0f} 秒，群众还连得到它", people, gone, seconds
    )


def test_publication_is_not_split(pair: Pair) -> None:
    """While one host is cut off the other publishes: the first cannot, and once back it serves the same; nothing is published twice."""
    (well, cut), hall = pair.hosts, pair.first
    drafts = Drafts(hall.database, pair.knowledge, demo=True)
    numbers = [_draft(drafts, path) for path in GUIDES]
    before = pair.digests()
    assert len(before) == 1
    cut.cut_off()
    try:
        refused = pair.publish(cut, numbers[0])
        assert refused.returncode != 0
        assert "Traceback" not in refused.stderr
        made = pair.publish(well, numbers[1])
        assert made.returncode == 0, made.stderr
    finally:
        cut.rejoin()
    since = time.monotonic()
    while len(served := pair.digests()) > 1 or served == before:
        assert time.monotonic() - since < ANSWERS_WITHIN, served
        time.sleep(0.2)
    (done,) = Journal(hall.database, now).all()
    assert served == {done.digest[:12]}


def _draft(drafts: Drafts, path: str) -> int:
    """A draft that waits for its reviewer."""
    seen = drafts.open(path)
    said = seen.text.replace("{内容: ", "{内容: 先说一句，", 1)
    draft = drafts.save(path, said, who="zhang", version=seen.version, base=seen.base_digest)
    return drafts.propose(draft.id, version=draft.version, reason="试一试").id
