"""Cards in WeChat: every kind as it was read and found right, and what holds for any card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.cards import Asks, Card, Choice, ItemRef, Line, Section, Turn
from assistant.render.html import questioned, stepped
from assistant.render.wechat import ROOM, messages
from assistant.render.wechat_cards import shown
from assistant.render.wechat_messages import LIMIT, SPARE, Menu, Message, News, Text
from assistant.render.wechat_pieces import CONTINUED, Block, cut, fragments, size
from tests.wechat.turns import TURNS

GOLDEN = Path(__file__).parent / "golden"
SITE = "https://daoban.example.cn"
SOME = settings(deadline=None, max_examples=60)


class Counting:
    """Numbers that run on from 1."""

    def __init__(self) -> None:
        self.last = 0

    def give(self, choices: Sequence[Choice]) -> list[int]:
        """The next numbers."""
        self.last += len(choices)
        return list(range(self.last - len(choices) + 1, self.last + 1))


def shown_messages(turn: Turn) -> list[Message]:
    """A turn as messages, its numbers beginning at 1."""
    return messages(turn, Counting(), link=lambda path: SITE + path)


def texts(turn: Turn) -> list[Text]:
    """The text messages among them."""
    return [one for one in shown_messages(turn) if isinstance(one, Text)]


def as_file(turn: Turn) -> str:
    """The messages of a turn, each under a line that says what it is."""
    parts = []
    for one in shown_messages(turn):
        if isinstance(one, News):
            parts.append(f"==== 图文\n{one.title}\n{one.description}\n{one.url}\n")
        else:
            can_tap = f"，能点{len(one.menu.choices)}样" if one.menu else ""
            parts.append(f"==== 文字{'，问了才发' if one.more else ''}{can_tap}\n{one.content}\n")
    return "".join(parts)


@pytest.mark.parametrize("name", TURNS)
def test_messages_of_a_turn_are_as_expected(name: str, update_golden: bool) -> None:
    """Not a word of them changes unnoticed."""
    path = GOLDEN / f"{name}.txt"
    if update_golden:
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(as_file(TURNS[name]), encoding="utf-8")
    assert as_file(TURNS[name]) == path.read_text(encoding="utf-8")


def test_no_expected_messages_are_left_over() -> None:
    """Each belongs to a turn."""
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(TURNS)


def test_every_kind_of_card_is_expected_somewhere() -> None:
    """The golden files show all six."""
    assert {card.kind for turn in TURNS.values() for card in turn.cards} == set(
        Card.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]
    )


@pytest.mark.parametrize("name", TURNS)
def test_first_message_alone_is_enough_to_go_on(name: str) -> None:
    """It opens the checklist, or holds the last choices: a passive reply is one message."""
    first, turn = shown_messages(TURNS[name])[0], TURNS[name]
    if isinstance(first, News):
        assert first.url.startswith(f"{SITE}/c/")
        assert "\n" not in first.description
    elif turn.cards[-1].choices and turn.cards[-1].kind != "answer":
        assert all(shown(choice.label) in first.content for choice in turn.cards[-1].choices)
        assert first.menu is not None


def test_question_stands_before_the_card_of_the_checklist() -> None:
    """Who is asked something while a checklist is handed over sees the question first, and the list's address with it."""
    first, second, *_ = shown_messages(TURNS["清单后面接着问"])
    assert isinstance(first, Text)
    assert isinstance(second, News)
    assert second.url in first.content
    assert "个体工商户" in first.content


def test_marks_are_explained_where_they_stand() -> None:
    """A message with 〔待核〕 says what that means, before its choices; one without does not."""
    beside, *more = texts(TURNS["问话里插一句"])
    assert "待核" not in beside.content
    assert "标着〔待核〕" in more[0].content + more[1].content


def test_rest_of_several_guides_says_whose_it_is() -> None:
    """去哪办 of which licence?"""
    more = "\n".join(one.content for one in texts(TURNS["几份指南"]) if one.more)
    assert "食品经营许可证，去哪办：" in more
    assert "烟草专卖零售许可证，去哪办：" in more


def test_choices_of_several_guides_stand_below_their_own() -> None:
    """However long the guides are: what can be asked about one never stands below another."""
    long = Section(
        heading="要带什么", lines=tuple(Line(text=f"第{n}样：带原件和复印件，到窗口交。") for n in range(45))
    )
    cards = tuple(
        Card(kind="answer", title=f"{name}证", sections=(long,), choices=(Choice(label="多久"),)) for name in "甲乙"
    )
    first, *others = texts(Turn(status="answered", cards=cards))
    assert others
    whole = first.content + "".join(one.content for one in others)
    places = [whole.index(part) for part in ("【甲证】", "还想问甲证", "【乙证】", "还想问乙证")]
    assert places == sorted(places)


