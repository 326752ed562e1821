"""What `daoban up` starts: the web service and Rasa, side by side, and how it shows that people are really answered."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from assistant import logs
from assistant.errors import SettingsError
from assistant.settings import ROOT, Settings
from assistant.supervisor import LOOPBACK, Service, answers, api_command, asked, rasa_command, say, up

FIRST_QUESTION = "饭店黄了，食品证咋退"
AT_WORK = "智能导办已经可以用了"  # what is said once everything that was to start has started
ANSWERS = ("answered", "handed_over")  # the latter where the web channel is switched off
ACTIONS_PATH = "/internal/actions"
IN_MEMORY = Path("/dev/shm")  # where a full disk harms nobody: the files are mapped, and writing would kill the process
EVERYWHERE = ("0.0.0.0", "::")
# glibc keeps what was freed for each thread; these make it give 100 MB of a web process back.
SPARES_MEMORY = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}
NOT_FOR_RASA = ("DAOBAN_WECHAT_", "DAOBAN_WEBHOOK_", "PROMETHEUS_")  # secrets, and what it has no use for


def serve(settings: Settings) -> None:
    """Run all services until Ctrl-C; SettingsError where something needed is missing."""
    nlu = ROOT / "nlu"
    if not settings.rasa_python.exists() or not (nlu / "models" / "daoban.tar.gz").exists():
        raise SettingsError("引导对话的环境还没准备好，请先运行 make run（第一次要几分钟）")
    settings.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix="daoban-metrics-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None
    ) as numbers:
        _serve(settings, nlu, numbers)


def _serve(settings: Settings, nlu: Path, numbers: str) -> None:
    """Run all services; the web services count together in the folder `numbers`."""
    reach = LOOPBACK if settings.host in EVERYWHERE else settings.host
    secret = settings.secret or secrets.token_urlsafe(24)
    shared = {
        **SPARES_MEMORY,
        **os.environ,
        "DAOBAN_HOST": settings.host,
        "DAOBAN_PORT": str(settings.port),
        "DAOBAN_DEMO": "1" if settings.demo else "0",
        "DAOBAN_RASA_PORT": str(settings.dialogue_ports[0]),
        "DAOBAN_SECRET": secret,
        "PYTHONPATH": str(ROOT),
        "PROMETHEUS_MULTIPROC_DIR": numbers,
    }
    dialogue = {
        **{name: value for name, value in shared.items() if not name.startswith(NOT_FOR_RASA)},
        "DAOBAN_ACTIONS_URL": f"http://{reach}:{settings.port}{ACTIONS_PATH}/{secret}",
        "DAOBAN_TRACKER_URL": settings.tracker_url.replace("+psycopg", ""),  # Rasa brings another driver
    }
    web = api_command(settings.host, settings.port, shared=settings.processes > 1)
    up_and_well = answers(settings.port, "/healthz", reach)
    services = (
        *(Service(name, web, up_and_well, shared, settings.port) for name in _numbered("web", settings.processes)),
        *_dialogue_services(settings, nlu, dialogue),
    )
    began = time.monotonic()
    logs.configure(settings.data, settings.log_days, "up")
    up(services, lambda: _welcomed(reach, settings.port, began), _noted)


def _dialogue_services(settings: Settings, nlu: Path, env: Mapping[str, str]) -> Iterator[Service]:
    """The Rasa processes; one leads the dialogue, so the others let it and the web service start first."""
    first = settings.dialogue_ports[0]
    for name, port in zip(_numbered("rasa", settings.rasa_processes), settings.dialogue_ports, strict=True):
        command = rasa_command(settings.rasa_python, nlu, port)
        yield Service(name, command, answers(port, "/"), env, port, later=port != first)


def _noted(line: str) -> None:
    """Print what a service printed, and keep it in the logs."""
    service, _, words = line.partition(" | ")
    say(f"{service} | {logs.printed(service.strip(), words)}")


def _numbered(name: str, processes: int) -> list[str]:
    """The names of so many processes: web, web2 …"""
    return [name, *(f"{name}{number}" for number in range(2, processes + 1))]


async def _welcomed(host: str, port: int, began: float) -> None:
    """Ask a real question, and say where the page is once it is really answered."""
    for _ in range(60):
        if await _really_answers(host, port):
            break
        await asyncio.sleep(0.5)
    else:
        say("web  | 试问了一句，没得到像样的回答。请看上面的记录；先停掉再运行一次 make run。")
        return
    seconds = time.monotonic() - began
    say("")
    say(f"  {AT_WORK}（{seconds:.0f} 秒）：http://{host}:{port}")
    say("  试问“饭店黄了，食品证咋退”，已得到回答。按 Ctrl-C 停止。")
    say("")
    sys.stdout.flush()


async def _really_answers(host: str, port: int) -> bool:
    """Whether a question gets its answer, and through Rasa."""
    try:
        _, reply = await asked(
            port, "/api/chat", host, told=json.dumps({"text": FIRST_QUESTION}).encode("ascii"), seconds=20
        )
        well, _ = await asked(port, "/readyz", host, seconds=20)
        return well and json.loads(reply).get("status") in ANSWERS
    except (OSError, ValueError):
        return False
