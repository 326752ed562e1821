import errno
import os
import re
import sys
from pathlib import Path

import pytest
import training
from environments import Environment
from faults import NO_SPACE, SetupFault, explain_os, explain_pip
from stamps import write_stamp
from training import Training

from tests.setup_stand_ins import is_one_sentence, script


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose locks are empty, so that building its environments fetches nothing."""
    (tmp_path / "requirements").mkdir()
    for name in ("build", "service", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text("# empty\n")
    return tmp_path


def environment(project: Path, *locks: str) -> Environment:
    """The environment of such a project."""
    return Environment(project, ".venv", locks or ("requirements/service.txt",), lambda: sys.executable)


def test_finished_environment_is_left_alone(project: Path) -> None:
    """A second run has nothing to do; a changed lock has."""
    venv = environment(project)
    assert not venv.is_ready()
    venv.prepare()
    assert venv.is_ready()
    assert not (project / ".setup" / "tmp").exists()
    (project / "requirements" / "service.txt").write_text("# another lock\n")
    assert not venv.is_ready()


def test_half_finished_environment_is_built_anew(project: Path) -> None:
    """What an interrupted set-up left behind does not get in the way."""
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").write_text("half a file")
    (project / ".venv" / "rubbish").write_text("left over")
    venv = environment(project)
    venv.prepare()
    assert venv.is_ready()
    assert not (project / ".venv" / "rubbish").exists()


def finished(venv: Environment) -> Environment:
    """An environment that looks finished."""
    venv.python.parent.mkdir(parents=True)
    venv.python.symlink_to(sys.executable)
    for lock in venv.locks:
        write_stamp(venv._stamp(lock), venv._key(lock))
    assert venv.is_ready()
    return venv


def test_environment_whose_python_is_gone_is_noticed(project: Path) -> None:
    """An upgraded or removed system Python leaves a dead link, and the environment counts as missing."""
    venv = finished(environment(project))
    venv.python.unlink()
    venv.python.symlink_to("/nowhere/python3.11")
    assert not venv.is_ready()


def test_moved_project_gets_new_environments(project: Path) -> None:
    """An environment remembers its place, so a moved project builds its own."""
    finished(environment(project))
    moved = project.rename(project.with_name(project.name + "-moved"))
    assert not environment(moved).is_ready()


def test_second_lock_is_added_without_building_anew(project: Path) -> None:
    """`make test` after `make run` only adds what is missing."""
    environment(project).prepare()
    (project / ".venv" / "kept").write_text("")
    both = environment(project, "requirements/service.txt", "requirements/dev.txt")
    assert not both.is_ready()
    both.prepare()
    assert both.is_ready()
    assert (project / ".venv" / "kept").exists()
    assert environment(project).is_ready()


def test_no_network_is_one_sentence_and_the_next_run_recovers(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package source that cannot be reached is told; once it can, the set-up goes through."""
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    lock = project / "requirements" / "service.txt"
    lock.write_text(f"six==1.17.0 --hash=sha256:{'0' * 64}\n")
    venv = environment(project)
    with pytest.raises(SetupFault, match="连不上软件源") as caught:
        venv.prepare()
    assert is_one_sentence(str(caught.value))
    assert not venv.path.exists()
    lock.write_text("# reachable again\n")
    venv.prepare()
    assert venv.is_ready()


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "磁盘空间不够"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "校验值不一致"),
        ("WARNING: Retrying after connection broken by 'NewConnectionError'\nNo matching distribution", "连不上软件源"),
        ("ERROR: No matching distribution found for faiss-cpu==1.15.1", "没有适合这台机器的软件包"),
        ("error: command '/usr/bin/gcc' failed with exit code 1", "build-essential"),
        ("something else", r"\.setup/venv\.log"),
    ],
)
def test_pip_failure_is_one_sentence_that_says_what_to_do(output: str, expected: str) -> None:
    """Whatever pip says, the person reads what to do about it."""
    sentence = explain_pip(output, ".setup/venv.log")
    assert re.search(expected, sentence)
    assert is_one_sentence(sentence)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_file_system_fault_is_one_sentence(number: int) -> None:
    """A full or read-only disk is not a traceback."""
    assert is_one_sentence(explain_os(OSError(number, os.strerror(number), "/nowhere/x")))


# --- training


@pytest.fixture
def rasa_project(tmp_path: Path) -> Training:
    """A Rasa project with a stand-in for Rasa that writes a model of what it was given."""
    (tmp_path / "nlu" / "data").mkdir(parents=True)
    (tmp_path / "nlu" / "data" / "nlu.yml").write_text("nlu: 1")
    (tmp_path / "nlu" / "start.py").write_text("")
    rasa = script(
        tmp_path / "rasa",
        '[ -e broken ] && { echo "YAML 第 3 行有错"; exit 1; }; mkdir -p "$4" && cat data/nlu.yml > "$4/$6.tar.gz"',
    )
    return Training(tmp_path, Path(rasa))


def test_model_is_trained_when_its_sources_change(rasa_project: Training) -> None:
    """Training happens when something Rasa learns from changed, and only then."""
    rasa_project.prepare()
    assert rasa_project.is_ready()
    (rasa_project.folder / "endpoints.yml").write_text("not learned from")
    (rasa_project.folder / "models" / "other").write_text("not learned from")
    assert rasa_project.is_ready()
    (rasa_project.folder / "data" / "nlu.yml").write_text("nlu: 2")
    assert not rasa_project.is_ready()
    rasa_project.prepare()
    assert rasa_project.model.read_text() == "nlu: 2"


def test_failed_training_keeps_the_model_and_says_why(rasa_project: Training) -> None:
    """A mistake in the training data leaves the old model in place and is told in one sentence."""
    rasa_project.prepare()
    (rasa_project.folder / "broken").write_text("")
    with pytest.raises(SetupFault, match="YAML 第 3 行有错") as caught:
        rasa_project.prepare()
    assert is_one_sentence(str(caught.value))
    assert rasa_project.model.read_text() == "nlu: 1"
    assert not (rasa_project.folder / "models" / "new").exists()
    (rasa_project.folder / "broken").unlink()
    rasa_project.prepare()
    assert rasa_project.is_ready()


def test_full_disk_while_training_is_told() -> None:
    """A disk that fills up during training has the same words as elsewhere."""
    assert "磁盘空间不够" in NO_SPACE
    assert "磁盘空间不够" in training._why("OSError: [Errno 28] No space left on device", "x")
