"""An encoder is used with what was learned with it, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.retrieval.encoder import OnnxEncoder
from assistant.retrieval.equipment import equipped
from assistant.retrieval.model import learned_file, load_model, write
from tests.builders import brought_encoder


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """An encoder that nothing was learned with."""
    return brought_encoder(tmp_path / "brought")


def test_encoder_that_nothing_was_learned_with_is_not_used(
    brought: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Words alone find meanwhile, and the log says which command helps."""
    found = equipped(brought, tmp_path)
    assert found.encoder is None
    assert found.model.as_json() == load_model(encoder=False).as_json()
    assert found.warning is not None
    assert "“brought”还没有校准" in found.warning
    assert "daoban learn" in caplog.text


def test_encoder_is_used_with_what_was_learned_with_it(brought: Path, tmp_path: Path) -> None:
    """The learned file with the digest of the encoder is taken; one of another encoder under its name is not."""
    digest = OnnxEncoder(brought).digest
    learned = replace(load_model(encoder=True), encoder=digest)
    write(learned_file(tmp_path, digest), with_encoder=learned)
    found = equipped(brought, tmp_path)
    assert found.warning is None
    assert found.encoder is not None
    assert found.encoder.digest == digest
    assert found.model.as_json() == learned.as_json()
    write(learned_file(tmp_path, digest), with_encoder=replace(learned, encoder="f" * 64))
    assert equipped(brought, tmp_path).encoder is None


def test_what_an_older_version_learned_is_not_used(brought: Path, tmp_path: Path) -> None:
    """A learned file that lacks a channel of today counts as none."""
    digest = OnnxEncoder(brought).digest
    path = learned_file(tmp_path, digest)
    write(path, with_encoder=replace(load_model(encoder=True), encoder=digest))
    stored = json.loads(path.read_text("utf-8"))
    stored["with_encoder"]["channels"].popitem()
    path.write_text(json.dumps(stored), "utf-8")
    found = equipped(brought, tmp_path)
    assert found.encoder is None
    assert found.warning is not None


def test_encoder_that_cannot_be_loaded_is_said_so(tmp_path: Path) -> None:
    """A directory that is not there leaves words alone and the sentence that names it."""
    found = equipped(tmp_path / "nowhere", tmp_path)
    assert found.encoder is None
    assert found.warning is not None
    assert "找不到编码器目录" in found.warning


def test_no_encoder_wanted_is_no_fault(tmp_path: Path) -> None:
    """DAOBAN_ENCODER=none works on words and warns of nothing."""
    found = equipped(None, tmp_path)
    assert found.encoder is None
    assert found.warning is None
