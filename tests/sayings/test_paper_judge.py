"""Which licences a message tells of, as the shipped judge weighs the signs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.actions.paper_judge import DESCRIPTION, GONE, HELD, NONE, READER, SHIPPED, LearnedJudge, joined
from assistant.actions.paper_signs import UNREAD, Clause, in_its_place
from assistant.actions.told_licences import LicencesTold
from assistant.errors import EncoderError
from assistant.knowledge.load import load
from assistant.settings import ROOT, from_environment

TOLD, CONVERSATIONS = ROOT / "nlu" / "told", ROOT / "nlu" / "conversations"


@dataclass(frozen=True)
class Fixed:
    """A judge with limits and no opinion."""

    sure: float = 0.8
    doubted: float = 0.2
    withdrawn: float = 0.9

    def read(self, places: Sequence[str]) -> list[tuple[float, ...]]:
        """Nothing."""
        return [UNREAD] * len(places)

    def shares(self, figures: object) -> dict[str, tuple[float, float]]:
        """Nothing."""
        return {}


def test_judge_adds_what_it_is_sure_of_and_says_that_it_is_likely() -> None:
    """A licence that the rules did not find counts from `sure` on, and is told as a guess."""
    found = joined(LicencesTold(held=("a",)), {"a": (0.9, 0.0), "b": (0.8, 0.1), "c": (0.79, 0.1)}, (), Fixed())
    assert (found.held, found.likely) == (("a", "b"), ("b",))


def test_judge_takes_away_only_what_it_doubts() -> None:
    """What the rules found stays unless the judge thinks it unlikely."""
    found = joined(LicencesTold(held=("a", "b"), dropped=("c", "d")), _shares(), (), Fixed())
    assert (found.held, found.dropped) == (("b",), ("d",))


def _shares() -> dict[str, tuple[float, float]]:
    return {"a": (0.19, 0.0), "b": (0.2, 0.0), "c": (0.5, 0.19), "d": (0.5, 0.2)}


def test_judge_leaves_a_word_of_several_to_be_asked_about() -> None:
    """However likely one of them is, a doubt between several licences of one word stays a question."""
    found = joined(LicencesTold(unsure=("a", "b")), {"a": (0.9, 0.0), "b": (0.1, 0.0)}, (), Fixed())
    assert (found.held, found.unsure) == ((), ("a", "b"))


def test_judge_takes_back_what_was_told_before_only_when_it_is_quite_sure() -> None:
    """From `withdrawn` on an earlier licence goes, however little the rules found; what the rules took back stays so."""
    shares = {"a": (0.0, 0.9), "b": (0.0, 0.89), "c": (0.0, 0.9), "d": (0.9, 0.0)}
    assert joined(LicencesTold(), shares, ("a", "b"), Fixed()).dropped == ("a",)
    assert joined(LicencesTold(dropped=("d",)), shares, ("d",), Fixed()).dropped == ("d",)


def test_shipped_trees_give_probabilities_the_same_alone_and_among_others() -> None:
    """P(held) and P(not held) leave room for neither, and depend on nothing but the figures."""
    judge = LearnedJudge(SHIPPED)
    size = judge.figures
    several = judge.shares({str(n): [float((n * k) % 7 - 3) for k in range(size)] for n in range(20)})
    for name, (held, gone) in several.items():
        n = int(name)
        alone = judge.shares({name: [float((n * k) % 7 - 3) for k in range(size)]})
        assert alone[name] == pytest.approx((held, gone), abs=1e-6)
        assert min(held, gone) >= 0
        assert held + gone <= 1 + 1e-6
    assert len({round(held, 3) for held, _ in several.values()}) > 1


def test_place_of_a_licence_leaves_out_its_name_and_shows_what_stands_around_it() -> None:
    """The reader sees neither which licence it is nor its rivals' places: the part, what came before, what follows."""
    clauses = [Clause(plain, {}, {}, ()) for plain in ("食品证有", "烟草证早退了", "别列")]
    place = in_its_place(["烟草证"], clauses, 1, "个体户，在塔河")
    assert place == "【】早退了[SEP]个体户在塔河，食品证有[SEP]别列"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("【】在墙上挂着呢[SEP]手里有啥证，我翻翻[SEP]", HELD),
        ("【】前年就交回去了[SEP]啊不对[SEP]不用管", GONE),
        ("员工都走了[SEP][SEP]房子也退了", NONE),
    ],
)
def test_reader_hears_what_a_place_says(place: str, says: int) -> None:
    """Held, given back, or no paper at all."""
    shares = LearnedJudge(SHIPPED).read([place])[0]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert max(range(3), key=shares.__getitem__) == says


def test_reader_reads_a_place_the_same_alone_and_among_others() -> None:
    """Several licences may stand in one place; the order of places changes nothing."""
    judge = LearnedJudge(SHIPPED)
    places = ["【】有[SEP][SEP]", "【】没办过[SEP][SEP]食品的有", "【】有[SEP][SEP]"]
    together = judge.read(places)
    assert together[0] == together[2]
    assert judge.read(places[1:2])[0] == pytest.approx(together[1], abs=1e-3)
    assert judge.read([]) == []


@pytest.mark.parametrize("spoilt", ["missing", "half", "no card"])
def test_damaged_judge_is_one_sentence(tmp_path: Path, spoilt: str) -> None:
    """What cannot be loaded says so, instead of judging wrongly."""
    folder = tmp_path / "judge"
    shutil.copytree(SHIPPED, folder)
    model = folder / next(iter(json.loads((folder / DESCRIPTION).read_text("utf-8"))["files"]))
    if spoilt == "missing":
        model.unlink()
    elif spoilt == "half":
        model.write_bytes(model.read_bytes()[:1000])
    else:
        (folder / DESCRIPTION).write_text("{", "utf-8")
    with pytest.raises(EncoderError, match="请重新取得这个目录"):
        LearnedJudge(folder)


def test_judge_without_its_reader_is_one_sentence(tmp_path: Path) -> None:
    """Trees without the readings that they learned with would judge wrongly."""
    folder = tmp_path / "reader"
    shutil.copytree(READER, folder)
    next(folder.glob("*.onnx")).unlink()
    with pytest.raises(EncoderError, match="请重新取得这个目录"):
        LearnedJudge(SHIPPED, folder)


def test_every_message_names_licences_that_exist() -> None:
    """For every message of nlu/told: its licences are on the list, none is both held and not held, none is told twice."""
    items = load(from_environment().knowledge).items
    said: set[str] = set()
    for path in sorted(TOLD.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            one = json.loads(line)
            assert one["said"] not in said, one["said"]
            said.add(one["said"])
            assert items.keys() >= {*one["held"], *one["not_held"], *one.get("before", ())}, one["said"]
            assert not set(one["held"]) & set(one["not_held"]), one["said"]
    assert len(said) > 1000


def test_every_conversation_names_licences_that_exist() -> None:
    """For every turn of nlu/conversations: its licences are on the list, and none is both held and not held."""
    items = load(from_environment().knowledge).items
    turns = [
        turn
        for path in sorted(CONVERSATIONS.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        for turn in json.loads(line)["turns"]
    ]
    for turn in turns:
        assert items.keys() >= {*turn["held"], *turn["not_held"]}, turn["said"]
        assert not set(turn["held"]) & set(turn["not_held"]), turn["said"]
        assert turn["said"].strip(), turn
    assert len(turns) > 1000
