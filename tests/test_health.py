"""What /healthz says of the encoder, and that words alone find meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from assistant.settings import ROOT, Settings
from tests.builders import brought_encoder


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """An encoder that nothing was learned with."""
    return brought_encoder(tmp_path / "brought")


@pytest.mark.parametrize(
    ("encoder", "fault"), [("none", None), ("brought", "daoban learn"), ("nowhere", "找不到编码器目录")]
)
def test_words_alone_find_where_there_is_no_encoder(
    encoder: str, fault: str | None, brought: Path, tmp_path: Path
) -> None:
    """/healthz names no encoder and says why one that was wanted is not used; questions are answered all the same."""
    wanted = encoder if encoder == "none" else str(tmp_path / encoder)
    settings = Settings(knowledge=ROOT / "knowledge", encoder=wanted, data=tmp_path / "var", rasa_port=1)
    with TestClient(create_app(settings)) as client:
        health = client.get("/healthz").json()
        hits = client.get("/api/search", params={"q": "烟草证咋退"}).json()["hits"]
    assert health["encoder"] is None
    assert fault in health["encoder_fault"] if fault else health["encoder_fault"] is None
    assert hits[0]["name"] == "烟草专卖零售许可证"
