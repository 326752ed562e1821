"""`daoban bench publish`: how publications are judged by what each process served, and that there is something to publish."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

import pytest

from assistant.bench.publish import NAMES, Change, PublishStack, names, telephones
from assistant.bench.published import Found, Look, Published, as_table, judged
from assistant.desk.names import there
from assistant.errors import DaobanError
from assistant.settings import ROOT

OLD, NEW = "0" * 12, "1" * 12
KNOWLEDGE = ROOT / "knowledge"


def look(at: float, process: int, before: str, new: bool, after: str | None = None) -> Look:
    """A look at a process whose knowledge was the same before and after, unless another is told."""
    return Look(at, process, before, new, after or before)


def seen(*more: Look) -> list[Look]:
    """Two processes that take up the new knowledge a second apart, half a second after the publication ended at 12."""
    steps = [
        look(11.0, 1, OLD, False),
        look(11.1, 2, OLD, False),
        look(12.5, 1, NEW, True),
        look(12.6, 2, OLD, False),
        look(13.5, 2, NEW, True),
    ]
    return sorted([*steps, *more], key=lambda one: one.at)


def test_seconds_count_from_the_end_of_the_publication() -> None:
    """The first process and the last are told apart; who served it before `publish` came back waited for nothing."""
    found = judged(10.0, 12.0, NEW, seen())
    assert (found.took, found.first, found.last, found.in_all, found.mixed) == (2.0, 0.5, 1.5, 3.5, 0)
    assert judged(10.0, 13.0, NEW, seen()).first == 0.0


@pytest.mark.parametrize(
    ("at", "before", "new", "after", "mixed"),
    [
        (12.55, OLD, True, OLD, 1),  # the words are out, and the knowledge is not
        (12.55, NEW, False, NEW, 1),
        (12.55, OLD, True, NEW, 0),  # it changed while we looked
        (12.55, OLD, False, NEW, 0),
        (14.0, OLD, False, OLD, 1),  # the earlier one again
        (14.0, NEW, True, NEW, 0),
    ],
)
def test_half_a_knowledge_and_the_way_back_are_mixtures(
    at: float, before: str, new: bool, after: str, mixed: int
) -> None:
    """Words and knowledge belong together at every look that no swap came between, and nobody goes back."""
    assert judged(10.0, 12.0, NEW, seen(look(at, 2, before, new, after))).mixed == mixed


def test_process_that_never_serves_it_is_told() -> None:
    """One late process is enough to fail, whatever the others do."""
    with pytest.raises(DaobanError, match="1 个进程"):
        judged(10.0, 12.0, NEW, [one for one in seen() if one.process == 1 or one.before == OLD])


def test_table_tells_each_kind_and_the_slowest() -> None:
    """Middle and longest of each figure, what was mixed and wrong, and by how much the goal was missed."""
    quick = Found([Published(0.5, 0.2, 0.4, 0.1, 0), Published(0.7, 0.3, 0.6, 0.2, 0)], 200, {}, 812.0)
    slow = Found([Published(1.0, 0.5, 2.5, 0.9, 1)], 150, {"你好：HTTP 503": 2}, 1500.0)
    table = as_table(1.25, {"不发布": Found([], 90, {}, 400.0), "电话": quick, "新叫法": slow})
    for row in (
        "| 电话 | 2 | 0.60 / 0.70 | 0.25 / 0.30 | 0.50 / 0.60 | 1.10 / 1.30 | 0.15 / 0.20 | 0 | 200 | 0 | 0.81 |",
        "| 新叫法 | 1 | 1.00 / 1.00 | 0.50 / 0.50 | 2.50 / 2.50 | 3.50 / 3.50 | 0.90 / 0.90 | 1 | 150 | 2 | 1.50 |",
        "- 新叫法：2 次 你好：HTTP 503",
        "| 不发布 | 0 |  |  |  |  |  | 0 | 90 | 0 | 0.40 |",
        "机器的负载 1.2",
    ):
        assert row in table
    assert table.endswith("全都换上最慢 2.50 秒：超了 0.50 秒。")
    assert as_table(0.0, {"电话": quick}).endswith("都在目标以内。")


@pytest.mark.parametrize("changes", [telephones(), names(there(KNOWLEDGE))], ids=["telephones", "names"])
def test_every_change_has_its_place_in_the_knowledge(changes: Iterator[Change]) -> None:
    """Each stands in its file exactly once, one after the other, and as many as can be wanted."""
    texts: dict[str, str] = {}
    found = list(islice(changes, len(NAMES)))
    for one in found:
        text = texts.get(one.file) or (KNOWLEDGE / one.file).read_text("utf-8")
        assert text.count(one.old) == 1
        texts[one.file] = text.replace(one.old, one.new)
    assert len({one.new for one in found}) == len(NAMES)


def test_new_words_are_recognised_where_people_see_them() -> None:
    """A page with the telephone, and a search that finds the guide first, are the new words; others are not."""
    telephone = next(telephones())
    assert telephone.shown("电话 000-0000-9001".encode())
    assert not telephone.shown("电话 000-0000-0002".encode())
    name = next(names(["guides/geting.yaml"]))
    assert name.shown(json.dumps({"hits": [{"id": "geting"}]}).encode())
    assert not name.shown(json.dumps({"hits": [{"id": "wangba"}]}).encode())
    assert not name.shown(b'{"hits": []}')


def test_service_reads_the_copy_that_is_published_into() -> None:
    """The knowledge and the data of the service are those of the desk, not of whoever measures."""
    told = PublishStack(1, 2, "", folder=ROOT / "elsewhere").settings("data", 8000)
    assert told["DAOBAN_KNOWLEDGE"] == str(ROOT / "elsewhere" / "knowledge")
    assert told["DAOBAN_DATA"] == str(ROOT / "elsewhere" / "data")
    assert told["DAOBAN_PROCESSES"] == "2"
