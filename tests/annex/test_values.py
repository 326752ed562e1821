import pytest

from assistant.annex.materials import material_of
from assistant.annex.privacy import LeftOut, landlines, office_of, post_of, scrubbed
from assistant.annex.values import legend_of, level_of, limit_of, points, tier_of
from assistant.knowledge.model import ProxyTier


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("窗口直接办", ProxyTier.DIRECT),
        ("直接注销", ProxyTier.DIRECT),
        ("窗口直接 办理", ProxyTier.DIRECT),
        ("当场办结", ProxyTier.DIRECT),
        ("代收代交", ProxyTier.PROXY),
        ("窗口代办", ProxyTier.PROXY),
        ("不能直接办理，代为提交", ProxyTier.PROXY),
        ("转交许可部门", ProxyTier.PROXY),
        ("指引自办", ProxyTier.GUIDED),
        ("不予代办，提供指导", ProxyTier.GUIDED),
        ("自行前往办理", ProxyTier.GUIDED),
        ("一级", None),
        ("按规定", None),
    ],
)
def test_tier_is_read_in_many_spellings(text, tier):
    """What an office writes for a tier is understood; a level that nobody explained is not guessed."""
    assert tier_of(text) is tier


def test_tier_levels_are_explained_by_the_notes():
    """一级 means what the table's own notes say."""
    legend = legend_of(["说明：一级指窗口直接办理；二级为代收代交；三级是指引自办。"])
    assert [tier_of(level, legend) for level in ("一级", "二级代办", "三级")] == list(ProxyTier)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("县（市、区）级", "县"),
        ("区县级", "县"),
        ("地区级", "地区"),
        ("地级", "地区"),
        ("市级", "地区"),
        ("行署", "地区"),
        ("省级", "省"),
        ("黑龙江省", "省"),
        ("地、县两级", None),
        ("省、市", None),
        ("国家级", None),
    ],
)
def test_issuing_level_is_read_or_left(text, level):
    """One level is read; two levels in one cell are not settled by us."""
    assert level_of(text) == level


@pytest.mark.parametrize(
    ("text", "header", "days", "unit"),
    [
        ("5个工作日", "", 5, "工作日"),
        ("5工作日内", "", 5, "工作日"),
        ("自受理之日起十五日内", "", 15, "日"),
        ("二十个工作日", "", 20, "工作日"),
        ("10天", "", 10, "日"),
        ("5", "承诺时限（工作日）", 5, "工作日"),
        ("3", "办理时限（天）", 3, "日"),
        ("即时办结", "", 0, "工作日"),
        ("当场办结（材料齐全）", "", 0, "工作日"),
    ],
)
def test_limit_is_read_with_its_unit(text, header, days, unit):
    """Number and unit, the unit from the header where the cell has only a number."""
    read = limit_of(text, header)
    assert (read.days, read.unit, read.problem) == (days, unit, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("5", "只写了数字，没写是日还是工作日"),
        ("5-7个工作日", "写的是一个范围，不知道取哪个数"),
        ("受理3日、办结5日", "写了不止一个时限"),
        ("3个月", "不是按日或工作日写的"),
        ("按规定", "没读出几天"),
    ],
)
def test_limit_that_is_unclear_says_why(text, problem):
    """What cannot be read is reported and not guessed."""
    assert limit_of(text).problem == problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.申请书\n2、营业执照；\n（3）身份证", ["申请书", "营业执照", "身份证"]),
        ("1.申请书；2.营业执照；3.身份证。", ["申请书", "营业执照", "身份证"]),
        ("①交材料②领通知书", ["交材料", "领通知书"]),
        ("申请书；营业执照", ["申请书", "营业执照"]),
        ("1.申请书\n（加盖公章）\n2.营业执照", ["申请书（加盖公章）", "营业执照"]),
        ("第一步：交材料\n第二步：等通知", ["交材料", "等通知"]),
        ("高1.5米以上的照片", ["高1.5米以上的照片"]),
        ("无", []),
    ],
)
def test_list_in_a_cell_is_cut_into_points(text, expected):
    """Numbers, line breaks and semicolons part a list; decimals do not."""
    assert points(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("营业执照副本（原件及复印件各1份）", {"名称": "营业执照副本", "形式": "原件和复印件", "份数": 1}),
        ("身份证复印件1份", {"名称": "身份证", "形式": "复印件", "份数": 1}),
        (
            "注销申请书（表）（原件两份）：写清原因",
            {"名称": "注销申请书（表）", "形式": "原件", "份数": 2, "说明": "写清原因"},
        ),
        ("《食品经营许可证》正本、副本原件", {"名称": "食品经营许可证正本、副本", "形式": "原件"}),
        ("法人身份证明（原件或复印件）", {"名称": "法人身份证明"}),
    ],
)
def test_material_is_read_with_form_and_copies(text, expected):
    """Name, form and number of copies as the catalogue writes them."""
    assert material_of(text) == expected


def test_landlines_are_kept_and_mobiles_counted():
    """Office numbers in any spelling, no mobile in any spelling."""
    left = LeftOut()
    text = "０457-2123456 / 138 0457 1234，（0457）2110000转801；+86 13945670000 12345"
    assert landlines(text.replace("０", "0"), left) == ["0457-2123456", "0457-2110000转801", "12345"]
    assert left.mobiles == 2
    assert landlines("4572123456", LeftOut()) == ["0457-2123456"]


def test_contact_persons_are_scrubbed_from_text():
    """Names after 联系人, mobile numbers, identity numbers and chat accounts do not stay in a sentence."""
    left = LeftOut()
    text = "到三楼交材料，联系人：张蕾 13804571234（微信号：abc12345），经办人身份证明要带"
    assert scrubbed(text, left) == "到三楼交材料，经办人身份证明要带"
    assert (left.names, left.mobiles) == (1, 2)


def test_name_before_a_mobile_goes_with_it():
    """A name that stands only beside its number is a person all the same."""
    left = LeftOut()
    assert scrubbed("到窗口找刘杰（13512345678），或打 0457-2123456", left) == "到窗口，或打 0457-2123456"
    assert scrubbed("交到三楼，郭卫林 13512345678", left) == "交到三楼"
    assert (left.names, left.mobiles) == (2, 2)


def test_office_is_taken_only_when_it_is_one():
    """An office is recognised by its last word; a person's name is not."""
    left = LeftOut()
    assert office_of("行政审批科 张三", ["张三"], left) == "行政审批科"
    assert office_of("李四光", [], left) is None
    assert post_of("王局长", [], left) is None
    assert post_of("党组成员、副局长", [], left) == "党组成员、副局长"
    assert left.names == 2
