import ast
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bootstrap
import pytest
import pythons
import steps
import system_packages
from faults import SetupFault
from system_packages import SystemPackages

from tests.setup_stand_ins import is_one_sentence, script

ROOT = Path(__file__).resolve().parent.parent


def make(verb: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run one verb of the Makefile."""
    return subprocess.run(
        ["make", "--no-print-directory", verb],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# --- the verbs


def test_every_verb_has_a_help_line() -> None:
    """`make` alone lists every verb with what it does."""
    verbs = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert sorted(re.findall(r"^  make ([a-z-]+) +\S", shown, re.MULTILINE)) == sorted(verbs)
    assert set(bootstrap.VERBS) == set(verbs) - {"help"}


def test_bootstrap_needs_only_the_standard_library() -> None:
    """The set-up runs before anything is installed."""
    own = {path.stem for path in (ROOT / "setup").glob("*.py")}
    for path in (ROOT / "setup").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            outside = {name.split(".")[0] for name in names} - own - set(sys.stdlib_module_names)
            assert not outside, f"{path.name} imports {outside}"


def test_missing_python_is_one_sentence() -> None:
    """A machine with no Python 3.11 is told what to install."""
    done = subprocess.run(
        [shutil.which("sh") or "/bin/sh", "setup/find-python.sh", "run"],
        cwd=ROOT,
        env={"PATH": "/nonexistent", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert "apt-get install python3" in done.stderr


def test_taken_port_is_told_before_anything_is_prepared() -> None:
    """A port in use is one sentence at once, not after minutes of installing."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = make("run", PORT=str(port))
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert is_one_sentence(said[0])
    assert f"端口 {port} 已被别的程序占用" in said[0]


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "８０００"])
def test_senseless_port_is_refused(text: str) -> None:
    """A port that is no port is one sentence."""
    with pytest.raises(SetupFault) as caught:
        bootstrap.check_port(text)
    assert is_one_sentence(str(caught.value))


def test_full_disk_is_told_before_filling_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The set-up does not start what the disk cannot hold."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1_000_000))  # type: ignore[attr-defined]
    with pytest.raises(SetupFault, match=r"磁盘空间不够.*约需 4\.5 GB") as caught:
        steps.check_space(4.5)
    assert is_one_sentence(str(caught.value))


# --- finding Python 3.10


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no Python 3.10 anywhere."""
    pythons.find_rasa_python.cache_clear()
    monkeypatch.delenv("RASA_PYTHON", raising=False)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def test_shim_that_fails_is_passed_over(bare: Path) -> None:
    """A pyenv shim that exists and exits 127 is not taken for a Python."""
    script(bare / "bin" / "python3.10", "exit 127")
    good = script(bare / "pyenv" / "versions" / "3.10.13" / "bin" / "python", "echo 3.10")
    assert pythons.find_rasa_python() == good


def test_wrong_version_is_passed_over(bare: Path) -> None:
    """What answers with another version is not taken."""
    script(bare / "bin" / "python3.10", "echo 3.11")
    with pytest.raises(SetupFault) as caught:
        pythons.find_rasa_python()
    assert is_one_sentence(str(caught.value))
    assert "RASA_PYTHON" in str(caught.value)


def test_python_without_venv_names_the_package(bare: Path) -> None:
    """A Debian Python without its venv package is told which package to add."""
    script(bare / "bin" / "python3.10", "echo 3.10; exit 1")
    with pytest.raises(SetupFault, match=r"python3\.10-venv") as caught:
        pythons.find_rasa_python()
    assert is_one_sentence(str(caught.value))


def test_named_python_that_fails_is_told(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong RASA_PYTHON is said to be wrong, not silently replaced."""
    monkeypatch.setenv("RASA_PYTHON", "/nowhere/python3.10")
    with pytest.raises(SetupFault, match=r"RASA_PYTHON 指的 /nowhere/python3\.10 "):
        pythons.find_rasa_python()


def test_folder_that_may_not_be_read_is_passed_over(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user's pyenv, left in the environment by su, is no obstacle."""
    locked = bare / "locked"
    (locked / "versions").mkdir(parents=True)
    locked.chmod(0)
    monkeypatch.setenv("PYENV_ROOT", str(locked))
    with pytest.raises(SetupFault, match=r"没有找到可用的 Python 3\.10"):
        pythons.find_rasa_python()


def test_uv_fetches_a_python_when_there_is_none(bare: Path) -> None:
    """With uv on the machine, a Python 3.10 is fetched."""
    good = script(bare / "fetched" / "python", "echo 3.10")
    script(
        bare / "bin" / "uv",
        f'case "$2" in install) : > {bare}/got;; find) [ -e {bare}/got ] && echo {good};; esac',
    )
    assert pythons.find_rasa_python() == good


# --- what the tests need of the system


@pytest.mark.parametrize(
    ("of", "packages"),
    [
        (system_packages.chromium, "chromium、fonts-noto-cjk"),
        (system_packages.stores, "安装 postgresql、redis-server（"),
    ],
)
def test_without_root_the_packages_are_named(
    of: Callable[[Path], SystemPackages], packages: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may not install packages is told which ones to ask for."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SetupFault, match=packages) as caught:
        of(tmp_path).prepare()
    assert is_one_sentence(str(caught.value))


# --- the locks


@pytest.mark.parametrize(
    "lock", ["requirements/build.txt", "requirements/service.txt", "requirements/dev.txt", "nlu/requirements.txt"]
)
def test_lock_is_hashed_and_names_no_place(lock: str) -> None:
    """Every package is pinned by hash, and no index address or path of a machine is written down."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^(-|.*(file:|/(opt|root|home)/))", text, re.MULTILINE)
    for pinned in re.split(r"\n(?=[a-z0-9])", text):
        if re.match(r"[a-z0-9._-]+==", pinned):
            assert "--hash=sha256:" in pinned, pinned.splitlines()[0]


def test_developer_lock_agrees_with_the_service_lock() -> None:
    """What is tested is what runs: both locks name the same versions."""
    pinned = re.compile(r"^[a-z0-9._-]+==[^ \n]+(?: ;[^\\\n]*)?", re.MULTILINE)
    service, developer = (
        set(pinned.findall((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")))
        for name in ("service", "dev")
    )
    assert service
    assert service <= developer
