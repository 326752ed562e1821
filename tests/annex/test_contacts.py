import pytest

from assistant.annex import apply
from assistant.annex.headers import Kind
from assistant.annex.tables import read_tables
from assistant.knowledge.load import load

ROWS = [
    ["附件一：大兴安岭地区代办注销各成员单位地级业务联系人", "", "", "", "", ""],
    ["序号", "单位", "姓名", "科室", "职务", "联系方式"],
    ["1", "地区市监局", "谢雨飞", "登记注册科", "科长", "138 0457 1234\n0457-2123456"],
    ["2", "", "王小明", "药品科 王小明", "", "１３９４５６７００００"],
    ["3", "地区烟草专卖局", "李鑫", "", "专卖监督管理科主任", "2110000"],
    ["4", "地区司法局", "周某", "办公室", "", "0457-2110001"],
]


@pytest.fixture
def annex(excel):
    """Annex 一 with a merged department."""
    return excel(ROWS, ["A1:F1", "B3:B4"])


def test_contacts_keep_office_post_and_landline(annex, planned, folder):
    """The office that answers and its number, nothing of the person."""
    assert read_tables(annex)[0].kind is Kind.CONTACTS
    apply(planned(annex))
    departments = load(folder).departments
    (office,) = departments["shijianju"].contacts
    assert (office.office, office.phone, office.state.value) == ("登记注册科（科长）", "0457-2123456", "已核")
    assert [c.office for c in departments["yancaoju"].contacts] == ["专卖监督管理科主任"]


def test_names_and_mobiles_never_enter(annex, planned, folder):
    """No file, change or sentence holds a name or a mobile; the report says how many were left out."""
    done = planned(annex)
    apply(done)
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")) + done.words() + done.diff()
    for secret in ("谢雨飞", "王小明", "李鑫", "周某", "13804571234", "138 0457 1234", "13945670000"):
        assert secret not in text
    assert done.left_out.names >= 4
    assert done.left_out.mobiles == 2


def test_rows_that_cannot_be_placed_are_told(annex, planned):
    """A private number only, and an office that is not among the members."""
    told = "\n".join(planned(annex).unread)
    assert "第4行：地区市监局只留了个人号码或没留电话，没有写进去，请问一个办公电话" in told
    assert "第6行：没认出是哪个部门“地区司法局”，没有写进去" in told


def test_contacts_twice_change_nothing(annex, planned):
    """The second import finds the offices there."""
    apply(planned(annex))
    assert not planned(annex).changes_anything


def test_changed_number_is_a_conflict(excel, planned, folder):
    """A 已核 number gives way only on a yes."""
    head = ["部门", "科室", "办公电话"]
    apply(planned(excel([head, ["市监局", "注册科", "0457-2123456"]])))
    path = excel([head, ["市监局", "注册科", "0457-2999999"]], name="b.xlsx")
    (conflict,) = planned(path, short="新附件一").conflicts
    apply(planned(path, short="新附件一", accept={conflict.id}))
    assert [c.phone for c in load(folder).departments["shijianju"].contacts] == ["0457-2999999"]


def test_mixed_cell_of_person_and_numbers_keeps_the_landline(excel, planned, folder):
    """联系人及电话 in one column: the landline is an office's, the rest is a person's."""
    apply(planned(excel([["成员单位", "联系人及电话"], ["地区应急局", "徐志强 13512345678，0457-2133333"]])))
    (contact,) = load(folder).departments["yingjiju"].contacts
    assert (contact.office, contact.phone) == ("地区应急局", "0457-2133333")
