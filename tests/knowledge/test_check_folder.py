"""What concerns whole files and several of them: missing, unreadable, orphaned, nearly alike; and what it costs."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import KnowledgeError
from assistant.knowledge import yamlfile
from assistant.knowledge.folder import check_folder
from assistant.knowledge.load import load
from tests.knowledge.conftest import FILES

GUIDE = "guides/geting.yaml"


def test_check_finds_nothing_in_a_good_folder(folder):
    """The small folder of these tests is without findings."""
    assert folder.told() == []


def test_check_finds_a_missing_file(folder):
    """A file that must be there is named."""
    (folder.root / "sources.yaml").unlink()

    assert folder.told() == ["error sources.yaml:1:1：缺少这个文件，请从上一个版本恢复"]


def test_check_finds_an_empty_file(folder):
    """An empty guide lacks what every guide has."""
    folder.write(GUIDE, "")

    assert folder.told() == [f"error {GUIDE}:1:1：这里要写成“项目: 内容”的样子"]


def test_check_finds_a_file_that_is_not_utf8(folder):
    """A file saved as GBK is told with the place of the first character that cannot be read."""
    folder.write(GUIDE, b"# ok\n" + "名称: 歌厅许可\n".encode("gb18030"))

    assert folder.told() == [f"error {GUIDE}:2:1：不是 UTF-8 编码，请在编辑器里“另存为 UTF-8”"]


def test_check_reads_a_file_with_byte_order_mark_and_windows_line_ends(folder):
    """What Windows editors add is no mistake."""
    text = (folder.root / GUIDE).read_text("utf-8")
    folder.write(GUIDE, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert folder.told() == []


def test_check_finds_a_file_that_is_too_big(folder):
    """A file over the cap is not read at all."""
    folder.write(GUIDE, b"# " + b"x" * 1_200_000)

    assert folder.told() == [f"error {GUIDE}:1:1：文件太大（1200 KB），请拆成几个，每个不超过 1000 KB"]


def test_check_survives_a_yaml_bomb(folder):
    """Nine levels of references to references are refused at the first one."""
    lines = ["a: &a [哈, 哈]", *(f"{b}: &{b} [*{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True))]
    folder.write(GUIDE, "\n".join(lines))

    assert folder.told() == [f"error {GUIDE}:1:4 a：请不要用“&”“*”引用，直接写出内容；如果是普通文字，请加上引号"]


@pytest.mark.parametrize("deep", ["[" * 300_000, "- " * 300_000, "{a: " * 200_000])
def test_check_survives_endless_nesting(folder, deep):
    """However deep it goes, one finding is told and no stack overflows."""
    folder.write(GUIDE, deep)

    assert [finding.file for finding in folder.findings()] == [GUIDE]


def test_check_finds_a_guide_that_the_catalogue_does_not_name(folder):
    """An orphaned guide is an error."""
    shutil.copy(folder.root / "guides/wangba.yaml", folder.root / "guides/wanba.yaml")

    assert folder.told() == [
        "error guides/wanba.yaml:1:1：目录里没有编号“wanba”，请改文件名，或先在 catalog.yaml 里添上"
    ]


def test_check_only_reminds_of_a_draft_that_the_catalogue_does_not_name_yet(folder):
    """A new guide may be written before it is entered in the catalogue."""
    draft = (folder.root / "guides/wangba.yaml").read_text("utf-8") + "发布: false\n"
    folder.write("guides/wanba.yaml", draft.replace("依据: [许可法], ", ""))

    assert folder.told() == [
        "warning guides/wanba.yaml:1:1：目录里没有编号“wanba”，请改文件名，或先在 catalog.yaml 里添上",
        "error guides/wanba.yaml:5:5 步骤 › 第1条：状态写了“有出处”却没有“依据”，请补上依据，或改成待核",
    ]


def test_check_finds_an_entry_without_guide(folder):
    """The catalogue promises no guide that is not there."""
    (folder.root / "guides/shuiwu.yaml").unlink()

    assert folder.told() == [
        "error catalog.yaml:12:6 其他指南 › 第1条 › 编号：“shuiwu”没有指南，请新建 guides/shuiwu.yaml"
    ]


def test_check_reminds_of_a_file_that_nobody_reads(folder):
    """A guide with the wrong ending would otherwise be silently absent."""
    folder.write("guides/xin.yml", "名称: 新\n")

    assert folder.told() == ["warning guides/xin.yml:1:1：这个文件不会被读：指南放在 guides/ 里，文件名以 .yaml 结尾"]


def test_check_finds_aliases_that_differ_in_one_letter(folder):
    """Two guides that are not told apart by a group are nearly called the same."""
    folder.change(GUIDE, "别名: [歌厅证", "别名: [文化经营许可证, 歌厅证")
    folder.change("guides/shuiwu.yaml", "步骤:", "别名: [文物经营许可证]\n步骤:")

    assert folder.told() == [
        "warning guides/shuiwu.yaml:3:6 别名 › 第1条：“文物经营许可证”和“歌厅许可”的“文化经营许可证”很像，"
        "请在 confusions.yaml 里声明易混组，或改一个叫法"
    ]


def test_check_finds_official_names_that_are_nearly_alike(folder):
    """Two names of the catalogue that people mix up want a question that tells them apart."""
    for name in ("catalog.yaml", GUIDE):
        folder.change(name, "名称: 歌厅许可", "名称: 税务注销证")

    assert folder.told() == [
        "warning guides/shuiwu.yaml:1:1 名称：“税务注销”和“税务注销证”很像，请在 confusions.yaml 里声明易混组，或改一个叫法"
    ]


def test_check_is_content_with_near_names_that_a_group_tells_apart(folder):
    """A declared group (易混组) settles it."""
    folder.change(GUIDE, "别名: [歌厅证", "别名: [文化经营许可证, 娱乐证, 歌厅证")
    folder.change("guides/wangba.yaml", "别名: [网吧证]", "别名: [文物经营许可证, 娱乐证]")

    assert folder.told() == []


def test_check_finds_a_name_used_twice(folder):
    """Two items with one name cannot be told apart by anybody."""
    folder.change("catalog.yaml", "名称: 网吧许可", "名称: 歌厅许可")

    assert "error catalog.yaml:10:18 事项 › 第2条 › 名称：名称“歌厅许可”用了 2 次，请改得分得清" in folder.told()


def test_check_looks_for_numbers_also_where_a_file_is_broken(folder):
    """A telephone number is told together with the mistake that keeps the folder from being read."""
    folder.change(GUIDE, "一句话: 歌厅不干了。", "一句话: [找13912345678]")

    assert folder.told() == [
        f"error {GUIDE}:2:1 一句话：这里要写一段文字",
        f"error {GUIDE}:2:8 一句话 › 第1条：像是个人手机号，请改成办公电话或删掉",
    ]


def test_check_leaves_the_fictional_region_alone_unless_asked(folder):
    """Without demo its files are not read at all."""
    folder.change("demo/catalog.yaml", "事项: geting", "事项: getin")

    assert folder.told(demo=False) == []
    assert len(folder.told(demo=True)) == 1


def test_load_names_the_file_of_the_fictional_region(folder):
    """What is wrong in the overlay is told with the overlay's own file and line."""
    folder.change("demo/catalog.yaml", "事项: geting", "事项: getin")

    with pytest.raises(KnowledgeError, match=r"demo/catalog.yaml:6:21 本地规定 › 第1条 › 事项：没有“getin”这个事项"):
        load(folder.root, demo=True)


