"""The messages that the paper judge learns from: those of nlu/told and nlu/conversations, and others made of what is known."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from assistant.checklist.profile import QUESTIONS
from assistant.errors import DaobanError
from assistant.knowledge.whole import Knowledge
from assistant.sayings.clauses import PAPER, read_clauses
from assistant.settings import ROOT

TOLD, CONVERSATIONS, SAYINGS = (ROOT / "nlu" / name for name in ("told", "conversations", "sayings"))
OF_ACCOUNTS, OF_TRADES = 700, 300  # messages that speak of no paper
EARLIER_TOLD = ("licences", "other_licences", "whole_or_licence_only", "proxy", "place", "enterprise_type")
ENDS = ("不干了", "黄了", "想关了", "干不动了", "要撤了", "停了", "今年不整了", "散伙了")
TYPES = ("个体的", "个体户", "有限公司", "公司", "合作社", "我个人的")


def read_told() -> list[dict[str, Any]]:
    """All messages of nlu/told; DaobanError names the line that cannot be read."""
    found = []
    for path in sorted(TOLD.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                one: dict[str, Any] = json.loads(line)
                {*one["held"], *one["not_held"], one["said"], one["intent"]}
            except (ValueError, KeyError, TypeError) as error:
                raise DaobanError(f"{path.name} 第 {number} 行读不出来：要有 said、intent、held、not_held。") from error
            found.append(one)
    return found


def read_conversations() -> Iterator[dict[str, Any]]:
    """The messages of nlu/conversations in their order, each with what was told before; `talk` says which one it is of.

    DaobanError names the line that cannot be read.
    """
    for path in sorted(CONVERSATIONS.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            before: list[str] = []
            around: dict[str, Any] = {"talk": f"{path.stem} {number}"}
            try:
                talk = json.loads(line)
                for turn in talk["turns"]:
                    yield {**around, "trade": talk["trade"], **turn, "before": before}
                    before = [item for item in before if item not in turn["not_held"]]
                    before += [item for item in turn["held"] if item not in before]
                    around["last"] = turn["said"]
            except (ValueError, KeyError, TypeError) as error:
                raise DaobanError(f"{path.name} 第 {number} 行读不出来：要有 trade 和 turns。") from error


def with_earlier_ones(knowledge: Knowledge, told: Sequence[Mapping[str, Any]], seed: int) -> Iterator[dict[str, Any]]:
    """Messages again where others of the trade were told of before: what is said now does not touch those."""
    chosen = random.Random(seed)
    trades = {name: one for one in knowledge.industries.values() for name in (one.name, *one.aliases)}
    alike = [set(group.members) for group in knowledge.groups.values()]
    for one in told:
        spoken_of = {*one["held"], *one["not_held"]}
        near = spoken_of.union(*(group for group in alike if group & spoken_of))
        trade = trades.get(one.get("trade", ""))
        usual = [*trade.must_have, *trade.may_have] if trade else []
        earlier = sorted({*usual} - near) or sorted(knowledge.items.keys() - near)
        if not one.get("before") and one.get("asked") in EARLIER_TOLD:
            asked = "other_licences" if one["asked"] == "licences" else one["asked"]
            yield {**one, "asked": asked, "before": chosen.sample(earlier, min(len(earlier), chosen.choice((1, 2))))}


def beside_the_papers(knowledge: Knowledge, told: Sequence[Mapping[str, Any]], seed: int) -> Iterator[dict[str, Any]]:
    """Messages that speak of no paper: clauses of nlu/sayings about accounts, debts, who goes …, and trades that close."""
    chosen = random.Random(seed)
    trades = [one["trade"] for one in told if one.get("trade")]
    befores = [one["held"][:2] for one in told if one["held"]]
    clauses = [one for one in read_clauses(SAYINGS) if PAPER not in one.text and not _of_licences(one.labels)]
    chosen.shuffle(clauses)
    for one in clauses[:OF_ACCOUNTS]:
        keys = sorted({label.partition("=")[0] for label in one.labels}.intersection(QUESTIONS))
        asked = chosen.choice(keys) if keys else chosen.choice((None, "licences", "other_licences", "place"))
        before = chosen.choice(befores) if asked not in (None, "licences") else []
        intent = "ask" if "asks=yes" in one.labels else "tell"
        yield _silent(one.text, intent, asked=asked, before=before, trade=chosen.choice(trades))
    names = [name for trade in knowledge.industries.values() for name in (trade.name, *trade.aliases)]
    for _ in range(OF_TRADES):
        ending = f"{chosen.choice(('我那', '俺家', '我们', ''))}{chosen.choice(names)}{chosen.choice(ENDS)}"
        yield _silent(f"{ending}，{chosen.choice(TYPES)}" if chosen.random() < 0.5 else ending, "tell")


def _of_licences(labels: Iterable[str]) -> bool:
    return any(label.startswith(("licence", "other_licences")) for label in labels)


def _silent(said: str, intent: str, **around: object) -> dict[str, Any]:
    return {"said": said, "intent": intent, "held": [], "not_held": [], **{k: v for k, v in around.items() if v}}
