"""Commands as somebody types them, over a desk of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner

from assistant.cli import commands
from assistant.errors import DaobanError
from tests.desk.builders import Desk, desk


def at_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk that the commands find, too."""
    monkeypatch.setenv("DAOBAN_KNOWLEDGE", str(tmp_path / "knowledge"))
    monkeypatch.setenv("DAOBAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DAOBAN_ENCODER", "none")
    return desk(tmp_path / "knowledge", tmp_path / "data" / "daoban.db")


def typed(*words: str, of: Command = commands) -> str:
    """What a command prints; it must not have failed."""
    result = CliRunner().invoke(of, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: str, of: Command = commands) -> str:
    """Why a command does nothing."""
    with pytest.raises(DaobanError) as error:
        CliRunner().invoke(of, words, catch_exceptions=False)
    return str(error.value)
