"""A new guide stands in the catalogue with its first proposal: complete in one step, and in nobody's way before."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.editors.preview import preview
from assistant.desk.draft import Draft, DraftState
from assistant.desk.drafts import Drafts
from assistant.desk.listing import let_go, must_be_listed, with_entry
from assistant.errors import Refused
from assistant.knowledge.load import load
from tests.desk.builders import CATALOG, OTHER, Desk
from tests.desk.pages import send

NEW = "guides/maiba.yaml"


def text_of_new(drafts: Drafts) -> str:
    """A guide that would do, of which the catalogue knows nothing."""
    text = drafts.open(OTHER).text.replace("网吧许可", "麦霸许可").replace("网吧证", "麦霸证")
    return text + "维护部门: 文旅局\n"


def begun(at: Desk, *, who: str = "zhang") -> Draft:
    """The same as a draft."""
    return at.drafts.save(NEW, text_of_new(at.drafts), who=who)


def proposed(at: Desk, draft: Draft, *, who: str = "zhang") -> Draft:
    """The draft with what it wants beside it, waiting for its reviewer."""
    also = with_entry(at.drafts, draft, who)
    return at.drafts.propose(draft.id, version=draft.version, reason="有人问", also=also, who=who)


def test_proposal_brings_the_entry_and_both_go_out_together(at: Desk) -> None:
    """One line more at the end of the other guides, with the department that keeps the guide; then it is served."""
    before = at.text(CATALOG)
    draft = proposed(at, begun(at))
    entry = next(one for one in at.drafts.together(draft) if one.path == CATALOG)
    assert (entry.state, entry.hands) == (DraftState.PROPOSED, ("zhang",))
    line = '  - {编号: maiba, 名称: 麦霸许可, 热线: "12345", 部门: wenlvju}\n'
    assert entry.text == before.replace("税务注销, 部门: wenlvju}\n", f"税务注销, 部门: wenlvju}}\n{line}")
    at.publishing.publish(draft.id, version=draft.version, beside=at.drafts.beside(draft), reviewer="li")
    assert line in at.text(CATALOG)
    assert at.drafts.all() == []


def test_faulty_guide_brings_no_entry(at: Desk) -> None:
    """Refused, and the catalogue has no draft that would be in somebody's way."""
    draft = at.drafts.save(NEW, text_of_new(at.drafts).replace("[许可法]", "[没有的法]"), who="zhang")
    with pytest.raises(Refused, match="没有的法"):
        proposed(at, draft)
    assert [one.path for one in at.drafts.all()] == [NEW]


def test_draft_of_the_catalogue_by_others_is_not_proposed_with_it(at: Desk) -> None:
    """What somebody else is writing there, or what waits there for its moment, comes first; one's own goes along."""
    draft = begun(at)
    window = at.begun("小县专窗", "小县一号窗", CATALOG, who="wang")
    with pytest.raises(Refused, match=r"目录有wang的草稿（2 号，正在写）"):
        proposed(at, draft)
    own = at.drafts.withdraw(window.id, version=window.version)
    assert own.state is DraftState.WITHDRAWN
    at.begun("小县专窗", "小县一号窗", CATALOG, who="zhang")
    together = at.drafts.together(proposed(at, draft))
    assert {one.path for one in together} == {NEW, CATALOG}
    assert all("小县一号窗" in one.text and "maiba" in one.text for one in together if one.path == CATALOG)


def test_guide_proposed_again_brings_no_second_entry(at: Desk) -> None:
    """Given back and mended, it finds its entry where it left it."""
    first = proposed(at, begun(at))
    back = at.drafts.refuse(first.id, version=first.version, reviewer="li", reason="再改改")
    mended = at.drafts.save(NEW, back.text.replace("网吧不干了。", "麦霸不干了。"), who="zhang", version=back.version)
    again = proposed(at, mended)
    assert at.drafts.open(CATALOG).text.count("maiba") == 1
    assert [one.state for one in at.drafts.together(again)] == [DraftState.PROPOSED] * 2


def test_guide_that_nobody_has_proposed_does_not_go_out_without_its_entry(at: Desk) -> None:
    """Where one person may publish alone, the sentence says what is missing and who writes it; proposed, it is there."""
    draft = begun(at)
    with pytest.raises(Refused, match="先交审，目录里会自己添上"):
        must_be_listed(at.drafts, draft)
    must_be_listed(at.drafts, proposed(at, draft))


def test_guide_that_is_let_go_takes_its_entry_along(at: Desk) -> None:
    """Nothing is left that would keep others from changing the catalogue; what else was written there stays."""
    draft = proposed(at, begun(at))
    let_go(at.drafts, draft, version=draft.version, who="zhang")
    assert at.drafts.all() == []
    own = at.begun("小县专窗", "小县一号窗", CATALOG)
    draft = proposed(at, begun(at))
    let_go(at.drafts, draft, version=draft.version, who="zhang")
    (left,) = at.drafts.all()
    assert (left.id, left.text) == (own.id, own.text)
    at.drafts.propose(left.id, version=left.version, reason="换了名字")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (NEW, "发布: false\n"),
        (OTHER, "# 目录里有它\n"),
        (NEW, "- 名称\n"),
    ],
)
def test_guide_that_is_listed_or_not_to_be_served_wants_no_entry(at: Desk, path: str, text: str) -> None:
    """Nor does a file that cannot be read: its own fault is told."""
    draft = at.drafts.save(path, text_of_new(at.drafts) + text, who="zhang", base=at.drafts.open(path).base_digest)
    assert with_entry(at.drafts, draft, "zhang") is None


def test_editor_checks_and_proposes_a_new_guide_on_its_page(editor: TestClient, drafts: Drafts) -> None:
    """The check has no fault to find for want of an entry, the card is shown, the impact too, and the review has both files."""
    text = text_of_new(drafts)
    checked = send(editor, f"/editors/edit/{NEW}", text=text, do="check").text
    assert "检查过了，没有错。" in checked
    assert "目录里没有" not in checked
    seen = preview(load(drafts.folder, demo=True), NEW, text)
    assert seen is not None
    assert seen.card is not None
    send(editor, f"/editors/edit/{NEW}", text=text, do="save")
    impact = editor.get("/editors/drafts/1/impact").text
    assert "指南“麦霸许可”" in impact
    assert "目录里没有" not in impact
    sent = send(editor, f"/editors/edit/{NEW}", text=text, reason="有人问", do="propose")
    assert sent.headers["location"] == "/editors/drafts/1"
    assert {one.path for one in drafts.all([DraftState.PROPOSED])} == {NEW, CATALOG}
