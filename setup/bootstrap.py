"""What stands behind the verbs of the Makefile: prepare what is missing, then run. Standard library only.

make run · test · check · bench · train · encoder · reader · vendor · test-encoder · test-faults · test-mutation · test-old-engine · lock · clean
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from subprocess import DEVNULL, call
from typing import Protocol

from environments import Environment
from faults import SetupFault, explain_os
from old_engine import OldEngine
from pythons import find_rasa_python
from system_packages import chromium, stores
from training import Training

ROOT = Path(__file__).resolve().parent.parent


class Piece(Protocol):
    """Something to have ready."""

    def is_ready(self) -> bool:
        """Whether nothing is left to do."""

    def prepare(self) -> None:
        """Do what is left."""


@dataclass(frozen=True)
class Step:
    """A piece with the words that go with it: what is done, how long it takes, how much disk it wants."""

    words: str
    minutes: float
    gigabytes: float
    piece: Piece


SERVICE = Environment(ROOT, ".venv", ("requirements/service.txt",), lambda: sys.executable, installs_us=True)
BENCH = replace(SERVICE, locks=(*SERVICE.locks, "requirements/bench.txt"))
DEVELOPER = replace(SERVICE, locks=(*BENCH.locks, "requirements/dev.txt"))
MUTATION = replace(DEVELOPER, locks=(*DEVELOPER.locks, "requirements/mutation.txt"))
RASA = Environment(ROOT, ".venv-rasa", ("nlu/requirements.txt",), find_rasa_python)
ENCODER = Environment(  # with the service in it: a brought encoder is learned with, and asked, where torch is
    ROOT,
    ".venv-encoder",
    ("requirements/encoder.txt", "requirements/service.txt"),
    lambda: sys.executable,
    installs_us=True,
    begins_with="encoder/torch_build.py",
)
TRAINING = Training(ROOT, RASA.python)

service = Step("安装服务的软件包（下载约 150 MB）", 1, 1.2, SERVICE)
bench_tools = Step("安装服务和对比用的软件包（下载约 150 MB）", 1, 1.2, BENCH)
developer = Step("安装服务和测试的软件包（下载约 200 MB）", 1, 1.5, DEVELOPER)
mutation_tools = Step("安装改坏代码要用的软件包", 1, 0.2, MUTATION)
rasa = Step("安装 Rasa 的 Python 3.10 环境（下载约 900 MB）", 2, 4.5, RASA)
training = Step("训练对话模型", 0.5, 0.2, TRAINING)
browser = Step("安装页面测试用的 Chromium 和中文字体", 1, 0.8, chromium(ROOT))
database = Step("安装数据库测试用的 PostgreSQL 和 Redis", 0.5, 0.2, stores(ROOT))
old_browser = Step("取来旧浏览器 Chromium 78（下载约 42 MB）", 0.5, 0.2, OldEngine(ROOT))
encoder = Step("安装编码器的软件包（含 PyTorch）", 3, 3, ENCODER)


def prepare(*steps: Step) -> None:
    """Bring everything into its place, saying what is done and about how long it takes; nothing to do, nothing said."""
    missing = [step for step in steps if not step.piece.is_ready()]
    if not missing:
        return
    if rasa in missing:
        find_rasa_python()  # better now than after minutes of installing
    _check_space(sum(step.gigabytes for step in missing))
    total = sum(step.minutes for step in missing)
    print(f"准备运行环境：共 {len(missing)} 步，约 {max(1, round(total))} 分钟（视网速而定）。", flush=True)
    for number, step in enumerate(missing, 1):
        about = f"约 {step.minutes:.0f} 分钟" if step.minutes >= 1 else f"约 {step.minutes * 60:.0f} 秒"
        print(f"[{number}/{len(missing)}] {step.words}，{about} …", flush=True)
        began = time.monotonic()
        step.piece.prepare()
        print(f"      完成，用时 {time.monotonic() - began:.0f} 秒。", flush=True)


def _check_space(gigabytes: float) -> None:
    """Stop before filling the disk."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < gigabytes:
        raise SetupFault(
            f"磁盘空间不够：{ROOT} 所在的盘还剩 {free:.1f} GB，准备环境约需 {gigabytes:.1f} GB；"
            "请腾出空间后再执行一次。"
        )


