"""A change told in words."""

from __future__ import annotations

import pytest

from assistant.desk.difference import difference, lines
from tests.knowledge.conftest import FILES

GUIDE = FILES["guides/geting.yaml"]


def told(before: str | None, after: str | None) -> list[str]:
    """The sentences of a change."""
    return [str(one) for one in difference(before, after, "guides/geting.yaml")]


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("一句话: 歌厅不干了。", "一句话: 歌厅关门了。", ["一句话：原来“歌厅不干了。”，现在“歌厅关门了。”"]),
        ("[歌厅证, 唱歌的证]", "[歌厅证, KTV证]", ["别名：去掉“唱歌的证”", "别名：添上“KTV证”"]),
        ("[歌厅证, 唱歌的证]", "[唱歌的证, 歌厅证]", ["别名 的先后：原来“歌厅证、唱歌的证”，现在“唱歌的证、歌厅证”"]),
        ("状态: 有出处}\n材料", "状态: 待核}\n材料", ["谁来办 › 老板来办。 › 状态：原来“有出处”，现在“待核”"]),
        (
            "内容: 老板来办。",
            "内容: 老板本人来办。",
            ["谁来办 › 老板本人来办。 › 内容：原来“老板来办。”，现在“老板本人来办。”"],
        ),
        ("核对日期: 2026-11-01\n", "", ["核对日期：去掉“2026-11-01”"]),
        ("维护部门: 文旅局\n", "维护部门: 文旅局\n收费: 不收\n", ["收费：添上“不收”"]),
        ("名称: 歌厅许可\n", "# 只是说明\n名称:   歌厅许可\n", []),
    ],
)
def test_change_is_told_by_its_field(old: str, new: str, sentences: list[str]) -> None:
    """Where, what stood there and what stands there now; comments and layout say nothing."""
    assert GUIDE.count(old) == 1
    assert told(GUIDE, GUIDE.replace(old, new)) == sentences


def test_telephone_of_a_window_is_told_by_the_name_of_the_window() -> None:
    """In a catalogue an entry is recognised by its id, wherever it stands."""
    text = FILES["demo/catalog.yaml"]
    changed = text.replace("000-0000-0001", "000-0000-0002").replace("  - {编号: shili,", "  - {编号: shili,", 1)
    (one,) = difference(text, changed, "demo/catalog.yaml")
    assert str(one) == "窗口 › 示例专窗 › 电话：原来“000-0000-0001”，现在“000-0000-0002”"


def test_file_that_cannot_be_read_is_told_by_its_lines() -> None:
    """A full-width colon: the lines themselves, with their numbers."""
    assert told(GUIDE, GUIDE.replace("一句话: ", "一句话：")) == [
        "第 2 行：去掉“一句话: 歌厅不干了。”",
        "第 2 行：添上“一句话：歌厅不干了。”",
    ]


def test_guide_that_comes_or_goes_is_told_by_its_name() -> None:
    """A new file is one change, and so is one that is taken away."""
    assert told(None, GUIDE) == ["添上“歌厅许可”"]
    assert told(GUIDE, None) == ["去掉“歌厅许可”"]
    assert told(None, None) == []


def test_lines_show_what_went_and_came_with_what_is_around() -> None:
    """Numbers before and after, as a reviewer looks for them."""
    shown = lines("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\nf\n", around=1)
    assert [(one.mark, one.before, one.after, one.text) for one in shown] == [
        (" ", 2, 2, "b"),
        ("-", 3, None, "c"),
        ("+", None, 3, "X"),
        (" ", 4, 4, "d"),
        (" ", 5, 5, "e"),
        ("+", None, 6, "f"),
    ]
