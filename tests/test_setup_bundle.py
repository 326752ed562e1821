import hashlib
import json
import platform
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import bundle
import carried
import pytest
import pythons
from bundle import Bundle
from environments import Environment
from faults import SetupFault
from training import Training
from wheelhouse import Wheelhouse, pins

from tests.setup_stand_ins import is_one_sentence, script

LOCKED = """\
jieba==0.42.1 \\
    --hash=sha256:{source}
    # via rasa
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:{other}
"""


def a_wheel(folder: Path, name: str, version: str) -> Path:
    """The smallest package that can be installed."""
    info = f"{name}-{version}.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "SAYS = 'here'\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def digest(path: Path) -> str:
    """The digest of a file, as locks spell it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- the locks of a bundle


def test_package_built_here_is_locked_by_what_was_built(tmp_path: Path) -> None:
    """jieba publishes only its source: the bundle's lock asks for the wheel that lies in it, and for nothing else."""
    wheel = a_wheel(tmp_path, "jieba", "0.42.1")
    wanted = pins(LOCKED.format(source="0" * 64, other="1" * 64))
    lock = bundle._carried_lock(wanted, {("jieba", "0.42.1"): {digest(wheel)}})
    assert lock == f"jieba==0.42.1 --hash=sha256:{digest(wheel)}\n"


def test_package_that_is_missing_stops_the_bundle() -> None:
    """A bundle that could not be installed is not made."""
    with pytest.raises(SetupFault, match=r"jieba 0\.42\.1 没有取到") as caught:
        bundle._carried_lock(pins(LOCKED.format(source="0" * 64, other="1" * 64)), {})
    assert is_one_sentence(str(caught.value))


def test_marker_stays_with_its_package(tmp_path: Path) -> None:
    """Two versions for two Pythons stay told apart."""
    [pin] = pins("numpy==1.0 ; python_full_version < '3.12' \\\n    --hash=sha256:" + "a" * 64)
    lock = bundle._carried_lock([pin], {("numpy", "1.0"): {"b" * 64}})
    assert lock == f"numpy==1.0 ; python_full_version < '3.12' --hash=sha256:{'b' * 64}\n"


