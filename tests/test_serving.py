"""What is started for people: what a web process loads, and which processes come first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant import serving
from assistant.serving import serve
from assistant.settings import ROOT, Settings
from assistant.supervisor import Service
from tests.dialogue.stack import running

SERVES_A_PAGE = """
import sys
from pathlib import Path
from fastapi.testclient import TestClient
from api.app import create_app
from assistant.settings import Settings

with TestClient(create_app(Settings(encoder="none", data=Path(sys.argv[1]), rasa_port=1))) as client:
    assert client.get("/").status_code == 200
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
FOR_FILES = {
    "openpyxl",
    "docx",
    "docxtpl",
    "lxml",
    "typst",
    "jieba",
}  # what a file that somebody asks for or brings needs
FOR_OTHERS = {"redis", "psycopg", "scipy", "torch", "tantivy"}  # what other settings need, or the command line


def test_web_process_loads_no_library_that_it_does_not_need_yet(tmp_path: Path) -> None:
    """Once it serves pages, what only Word, Excel, PDF, Redis or another database need is not in memory."""
    command = [sys.executable, "-c", SERVES_A_PAGE, str(tmp_path)]
    loaded = set(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split())

    assert {"fastapi", "sqlalchemy", "yaml"} <= loaded
    assert loaded & (FOR_FILES | FOR_OTHERS) == set()


@pytest.mark.rasa
def test_rasa_serves_without_tensorflow() -> None:
    """Rasa answers with its own classifier and policy, and TensorFlow, of which neither is made, is not in its memory."""
    mapped = Path(f"/proc/{running().rasa_process()}/maps").read_text()

    assert "sklearn" in mapped
    assert "tensorflow" not in mapped


def test_first_rasa_begins_with_the_web_processes_and_the_others_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first answer needs has the machine for itself."""
    kept: list[Service] = []
    monkeypatch.setattr(serving, "up", lambda services, *_: kept.extend(services))
    monkeypatch.setattr(serving.logs, "configure", lambda *_: None)
    monkeypatch.setattr(serving, "ROOT", tmp_path)
    (tmp_path / "nlu" / "models").mkdir(parents=True)
    (tmp_path / "nlu" / "models" / "daoban.tar.gz").touch()

    serve(Settings(data=tmp_path, rasa_python=Path(sys.executable), rasa_processes=3, processes=2, rasa_port=5005))

    assert [(service.name, service.later) for service in kept] == [
        ("web", False),
        ("web2", False),
        ("rasa", False),
        ("rasa2", True),
        ("rasa3", True),
    ]
