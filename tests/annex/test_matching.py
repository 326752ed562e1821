import pytest

from assistant.annex.matching import Matcher, department_of, region_of
from assistant.knowledge.load import load


@pytest.fixture
def matcher(folder):
    """A matcher of the small folder."""
    return Matcher(load(folder))


@pytest.mark.parametrize(
    ("name", "department", "found", "how"),
    [
        ("食品经营许可证", None, "shipin-jingying-xuke", "同名"),
        ("1.食品经营许可证注销", None, "shipin-jingying-xuke", "同名"),
        ("《食品经营许可证》（注销）", None, "shipin-jingying-xuke", "同名"),
        ("食品经营许可证那个本", None, "shipin-jingying-xuke", "别名"),
        ("特种设备使用登记证", "shijianju", "tezhong-shebei-shiyong-dengji", "证名"),
        ("烟花爆竹经营(零售)许可注销", "yingjiju", "yanhua-baozhu-lingshou", "同名"),
        ("烟草专卖品零售许可证", "yancaoju", "yancao-lingshou-xuke", "近似"),
        ("税务注销", None, "shuiwu-zhuxiao", "同名"),
    ],
)
def test_row_name_finds_its_item(matcher, name, department, found, how):
    """Same name, alias, certificate or a close likeness, and which of these it was."""
    match = matcher.match(name, department)
    assert (match.id, match.how) == (found, how)


def test_near_names_are_asked_not_guessed(matcher):
    """烟花爆竹经营许可证 may be the wholesaler's or the shop's: both are offered, neither is taken."""
    match = matcher.match("烟花爆竹经营许可证", "yingjiju")
    assert (match.id, match.how) == (None, "拿不准")
    assert {c.id for c in match.best[:2]} == {"yanhua-baozhu-pifa", "yanhua-baozhu-lingshou"}


def test_opposite_words_never_make_a_sure_match(matcher):
    """药品批发 is not taken for another licence however alike the letters."""
    assert matcher.match("烟草专卖批发许可证", "yancaoju").id is None


def test_name_like_nothing_is_unmatched(matcher):
    """What we have never heard of is told as such."""
    assert matcher.match("会计师事务所执业证书", None).how == "没对上"


def test_department_of_another_office_keeps_an_alias_open(matcher):
    """An alias alone does not carry a row into another department's items."""
    assert matcher.match("食品经营许可证那个本", "yancaoju").id is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("地区市场监督管理局", "shijianju"),
        ("一、市监局（13项）", "shijianju"),
        ("塔河县市场监督管理局", "shijianju"),
        ("大兴安岭地区行政公署应急管理局", "yingjiju"),
        ("大兴安岭地区烟草专卖局", "yancaoju"),
        ("司法局", None),
    ],
)
def test_department_is_found_in_many_spellings(folder, text, found):
    """Full name, short name, the county's own bureau, a numbered heading."""
    department = department_of(load(folder), text)
    assert (department.id if department else None) == found


def test_county_goes_before_the_prefecture(folder):
    """大兴安岭地区塔河县 is 塔河县."""
    knowledge = load(folder)
    assert region_of(knowledge, ["大兴安岭地区塔河县代办注销分级清单"]).id == "tahe"
    assert region_of(knowledge, ["大兴安岭地区分级清单"]).id == "daxinganling"
    assert region_of(knowledge, ["各县分级清单"]) is None
