"""The counter: a screen with the cases behind it; every change says in which version the case was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Response
from fastapi.responses import HTMLResponse

from api.deps import SCANS, Parts, cases_of
from api.staff.filled import Filled
from api.staff.shell import At, Screen, to
from assistant.cases.model import Actor, Case, Conflict
from assistant.cases.reading import number_of
from assistant.cases.scans import Scans
from assistant.cases.states import Role
from assistant.cases.store import Cases
from assistant.errors import Refused

# What somebody typed, as a conflict shows it again.
TYPED = {
    "words": "写的字",
    "result": "结果",
    "carrier": "快递公司",
    "number": "单号",
    "name": "姓名",
    "phone": "电话",
    "address": "地址",
}


def _cases(parts: Parts) -> Cases:
    return cases_of(parts)


Store = Annotated[Cases, Depends(_cases)]


@dataclass(frozen=True)
class Counter:
    """Who sits at the counter, and the cases."""

    screen: Screen
    cases: Cases

    @property
    def by(self) -> Actor:
        """Whoever sits here, as events name them."""
        account = self.screen.who.account
        return Actor(account.shown, Role(account.role.value), account.name)

    @property
    def scans(self) -> Scans:
        """The scans of materials."""
        return Scans(self.cases, self.screen.parts.settings.data / SCANS)

    @property
    def department(self) -> str:
        """The name of the department that somebody works for; nothing for the window."""
        account = self.screen.who.account
        known = self.screen.parts.knowledge.departments.get(account.department or "")
        return known.name if known else ""

    @property
    def region(self) -> str:
        """The county of whoever sits here, by name; nothing where it is no single one."""
        known = self.screen.parts.knowledge.regions.get(self.screen.who.account.region or "")
        return known.name if known else ""

    @property
    def regions(self) -> list[str]:
        """The counties a case can belong to, by name."""
        parts = self.screen.parts
        return [one.name for one in parts.knowledge.counties(demo=parts.settings.demo)]

    @property
    def progress(self) -> str:
        """Where applicants look how far it is."""
        return f"{self.screen.root}/progress"

    def progress_of(self, case: Case) -> str:
        """The same, with the number of a case filled in."""
        return f"{self.progress}?number={case.number}"

    def page(self, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page."""
        return self.screen.page(template, status=status, by=self.by, today=self.cases.today, **context)

    def changed(
        self,
        number: str,
        filled: Filled,
        act: Callable[[int], object],
        refused: Callable[[str], Response],
        *,
        back: str = "",
    ) -> Response:
        """Make a change in the version that was seen, then on to `back`, or to the case; whoever comes second is shown
        who changed what meanwhile, with everything he filled in, and a refusal goes to its page."""
        try:
            act(filled.version)
        except Conflict as conflict:
            return self.conflict(self.cases.find(number), filled, conflict)
        except Refused as sentence:
            return refused(str(sentence))
        return to(back or place(number))

    def conflict(self, case: Case, filled: Filled, conflict: Conflict) -> HTMLResponse:
        """Who changed what, what was wanted, and the way to do it all the same."""
        typed = [
            (TYPED[kind], value) for name, value in filled.again if (kind := name.partition("-")[0]) in TYPED and value
        ]
        told: dict[str, Any] = {"since": conflict.since, "again": filled.again, "typed": typed}
        return self.page("staff/case_conflict.html", status=409, case=case, **told)


def place(number: str) -> str:
    """The address of a case."""
    return f"/staff/cases/{number_of(number)}"


async def _counter(screen: At, cases: Store) -> Counter:
    return Counter(screen, cases)


AtCounter = Annotated[Counter, Depends(_counter)]