@pytest.mark.parametrize(
    ("wheels", "glibc"),
    [
        (["a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "b-1-py3-none-any.whl"], 17),
        (["a-1-cp311-cp311-manylinux2010_x86_64.whl", "b-1-cp311-cp311-manylinux_2_28_x86_64.whl"], 28),
        (["a-1-cp311-cp311-manylinux1_x86_64.manylinux_2_28_x86_64.manylinux_2_5_x86_64.whl"], 5),
        (["a-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"], 17),
    ],
)
def test_oldest_system_is_told_by_the_packages(wheels: list[str], glibc: int) -> None:
    """A package fits from the lowest of its names on; all together from the highest of those."""
    assert bundle.needed_glibc(wheels) == glibc


def test_packages_are_taken_for_an_older_system_than_the_one_here() -> None:
    """A bundle made on a new Debian installs on a system of 2018, which has glibc 2.28."""
    tags = bundle.platforms("aarch64")
    assert tags[0] == "manylinux_2_28_aarch64"
    assert "manylinux_2_17_aarch64" in tags
    assert tags[-3:] == ["manylinux2014_aarch64", "manylinux2010_aarch64", "manylinux1_aarch64"]


# --- where it is unpacked


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """A source tree with a bundle in it that brings one package, for this machine."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "build.txt").write_text("# empty\n")
    (tmp_path / "requirements" / "service.txt").write_text(f"brought==1.0 --hash=sha256:{'0' * 64}\n")
    house = Wheelhouse(tmp_path)
    wheel = a_wheel(house.wheels, "brought", "1.0")
    for name, text in (("build", ""), ("service", f"brought==1.0 --hash=sha256:{digest(wheel)}\n")):
        lock = house.lock(f"requirements/{name}.txt")
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.write_text(text)
    tell(tmp_path)
    return tmp_path


def tell(root: Path, **facts: str) -> None:
    """For which machine the bundle is; this one unless told otherwise."""
    here = ".".join(platform.python_version_tuple()[:2])
    made = {"machine": platform.machine(), "python": here, "glibc": "2.5"} | facts
    (root / "offline" / "made.json").write_text(json.dumps(made))


def test_what_a_bundle_brings_is_installed_without_asking_anybody(
    unpacked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packages come from the bundle though no index can be reached; one that was changed on its way stops the set-up."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    locks = ("requirements/build.txt", "requirements/service.txt")
    venv = Environment(unpacked, ".venv", locks, lambda: sys.executable)
    [wheel] = (unpacked / "offline" / "wheels").iterdir()
    right = wheel.read_bytes()
    wheel.write_bytes(right + b"another")
    with pytest.raises(SetupFault, match="校验值不一致"):
        venv.prepare()
    wheel.write_bytes(right)
    venv.prepare()
    says = subprocess.check_output([venv.python, "-c", "import brought; print(brought.SAYS)"], text=True)
    assert says == "here\n"
    assert venv.is_ready()


def test_lock_that_is_not_brought_is_fetched(unpacked: Path) -> None:
    """What only developers need is in no bundle, and comes from the network as ever."""
    assert Wheelhouse(unpacked).arguments("requirements/dev.txt") == ("-r", "requirements/dev.txt")


@pytest.mark.parametrize("facts", [{"machine": "sw_64"}, {"python": "3.99"}, {"glibc": "2.999"}])
def test_bundle_for_another_machine_is_told(unpacked: Path, facts: dict[str, str]) -> None:
    """Another processor, Python or an older system is one sentence, before anything is installed."""
    Wheelhouse(unpacked).require_fit()
    tell(unpacked, **facts)
    with pytest.raises(SetupFault, match="这个离线包要") as caught:
        Wheelhouse(unpacked).require_fit()
    assert is_one_sentence(str(caught.value))
    assert next(iter(facts.values())) in str(caught.value)


def test_carried_python_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The packages of a bundle are for the Python that lies beside them."""
    monkeypatch.setattr(pythons, "ROOT", tmp_path)
    monkeypatch.delenv("RASA_PYTHON", raising=False)
    pythons.find_rasa_python.cache_clear()
    brought = script(tmp_path / "offline" / "python-3.10" / "bin" / "python3.10", "echo 3.10")
    assert pythons.find_rasa_python() == brought
    pythons.find_rasa_python.cache_clear()


# --- lifting a Python out


def test_lifted_python_takes_nothing_from_where_it_was(tmp_path: Path) -> None:
    """A Python built for a place of its own runs from another; one that lies among the files of a system is left there."""
    program = carried.lifted(sys.executable, tmp_path / "far")
    if sys.base_prefix in ("/usr", "/usr/local"):
        assert program is None
        return
    assert program is not None
    asked = [program, "-I", "-c", "import sys; print(sys.prefix, sys.path, open('/proc/self/maps').read())"]
    told = subprocess.check_output(asked, text=True)
    assert str(program.parent.parent) in told
    assert not re.search(rf"{re.escape(sys.base_prefix)}[/' ]", told)


# --- making one


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a commit, a trained model, and locks that ask for nothing."""
    root = tmp_path / "repository"
    for name, text in {
        "requirements/build.txt": "# empty\n",
        "requirements/service.txt": "# empty\n",
        "nlu/requirements.txt": "# empty\n",
        "nlu/data/nlu.yml": "nlu: 1\n",
        ".gitignore": ".*/\nnlu/models/\n/dist/\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "one"]):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


def a_bundle(root: Path) -> Bundle:
    """What would be bundled of such a repository; its model is trained by a stand-in."""
    rasa = script(root / ".rasa" / "python", 'mkdir -p "$4" && cat data/nlu.yml > "$4/$6.tar.gz"')
    training = Training(root, Path(rasa))
    if not training.is_ready():
        training.prepare()
    environments = [
        Environment(root, folder, (lock,), lambda: sys.executable)
        for folder, lock in ((".venv", "requirements/service.txt"), (".venv-rasa", "nlu/requirements.txt"))
    ]
    asked = 'assistant.retrieval.preparing) mkdir -p var && echo of "${DAOBAN_DATA##*/}" > var/vectors-0.npz;;'
    for one in environments:
        script(one.python, f'case "$2" in {asked} *) exec {sys.executable} "$@";; esac')
    return Bundle(root, *environments, training)


def test_bundle_holds_what_was_committed_and_its_digests(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sources of HEAD, the model trained from just these, vectors, a leaf of paper; every file's digest is right."""
    monkeypatch.setattr(bundle, "lifted", lambda python, folder: None)
    (repository / "nlu" / "data" / "nlu.yml").write_text("nlu: not committed\n")
    made_of = a_bundle(repository)
    assert made_of.training.model.read_text() == "nlu: not committed\n"
    archive = made_of.make()
    assert "有没提交的改动" in capsys.readouterr().out
    assert archive.with_name(f"{archive.name}.sha256").read_text() == f"{digest(archive)}  {archive.name}\n"
    assert not made_of.scratch.exists()
    with tarfile.open(archive) as tar:
        held = {one.name.partition("/")[2]: tar.extractfile(one).read() for one in tar if one.isfile()}  # type: ignore[union-attr]
    assert held["nlu/data/nlu.yml"] == held["nlu/models/daoban.tar.gz"] == b"nlu: 1\n"
    assert held["var/vectors-0.npz"] == b"of var\n"
    sums = dict(line.split("  ")[::-1] for line in held.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in held.items()}
    leaf = held["说明.txt"].decode()
    assert "没有带 Rasa 要的 Python 3.10" in leaf
    assert "make run" in leaf
    assert json.loads(held["offline/made.json"])["machine"] == platform.machine()


def test_bundle_is_made_of_a_repository_only(tmp_path: Path) -> None:
    """Where there is no git, one sentence says so."""
    nothing = Environment(tmp_path, ".venv", (), lambda: sys.executable)
    with pytest.raises(SetupFault, match="不是仓库") as caught:
        Bundle(tmp_path, nothing, nothing, Training(tmp_path, Path(sys.executable))).make()
    assert is_one_sentence(str(caught.value))