def check_port(text: str) -> int:
    """The port as a number, if it is one and nobody listens on it."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SetupFault(f"端口 {text} 不对：请给 1 到 65535 之间的数，例如 make run PORT=8001。")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise SetupFault(f"没有权限使用端口 {port}：请换一个 1024 以上的端口，例如 make run PORT=8001。") from None
        except OSError:
            other = port + 1 if port < 65535 else 8001
            raise SetupFault(
                f"端口 {port} 已被别的程序占用：请换一个端口（make run PORT={other}），或先停掉占用它的程序。"
            ) from None
    return port


@contextmanager
def _alone() -> Iterator[None]:
    """Let one set-up work at a time; a second one waits for it."""
    folder = ROOT / ".setup"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("另一个终端正在准备环境，等它完成 …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _become(argv: Sequence[str | Path]) -> None:
    """Turn into another program, which then gets the person's Ctrl-C itself."""
    sys.stdout.flush()
    os.execv(argv[0], [str(word) for word in argv])


def run(port: str = "8000") -> None:
    """Prepare and start the assistant."""
    number = check_port(port)
    with _alone():
        prepare(service, rasa, training)
    os.environ.setdefault("DAOBAN_LIMITS", "0")  # for development, where one machine is everybody
    _become([SERVICE.path / "bin" / "daoban", "up", "--demo", "--port", str(number)])


def test(*arguments: str) -> None:
    """Prepare and run every test but those of the encoder, of faults, of load and of the old engine."""
    with _alone():
        prepare(developer, rasa, training, browser, database)
    chosen = ["--ignore=tests/encoder", "-m", "not faults and not load and not old_engine", "--durations=10"]
    _become([DEVELOPER.python, "-m", "pytest", *chosen, *arguments])


def break_parts(*arguments: str) -> None:
    """Prepare and break parts of a running system on purpose: each time it must answer honestly and heal."""
    with _alone():
        prepare(developer, rasa, training)
    _become([DEVELOPER.python, "-m", "pytest", "-m", "faults", *arguments])


def change_code(*arguments: str) -> None:
    """Prepare and change the checklist's code in small wrong ways: the tests must notice."""
    with _alone():
        prepare(mutation_tools)
    _become([MUTATION.python, "setup/mutation.py", *arguments])


def check_old_engine(*arguments: str) -> None:
    """Prepare and look at the pages with a browser as old as the ones WeChat may show them with."""
    with _alone():
        prepare(developer, browser, old_browser)
    _become([DEVELOPER.python, "-m", "pytest", "tests/browser", "-m", "old_engine", *arguments])


def check() -> None:
    """Run every check, so that one fault does not hide the next."""
    with _alone():
        prepare(developer)
    tools = DEVELOPER.path / "bin"
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["lint-imports"], ["daoban", "check"])
    failed = []
    for name, *arguments in checks:
        print(f"── {name} {' '.join(arguments)}", flush=True)
        if call([tools / name, *arguments], cwd=ROOT):
            failed.append(" ".join([name, *arguments]))
    if failed:
        raise SetupFault(f"没有通过的检查：{'、'.join(failed)}。")
    print("全部检查通过。")


def bench(*arguments: str) -> None:
    """Prepare everything that ours is compared with, and compare; `ARGS="scale"` measures size instead."""
    chosen = arguments or ("finding",)
    if chosen[0] == "finding":
        with _alone():
            prepare(bench_tools, rasa, encoder)
            print("取来作对比的编码器（m3e-small 只许非商用，只用来比，约 90 MB）…", flush=True)
            if call([ENCODER.python, "setup/compared.py"], cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL):
                print("没有取到；照样比，只是少了这两样。", flush=True)
    else:
        with _alone():
            needs_rasa, needs_database = chosen[0] in ("nlu", "chat", "wechat"), chosen[0] == "wechat"
            prepare(bench_tools, *((rasa, training) if needs_rasa else ()), *((database,) if needs_database else ()))
    _become([BENCH.path / "bin" / "daoban", "bench", *chosen])


def train() -> None:
    """Train Rasa anew, whether or not something changed."""
    with _alone():
        prepare(rasa)
        print("训练对话模型，约半分钟 …", flush=True)
        TRAINING.prepare()
    print(f"模型已在 {TRAINING.model.relative_to(ROOT)}。")


