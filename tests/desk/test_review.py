"""A change of several files before its reviewer: all of it on one page, and agreed to as it stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.desk.drafts import Drafts, DraftState
from assistant.staff.roles import Role
from tests.desk.builders import GUIDE, OTHER
from tests.desk.pages import drafts_of, editors_app, page_of, send
from tests.staff.builders import at_work

PAGE = "/editors/drafts/1"


@pytest.fixture
def head(app: FastAPI) -> TestClient:
    """The head of the window at work."""
    return at_work(app, Role.HEAD)


def written(drafts: Drafts, path: str, old: str, new: str) -> None:
    """A writer changes one of the two files."""
    seen = drafts.open(path)
    assert old in seen.text
    text = seen.text.replace(old, new)
    drafts.save(path, text, who="zhang", version=seen.version, base=seen.base_digest, bundle="two")


def both(drafts: Drafts) -> None:
    """A change of two files, waiting for its reviewer."""
    written(drafts, GUIDE, "老板来办。", "本人来办。")
    written(drafts, OTHER, "网吧不干了。", "网吧关门了。")
    drafts.propose(1, version=drafts.find(1).version, reason="一起")


def live(drafts: Drafts) -> str:
    """What people read."""
    return "".join((drafts.folder / path).read_text("utf-8") for path in (GUIDE, OTHER))


def test_page_shows_everything_that_goes_out_together(head: TestClient, drafts: Drafts) -> None:
    """What the reviewer agrees to stands there in words, the other file's change too."""
    both(drafts)
    page = head.get(PAGE).text
    for words in ("<ins>本人来办。</ins>", "<del>网吧不干了。</del>", "<ins>网吧关门了。</ins>", "一起发布", OTHER):
        assert words in page
    assert send(head, f"{PAGE}/approve", PAGE).status_code == 303
    assert "本人来办。" in live(drafts)
    assert "网吧关门了。" in live(drafts)


@pytest.mark.parametrize("four_eyes", [True, False])
def test_other_file_that_changed_behind_the_page_is_not_put_out(tmp_path: Path, *, four_eyes: bool) -> None:
    """The page was open while somebody wrote at the other file: told, shown as it is now, and only then agreed to."""
    app = editors_app(tmp_path, four_eyes=four_eyes)
    head, drafts = at_work(app, Role.HEAD), drafts_of(app)
    both(drafts)
    seen = {name: page_of(head, PAGE, name) for name in ("csrf", "beside")}
    written(drafts, OTHER, "网吧关门了。", "网吧换人了。")
    if four_eyes:
        drafts.propose(2, version=drafts.find(2).version, reason="一起")
    answer = head.post(f"{PAGE}/approve", data={**seen, "version": page_of(head, PAGE, "version")})
    assert answer.status_code == 422
    assert "在您打开以后有改动" in answer.text
    assert "网吧换人了。" in answer.text
    assert "老板来办。" in live(drafts)
    assert send(head, f"{PAGE}/approve", PAGE).status_code == 303
    assert "网吧换人了。" in live(drafts)


@pytest.mark.parametrize("beside", ["", "2:x", "2:1 3:1", "-", "2:99999999999999999999"])
def test_page_that_names_others_than_there_are_agrees_to_nothing(head: TestClient, drafts: Drafts, beside: str) -> None:
    """Whatever is sent for what stood there, it must be what stands there."""
    both(drafts)
    told = {name: page_of(head, PAGE, name) for name in ("csrf", "version")}
    assert head.post(f"{PAGE}/approve", data={**told, "beside": beside}).status_code == 422
    assert drafts.find(1).state is DraftState.PROPOSED


def test_impact_that_was_found_is_the_service_s_own(app: FastAPI, tmp_path: Path, drafts: Drafts) -> None:
    """Whoever looks after the writer does not wait again; another service in the same process knows nothing of it."""
    head = at_work(app, Role.HEAD)
    written(drafts, GUIDE, "老板来办。", "本人来办。")
    for _ in range(2):
        assert "指南“歌厅许可”" in head.get(f"{PAGE}/impact").text
    assert len(app.state.impacts) == 1
    assert editors_app(tmp_path / "other").state.impacts == {}
