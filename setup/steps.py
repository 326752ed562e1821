"""What can be made ready, and how it is: the environments, Rasa's model, what the tests need of the system."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from environments import Environment
from faults import SetupFault
from old_engine import OldEngine
from pythons import find_rasa_python
from system_packages import chromium, stores
from training import Training
from vectors import Vectors
from wheelhouse import Wheelhouse

ROOT = Path(__file__).resolve().parent.parent


class Piece(Protocol):
    """Something to have ready."""

    def is_ready(self) -> bool:
        """Whether nothing is left to do."""

    def prepare(self) -> None:
        """Do what is left."""


@dataclass(frozen=True)
class Step:
    """A piece with the words that go with it: what is done, how long it takes, how much disk it wants, what it downloads."""

    words: str
    minutes: float
    gigabytes: float
    piece: Piece
    download: str = ""

    @property
    def brought(self) -> bool:
        """Whether a bundle brings what it would download."""
        return isinstance(self.piece, Environment) and all(map(Wheelhouse(ROOT).brings, self.piece.locks))


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
VECTORS = Vectors(
    ROOT, SERVICE.python, Path(os.environ.get("DAOBAN_DATA") or ROOT / "var"), ROOT / ".setup" / "vectors.log"
)

service = Step("安装服务的软件包", 1, 1.2, SERVICE, "150 MB")
bench_tools = Step("安装服务和对比用的软件包", 1, 1.2, BENCH, "150 MB")
developer = Step("安装服务和测试的软件包", 1, 1.5, DEVELOPER, "200 MB")
mutation_tools = Step("安装改坏代码要用的软件包", 1, 0.2, MUTATION)
rasa = Step("安装 Rasa 的 Python 3.10 环境", 2, 4.5, RASA, "900 MB")
training = Step("训练对话模型", 0.5, 0.2, TRAINING)
vectors = Step("算好每句问法的向量", 0.75, 0.1, VECTORS)
browser = Step("安装页面测试用的 Chromium 和中文字体", 1, 0.8, chromium(ROOT))
database = Step("安装数据库测试用的 PostgreSQL 和 Redis", 0.5, 0.2, stores(ROOT))
old_browser = Step("取来旧浏览器 Chromium 78", 0.5, 0.2, OldEngine(ROOT), "42 MB")
encoder = Step("安装编码器的软件包（含 PyTorch）", 3, 3, ENCODER)


def prepare(*steps: Step) -> None:
    """Bring everything into its place, saying what is done and about how long it takes; nothing to do, nothing said."""
    missing = [step for step in steps if not step.piece.is_ready()]
    if not missing:
        return
    Wheelhouse(ROOT).require_fit()
    if rasa in missing:
        find_rasa_python()  # better now than after minutes of installing
    check_space(sum(step.gigabytes for step in missing))
    total = sum(step.minutes for step in missing)
    speed = "（不用上网）" if all(step.brought or step in (training, vectors) for step in missing) else "（视网速而定）"
    print(f"准备运行环境：共 {len(missing)} 步，约 {max(1, round(total))} 分钟{speed}。", flush=True)
    for number, step in enumerate(missing, 1):
        about = f"约 {step.minutes:.0f} 分钟" if step.minutes >= 1 else f"约 {step.minutes * 60:.0f} 秒"
        fetched = f"（下载约 {step.download}）" if step.download and not step.brought else ""
        print(f"[{number}/{len(missing)}] {step.words}{fetched}，{about} …", flush=True)
        began = time.monotonic()
        step.piece.prepare()
        print(f"      完成，用时 {time.monotonic() - began:.0f} 秒。", flush=True)


def check_space(gigabytes: float) -> None:
    """Stop before filling the disk."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < gigabytes:
        raise SetupFault(
            f"磁盘空间不够：{ROOT} 所在的盘还剩 {free:.1f} GB，准备环境约需 {gigabytes:.1f} GB；"
            "请腾出空间后再执行一次。"
        )
