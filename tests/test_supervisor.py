import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from assistant import supervisor
from assistant.errors import DaobanError, SettingsError
from assistant.supervisor import Service, answers, free_port, rasa_command, require_free, up

ROOT = Path(__file__).resolve().parent.parent


async def at_once() -> bool:
    """A service that counts as ready from the start."""
    return True


async def nothing() -> None:
    """Nothing to do when all is ready."""


def child(code: str, name: str = "kid", **more: object) -> Service:
    """A service that is a small Python program."""
    return Service(name, (sys.executable, "-c", textwrap.dedent(code)), at_once, **more)  # type: ignore[arg-type]


def run_until(services: list[Service], enough, limit: float = 20) -> list[str]:  # type: ignore[no-untyped-def]
    """Supervise until the lines printed are enough, then ask to stop as Ctrl-C does; give back the lines."""
    lines: list[str] = []

    async def watch() -> None:
        deadline = time.monotonic() + limit
        while not enough(lines) and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    up(services, watch, lines.append)
    assert enough(lines), lines
    return lines


def is_alive(pid: int) -> bool:
    """Whether a process runs (one that has died and waits to be reaped does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(true, limit: float = 10) -> bool:  # type: ignore[no-untyped-def]
    """Wait for something to become true."""
    deadline = time.monotonic() + limit
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(true())


@contextlib.contextmanager
def supervising(folder: Path, code: str):  # type: ignore[no-untyped-def]
    """A supervisor in a process of its own, with one child that writes down its process ids."""
    pids = folder / "pids"
    script = folder / "main.py"
    script.write_text(
        textwrap.dedent(f"""
        import asyncio, sys
        from assistant.supervisor import Service, up
        async def ready(): return True
        async def greet(): print("ready", flush=True)
        up([Service("kid", (sys.executable, "-c", {textwrap.dedent(code)!r}, {str(pids)!r}), ready)], greet)
        """)
    )
    log = (folder / "log").open("w")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log, subprocess.Popen([sys.executable, script], env=env, stdout=log, stderr=log) as process:
        try:
            assert wait_until(lambda: pids.exists() and pids.read_text().endswith("\n")), (folder / "log").read_text()
            yield process, [int(pid) for pid in pids.read_text().split()]
        finally:
            process.kill()


SLEEPER = """
import os, sys, time
open(sys.argv[1], "w").write(f"{os.getpid()}\\n")
time.sleep(600)
"""
PARENT = """
import os, subprocess, sys, time
kid = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(f"{os.getpid()} {kid.pid}\\n")
time.sleep(600)
"""


def test_output_comes_line_by_line_with_the_name_and_without_colours() -> None:
    """Lines of several services can be told apart in any terminal or log file."""
    code = r"print('\x1b[31mred\x1b[0m 红'); import time; time.sleep(60)"
    lines = run_until(
        [child(code, "api"), child("print('x' * 200_000 + 'END'); import time; time.sleep(60)", "rasa")],
        lambda lines: any("red" in line for line in lines) and any("END" in line for line in lines),
    )
    assert "api  | red 红" in lines
    assert sum(line.count("x") for line in lines) == 200_000


def test_dead_service_is_started_again() -> None:
    """A service that ends comes back, and we say how it ended."""
    lines = run_until([child("print('up'); raise SystemExit(3)")], lambda lines: lines.count("kid | up") >= 2)
    assert "kid | 退出了（代码 3），0.5 秒后重新启动。" in lines


def test_other_services_stay_up_while_one_is_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    """One service that keeps dying does not touch the others."""
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    steady = child("print('steady'); import time; time.sleep(60)", "ok")
    lines = run_until([steady, child("raise SystemExit(1)")], lambda lines: sum("退出了" in x for x in lines) >= 3)
    assert lines.count("ok  | steady") == 1


def test_pause_doubles_up_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that dies at once is not restarted in a busy loop."""
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.07)
    lines = run_until([child("raise SystemExit(1)")], lambda lines: len(lines) >= 5)
    pauses = [float(line.split("，")[1].split(" ")[0]) for line in lines]
    assert pauses[:5] == [0.02, 0.04, 0.07, 0.07, 0.07]


def test_pause_starts_small_again_after_a_healthy_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that ran well for a while is restarted quickly."""
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(supervisor, "HEALTHY_AFTER", 0.0)
    lines = run_until([child("raise SystemExit(1)")], lambda lines: len(lines) >= 4)
    assert all("0.02 秒" in line for line in lines)


def test_program_that_cannot_start_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing program is a line in the log, not a traceback."""
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    lines = run_until([Service("none", ("/nowhere/rasa",), at_once)], lambda lines: len(lines) >= 2)
    assert lines[0].startswith("none | 退出了（无法启动：")


