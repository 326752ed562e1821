import datetime as dt
from pathlib import Path

import pytest
import yaml

from assistant.annex import apply, plan, read_tables
from assistant.errors import DaobanError
from assistant.knowledge.load import load
from assistant.knowledge.model import ProxyTier, Source, State

TIERED = [
    ["大兴安岭地区代办注销分级清单", "", "", "", "", ""],
    ["序号", "部门", "事项名称", "代办层级", "发证层级", "承诺时限"],
    ["1", "地区市监局", "食品经营许可证注销", "窗口直接办", "县级", "５个工作日"],
    ["2", "", "药品经营许可证", "代收代交", "地区级", "10日"],
    ["3", "", "特种设备使用登记证", "自行办理", "省级", "按规定"],
    ["4", "地区应急局", "烟花爆竹经营许可证", "代收代交", "县级", "7个工作日"],
    ["5", "地区烟草局", "烟草专卖零售许可证", "三档", "县级、地区级", "5"],
]


def rule(root: Path, region: str, item: str):
    """The rule of a region for an item, as the knowledge reads it."""
    return load(root).local_rules[region, item]


def test_tiered_list_becomes_rules_of_the_prefecture(excel, planned, folder):
    """Tier, level and limit go into 本地规定, 已核, with the annex as source and the day."""
    done = planned(excel(TIERED, ["A1:F1", "B3:B5"]))
    assert apply(done) == ["catalog.yaml", "sources.yaml"]
    found = rule(folder, "daxinganling", "shipin-jingying-xuke")
    assert (found.tier, found.level) == (ProxyTier.DIRECT, "县")
    assert (found.promised_limit.days, found.promised_limit.unit) == (5, "工作日")
    assert (found.state, found.sources, found.checked_on) == (State.CONFIRMED, ("附件二",), dt.date(2026, 11, 20))
    assert rule(folder, "daxinganling", "tezhong-shebei-shiyong-dengji").tier is ProxyTier.GUIDED
    source = load(folder).sources["附件二"]
    assert source.title == "大兴安岭地区代办注销分级清单"


def test_untouched_lines_stay_byte_for_byte(excel, planned, folder):
    """The diff of the catalogue only adds the rules."""
    before = (folder / "catalog.yaml").read_text(encoding="utf-8").splitlines()
    apply(planned(excel(TIERED, ["A1:F1", "B3:B5"])))
    after = (folder / "catalog.yaml").read_text(encoding="utf-8").splitlines()
    assert before[-1] == "本地规定: []"
    assert after[: len(before)] == [*before[:-1], "本地规定:"]
    assert all(line.startswith("  - {地区: daxinganling, 事项: ") for line in after[len(before) :])


def test_second_import_changes_nothing(excel, planned, folder):
    """Running it twice, also on a later day, finds nothing to do."""
    path = excel(TIERED, ["A1:F1", "B3:B5"])
    apply(planned(path))
    tables = read_tables(path)
    later = Source.model_validate({"简称": "附件二", "全称": "大兴安岭地区代办注销分级清单", "核对日期": "2027-01-01"})
    again = plan(folder, tables, later)
    assert not again.changes_anything
    assert again.changes == ()
    assert "没有要改的文件。" in again.words()


def test_unreadable_values_are_told_and_left(excel, planned, folder):
    """A limit without unit, an unexplained level and two issuing levels are listed with their row."""
    done = planned(excel(TIERED, ["A1:F1", "B3:B5"]))
    told = "\n".join(done.unread)
    assert "第5行“特种设备使用登记证”的承诺时限写的是“按规定”：没读出几天" in told
    assert "第7行“烟草专卖零售许可证”的分级写的是“三档”，不知道是哪一档" in told
    assert "的发证层级写的是“县级、地区级”，没认准是县、地区还是省" in told
    assert "只写了数字，没写是日还是工作日" in told
    apply(done)
    assert ("daxinganling", "yancao-lingshou-xuke") not in load(folder).local_rules


def test_unsure_row_is_asked_with_the_best_three(excel, planned, folder):
    """烟花爆竹经营许可证 waits for an answer; the answer settles it."""
    path = excel(TIERED, ["A1:F1", "B3:B5"])
    (question,) = planned(path).questions
    assert question.key == "yingjiju:烟花爆竹经营许可证"
    assert [option[0] for option in question.options][:2] == ["yanhua-baozhu-pifa", "yanhua-baozhu-lingshou"]
    assert len(question.options) == 3
    asked = []
    done = planned(path, ask=lambda q: asked.append(q.key) or "yanhua-baozhu-lingshou")
    assert asked == ["yingjiju:烟花爆竹经营许可证"]
    apply(done)
    assert rule(folder, "daxinganling", "yanhua-baozhu-lingshou").tier is ProxyTier.PROXY
    assert ("daxinganling", "yanhua-baozhu-pifa") not in load(folder).local_rules


