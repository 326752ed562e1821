"""Where an entry can go, who may send it, what happens when two do it at once, and the way back."""

from itertools import pairwise

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.model import Case, Conflict, IllegalMove, Mailing, Wanted
from assistant.cases.moving import UNDOABLE
from assistant.cases.states import LABELS, MOVES, OVER, WHO, Role, State, may, of_case, onward
from assistant.cases.store import BATCH_AT_MOST, Cases
from assistant.errors import NotFound, Refused
from tests.cases.builders import LI, TOBACCO, WANG, ZHAO, a_contact, an_entry, complete, moved, opened

S = State
USUAL = (S.REVIEWING, S.SUBMITTED, S.IN_DEPARTMENT, S.GRANTED, S.COLLECTED)


def only(case: Case) -> tuple[int, ...]:
    """The ids of all entries."""
    return tuple(entry.id for entry in case.entries)


def test_every_state_has_a_name_its_moves_and_its_people() -> None:
    """Nothing is left out of the tables; what is over leads nowhere but into the archive; all can be withdrawn before."""
    assert set(LABELS) == set(MOVES) == set(WHO) == set(State)
    assert len(set(LABELS.values())) == len(State)
    assert MOVES[S.ARCHIVED] == ()
    assert MOVES[S.WITHDRAWN] == (S.ARCHIVED,)
    assert all(S.WITHDRAWN in MOVES[state] for state in set(State) - OVER)


def test_every_state_can_be_reached_and_every_state_leads_to_the_archive() -> None:
    """No state is a dead end, and none stands apart."""
    reached, doors = {S.REGISTERED}, {S.ARCHIVED}
    for _ in State:
        reached |= {to for state in reached for to in MOVES[state]}
        doors |= {state for state in State if doors & set(MOVES[state])}
    assert reached == doors == set(State)


@pytest.mark.parametrize("state", [s for s in State if s is not S.CORRECTING])
def test_store_makes_exactly_the_moves_of_the_table(cases: Cases, state: State) -> None:
    """From each state, each move by hand is made where the table has it, and refused with both names where not."""
    for to in State:
        case = opened(cases, enterprise=f"{state}{to}")
        with Session(cases.engine) as session, session.begin():
            session.execute(update(t.StoredEntry).where(t.StoredEntry.id == only(case)[0]).values(state=state.value))
        if to in onward(state, Role.CLERK):
            if to is S.MAILED:
                after = cases.mail(case.number, 1, only(case), Mailing("示例快递", "SF1"), by=LI)
            else:
                after = cases.move(case.number, 1, only(case), to, by=LI)
            assert (after.entries[0].state, after.version) == (to, 2)
        else:
            with pytest.raises(IllegalMove) as refused:
                cases.move(case.number, 1, only(case), to, by=LI)
            if to not in (S.CORRECTING, S.MAILED):
                assert LABELS[state] in str(refused.value)
            assert cases.find(case.number).version == 1


def test_department_enters_its_result_and_nothing_else(cases: Cases) -> None:
    """A department may take up and decide what was submitted; the rest is for the window."""
    case = moved(cases, opened(cases, an_entry("yancao")), S.REVIEWING, S.SUBMITTED)
    decided = cases.decide(case.number, case.version, only(case), granted=False, by=TOBACCO)
    assert decided.entries[0].state is S.REFUSED
    assert [one.what for one in cases.events(case.number)][-2:] == [
        "“烟草专卖零售许可证”：已代交 → 部门办理中",
        "“烟草专卖零售许可证”：部门办理中 → 部门不予办理",
    ]
    with pytest.raises(IllegalMove, match="窗口人员"):
        cases.move(case.number, decided.version, only(case), S.COLLECTED, by=TOBACCO)
    for role in (Role.EDITOR, Role.ADMINISTRATOR, Role.APPLICANT):
        assert not any(may(role, state) for state in State)


def test_case_stands_with_its_entry_that_is_least_far(cases: Cases) -> None:
    """One entry waiting for its applicant keeps the case there; a withdrawn one does not count."""
    case = moved(cases, opened(cases, an_entry(), an_entry("yancao")), S.REVIEWING)
    first, second = only(case)
    case = moved(cases, case, S.SUBMITTED, entries=(first,))
    assert case.state is S.REVIEWING
    assert moved(cases, case, S.WITHDRAWN, entries=(second,)).state is S.SUBMITTED
    assert of_case(()) is S.ARCHIVED


