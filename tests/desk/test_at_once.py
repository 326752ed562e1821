"""Several editors, reviewers and processes at the same moment, and deaths, over both databases."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.desk.drafts import Conflict, DraftState, Typed
from assistant.desk.journal import Stage
from assistant.errors import DaobanError
from tests.cases.conftest import server, url  # noqa: F401  the same databases
from tests.desk.builders import CATALOG, GUIDE, OTHER, Desk, desk
from tests.desk.deaths import MOST, dies

HOUR = dt.timedelta(hours=1)
DONE, TOLD = 0, 3  # how a process ends


@pytest.fixture
def another(url: str, tmp_path: Path) -> Callable[[], Desk]:  # noqa: F811
    """One more process's desk over the same folder and database."""
    return lambda: desk(tmp_path / "knowledge", tmp_path / "desk.db", url=url)


@pytest.fixture
def at(another: Callable[[], Desk]) -> Iterator[Desk]:
    """A desk over each of the databases."""
    made = another()
    yield made
    made.engine.dispose()


def at_once(at: Desk, another: Callable[[], Desk], *acts: Callable[[Desk], object]) -> list[int]:
    """Let a process do each, all at the same moment; how each ended."""
    at.engine.dispose()  # no connection is shared with a child
    ready, go = os.pipe(), os.pipe()
    children = []
    for act in acts:
        child = os.fork()
        if child == 0:
            own = another()
            own.clock.at = at.clock.at
            os.write(ready[1], b".")
            os.close(go[1])
            os.read(go[0], 1)
            try:
                act(own)
            except DaobanError:
                os._exit(TOLD)
            os._exit(DONE)
        children.append(child)
    for _ in acts:
        os.read(ready[0], 1)
    for end in (*ready, *go):
        os.close(end)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def press(number: int, version: int) -> Callable[[Desk], object]:
    """A reviewer agrees to a draft as it was seen."""
    return lambda own: own.publishing.publish(number, version=version, reviewer="li")


def test_processes_that_publish_at_once_publish_one_after_the_other(at: Desk, another: Callable[[], Desk]) -> None:
    """Three files by three processes at the same moment: three commits, all three changes, nothing left half done."""
    changes = [
        ("老板来办。", "本人来办。", GUIDE),
        ("网吧不干了。", "网吧关门了。", OTHER),
        ("小县专窗", "小县一号窗", CATALOG),
    ]
    drafts = [at.proposed(*change) for change in changes]
    assert at_once(at, another, *(press(one.id, one.version) for one in drafts)) == [DONE] * 3
    assert all(new in at.text(path) for _, new, path in changes)
    made = at.publishing.journal.all()
    assert len({one.commit for one in made}) == 3
    assert {one.stage for one in made} == {Stage.DONE}
    assert at.git("status", "--porcelain") == ""
    assert at.audit.broken() is None


def test_draft_that_processes_publish_at_once_is_published_once(at: Desk, another: Callable[[], Desk]) -> None:
    """Of several who agree to the same draft at the same moment one publishes it, the others are told."""
    draft = at.proposed("老板来办。", "本人来办。")
    ended = at_once(at, another, *[press(draft.id, draft.version)] * 3)
    assert sorted(ended) == [DONE, TOLD, TOLD]
    assert len(at.publishing.journal.all()) == 1


def test_processes_do_what_is_due_once(at: Desk, another: Callable[[], Desk]) -> None:
    """Every process looks at the clock: what begins at nine is published once, what ends at ten is taken back once."""
    begins = at.clock() + HOUR
    draft = at.proposed("老板来办。", "本人来办。", publish_at=begins, until=begins + HOUR)
    at.publishing.approve(draft.id, version=draft.version, reviewer="li")
    for moment, words, times in ((begins, "本人来办。", 1), (begins + HOUR, "老板来办。", 2)):
        at.clock.at = moment
        assert at_once(at, another, *[lambda own: own.publishing.due(own.clock())] * 3) == [DONE] * 3
        assert words in at.text()
        assert [one.stage for one in at.publishing.journal.all()] == [Stage.DONE] * times
    assert [one.until for one in at.publishing.journal.all()] == [None, None]


