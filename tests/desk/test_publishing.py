"""From a draft to what is served: checked, by two people, as a whole, as a commit."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.desk.drafts import DraftState
from assistant.desk.journal import Publication, Stage
from assistant.errors import Refused
from assistant.knowledge.load import load
from tests.desk.builders import CATALOG, GUIDE, OTHER, Desk, desk

HOUR = dt.timedelta(hours=1)


def test_published_draft_is_the_file_the_commit_and_a_line_of_the_log(at: Desk) -> None:
    """What was proposed and agreed to is on the disk, in git with both names and the reason, and in the log."""
    draft = at.proposed("老板来办。", "老板本人来办。")
    made = at.publishing.publish(draft.id, version=draft.version, reviewer="li")
    assert "老板本人来办。" in at.text()
    assert at.drafts.find(draft.id).state is DraftState.PUBLISHED
    assert at.git("show", "--stat", "--format=%an|%B", "HEAD").startswith(
        "zhang|窗口说的\n\n写的人：zhang\n审的人：li\n"
    )
    assert at.git("rev-parse", "HEAD").strip() == made.commit
    assert at.git("status", "--porcelain") == ""
    assert [(one.who, one.what, one.about) for one in at.audit.latest()] == [
        ("li", "knowledge_published", str(made.id))
    ]
    assert made.digest == load(at.root, demo=True).digest
    assert at.drafts.open(GUIDE).version == 0


def test_writer_cannot_publish_what_they_wrote(at: Desk) -> None:
    """Four eyes: neither the first nor a later writer agrees to it, and nothing that was not proposed is published."""
    first = at.begun("老板来办。", "本人来办。")
    with pytest.raises(Refused, match="要先提交"):
        at.publishing.publish(first.id, version=first.version, reviewer="li")
    both = at.drafts.save(GUIDE, first.text + "# 看过\n", who="wang", version=first.version)
    ready = at.drafts.propose(both.id, version=both.version, reason="改对")
    for writer in ("zhang", "wang"):
        with pytest.raises(Refused, match="另一个人"):
            at.publishing.approve(ready.id, version=ready.version, reviewer=writer)
    assert at.publishing.approve(ready.id, version=ready.version, reviewer="li")


def test_without_four_eyes_one_person_publishes(tmp_path: Path) -> None:
    """Where the setting is off, who wrote it publishes it, proposed or not."""
    alone = desk(tmp_path / "knowledge", tmp_path / "desk.db", four_eyes=False)
    draft = alone.begun("老板来办。", "本人来办。")
    assert alone.publishing.publish(draft.id, version=draft.version, reviewer="zhang").stage is Stage.DONE


def test_draft_changed_after_it_was_read_is_not_published(at: Desk) -> None:
    """The reviewer agrees to what they saw, and to nothing else."""
    draft = at.proposed("老板来办。", "本人来办。")
    at.drafts.save(GUIDE, draft.text + "# 后来添的\n", who="wang", version=draft.version)
    with pytest.raises(Refused):
        at.publishing.publish(draft.id, version=draft.version, reviewer="li")
    assert "老板来办。" in at.text()


def test_faulty_draft_changes_nothing_and_says_the_line(at: Desk) -> None:
    """What the check refuses reaches neither the folder nor git."""
    draft = at.proposed("老板来办。", "本人来办。")
    (at.root / CATALOG).write_text(at.text(CATALOG).replace("名称: 歌厅许可", "名称: 别的许可"), "utf-8")
    with pytest.raises(Refused, match=r"guides/geting.yaml:1:1 名称：和目录里的名称"):
        at.publishing.publish(draft.id, version=draft.version, reviewer="li")
    assert "老板来办。" in at.text()
    assert at.publishing.journal.all() == []


def test_drafts_that_belong_together_are_published_together(at: Desk) -> None:
    """A new entry and its guide pass only together, and are one commit."""
    one = at.begun("其他指南:\n", "其他指南:\n  - {编号: xin, 名称: 新的}\n", CATALOG, bundle="new")
    guide = at.text(OTHER).replace("网吧许可", "新的").replace("别名: [网吧证]\n", "")
    at.drafts.save("guides/xin.yaml", guide, who="zhang", bundle="new")
    assert at.drafts.faults_of({CATALOG: one.text})
    ready = at.drafts.propose(one.id, version=one.version, reason="新添一份")
    beside = at.drafts.beside(ready)
    made = at.publishing.publish(ready.id, version=ready.version, beside=beside, reviewer="li")
    assert set(made.files) == {CATALOG, "guides/xin.yaml"}
    assert load(at.root, demo=True).guides["xin"].name == "新的"
    assert at.git("show", "--name-only", "--format=", "HEAD").split() == [CATALOG, "guides/xin.yaml"]


def test_what_was_published_meanwhile_elsewhere_in_the_file_stays(at: Desk) -> None:
    """A file that git pull or an editor on the server changed keeps that change; the same line twice is refused."""
    draft = at.proposed("老板来办。", "本人来办。")
    (at.root / GUIDE).write_text(at.text().replace("一句话: 歌厅不干了。", "一句话: 歌厅关门了。"), "utf-8")
    assert at.drafts.behind(draft)
    at.publishing.publish(draft.id, version=draft.version, reviewer="li")
    assert "歌厅关门了。" in at.text()
    assert "本人来办。" in at.text()
    again = at.proposed("本人来办。", "经营者来办。")
    (at.root / GUIDE).write_text(at.text().replace("本人来办。", "店主来办。"), "utf-8")
    with pytest.raises(Refused, match="后来又改过"):
        at.publishing.publish(again.id, version=again.version, reviewer="li")
    assert "店主来办。" in at.text()


def test_two_publications_at_once_are_one_after_the_other(at: Desk) -> None:
    """Two reviewers press at the same moment: both changes are there, each a commit of its own."""
    drafts = [at.proposed("老板来办。", "本人来办。"), at.proposed("网吧不干了。", "网吧关门了。", OTHER)]

    def press(number: int) -> Publication:
        draft = drafts[number]
        return at.publishing.publish(draft.id, version=draft.version, reviewer="li")

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(press, (0, 1)))
    assert len({one.commit for one in made}) == 2
    assert "本人来办。" in at.text()
    assert "网吧关门了。" in at.text(OTHER)
    assert at.git("status", "--porcelain") == ""


def test_same_draft_pressed_twice_is_published_once(at: Desk) -> None:
    """The second of two presses is told that it is not what it was."""
    draft = at.proposed("老板来办。", "本人来办。")

    def press(_: int) -> str:
        try:
            return at.publishing.publish(draft.id, version=draft.version, reviewer="li").stage
        except Refused:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, (0, 1))) == ["done", "refused"]
    assert len(at.publishing.journal.all()) == 1


def test_agreed_draft_waits_for_its_moment_and_goes_when_its_time_is_over(at: Desk) -> None:
    """Valid from and until: published at the first look after the one, taken back at the first after the other."""
    begins, ends = at.clock() + HOUR, at.clock() + 3 * HOUR
    draft = at.proposed("老板来办。", "本人来办。", publish_at=begins, until=ends)
    assert at.publishing.approve(draft.id, version=draft.version, reviewer="li") is None
    assert at.publishing.due(at.clock()) == []
    at.clock.at = begins
    (made,) = at.publishing.due(at.clock())
    assert "本人来办。" in at.text()
    assert made.reviewer == "li"
    at.clock.at = ends
    (back,) = at.publishing.due(at.clock())
    assert back.undoes == made.id
    assert "老板来办。" in at.text()
    assert at.publishing.due(at.clock() + HOUR) == []


def test_change_whose_time_is_over_before_anybody_agrees_is_not_put_out(at: Desk) -> None:
    """Agreed to too late, or nobody's service ran at its moment: it does not flash up and go, and whoever wrote it is told why."""
    late = at.proposed("老板来办。", "本人来办。", until=at.clock() + HOUR)
    missed = at.proposed(
        "网吧不干了。", "网吧关门了。", OTHER, publish_at=at.clock() + HOUR, until=at.clock() + 2 * HOUR
    )
    at.publishing.approve(missed.id, version=missed.version, reviewer="li")
    at.clock.at += 3 * HOUR
    with pytest.raises(Refused, match="已经过了"):
        at.publishing.approve(late.id, version=late.version, reviewer="li")
    assert at.publishing.due(at.clock()) == []
    assert at.publishing.journal.all() == []
    assert "已经过了" in (at.drafts.find(missed.id).refusal or "")


