"""Who asks too fast is asked to wait, and a hall of 200 people behind one address is not."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bootstrap
import httpx
import pytest
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

import api.limits
from api import chat, editors, pages, staff
from api.__main__ import behind
from api.limits import CHAT, KINDS, LIST, PAPER, SEARCH, Gate, Kind, Limits, gate_of, let_in
from assistant.channels import Switches
from assistant.checklist.profile import Profile
from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.supervisor import free_port
from tests.page_app import page_app

NOON = 1_795_000_020.0  # a moment 20 seconds before a new minute
HALL = "203.0.113.7"


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        """What time it is."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of everything."""
    made = Clock()
    monkeypatch.setattr(time, "time", made)
    return made


def limited(limits: Limits | None) -> FastAPI:
    """The pages and the chat behind a gate."""
    inner = page_app()
    app = FastAPI(dependencies=[Depends(let_in)])
    app.state.service, app.state.folder = inner.state.service, inner.state.folder
    app.state.gate = Gate(Switches(Path(inner.state.folder.name)), limits)
    app.include_router(chat.router)
    app.include_router(pages.router)
    pages.register_errors(app)
    return app


@pytest.fixture
def app(clock: Clock) -> FastAPI:
    """The application with its limits."""
    return limited(Limits())


@pytest.fixture
def visitor(app: FastAPI) -> TestClient:
    """Somebody with a browser."""
    return TestClient(app, follow_redirects=False)


def said(visitor: TestClient, conversation: str) -> httpx.Response:
    """The answer to a message."""
    return visitor.post("/api/chat", json={"conversation_id": conversation, "text": "食品证怎么退"})


def held(limits: Limits, kind: Kind, times: int, one: Callable[[int], str], address: str = HALL) -> int:
    """How many of so many tries, one after the other, are not answered."""

    async def tried() -> int:
        return sum([await limits.hit(kind, one(number), address) is not None for number in range(times)])

    return asyncio.run(tried())


# ---- a person


def test_one_too_fast_gets_a_card_and_others_go_on(visitor: TestClient) -> None:
    """Thirty messages a minute are answered; one more is a card of a known status with when to go on; another talk is not touched."""
    assert [said(visitor, "me").status_code for _ in range(30)] == [200] * 30
    slow = said(visitor, "me")
    body = slow.json()
    assert slow.status_code == 429
    assert 0 < int(slow.headers["Retry-After"]) <= 60
    assert (body["conversation_id"], body["status"], body["asks"]) == ("me", "failed", None)
    assert "您说得太快了" in body["replies"][0]["sections"][0]["lines"][0]["text"]
    assert said(visitor, "you").json()["status"] == "answered"


def test_after_the_wait_one_is_answered(visitor: TestClient, clock: Clock) -> None:
    """Whoever waits as long as told is answered."""
    for _ in range(30):
        said(visitor, "me")
    clock.now += int(said(visitor, "me").headers["Retry-After"])
    assert said(visitor, "me").status_code == 200


def test_page_of_the_conversation_counts_by_its_cookie(visitor: TestClient) -> None:
    """With JavaScript a card is put into the page, without it a page says the same; both say when to go on."""
    visitor.post("/say", data={"text": "您好"})
    answers = [visitor.post("/say", data={"text": "您好"}) for _ in range(31)]
    assert [one.status_code for one in answers] == [200] * 30 + [429]
    assert "您说得太快了" in answers[-1].text
    assert "<html" not in answers[-1].text
    plain = visitor.post("/", data={"text": "您好"})
    assert plain.status_code == 429
    assert "<html" in plain.text
    assert "您说得太快了" in plain.text
    assert int(plain.headers["Retry-After"]) > 0


