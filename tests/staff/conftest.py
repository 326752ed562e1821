"""The console over a database of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import Engine

from assistant.staff import passwords
from assistant.staff.desk import Desk, desk
from tests import databases
from tests.staff.builders import desk_app


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as argon2 does, at the least cost."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An empty database in a file, as several processes share it."""
    return databases.begun(tmp_path / "staff.db")


@pytest.fixture
def at(engine: Engine, tmp_path: Path) -> Desk:
    """The desk over it."""
    return desk(engine, tmp_path)


@pytest.fixture
def app() -> FastAPI:
    """The pages with the console."""
    return desk_app()
