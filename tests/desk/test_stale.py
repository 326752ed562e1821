"""Facts that ask to be checked: which do and why, who has to be written to, and how much is known over time."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from assistant.cli import commands
from assistant.desk.coverage_history import over_time
from assistant.desk.fact_checks import FactChecks, Verdict
from assistant.desk.fact_letter import words
from assistant.desk.facts import Fact, of_department
from assistant.desk.rounds import Rounds
from assistant.desk.stale import ASKED, DUE, NEVER, OLD, asking, offices, reason
from assistant.knowledge import model as m
from assistant.knowledge.load import load
from assistant.render.coverage_plot import Point, as_svg
from assistant.render.fact_letter import TEMPLATE
from assistant.settings import ROOT
from assistant.staff.roles import Role
from tests.builders import a_guide, a_knowledge, a_material, an_item
from tests.desk.asked import asked
from tests.desk.builders import CATALOG, GUIDE, Desk
from tests.desk.pages import editors_app, send
from tests.staff.builders import at_work

TODAY = dt.date(2026, 11, 22)
HALF_A_YEAR = dt.timedelta(days=180)


def a_fact(state: m.State, checked_on: dt.date | None = None, section: str = "谁来办") -> Fact:
    """A fact of a guide."""
    return Fact(
        "guides/shipin.yaml", (section, "0"), "shipin", "食品经营许可证", section, "本人来。", state, checked_on
    )


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (a_fact(m.State.OPEN), NEVER),
        (a_fact(m.State.CONFIRMED, TODAY - HALF_A_YEAR), ""),
        (a_fact(m.State.CONFIRMED, TODAY - HALF_A_YEAR - dt.timedelta(days=1)), OLD),
        (a_fact(m.State.CONFIRMED), OLD),
        (a_fact(m.State.SOURCED, dt.date(2020, 1, 1)), ""),
        (a_fact(m.State.OPEN, section="待确认"), ASKED),
    ],
)
def test_fact_asks_when_nobody_confirmed_it_or_long_ago(fact: Fact, why: str) -> None:
    """Half a year to the day still holds; what a law says asks nobody."""
    assert reason(fact, a_guide("食品经营许可证", review_by=TODAY), TODAY) == why


def test_guide_that_is_due_asks_for_all_of_it() -> None:
    """The day after its last day; on the day itself not yet."""
    fact = a_fact(m.State.SOURCED)
    guide = a_guide("食品经营许可证", review_by=TODAY)
    assert reason(fact, guide, TODAY) == ""
    assert reason(fact, guide, TODAY + dt.timedelta(days=1)) == DUE


def test_material_says_when_it_was_checked_by_what_it_cites() -> None:
    """A material has no day of its own: the day of the department's word counts, and it grows old."""
    word = m.Source(id="市监局核实", title="市监局核实回复", checked_on=TODAY)
    paper = a_material("许可证", sources=("市监局核实",), state=m.State.CONFIRMED)
    known = a_knowledge(
        an_item("shipin", "食品经营许可证"),
        guides={"shipin": a_guide("食品经营许可证", paper)},
        sources={"市监局核实": word},
    )
    (fact,) = [one for one in of_department(known, "shijianju") if one.label == "材料"]
    assert fact.checked_on == TODAY
    assert fact not in [one.fact for one in asking(known, "shijianju", TODAY)]
    assert fact in [one.fact for one in asking(known, "shijianju", TODAY + HALF_A_YEAR + dt.timedelta(days=1))]


def test_department_is_written_to_until_it_was_asked(at: Desk) -> None:
    """It asks by itself; a link ends that until the link does; answers that wait are counted."""
    moment = at.clock.at
    checks, known = FactChecks(at.engine), load(at.root)
    (office,) = offices(known, at.engine, TODAY)
    assert office.to_write_to
    assert {one.fact.label for one in office.asking} == {"地址", "办公时间", "电话"}
    key = checks.make("wenlvju", "zhang")
    checks.answer(key, office.asking[0].fact, Verdict.UNKNOWN, "", "审批科")
    (office,) = offices(known, at.engine, TODAY)
    assert (office.to_write_to, office.waiting) == (False, 1)
    checks.take_back("wenlvju")
    (office,) = offices(known, at.engine, TODAY)
    assert office.to_write_to
    assert moment == at.clock.at


