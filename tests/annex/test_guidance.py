import pytest

from assistant.annex import apply
from assistant.knowledge.load import load
from assistant.knowledge.model import State

FORM = [
    ["事项名称", "烟草专卖零售许可证注销"],
    [
        "申请材料",
        "1.烟草专卖零售许可证正本、副本（原件1份）\n2.营业执照（复印件２份）\n3.歇业申请表（原件1份）：窗口领取",
    ],
    ["办理流程", "1.到烟草窗口交材料；\n2.烟草局核查；\n3.领取通知书。"],
    ["承诺时限", "即时办结"],
    ["法定时限", "20个工作日"],
    ["收费标准", "不收费"],
    ["办理地点", "政务中心二楼，联系人：张蕾 13804571234"],
    ["联系电话", "张蕾13804571234；0457-2123456"],
]
ID = "yancao-lingshou-xuke"
TITLE = "附件四：白话版办事指南"


def guide(root):
    """The guide as the knowledge reads it."""
    return load(root).guides[ID]


def test_guide_takes_the_departments_materials(word, planned, folder):
    """Known materials are confirmed in their line, shared ones overridden, new ones added."""
    apply(planned(word(TITLE, FORM), short="附件四"))
    own, shared, letter, note, added = guide(folder).materials
    assert (own.name, own.copies, own.sources, own.state) == (
        "烟草专卖零售许可证正本、副本",
        1,
        ("附件四",),
        State.CONFIRMED,
    )
    assert (shared.shared, shared.copies, shared.form, shared.state) == ("zhizhao", 2, None, State.CONFIRMED)
    assert letter.shared == "weituoshu"
    assert letter.model_fields_set == {"shared"}
    assert (note.name, note.state) == ("停业情况说明", State.OPEN)
    assert (added.name, added.form, added.note, added.state) == ("歇业申请表", "原件", "窗口领取", State.CONFIRMED)


def test_material_the_department_does_not_ask_for_is_only_proposed(word, planned, folder):
    """A 待核 material that the annex lacks goes when somebody says so."""
    path = word(TITLE, FORM)
    (proposal,) = planned(path).proposals
    assert proposal.words == "烟草专卖零售许可证：附件没列“停业情况说明”（现在写着待核），从材料里去掉"
    apply(planned(path, accept={proposal.id}))
    assert "停业情况说明" not in [m.name for m in guide(folder).materials]


def test_steps_from_law_stay_and_open_ones_give_way(word, planned, folder):
    """The department's steps replace what was 待核; the step that law names, and its comment, stay."""
    apply(planned(word(TITLE, FORM), short="附件四"))
    steps = [(step.text, step.state) for step in guide(folder).steps]
    assert steps == [
        ("先结清货款，别欠着。", State.SOURCED),
        ("到烟草窗口交材料。", State.CONFIRMED),
        ("烟草局核查。", State.CONFIRMED),
        ("领取通知书。", State.CONFIRMED),
    ]
    text = (folder / "guides" / f"{ID}.yaml").read_text(encoding="utf-8")
    assert "  - {做什么: '先结清货款，别欠着。', 依据: [行政许可法 第七十条], 状态: 有出处}   # 老板常忘\n" in text


def test_limits_fee_and_place_are_placed(word, planned, folder):
    """Statutory limit and fee in the guide; promised limit, window and landline in the rule."""
    apply(planned(word(TITLE, FORM), short="附件四"))
    knowledge = load(folder)
    found = knowledge.guides[ID]
    assert (found.statutory_limit.days, found.statutory_limit.unit) == (20, "工作日")
    assert [(f.text, f.state) for f in found.fee] == [("不收费。", State.CONFIRMED)]
    rule = knowledge.local_rules["daxinganling", ID]
    assert (rule.promised_limit.days, rule.promised_limit.text) == (0, "当场办结")
    assert rule.contact.phone == "0457-2123456"
    assert knowledge.windows[rule.window].address == "政务中心二楼"


def test_no_person_reaches_the_files(word, planned, folder):
    """Neither the name nor the mobile number stands anywhere afterwards, and both are counted."""
    done = planned(word(TITLE, FORM))
    apply(done)
    everything = (
        "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")) + done.words() + done.diff()
    )
    assert "张蕾" not in everything
    assert "13804571234" not in everything
    assert "没有写进去：姓名 2 处，手机号等个人号码 2 个" in done.words()


def test_guide_twice_changes_nothing(word, planned):
    """What was taken over is recognised as the same."""
    path = word(TITLE, FORM)
    apply(planned(path))
    assert not planned(path).changes_anything


def test_law_outweighs_the_annex_until_somebody_decides(word, planned, folder):
    """A limit that was read in the law is not replaced by another number in silence."""
    path = folder / "guides" / f"{ID}.yaml"
    text = path.read_text(encoding="utf-8")
    law = "法定时限: {天数: 10, 单位: 日, 依据: [行政许可法 第四十二条], 状态: 有出处}"
    path.write_text(text.replace("法定时限: {说明: 没读到几天，先打电话问。, 状态: 待核}", law), encoding="utf-8")
    done = planned(word(TITLE, FORM))
    (conflict,) = done.conflicts
    assert conflict.id == f"改写 guides/{ID}.yaml › 法定时限"
    apply(done)
    assert guide(folder).statutory_limit.days == 10


def test_rows_of_a_guide_table_are_placed_too(excel, planned, folder):
    """Annex 四 as one wide table."""
    rows = [
        ["序号", "事项名称", "所需材料", "办理流程", "办理时限", "收费", "网上办理", "办理结果"],
        ["1", "食品经营许可证", "①申请书②营业执照", "交材料→审核", "3个工作日", "无", "是", "注销通知书"],
    ]
    apply(planned(excel(rows)))
    found = load(folder).guides["shipin-jingying-xuke"]
    assert [f.text for f in (*found.fee, *found.online, *found.result)] == [
        "不收费。",
        "可以在网上办。",
        "注销通知书。",
    ]


@pytest.mark.parametrize("state", ["已核", "待核"])
def test_single_fact_is_replaced_only_where_it_was_open(word, planned, folder, state):
    """One fee: 待核 gives way, 已核 stays and is listed."""
    path = folder / "guides" / f"{ID}.yaml"
    fee = f"收费:\n  - {{内容: 收工本费10元。, 依据: [通行做法], 状态: {state}, 核对日期: 2026-11-01}}\n先问清:"
    path.write_text(path.read_text(encoding="utf-8").replace("先问清:", fee), encoding="utf-8")
    done = planned(word(TITLE, FORM))
    apply(done)
    assert [f.text for f in guide(folder).fee] == (["收工本费10元。"] if state == "已核" else ["不收费。"])
    assert bool(done.conflicts) is (state == "已核")
