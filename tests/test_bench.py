"""`daoban bench`: the systems side by side, over the fictional 示例市."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.bench import report
from assistant.bench.contest import Contestant, Turn, contestants
from assistant.bench.finding import Comparison, Row, compare
from assistant.bench.plot import as_svg
from assistant.bench.questions import Question, read_questions, without_asked
from assistant.cli import commands
from assistant.errors import DaobanError
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.model import load_model
from assistant.settings import ROOT, Settings
from tests.builders import a_guide, a_knowledge

FOOD, TOBACCO = "食品经营许可证", "烟草专卖零售许可证"
QUESTIONS = (
    Question(text="食品证不要了怎么退", expected=(FOOD,)),
    Question(text="卖烟的证怎么销", expected=("卖烟的",), accept={"卖烟的": (TOBACCO,)}),
    Question(text="护照丢了怎么补", mode="none"),
)
WORDS_ALONE = Equipment(None, load_model(encoder=False))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """A food and a tobacco licence with aliases and samples, among the topics of closing for good."""
    food = a_guide(FOOD, aliases=("食品证",), scope=("饭店",), samples=("饭店不开了食品证咋退", "食品证注销要带啥"))
    tobacco = a_guide(TOBACCO, aliases=("烟草证", "卖烟的证"), scope=("香烟",), samples=("不卖烟了烟草证咋退",))
    cancel = m.Act(id="zhuxiao", name="注销", ours=True, words=("怎么退", "咋退", "怎么销", "注销", "不要了"))
    return a_knowledge(guides={"shipin": food, "yancao": tobacco}, acts={"zhuxiao": cancel})


@pytest.fixture(scope="module")
def comparison(knowledge: Knowledge) -> Comparison:
    """One run of every system that needs neither torch nor Rasa."""
    settings = Settings(rasa_python=Path("nowhere"))
    systems = [
        one for one in contestants(settings, WORDS_ALONE) if "没调过" not in one.title and "m3e" not in one.title
    ]
    return compare(knowledge, WORDS_ALONE, QUESTIONS, systems, "测试", lambda _: None)


def test_systems_are_measured_in_processes_of_their_own(comparison: Comparison) -> None:
    """Each finds the plain question, and has its times and its memory."""
    titles = {row.title for row in comparison.rows}
    assert titles == {"智能导办，不用编码器", "BM25，jieba 分词", "BM25，单字和双字", "只用本系统的编码器"}
    for row in comparison.rows:
        assert row.turn.ranked[0][0] == FOOD
        assert 0 < row.turn.p50_ms <= row.turn.p95_ms
        assert row.turn.memory_mb > 10
        assert row.turn.start_s > 0


def test_only_questions_about_one_guide_count_for_its_place(comparison: Comparison) -> None:
    """What is none of ours is asked too, but has no right place; an accepted name is as right as the expected one."""
    assert comparison.ranked == 2
    characters = next(row for row in comparison.rows if "单字" in row.title)
    assert (characters.first, characters.first_three) == (1.0, 1.0)


def test_decisions_are_counted_for_ours_alone(comparison: Comparison) -> None:
    """Every question has one of four outcomes, by mode; plain systems decide nothing."""
    deciding = [row for row in comparison.rows if row.turn.decided]
    assert [row.title for row in deciding] == ["智能导办，不用编码器"]
    counted = comparison.decisions(deciding[0])
    assert sum(counted["one"].values()) == 2
    assert sum(counted["none"].values()) == 1


def test_table_names_every_system_or_says_why_not(comparison: Comparison) -> None:
    """Those who took part have a line of figures; those who did not have a reason."""
    table = report.as_markdown(comparison)
    for row in comparison.rows:
        assert f"| {row.title} | " in table
    assert "- Rasa 的 ResponseSelector：没有 Rasa 的环境，make bench 会装" in table
    assert "- 智能导办：设了 DAOBAN_ENCODER=none" in table


def test_json_has_the_figures_of_the_table(comparison: Comparison) -> None:
    """A program reads the same shares; decisions only where there are any."""
    found = json.loads(report.as_json(comparison))
    assert [one["title"] for one in found["systems"]] == [row.title for row in comparison.rows]
    assert found["ranked"] == 2
    assert [one["title"] for one in found["systems"] if "decisions" in one] == ["智能导办，不用编码器"]


def test_plot_is_a_picture_with_every_system() -> None:
    """Well-formed SVG; bars grow with the share; a title is text, whatever it holds."""

    def row(title: str, first: float) -> Row:
        return Row(title, first, first, Turn((), (), 1.0, 2.0, 0.1, 0.1, 50, 1))

    drawn = ET.fromstring(as_svg(Comparison("测试", QUESTIONS, 2, (row("好", 0.9), row("<差>", 0.3)), ())))
    name = "{http://www.w3.org/2000/svg}"
    assert {"好", "<差>"} <= {text.text for text in drawn.iter(f"{name}text")}
    bars = [float(bar.get("width", "0")) for bar in drawn.iter(f"{name}rect") if bar.get("height") == "22"]
    assert bars[0] == pytest.approx(3 * bars[2], rel=0.02)


def test_sample_that_is_asked_is_not_in_the_knowledge(knowledge: Knowledge) -> None:
    """Each guide gives one sample as a question and keeps the others; a guide without any asks nothing."""
    rest, asked = without_asked(knowledge)
    assert {question.expected[0] for question in asked} == {FOOD, TOBACCO}
    left = {sample for guide in rest.guides.values() for sample in guide.samples}
    assert not left & {question.text for question in asked}
    assert len(left) == 1


def test_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    """A broken line is found by its number."""
    file = tmp_path / "questions.jsonl"
    file.write_text('{"text": "食品证咋退", "expected": ["食品经营许可证"]}\n\n{"text": 1}\n', "utf-8")
    with pytest.raises(DaobanError, match=r"questions\.jsonl 第 3 行"):
        read_questions(file)


def test_expected_guide_that_is_not_there_is_a_fault(knowledge: Knowledge) -> None:
    """A file made for other knowledge is not scored in silence."""
    with pytest.raises(DaobanError, match="没有“采矿许可证”"):
        compare(knowledge, WORDS_ALONE, [Question(text="矿证", expected=("采矿许可证",))], (), "测试", lambda _: None)


def test_system_that_fails_is_left_out_with_its_last_words(knowledge: Knowledge) -> None:
    """One that breaks does not end the run."""
    broken = Contestant("坏的", "assistant.bench.baselines:Encoder", given=ROOT / "nowhere")
    found = compare(knowledge, WORDS_ALONE, QUESTIONS, [broken], "测试", lambda _: None)
    assert found.rows == ()
    ((title, why),) = found.left_out
    assert title == "坏的"
    assert "找不到编码器目录" in why


@pytest.mark.rasa
def test_rasa_answers_the_same_questions(knowledge: Knowledge) -> None:
    """A ResponseSelector trained on the same texts takes its turn."""
    rasa = [one for one in contestants(Settings(), WORDS_ALONE) if "Rasa" in one.title]
    found = compare(knowledge, WORDS_ALONE, QUESTIONS, rasa, "测试", lambda _: None)
    assert found.left_out == ()
    assert found.rows[0].turn.ranked[0][0] == FOOD


def test_command_prints_the_table_and_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`daoban bench finding` on a file of questions, with one system."""
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")
    monkeypatch.setenv("DAOBAN_KNOWLEDGE", str(tmp_path / "knowledge"))
    monkeypatch.setenv("DAOBAN_ENCODER", "none")
    monkeypatch.setenv("DAOBAN_DATA", str(tmp_path / "var"))
    file, plot = tmp_path / "questions.jsonl", tmp_path / "finding.svg"
    file.write_text(json.dumps({"text": "烟草证咋退", "expected": [TOBACCO]}), "utf-8")
    typed = ["bench", "finding", "--questions", str(file), "--plot", str(plot), "--only", "单字"]
    result = CliRunner().invoke(commands, typed, catch_exceptions=False)
    assert "1 个问题（questions.jsonl）" in result.output
    assert "| BM25，单字和双字 | 100.0% | 100.0% |" in result.output
    assert plot.read_text("utf-8").startswith("<svg")
