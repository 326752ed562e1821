"""What is read of a YAML file, and where it stands."""

from __future__ import annotations

from assistant.knowledge.yamlfile import parsed

FILE = """\
# 歌厅
名称: 歌厅
别名: [KTV, "练歌房"]
材料:
  - 名称: 申请书
    份数: 2

  - 名称: 执照
空的:
"""


def test_places_are_where_the_editor_wrote_each_key_and_element():
    """Line and column, counted from one: of a key, of an element, of the whole."""
    file, findings = parsed(FILE.encode(), "x.yaml")

    assert findings == []
    assert file is not None
    assert file.places == {
        (): (2, 1),
        ("名称",): (2, 1),
        ("别名",): (3, 1),
        ("别名", 0): (3, 6),
        ("别名", 1): (3, 11),
        ("材料",): (4, 1),
        ("材料", 0): (5, 5),
        ("材料", 0, "名称"): (5, 5),
        ("材料", 0, "份数"): (6, 5),
        ("材料", 1): (8, 5),
        ("材料", 1, "名称"): (8, 5),
        ("空的",): (9, 1),
    }


def test_empty_file_has_no_places():
    """A finding about it is about its first line."""
    file, _ = parsed("# 还没写\n".encode(), "x.yaml")

    assert file is not None
    assert (file.data, file.places) == (None, {})
    assert (file.finding(("名称",), "缺少这一项").line, file.text) == (1, "# 还没写\n")


def test_text_is_what_the_editor_typed_without_the_mark_of_windows():
    """An editor on Windows puts a byte order mark before the first key."""
    file, findings = parsed("\ufeff名称: 歌厅\n".encode(), "x.yaml")

    assert findings == []
    assert file is not None
    assert (file.text, file.data) == ("名称: 歌厅\n", {"名称": "歌厅"})
