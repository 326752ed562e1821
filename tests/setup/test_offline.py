"""A bundle, on a machine without a network: nothing but what it brings, pyenv and our own environments out of sight."""

import json
import os
import shlex
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import ROOT
from assistant.supervisor import free_port

HOST = Path(__file__).with_name("host_without_network.py")
# no route, mounts and processes of its own: they end with it
ALONE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
pytestmark = pytest.mark.bundle


@pytest.fixture(scope="module")
def archive() -> Path:
    """A new bundle of HEAD."""
    began = time.monotonic()
    subprocess.run(["make", "--no-print-directory", "bundle"], cwd=ROOT, check=True)
    print(f"make bundle：{time.monotonic() - began:.0f} 秒")
    return max((ROOT / "dist").glob("daoban-*.tar"), key=lambda path: path.stat().st_mtime)


def hiding(folders: list[Path]) -> str:
    """A shell command that runs what follows it with these folders empty."""
    return "".join(f"mount -t tmpfs none {shlex.quote(str(one))} && " for one in folders if one.is_dir()) + 'exec "$@"'


def test_bundle_installs_and_answers_without_a_network(archive: Path, tmp_path: Path) -> None:
    """Unpacked where there is no route, `make run` installs from what lies in it, and a real question is answered."""
    if os.geteuid() != 0:
        pytest.fail("要用 root：没有网络的地方是用 unshare 隔出来的")
    unpacking = time.monotonic()
    with tarfile.open(archive) as bundle:
        bundle.extractall(tmp_path, filter="tar")
    [tree] = [path for path in tmp_path.iterdir() if path.is_dir()]
    print(f"{archive.name}：{archive.stat().st_size / 1e6:.0f} MB，解开 {time.monotonic() - unpacking:.0f} 秒")
    pythons = sorted((tree / "offline").glob("python-3.1[1-9]/bin/python3.1[1-9]"))
    hidden = [Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv"), ROOT] if pythons else []
    program = tmp_path / HOST.name
    program.write_bytes(HOST.read_bytes())
    python = str(pythons[0]) if pythons else sys.executable
    told_to = [python, str(program), str(tree), str(free_port())]
    done = subprocess.run(
        [*ALONE, "sh", "-c", hiding(hidden), "sh", *told_to], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for which in ("first", "second"):
        print(f"{which}：{told[which]['seconds']} 秒\n{told[which]['printed']}")
    assert told["routes"] == []
    for which in ("first", "second"):
        assert told[which]["ready"] == 200
        answer = told[which]["answer"]
        assert answer["status"] == "answered"
        assert "食品" in json.dumps(answer, ensure_ascii=False)
    assert "不用上网" in told["first"]["printed"]
    assert "准备运行环境" not in told["second"]["printed"]
