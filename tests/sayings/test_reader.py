"""What single clauses tell, as the shipped model reads them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import DaobanError, EncoderError
from assistant.sayings import reader as reading
from assistant.sayings.clauses import read_clauses
from assistant.sayings.reader import SHIPPED, Reader
from assistant.settings import ROOT

CLAUSES = ROOT / "nlu" / "sayings"


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The shipped model."""
    return Reader(SHIPPED)


@pytest.mark.parametrize(
    ("clause", "label"),
    [
        ("整个公司都撤了不留", "whole_or_licence_only=whole"),
        ("店接着开光把【】退了", "whole_or_licence_only=licence_only"),
        ("这趟手续我亲自去跑", "proxy=self"),
        ("我腿脚不好你们窗口替我办了吧", "proxy=proxy"),
        ("基本户去年就销掉了", "bank_account=no"),
        ("社保的户头还没销呢", "social_insurance=yes"),
        ("外面的账一分不差都还上了", "debts=no"),
        ("底下没有分店也没设分公司", "branches=no"),
        ("那张【】是房东的不是我的", "licence=not_held"),
        ("卫生局那年给过一张【】", "licence=held"),
        ("这个得跑几趟啊", "asks=yes"),
    ],
)
def test_clause_tells_what_it_says(reader: Reader, clause: str, label: str) -> None:
    """Clauses that stand nowhere among those it learned from are read for sure."""
    assert clause not in {one.text for one in read_clauses(CLAUSES)}
    (saying,) = reader.read([clause])
    assert saying.tells(label), saying.probability


@pytest.mark.parametrize("clause", ["被褥毛巾啥的都归一个局管", "今年雪下得大", "大兴安岭的冬天长"])
def test_story_tells_nothing(reader: Reader, clause: str) -> None:
    """A clause about something else tells no fact and asks nothing."""
    (saying,) = reader.read([clause])
    assert saying.facts() == {}


def test_clause_reads_the_same_alone_and_among_others() -> None:
    """What stands beside a clause in a message does not change what it tells."""
    clauses = [one.text for one in read_clauses(CLAUSES)[::400]]
    together = Reader(SHIPPED).read(clauses)
    for clause, among in zip(clauses, together, strict=True):
        (alone,) = Reader(SHIPPED).read([clause])
        np.testing.assert_allclose(list(alone.probability.values()), list(among.probability.values()), atol=0.02)


def test_long_conversations_do_not_fill_the_memory(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has been read is forgotten when there is too much of it, and read again when needed."""
    monkeypatch.setattr(reading, "REMEMBERED", 3)
    wanted = reader.read(["公章还在"])[0].probability
    for number in range(5):
        reader.read([f"第{number}家店关了"])
    assert len(reader._read) <= 3
    assert reader.read(["公章还在"])[0].probability == wanted


def test_without_the_model_words_must_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged model is said so in the log; clauses then tell nothing, and whoever asks goes by the words."""
    broken = Path(shutil.copytree(SHIPPED, tmp_path / "broken"))
    (broken / "model_int8.onnx").write_bytes(b"half")
    with pytest.raises(EncoderError, match="损坏或不完整"):
        Reader(broken)
    monkeypatch.setattr(reading, "SHIPPED", broken)
    reading._shipped.cache_clear()
    try:
        (saying,) = reading.read(["我自己去办"])
    finally:
        reading._shipped.cache_clear()
    assert not saying.probability
    assert not saying.tells("proxy=self")


def test_every_line_teaches_something_that_can_be_told() -> None:
    """No clause is labelled with two values of one key, and every label has its opposite or says the one thing it can."""
    single = {"asks", "other_licences"}
    values: dict[str, set[str]] = {}
    for clause in read_clauses(CLAUSES):
        pairs = [label.split("=") for label in clause.labels]
        assert len({key for key, _ in pairs}) == len(pairs), clause
        for key, value in pairs:
            values.setdefault(key, set()).add(value)
    assert {key for key, own in values.items() if len(own) != 2} == single


def test_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A line without a tab is refused with its file and number."""
    (tmp_path / "x.tsv").write_text("我自己办\tproxy=self\n没有制表符\n", "utf-8")
    with pytest.raises(DaobanError, match=r"x\.tsv 第 2 行"):
        read_clauses(tmp_path)
