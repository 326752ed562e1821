from assistant.annex import apply
from assistant.annex.items import new_id
from assistant.knowledge.load import load

HEAD = ["序号", "部门", "事项名称", "代办层级"]
KNOWN = [
    ["1", "市监局", "食品经营许可证", "直接办"],
    ["2", "市监局", "药品经营许可证", "直接办"],
    ["3", "市监局", "特种设备使用登记", "直接办"],
]


def test_nothing_of_the_list_changes_without_a_yes(excel, planned, folder):
    """Rename, addition and removal are proposals."""
    rows = [HEAD, KNOWN[0], ["2", "市监局", "会计师事务所分所执业许可", "直接办"]]
    done = planned(excel(rows))
    assert {p.id for p in done.proposals} == {
        "新增 kuaijishi-shiwusuo-fen-suo-zhiye-xuke",
        "取消 yaopin-jingying-xuke",
        "取消 tezhong-shebei-shiyong-dengji",
    }
    apply(done)
    assert len(load(folder).items) == 6


def test_rename_keeps_the_id_and_the_old_name_as_alias(excel, planned, folder):
    """The annex's name goes into catalogue and guide; people still find it by the old one."""
    rows = [HEAD, *KNOWN[:2], ["3", "市监局", "特种设备的使用登记证明", "直接办"]]
    path = excel(rows)
    (question,) = planned(path).questions or [None]
    answers = {question.key: "tezhong-shebei-shiyong-dengji"} if question else {}
    (proposal,) = planned(path, answers=answers).proposals
    assert proposal.id == "改名 tezhong-shebei-shiyong-dengji"
    apply(planned(path, answers=answers, accept={proposal.id}))
    knowledge = load(folder)
    item = knowledge.items["tezhong-shebei-shiyong-dengji"]
    guide = knowledge.guides[item.id]
    assert item.name == guide.name == "特种设备的使用登记证明"
    assert "特种设备使用登记" in guide.aliases
    assert not planned(path).changes_anything


def test_word_for_the_act_is_no_rename(excel, planned):
    """食品经营许可证注销 is what is done with 食品经营许可证, not a new name."""
    rows = [HEAD, ["1", "市监局", "1.食品经营许可证（注销）", "直接办"], *KNOWN[1:]]
    assert planned(excel(rows)).proposals == ()


def test_added_item_gets_an_id_a_guide_and_its_rule(excel, planned, folder):
    """On a yes the item stands after its department's others, counted, with an honest first guide."""
    rows = [HEAD, *KNOWN, ["4", "市监局", "检验检测机构资质认定", "代收代交"]]
    path = excel(rows)
    apply(planned(path, accept={"新增 jianyan-jiance-jigou-zizhi-rending"}))
    knowledge = load(folder)
    item = knowledge.items["jianyan-jiance-jigou-zizhi-rending"]
    assert (item.name, item.department, item.hotline, item.listed_literally) == (
        "检验检测机构资质认定",
        "shijianju",
        "12315",
        False,
    )
    assert list(knowledge.items)[3] == item.id
    assert knowledge.departments["shijianju"].item_count == 4
    assert knowledge.guides[item.id].steps[0].sources == ("代办注销服务方案 四",)
    assert knowledge.local_rules["daxinganling", item.id].tier == "窗口代收代交"
    text = (folder / "catalog.yaml").read_text(encoding="utf-8")
    assert "  # 两张烟花证最容易混\n  - 编号: yanhua-baozhu-pifa" in text
    assert not planned(path).changes_anything


def test_removed_item_takes_its_references_along(excel, planned, folder):
    """Guide, count and the confusion group of two go; nothing points at what is gone."""
    rows = [HEAD, ["1", "应急局", "烟花爆竹经营（批发）许可", "直接办"]]
    path = excel(rows)
    apply(planned(path, accept={"取消 yanhua-baozhu-lingshou"}))
    knowledge = load(folder)
    assert "yanhua-baozhu-lingshou" not in knowledge.items
    assert knowledge.departments["yingjiju"].item_count == 1
    assert knowledge.groups == {}
    assert not (folder / "guides" / "yanhua-baozhu-lingshou.yaml").exists()
    assert not planned(path).changes_anything


def test_replaced_item_leaves_its_id_to_the_new_one(excel, planned, folder):
    """A new item like the one that vanished inherits its old id, and references follow."""
    rows = [
        HEAD,
        ["1", "应急局", "烟花爆竹经营（批发）许可", "直接办"],
        ["2", "应急局", "烟花爆竹零售点布设和经营许可", "直接办"],
    ]
    path = excel(rows)
    first = planned(path)
    answers = {q.key: "新增" for q in first.questions}
    ids = {p.id for p in planned(path, answers=answers).proposals}
    added = next(i for i in ids if i.startswith("新增 "))
    both = planned(path, answers=answers, accept={added, "取消 yanhua-baozhu-lingshou"})
    assert any("像是取代它" in p.words for p in both.proposals)
    apply(both)
    knowledge = load(folder)
    heir = added.removeprefix("新增 ")
    assert knowledge.items[heir].old_ids == ("yanhua-baozhu-lingshou",)
    assert knowledge.guide("yanhua-baozhu-lingshou").name == "烟花爆竹零售点布设和经营许可"
    assert [o.guide for o in knowledge.groups["which-yanhua"].options] == ["yanhua-baozhu-pifa", heir]


def test_item_asked_about_is_not_proposed_for_removal(excel, planned):
    """While it is open which fireworks licence a row means, neither is called missing."""
    done = planned(excel([HEAD, ["1", "应急局", "烟花爆竹经营许可证", "直接办"]]))
    assert done.questions
    assert done.proposals == ()


def test_new_item_without_department_is_only_told(excel, planned):
    """Whose item it is must be known."""
    done = planned(excel([["事项名称", "代办层级"], ["会计师事务所分所执业许可", "直接办"]]))
    assert any("没认出是哪个部门的，不能新增" in line for line in done.unread)
    assert done.proposals == ()


def test_new_ids_are_words_in_pinyin_and_unique():
    """Ids read like the others and never collide."""
    assert new_id("拍卖企业设立许可（注销）", set()) == "paimai-qiye-sheli-xuke"
    assert new_id("拍卖企业设立许可", {"paimai-qiye-sheli-xuke"}) == "paimai-qiye-sheli-xuke-2"