def test_paper_is_limited_for_its_checklist(app: FastAPI, visitor: TestClient) -> None:
    """Thirty downloads in ten minutes; its page stays readable and another checklist is not touched."""
    issue = app.state.service.checklists.issue
    tokens = [issue(Profile(enterprise_type="geti", place="shilixian", licences=("shipin",)))[0] for _ in range(2)]
    answers = [visitor.get(f"/c/{tokens[0]}.ics").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
    assert visitor.get(f"/c/{tokens[0]}").status_code == 200
    assert visitor.get(f"/c/{tokens[1]}.ics").status_code == 200


def test_program_gets_a_sentence(visitor: TestClient) -> None:
    """Below /api it is JSON, as every other error there; what is wrong is counted, too."""
    visitor.cookies.set("daoban_talk", "a" * 24)
    answers = [visitor.get("/api/search", params={"limit": 0}) for _ in range(61)]
    assert [one.status_code for one in answers] == [422] * 60 + [429]
    assert "找得太快了" in answers[-1].json()["error"]


# ---- an address


@pytest.mark.parametrize(("kind", "each", "minutes"), [(CHAT, 4, 1), (SEARCH, 6, 1), (LIST, 2, 5), (PAPER, 2, 5)])
def test_hall_behind_one_address_is_answered(clock: Clock, kind: Kind, each: int, minutes: int) -> None:
    """200 people, each as busy as a person is, for a quarter of an hour: nobody is held."""
    limits = Limits()
    for _ in range(15):
        assert held(limits, kind, 200 * each // minutes, lambda number: str(number % 200)) == 0
        clock.now += 60


def test_machine_with_ever_new_conversations_is_slowed(clock: Clock) -> None:
    """The address is counted, too: a new name for each message gets 900 a minute, and another address is not touched."""
    limits = Limits()
    assert held(limits, CHAT, 3000, str) == 2100
    assert held(limits, CHAT, 10, str, "198.51.100.1") == 0


def test_addresses_of_one_house_are_one(clock: Clock) -> None:
    """In IPv6 a house has more addresses than messages; they count as one, an address of IPv4 as itself."""
    assert api.limits._network("2001:db8::1") == api.limits._network("2001:db8::ffff:1")
    assert api.limits._network("2001:db8:0:1::1") != api.limits._network("2001:db8::1")
    assert api.limits._network("192.0.2.1") != api.limits._network("192.0.2.2")
    assert api.limits._network("") == ""


@pytest.mark.parametrize(
    ("proxies", "comes_from"), [("", "10.0.0.9"), ("10.0.0.9", HALL), ("10.0.0.0/24", HALL), ("10.0.0.8", "10.0.0.9")]
)
def test_only_a_named_proxy_is_believed(proxies: str, comes_from: str) -> None:
    """X-Forwarded-For counts where it comes from a proxy that the settings name; what others wrote before it does not."""
    seen: list[str] = []

    async def application(scope: dict[str, tuple[str, int]], receive: object, send: object) -> None:
        seen.append(scope["client"][0])

    config = uvicorn.Config(application, **behind(proxies))  # type: ignore[arg-type]
    config.load()
    headers = [(b"x-forwarded-for", f"127.0.0.1, {HALL}".encode())]
    scope = {"type": "http", "client": ("10.0.0.9", 5000), "headers": headers, "scheme": "http"}
    asyncio.run(config.loaded_app(scope, None, None))  # type: ignore[arg-type, call-arg]
    assert seen == [comes_from]


# ---- what is limited


def test_what_is_limited_is_there() -> None:
    """Every address in the tables is one of the application, under that very name."""
    seen: list[tuple[str, str]] = []

    async def spy(request: Request) -> None:
        seen.append((request.method, request.scope["route"].path))
        raise HTTPException(418)

    app = FastAPI(dependencies=[Depends(spy)])
    for part in (chat, pages, staff, editors):
        app.include_router(part.router)
    app.get("/readyz")(lambda: None)
    visitor, places = TestClient(app), sorted({*KINDS, *api.limits.ASKING})
    for method, path in places:
        body = {"json": {}} if path.startswith("/api/") and method == "POST" else {}
        visitor.request(method, path.replace("{", "").replace("}", ""), **body)  # type: ignore[arg-type]
    assert seen == places


def test_development_counts_nothing() -> None:
    """Switched off, one machine may be everybody."""
    visitor = TestClient(limited(None))
    assert {said(visitor, "me").status_code for _ in range(40)} == {200}
    assert gate_of(Settings(limits=False)).limits is None
    assert gate_of(Settings()).limits is not None


def test_make_run_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make run` switches the limits off, and leaves them as they are where somebody has said how."""
    for name, replaced in {"check_port": int, "prepare": lambda *_: None, "_become": lambda _: None}.items():
        monkeypatch.setattr(bootstrap, name, replaced)
    for before, after in ((None, "0"), ("1", "1")):
        environment = {} if before is None else {"DAOBAN_LIMITS": before}
        monkeypatch.setattr(bootstrap.os, "environ", environment)
        bootstrap.run("8000")
        assert environment["DAOBAN_LIMITS"] == after


def test_memory_lets_go(clock: Clock) -> None:
    """What has had its time is forgotten by the sweep, and by nothing that every message would have to wait for."""
    limits = Limits()

    async def test() -> tuple[int, int]:
        api.limits.SWEEP, before = 0.0, api.limits.SWEEP
        sweeping = asyncio.create_task(limits.sweep())
        try:
            for number in range(50):
                await limits.hit(CHAT, str(number), HALL)
            kept = len(limits._here.expirations)
            clock.now += 3600
            for _ in range(10):
                await asyncio.sleep(0)
            assert not limits._here.expirations
            return kept, len(limits._here.locks)
        finally:
            api.limits.SWEEP = before
            sweeping.cancel()

    assert asyncio.run(asyncio.wait_for(test(), 30)) == (101, 0)


# ---- counted together


def test_storage_that_cannot_be_is_a_sentence() -> None:
    """A setting that cannot work stops the start and names itself."""
    with pytest.raises(SettingsError, match="DAOBAN_LIMITS_STORAGE"):
        Limits("carrier-pigeon://127.0.0.1")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """The address of a Redis of our own, what starts it again, and what ends it."""
    server = shutil.which("redis-server")
    assert server, "redis-server is not installed: run `make test`, which installs it"
    port = free_port()
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        running.append(process)
        assert process.stdout is not None
        while b"Ready to accept" not in process.stdout.readline():
            assert process.poll() is None

    def stop() -> None:
        for process in running:
            process.kill()
            process.communicate()
        running.clear()

    start()
    yield f"redis://127.0.0.1:{port}/0", start, stop
    stop()


def test_processes_count_together_in_redis(clock: Clock, redis: tuple[str, object, object]) -> None:
    """What one process counted counts in another, and nobody can be read from what is kept."""
    import redis as client

    async def test() -> list[bool]:
        two = Limits(redis[0]), Limits(redis[0])
        return [await two[n % 2].hit(CHAT, "conversation", HALL) is not None for n in range(32)]

    assert asyncio.run(test()) == [False] * 30 + [True] * 2
    keys = b" ".join(client.Redis.from_url(redis[0]).keys())
    assert keys
    assert HALL.encode() not in keys
    assert b"conversation" not in keys


def test_redis_is_asked_once_for_a_message(redis: tuple[str, object, object]) -> None:
    """However many limits a message falls under, it waits for one answer."""
    import redis as client

    async def test() -> int:
        limits, server = Limits(redis[0]), client.Redis.from_url(redis[0])
        await limits.hit(CHAT, "first", HALL)  # which brings the script there
        before = server.info("commandstats")["cmdstat_evalsha"]["calls"]
        await limits.hit(CHAT, "me", HALL)
        after = server.info("commandstats")
        return int(after["cmdstat_evalsha"]["calls"] - before)

    assert len((*CHAT.one, *CHAT.address)) == 3
    assert asyncio.run(test()) == 1


def test_redis_away_is_no_reason_to_turn_anybody_away(
    clock: Clock,
    redis: tuple[str, Callable[[], None], Callable[[], None]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While it is away each process counts for itself, and says so once; when it is back they count together again."""
    address, start, stop = redis

    async def test() -> None:
        limits = Limits(address)
        assert await limits.hit(CHAT, "me", HALL) is None
        stop()
        tries = [await limits.hit(CHAT, "me", HALL) is not None for _ in range(31)]
        assert tries == [False] * 30 + [True]
        assert caplog.text.count("counted in each process") == 1
        start()
        monkeypatch.setattr(limits, "_away_until", 0.0)
        assert await limits.hit(CHAT, "me", HALL) is None

    asyncio.run(test())
