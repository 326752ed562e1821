"""Numbers of choices: they run on, they lead to the choice they name ten messages later, and words stay words."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from assistant.cards import Choice
from assistant.wechat.number_words import named_numbers
from assistant.wechat.numbers import KEPT_MESSAGES, LAST, NumberBook, first_number
from assistant.wechat.tables import StoredNumber

KINDS = ("个体工商户", "公司", "合作社")
YES_NO = ("有", "没有", "不清楚")
WHO = "wx-1"


@pytest.fixture
def book() -> NumberBook:
    """An empty book."""
    return a_book()


def a_book() -> NumberBook:
    """A book in a database of its own."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    StoredNumber.metadata.create_all(engine, [StoredNumber.metadata.tables[StoredNumber.__tablename__]])
    return NumberBook(engine)


def choices(labels: Sequence[str], of: str = "") -> list[Choice]:
    """Choices with payloads that tell them apart."""
    return [Choice(label=label, payload=f"c:{of}{label}") for label in labels]


def test_numbers_begin_at_one_and_run_on(book: NumberBook) -> None:
    """A new conversation begins at 1, its next list where the last one ended; another conversation counts for itself."""
    assert book.give(WHO, choices(KINDS)) == [1, 2, 3]
    assert book.give(WHO, choices(YES_NO)) == [4, 5, 6]
    assert book.give("wx-2", choices(KINDS)) == [1, 2, 3]
    assert book.give(WHO, []) == []
    assert book.means("wx-2", "5") is None


@pytest.mark.parametrize(
    "said",
    [
        *("2", "２", "②", "2️⃣", "2.", "(2)", " 2 ", "“2”", "2号", "二", "第二个", "第2个", "第二"),
        *("选2", "我选二", "就2吧", "回复2", "要2", "公司", "公司。", "2. 公司", "2、公司"),
    ],
)
def test_choice_is_named_in_any_way(book: NumberBook, said: str) -> None:
    """By its number in any width, as people say it, by its words, or by the line that shows it."""
    book.give(WHO, choices(KINDS))
    assert book.means(WHO, said) == "c:公司"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "4",
        "0",
        "12",
        "2个",
        "两个",
        "2家分店",
        "一样都没有",
        "2年前",
        "2.5",
        "13800138000",
        "20260302-0001",
        "公",
        "2 9",
    ],
)
def test_anything_else_stays_what_it_is(book: NumberBook, said: str) -> None:
    """A number that was never given, a quantity, a telephone: words for the dialogue."""
    book.give(WHO, choices(KINDS))
    assert book.means(WHO, said) is None
    assert book.in_words(WHO, said) == said


@pytest.mark.parametrize(
    "said",
    [
        "1 3",
        "1、3",
        "１，３",
        "1,3",
        "1和3",
        "一、三",
        "1 3都有",
        "第一个和第三个",
        "1\n3",
        "3、1、3",
        "1、3这两个",
        "选1、3吧",
    ],
)
def test_several_numbers_are_the_words_of_their_choices(book: NumberBook, said: str) -> None:
    """As somebody would type them."""
    book.give(WHO, choices(KINDS))
    assert book.means(WHO, said) is None
    assert sorted(book.in_words(WHO, said).split("、")) == ["个体工商户", "合作社"]


def test_a_spread_of_numbers_is_all_of_them(book: NumberBook) -> None:
    """1到3."""
    book.give(WHO, choices(KINDS))
    assert book.in_words(WHO, "1到3") == book.in_words(WHO, "1-3") == "、".join(KINDS)
    assert book.in_words(WHO, "3-1") == "3-1"


def test_old_number_leads_to_its_old_choice(book: NumberBook) -> None:
    """2 is 公司 as long as no other choice has it, whatever is asked now; the words are those of the question now."""
    book.give(WHO, choices(KINDS))
    book.give(WHO, choices(YES_NO))
    assert book.means(WHO, "2") == "c:公司"
    assert book.means(WHO, "5") == book.means(WHO, "没有") == "c:没有"
    assert book.means(WHO, "2. 公司") == "c:公司"
    assert book.means(WHO, "公司") is None
    assert book.in_words(WHO, "2 4") == "公司、有"