def test_steps_are_not_numbered_like_choices() -> None:
    """Whoever reads 1. can only mean a choice."""
    content = "\n".join(one.content for one in texts(TURNS["一份指南"]))
    numbers = [int(number) for number in re.findall(r"(?:^|　)(\d+)\. ", content, re.MULTILINE)]
    assert "第1步：先停业" in content
    assert numbers == sorted(set(numbers))


def test_open_facts_are_marked_and_followed_by_whom_to_call() -> None:
    """待核 stands beside each of them, and the hotline in the same message."""
    first = texts(TURNS["一份指南"])[0].content
    assert "注销申请书（原件1份）：写清不干了的原因和日期，到窗口现填也行。〔待核〕" in first
    assert "去之前先打 12315 问一声" in first


def test_choices_of_several_show_two_of_their_own_numbers() -> None:
    """有几样就回几个数字, with numbers that stand in this very list."""
    turn = TURNS["多选"]
    numbers = Counting()
    numbers.last = 40
    (only,) = messages(turn, numbers, link=str)
    assert isinstance(only, Text)
    assert "“41、42”" in only.content


def test_menu_message_has_all_choices_and_no_word_twice() -> None:
    """Customer service can send it as a msgmenu: the words before, each choice to tap, the words after."""
    (only,) = texts(TURNS["单选"])
    assert only.menu is not None
    body = only.menu.body()
    listed = body["msgmenu"]["list"]
    assert body["msgtype"] == "msgmenu"
    assert [one["content"] for one in listed[:2]] == ["1. 个体工商户", "2. 公司"]
    assert [one["id"] for one in listed[:2]] == ["1", "2"]
    assert "1. " not in body["msgmenu"]["head_content"]


def test_words_of_people_open_no_link() -> None:
    """WeChat takes <a href> in a text for a link; whatever somebody typed stays words."""
    turn = Turn(
        status="answered", cards=(Card(kind="text", sections=(Section(lines=(Line(text='<a href="x">点</a>'),)),)),)
    )
    (only,) = texts(turn)
    assert "<" not in only.content


# ---- any card -----------------------------------------------------------------------------

CHARACTERS = "注销许可证办带去打问窗口县市一二三0123456789-aZ。，；！？、：…（）“”〔〕<> 　\n😀"
WORDS = st.text(CHARACTERS, min_size=1, max_size=60).filter(lambda text: bool(shown(text)))
LONG = st.text(CHARACTERS, min_size=1, max_size=1500).filter(lambda text: bool(shown(text)))
HEADINGS = st.sampled_from((None, "要带什么", "去哪办", "电话", "常有人问", "怎么一步步办", "别的"))
LINES = st.builds(
    Line,
    text=WORDS | LONG,
    tag=st.sampled_from((None, "待核", "已核", "演示数据")),
    href=st.sampled_from((None, "/c/abcd", "https://example.cn/x?y=1", "javascript:x")),
    phone=st.sampled_from((None, "12345", "000-0000-0001")),
)
SECTIONS = st.builds(Section, heading=HEADINGS, lines=st.lists(LINES, min_size=1, max_size=6).map(tuple))
ITEMS = st.sampled_from((None, ItemRef(id="x", name="某证")))
CHOICES = st.builds(Choice, label=WORDS, item=ITEMS)
CARDS = st.builds(
    Card,
    kind=st.sampled_from(("text", "answer", "choices", "question", "progress")),
    title=st.none() | WORDS,
    sections=st.lists(SECTIONS, max_size=6).map(tuple),
    choices=st.lists(CHOICES, max_size=30).map(tuple),
    sources=st.lists(WORDS, max_size=3).map(tuple),
    item=ITEMS,
    aspect=st.sampled_from((None, "where")),
)
CHECKLISTS = st.sampled_from(
    [card for name in ("短清单", "长清单", "还缺几样的清单") for card in TURNS[name].cards if card.kind == "checklist"]
)
ASKS = st.sampled_from((None, Asks(key="proxy"), Asks(key="licences", multiple=True)))
ANY_TURN = st.builds(
    Turn, status=st.just("answered"), cards=st.lists(CARDS | CHECKLISTS, max_size=4).map(tuple), asks=ASKS
)


def bare(text: str) -> str:
    """Text without the spaces that a place to cut may take away."""
    return re.sub(r"\s", "", text)


