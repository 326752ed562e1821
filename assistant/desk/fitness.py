"""Whether the knowledge would be fit with some files otherwise: what the service itself asks, and how the files look alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import Refused
from assistant.knowledge.check import check_references
from assistant.knowledge.facts import check_dates, written
from assistant.knowledge.finding import Finding, errors_in
from assistant.knowledge.load import Instead, read_folder
from assistant.knowledge.numbers import check_numbers
from assistant.knowledge.whole import Knowledge

TOLD = 5  # errors in one sentence of refusal


@dataclass(frozen=True)
class Fitness:
    """The knowledge as it would be (None where a file cannot be read as what it should be), and what is wrong with it."""

    knowledge: Knowledge | None
    findings: tuple[Finding, ...]  # every error, and what is noted about the files themselves
    elsewhere: tuple[Finding, ...] = ()  # what is noted about other files

    def must(self) -> Knowledge:
        """The knowledge; Refused, with the first errors and their lines, where it could not be served."""
        errors = errors_in(self.findings)
        if self.knowledge is None or errors:
            told = "\n".join(map(str, errors[:TOLD]))
            raise Refused(f"检查没通过，有 {len(errors)} 处要改：\n{told}")
        return self.knowledge


def fitness(folder: Path, instead: Instead, *, demo: bool, today: dt.date) -> Fitness:
    """What the check says of a folder with these texts in it; dates are looked at in these files only.

    A law that is repealed today is an error of every guide that cites it, but must not keep another's telephone from going out.
    """
    knowledge, reading = read_folder(folder, demo=demo, instead=instead)
    findings = list(reading.findings)
    if knowledge is None:
        findings += check_numbers(reading.files)
    else:
        findings += check_references(knowledge, reading.files)
        dates = check_dates(knowledge, written(knowledge, reading.files), today)
        findings += [one for one in dates if one.file in instead]
    kept = {one for one in findings if one.level == "error" or one.file in instead}
    return Fitness(knowledge, tuple(sorted(kept)), tuple(sorted(set(findings) - kept)))