def test_service_that_will_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that ignores the request to stop does not hold up the end."""
    monkeypatch.setattr(supervisor, "GRACE", 0.3)
    began = time.monotonic()
    code = """
    import signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf", flush=True)
    time.sleep(600)
    """
    run_until([child(code)], lambda lines: "kid | deaf" in lines)
    assert time.monotonic() - began < 5


def test_greeting_waits_for_every_service() -> None:
    """What is done when all is ready is done once, after the slowest."""
    looks: list[int] = []

    async def slow() -> bool:
        looks.append(1)
        return len(looks) >= 3

    service = Service("slow", (sys.executable, "-c", "import time; time.sleep(60)"), slow)
    greeted: list[int] = []

    async def greet() -> None:
        greeted.append(len(looks))
        os.kill(os.getpid(), signal.SIGTERM)

    up([child("import time; time.sleep(60)"), service], greet)
    assert greeted == [3]


def test_later_service_begins_when_the_first_ones_are_ready() -> None:
    """What can wait leaves the machine to what is needed first."""
    lines: list[str] = []
    seen: list[str] = []  # when somebody last looked whether the first one was ready
    looks: list[int] = []

    async def slow() -> bool:
        looks.append(1)
        seen[:] = lines
        return len(looks) >= 10

    async def watch() -> None:
        deadline = time.monotonic() + 20
        while "later | up" not in lines and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    first = Service("first", (sys.executable, "-c", "import time; time.sleep(60)"), slow)
    later = child("print('up'); import time; time.sleep(60)", "later", later=True)
    up([later, first], watch, lines.append)
    assert (seen, lines) == ([], ["later | up"])


def test_later_service_begins_although_a_first_one_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is never ready keeps no other away for good."""
    monkeypatch.setattr(supervisor, "SLOW_AFTER", 0.2)
    lines: list[str] = []
    looks: list[int] = []

    async def never() -> bool:
        looks.append(1)
        if "later | up" in lines or len(looks) > 200:
            os.kill(os.getpid(), signal.SIGTERM)
        return False

    first = Service("first", (sys.executable, "-c", "import time; time.sleep(60)"), never)
    up([first, child("print('up'); import time; time.sleep(60)", "later", later=True)], nothing, lines.append)
    assert "later | up" in lines


def test_later_service_is_not_begun_after_the_wish_to_stop() -> None:
    """Ctrl-C while the first ones are starting ends at once, and begins nothing more."""
    began = time.monotonic()
    lines: list[str] = []

    async def stop() -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return False

    first = Service("first", (sys.executable, "-c", "import time; time.sleep(60)"), stop)
    up([first, child("print('up')", "later", later=True)], nothing, lines.append)
    assert not any(line.startswith("later") for line in lines)
    assert time.monotonic() - began < 5


def test_stop_before_ready_ends_at_once() -> None:
    """Ctrl-C while services are still starting works as well."""

    async def never() -> bool:
        return False

    async def stop() -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return True

    argv = (sys.executable, "-c", "import time; time.sleep(60)")
    began = time.monotonic()
    up([Service("a", argv, never), Service("b", argv, stop)], nothing)
    assert time.monotonic() - began < 5


def test_error_in_greeting_stops_all_and_comes_out() -> None:
    """A start that failed its own trial question ends with its sentence."""

    async def fail() -> None:
        raise DaobanError("试问没有得到回答")

    with pytest.raises(DaobanError, match="试问没有得到回答"):
        up([child("import time; time.sleep(60)")], fail)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stop_signal_ends_everything_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C, kill and a closed terminal end the service and its children within 10 seconds, with code 0."""
    with supervising(tmp_path, PARENT) as (process, pids):
        process.send_signal(number)
        assert process.wait(10) == 0
        assert wait_until(lambda: not any(map(is_alive, pids)), 2)
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    """kill -9 on the supervisor takes its services along, so the ports are free for the next start."""
    with supervising(tmp_path, SLEEPER) as (process, pids):
        assert all(map(is_alive, pids))
        process.kill()
        assert wait_until(lambda: not any(map(is_alive, pids)))


def test_restart_leaves_nothing_of_the_dead_service(tmp_path: Path) -> None:
    """Children of a service that was killed are ended before it is started again."""
    with supervising(tmp_path, PARENT) as (process, pids):
        os.kill(pids[0], signal.SIGKILL)
        assert wait_until(lambda: not any(map(is_alive, pids)))
        assert process.poll() is None


def test_taken_port_is_one_sentence_before_anything_starts() -> None:
    """A port in use is told before a service is started on it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"^端口 {port} 已被别的程序占用：[^\n]*。$"):
            up([child("raise SystemExit(1)", port=port)], nothing)
    require_free(port)


def test_readiness_is_a_200(tmp_path: Path) -> None:
    """Nobody listening and an error page both mean: not ready."""
    port = free_port()
    (tmp_path / "yes").write_text("yes")
    assert not asyncio.run(answers(port, "/yes")())
    server = subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)], cwd=tmp_path, stderr=subprocess.DEVNULL
    )
    try:
        assert wait_until(lambda: asyncio.run(answers(port, "/yes")()))
        assert not asyncio.run(answers(port, "/no")())
    finally:
        server.terminate()
        server.wait()


def test_rasa_listens_on_loopback_only() -> None:
    """Rasa's own door has no lock, so nobody else may reach it."""
    command = rasa_command(Path("/x/python"), Path("/x/nlu"), 5005)
    assert command[command.index("-i") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == "5005"
