import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.bench import start
from assistant.bench.start import Started
from assistant.errors import DaobanError


def a_start(**facts: object) -> Started:
    """A start within every bar."""
    own, files = {"看护": 20.0, "网页": 400.0, "Rasa": 300.0}, {"看护": 10.0, "网页": 90.0, "Rasa": 200.0}
    worked = {"网页": 5.5, "Rasa": 8.0}
    told = {"rasa": 1, "empty": True, "answers": 6.0, "guides": 9.0, "worked": worked, "own": own, "files": files}
    return Started(**told | facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "over"),
    [
        ({}, []),
        ({"answers": 15.5}, ["第一次查到答案 15.5 秒，多 0.5"]),
        ({"guides": 27.0}, ["引导对话能用 27 秒，多 2.0"]),
        ({"own": {"网页": 700.0, "Rasa": 300.0}}, ["内存 1300 MB，多 200.0"]),
        ({"rasa": 2, "own": {"网页": 700.0, "Rasa": 300.0, "Rasa 2": 300.0}}, []),
    ],
)
def test_what_is_over_its_bar_is_told(facts: dict[str, object], over: list[str]) -> None:
    """Each figure has its bar, the memory one by the number of Rasa processes."""
    assert a_start(**facts).over == over


def test_report_says_how_busy_the_machine_was() -> None:
    """A figure without the load it was taken under says little; what is over its bar comes last."""
    text = start.as_text(1.25, [a_start(), a_start(empty=False, answers=16.0)], {"网页的环境": 1100.0})
    assert "机器的负载 1.2" in text
    assert (
        "| 1 | 新的 | 6.0 | 9.0 | 网页 5.5，Rasa 8 | 1020 | 看护 20，网页 400，Rasa 300 | 看护 10，网页 90，Rasa 200 |"
        in text
    )
    assert "| 网页的环境 | 1100 |" in text
    assert text.splitlines()[-1] == "1 个 Rasa、用过的数据目录：第一次查到答案 16 秒，多 1.0"
    assert start.as_text(0.0, [a_start()], {}).splitlines()[-1] == "都在目标以内。"


def test_each_number_of_rasa_starts_twice_over_the_same_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """First over an empty data folder, then over what that start left."""
    folders: list[Path] = []

    def started(stack: start.Stack, folder: Path, *, empty: bool) -> Started:
        folders.append(folder)
        assert (folder / "data").exists() is not empty
        (folder / "data").mkdir(exist_ok=True)
        return a_start(rasa=stack.rasa, empty=empty)

    monkeypatch.setattr(start, "_start", started)
    monkeypatch.setattr(start, "_megabytes", lambda folder: 1.0)
    told = json.loads(start.run([1, 2], as_json=True))
    assert [(one["rasa"], one["empty"]) for one in told["starts"]] == [(1, True), (1, False), (2, True), (2, False)]
    assert folders[0] == folders[1] != folders[2]
    assert not any(folder.exists() for folder in folders)


def test_service_that_dies_is_told() -> None:
    """A service that ends before it answers is a fault, not a wait."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
        with pytest.raises(DaobanError, match="没有起来"):
            start._until(lambda: True, gone, time.monotonic())
