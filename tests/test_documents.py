"""What the documents say is so."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

import assistant
from api import chat, pages
from assistant.cli import commands
from assistant.handover import GOOD_FOR
from assistant.messages import KEPT_DAYS
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "knowledge/README.md",
    "docs/benchmarks.md",
    "docs/wechat.md",
    "docs/operations.md",
    "docs/faults.md",
    "docs/province.md",
    "docs/security.md",
    "deploy/README.md",
)
ROOMS = "assistant|api|nlu|knowledge|encoder|setup|requirements|tests|docs|deploy"


def document(name: str = "README.md") -> str:
    """A document as it stands."""
    return (ROOT / name).read_text(encoding="utf-8")


def code_in(text: str) -> list[str]:
    """Every piece of code: what stands between backticks, and each line of a block."""
    fenced = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return [line.strip() for block in fenced for line in block.splitlines()] + inline


def makefile_verbs() -> set[str]:
    """The verbs of the Makefile."""
    return set(re.findall(r"^([a-z-]+):", document("Makefile"), re.MULTILINE))


def command_of(words: str) -> click.Command:
    """The command that some words begin with, the last one down: `bench finding …` is a command of `bench`."""
    command: click.Command = commands
    for word in words.split():
        if not isinstance(command, click.Group):
            break
        command = command.commands[word]
    return command


def options_of(command: click.Command) -> set[str]:
    """The options of a command."""
    return {word for one in command.params if isinstance(one, click.Option) for word in one.opts}


def as_shown(value: object) -> str:
    """The default of a setting, as the README shows it."""
    plain = str(int(value)) if isinstance(value, bool) else str(value).removeprefix(f"{ROOT}/")
    return f"`{plain}`" if plain else "空"


def files() -> list[str]:
    """Every file that is in the repository or would be added to it."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


def text_files() -> Iterator[tuple[str, str]]:
    """Those of them that hold text."""
    for name in files():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            yield name, content.decode("utf-8")


# --- commands and verbs


def test_every_command_is_in_the_readme() -> None:
    """The table of commands leaves none out."""
    shown = re.findall(r"^\| `daoban ([a-z-]+)", document(), re.MULTILINE)
    assert sorted(shown) == sorted(commands.commands)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_in_documents_exist(name: str) -> None:
    """No document shows a command or an option that is not there."""
    for code in code_in(document(name)):
        told = re.match(r"(?:\.venv[a-z-]*/bin/)?daoban ([a-z-]+.*)", code)
        if told:
            assert set(re.findall(r"--[a-z-]+", told[1])) <= options_of(command_of(told[1])), code


def test_options_in_the_command_table_exist() -> None:
    """An option named in the row of a command belongs to that command."""
    for command, row in re.findall(r"^\| `daoban ([^`]+)`(.*)$", document(), re.MULTILINE):
        assert set(re.findall(r"--[a-z-]+", command + row)) <= options_of(command_of(command)), command


def test_every_make_verb_is_in_the_readme() -> None:
    """The README tells what each verb of the Makefile does."""
    told = {code.split()[1] for code in code_in(document()) if code.startswith("make ")}
    assert told >= makefile_verbs()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_verbs_in_documents_exist(name: str) -> None:
    """No document shows a verb that is not in the Makefile."""
    assert {code.split()[1] for code in code_in(document(name)) if code.startswith("make ")} <= makefile_verbs()


# --- settings


def test_settings_table_is_the_settings() -> None:
    """Each setting stands in the README with its default and its meaning, in the words of the code."""
    shown = re.findall(r"^\| `(DAOBAN_[A-Z_]+)` \| (.+?) \| (.+?) \|$", document(), re.MULTILINE)
    assert shown == [
        (f"DAOBAN_{one.name.upper()}", as_shown(one.default), one.metadata["help"]) for one in fields(Settings)
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_variables_in_documents_are_read(name: str) -> None:
    """A variable that a document names is a setting or is read by the set-up."""
    setup = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "setup").iterdir() if path.is_file())
    known = {f"DAOBAN_{one.name.upper()}" for one in fields(Settings)} | set(re.findall(r"[A-Z]+_PYTHON\b", setup))
    assert set(re.findall(r"\b(?:DAOBAN_[A-Z_]+|[A-Z]+_PYTHON)\b", document(name))) <= known


# --- the HTTP face


def addresses(router: APIRouter) -> list[str]:
    """The addresses of a router, with those of its parts."""
    return [route.path for route in router.routes if isinstance(route, APIRoute)]