def test_what_belongs_together_waits_as_it_was_agreed_to(at: Desk) -> None:
    """Nobody has seen what one of them became after the word: at the moment nothing goes out, and both come back."""
    one = at.begun("老板来办。", "本人来办。", bundle="two")
    at.begun("网吧不干了", "网吧关门了", OTHER, bundle="two")
    ready = at.drafts.propose(one.id, version=one.version, reason="一起", publish_at=at.clock() + HOUR)
    beside = at.drafts.beside(ready)
    at.publishing.approve(ready.id, version=ready.version, beside=beside, reviewer="li")
    other = at.drafts.open(OTHER)
    assert other.state is DraftState.APPROVED
    at.drafts.save(OTHER, other.text + "# 没人看过\n", who="zhang", version=other.version)
    assert at.publishing.due(at.clock() + 2 * HOUR) == []
    assert "老板来办。" in at.text()
    assert "又改过" in (at.drafts.find(one.id).refusal or "")


@pytest.mark.parametrize("four_eyes", [True, False])
@pytest.mark.parametrize("later", [None, HOUR])
@pytest.mark.parametrize("then", ["changed", "let go", "joined"])
def test_what_belongs_together_is_agreed_to_as_it_was_seen(
    tmp_path: Path, then: str, later: dt.timedelta | None, *, four_eyes: bool
) -> None:
    """Another of the same change was changed, let go or added after the page was opened: not published, now or later."""
    at = desk(tmp_path / "knowledge", tmp_path / "desk.db", four_eyes=four_eyes)
    seen = at.begun("老板来办。", "本人来办。", bundle="two")
    other = at.begun("网吧不干了", "网吧关门了", OTHER, bundle="two")
    seen = at.drafts.propose(seen.id, version=seen.version, reason="一起", publish_at=later and at.clock() + later)
    beside = at.drafts.beside(seen)
    other = at.drafts.find(other.id)
    if then == "changed":
        other = at.drafts.save(OTHER, other.text + "# 没人看过\n", who="zhang", version=other.version)
        at.drafts.propose(other.id, version=other.version, reason="一起", publish_at=seen.publish_at)
        seen = at.drafts.find(seen.id)
    elif then == "let go":
        at.drafts.withdraw(other.id, version=other.version)
    else:
        at.begun("小县专窗", "小县一号窗", CATALOG, bundle="two")
    for act in (at.publishing.approve, at.publishing.publish):
        with pytest.raises(Refused):
            act(seen.id, version=seen.version, beside=beside, reviewer="li")
    assert "老板来办。" in at.text()
    assert at.drafts.find(seen.id).state is DraftState.PROPOSED
    if then != "joined":
        assert at.publishing.publish(seen.id, version=seen.version, beside=at.drafts.beside(seen), reviewer="li")


