"""A small supervisor for `daoban up`: starts services, restarts what dies, leaves nothing behind.

Each service runs in a process group of its own, so that Ctrl-C reaches the supervisor alone and it can stop them in
order; on Linux the kernel kills a service whose supervisor was killed. What services print comes out line by line,
with the service's name before it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import SettingsError

Say = Callable[[str], None]
Check = Callable[[], Awaitable[bool]]

LOOPBACK = "127.0.0.1"
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a restart: doubled each time
HEALTHY_AFTER = 60.0  # seconds of running after which the pause starts small again
GRACE = 6.0  # seconds between asking a service to stop and killing it
LOOK_EVERY = 0.1  # seconds between two looks at a service that is not ready yet
SLOW_AFTER = 60.0  # seconds without being ready after which we say so

_COLOURS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\r(?!\n)")
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Service:
    """A program to keep running: how to start it, and how to see that it is ready."""

    name: str
    argv: Sequence[str]
    ready: Check
    env: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None  # must be free before anything is started
    host: str = LOOPBACK
    later: bool = False  # begun when all that are not are ready, which leaves them the machine till then


def rasa_command(python: Path, nlu: Path, port: int) -> list[str]:
    """Rasa in its own environment, on loopback only, with the trained model; nlu/start.py makes its start fast."""
    return [
        *(str(python), str(nlu / "start.py"), "run", "--enable-api"),
        *("-i", LOOPBACK, "--port", str(port), "-m", str(nlu / "models" / "daoban.tar.gz")),
        *("--endpoints", str(nlu / "endpoints.yml"), "--credentials", str(nlu / "credentials.yml")),
    ]


def api_command(host: str, port: int, *, shared: bool = False) -> list[str]:
    """Our own web service; a shared port is served by several such processes."""
    return [sys.executable, "-m", "api", host, str(port), *(("--shared",) if shared else ())]


def answers(port: int, path: str, host: str = LOOPBACK) -> Check:
    """A ready check: GET gives 200."""

    async def ask() -> bool:
        try:
            return (await asked(port, path, host))[0]
        except OSError:
            return False

    return ask


async def asked(
    port: int, path: str, host: str = LOOPBACK, *, told: bytes | None = None, seconds: float = 2
) -> tuple[bool, bytes]:
    """Whether a service answers with 200, and with what; it is asked with GET, or with POST where it is told JSON.

    OSError where it does not answer. An HTTP library would take more memory than all the rest of a supervisor.
    """
    lines = [f"{'GET' if told is None else 'POST'} {path} HTTP/1.0", f"Host: {host}:{port}", "Connection: close"]
    if told is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(told)}"]
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode("ascii") + (told or b""))
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
    return re.match(rb"HTTP/1\.\d 200 ", head) is not None, body


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def require_free(port: int, host: str = LOOPBACK) -> None:
    """Refuse a port that cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = "已被别的程序占用" if error.errno == errno.EADDRINUSE else f"不能使用（{error.strerror}）"
            raise SettingsError(f"端口 {port} {why}：请换一个端口（PORT=），或先停掉占用它的程序。") from None


