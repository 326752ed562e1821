"""What the tests of the desk start from."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.desk.drafts import Drafts
from assistant.staff.roles import Role
from tests import databases
from tests.desk.builders import Desk, desk
from tests.desk.pages import drafts_of, editors_app
from tests.staff.builders import at_work


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A desk over a folder of its own, which is in no repository yet."""
    databases.begun(tmp_path / "desk.db").dispose()
    return desk(tmp_path / "knowledge", tmp_path / "desk.db")


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The service over a small folder of its own."""
    databases.begun(tmp_path / "var" / "daoban.db").dispose()
    return editors_app(tmp_path)


@pytest.fixture
def editor(app: FastAPI) -> TestClient:
    """An editor at work."""
    return at_work(app, Role.EDITOR)


@pytest.fixture
def drafts(app: FastAPI) -> Drafts:
    """The drafts behind the pages."""
    return drafts_of(app)
