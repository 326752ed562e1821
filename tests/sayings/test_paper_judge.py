"""Which licences a message tells of, as the shipped judge weighs the signs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from assistant.actions.paper_judge import DESCRIPTION, GONE, HELD, SHIPPED, LearnedJudge, joined
from assistant.actions.paper_reader import READER
from assistant.actions.paper_reading import LONGEST, Candidate, Reading, tensors
from assistant.actions.paper_signs import UNREAD
from assistant.actions.told_licences import LicencesTold
from assistant.errors import EncoderError
from assistant.knowledge.load import load
from assistant.retrieval.mentions import Mention, Standing
from assistant.settings import ROOT, from_environment

TOLD, CONVERSATIONS = ROOT / "nlu" / "told", ROOT / "nlu" / "conversations"


@dataclass(frozen=True)
class Fixed:
    """A judge with limits and no opinion."""

    sure: float = 0.8
    doubted: float = 0.2
    withdrawn: float = 0.9

    def read(self, reading: Reading) -> list[tuple[float, ...]]:
        """Nothing."""
        return [UNREAD] * len(reading.candidates)

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


def told(*parts: str, last: str = "", asked: str | None = "licences") -> Reading:
    """A message of these parts: the first speaks of a food permit, the second of tobacco."""
    food = Candidate("food", "食品经营许可证食品证", _likely(0, parts), _likely(0, parts), (-0.5, -0.5, -0.5), False)
    smoke = Candidate(
        "smoke", "烟草专卖零售许可证烟草证", _likely(1, parts), _likely(1, parts), (-0.7, -0.7, -0.7), False
    )
    named = (_name("食品证", "food"), _name("烟草证", "smoke"))
    return Reading(asked, last, parts, named, (food, smoke))


def _name(text: str, owner: str) -> Mention:
    return Mention(text, 0, len(text), (owner,), None, by_sound=False, standing=Standing.HELD)


def _likely(part: int, parts: Sequence[str]) -> tuple[float, ...]:
    return tuple(0.95 if number == part else 0.001 for number in range(len(parts)))


def test_what_points_at_a_licence_stands_at_its_words() -> None:
    """The name counts where it stands, the likelihood of a part in that part, nothing in what was said before."""
    reading = told("食品证有", "烟草证早退了", last="我有烟草证")
    given = tensors(reading, Tokenizer.from_file(str(READER / "tokenizer.json")))
    message = int(np.argmax(given.kinds))
    assert given.tokens.shape == given.kinds.shape == given.pointing.shape[1:2]
    assert given.kinds.tolist() == [0] * message + [1] * (len(given.kinds) - message)
    named = [np.flatnonzero(points[:, 4]).tolist() for points in given.pointing]
    assert named == [[message, message + 1, message + 2], [message + 5, message + 6, message + 7]]
    likely = np.flatnonzero(given.pointing[0][:, 1] > 0.5).tolist()
    assert likely == list(range(message, message + 4))


def test_long_message_is_cut_for_the_reader() -> None:
    """Ten thousand characters are read as far as the reader reads."""
    given = tensors(told("食品证有" * 2500, "烟草证早退了"), Tokenizer.from_file(str(READER / "tokenizer.json")))
    assert len(given.tokens) <= LONGEST
    assert np.isfinite(given.pointing).all()


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (("食品证在墙上挂着呢", "烟草证前年就交回去了"), (HELD, GONE)),
        (("食品证没办过", "烟草证有"), (GONE, HELD)),
        (("食品证咋退", "烟草证也要退"), (HELD, HELD)),
    ],
)
def test_reader_hears_what_a_message_says_of_each(parts: tuple[str, ...], says: tuple[int, ...]) -> None:
    """Held, or given back and never had: each licence by its own words."""
    shares = LearnedJudge(SHIPPED).read(told(*parts))
    assert [sum(one) for one in shares] == pytest.approx([1, 1], abs=1e-5)
    assert tuple(int(np.argmax(one)) for one in shares) == says


def test_reader_says_the_same_of_a_licence_alone_and_among_others() -> None:
    """What else a message may tell of changes nothing; without candidates there is nothing to read."""
    judge = LearnedJudge(SHIPPED)
    reading = told("食品证有", "烟草证早退了")
    together = judge.read(reading)
    for number, one in enumerate(reading.candidates):
        assert judge.read(replace(reading, candidates=(one,)))[0] == pytest.approx(together[number], abs=1e-4)
    assert judge.read(replace(reading, candidates=())) == []


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
