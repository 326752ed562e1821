"""The laws: what no longer holds, or not yet, is flagged where a guide cites it, and nowhere else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from api.reload import renewed
from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk.broken import broken_links
from assistant.desk.laws import Validity, laws, validity
from assistant.knowledge import model as m
from assistant.knowledge.load import load
from assistant.staff.roles import Role
from tests.builders import a_guide, a_knowledge
from tests.desk.builders import GUIDE, Desk
from tests.desk.pages import editors_app
from tests.staff.builders import at_work

ENDS = dt.date(2026, 8, 15)


def a_law(**facts: object) -> m.Source:
    """A law of 示例市."""
    return m.Source.model_validate(
        {"id": "示例办法", "title": "示例市示例办法", "checked_on": dt.date(2026, 1, 1), **facts}
    )


@pytest.mark.parametrize(
    ("facts", "on", "expected"),
    [
        ({"repealed_on": ENDS}, ENDS, Validity.REPEALED),
        ({"repealed_on": ENDS}, ENDS - dt.timedelta(days=1), Validity.IN_FORCE),
        ({"in_force_from": ENDS}, ENDS - dt.timedelta(days=1), Validity.NOT_YET),
        ({"in_force_from": ENDS}, ENDS, Validity.IN_FORCE),
        ({"read": False}, ENDS, Validity.UNREAD),
        ({"read": False, "repealed_on": ENDS}, ENDS, Validity.REPEALED),
    ],
)
def test_law_holds_from_its_first_day_until_before_the_day_it_is_repealed(
    facts: dict[str, object], on: dt.date, expected: Validity
) -> None:
    """The day of coming into force counts, the day of repeal no longer."""
    assert validity(a_law(**facts), on) is expected


def test_guide_that_cites_a_repealed_law_is_flagged() -> None:
    """With its article, from the day of repeal and not before; whoever does not cite it is not named."""
    who = (m.Fact(text="经营者来办。", sources=("示例办法 第三条",), state=m.State.SOURCED),)
    food = a_guide("食品经营许可证", who=who)
    known = a_knowledge(guides={"shipin": food}, sources={"示例办法": a_law(repealed_on=ENDS)})
    (law,) = laws(known, ENDS)
    assert law.flagged
    assert [(one.guide, one.name, one.articles) for one in law.cited] == [("shipin", "食品经营许可证", ("第三条",))]
    (before,) = laws(known, ENDS - dt.timedelta(days=1))
    assert not before.flagged


def test_law_to_come_is_flagged_until_it_is_there() -> None:
    """Nobody rests on what is not yet in force."""
    guide = a_guide("食品经营许可证", statutory_limit=m.Limit(days=3, unit="日", sources=("示例办法",)))
    known = a_knowledge(guides={"shipin": guide}, sources={"示例办法": a_law(in_force_from=ENDS)})
    assert [laws(known, day)[0].flagged for day in (ENDS - dt.timedelta(days=1), ENDS)] == [True, False]


def test_repealed_law_that_nobody_cites_is_not_flagged(at: Desk) -> None:
    """The list says that it is repealed, and rings no bell; cited by one guide, it stands on top."""
    found = laws(load(at.root), dt.date(2026, 11, 22))
    assert not [law for law in found if law.flagged]
    assert {law.source.id: law.validity for law in found}["旧法"] is Validity.REPEALED
    (at.root / GUIDE).write_text(at.text().replace("许可法 第七十条", "旧法 第七十条"), encoding="utf-8")
    first, *rest = laws(load(at.root), dt.date(2026, 11, 22))
    assert (first.source.id, first.flagged) == ("旧法", True)
    assert not [law for law in rest if law.flagged]


def test_page_of_the_laws_shows_what_is_flagged(tmp_path: Path) -> None:
    """On the page as in the list, with a way to the guide that has to be put right."""
    app = editors_app(tmp_path)
    client = at_work(app, Role.EDITOR)
    assert "没有引着废止的" in client.get("/editors/laws").text
    guide = app.state.service.settings.knowledge / GUIDE
    guide.write_text(guide.read_text("utf-8").replace("许可法 第七十条", "旧法 第七十条"), "utf-8")
    app.state.service = renewed(app.state.service)
    page = client.get("/editors/laws").text
    assert "1 部废止了或者还没施行" in page
    assert f"/editors/edit/{GUIDE}" in page


def test_day_is_asked_about_as_it_will_be(tmp_path: Path) -> None:
    """A law that is to be repealed is flagged from its day on, and not today; a day that is none is refused in words."""
    app = editors_app(tmp_path)
    shelf = app.state.service.settings.knowledge / "sources.yaml"
    shelf.write_text(shelf.read_text("utf-8").replace("  核对日期", "  废止日期: 2031-05-01\n  核对日期", 1), "utf-8")
    app.state.service = renewed(app.state.service)
    client = at_work(app, Role.EDITOR)
    assert "没有引着废止的" in client.get("/editors/laws").text
    assert "没有引着废止的" in client.get("/editors/laws?day=2031-04-30").text
    then = client.get("/editors/laws?day=2031-05-01").text
    assert "1 部废止了或者还没施行" in then
    assert f"/editors/edit/{GUIDE}" in then
    assert "/editors/laws?day=2031-05-01" in client.get("/editors/as-of?day=2031-05-01").text
    for day, told in (("gestern", "2026-12-01"), ("1990-01-01", "那一天")):
        answer = client.get("/editors/laws", params={"day": day})
        assert (answer.status_code, told in answer.text) == (422, True), answer.text


def test_links_that_were_broken_are_told_with_their_line(at: Desk) -> None:
    """What named something that was not there, in the files of that day; once it is mended, no longer."""
    (at.root / GUIDE).write_text(at.text().replace("[wangba]", "[meiyou]"), "utf-8")
    at.git("init", "-q")
    at.git("add", "-A")
    name = ("-c", "user.name=zhang", "-c", "user.email=zhang@example.invalid")
    at.git(*name, "commit", "-q", "-m", "as it was")
    broken = broken_links(at.root, day_of(now()))
    assert [(one.file, one.line) for one in broken] == [(GUIDE, 14)]
    assert "meiyou" in broken[0].message
    (at.root / GUIDE).write_text(at.text().replace("[meiyou]", "[wangba]"), "utf-8")
    at.git(*name, "commit", "-q", "-a", "-m", "mended")
    assert broken_links(at.root, day_of(now())) == ()