def test_closed_draft_publishes_nothing_of_those_it_belonged_to(at: Desk) -> None:
    """Who agrees to a page that was left open long ago does not put out what has become of the rest."""
    gone = at.begun("老板来办。", "本人来办。", bundle="two")
    at.begun("网吧不干了", "网吧关门了", OTHER, bundle="two")
    at.drafts.propose(gone.id, version=gone.version, reason="一起")
    gone = at.drafts.withdraw(gone.id, version=gone.version + 1)
    with pytest.raises(Refused, match="撤回"):
        at.publishing.publish(gone.id, version=gone.version, beside=at.drafts.beside(gone), reviewer="li")
    assert "网吧不干了" in at.text(OTHER)


def test_agreed_draft_whose_companion_is_let_go_is_looked_at_again(at: Desk) -> None:
    """Half of what was agreed to does not go out by itself at the moment that was set for the whole."""
    one = at.begun("老板来办。", "本人来办。", bundle="two")
    at.begun("网吧不干了", "网吧关门了", OTHER, bundle="two")
    ready = at.drafts.propose(one.id, version=one.version, reason="一起", publish_at=at.clock() + HOUR)
    at.publishing.approve(ready.id, version=ready.version, beside=at.drafts.beside(ready), reviewer="li")
    other = at.drafts.open(OTHER)
    at.drafts.withdraw(other.id, version=other.version)
    assert at.publishing.due(at.clock() + 2 * HOUR) == []
    assert "老板来办。" in at.text()
    assert at.drafts.find(one.id).state is DraftState.PROPOSED


def test_agreed_draft_that_does_not_fit_any_more_is_given_back(at: Desk) -> None:
    """What was fit when it was agreed to and is not when its moment comes is refused with the reason, once."""
    draft = at.proposed("老板来办。", "本人来办。", publish_at=at.clock() + HOUR)
    at.publishing.approve(draft.id, version=draft.version, reviewer="li")
    (at.root / GUIDE).write_text(at.text().replace("老板来办。", "店主来办。"), "utf-8")
    assert at.publishing.due(at.clock() + 2 * HOUR) == []
    refused = at.drafts.find(draft.id)
    assert refused.state is DraftState.REFUSED
    assert "后来又改过" in (refused.refusal or "")


def test_folder_within_a_repository_is_committed_there_and_nothing_else_is(tmp_path: Path) -> None:
    """The product's own repository holds the knowledge: what somebody staged beside it stays staged."""
    made = desk(tmp_path / "product" / "knowledge", tmp_path / "desk.db")
    product = tmp_path / "product"
    (product / "code.py").write_text("1\n")
    for words in ("init -q", "config user.email a@example.invalid", "config user.name a", "add .", "commit -qm one"):
        subprocess.run(["git", *words.split()], cwd=product, check=True)
    (product / "code.py").write_text("2\n")
    subprocess.run(["git", "add", "code.py"], cwd=product, check=True)
    made.published("老板来办。", "本人来办。")
    assert made.git("show", "--name-only", "--format=", "HEAD").split() == [f"knowledge/{GUIDE}"]
    assert made.git("status", "--porcelain") == "M  code.py\n"
    assert not (made.root / ".git").exists()


def test_folder_that_its_repository_ignores_gets_one_of_its_own(tmp_path: Path) -> None:
    """Data folders are usually ignored: their history is kept within them."""
    product = tmp_path / "product"
    made = desk(product / "var" / "knowledge", tmp_path / "desk.db")
    (product / ".gitignore").write_text("/var/\n")
    subprocess.run(["git", "init", "-q"], cwd=product, check=True)
    made.published("老板来办。", "本人来办。")
    assert (made.root / ".git").is_dir()
    shutil.rmtree(made.root / ".git")
