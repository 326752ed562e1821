"""The vectors of what people say of the guides are there before the first start."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
import vectors
from faults import SetupFault
from vectors import Vectors

from assistant.retrieval import preparing
from assistant.retrieval.encoder import OnnxEncoder
from assistant.retrieval.entries import entries_of
from assistant.retrieval.remembering import RememberingEncoder
from assistant.settings import SHIPPED_ENCODER, Settings
from tests.builders import brought_encoder
from tests.setup_stand_ins import is_one_sentence, script


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with the encoder's description and a service that works out nothing."""
    monkeypatch.delenv("DAOBAN_ENCODER", raising=False)
    (tmp_path / vectors.ENCODER).mkdir(parents=True)
    shutil.copy(SHIPPED_ENCODER / "encoder.json", tmp_path / vectors.ENCODER)
    return tmp_path


def of(tree: Path, does: str = "exit 0") -> Vectors:
    """The step, with a stand-in for the service."""
    python = script(tree / "python", does)
    return Vectors(tree, Path(python), tree / "var", tree / ".setup" / "vectors.log")


def test_step_knows_the_file_that_a_start_reads(tree: Path) -> None:
    """Set-up and service name the file alike, each in its own way."""
    encoder = RememberingEncoder(OnnxEncoder(SHIPPED_ENCODER), tree / "var")
    assert of(tree).file == encoder._file


def test_vectors_are_worked_out_once_and_again_for_another_encoder(tree: Path) -> None:
    """The step is done when the file is there; an encoder with other files has another one."""
    step = of(tree, "mkdir -p $DAOBAN_DATA && touch $DAOBAN_DATA/asked-$DAOBAN_DEMO")
    assert not step.is_ready()
    step.prepare()
    assert (tree / "var" / "asked-1").exists()
    step.file.touch()
    assert step.is_ready()
    described = tree / vectors.ENCODER / "encoder.json"
    told = json.loads(described.read_text("utf-8"))
    told["files"] = {name: hashlib.sha256(name.encode()).hexdigest() for name in told["files"]}
    described.write_text(json.dumps(told), "utf-8")
    assert not step.is_ready()


def test_encoder_that_a_city_brings_is_left_to_its_first_start(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step is about the encoder that ships."""
    monkeypatch.setenv("DAOBAN_ENCODER", "none")
    assert of(tree).is_ready()


def test_step_that_fails_says_where_the_reason_stands(tree: Path) -> None:
    """One sentence with the log; a description that cannot be read is one, too."""
    with pytest.raises(SetupFault, match=r"\.setup/vectors\.log") as caught:
        of(tree, "echo no; exit 1").prepare()
    assert is_one_sentence(str(caught.value))
    (tree / vectors.ENCODER / "encoder.json").write_text("[]", "utf-8")
    with pytest.raises(SetupFault, match=r"encoder\.json") as caught:
        of(tree).is_ready()
    assert is_one_sentence(str(caught.value))


def test_how_far_it_is_can_be_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the service prints is what the set-up reads; afterwards the file is there."""
    monkeypatch.setattr(preparing, "entries_of", lambda knowledge: entries_of(knowledge)[:3])
    monkeypatch.setattr(preparing, "AT_ONCE", 20)
    brought = brought_encoder(tmp_path / "brought")
    preparing.prepare(Settings(encoder=str(brought), data=tmp_path, demo=True))
    lines = capsys.readouterr().out.splitlines()
    read = [vectors._how_far(line) for line in lines]
    assert len(read) > 2
    assert all(read)
    assert len(set(lines[-1].split("/"))) == 1
    assert len(list(tmp_path.glob("vectors-*.npz"))) == 1
    assert vectors._how_far("Loading …") is None
