"""How long files stay, what goes of them, scans, and the links of departments."""

import datetime as dt
import json
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.cases.keeping import KEPT_YEARS, Keeping, day_before_years
from assistant.cases.links import DepartmentLinks
from assistant.cases.model import Case, IllegalMove, Mailing
from assistant.cases.report import report
from assistant.cases.scans import BEGINS, LARGEST, Scans
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.errors import NotFound, Refused
from tests.cases.builders import CODE, LI, TOBACCO, ZHAO, Moment, a_contact, an_entry, complete, moved, opened

S = State
PDF = BEGINS["pdf"] + b"1.7 scan"
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


@pytest.fixture
def scans(cases: Cases, tmp_path: Path) -> Scans:
    """The scans in a folder of their own."""
    return Scans(cases, tmp_path / "scans")


@pytest.fixture
def keeping(cases: Cases, scans: Scans) -> Keeping:
    """Keeping for ten years."""
    return Keeping(cases, scans)


def closed(cases: Cases, scans: Scans, **facts: object) -> Case:
    """A case with everything a person leaves in it, closed."""
    case = complete(cases, opened(cases, contact=a_contact(address="示例县演示街 9 号"), checklist="token", **facts))
    case = scans.add(case.number, case.version, case.materials[0].id, PDF, by=LI)
    case = moved(cases, case, S.REVIEWING, S.SUBMITTED, S.IN_DEPARTMENT, S.GRANTED, S.COLLECTED)
    case = cases.mail(case.number, case.version, [case.entries[0].id], Mailing("示例快递", "SF987"), by=LI)
    cases.rate(case.number, 1, [], "张三说不好")
    cases.escalate("stuck", "张三来了三趟", by=LI, number=case.number)
    return cases.close(case.number, case.version + 1, by=LI)


PERSON = ("食杂店", CODE, "张三", "13800138000", "演示街", "SF987", "token")


def everything(cases: Cases) -> str:
    """All rows of all tables of cases."""
    tables = ("enterprises", "files", "contacts", "entries", "materials", "notices", "matters", "ratings", "events")
    with cases.engine.connect() as connection:
        return str([connection.execute(text(f"SELECT * FROM case_{one}")).all() for one in (*tables, "scans")])


def test_person_goes_and_figures_stay(cases: Cases, scans: Scans, keeping: Keeping, tmp_path: Path) -> None:
    """After the erasure no table and no file tells who it was; the month's figures are what they were."""
    case = closed(cases, scans)
    before = report(cases, *MARCH)
    assert all(word in everything(cases) for word in PERSON)
    keeping.erase(case.number, by=ZHAO)
    assert not any(word in everything(cases) for word in PERSON)
    assert list((tmp_path / "scans").iterdir()) == []
    assert report(cases, *MARCH) == before
    erased = cases.find(case.number)
    assert (erased.enterprise.name, erased.enterprise.code, erased.erased_at is not None) == (None, None, True)
    assert cases.contact(case.number) is None
    with pytest.raises(Refused, match="已按期删除"):
        cases.undo(case.number, erased.version, by=LI)
    keeping.erase(case.number, by=ZHAO)  # once is enough
    assert cases.find(case.number) == erased


def test_enterprise_is_known_as_long_as_one_case_keeps_it(cases: Cases, scans: Scans, keeping: Keeping) -> None:
    """Name and code go with the last of its cases; new ones do not share papers with an erased one."""
    first, second = closed(cases, scans), opened(cases)
    keeping.erase(first.number, by=ZHAO)
    assert cases.find(second.number).enterprise.code == CODE
    third = opened(cases)
    assert all(one.shared_from != first.number for one in third.materials)
    assert first.number not in [one.number for one in cases.search(CODE)]
    for case in (second, third):
        withdrawn = moved(cases, cases.find(case.number), State.WITHDRAWN)
        keeping.erase(cases.close(case.number, withdrawn.version, by=LI).number, by=ZHAO)
    assert not any(word in everything(cases) for word in PERSON)


def test_only_closed_cases_are_erased_by_who_may(cases: Cases, scans: Scans, keeping: Keeping) -> None:
    """A case that goes on keeps its contact, unless it is taken out by itself; a clerk erases nothing."""
    with pytest.raises(Refused, match="还没归档"):
        keeping.erase(opened(cases, code=None).number, by=ZHAO)
    with pytest.raises(IllegalMove):
        keeping.erase(closed(cases, scans).number, by=LI)


def test_time_of_a_case_is_counted_from_its_closing(
    cases: Cases, scans: Scans, keeping: Keeping, moment: Moment
) -> None:
    """Ten years to the day it stays, the day after it is due."""
    case = closed(cases, scans)
    opened(cases, code=None)
    moment.at = moment.at.replace(year=2026 + KEPT_YEARS)
    assert keeping.due() == ()
    moment.at += dt.timedelta(days=1)
    assert keeping.due() == (case.number,)
    assert keeping.purge() == 1
    assert keeping.purge() == 0
    assert cases.events(case.number)[-1].by.name == "系统"