def test_answers_given_before_are_used(excel, planned, folder):
    """Answers by key need nobody to ask; a wrong id is told."""
    path = excel(TIERED, ["A1:F1", "B3:B5"])
    key = "yingjiju:烟花爆竹经营许可证"
    apply(planned(path, answers={key: "yanhua-baozhu-pifa"}))
    assert ("daxinganling", "yanhua-baozhu-pifa") in load(folder).local_rules
    with pytest.raises(DaobanError, match="没有编号“xx”的事项"):
        planned(path, answers={key: "xx"})


def test_levels_are_explained_by_whoever_imports(excel, planned, folder):
    """三档 means what the caller says it means."""
    apply(planned(excel(TIERED, ["A1:F1", "B3:B5"]), tiers={"三档": ProxyTier.GUIDED}))
    assert rule(folder, "daxinganling", "yancao-lingshou-xuke").tier is ProxyTier.GUIDED


@pytest.mark.parametrize(
    ("title", "column", "more"),
    [
        ("塔河县分级清单", "", {}),
        ("清单", "塔河县", {}),
        ("清单", "", {"region": "塔河县"}),
        ("清单", "", {"region": "tahe"}),
    ],
)
def test_county_comes_from_title_column_or_caller(excel, planned, folder, title, column, more):
    """A county's own list writes rules of that county."""
    rows = [
        [title, "", "", ""],
        ["事项名称", "部门", "县（市、区）", "代办方式"],
        ["食品经营许可证", "市监局", column, "直接办"],
    ]
    apply(planned(excel(rows, ["A1:D1"]), **more))
    assert ("tahe", "shipin-jingying-xuke") in load(folder).local_rules


def test_unknown_region_is_told(excel, planned):
    """A region that does not exist is answered with those that do."""
    with pytest.raises(DaobanError, match="没有“哈尔滨”这个地区，只能是大兴安岭地区、塔河县、漠河市"):
        planned(excel(TIERED, ["A1:F1", "B3:B5"]), region="哈尔滨")


def test_conflict_with_a_confirmed_value_is_listed_and_skipped(excel, planned, folder):
    """已核 is not overwritten by another annex unless somebody says so."""
    apply(planned(excel(TIERED, ["A1:F1", "B3:B5"])))
    rows = [["事项名称", "部门", "代办层级", "承诺时限"], ["食品经营许可证", "市监局", "代收代交", "5个工作日"]]
    path = excel(rows, name="新.xlsx")
    done = planned(path, short="新附件")
    (conflict,) = done.conflicts
    assert (
        conflict.words
        == "本地规定 › 大兴安岭地区·食品经营许可证 › 分级：现在写的是“窗口直接办”，附件写的是“窗口代收代交”"
    )
    assert not done.changes_anything
    apply(planned(path, short="新附件", accept={conflict.id}))
    found = rule(folder, "daxinganling", "shipin-jingying-xuke")
    assert (found.tier, found.sources) == (ProxyTier.PROXY, ("附件二", "新附件"))
    assert found.promised_limit.sources == ("附件二",)


def test_same_item_twice_with_other_values_is_a_conflict(excel, planned):
    """A list that contradicts itself does not settle by its last row."""
    rows = [
        ["事项名称", "部门", "代办层级"],
        ["食品经营许可证", "市监局", "直接办"],
        ["食品经营许可证", "市监局", "代收代交"],
    ]
    done = planned(excel(rows))
    assert [change.after for change in done.changes if "分级" in change.path] == ["窗口直接办"]
    assert len(done.conflicts) == 1


def test_public_list_fills_the_window(excel, planned, folder):
    """Address, hours and telephone make the department's window 已核; the rule points at it."""
    rows = [
        ["代办注销公示清单", "", "", "", "", ""],
        ["序号", "事项名称", "实施部门", "办理地点", "办公时间", "咨询电话"],
        [
            "1",
            "烟草专卖零售许可证",
            "烟草局",
            "加格达奇区人民路\n1号",
            "周一至周五9:00-17:00",
            "０４５７－２１２３４５６",
        ],
    ]
    apply(planned(excel(rows, ["A1:F1"])))
    knowledge = load(folder)
    window = knowledge.windows["chuangkou-yancaoju"]
    assert (window.address, window.phone, window.state) == ("加格达奇区人民路1号", "0457-2123456", State.CONFIRMED)
    found = knowledge.local_rules["daxinganling", "yancao-lingshou-xuke"]
    assert found.window == "chuangkou-yancaoju"
    assert found.contact.phone == "0457-2123456"
    text = (folder / "catalog.yaml").read_text(encoding="utf-8")
    assert '    热线: "12313"\n    依据: [附件二]\n    状态: 已核\n    核对日期: 2026-11-20\n\n# 事项' in text


def test_window_without_hours_is_not_confirmed(excel, planned, folder):
    """An address alone does not make a window 已核: it stays 待核, with the annex as its source."""
    rows = [["事项名称", "部门", "办理地点"], ["烟草专卖零售许可证", "烟草局", "人民路1号"]]
    apply(planned(excel(rows)))
    window = load(folder).windows["chuangkou-yancaoju"]
    assert (window.address, window.state, window.sources) == ("人民路1号", State.OPEN, ("附件二",))


