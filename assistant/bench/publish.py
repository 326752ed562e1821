"""How soon a publication is served by every web process, while people talk: the real knowledge, each process looked at by itself."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from itertools import count, islice
from pathlib import Path, PurePath
from urllib.parse import quote, urlsplit

from assistant.bench import measuring
from assistant.bench.chat import WARM_UP, talk_for
from assistant.bench.load import asking
from assistant.bench.postgresql import own_postgresql
from assistant.bench.published import Found, Look, Published, as_table, judged
from assistant.bench.stack import Stack, own_stack, remember_vectors
from assistant.db import engine
from assistant.desk.publishing import Publishing, publishing_over
from assistant.errors import DaobanError
from assistant.settings import ROOT, Settings, from_environment

USERS = 20  # at a time
LEAD = 4.0  # seconds of talk before the first publication
EVERY = 8.0  # seconds from one publication to the next
LOOK_EVERY = 0.1  # seconds; what is measured is late by as much
GIVES_UP = 60.0  # seconds
CONNECTIONS = 200  # tried, until each process has answered one: the kernel gives them out by chance
SEED = 1  # of what people say
EDITOR = "bench"
COUNTY, CATALOGUE, TELEPHONE = "shilixian", "demo/catalog.yaml", "000-0000-0002"  # of its 代办服务专窗
SHOWN_BY = "shipin-jingying-xuke"  # a guide that tells where to go
NAMES = (
    "鹦鹉",
    "蜻蜓",
    "螳螂",
    "骆驼",
    "麒麟",
    "琵琶",
    "鸳鸯",
    "蝙蝠",
    "蟋蟀",
    "鲲鹏",
)  # no licence is called like these
APART = 13  # guides between two that get a new name
WEB = "网页"  # in the name of a web process
TOLD = 12  # characters of a digest that /healthz tells
_PROCESS = re.compile(rb'part="web",pid="(\d+)"')  # the first that /metrics names is the one that answers


@dataclass(frozen=True)
class Change:
    """A change of one file: what stands there once, what shall stand there, and where people see it."""

    file: str
    old: str
    new: str
    page: str
    shown: Callable[[bytes], bool]


@dataclass(frozen=True)
class PublishStack(Stack):
    """A service over a knowledge and a data folder of its own, into which somebody else publishes."""

    folder: Path = ROOT

    def settings(self, data: str, rasa_port: int) -> dict[str, str]:
        """Its settings, with these folders."""
        own = {"DAOBAN_KNOWLEDGE": str(self.folder / "knowledge"), "DAOBAN_DATA": str(self.folder / "data")}
        return super().settings(data, rasa_port) | own


class Process:
    """One web process of several behind one port, over a connection that it has answered before."""

    def __init__(self, address: str, number: int) -> None:
        self._address, self.number = address, number
        self._line = _line_to(address, number)

    def get(self, path: str) -> bytes:
        """What it answers; DaobanError where it does not."""
        try:
            return _got(self._line, path)
        except (OSError, HTTPException):  # the service hangs up what nobody used for five seconds
            self.close()
            self._line = _line_to(self._address, self.number)
            return _got(self._line, path)

    def knowledge(self) -> str:
        """The beginning of the digest of the knowledge that it serves."""
        return str(json.loads(self.get("/healthz"))["knowledge"])

    def look(self, change: Change) -> Look:
        """What it serves now."""
        before = self.knowledge()
        new = change.shown(self.get(change.page))
        at = time.monotonic()
        return Look(at, self.number, before, new, self.knowledge())

    def close(self) -> None:
        """Hang up."""
        self._line.close()


@dataclass(frozen=True)
class Standing:
    """A service that stands: its address, its supervisor, a line to each of its web processes, and a desk beside it."""

    address: str
    supervisor: int
    processes: Sequence[Process]
    desk: Publishing


def run(publications: int, per_second: float, web: int, rasa: int, as_json: bool) -> str:
    """Let people talk while nothing is published, then telephones, then new names, one after the other, and report."""
    load = os.getloadavg()[0]
    with _standing(web, rasa) as at:
        kinds = {"电话": telephones(), "新叫法": names(at.desk.drafts.paths())}
        put_out(at, next(kinds["电话"]))  # what a desk does but once: read all files, begin the history
        half = publications // 2
        found = {"不发布": _measured(at, [], EVERY * half, per_second)}
        for kind, times in zip(kinds, (half, publications - half), strict=True):
            found[kind] = _measured(at, list(islice(kinds[kind], times)), EVERY * times, per_second)
    if as_json:
        return json.dumps({"load": load, **{kind: asdict(one) for kind, one in found.items()}}, ensure_ascii=False)
    return as_table(load, found)


def telephones() -> Iterator[Change]:
    """The telephone of a window, another every time."""
    old = TELEPHONE
    for number in count(1):
        new = f"000-0000-9{number:03d}"
        page = f"/guides/{SHOWN_BY}?region={COUNTY}"
        yield Change(CATALOGUE, old, new, page, partial(_has, new.encode()))
        old = new


def names(files: Sequence[str]) -> Iterator[Change]:
    """A new name for one guide after the other; who asks by it finds that guide first."""
    guides = [PurePath(file).stem for file in files if file.startswith("guides/")]
    for name, guide in zip(NAMES, guides[::APART], strict=False):
        page = f"/api/search?limit=1&q={quote(f'{name}证怎么注销')}"
        yield Change(f"guides/{guide}.yaml", "\n别名: [", f"\n别名: [{name}证, ", page, partial(_found_first, guide))


def _has(words: bytes, body: bytes) -> bool:
    return words in body


def _found_first(guide: str, body: bytes) -> bool:
    return [hit["id"] for hit in json.loads(body)["hits"]] == [guide]


def _line_to(address: str, process: int) -> HTTPConnection:
    """A connection to this web process; DaobanError where it never answers one."""
    parts = urlsplit(address)
    for _ in range(CONNECTIONS):
        line = HTTPConnection(str(parts.hostname), parts.port, timeout=GIVES_UP)
        line.connect()
        line.auto_open = 0  # else another process might answer the next time
        found = _PROCESS.search(_got(line, "/metrics"))
        if found and int(found[1]) == process:
            return line
        line.close()
    raise DaobanError(f"网页进程 {process} 一次也没答。")


def _got(line: HTTPConnection, path: str) -> bytes:
    line.request("GET", path)
    reply = line.getresponse()
    body = reply.read()
    if reply.status != 200:
        raise DaobanError(f"{path}：HTTP {reply.status}")
    return body


def put_out(at: Standing, change: Change, until: float = 0.0) -> Published:
    """Publish a change, and look at every process until all of them serve it, and further `until` a moment."""
    desk, processes = at.desk, at.processes
    seen = desk.drafts.open(change.file)
    if seen.text.count(change.old) != 1 or any(process.look(change).new for process in processes):
        raise DaobanError(f"{change.file} 里“{change.old.strip()}”要正好有一处，新的还没有人看到。")
    draft = desk.drafts.save(
        change.file,
        seen.text.replace(change.old, change.new),
        who=EDITOR,
        version=seen.version,
        base=seen.base_digest,
    )

    def publish() -> tuple[float, str]:
        done = desk.publish(draft.id, version=draft.version, reviewer=EDITOR)
        return time.monotonic(), done.digest[:TOLD]

    looks: list[Look] = []
    worked: float | None = None
    before, began = measuring.processor_time(at.supervisor), time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        publishing = pool.submit(publish)
        while time.monotonic() < (until if worked is not None else began + GIVES_UP):
            looks += [process.look(change) for process in processes]
            if worked is None and publishing.done() and _all_serve(publishing.result()[1], looks, processes):
                worked = (
                    max(measuring.processor_time(at.supervisor)[who] - before[who] for who in before if WEB in who)
                    / 1000
                )
            time.sleep(LOOK_EVERY)
        ended, digest = publishing.result()
    return judged(began, ended, digest, looks, worked or 0.0)


def _all_serve(digest: str, looks: Sequence[Look], processes: Sequence[Process]) -> bool:
    return {look.process for look in looks if look.whole(digest)} == {process.number for process in processes}


def _measured(at: Standing, changes: Sequence[Change], seconds: float, per_second: float) -> Found:
    """Publish one after the other while people talk, who say the same every time."""
    with ThreadPoolExecutor(1) as pool:
        people = pool.submit(asking, at.address, "talk", SEED, USERS, per_second, LEAD + seconds)
        begins = time.monotonic() + LEAD
        time.sleep(LEAD)
        published = [put_out(at, one, begins + EVERY * turn) for turn, one in enumerate(changes, 1)]
        happened = people.result()
    return Found(published, len(happened.took), dict(happened.faults), max(happened.took))


@contextlib.contextmanager
def _standing(web: int, rasa: int) -> Iterator[Standing]:
    """The service over its own copy of the knowledge, warm."""
    with contextlib.ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="daoban-bench-")))
        shutil.copytree(from_environment().knowledge, folder / "knowledge", ignore=shutil.ignore_patterns(".*"))
        remember_vectors(folder / "data")
        database = parts.enter_context(own_postgresql())
        address, supervisor = parts.enter_context(own_stack(PublishStack(rasa, web, database, folder=folder)))
        talk_for(address, 1, rounds=WARM_UP)
        settings = Settings(
            knowledge=folder / "knowledge", data=folder / "data", database=database, demo=True, four_eyes=False
        )
        numbers = [number for name, number in measuring.processes(supervisor).items() if WEB in name]
        processes = [Process(address, number) for number in numbers]
        for process in processes:
            parts.callback(process.close)
        yield Standing(address, supervisor, processes, publishing_over(settings, engine(settings.database_url)))