def test_years_are_counted_over_leap_days() -> None:
    """Of 29 February the day after, in a year that has none."""
    assert day_before_years(dt.date(2028, 2, 29), 10) == dt.date(2018, 3, 1)
    assert day_before_years(dt.date(2028, 2, 29), 4) == dt.date(2024, 2, 29)


def test_file_of_an_enterprise_is_exported_whole(cases: Cases, scans: Scans, keeping: Keeping) -> None:
    """All its cases, contacts and events, as JSON."""
    first, second = closed(cases, scans), opened(cases)
    exported = json.loads(json.dumps(keeping.exported(first.enterprise.id)))
    assert [one["办理"]["number"] for one in exported["档案"]] == [second.number, first.number]
    assert exported["企业"]["code"] == CODE
    assert exported["档案"][1]["联系人"]["phone"] == "13800138000"
    assert len(exported["档案"][1]["经过"]) == len(cases.events(first.number))


@pytest.mark.parametrize("content", [b"MZ\x90", b"", b"<html>", b" %PDF-1.7", PDF + b"x" * LARGEST])
def test_scan_is_taken_by_its_content_and_size(cases: Cases, scans: Scans, tmp_path: Path, content: bytes) -> None:
    """What is neither PDF, JPEG nor PNG, or is too large, leaves nothing behind."""
    case = opened(cases)
    with pytest.raises(Refused, match="只收"):
        scans.add(case.number, 1, case.materials[0].id, content, by=LI)
    assert not (tmp_path / "scans").exists()
    assert cases.find(case.number).version == 1


def test_scan_is_found_by_a_name_nobody_guesses(cases: Cases, scans: Scans) -> None:
    """It lies under a random name, readable for the service alone; taken away it is gone."""
    case = opened(cases)
    case = scans.add(case.number, 1, case.materials[0].id, PDF, by=LI)
    (name,) = case.materials[0].scans
    scan = scans.get(name)
    assert (scan.path.read_bytes(), scan.media_type, scan.case) == (PDF, "application/pdf", case.number)
    assert scan.path.stat().st_mode & 0o077 == 0
    assert len(name) == 32
    with pytest.raises(Refused, match="没有这样材料"):
        scans.remove(opened(cases, code=None).number, 1, name, by=LI)
    assert scans.remove(case.number, case.version, name, by=LI).materials[0].scans == ()
    assert not scan.path.exists()
    with pytest.raises(NotFound):
        scans.get(name)


def test_file_that_no_row_names_is_swept(cases: Cases, scans: Scans, tmp_path: Path) -> None:
    """What a process left that died while attaching goes; what is named stays."""
    assert scans.sweep() == 0
    case = opened(cases)
    case = scans.add(case.number, 1, case.materials[0].id, PDF, by=LI)
    (tmp_path / "scans" / "left").write_bytes(PDF)
    assert scans.sweep() == 1
    assert scans.get(case.materials[0].scans[0]).path.exists()


def test_department_enters_its_result_by_a_link_for_one_case(cases: Cases) -> None:
    """The link shows this department's entries of this case and no contact, and takes results for them only."""
    case = moved(cases, complete(cases, opened(cases, an_entry(), an_entry("yancao"))), S.REVIEWING, S.SUBMITTED)
    food, tobacco = (entry.id for entry in case.entries)
    links = DepartmentLinks(cases)
    key = links.make(case.number, case.version, TOBACCO.name, by=LI)
    linked = links.open(key)
    assert [entry.id for entry in linked.case.entries] == [tobacco]
    assert "张三" not in str(linked)
    with pytest.raises(Refused, match="不等您的结果"):
        links.decide(key, linked.case.version, [food], granted=True)
    after = links.decide(key, linked.case.version, [tobacco], granted=True)
    assert after.waiting == ()
    assert [entry.state for entry in cases.find(case.number).entries] == [S.SUBMITTED, S.GRANTED]
    assert cases.events(case.number)[-1].by == TOBACCO


def test_link_ends_with_its_time_with_a_newer_one_and_when_taken_back(cases: Cases, moment: Moment) -> None:
    """A wrong, old, replaced or withdrawn key opens nothing; the key itself is stored nowhere."""
    case = moved(cases, complete(cases, opened(cases, an_entry("yancao"))), S.REVIEWING, S.SUBMITTED)
    links = DepartmentLinks(cases)
    with pytest.raises(Refused, match="没有示例市公安局办的"):
        links.make(case.number, case.version, "示例市公安局", by=LI)
    first = links.make(case.number, case.version, TOBACCO.name, by=LI)
    second = links.make(case.number, case.version + 1, TOBACCO.name, by=LI)
    with cases.engine.connect() as connection:
        assert second not in str(connection.execute(text("SELECT * FROM case_links")).all())
    for key in (first, "no-such-key"):
        with pytest.raises(NotFound, match="过期"):
            links.open(key)
    assert links.open(second).department == TOBACCO.name
    moment.go_to(3, 17)
    with pytest.raises(NotFound, match="过期"):
        links.open(second)
    moment.go_to(3, 2)
    links.take_back(case.number, by=LI)
    with pytest.raises(NotFound, match="过期"):
        links.open(second)
