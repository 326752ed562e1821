"""New knowledge on disk while the service runs."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from assistant.settings import ROOT, Settings

GUIDE = "guides/yancao-lingshou-xuke.yaml"
SECONDS = 40


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[TestClient, Path]]:
    """The web service over a copy of the knowledge, without an encoder, so that it starts quickly."""
    folder = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", folder)
    settings = Settings(knowledge=folder, encoder="none", data=tmp_path / "var", rasa_port=1, demo=True)
    with TestClient(create_app(settings)) as client:
        yield client, folder


def _until(client: TestClient, key: str, before: object) -> object:
    """The value of a field of /healthz once it is no longer what it was."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        value = client.get("/healthz").json()[key]
        if value != before:
            return value
        time.sleep(0.2)
    raise AssertionError(f"{key} stayed {before}")


def test_changed_guide_is_served_without_a_restart(running: tuple[TestClient, Path]) -> None:
    """What an editor saves is on the guide's page within seconds, and a new alias finds it."""
    client, folder = running
    digest = client.get("/healthz").json()["knowledge"]
    text = (folder / GUIDE).read_text("utf-8")
    (folder / GUIDE).write_text(text.replace("别名: [", "别名: [琥珀色小本子, ", 1), "utf-8")
    _until(client, "knowledge", digest)
    hits = client.get("/api/search", params={"q": "琥珀色小本子怎么退"}).json()["hits"]
    assert hits[0]["id"] == "yancao-lingshou-xuke"


def test_faulty_knowledge_never_replaces_a_good_one(running: tuple[TestClient, Path]) -> None:
    """A broken file is named with its place, and everybody is still answered from what was good."""
    client, folder = running
    (folder / GUIDE).write_text("名称: 烟草专卖零售许可证\n一句话：写成了全角冒号\n", "utf-8")
    fault = _until(client, "knowledge_fault", None)
    assert "yancao-lingshou-xuke.yaml:2" in str(fault)
    assert client.get("/guides/yancao-lingshou-xuke").status_code == 200