def build_encoder(*arguments: str) -> None:
    """Rebuild the committed int8 encoder from its source."""
    with _alone():
        prepare(encoder)
    _become([ENCODER.python, "-m", "encoder.build", *arguments])


def build_reader(*arguments: str) -> None:
    """Rebuild the committed reader of clauses from nlu/sayings."""
    with _alone():
        prepare(encoder)
    _become([ENCODER.python, "-m", "encoder.clause_reader", *arguments])


def bundle_editor() -> None:
    """Bundle the editor of the editors' desk (CodeMirror) again, as it is locked."""
    if not (shutil.which("npm") and shutil.which("node")):
        raise SetupFault("打包编辑框要用 npm：请安装 npm 和 node，再执行一次。")
    with _alone():
        for command in (["npm", "ci", "--no-audit", "--no-fund"], ["node", "build.mjs"]):
            if call(command, cwd=ROOT / "setup" / "vendor"):
                raise SetupFault("没有打成包，原因在上面；多半是网络不通，检查网络后再执行一次。")


def check_encoder(*arguments: str) -> None:
    """Prove that the committed encoder gives the vectors of its source."""
    with _alone():
        prepare(encoder)
    _become([ENCODER.python, "-m", "pytest", "tests/encoder", "--confcutdir=tests/encoder", *arguments])


def lock(*arguments: str) -> None:
    """Write the locks anew from both pyproject.toml and requirements/build.in; `--upgrade` takes newer releases."""
    with _alone():
        prepare(developer)
    interpreters = {"3.10": find_rasa_python(), "3.11": sys.executable}
    locks = (
        ("3.10", "requirements/build.txt", ["requirements/build.in"]),
        ("3.10", "nlu/requirements.txt", ["nlu/pyproject.toml"]),
        ("3.11", "requirements/service.txt", ["pyproject.toml"]),
        ("3.11", "requirements/bench.txt", ["--group", "bench", "-c", "requirements/service.txt"]),
        ("3.11", "requirements/dev.txt", ["pyproject.toml", "--extra", "dev", "-c", "requirements/service.txt"]),
        ("3.11", "requirements/mutation.txt", ["--group", "mutation", "-c", "requirements/dev.txt"]),
    )
    plain = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet", *arguments]
    uv = str(DEVELOPER.path / "bin" / "uv")
    for version, out, source in locks:
        print(f"锁定 {out} …", flush=True)
        python = ["--python-version", version, "--python", interpreters[version]]
        if call([uv, "pip", "compile", *plain, *python, *source, "-o", out], cwd=ROOT):
            raise SetupFault(f"锁定 {out} 没有成功：请按上面的提示处理后再执行一次。")
    print("锁定 requirements/encoder.txt …", flush=True)
    if call([sys.executable, "encoder/lock.py", "--uv", uv, *arguments], cwd=ROOT):
        raise SetupFault("锁定 requirements/encoder.txt 没有成功：请按上面的提示处理后再执行一次。")


def clean() -> None:
    """Remove everything the set-up made."""
    for name in (".venv", ".venv-rasa", ".venv-encoder", ".setup", "nlu/models", "nlu/.rasa", "mutants"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for pattern in (".*_cache", "*.egg-info", "[!.]*/**/__pycache__"):
        for path in ROOT.glob(pattern):
            shutil.rmtree(path, ignore_errors=True)
    print("已删除安装出来的环境和训练出来的模型。")


VERBS = {
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "train": train,
    "encoder": build_encoder,
    "reader": build_reader,
    "vendor": bundle_editor,
    "test-encoder": check_encoder,
    "test-faults": break_parts,
    "test-mutation": change_code,
    "test-old-engine": check_old_engine,
    "lock": lock,
    "clean": clean,
}


def main(words: Sequence[str]) -> int:
    """Carry out one verb; whatever stops it becomes one sentence."""
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows ? and goes on
    try:
        VERBS[words[0]](*words[1:])  # type: ignore[operator]
    except SetupFault as fault:
        print(fault, file=sys.stderr)
        return 1
    except OSError as error:
        print(explain_os(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\n已中断；再执行一次 make {words[0]} 会接着准备。", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
