"""What stands behind the verbs of the Makefile: prepare what is missing, then run. Standard library only.

make run · test · check · bench · train · bundle · encoder · reader · vendor · test-… · lock · clean
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from subprocess import DEVNULL, call

from bundle import Bundle
from faults import SetupFault, explain_os
from locking import write_locks
from pythons import find_rasa_python
from steps import (
    BENCH,
    DEVELOPER,
    ENCODER,
    MUTATION,
    RASA,
    ROOT,
    SERVICE,
    TRAINING,
    bench_tools,
    browser,
    check_space,
    database,
    developer,
    encoder,
    mutation_tools,
    old_browser,
    prepare,
    rasa,
    service,
    training,
    vectors,
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
        prepare(service, rasa, training, vectors)
    os.environ.setdefault("DAOBAN_LIMITS", "0")  # for development, where one machine is everybody
    _become([SERVICE.path / "bin" / "daoban", "up", "--demo", "--port", str(number)])


def test(*arguments: str) -> None:
    """Prepare and run every test but those of the encoder, of faults, of load, of the fuzz, of the old engine and of the bundle."""
    with _alone():
        prepare(developer, rasa, training, vectors, browser, database)
    chosen = [
        "--ignore=tests/encoder",
        "-m",
        "not faults and not load and not old_engine and not bundle and not fuzz",
        "--durations=10",
    ]
    if not arguments:  # a few are sooner done by one process, which also says which it is at
        chosen += ["--numprocesses=2", "--dist=loadscope", "--no-loadscope-reorder"]  # tests/sharing.py
    _become([DEVELOPER.python, "-m", "pytest", *chosen, *arguments])


def break_parts(*arguments: str) -> None:
    """Prepare and break parts of a running system on purpose: each time it must answer honestly and heal."""
    with _alone():
        prepare(developer, rasa, training, vectors, database)
    _become([DEVELOPER.python, "-m", "pytest", "--ignore=tests/encoder", "-m", "faults", *arguments])


def send_hostile_words(*arguments: str) -> None:
    """Prepare and send thousands of hostile messages through a running system; FUZZ_MESSAGES says how many."""
    with _alone():
        prepare(developer, rasa, training, vectors)
    _become([DEVELOPER.python, "-m", "pytest", "-m", "fuzz", *arguments])


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
            needs_rasa = chosen[0] in ("nlu", "chat", "wechat", "load", "leak", "start")
            needs_database = chosen[0] in ("wechat", "load", "leak")
            prepare(
                bench_tools,
                *((rasa, training, vectors) if needs_rasa else ()),
                *((database,) if needs_database else ()),
            )
    _become([BENCH.path / "bin" / "daoban", "bench", *chosen])


def train() -> None:
    """Train Rasa anew, whether or not something changed."""
    with _alone():
        prepare(rasa)
        print("训练对话模型，约半分钟 …", flush=True)
        TRAINING.prepare()
    print(f"模型已在 {TRAINING.model.relative_to(ROOT)}。")


def bundle() -> None:
    """Make one archive that installs and runs without a network."""
    with _alone():
        prepare(service, rasa, training)
        check_space(3)
        made = Bundle(ROOT, SERVICE, RASA, TRAINING).make()
    print(f"离线包已在 {made.relative_to(ROOT)}，{made.stat().st_size / 1e6:.0f} MB；怎么装，看里面的 说明.txt。")


def check_bundle(*arguments: str) -> None:
    """Make a bundle, install it where there is no network, and ask it a question."""
    with _alone():
        prepare(developer, rasa, training)
    _become([DEVELOPER.python, "-m", "pytest", "tests/setup", "-m", "bundle", "-s", *arguments])


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


def build_judge(*arguments: str) -> None:
    """Rebuild the committed paper judge and its reader from nlu/told and nlu/conversations."""
    with _alone():
        prepare(encoder)
    _become([ENCODER.python, "-m", "encoder.paper_judge", *arguments])


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
    write_locks(ROOT, DEVELOPER.path / "bin" / "uv", find_rasa_python(), arguments)


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
    "bundle": bundle,
    "encoder": build_encoder,
    "reader": build_reader,
    "judge": build_judge,
    "vendor": bundle_editor,
    "test-bundle": check_bundle,
    "test-encoder": check_encoder,
    "test-faults": break_parts,
    "test-fuzz": send_hostile_words,
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