def test_second_address_of_a_department_is_a_new_window(excel, planned, folder):
    """Two items at two addresses are two windows, and no more on a second run."""
    rows = [
        ["事项名称", "部门", "办理地点"],
        ["食品经营许可证", "市监局", "人民路1号"],
        ["药品经营许可证", "市监局", "光明路2号"],
        ["特种设备使用登记", "市监局", "人民路1号"],
    ]
    path = excel(rows)
    apply(planned(path))
    knowledge = load(folder)
    rules = knowledge.local_rules
    windows = [rules["daxinganling", i].window for i in ("shipin-jingying-xuke", "yaopin-jingying-xuke")]
    assert windows == ["chuangkou-shijianju", "chuangkou-shijianju-2"]
    assert rules["daxinganling", "tezhong-shebei-shiyong-dengji"].window == "chuangkou-shijianju"
    assert knowledge.windows["chuangkou-shijianju-2"].address == "光明路2号"
    assert not planned(path).changes_anything


def test_proxy_window_is_recognised_by_its_name(excel, planned, folder):
    """代办服务专窗 of a county is the window that is already there."""
    rows = [["塔河县公示清单", "", ""], ["事项名称", "部门", "办理窗口"], ["食品经营许可证", "市监局", "代办服务专窗"]]
    apply(planned(excel(rows, ["A1:C1"])))
    assert rule(folder, "tahe", "shipin-jingying-xuke").window == "chuangkou-tahe"


def test_open_rule_keeps_its_state_while_part_of_it_is_unconfirmed(excel, planned, folder):
    """The annex confirms the tier, not the window somebody noted before."""
    path = folder / "catalog.yaml"
    open_rule = "\n  - {地区: tahe, 事项: shipin-jingying-xuke, 窗口: chuangkou-tahe, 状态: 待核}"
    path.write_text(path.read_text(encoding="utf-8").replace("本地规定: []", f"本地规定:{open_rule}"), encoding="utf-8")
    rows = [["塔河县分级清单", "", ""], ["事项名称", "部门", "代办层级"], ["食品经营许可证", "市监局", "直接办"]]
    done = planned(excel(rows, ["A1:C1"]))
    assert "本地规定 › 塔河县·食品经营许可证：附件没说窗口，这一条整条仍写待核" in done.unread
    apply(done)
    assert rule(folder, "tahe", "shipin-jingying-xuke").state is State.OPEN
    assert not planned(excel(rows, ["A1:C1"])).changes_anything


def test_plan_prints_words_and_diff(excel, planned):
    """What an editor reads before saying yes."""
    done = planned(excel(TIERED, ["A1:F1", "B3:B5"]))
    words = done.words()
    assert "工作表“Sheet1”：分级清单，5 行；同名 3 行，证名 1 行，拿不准 1 行" in words
    assert "catalog.yaml 本地规定 › 大兴安岭地区·食品经营许可证 › 分级：空 → 窗口直接办（待核 → 已核）" in words
    assert "拿不准，请选一个：" in words
    assert "最像：烟花爆竹经营（批发）许可（yanhua-baozhu-pifa，" in words
    diff = done.diff()
    assert diff.startswith("--- a/catalog.yaml\n+++ b/catalog.yaml\n@@")
    assert "-本地规定: []\n+本地规定:\n+  - {地区: daxinganling, 事项: shipin-jingying-xuke, 分级: 窗口直接办" in diff


def test_source_must_have_a_day_and_no_space(excel, folder):
    """依据 is cut at spaces, and 已核 needs its day."""
    tables = read_tables(excel(TIERED, ["A1:F1", "B3:B5"]))
    for bad in ({"简称": "附件 二", "全称": "x", "核对日期": "2026-11-20"}, {"简称": "附件二", "全称": "x"}):
        with pytest.raises(DaobanError, match="简称里不能有空格"):
            plan(folder, tables, Source.model_validate(bad))


def test_short_name_of_another_annex_is_not_taken_over(excel, planned):
    """Two counties' lists need two sources."""
    apply(planned(excel(TIERED, ["A1:F1", "B3:B5"])))
    other = [
        ["塔河县代办注销分级清单", "", ""],
        ["事项名称", "部门", "代办层级"],
        ["食品经营许可证", "市监局", "直接办"],
    ]
    with pytest.raises(
        DaobanError, match="简称“附件二”已经是另一份文件《大兴安岭地区代办注销分级清单》的，请给这份附件另起一个简称"
    ):
        planned(excel(other, ["A1:C1"], name="塔河.xlsx"))


def test_real_knowledge_takes_a_list(excel, planned, tmp_path):
    """The real folder: three rows are placed, the file stays what it was around them, the second run is empty."""
    import shutil

    root = tmp_path / "real"
    shutil.copytree(Path(__file__).parents[2] / "knowledge", root)
    before = (root / "catalog.yaml").read_text(encoding="utf-8")
    path = excel(TIERED[:5], ["A1:F1"])
    apply(planned(path, root=root))
    after = (root / "catalog.yaml").read_text(encoding="utf-8")
    assert set(before.splitlines()) - set(after.splitlines()) <= {"本地规定: []"}
    assert len(yaml.safe_load(after)["本地规定"]) == 3
    assert not planned(path, root=root).changes_anything
