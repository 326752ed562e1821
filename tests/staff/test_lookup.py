"""What a clerk types leads to what is meant: names, initials, pinyin first, then what the finder makes of it."""

from __future__ import annotations

import pytest

from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Hit
from assistant.retrieval.entries import Kind
from assistant.staff.lookup import LookUp, Match
from tests.builders import a_guide, a_knowledge, an_item


class Asked:
    """A finder that knows one question by heart, and counts how often it is asked."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge, self.questions = knowledge, [""]

    def rank(self, question: str, limit: int = 10) -> tuple[Hit, ...]:
        """Tobacco for the shop, next to nothing for the rest; the kitchen is always second."""
        self.questions.append(question)
        first = 0.9 if "小卖店" in question else 0.01
        return Hit("yancao", "烟草", Kind.ITEM, first), Hit("canyin", "餐饮", Kind.ITEM, first / 10)


def a_look_up() -> tuple[LookUp, Asked]:
    """食品生产, 食品经营 (with many names), 烟草 and 餐饮."""
    items = (
        an_item("shengchan", "食品生产许可证"),
        an_item("jingying", "食品经营许可证", listed_literally=False),
        an_item("yancao", "烟草专卖零售许可证", department="yancaoju", certificate="烟草证书"),
        an_item("canyin", "餐饮服务许可证"),
    )
    aliases = ("食品证", "卖吃的证", "超市食品证")
    guides = {"jingying": a_guide("食品经营许可证", aliases=aliases)}
    tobacco = m.Department(id="yancaoju", name="示例市烟草专卖局", hotline="12313", item_count=1, aliases=("烟草局",))
    registrar = m.Department(id="shijianju", name="示例市市监局", hotline="12315", item_count=3)
    known = a_knowledge(*items, guides=guides, departments={one.id: one for one in (tobacco, registrar)})
    finder = Asked(known)
    return LookUp(finder), finder


def found(typed: str) -> list[str]:
    """The ids of what is found, best first."""
    return [one.id for one in a_look_up()[0].find(typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("食品经营许可证", "jingying"),
        ("食品经营", "jingying"),
        ("spjy", "jingying"),
        ("SPJY", "jingying"),
        ("ｓｐｊｙ", "jingying"),
        ("shipinjingying", "jingying"),
        ("shipinj", "jingying"),
        ("shi'pin'j", "jingying"),
        ("sipinjinying", "jingying"),
        ("卖吃的", "jingying"),
        ("mcd", "jingying"),
        ("烟草证", "yancao"),
        ("烟草局", "yancaoju"),
        ("yczmj", "yancaoju"),
        ("12313", "yancaoju"),
        ("yancaozhuanmailing", "yancao"),
        ("小卖店黄了", "yancao"),
    ],
)
def test_what_is_typed_comes_first(typed: str, first: str) -> None:
    """Chinese, initials, pinyin (half a syllable, northern, with the input method's signs), aliases, numbers, plain words."""
    shown = a_look_up()[0].find(typed)
    assert shown[0].id == first
    assert shown[0].match <= Match.LETTERS_OF_ALIAS or typed == "小卖店黄了"


def test_beginning_of_a_name_goes_before_its_middle() -> None:
    """餐饮 begins one name; 许可证 stands in the middle of four."""
    assert found("餐饮")[0] == "canyin"
    assert {"shengchan", "jingying", "yancao", "canyin"} <= set(found("许可证"))


def test_of_what_fits_alike_the_one_with_more_names_goes_first() -> None:
    """Both begin with sp; the one that people have more words for is asked for more often."""
    assert found("sp")[:2] == ["jingying", "shengchan"]


def test_alias_is_told_where_it_led() -> None:
    """A line found by another name says by which; one found by its own does not."""
    look_up, _ = a_look_up()
    assert "也叫“食品证”" in look_up.find("食品证")[0].note
    assert "也叫" not in look_up.find("食品经营")[0].note


@pytest.mark.parametrize("typed", ["", "   ", "？？", "😀", "qqqq", "完全不沾边"])
def test_nothing_fits_and_nothing_is_shown(typed: str) -> None:
    """Guesses about words that nobody knows are no answer."""
    assert found(typed) == []


def test_letters_do_not_trouble_the_finder() -> None:
    """Initials that begin a name say it all; what is typed again is remembered."""
    look_up, finder = a_look_up()
    look_up.find("spjy")
    assert finder.questions == [""]
    look_up.find("食品")
    look_up.find("食品")
    assert finder.questions == ["", "食品"]


def test_open_item_says_so() -> None:
    """What is not certain to be on the list carries its badge in the list, too."""
    look_up, _ = a_look_up()
    assert look_up.find("食品经营")[0].state == "待核"
    assert look_up.find("烟草专卖零售")[0].state == ""


def test_long_and_hostile_input_is_only_text() -> None:
    """Whatever is pasted, a list comes back."""
    look_up, _ = a_look_up()
    for typed in ("食" * 10_000, "'; DROP TABLE", "\x00\u202e食品", "(" * 90, "\ud800食品"):
        assert isinstance(look_up.find(typed), list)
    assert look_up.find("\u202e食品经营")[0].id == "jingying"


def test_to_begin_with_there_are_the_departments() -> None:
    """Before anything is typed every department is a key away."""
    assert [one.id for one in a_look_up()[0].departments()] == ["yancaoju", "shijianju"]
