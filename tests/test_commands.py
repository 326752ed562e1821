"""The commands of `daoban`, as somebody types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from assistant.cli import commands, main
from assistant.knowledge.load import load
from assistant.settings import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the knowledge that the commands work on, without an encoder."""
    copy = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", copy)
    monkeypatch.setenv("DAOBAN_KNOWLEDGE", str(copy))
    monkeypatch.setenv("DAOBAN_ENCODER", "none")
    monkeypatch.setenv("DAOBAN_DATA", str(tmp_path / "var"))
    return copy


def typed(*arguments: str) -> Result:
    """The result of one command, which must not have failed on its own account."""
    result = CliRunner().invoke(commands, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_ask_answers_in_the_terminal(folder: Path) -> None:
    """A question in everyday words is answered with its guide."""
    assert "【烟草专卖零售许可证】" in typed("ask", "烟草证不干了咋退").output


def test_explain_gives_the_reason(folder: Path) -> None:
    """The explanation names the verdict and what led to it."""
    assert json.loads(typed("explain", "烟草证不干了咋退").output)["verdict"] == "answer"


def test_check_passes_and_counts_coverage(folder: Path) -> None:
    """The shipped knowledge has no errors; the coverage has its three columns."""
    result = typed("check", "--coverage")
    assert result.exit_code == 0
    assert all(column in result.output for column in ("已核", "有出处", "待核"))


def test_check_names_the_place_of_a_mistake(folder: Path) -> None:
    """A broken file ends the check with its file and line."""
    (folder / "guides" / "qushui-xuke.yaml").write_text("名称：取水许可证\n", "utf-8")
    result = typed("check")
    assert result.exit_code == 1
    assert "guides/qushui-xuke.yaml:1:" in result.output


def test_eval_scores_a_file_of_questions(folder: Path, tmp_path: Path) -> None:
    """Labelled questions are scored; a broken line is named."""
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"text": "烟草证咋退", "expected": ["烟草专卖零售许可证"], "mode": "one"}), "utf-8")
    assert "100.0%" in typed("eval", str(file)).output
    file.write_text("{broken\n", "utf-8")
    assert "第 1 行" in str(CliRunner().invoke(commands, ["eval", str(file)]).exception)


def test_new_guide_writes_a_skeleton(folder: Path) -> None:
    """A new guide's file is there, with its name."""
    typed("new-guide", "ceshi-xuke", "测试许可证")
    assert "测试许可证" in (folder / "guides" / "ceshi-xuke.yaml").read_text("utf-8")


def test_import_shows_first_and_writes_only_when_told(folder: Path, tmp_path: Path) -> None:
    """A tiered list in Word is shown as changes, written with --yes, and changes nothing the second time."""
    annex = tmp_path / "附件二.docx"
    document = docx.Document()
    document.add_paragraph("大兴安岭地区代办注销分级清单")
    table = document.add_table(rows=1, cols=4)
    for cell, text in zip(table.rows[0].cells, ("序号", "事项名称", "代办层级", "承诺时限"), strict=True):
        cell.text = text
    for cell, text in zip(table.add_row().cells, ("１", "食品经营许可证", "窗口直接办", "１个工作日"), strict=True):
        cell.text = text
    document.save(str(annex))
    before = (folder / "catalog.yaml").read_bytes()
    assert "还没有写" in typed("import", str(annex)).output
    assert (folder / "catalog.yaml").read_bytes() == before
    assert "写好了" in typed("import", str(annex), "--yes").output
    rule = load(folder).rule_for("mohe", "shipin-jingying-xuke")
    assert rule is not None
    assert rule.tier == "窗口直接办"
    assert "没有要改的" in typed("import", str(annex), "--yes").output


def test_export_writes_word_and_excel(folder: Path, tmp_path: Path) -> None:
    """Both files are written."""
    word, excel = tmp_path / "清单.docx", tmp_path / "清单.xlsx"
    typed("export", "--word", str(word), "--excel", str(excel))
    assert word.stat().st_size > 10_000
    assert excel.stat().st_size > 10_000


def test_database_that_is_away_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, but what is wrong; and the command has failed."""
    monkeypatch.setenv("DAOBAN_DATABASE", "postgresql+psycopg://daoban@127.0.0.1:1/nowhere")
    monkeypatch.setattr("sys.argv", ["daoban", "messages"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("数据库连不上")