def test_place_in_a_list_is_counted_in_the_last_one(book: NumberBook) -> None:
    """第二个 of 4, 5, 6 is 5, whatever had the number 2; 第五个 is the 5 that stands there; 第九个 there is none."""
    book.give(WHO, choices(KINDS))
    book.give(WHO, choices(YES_NO))
    assert book.means(WHO, "第二个") == "c:没有"
    assert book.means(WHO, "第五个") == "c:没有"
    assert book.means(WHO, "第九个") is None


def test_words_that_two_choices_have_name_neither(book: NumberBook) -> None:
    """多久 below two guides: the dialogue decides; the numbers still do."""
    book.give(WHO, [Choice(label="多久", payload="c:a"), Choice(label="多久", payload="c:b")])
    assert book.means(WHO, "多久") is None
    assert book.means(WHO, "2") == "c:b"


def test_numbers_begin_again_after_99(book: NumberBook) -> None:
    """A list that would pass 99 begins at 1, and takes the numbers over."""
    for round_ in range(14):
        book.give(WHO, choices("甲乙丙丁戊己庚", of=str(round_)))
    assert book.give(WHO, choices(KINDS)) == [1, 2, 3]
    assert book.means(WHO, "2") == "c:公司"
    assert book.means(WHO, "4") == "c:0丁"
    assert book.means(WHO, "98") == "c:13庚"


LISTS = st.lists(st.integers(1, 30), min_size=1, max_size=40)


@given(LISTS)
@settings(deadline=None, max_examples=40)
def test_numbers_lead_to_their_choice_ten_messages_later(sizes: list[int]) -> None:
    """Whatever was asked meanwhile: each list ascends without a gap, and ten messages back every number is its choice's."""
    book = a_book()
    given_: list[tuple[list[int], list[Choice]]] = []
    for count in sizes:
        offered = [Choice(label=f"样{n}", payload=f"c:{len(given_)}-{n}") for n in range(count)]
        numbers = book.give(WHO, offered)
        assert numbers == list(range(numbers[0], numbers[0] + count))
        given_.append((numbers, offered))
        recent = given_[-KEPT_MESSAGES - 1 :]
        flat = [number for numbers, _ in recent for number in numbers]
        assert len(set(flat)) == len(flat)
        for then, them in (recent[0], recent[-1]):
            for number, choice in ((then[0], them[0]), (then[-1], them[-1])):
                assert book.means(WHO, str(number)) == choice.payload


@given(st.integers(1, 99), st.integers(0, 99), st.sets(st.integers(1, 99), max_size=60))
def test_list_begins_where_nothing_recent_stands(count: int, last: int, recent: set[int]) -> None:
    """After the last number where it can, and within two digits wherever that is free."""
    first = first_number(count, last, recent)
    numbers = set(range(first, first + count))
    assert not numbers & recent
    if last + count <= LAST and not recent & set(range(last + 1, last + count + 1)):
        assert first == last + 1


@given(st.lists(st.integers(1, 999), min_size=1, max_size=8, unique=True))
def test_numbers_said_in_a_row_are_heard(numbers: list[int]) -> None:
    """In any of the ways to part them."""
    for between in ("、", " ", ",", "，", "和"):
        heard = named_numbers(between.join(map(str, numbers)))
        assert [one.number for one in heard] == numbers


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30))
def test_no_message_is_too_strange(said: str) -> None:
    """Whatever somebody types, it is a choice of the list or it stays as it is."""
    book = a_book()
    book.give(WHO, choices(KINDS))
    assert book.means(WHO, said) in (None, *(f"c:{kind}" for kind in KINDS))
    assert isinstance(book.in_words(WHO, said), str)


def test_processes_that_give_at_once_never_give_the_same(engine: Engine) -> None:
    """Several answers of one conversation on their way, in SQLite and PostgreSQL: every number has one choice."""
    books = [NumberBook(engine) for _ in range(4)]

    def give(turn: int) -> list[tuple[int, str]]:
        offered = [Choice(label=f"样{n}", payload=f"c:{turn}-{n}") for n in range(3)]
        return list(zip(books[turn % 4].give(WHO, offered), (one.payload for one in offered), strict=True))

    with ThreadPoolExecutor(4) as pool:
        told = [pair for pairs in pool.map(give, range(8)) for pair in pairs]
    assert sorted(number for number, _ in told) == list(range(1, 25))
    for number, payload in told:
        assert books[0].means(WHO, str(number)) == payload
