"""The real application over the small folder of the knowledge tests, and browsers of those who work at the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from assistant.desk.drafts import Drafts
from assistant.settings import Settings
from tests.desk.builders import ACTS
from tests.knowledge.conftest import Folder
from tests.staff.builders import field


def editors_app(tmp_path: Path, **settings: Any) -> FastAPI:
    """The service over a folder of its own, without an encoder and without Rasa."""
    folder = tmp_path / "knowledge"
    Folder(folder).write("acts.yaml", ACTS)
    told = {"encoder": "none", "rasa_port": 1, "demo": True, "data": tmp_path / "var", **settings}
    return create_app(Settings(knowledge=folder, **told))


def drafts_of(app: FastAPI) -> Drafts:
    """The drafts behind the pages."""
    parts = app.state.service
    return Drafts(parts.checklists.engine, parts.settings.knowledge, demo=True)


def send(client: TestClient, path: str, seen: str = "", /, **told: Any) -> Any:
    """Send a form of a page: with what that page would send along, and what somebody filled in."""
    page = client.get(seen or path).text
    hidden = {name: field(page, name) for name in ("csrf", "version", "base", "beside") if f'name="{name}"' in page}
    return client.post(path, data={**hidden, **told})


def page_of(client: TestClient, path: str, name: str) -> str:
    """What a hidden field of a page holds."""
    return field(client.get(path).text, name)