def test_all_entries_move_or_none(cases: Cases) -> None:
    """Where one of the chosen entries may not go, the others stay too, and no event tells of it."""
    case = moved(cases, opened(cases, an_entry(), an_entry("yancao")), S.REVIEWING)
    case = moved(cases, case, S.SUBMITTED, entries=only(case)[:1])
    with pytest.raises(IllegalMove):
        cases.move(case.number, case.version, only(case), S.SUBMITTED, by=LI)
    assert cases.find(case.number) == case


def test_entry_of_another_case_is_refused(cases: Cases) -> None:
    """Nobody moves by number what belongs to somebody else."""
    mine, other = opened(cases), opened(cases, code=None)
    with pytest.raises(Refused, match="没有选中"):
        cases.move(mine.number, 1, only(other), S.REVIEWING, by=LI)
    with pytest.raises(Refused, match="没有这样材料"):
        cases.give_back(mine.number, 1, other.materials[0].id, by=LI)


def test_second_clerk_is_told_who_changed_what(cases: Cases) -> None:
    """Whoever comes second with an old version changes nothing, and reads who did what in the meantime."""
    case = opened(cases)
    moved(cases, case, S.REVIEWING, by=WANG)
    with pytest.raises(Conflict, match=r"王五 09:00 “食品经营许可证”：已登记 → 初审中") as conflict:
        cases.move(case.number, case.version, only(case), S.WITHDRAWN, by=LI)
    assert [one.by.account for one in conflict.value.since] == ["wangwu"]
    assert cases.find(case.number).state is S.REVIEWING


def test_batch_gives_each_case_its_own_result(cases: Cases) -> None:
    """One case that cannot go does not hold up the others; more than the limit is refused as a whole."""
    good, stale, wrong = (opened(cases, code=None) for _ in range(3))
    moved(cases, stale, S.REVIEWING, by=WANG)
    wanted = [Wanted(one.number, 1, only(one)) for one in (good, stale)]
    wanted += [Wanted(wrong.number, 1, (0,)), Wanted("20260302-0999", 1, (1,))]
    outcomes = cases.move_many(wanted, S.REVIEWING, by=LI)
    assert [one.case is not None for one in outcomes] == [True, False, False, False]
    assert outcomes[0].case == cases.find(good.number)
    assert "王五" in (outcomes[1].problem or "")
    assert [bool(one.problem) for one in outcomes] == [False, True, True, True]
    with pytest.raises(Refused, match="最多"):
        cases.move_many([wanted[0]] * (BATCH_AT_MOST + 1), S.REVIEWING, by=LI)


def test_whole_way_leaves_an_event_for_every_step(cases: Cases) -> None:
    """From the counter to the archive, each step says who, when and what; the versions count them."""
    case = complete(cases, opened(cases))
    case = moved(cases, case, *USUAL)
    case = cases.mail(case.number, case.version, only(case), Mailing("示例快递", "SF123"), by=WANG)
    assert case.entries[0].mailing == Mailing("示例快递", "SF123")
    case = cases.close(case.number, case.version, by=ZHAO)
    assert (case.state, case.closed_at is not None) == (S.ARCHIVED, True)
    events = cases.events(case.number)
    assert [one.version for one in events] == list(range(1, case.version + 1))
    assert [one.by.name for one in events][-2:] == ["王五", "赵六"]
    assert [one.what.rpartition("→ ")[2] for one in events][2:] == [*(LABELS[s] for s in USUAL), "已寄出", "已归档"]
    assert all(one.at <= other.at for one, other in pairwise(events))


def test_undo_is_a_new_event_and_puts_everything_back(cases: Cases) -> None:
    """A whole way is taken back step by step until the case is as it was taken in, apart from version and events."""
    start = opened(cases)
    case = moved(cases, complete(cases, start), *USUAL)
    case = cases.mail(case.number, case.version, only(case), Mailing("示例快递", "SF123"), by=LI)
    steps = case.version - 1
    for _ in range(steps):
        case = cases.undo(case.number, case.version, by=WANG)
    assert (case.entries, case.materials, case.closed_at) == (start.entries, start.materials, None)
    events = cases.events(case.number)
    assert len(events) == 1 + 2 * steps
    assert [one.undoes for one in events[-steps:]] == [one.id for one in events[1 : steps + 1]][::-1]
    with pytest.raises(Refused, match="上一步是“登记"):
        cases.undo(case.number, case.version, by=LI)


