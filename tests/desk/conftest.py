"""What the tests of the desk start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.builders import Desk, desk


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A desk over a folder of its own, which is in no repository yet."""
    return desk(tmp_path / "knowledge", tmp_path / "desk.db")
