"""People go on asking while an editor publishes: every question is answered, and every process has the new words at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.reload import publishing_of
from assistant.desk.publishing import Publishing
from assistant.settings import Settings
from tests.desk.builders import ACTS, CATALOG, GUIDE
from tests.knowledge.conftest import Folder

PATIENCE = 60.0  # seconds; what is measured is in the docs, here it is only whether
ASKING = 4
PAGE = "/guides/geting"
WORDS = ("老板来办。", "小县专窗"), ("本人来办。", "小县一号窗")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[list[TestClient]]:
    """Two processes' worth of service over one folder and one database."""
    Folder(tmp_path / "knowledge").write("acts.yaml", ACTS)
    told = {"encoder": "none", "rasa_port": 1, "demo": True, "four_eyes": False, "limits": False}
    settings = Settings(knowledge=tmp_path / "knowledge", data=tmp_path / "var", **told)  # type: ignore[arg-type]
    with ExitStack() as running:
        yield [running.enter_context(TestClient(create_app(settings))) for _ in range(2)]


def publishing(client: TestClient) -> Publishing:
    """The desk of a service."""
    return publishing_of(client.app.state.service)  # type: ignore[attr-defined]


def publish(at: Publishing, **changes: tuple[str, str]) -> str:
    """Publish changes of several files at once; the digest of the knowledge with them."""
    path_of = {"guide": GUIDE, "catalog": CATALOG}
    for name, (old, new) in changes.items():
        seen = at.drafts.open(path_of[name])
        assert seen.text.count(old) == 1
        draft = at.drafts.save(seen.path, seen.text.replace(old, new), who="zhang", bundle=f"{changes}"[:32])
    return at.publish(draft.id, version=draft.version, beside=at.drafts.beside(draft), reviewer="zhang").digest


def until(there: Callable[[], bool]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


def health(client: TestClient) -> dict[str, str | None]:
    """What a service says of itself."""
    told: dict[str, str | None] = client.get("/healthz").json()
    return told


def until_served(client: TestClient, digest: str) -> None:
    """Wait until a service serves this knowledge."""
    until(lambda: health(client)["knowledge"] == digest[:12])


def told_the_line(client: TestClient) -> bool:
    """Whether a service says where the broken file is broken."""
    return "geting.yaml:1" in str(health(client)["knowledge_fault"])


def well(client: TestClient) -> bool:
    """Whether a service has nothing to complain of."""
    return health(client)["knowledge_fault"] is None


def test_no_question_is_lost_while_several_files_are_published(services: list[TestClient]) -> None:
    """Searches and pages go on through twelve publications of two files each; nobody ever sees one file without the other."""
    first = services[0]
    stop = Event()

    def ask(number: int) -> tuple[int, set[tuple[bool, bool]]]:
        answered, seen = 0, set()
        client = services[number % 2]
        while not stop.is_set():
            hits = client.get("/api/search", params={"q": "歌厅证怎么注销"})
            assert hits.status_code == 200
            assert hits.json()["hits"][0]["id"] == "geting"
            service = client.app.state.service  # type: ignore[attr-defined]
            assert service.knowledge is service.finder.knowledge is service.brain.knowledge
            who = service.knowledge.guides["geting"].who[0].text
            seen.add(("本人" in who, "一号" in service.knowledge.windows["chuangkou"].name))
            assert client.get(PAGE).status_code == 200
            said = client.post("/api/chat", json={"text": "歌厅证怎么注销"})
            assert said.status_code == 200
            assert said.json()["replies"]
            answered += 1
        return answered, seen

    with ThreadPoolExecutor(ASKING) as pool:
        asking = [pool.submit(ask, number) for number in range(ASKING)]
        try:
            for turn in range(12):
                before, after = (WORDS, WORDS[::-1])[turn % 2]
                digest = publish(publishing(first), guide=(before[0], after[0]), catalog=(before[1], after[1]))
                for one in services:
                    until_served(one, digest)
        finally:
            stop.set()
        results = [one.result() for one in asking]
    assert all(answered > 0 for answered, _ in results)
    assert set.union(*(seen for _, seen in results)) == {(False, False), (True, True)}


def test_new_name_is_heard_everywhere_and_a_faulty_tree_by_nobody(services: list[TestClient]) -> None:
    """An alias finds its guide in both; a file that somebody breaks on the server is told by both, and served by neither."""
    first, second = services
    digest = publish(publishing(second), guide=("别名: [歌厅证,", "别名: [麦霸证, 歌厅证,"))
    for one in services:
        until_served(one, digest)
        assert one.get("/api/search", params={"q": "麦霸证怎么注销"}).json()["hits"][0]["id"] == "geting"
    broken = publishing(first).drafts.folder / GUIDE
    good = broken.read_bytes()
    broken.write_bytes("名称：歌厅许可\n".encode())
    for one in services:
        until(partial(told_the_line, one))
        assert health(one)["knowledge"] == digest[:12]
        assert one.get(PAGE).status_code == 200
    broken.write_bytes(good)
    for one in services:
        until(partial(well, one))
