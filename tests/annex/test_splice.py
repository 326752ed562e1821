import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.annex.splice import as_read, spliced, written
from assistant.knowledge.yamlfile import read

REAL = Path(__file__).parents[2] / "knowledge"
ODD = """\
# 头上的话
部门:
   -   编号: a     # 缩进怪
       名称: "甲"
       热线: '12345'
   -   编号: b
       名称: 乙
# 事项前的话

事项:   [ x,  "y" ]   # 行尾
长:
  - {名称: 甲,   形式: '原件'}   # 留着
  - {名称: 乙}

末: 完
"""


def data(text: str, tmp_path: Path):
    """The text as the knowledge reads it."""
    path = tmp_path / "x.yaml"
    path.write_bytes(text.encode())
    file, findings = read(path, "x.yaml")
    assert file is not None, findings
    return file.data


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_touched_lines_change(tmp_path, newline):
    """Comments, odd indentation, quotes and spaces of every other line stay byte for byte."""
    text = ODD.replace("\n", newline)
    old = data(text, tmp_path)
    new = copy.deepcopy(old)
    new["部门"][0]["名称"] = "甲局"
    new["部门"].append({"编号": "c", "名称": "丙"})
    new["长"][0]["份数"] = 2
    new["事项"].append("12345")
    result = spliced(text, old, new)
    assert data(result, tmp_path) == as_read(new)
    lines = result.split(newline)
    assert [line for line in text.split(newline) if line not in lines] == [
        '       名称: "甲"',
        '事项:   [ x,  "y" ]   # 行尾',
        "  - {名称: 甲,   形式: '原件'}   # 留着",
    ]
    assert '事项:   [x, "y", "12345"]   # 行尾' in lines
    assert "  - {名称: 甲, 形式: '原件', 份数: 2}   # 留着" in lines
    assert lines.index("   - 编号: c") == lines.index("       名称: 乙") + 1  # before the comment of what follows


def test_element_is_taken_out_with_its_lines_only(tmp_path):
    """Deleting a list element leaves its neighbours and the comments between."""
    old = data(ODD, tmp_path)
    new = copy.deepcopy(old)
    del new["部门"][0]
    result = spliced(ODD, old, new)
    assert data(result, tmp_path) == new
    assert "编号: a" not in result
    assert "# 事项前的话" in result


def test_empty_list_becomes_a_block(tmp_path):
    """本地规定: [] is opened into lines of their own, the comment above stays."""
    text = "# 空着\n本地规定: []\n后: 一\n"
    result = spliced(text, data(text, tmp_path), {"本地规定": [{"地区": "a", "事项": "b"}], "后": "一"})
    assert result == "# 空着\n本地规定:\n  - {地区: a, 事项: b}\n后: 一\n"


def test_values_that_look_like_something_else_are_quoted(tmp_path):
    """Digits, commas, colons and words like true come back as the text they are."""
    values = ["12315", "true", "a, b", "一: 二", "# 号", "http://x/y", "- 甲", "“引”", "", "空 格 ", "a'b\"c", "{x}"]
    text = "表: []\n末: x\n"
    new = {"表": values, "末": "x"}
    assert data(spliced(text, data(text, tmp_path), new), tmp_path) == new
    assert data(written(new), tmp_path) == new


def test_real_files_keep_every_other_line(tmp_path):
    """In every real guide a confirmed fact changes its own line and no other."""
    for path in sorted((REAL / "guides").glob("*.yaml"))[::9]:
        text = path.read_bytes().decode()
        old = data(text, tmp_path)
        new = copy.deepcopy(old)
        new["步骤"][-1]["状态"] = "已核"
        new["步骤"].append({"做什么": "新的一步。", "状态": "已核"})
        result = spliced(text, old, new)
        assert data(result, tmp_path) == new
        before, after = text.split("\n"), result.split("\n")
        assert len(after) == len(before) + 1
        changed = sum(a != b for a, b in zip(before, [line for line in after if "新的一步" not in line], strict=True))
        assert changed <= 1


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=6)
_FACTS = st.lists(st.fixed_dictionaries({"内容": _WORDS, "状态": st.sampled_from(["待核", "已核"])}), max_size=5)


@settings(max_examples=150, deadline=None)
@given(old=_FACTS, new=_FACTS, listed=st.lists(_WORDS, max_size=3))
def test_any_list_can_become_any_other(tmp_path_factory, old, new, listed):
    """Whatever the change, the file then says exactly the new thing, and the lines around it are as they were."""
    folder = tmp_path_factory.mktemp("s")
    text = "# 前\n" + written({"名": "x", "甲": old, "乙": listed}) + "\n# 后\n末: y   # 尾\n"
    before = data(text, folder)
    after = {"名": "x", "甲": new, "乙": [*listed[1:], "新"], "末": "y"}
    result = spliced(text, before, after)
    assert data(result, folder) == after
    assert result.startswith("# 前\n名: x\n")
    assert result.endswith("\n# 后\n末: y   # 尾\n")
