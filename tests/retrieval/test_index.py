"""The index: the same answers flat and large, filters, changes under readers, and what it refuses to open."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from assistant.bench.scale_texts import PASSAGES_A_GUIDE, Texts
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.encoder import Vectors
from assistant.retrieval.entries import entries_of
from assistant.retrieval.index.index import Found, Index, build, opened_or_built
from assistant.retrieval.index.manifest import IndexOutdated
from assistant.retrieval.index.passages import Passage, passages_of
from assistant.retrieval.words import character_terms

SIZE = 3_000
KINDS = {"flat": 1_000_000, "large": 0}  # flat_limit


class Hashing:
    """An encoder that needs no model: characters that two texts share make their vectors alike."""

    name, dimension, digest = "hashing", 64, "h" * 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The sum of a fixed random direction for each term."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[0] = 0.1
            for term in character_terms(text):
                row += direction(term, self.dimension)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@cache
def direction(term: str, dimension: int) -> Vectors:
    """Always the same for a term."""
    return np.random.default_rng(list(term.encode("utf-8"))).normal(size=dimension).astype(np.float32)


@pytest.fixture(scope="module")
def texts(knowledge: Knowledge) -> Texts:
    """Counties that do not exist."""
    return Texts(knowledge)


@pytest.fixture(scope="module")
def passages(texts: Texts) -> list[Passage]:
    """Some thousand different ones."""
    return texts.passages(SIZE)


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory, passages: list[Passage]) -> dict[str, Index]:
    """One of each kind over the same passages; no test changes them."""
    folder = tmp_path_factory.mktemp("indexes")
    encoder = Hashing()
    vectors = encoder.encode([passage.text for passage in passages])
    return {
        kind: build(folder / kind, passages, "k1", encoder, vectors=vectors, flat_limit=limit)
        for kind, limit in KINDS.items()
    }


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest, tmp_path: Path, passages: list[Passage]) -> Index:
    """A small one of each kind, to change."""
    return build(tmp_path / "index", passages[:300], "k1", Hashing(), flat_limit=KINDS[request.param])


def scores(found: Sequence[Found]) -> list[float]:
    """The scores, rounded as float16 vectors allow."""
    return [round(one.score, 2) for one in found]


def test_generated_passages_differ_and_begin_alike(texts: Texts, passages: list[Passage]) -> None:
    """No two texts are the same, and a larger set begins with the smaller one."""
    assert len({passage.text for passage in passages}) == SIZE
    assert texts.passages(SIZE // 3) == passages[: SIZE // 3]
    assert len({passage.region for passage in passages}) > 2


def test_large_finds_what_flat_finds(indexes: dict[str, Index], texts: Texts) -> None:
    """The large index misses next to nothing of what scoring every passage finds; equal scores are equally good."""
    hits = total = 0
    for question in texts.questions(SIZE, 60):
        exact, found = (indexes[kind].search(question.text, 10) for kind in KINDS)
        floor = exact[-1].score - 1e-3
        hits += sum(one.score >= floor for one in found)
        total += len(exact)
    assert hits / total >= 0.98


def test_both_kinds_count_alike(indexes: dict[str, Index], passages: list[Passage]) -> None:
    """A passage asked for word for word comes first, with the same figures in both."""
    for passage in passages[::331]:
        flat, large = (indexes[kind].search(passage.text, 3) for kind in KINDS)
        assert flat[0].passage == large[0].passage == passage
        assert flat[0].words == pytest.approx(large[0].words, abs=1e-4)
        assert flat[0].meaning == pytest.approx(1, abs=1e-2)
        assert scores(flat) == pytest.approx(scores(large), abs=0.011)


@pytest.mark.parametrize("kind", KINDS)
def test_filters_keep_to_regions_and_departments(
    kind: str, indexes: dict[str, Index], passages: list[Passage], texts: Texts
) -> None:
    """Only passages of the wanted regions and departments are found, and the best of them come first."""
    some = indexes[kind]
    regions, departments = {passages[0].region, passages[-1].region}, {"wenlvju", "gonganju"}
    for question in texts.questions(SIZE, 20):
        found = some.search(question.text, 10, regions=regions, departments=departments)
        assert len(found) == 10
        assert {one.passage.region for one in found} <= regions
        assert {one.passage.department for one in found} <= departments
        assert scores(found) == sorted(scores(found), reverse=True)
    only = next(p for p in passages if p.region == passages[-1].region)
    assert some.search(only.text, 1, regions={only.region})[0].passage == only
    assert only not in [one.passage for one in some.search(only.text, 10, regions={passages[0].region})]
    assert some.search("烟草证", 5, regions={"没有这个县"}) == []


def test_a_changed_guide_is_found_as_it_is_now(index: Index, texts: Texts, passages: list[Passage]) -> None:
    """Old passages of a changed guide are gone, new ones are found; who was reading goes on with what he had."""
    old = passages[0]
    fresh = [Passage(f"鲸歌灯塔看守执照怎么退（{n}）", old.entry, old.region, old.department) for n in range(3)]
    before = index.view
    index.replace(old.entry, fresh, "k2")
    assert {one.passage for one in index.search("鲸歌灯塔看守执照", 3)} == set(fresh)
    assert old not in [one.passage for one in index.search(old.text, 50)]
    vector = Hashing().encode([old.text])[0]
    assert before.search(old.text, vector, 1, None, None)[0].passage == old
    assert index.search("鲸歌灯塔看守执照", 3, regions={"别的县"}) == []
    index.replace(old.entry, fresh[:1], "k3")
    assert [one.passage for one in index.search("鲸歌灯塔看守执照", 9) if "鲸歌" in one.passage.text] == fresh[:1]


def test_changes_are_there_after_opening_again(index: Index, passages: list[Passage]) -> None:
    """What was changed is saved with the digest of the knowledge that it makes true."""
    old = passages[7]
    fresh = Passage("鲸歌灯塔看守执照怎么退", old.entry, old.region, old.department)
    index.replace(old.entry, [fresh], "k2")
    again = Index(index.view.built.folder, "k2", Hashing())
    assert again.search("鲸歌灯塔看守执照", 1)[0].passage == fresh
    assert old not in [one.passage for one in again.search(old.text, 50)]
    with pytest.raises(IndexOutdated):
        Index(index.view.built.folder, "k1", Hashing())


def test_changing_many_times_is_noticed(index: Index) -> None:
    """An index that was changed much says that it should be built anew."""
    assert not index.has_changed_much
    index.replace("new", [Passage(f"示例市第{n}号", "new") for n in range(2_001)], "k2")
    assert index.has_changed_much


def test_readers_never_wait_and_never_see_half_a_change(index: Index, passages: list[Passage]) -> None:
    """While a guide is changed again and again, every search sees all of one state of it: three passages or one."""
    old = passages[0]
    states = [
        [Passage(f"鲸歌灯塔看守执照怎么退（{n}）", old.entry) for n in range(count)] for count in (3, 1)
    ]  # fmt: skip
    index.replace(old.entry, states[0], "k2")
    seen: set[int] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(sum("鲸歌" in one.passage.text for one in index.search("鲸歌灯塔看守执照", 5)))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(40):
        index.replace(old.entry, states[turn % 2], f"k{turn}")
    stop.set()
    reader.join()
    assert seen <= {1, 3}
    assert seen


@pytest.mark.parametrize("spoil", ["knowledge", "encoder", "format", "missing", "half"])
def test_an_index_of_something_else_is_refused_and_built_anew(
    spoil: str, index: Index, passages: list[Passage]
) -> None:
    """An index of other knowledge, of another encoder, of another format or without its manifest is never used."""
    folder, encoder, knowledge = index.view.built.folder, Hashing(), "k1"
    manifest = folder / "manifest.json"
    match spoil:
        case "knowledge":
            knowledge = "k9"
        case "encoder":
            encoder.digest = "x" * 64  # type: ignore[misc]
        case "format":
            manifest.write_text(manifest.read_text("utf-8").replace('"format": 1', '"format": 0'), "utf-8")
        case "missing":
            manifest.unlink()
        case "half":
            manifest.write_text(manifest.read_text("utf-8")[:40], "utf-8")
    with pytest.raises(IndexOutdated, match=r"请重新建"):
        Index(folder, knowledge, encoder)
    again = opened_or_built(folder, lambda: passages[:50], knowledge, encoder)
    assert again.view.manifest.size == 50
    assert Index(folder, knowledge, encoder).search(passages[0].text, 1)[0].passage == passages[0]


@pytest.mark.parametrize("limit", KINDS.values(), ids=KINDS)
def test_it_works_without_an_encoder(limit: int, tmp_path: Path, passages: list[Passage]) -> None:
    """Where no encoder can be had the words alone decide."""
    plain = build(tmp_path / "plain", passages[:300], "k1", None, flat_limit=limit)
    found = plain.search(passages[5].text, 3)
    assert found[0].passage == passages[5]
    assert found[0].meaning == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "😀" * 500, "。。。", "证" * 10_000, "\x00", "﷽" * 500, 'AND "(', "a b"])
def test_any_text_can_be_asked(kind: str, text: str, indexes: dict[str, Index]) -> None:
    """No text is a query language, and none breaks it."""
    assert len(indexes[kind].search(text, 4)) == 4 or kind == "large"


def test_every_phrase_of_the_knowledge_is_a_passage(knowledge: Knowledge, tmp_path: Path) -> None:
    """An index over the knowledge finds each guide by its own name."""
    entries = entries_of(knowledge)
    small = build(tmp_path / "own", passages_of(entries), knowledge.digest, None)
    known = [entry for entry in entries if entry.phrases]
    found = [{one.passage.entry for one in small.search(entry.phrases[0].text, 5)} for entry in known]
    assert [entry.name for entry, hits in zip(known, found, strict=True) if entry.id not in hits] == []


def test_rewriting_a_guide_keeps_its_place(texts: Texts, passages: list[Passage]) -> None:
    """A generated change has as many passages as before, of the same county and department, and says something else."""
    entry = passages[0].entry
    fresh = texts.rewritten(entry)
    assert len(fresh) == PASSAGES_A_GUIDE
    assert {(p.entry, p.region, p.department) for p in fresh} == {(entry, passages[0].region, passages[0].department)}
    assert not {p.text for p in fresh} & {p.text for p in passages}
