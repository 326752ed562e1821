"""What Rasa takes messages for: cross-validation over nlu/data, a table by intent and the confusion matrix as a picture."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from assistant.errors import DaobanError
from assistant.settings import ROOT

CELL, LEFT, TOP = 30, 110, 96
RIGHT, WRONG, INK = "#2f6fab", "#b5482a", "#222"
MOST_MISTAKES = 12


@dataclass(frozen=True)
class Report:
    """Every example as it was taken for when it was not learned from: (meant, taken for) → how often."""

    folds: int
    pairs: Counter[tuple[str, str]]

    @property
    def intents(self) -> list[str]:
        """The intents, most examples first."""
        meant: Counter[str] = Counter()
        for (intent, _), times in self.pairs.items():
            meant[intent] += times
        return [intent for intent, _ in meant.most_common()]

    def share_right(self) -> float:
        """How many examples were taken for what they are."""
        right = sum(times for (meant, taken), times in self.pairs.items() if meant == taken)
        return right / self.pairs.total()

    def of(self, intent: str) -> tuple[int, float, float]:
        """How many examples an intent has, how often it is right when it is taken, and how many of its own are found."""
        own = sum(times for (meant, _), times in self.pairs.items() if meant == intent)
        taken = sum(times for (_, found), times in self.pairs.items() if found == intent)
        right = self.pairs[intent, intent]
        return own, right / taken if taken else 0.0, right / own if own else 0.0


def cross_validated(python: Path, folds: int) -> Report:
    """Rasa's own cross-validation, each example judged by a model that never saw it."""
    with tempfile.TemporaryDirectory(prefix="daoban-nlu-") as folder:
        argv = [str(python), "start.py", "test", "nlu", "--nlu", "data/nlu.yml", "--config", "config.yml"]
        argv += ["--cross-validation", "--folds", str(folds), "--successes", "--out", folder]
        env = os.environ | {"RASA_TELEMETRY_ENABLED": "false"}
        done = subprocess.run(argv, cwd=ROOT / "nlu", env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise DaobanError(f"Rasa 没有评测完：\n{(done.stdout + done.stderr)[-2000:]}")
        judged = [*_read(Path(folder, "intent_errors.json")), *_read(Path(folder, "intent_successes.json"))]
    return Report(folds, Counter((one["intent"], one["intent_prediction"]["name"]) for one in judged))


def _read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def as_markdown(report: Report, picture: str) -> str:
    """The report as docs/nlu.md has it."""
    total = report.pairs.total()
    mistakes = [(pair, times) for pair, times in report.pairs.most_common() if pair[0] != pair[1]]
    lines = [
        "# 听懂是哪类话",
        "",
        f"Rasa 只判断一句话是哪一类；说的是哪样证、哪个县，由我们在知识库里找。`nlu/data/nlu.yml` 里 {total} 句例子分成"
        f" {report.folds} 份，轮流拿一份当没见过的，用其余的教：**{report.share_right():.1%} 判对**。"
        "判错的多半还有一道：我们的动作会再看字面，问句照答，情况照记。",
        "",
        '再跑一遍：`make bench ARGS="nlu --write"`，机器空着约一分半钟。',
        "",
        "| 类 | 例句 | 判成它时判对的 | 它自己被认出的 |",
        "| --- | ---: | ---: | ---: |",
        *(_row(report, intent) for intent in report.intents),
        "",
        f"![判成了什么：一行是本来的类，一列是判成的类]({picture})",
        "",
        "错得最多的："
        + "，".join(f"`{meant}` 判成 `{taken}` {times} 句" for (meant, taken), times in mistakes[:MOST_MISTAKES])
        + "。",
    ]
    return "\n".join(lines) + "\n"


def _row(report: Report, intent: str) -> str:
    own, precision, recall = report.of(intent)
    return f"| `{intent}` | {own} | {precision:.1%} | {recall:.1%} |"


def as_svg(report: Report) -> str:
    """The confusion matrix: a row for what was meant, a column for what it was taken for."""
    intents = report.intents
    side = CELL * len(intents)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + side + 20} {TOP + side + 20}" '
        f'width="{LEFT + side + 20}" height="{TOP + side + 20}" font-family="sans-serif" font-size="12">',
        "<title>哪一类话判成了哪一类</title>",
        f'<rect width="{LEFT + side + 20}" height="{TOP + side + 20}" fill="#fff"/>',
    ]
    for number, intent in enumerate(intents):
        middle = TOP + CELL * number + 19
        parts.append(f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end" fill="{INK}">{escape(intent)}</text>')
        across = LEFT + CELL * number + 18
        turned = f'transform="rotate(-60 {across} {TOP - 8})"'
        parts.append(f'<text x="{across}" y="{TOP - 8}" fill="{INK}" {turned}>{escape(intent)}</text>')
    parts += _cells(report, intents)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _cells(report: Report, intents: list[str]) -> Iterable[str]:
    for row, meant in enumerate(intents):
        own = report.of(meant)[0]
        for column, taken in enumerate(intents):
            times = report.pairs[meant, taken]
            x, y = LEFT + CELL * column, TOP + CELL * row
            strength = min(1.0, times / own * (1 if row == column else 4)) if times else 0.0
            colour = RIGHT if row == column else WRONG
            yield (
                f'<rect x="{x}" y="{y}" width="{CELL - 1}" height="{CELL - 1}" fill="{colour}" '
                f'fill-opacity="{max(strength, 0.04):.2f}"/>'
            )
            if times:
                shade = "#fff" if strength > 0.5 else INK
                yield f'<text x="{x + 14}" y="{y + 19}" text-anchor="middle" fill="{shade}">{times}</text>'