def test_archived_case_opens_again_by_undo(cases: Cases) -> None:
    """A case that was closed too early comes back into the queue."""
    case = cases.close(*_number_and_version(moved(cases, opened(cases), S.WITHDRAWN)), by=LI)
    assert cases.queue() == []
    case = cases.undo(case.number, case.version, by=LI)
    assert [one.number for one in cases.queue()] == [case.number]
    assert case.closed_at is None


def _number_and_version(case: Case) -> tuple[str, int]:
    return case.number, case.version


def test_undo_is_not_for_a_department_nor_for_what_went_out(cases: Cases) -> None:
    """A department undoes nothing; a contact is changed back by hand, as no event knows the old one."""
    case = moved(cases, opened(cases), S.REVIEWING)
    with pytest.raises(IllegalMove):
        cases.undo(case.number, case.version, by=TOBACCO)
    case = cases.change_contact(case.number, case.version, None, by=LI)
    assert cases.undo(case.number, case.version, by=LI).state is S.REGISTERED
    assert "notified" not in UNDOABLE


def test_close_names_what_is_still_open(cases: Cases) -> None:
    """A case is archived when every entry may be."""
    case = moved(cases, opened(cases), S.REVIEWING)
    with pytest.raises(Refused, match="“食品经营许可证”初审中"):
        cases.close(case.number, case.version, by=LI)


def test_entry_goes_to_the_enterprise_and_back(cases: Cases) -> None:
    """Who would rather go himself may; who thinks better of it is taken on again."""
    case = opened(cases)
    case = cases.choose(case.number, case.version, only(case)[0], "self", by=LI)
    assert (case.entries[0].state, case.entries[0].way) == (S.GUIDED, "self")
    case = cases.choose(case.number, case.version, only(case)[0], "proxy", by=LI)
    assert (case.entries[0].state, case.entries[0].way) == (S.REGISTERED, "proxy")


def test_parcel_needs_carrier_and_number(cases: Cases) -> None:
    """已寄出 cannot be said without telling how."""
    case = moved(cases, opened(cases), *USUAL)
    with pytest.raises(Refused, match="单号"):
        cases.mail(case.number, case.version, only(case), Mailing("示例快递", " "), by=LI)
    with pytest.raises(IllegalMove, match="单号"):
        cases.move(case.number, case.version, only(case), S.MAILED, by=LI)


def test_events_hold_no_person(cases: Cases) -> None:
    """Neither name, telephone, address nor parcel of the applicant stands in any event."""
    case = moved(cases, opened(cases, contact=a_contact(address="示例县演示街 9 号")), *USUAL)
    case = cases.mail(case.number, case.version, only(case), Mailing("示例快递", "SF987654"), by=LI)
    cases.change_contact(case.number, case.version, a_contact(name="钱七", phone="13900139000"), by=LI)
    with cases.engine.connect() as connection:
        told = str(connection.execute(text("SELECT what, changes, name FROM case_events")).all())
    assert "初审中" in told
    assert not any(word in told for word in ("张三", "钱七", "13800138000", "13900139000", "演示街", "SF987654"))


def test_events_can_neither_be_changed_nor_removed(cases: Cases) -> None:
    """The database itself keeps the events, whoever asks."""
    case = opened(cases)
    for statement in (update(t.StoredEvent).values(what="没有的事"), delete(t.StoredEvent)):
        with pytest.raises(DBAPIError, match="append-only"), Session(cases.engine) as session, session.begin():
            session.execute(statement)
    with Session(cases.engine) as session:
        assert session.scalars(select(t.StoredEvent.what)).all() == ["登记：食品经营许可证"]
    assert len(cases.events(case.number)) == 1


def test_number_is_read_however_it_is_typed(cases: Cases) -> None:
    """With or without its dash and blanks; an unknown one says so."""
    case = opened(cases)
    assert case.number == "20260302-0001"
    assert cases.find("2026 0302 0001") == cases.find("202603020001") == case
    with pytest.raises(NotFound, match="编号"):
        cases.find("20260302-0002")