def test_editors_who_save_at_once_lose_nothing_and_do_not_wait_for_each_other(
    at: Desk, another: Callable[[], Desk]
) -> None:
    """Each keeps three files together, in an order of their own: one is kept whole, the others are told who it was."""
    paths = (GUIDE, OTHER, CATALOG)
    texts = {path: at.text(path) for path in paths}

    def save(number: int) -> str:
        own = another()
        order = paths[number % 3 :] + paths[: number % 3]
        try:
            kept = own.drafts.save_all(
                [Typed(path, f"{texts[path]}# {number}\n") for path in order], who=f"e{number}", bundle=f"b{number}"
            )
        except Conflict as conflict:
            return f"told of {conflict.draft.hands[0]}"
        return kept[0].hands[0]

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(save, range(4)))
    (kept,) = (one for one in said if not one.startswith("told"))
    assert said.count(f"told of {kept}") == 3
    assert {(one.hands, one.bundle) for one in at.drafts.all()} == {((kept,), kept.replace("e", "b"))}


def test_editors_who_go_on_from_the_same_version_lose_nothing(at: Desk, another: Callable[[], Desk]) -> None:
    """Two save over one draft at the same moment: the draft is one's, the other is told."""
    seen = at.begun("老板来办。", "本人来办。")

    def save(own: Desk) -> object:
        return own.drafts.save(GUIDE, f"{seen.text}# {os.getpid()}\n", who="wang", version=seen.version)

    assert sorted(at_once(at, another, save, save)) == [DONE, TOLD]
    assert at.drafts.open(GUIDE).version == seen.version + 1


def test_change_and_publication_at_once_are_one_or_the_other(at: Desk, another: Callable[[], Desk]) -> None:
    """A writer saves while the reviewer agrees: what is published is what was agreed to, or nothing."""
    draft = at.proposed("老板来办。", "本人来办。")

    def save(own: Desk) -> object:
        return own.drafts.save(GUIDE, f"{draft.text}# 没人看过\n", who="zhang", version=draft.version)

    ended = at_once(at, another, save, press(draft.id, draft.version))
    assert sorted(ended) == [DONE, TOLD]
    assert ("本人来办。" in at.text()) is (ended[1] == DONE)
    assert "没人看过" not in at.text()


def test_what_is_due_survives_a_death_between_any_two_steps(at: Desk, another: Callable[[], Desk]) -> None:
    """Wherever a process dies that begins or ends a change at its moment, the next look has it done once, and no more."""
    at.publishing.undo(at.published("老板来办。", "店主来办。").id, who="li", reason="")
    old = at.text()
    died = {"begins": 0, "ends": 0}
    for nth in range(1, MOST, 2):  # before each step, which is after the one before
        begins = at.clock() + HOUR
        draft = at.proposed("老板来办。", "本人来办。", publish_at=begins, until=begins + HOUR)
        at.publishing.approve(draft.id, version=draft.version, reviewer="li")
        before = len(at.publishing.journal.all())
        for step, moment in (("begins", begins), ("ends", begins + HOUR)):
            at.clock.at = moment
            at.engine.dispose()
            died[step] += dies(lambda: another().publishing.due(at.clock.at), nth)
            at.publishing.due(at.clock())
            assert (at.text() == old) is (step == "ends")
            assert at.publishing.journal.unfinished() == []
        ended, began = at.publishing.journal.all()[:-before]
        assert (began.stage, began.until, began.fault) == (Stage.DONE, None, None)
        assert (ended.stage, ended.undoes) == (Stage.DONE, began.id)
        assert at.drafts.find(draft.id).state is DraftState.PUBLISHED
        assert at.git("status", "--porcelain") == ""
        if 2 * max(died.values()) < nth:
            break
    assert min(died.values()) > 8