def test_round_begins_once_in_a_period_and_waits_for_an_editor(at: Desk) -> None:
    """By itself, with what asks that day; not again before its days are over, whoever sent the letter; 0 days: never."""
    rounds, known = Rounds(at.engine, at.clock), load(at.root)
    assert rounds.begin(known, 0, TODAY) == []
    assert rounds.begin(known, 90, TODAY) == ["wenlvju"]
    assert rounds.begin(known, 90, TODAY) == []
    (one,) = rounds.due().values()
    assert (one.day, len(one.facts)) == (TODAY, 3)
    rounds.sent("wenlvju", "zhang")
    assert rounds.due() == {}
    assert rounds.begin(known, 90, TODAY + dt.timedelta(days=89)) == []
    assert rounds.begin(known, 90, TODAY + dt.timedelta(days=90)) == ["wenlvju"]
    assert rounds.due()["wenlvju"].day == TODAY + dt.timedelta(days=90)


def test_round_leaves_alone_who_was_asked_or_has_nothing_stale(at: Desk) -> None:
    """A link that is out is a letter that is out; what was confirmed since is no longer left."""
    rounds, known = Rounds(at.engine), load(at.root)
    checks = FactChecks(at.engine)
    checks.make("wenlvju", "zhang")
    assert rounds.begin(known, 90, TODAY) == []
    checks.take_back("wenlvju")
    assert rounds.begin(known, 90, TODAY) == ["wenlvju"]
    (office,) = offices(known, at.engine, TODAY)
    (one,) = rounds.due().values()
    assert one.left(office) == 3
    assert one.left(replace(office, asking=office.asking[:1])) == 1
    confirmed = at.text(CATALOG).replace(
        "办公时间: 周一到周五, 状态: 待核",
        "地址: 大街1号, 电话: 000-0000-0009, 办公时间: 周一到周五, 依据: [许可法], 状态: 已核, 核对日期: 2026-11-20",
    )
    (at.root / CATALOG).write_text(confirmed, encoding="utf-8")
    assert rounds.begin(load(at.root), 1, TODAY + dt.timedelta(days=1)) == []
    assert rounds.due() == {}