def say(line: str) -> None:
    """Print a line; a reader that went away is no reason to stop serving."""
    try:
        print(line, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def up(services: Sequence[Service], ready: Callable[[], Awaitable[None]], say: Say = say) -> None:
    """Keep the services running until Ctrl-C or SIGTERM; `ready` is called once, when all of them first are ready."""
    for service in services:
        if service.port is not None:
            require_free(service.port, service.host)
    asyncio.run(_Supervisor(services, ready, say).run())


class _Supervisor:
    """The services that are up, and the wish to stop."""

    def __init__(self, services: Sequence[Service], ready: Callable[[], Awaitable[None]], say: Say) -> None:
        self._services = services
        self._ready = ready
        self._width = max((len(service.name) for service in services), default=0)
        self._write = say
        self._first_ready = asyncio.Event()
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()

    def _say(self, name: str, words: str) -> None:
        self._write(f"{name:<{self._width}} | {words}")

    def _asked_to_stop(self) -> None:
        if self._stop.is_set():
            self._hurry.set()  # asked twice: kill
        self._stop.set()

    async def run(self) -> None:
        """Start all, wait for the wish to stop, stop all; an error in `ready` stops all and comes out."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if name != signal.SIGHUP or signal.getsignal(name) != signal.SIG_IGN:  # nohup means it
                loop.add_signal_handler(name, self._asked_to_stop)
        tasks = [asyncio.create_task(work) for work in (self._greet(), *map(self._keep, self._services))]
        for task in tasks:
            task.add_done_callback(self._stop_on_error)
        try:
            await self._stop.wait()
        finally:
            self._stop.set()
            self._first_ready.set()  # for those that wait for it in vain
            tasks[0].cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def _stop_on_error(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():
            self._stop.set()

    async def _greet(self) -> None:
        """Wait until every service is ready for the first time."""
        await asyncio.gather(*(self._wait_ready(one) for one in self._services if not one.later))
        self._first_ready.set()
        await asyncio.gather(*(self._wait_ready(one) for one in self._services if one.later))
        await self._ready()

    async def _wait_ready(self, service: Service) -> None:
        began, told = time.monotonic(), False
        while not await service.ready():
            await asyncio.sleep(LOOK_EVERY)
            if not told and time.monotonic() - began > SLOW_AFTER:
                told = True
                self._say(service.name, "还没有准备好，继续等待。原因看上面的输出。")

    async def _keep(self, service: Service) -> None:
        """Start a service again and again, pausing longer after each quick death."""
        if service.later:
            with contextlib.suppress(TimeoutError):  # one that does not come keeps no other away
                await asyncio.wait_for(self._first_ready.wait(), SLOW_AFTER)
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            began = time.monotonic()
            code = await self._once(service)
            if self._stop.is_set():
                return
            if time.monotonic() - began >= HEALTHY_AFTER:
                pause = FIRST_PAUSE
            self._say(service.name, f"退出了（{_how(code)}），{pause:g} 秒后重新启动。")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _once(self, service: Service) -> int | str:
        """Run a service until it dies or we stop; nothing of its process group is left."""
        # A pipe of our own: asyncio's would report the death only when every grandchild has closed its end.
        read_end, write_end = os.pipe()
        copying = asyncio.create_task(self._copy(service.name, read_end))
        try:
            child = await asyncio.create_subprocess_exec(
                *service.argv,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1", **service.env},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()),
            )
        except OSError as error:
            return f"无法启动：{error.strerror}"
        finally:
            os.close(write_end)
        ended, stopping = asyncio.create_task(child.wait()), asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                _signal_group(child.pid, signal.SIGTERM)
                hurry = asyncio.create_task(self._hurry.wait())
                await asyncio.wait({ended, hurry}, timeout=GRACE, return_when=asyncio.FIRST_COMPLETED)
                hurry.cancel()
        finally:
            stopping.cancel()
            _signal_group(child.pid, signal.SIGKILL)  # the leader, if it would not stop, and what it left behind
            await ended
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(copying, 1)
        return ended.result()

    async def _copy(self, name: str, read_end: int) -> None:
        """Pass on what a service prints, without colours and in bounded pieces."""
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_end, "rb", 0)
        )
        try:
            while line := await _line_or_piece(reader):
                if text := _COLOURS.sub(b"", line).decode("utf-8", "replace").rstrip():
                    self._say(name, text)
        finally:
            transport.close()


async def _line_or_piece(reader: asyncio.StreamReader) -> bytes:
    """The next line, or a piece of one that is too long; nothing at the end."""
    try:
        return await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as rest:
        return rest.partial
    except asyncio.LimitOverrunError as over:
        return await reader.readexactly(over.consumed)


def _how(code: int | str) -> str:
    """How a service ended, in words."""
    if isinstance(code, str):
        return code
    return f"代码 {code}" if code >= 0 else f"信号 {-code}"


def _signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to every process of a group that may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _die_with(parent: int) -> Callable[[], None] | None:
    """What a child does before it becomes the service: ask the kernel to kill it when its supervisor dies."""
    if _LIBC is None:
        return None
    prctl = _LIBC.prctl

    def ask() -> None:
        prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:  # died in between
            os._exit(1)

    return ask