def read_together(turn: Turn) -> str:
    """All texts one after another, without what was repeated where one was cut."""
    whole = "".join(re.sub(rf"^[^\n]*{CONTINUED}", "", one.content) for one in texts(turn))
    return bare(whole)


@SOME
@given(ANY_TURN)
def test_no_message_is_longer_than_wechat_takes(turn: Turn) -> None:
    """2,048 bytes with what the channel adds, for a menu message all its parts together; none is empty."""
    for one in texts(turn):
        assert 0 < size(one.content) <= LIMIT - SPARE
        if one.menu:
            assert size(one.menu.head + one.menu.tail + "".join(tap.content for tap in one.menu.choices)) <= LIMIT


@SOME
@given(ANY_TURN)
def test_no_choice_is_lost_and_each_has_its_number(turn: Turn) -> None:
    """Every choice of every card stands in a text behind a number of its own, and in a menu with the same words."""
    whole = read_together(turn)
    choices = [choice for card in turn.cards for choice in card.choices]
    for number, choice in enumerate(choices, 1):
        assert bare(f"{number}. {shown(choice.label)}") in whole
    menus: list[Menu] = [one.menu for one in texts(turn) if one.menu]
    for menu in menus:
        for tap in menu.choices:
            assert tap.content == f"{tap.id}. {shown(choices[int(tap.id) - 1].label)}"


@SOME
@given(ANY_TURN)
def test_no_sentence_of_a_card_is_lost(turn: Turn) -> None:
    """What the page shows stands somewhere in the messages, in whole."""
    whole = read_together(turn)
    for card in turn.cards:
        if card.kind == "checklist":
            continue
        for line in (line for section in card.sections for line in section.lines):
            assume(stepped(line)[0] is None and questioned(line) is None)
            words = shown(line.text)
            assert bare(words.removesuffix("。") if line.phone else words) in whole
            assert line.tag is None or f"〔{line.tag}〕" in whole


@pytest.mark.parametrize("name", ["短清单", "长清单", "还缺几样的清单"])
def test_every_entry_of_a_checklist_is_told_with_its_door(name: str) -> None:
    """Nobody has to open the page to know what there is to do, and where."""
    whole = read_together(TURNS[name])
    phases = next(card.checklist for card in TURNS[name].cards if card.checklist)["phases"]
    entries = [entry for phase in phases for entry in phase["entries"]]
    assert entries
    for entry in entries:
        assert bare(f"· {entry['item']['name']}") in whole
        assert bare(entry["window"]["name"]) in whole


WHOLE = ("000-0000-0001", "示例市演示大街1号3楼", "12345", "https://example.cn/c/ab?x=1&y=2", "20260302-0001")
SENTENCES = st.builds(
    lambda before, what, after: f"{before}{what}{after}。",
    st.text("注销许可证办带去，、", max_size=20),
    st.sampled_from(WHOLE),
    st.text("注销许可证办带去，、", max_size=20),
)
BLOCKS = st.lists(
    st.builds(
        Block,
        st.lists(st.lists(SENTENCES, min_size=1, max_size=30).map("".join), min_size=1, max_size=8).map(tuple),
        st.sampled_from((None, "去哪办：", "要带什么：")),
    ),
    max_size=6,
)


@SOME
@given(BLOCKS, st.integers(250, ROOM))
def test_cut_texts_end_with_a_sentence_and_hold_all(blocks: list[Block], room: int) -> None:
    """No telephone, address or number is cut, no sentence is, and nothing is lost or said twice."""
    pieces = [piece for piece in cut(blocks, room) if piece]
    assert all(size(piece) <= room and piece.endswith("。") for piece in pieces)
    together = "".join(re.sub(rf"^[^\n]*{CONTINUED}", "", piece) for piece in pieces)
    assert bare(together) == bare("".join(map(str, blocks)))


@SOME
@given(LONG, st.integers(4, 300))
def test_fragments_are_the_text(text: str, room: int) -> None:
    """However little room there is, the parts fit and make up the text."""
    parts = fragments(text, room)
    assert "".join(parts) == text
    assert all(size(part) <= room for part in parts)


@SOME
@given(st.sampled_from(WHOLE), st.text("注销许可证，", max_size=80), st.integers(60, 120))
def test_no_number_is_cut_in_a_sentence_without_end(number: str, around: str, room: int) -> None:
    """Where not even a comma helps, what dials or opens stays in one part."""
    latin = "".join(re.findall(r"[!-~]+", number)) or number
    assert any(latin in part for part in fragments(f"{around}{latin}{around}", room))