def test_two_processes_begin_one_round(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is second finds it there, though it had not looked yet when the first one wrote."""
    rounds, known = Rounds(at.engine), load(at.root)
    assert rounds.begin(known, 90, TODAY) == ["wenlvju"]
    monkeypatch.setattr(Rounds, "last", lambda _: {})
    assert rounds.begin(known, 90, TODAY) == []


def test_desk_says_who_is_due_with_the_letter_one_press_away(tmp_path: Path) -> None:
    """At the start of the service, before anybody asked; the press makes the link, and then nobody is due."""
    app = editors_app(tmp_path)
    client = at_work(app, Role.EDITOR)
    assert "个部门该核对了" not in client.get("/editors/facts").text
    with TestClient(app):
        rounds = Rounds(app.state.service.checklists.engine)
        until = time.monotonic() + 20
        while not rounds.due() and time.monotonic() < until:
            time.sleep(0.05)
    page = client.get("/editors/facts").text
    assert "1 个部门该核对了" in page
    assert '<span class="sr">，该核对的 </span>1</em>' in page
    made = send(client, "/editors/facts/wenlvju/link", "/editors/facts")
    assert "下载核对函" in made.text
    assert "/f/" in made.text
    assert "个部门该核对了" not in client.get("/editors/facts").text


def test_letter_lists_what_asks_by_guide(at: Desk) -> None:
    """Each guide or window once, with how many facts and which; the rest of many is said to be there."""
    many = "".join(f"  - {{内容: 第{n}样。, 依据: [通行做法], 状态: 待核}}\n" for n in range(12))
    (at.root / GUIDE).write_text(at.text().replace("材料:", f"什么时候必须办:\n{many}材料:"), encoding="utf-8")
    (office,) = offices(load(at.root), at.engine, TODAY)
    told = words(office, "https://example.invalid/f/x", TODAY, TODAY + dt.timedelta(days=30))
    assert (told["件数"], told["截止"]) == (15, "2026年12月22日")
    rows = {row["名称"]: (row["几条"], row["哪些"]) for row in told["要核的"]}
    assert rows["小县专窗"] == (3, "地址；办公时间；电话")
    assert rows["歌厅许可"][0] == 12
    assert rows["歌厅许可"][1].endswith("第 8 条等")


def test_coverage_over_time_is_read_from_the_publications(at: Desk) -> None:
    """Each day as its last publication left it, a commit counted once, a few at a time; today as it is served."""
    at.published("状态: 有出处}\n材料", "状态: 待核}\n材料")
    served = load(at.root)
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    tomorrow = today + dt.timedelta(days=1)
    (now,) = over_time(at.root, served, at.engine, today)
    assert now.on == today
    assert len(over_time(at.root, served, at.engine, tomorrow, at_once=0)) == 1
    published, then = over_time(at.root, served, at.engine, tomorrow)
    assert (published.on, then.on) == (today, tomorrow)
    assert (published.sourced, published.open) == (then.sourced, then.open)
    at.published("状态: 待核}\n材料", "状态: 有出处}\n材料")
    better, _ = over_time(at.root, served, at.engine, tomorrow)
    assert (better.sourced, better.total) == (published.sourced + 1, published.total)
    assert over_time(at.root, served, at.engine, tomorrow, at_once=0)[0] == better


def test_picture_shows_the_shares_of_each_day() -> None:
    """Three bands that fill the height together: the first as high as what is 已核, the last up to the top."""
    start = dt.date(2026, 11, 1)
    points = [Point(start, 0, 50, 50), Point(start + dt.timedelta(days=20), 25, 50, 25)]
    picture = as_svg(points)
    bands = [re.findall(r"[\d.]+,([\d.]+)", one) for one in re.findall(r'polygon points="([^"]+)"', picture)]
    bottom, top = 266.0, 34.0
    assert [float(y) for y in bands[0]] == [bottom, bottom - 0.25 * (bottom - top), bottom, bottom]
    assert [float(y) for y in bands[2]][:2] == [top, top]
    assert "2026-11-01 到 2026-11-21" in picture
    assert "polygon" in as_svg(points[:1])
    assert "还没有数" in as_svg([])


def test_plot_stands_beside_a_table_that_says_the_same(tmp_path: Path) -> None:
    """Whoever cannot see the picture has its title and, for each day of it, a row with the figures."""
    app = editors_app(tmp_path)
    page = at_work(app, Role.EDITOR).get("/editors/coverage").text
    (picture,) = re.findall(r'<svg[^>]*role="img" aria-label="([^"]+)"', page)
    (today,) = over_time(
        app.state.service.settings.knowledge,
        app.state.service.knowledge,
        app.state.service.checklists.engine,
        dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date(),
    )
    assert str(today.on) in picture
    (row,) = re.findall(r'<tr><th scope="row">(.*?)</tr>', page)
    figures = [re.sub("<[^>]+>", "", cell) for cell in row.split("</th>")[1].split("</td>") if cell]
    assert figures == [*map(str, (today.confirmed, today.sourced, today.open)), f"{today.covered:.0%}"]


def test_commands_list_what_asks_and_write_the_letter(
    at: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the pages do, on the command line: who is to be asked, a link that works, the letter, the laws, the questions."""
    forms = at.root / "forms"
    forms.mkdir()
    (forms / TEMPLATE).write_bytes((ROOT / "knowledge" / "forms" / TEMPLATE).read_bytes())
    told = {"KNOWLEDGE": at.root, "DATA": tmp_path / "data", "DATABASE": at.engine.url, "ENCODER": "none"}
    for name, value in told.items():
        monkeypatch.setenv(f"DAOBAN_{name}", str(value))

    def typed(*words: object) -> str:
        result = CliRunner().invoke(commands, [str(word) for word in words])
        assert result.exit_code == 0, result.output
        return result.output

    assert "文旅局  要核 3，共 " in typed("factcheck", "list")
    assert "小县专窗  地址（还没核过）：没写" in typed("factcheck", "list", "wenlvju")
    out = typed("factcheck", "link", "文旅局", "--address", "https://example.invalid", "--letter", tmp_path / "a.docx")
    found = re.search(r"^https://example\.invalid/f/(\S+)$", out, re.M)
    assert found
    assert FactChecks(at.engine).open(found[1]).department == "wenlvju"
    assert (tmp_path / "a.docx").read_bytes().startswith(b"PK")
    assert "没有引着废止的" in typed("factcheck", "laws")
    asked(at.engine, ("麦霸证咋退", "unknown"))
    assert "1  麦霸证咋退（没听懂 1）" in typed("unanswered")
    typed("unanswered", "--out", tmp_path / "a.csv")
    assert "麦霸证咋退" in (tmp_path / "a.csv").read_text("utf-8-sig")
    assert CliRunner().invoke(commands, ["factcheck", "link", "meiyou", "--address", "x"]).exit_code != 0
