import dataclasses
from pathlib import Path

import pytest

from assistant.annex import apply, publish
from assistant.errors import DaobanError, KnowledgeError

ROWS = [["事项名称", "部门", "代办层级"], ["食品经营许可证", "市监局", "直接办"]]


def everything(root: Path) -> dict[str, bytes]:
    """All files of a folder with what they hold."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_result_that_fails_the_check_leaves_the_folder_untouched(excel, planned, folder):
    """What would not load is not written, and the finding is shown."""
    good = planned(excel(ROWS))
    old, new = good.texts["catalog.yaml"]
    bad = dataclasses.replace(
        good, texts={**good.texts, "catalog.yaml": (old, new.replace("分级: 窗口直接办", "分级: 乱写"))}
    )
    before = everything(folder)
    with pytest.raises(KnowledgeError, match="一个字也没有动") as told:
        apply(bad)
    assert "乱写" in str(told.value)
    assert everything(folder) == before


def test_file_changed_since_the_preview_stops_the_import(excel, planned, folder):
    """An editor's change in between is not overwritten."""
    done = planned(excel(ROWS))
    path = folder / "catalog.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# 刚加的\n", encoding="utf-8")
    with pytest.raises(DaobanError, match="在预览之后又被改过"):
        apply(done)


def test_failure_while_writing_restores_what_was_written(excel, planned, folder, monkeypatch):
    """A full disk at the second file takes the first one back."""
    done = planned(excel(ROWS))
    before = everything(folder)
    real, calls = publish._put, []

    def failing(path: Path, text: str | None) -> None:
        if path.is_relative_to(folder):
            calls.append(path)
            if len(calls) == 2:
                raise OSError(28, "No space left on device")
        real(path, text)

    monkeypatch.setattr(publish, "_put", failing)
    with pytest.raises(DaobanError, match="已经恢复原样"):
        apply(done)
    assert everything(folder) == before


def test_empty_plan_writes_nothing(excel, planned, folder):
    """Applying a plan without changes is no event."""
    apply(planned(excel(ROWS)))
    before = everything(folder)
    assert apply(planned(excel(ROWS))) == []
    assert everything(folder) == before


def test_windows_line_ends_and_mark_are_kept(excel, planned, folder):
    """A catalogue saved by Notepad (CRLF, BOM) is given back that way."""
    path = folder / "catalog.yaml"
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    apply(planned(excel(ROWS)))
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# ")
    assert after.count(b"\n") == after.count(b"\r\n")