def test_load_serves_what_has_only_grown_old(folder):
    """Time alone never stops the service: a repealed source is told by the check, not by loading."""
    folder.change(GUIDE, "[许可法 第七十条]", "[旧法 第七条]")

    assert folder.findings()[0].level == "error"
    assert load(folder.root, demo=True).guides.keys() == {"geting", "wangba", "shuiwu"}


def test_check_parses_each_file_at_most_once(real_root, tmp_path, monkeypatch):
    """Parsing is what a check costs: the real folder, filled up to more than 200 files, is parsed file by file."""
    root = tmp_path / "knowledge"
    shutil.copytree(real_root, root)
    for number in range(40):
        shutil.copy(root / "guides/geyu-yule-changsuo.yaml", root / f"guides/draft-{number}.yaml")
    files = len(list(root.rglob("*.yaml")))
    assert files > 200
    parse, parsed = yamlfile.yaml.parse, []
    monkeypatch.setattr(yamlfile.yaml, "parse", lambda text, **how: parsed.append(text) or parse(text, **how))

    check_folder(root, demo=True, today=dt.date(2026, 11, 21))

    assert 40 <= len(parsed) <= files


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_check_never_gives_up_whatever_is_typed(folder, data):
    """A few characters typed or deleted anywhere give findings, never a crash."""
    name = data.draw(st.sampled_from(sorted(FILES)))
    text = FILES[name]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        typed = data.draw(
            st.sampled_from([*"\n -:：,，[]{}&*!|>#?%@`'\"\\\t\0\x85\u2028~", "- ", "null", "true", "1", "歌"])
        )
        text = text[:at] + typed + text[at + data.draw(st.integers(0, 3)) :]
    folder.write(name, text)

    findings = folder.findings()
    folder.write(name, FILES[name])

    assert all(finding.line >= 1 and finding.column >= 1 and finding.message for finding in findings)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("questions/vague.yaml", "- 问法: 卫生证咋退\n  可能是: [geting, meiyou]\n"),
        ("questions/several.yaml", "- 问法: 两个都退\n  说的是: [geting, meiyou]\n"),
        ("questions/acts.yaml", "- 问法: 这证咋续\n  手续: meiyou\n"),
    ],
)
def test_check_finds_a_question_about_nothing(folder, name, written):
    """A guide or an act that is not there is a warning: the question does no harm."""
    folder.write(name, written)

    (told,) = folder.told()
    assert told.startswith(f"warning {name}:")
    assert "meiyou" in told
