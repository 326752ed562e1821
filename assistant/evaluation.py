"""`daoban eval`: score the finder on labelled questions (.jsonl: `text`, `expected` names, `mode`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import DaobanError
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Answer, Verdict
from assistant.retrieval.finder import Finder

REFUSED = (Verdict.REDIRECT, Verdict.WRONG_ACT, Verdict.UNKNOWN, Verdict.UNLISTED)
ASKED = (Verdict.CHOOSE, Verdict.NO_OBJECT)


@dataclass(frozen=True)
class Outcome:
    """One question with what became of it."""

    text: str
    mode: str
    expected: tuple[str, ...]
    got: tuple[str, ...]
    verdict: Verdict
    right: bool
    wrong: bool  # a guide that is not right, given as certain
    first: bool
    first_three: bool


def report(knowledge: Knowledge, finder: Finder, file: Path, show: int) -> str:
    """The figures as a small table, and the first questions that went wrong."""
    outcomes = [judged(knowledge, finder, question) for question in _questions(file)]
    lines = [f"{len(outcomes)} 个问题", "", "方式        题数   答对   答错  首位对  前三有"]
    for mode in sorted({outcome.mode for outcome in outcomes}):
        own = [outcome for outcome in outcomes if outcome.mode == mode]
        shares = [100 * sum(values) / len(own) for values in _columns(own)]
        lines.append(f"{mode:<10}{len(own):>6}  " + "  ".join(f"{share:5.1f}%" for share in shares))
    wrong = [outcome for outcome in outcomes if not outcome.right]
    lines += map(_told, wrong[:show])
    return "\n".join(lines)


def _told(outcome: Outcome) -> str:
    """What should have come, and what came."""
    wanted, got = "、".join(outcome.expected) or "（不给指南）", "、".join(outcome.got)
    return f"\n{outcome.text}\n  该是 {wanted}\n  得到 {outcome.verdict} {got}"


def _columns(outcomes: list[Outcome]) -> Iterator[list[bool]]:
    yield [outcome.right for outcome in outcomes]
    yield [outcome.wrong for outcome in outcomes]
    yield [outcome.first for outcome in outcomes]
    yield [outcome.first_three for outcome in outcomes]


def _questions(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise DaobanError(f"{file.name} 第 {number} 行不是 JSON，请检查") from error


def judged(knowledge: Knowledge, finder: Finder, question: dict[str, Any]) -> Outcome:
    """What the finder makes of one question, by the rules of its mode."""
    text, mode = str(question["text"]), str(question.get("mode", "one"))
    expected = tuple(question.get("expected") or ())
    equal = question.get("accept") or {}
    accepted = {name: {name, *equal.get(name, ())} for name in expected}
    answer = finder.find(text)
    names = tuple(hit.name for hit in answer.hits)
    asked = tuple(hit.name for doubt in answer.beside for hit in doubt.hits)
    ranked = [hit.name for hit in finder.rank(text, 3)]
    anyone = set().union(*accepted.values()) if accepted else set()
    return Outcome(
        text=text,
        mode=mode,
        expected=expected,
        got=names[:4],
        verdict=answer.verdict,
        right=_right(mode, answer, (*names, *asked), accepted, bool(question.get("menu_ok"))),
        wrong=answer.verdict is Verdict.ANSWER and not set(names[:1] if mode == "one" else names) <= anyone,
        first=bool(ranked) and ranked[0] in anyone,
        first_three=any(name in anyone for name in ranked),
    )


def _right(mode: str, answer: Answer, names: tuple[str, ...], accepted: dict[str, set[str]], menu_ok: bool) -> bool:
    found = [bool(same & set(names)) for same in accepted.values()]
    match mode:
        case "one":
            return answer.verdict is Verdict.ANSWER and any(names[0] in same for same in accepted.values())
        case "all":
            return all(found)
        case "clarify":
            return (answer.verdict in ASKED or bool(answer.beside)) and (not found or sum(found) >= 2)
        case "not_listed":
            return answer.verdict is Verdict.UNLISTED or answer.unheard_of
        case _:
            return answer.verdict in REFUSED or (menu_ok and answer.verdict in ASKED)
