"""A database that takes nothing while somebody writes at the desk: a kind sentence, and what was typed stands in the form again."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from assistant.desk.drafts import Drafts
from assistant.desk.unanswered import key_of
from assistant.errors import Refused
from tests.desk.asked import asked
from tests.desk.builders import GUIDE, Desk
from tests.desk.pages import send
from tests.staff.builders import field

EDIT = f"/editors/edit/{GUIDE}"
LONG = "# 打过电话，窗口说的。\n" * 4000  # more than a page of the database that is half empty
FULL, READ_ONLY = "PRAGMA max_page_count=1", "PRAGMA query_only=ON"  # SQLite's own: no page more; not a byte


@contextmanager
def taking_nothing(engine: Engine, pragma: str) -> Iterator[None]:
    """Within the block SQLite itself says that the disk is full, or that it must not write."""

    def shut(connection: Any, *_: object) -> None:
        connection.execute(pragma)

    event.listen(engine, "checkout", shut)
    try:
        yield
    finally:
        event.remove(engine, "checkout", shut)
        engine.dispose()


@pytest.mark.parametrize("pragma", [FULL, READ_ONLY])
def test_draft_that_cannot_be_kept_is_refused_with_a_sentence(at: Desk, pragma: str) -> None:
    """Neither a new one nor a change of one: what was kept stays, and later it is taken."""
    kept = at.begun("老板来办。", "本人来办。")
    with taking_nothing(at.engine, pragma):
        with pytest.raises(Refused, match="没有存上"):
            at.drafts.save(GUIDE, kept.text + LONG, who="zhang", version=kept.version)
        with pytest.raises(Refused, match="没有存上"):
            at.drafts.save("catalog.yaml", at.text("catalog.yaml") + LONG, who="zhang")
    assert at.drafts.all() == [kept]
    assert at.drafts.save(GUIDE, kept.text + LONG, who="zhang", version=kept.version).version == kept.version + 1


def test_no_step_of_a_draft_is_half_done(at: Desk) -> None:
    """Proposed, given back, agreed to, let go, caught up: each is refused with the same sentence and leaves the draft as it was."""
    draft = at.proposed("老板来办。", "本人来办。")
    seen = {"version": draft.version}
    with taking_nothing(at.engine, READ_ONLY):
        for step in (
            lambda: at.drafts.propose(draft.id, reason="再交", **seen),
            lambda: at.drafts.refuse(draft.id, reviewer="li", reason="没有依据", **seen),
            lambda: at.drafts.approved(draft.id, reviewer="li", **seen),
            lambda: at.drafts.withdraw(draft.id, **seen),
            lambda: at.drafts.catch_up(draft.id, **seen),
        ):
            with pytest.raises(Refused, match="没有存上"):
                step()
    assert at.drafts.find(draft.id) == draft


@pytest.mark.parametrize("do", ["save", "propose"])
@pytest.mark.parametrize("pragma", [FULL, READ_ONLY])
def test_text_stands_in_the_editor_again(editor: TestClient, drafts: Drafts, pragma: str, do: str) -> None:
    """With the reason and all that has to be sent along: pressed once more when there is room, it is kept."""
    text = drafts.open(GUIDE).text.replace("老板来办。", "本人来办。") + LONG
    with taking_nothing(drafts.engine, pragma):
        page = send(editor, EDIT, text=text, reason="窗口说的", do=do)
    assert page.status_code == 422
    assert "没有存上" in page.text
    assert html.escape(text.strip(), quote=False) in page.text.replace("&#39;", "'").replace("&#34;", '"')
    assert 'value="窗口说的"' in page.text
    assert drafts.all() == []
    again = {name: field(page.text, name) for name in ("csrf", "version", "base")}
    assert editor.post(EDIT, data={**again, "text": text, "reason": "窗口说的", "do": do}).status_code == 303
    assert drafts.open(GUIDE).text.strip() == text.strip()


def test_telephone_stands_in_its_form_again(editor: TestClient, drafts: Drafts) -> None:
    """The window's form, too, keeps what was filled in."""
    with taking_nothing(drafts.engine, READ_ONLY):
        page = send(editor, "/editors/windows/chuangkou", 电话="0457-2123456", 办公时间="每天", reason="打过")
    assert page.status_code == 422
    assert "没有存上" in page.text
    assert 'value="0457-2123456"' in page.text
    assert drafts.all() == []


def test_step_from_the_inbox_stands_there_again(editor: TestClient, drafts: Drafts) -> None:
    """The name that was typed for a question is not lost, and the question waits."""
    asked(drafts.engine, ("麦霸证咋退", "unknown"))
    group = f"/editors/unanswered/{key_of('麦霸证咋退')}"
    with taking_nothing(drafts.engine, READ_ONLY):
        page = send(editor, f"{group}/do", group, step="alias", about="geting", phrases="麦霸证")
    assert page.status_code == 422
    assert "没有存上" in page.text
    assert 'value="麦霸证"' in page.text
    assert "麦霸证咋退" in editor.get("/editors/unanswered").text


def test_whatever_else_cannot_be_written_is_a_sentence_too(editor: TestClient, drafts: Drafts) -> None:
    """A link for a department that cannot be kept is no fault of ours, and nobody is given one."""
    with taking_nothing(drafts.engine, READ_ONLY):
        page = send(editor, "/editors/facts/wenlvju/link", "/editors/facts/wenlvju")
    assert page.status_code == 422
    assert "没有存上" in page.text


def test_database_that_is_away_is_a_sentence_too(editor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page of the desk fails without a word when nothing can even be read."""

    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(Drafts, "all", away)
    page = editor.get("/editors/drafts", headers={"accept": "text/html"})
    assert page.status_code == 503
    assert "数据库" in page.text