@pytest.mark.parametrize("path", sorted({*addresses(chat.router), "/healthz", "/readyz", "/wechat"}))
def test_every_address_for_programs_is_in_the_readme(path: str) -> None:
    """Who writes a program finds every address."""
    assert re.search(rf"{re.escape(path)}[`?]", document())


def test_pages_for_people_are_in_the_readme() -> None:
    """Every page that can be opened is named."""
    opened = [route.path for route in _routes(pages.router) if "GET" in route.methods]
    assert len(opened) > 10
    assert [path for path in opened if f"`{path}`" not in document()] == []


def _routes(router: APIRouter) -> Iterator[APIRoute]:
    """All routes, also those of the routers that a router takes in."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner)
        elif isinstance(route, APIRoute):
            yield route


# --- what is kept of people


def test_times_of_keeping_are_the_ones_kept() -> None:
    """The README promises for messages and codes what the code does; conversations stand among the settings."""
    hours = int(GOOD_FOR.total_seconds() // 3600)
    told = dict(
        re.findall(r"^\| (对话|给窗口的留言|换手机接着办的码)[^|]*\|[^|]*?(\d+ (?:天|小时))", document(), re.MULTILINE)
    )
    kept = {
        "对话": f"{Settings().kept_days} 天",
        "给窗口的留言": f"{KEPT_DAYS} 天",
        "换手机接着办的码": f"{hours} 小时",
    }
    assert told == kept


# --- what the documents point at


@pytest.mark.parametrize("name", DOCUMENTS)
def test_local_links_lead_somewhere(name: str) -> None:
    """A link to a file of the repository finds it."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document(name))
    assert [to for to in links if "://" not in to and not ((ROOT / name).parent / to).exists()] == []


def test_pictures_are_small() -> None:
    """A clone stays quick: no picture above 300 KB."""
    assert [path.name for path in (ROOT / "docs").iterdir() if path.stat().st_size > 300_000] == []


def test_paths_in_documents_exist() -> None:
    """Every path that is told, in words or in the picture, is there."""
    told = set(re.findall(rf"(?<![\w/.-])(?:{ROOMS})/[\w./-]*\w", document()))
    assert told
    assert [path for path in sorted(told) if not (ROOT / path).exists()] == []


def test_modules_of_a_room_exist() -> None:
    """A module that the table of rooms names is in that room."""
    rows = re.findall(r"^\| `(assistant/[a-z]*)` \|(.*)$", document(), re.MULTILINE)
    told = [f"{room.rstrip('/')}/{name}" for room, row in rows for name in re.findall(r"`([a-z_]+(?:\.py|/))`", row)]
    assert told
    assert [path for path in told if not (ROOT / path).exists()] == []


def test_every_room_is_in_the_readme() -> None:
    """The table of rooms has each folder of the repository."""
    folders = {name.split("/")[0] for name in files() if "/" in name and not name.startswith(".")}
    assert folders == set(re.findall(r"^\| `([a-z]+)/` \|", document(), re.MULTILINE))


def test_picture_in_the_core_is_true() -> None:
    """The modules in the picture of `assistant` exist."""
    told = re.findall(r"(?<![\w/])(?:(?:api|nlu)/[\w/.]*|[\w/]+\.py|[a-z]+/(?=\s))", assistant.__doc__ or "")
    assert len(told) > 8
    missing = [path for path in told if not any((ROOT / room / path).exists() for room in ("", "assistant"))]
    assert missing == []


# --- what no file says

PLACE = re.compile(r"(?<![\w.*-])/(?:work|root|opt|tmp|home|Users)/\w")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|download\.pytorch\.org|registry\.npmjs|/simpl[e]/|^\s*--?(?:extra-)?(?:index-url|i)\s+http",
    re.MULTILINE,
)


@pytest.mark.parametrize("pattern", [PLACE, REGISTRY], ids=["place", "registry"])
def test_no_file_names_a_machine(pattern: re.Pattern[str]) -> None:
    """No text file holds a path of somebody's machine or the host of a package registry."""
    found = [f"{name}: {match[0]}" for name, text in text_files() if (match := pattern.search(text))]
    assert found == []


# --- versions


def test_changelog_tells_this_version() -> None:
    """The newest release in the change log is the version of the package."""
    version = tomllib.loads(document("pyproject.toml"))["project"]["version"]
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", document("CHANGELOG.md"), re.MULTILINE)
    assert released[0] == version
