"""The real stack for tests: the web service and Rasa under their supervisor, on free ports, with 示例市 and an empty data folder."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from training import Training

from assistant.settings import ROOT
from assistant.supervisor import LOOPBACK, free_port
from tests import vectors

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
ACCOUNT = ("wx0123456789abcdef", "sign1234", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")  # app id, token, key
DEATHS_ENOUGH = 4  # a service that dies again and again will not come up
STARTS_WITHIN = 300.0  # seconds; 15 where nothing else runs
STARTED = contextlib.ExitStack()  # ended with the session: one of several workers has no time for it afterwards
atexit.register(STARTED.close)


@dataclass
class Stack:
    """A running stack, and what to ask it."""

    port: int
    rasa_port: int
    folder: Path
    processes: int = 1  # of the web service
    host: str = LOOPBACK
    more: Mapping[str, str] = field(default_factory=dict)  # settings, beyond those of every stack
    before: tuple[str, ...] = ()  # what the command begins with
    root: Path = ROOT  # where the code is
    process: subprocess.Popen[bytes] = field(init=False)
    client: httpx.Client = field(init=False)
    rasa: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.address, timeout=30, trust_env=False)
        self.rasa = httpx.Client(base_url=f"http://{LOOPBACK}:{self.rasa_port}", timeout=30, trust_env=False)
        self.start()

    @property
    def address(self) -> str:
        """Where people ask."""
        return f"http://{self.host}:{self.port}"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the processes print."""
        return self.folder / "log"

    def start(self) -> None:
        """Start all processes, on what lies in the data folder."""
        settings = {"DAOBAN_DEMO": "1", "DAOBAN_DATA": str(self.data), "DAOBAN_RASA_PORT": str(self.rasa_port)}
        settings |= {"DAOBAN_PROCESSES": str(self.processes), "DAOBAN_LIMITS": "0"}
        settings |= dict(
            zip(("DAOBAN_WECHAT_APP_ID", "DAOBAN_WECHAT_TOKEN", "DAOBAN_WECHAT_AES_KEY"), ACCOUNT, strict=True)
        )
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("DAOBAN_")}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    *self.before,
                    sys.executable,
                    "-m",
                    "assistant.cli",
                    "up",
                    "--host",
                    self.host,
                    "--port",
                    str(self.port),
                ],
                cwd=self.root,
                env={**inherited, **settings, "PYTHONPATH": str(self.root), **self.more},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def kill_everything(self) -> None:
        """End every process at once, without a chance to tidy up."""
        for process in (*_children(self.process.pid), self.process.pid):
            os.kill(process, signal.SIGKILL)
        self.process.wait()

    @contextlib.contextmanager
    def rasa_standing_still(self) -> Iterator[None]:
        """Rasa does nothing for a while, and is given time to come back."""
        process = self.rasa_process()
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)
        self.wait_until_ready(60)

    def said(self, conversation: str) -> list[str]:
        """What is kept of a conversation, in the order in which it was said."""
        with contextlib.closing(sqlite3.connect(self.data / "daoban.db", timeout=10)) as database:
            query = "SELECT said FROM turns WHERE conversation_id = ? ORDER BY id"
            return [str(said) for (said,) in database.execute(query, (conversation,))]

    def let_pass(self, conversation: str, days: float) -> None:
        """Make a conversation so many days older."""
        with contextlib.closing(sqlite3.connect(self.data / "daoban.db", timeout=10)) as database, database:
            database.execute(
                "UPDATE conversations SET updated_at = datetime(updated_at, ?) WHERE id = ?",
                (f"-{days * 24 * 60:.0f} minutes", conversation),
            )

    def post(self, body: Any) -> httpx.Response:
        """A request to the chat, with whatever JSON; lone surrogates and null bytes go out escaped."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode("ascii")
        return self.client.post("/api/chat", content=raw, headers={"Content-Type": "application/json"})

    def say(self, conversation: str, text: str) -> dict[str, Any]:
        """The reply to a typed message."""
        return self._reply({"conversation_id": conversation, "text": text})

    def tap(self, conversation: str, payload: str) -> dict[str, Any]:
        """The reply to a tapped choice."""
        return self._reply({"conversation_id": conversation, "payload": payload})

    def _reply(self, body: dict[str, Any]) -> dict[str, Any]:
        response = self.post(body)
        assert response.status_code == 200, f"{response.status_code} for {body}: {response.text[:300]}"
        found: dict[str, Any] = response.json()
        return found

    def events(self, conversation: str) -> list[dict[str, Any]]:
        """Everything Rasa noted down about a conversation."""
        tracker = self.rasa.get(f"/conversations/{conversation}/tracker", params={"include_events": "ALL"}).json()
        return list(tracker["events"])

    def slots(self, conversation: str) -> dict[str, Any]:
        """What Rasa remembers of a conversation."""
        return dict(self.rasa.get(f"/conversations/{conversation}/tracker").json()["slots"])

    def intent(self, text: str) -> str:
        """The kind of thing Rasa takes a message for."""
        return str(self.rasa.post("/model/parse", json={"text": text}).json()["intent"]["name"])

    def rasa_processes(self) -> list[int]:
        """The process ids of the running Rasa."""
        return self._running(b"start.py")

    def rasa_process(self) -> int:
        """The process id of the running Rasa; LookupError while there is none."""
        found = self.rasa_processes()
        if not found:
            raise LookupError("no Rasa is running")
        return found[0]

    def web_processes(self) -> list[int]:
        """The process ids of the running web service."""
        return self._running(b"\0api\0")

    def _running(self, sign: bytes) -> list[int]:
        found = []
        for child in _children(self.process.pid):
            with contextlib.suppress(OSError):
                found += [child] if sign in Path(f"/proc/{child}/cmdline").read_bytes() else []
        return found

    def is_ready(self) -> bool:
        """Whether a question is answered through Rasa."""
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def wait_until_ready(self, seconds: float = STARTS_WITHIN) -> float:
        """Wait for the dialogue, and say how long it took; fails with the end of the log."""
        began = time.monotonic()
        while not self.is_ready():
            taken = time.monotonic() - began
            log = self.log.read_text("utf-8", "replace")
            if self.process.poll() is not None or taken > seconds or log.count("退出了") >= DEATHS_ENOUGH:
                raise AssertionError(f"not ready after {taken:.0f} s:\n{log[-3000:]}")
            time.sleep(0.2)
        return time.monotonic() - began

    def stop(self) -> None:
        """End it as Ctrl-C does, and wait until nothing of it runs; nothing where it has ended already."""
        if self.process.poll() is not None:
            return
        with contextlib.suppress(LookupError, ProcessLookupError):
            os.kill(self.rasa_process(), signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@functools.cache
def running() -> Stack:
    """The one stack of this test run; it needs the environments that `make test` prepares."""
    return another()


def another(processes: int = 1, **different: Any) -> Stack:
    """A stack of its own with so many web processes, stopped at the end of the run at the latest."""
    assert RASA_PYTHON.exists(), "Rasa is not installed: run `make test`, which installs it"
    training = Training(ROOT, RASA_PYTHON)
    if not training.is_ready():
        training.prepare()
    folder = Path(tempfile.mkdtemp(prefix="daoban-dialogue-"))
    STARTED.callback(shutil.rmtree, folder, ignore_errors=True)
    vectors.bring(folder / "data")
    stack = Stack(free_port(), free_port(), folder, processes, **different)
    STARTED.callback(stack.stop)
    stack.wait_until_ready()
    vectors.keep(folder / "data")
    return stack


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())
