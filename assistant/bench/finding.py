"""`daoban bench finding`: how often the right guide comes first, and how fast, ours beside others' in one run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.bench.contest import Contestant, Turn, turn, write_task
from assistant.bench.questions import Question
from assistant.errors import DaobanError
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.equipment import Equipment


@dataclass(frozen=True)
class Row:
    """One system with its figures."""

    title: str
    first: float  # share of ranked questions
    first_three: float
    turn: Turn = field(repr=False)


@dataclass(frozen=True)
class Comparison:
    """Everything that one run found."""

    source: str  # where the questions come from
    questions: tuple[Question, ...]
    guides: int
    rows: tuple[Row, ...]
    left_out: tuple[tuple[str, str], ...]  # who did not take part, and why

    @property
    def ranked(self) -> int:
        """How many questions mean one guide."""
        return sum(question.is_ranked for question in self.questions)

    def decisions(self, row: Row) -> dict[str, dict[str, int]]:
        """By mode how many questions were answered right, wrongly as certain, asked back, refused."""
        counted: dict[str, dict[str, int]] = {}
        for question, decided in zip(self.questions, row.turn.decided, strict=True):
            own = counted.setdefault(question.mode, dict.fromkeys(("right", "certain", "asked", "refused"), 0))
            own[decided] += 1
        return counted


def compare(
    knowledge: Knowledge,
    equipment: Equipment,
    questions: Sequence[Question],
    systems: Sequence[Contestant],
    source: str,
    tell: Callable[[str], None],
) -> Comparison:
    """Every system's turn, one after another; a name that no guide has is a fault of the file."""
    known = {guide.name for guide in knowledge.guides.values()}
    for question in questions:
        if question.is_ranked and not question.right & known:
            raise DaobanError(f"知识库里没有“{'、'.join(question.expected)}”这份指南，请检查问题：{question.text}")
    rows: list[Row] = []
    left_out: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_task(folder, knowledge, equipment, questions)
        for one in systems:
            if one.missing:
                left_out.append((one.title, one.missing))
                continue
            tell(f"{one.title} …")
            try:
                rows.append(_row(one, turn(one, folder), questions))
            except DaobanError as error:
                left_out.append((one.title, str(error)))
    return Comparison(source, tuple(questions), len(known), tuple(rows), tuple(left_out))


def _row(one: Contestant, taken: Turn, questions: Sequence[Question]) -> Row:
    places = [(q.right, names) for q, names in zip(questions, taken.ranked, strict=True) if q.is_ranked]
    total = max(len(places), 1)
    first = sum(bool(names) and names[0] in right for right, names in places)
    three = sum(any(name in right for name in names) for right, names in places)
    return Row(one.title, first / total, three / total, taken)
